//! `foreign-key`, `foreign-key-action`, `foreign-key-left-out`

use crate::catalog::{Catalog, Name, Table, mentioned_names};
use crate::diagnostic::rule;
use crate::passes::{Cx, Verdict, Work, index_columns};
use crate::syntax::names;
use sqlparser::ast::{
    AlterTableOperation, ColumnDef, ColumnOption, ConstraintReferenceMatchKind, CreateTable, DataType,
    ForeignKeyConstraint, GeneratedExpressionMode, Ident, ReferentialAction, Statement, TableConstraint,
};

rule! {
    /// A foreign key, whose two sides TiDB wants alike.
    ///
    /// `REFERENCES t` without columns means the primary key of `t`: TiDB wants it written. PostgreSQL also lets an
    /// `integer` refer to a `bigint`; TiDB wants equal types, so the referring column takes the type of the one it refers
    /// to, which holds every value it can have. The columns may stand in any order on PostgreSQL; they are put in that of the key they
    /// refer to, which TiDB asks for. `MATCH SIMPLE` is what TiDB does anyway.
    pub FOREIGN_KEY = "C010", "foreign-key", Tables, Exact;
}

rule! {
    /// A foreign key that does something TiDB's does not.
    ///
    /// TiDB parses `ON DELETE SET DEFAULT` and `MATCH FULL` and does nothing for them, and it allows no actions that change
    /// a column from which a stored column is generated. The action becomes `NO ACTION`, so that the delete fails instead of
    /// leaving a row that refers to nothing.
    pub FOREIGN_KEY_ACTION = "C011", "foreign-key-action", Tables, Approximate;
}

rule! {
    /// A foreign key that TiDB can't have.
    ///
    /// It refers to a table or a unique key that did not come over, to columns that are not known here and not written, or from another
    /// database to one whose name is not known (`public` has one when `schemas` in the configuration gives it). The table is
    /// created without it, so that rows which refer to nothing are accepted.
    pub FOREIGN_KEY_LEFT_OUT = "C012", "foreign-key-left-out", Tables, Lossy;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut refused = false;
    for statement in work.trees() {
        match statement {
            Statement::CreateTable(create) => create_table(cx, create),
            Statement::AlterTable(alter) => {
                let catalog = cx.catalog;
                let own = catalog.table(&alter.name);
                for operation in &mut alter.operations {
                    let AlterTableOperation::AddConstraint {
                        constraint: TableConstraint::ForeignKey(key),
                        ..
                    } = operation
                    else {
                        continue;
                    };
                    let table = Name::of(&alter.name);
                    if let Some(why) = missing(cx.catalog, key, &table, own.map(primary_key)) {
                        let span = cx.constraint(&*key, "REFERENCES");
                        cx.report(&FOREIGN_KEY_LEFT_OUT, span, why).refused();
                        refused = true;
                        continue;
                    }
                    let not_null =
                        |name: &str| own.and_then(|t| t.column(name)).is_some_and(|column| column.not_null());
                    let columns = own.map(|table| &table.columns).into_iter().flatten();
                    let stored = stored(columns.flat_map(|column| &column.options));
                    actions(cx, key, &not_null, &stored);
                }
            }
            _ => {}
        }
    }
    if refused {
        work.verdict = Verdict::Refuse;
    }
}

fn create_table(cx: &mut Cx<'_>, create: &mut CreateTable) {
    let table = Name::of(&create.name);
    let own_key = own_primary_key(create);
    let not_null: Vec<String> =
        create.columns.iter().filter(|c| is_not_null(c)).map(|c| names::folded(&c.name)).collect();
    let stored = stored(create.columns.iter().flat_map(|column| &column.options).map(|o| &o.option));
    let mut constraints = std::mem::take(&mut create.constraints);
    constraints.retain_mut(|constraint| {
        let TableConstraint::ForeignKey(key) = constraint else { return true };
        if let Some(why) = missing(cx.catalog, key, &table, Some(own_key.clone())) {
            let span = cx.constraint(&*key, "REFERENCES");
            cx.report(&FOREIGN_KEY_LEFT_OUT, span, format!("{why}: the table is created without it"))
                .help("add the foreign key when the table it refers to is there");
            return false;
        }
        let own_not_null = own_key.clone();
        let not_null =
            |name: &str| not_null.iter().chain(&own_not_null).any(|column| column.eq_ignore_ascii_case(name));
        actions(cx, key, &not_null, &stored);
        match_types(cx, create, key, &table);
        true
    });
    create.constraints = constraints;
}

fn is_not_null(column: &ColumnDef) -> bool {
    column.options.iter().any(|o| matches!(o.option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_)))
}

fn own_primary_key(create: &CreateTable) -> Vec<String> {
    let inline = create
        .columns
        .iter()
        .find(|column| column.options.iter().any(|o| matches!(o.option, ColumnOption::PrimaryKey(_))));
    if let Some(column) = inline {
        return vec![names::folded(&column.name)];
    }
    let listed = create.constraints.iter().find_map(|constraint| match constraint {
        TableConstraint::PrimaryKey(key) => Some(index_columns(&key.columns)),
        _ => None,
    });
    listed.unwrap_or_default()
}

fn primary_key(table: &Table) -> Vec<String> {
    table.primary_key().map(|key| key.columns.clone()).unwrap_or_default()
}

/// Writes down the columns that `REFERENCES t` means, and says why the foreign key can't be, if so.
fn missing(
    catalog: &Catalog,
    key: &mut ForeignKeyConstraint,
    own: &Name,
    own_key: Option<Vec<String>>,
) -> Option<String> {
    let referred = Name::of(&key.foreign_table);
    let parent = catalog.table_named(&referred);
    if let Some(reason) = parent.and_then(|parent| parent.missing.as_ref()) {
        return Some(format!("it refers to `{}`, which did not come over ({reason})", referred.name));
    }
    if let Some(table) = parent.filter(|parent| parent.is_partitioned()) {
        return Some(format!(
            "TiDB has no foreign keys to partitioned tables, and {} is one",
            table.name.name
        ));
    }
    if catalog.table_named(own).is_some_and(Table::is_partitioned) {
        return Some("TiDB has no foreign keys on partitioned tables".into());
    }
    if let Some(parent) = parent {
        // Without the places its name has in another statement.
        let parts = names::parts(&parent.tidb_name);
        key.foreign_table = parts
            .map(|part| Ident { span: sqlparser::tokenizer::Span::empty(), ..part.clone() })
            .collect::<Vec<_>>()
            .into();
    }
    // Without a database's name TiDB looks for the table beside its own, not where the script runs.
    if !own.schema.is_empty() && key.foreign_table.0.len() == 1 {
        let (name, database) = (&referred.name, &own.schema);
        return Some(format!(
            "`{name}` is in the database the script runs in, whose name a table in `{database}` would have to say"
        ));
    }
    if !key.referred_columns.is_empty() {
        let why = parent.and_then(|parent| keyless(parent, &key.referred_columns));
        if let Some(parent) = parent.filter(|_| why.is_none()) {
            in_order(parent, key);
        }
        return why;
    }
    let columns = if referred == *own {
        own_key.unwrap_or_default()
    } else {
        parent.map(primary_key).unwrap_or_default()
    };
    if columns.is_empty() {
        let name = &referred.name;
        return Some(format!("it means the primary key of `{name}`, which no file of this run declares"));
    }
    key.referred_columns = columns.iter().map(|column| names::ident(column)).collect::<Vec<Ident>>();
    None
}

/// Puts the pairs of columns in the order that the key has them in: PostgreSQL takes any, TiDB only that.
fn in_order(parent: &Table, key: &mut ForeignKeyConstraint) {
    let begins = |columns: &[String]| {
        columns.len() >= key.referred_columns.len()
            && key.referred_columns.iter().zip(columns).all(|(ident, column)| names::folded(ident) == *column)
    };
    let mut there =
        parent.indexes.iter().filter(|index| index.tidb_name.is_some()).map(|index| &index.columns);
    if key.columns.len() != key.referred_columns.len() || there.clone().any(|columns| begins(columns)) {
        return;
    }
    let order = there.find_map(|columns| {
        let first = columns.get(..key.referred_columns.len())?;
        let place =
            |column: &String| key.referred_columns.iter().position(|ident| names::folded(ident) == *column);
        first.iter().map(place).collect::<Option<Vec<usize>>>()
    });
    let Some(order) = order else { return };
    key.columns = order.iter().map(|at| key.columns[*at].clone()).collect();
    key.referred_columns = order.iter().map(|at| key.referred_columns[*at].clone()).collect();
}

/// Why the columns are no key on TiDB, if they are one on PostgreSQL.
fn keyless(parent: &Table, referred: &[Ident]) -> Option<String> {
    let named = |column: &String| referred.iter().any(|ident| names::folded(ident) == *column);
    let mut keys = parent.indexes.iter().filter(|index| {
        index.unique && index.columns.len() == referred.len() && index.columns.iter().all(named)
    });
    let first = keys.next()?;
    let there = first.tidb_name.is_some() || keys.any(|key| key.tidb_name.is_some());
    (!there).then(|| format!("it refers to the key `{}`, which did not come over", first.name))
}

const STORED: &str = "TiDB refuses it where a stored column is generated from the key";

/// The columns from which stored columns are generated.
fn stored<'o>(options: impl Iterator<Item = &'o ColumnOption>) -> Vec<String> {
    let expressions = options.filter_map(|option| match option {
        ColumnOption::Generated {
            generation_expr: Some(expr),
            generation_expr_mode: Some(GeneratedExpressionMode::Stored),
            ..
        } => Some(expr),
        _ => None,
    });
    expressions.flat_map(|expr| mentioned_names(expr, |_| true)).collect()
}

/// Actions and MATCH that TiDB parses and ignores, or refuses.
fn actions(
    cx: &mut Cx<'_>,
    key: &mut ForeignKeyConstraint,
    not_null: &dyn Fn(&str) -> bool,
    stored: &[String],
) {
    let computed_with = key.columns.iter().any(|column| stored.contains(&names::folded(column)));
    let around = cx.constraint(&*key, "REFERENCES");
    let sides = [("DELETE", &mut key.on_delete), ("UPDATE", &mut key.on_update)];
    for (event, action) in sides {
        let (what, why) = match action {
            Some(ReferentialAction::SetDefault) => ("SET DEFAULT", "TiDB parses it and ignores it"),
            Some(ReferentialAction::SetNull) if key.columns.iter().any(|c| not_null(&c.value)) => {
                ("SET NULL", "TiDB refuses it on a NOT NULL column")
            }
            Some(ReferentialAction::SetNull) if computed_with => ("SET NULL", STORED),
            Some(ReferentialAction::Cascade) if computed_with => ("CASCADE", STORED),
            _ => continue,
        };
        let words: Vec<&str> = ["on", event].into_iter().chain(what.split(' ')).collect();
        let span = cx.words_from(&words, around);
        cx.report(
            &FOREIGN_KEY_ACTION,
            span,
            format!("ON {event} {what} becomes NO ACTION: {why}, so the statement fails instead"),
        )
        .help("set the referring rows in the program before the row they refer to goes");
        // not said at all: to TiDB, a CHECK may not stand on a column whose key says even NO ACTION
        *action = None;
    }
    match key.match_kind.take() {
        Some(kind @ (ConstraintReferenceMatchKind::Full | ConstraintReferenceMatchKind::Partial))
            if key.columns.len() > 1 =>
        {
            let span = cx.words_from(
                &["match", if kind == ConstraintReferenceMatchKind::Full { "full" } else { "partial" }],
                around,
            );
            cx.report(
                &FOREIGN_KEY_ACTION,
                span,
                format!("TiDB ignores {kind}: a key with some NULLs is accepted"),
            )
            .help("make the columns NOT NULL, or add a CHECK that all or none of them are NULL");
        }
        _ => {}
    }
}

/// Gives the referring columns the types of those they refer to.
fn match_types(cx: &mut Cx<'_>, create: &mut CreateTable, key: &ForeignKeyConstraint, own: &Name) {
    let parent = Name::of(&key.foreign_table);
    for (from, to) in key.columns.iter().zip(&key.referred_columns) {
        let referred: Option<DataType> = if parent == *own {
            create.columns.iter().find(|c| same(&c.name, to)).map(|c| c.data_type.clone())
        } else {
            cx.catalog.table_named(&parent).and_then(|t| t.column(&to.value)).map(|c| c.tidb.clone())
        };
        let Some(column) = create.columns.iter_mut().find(|c| same(&c.name, from)) else { continue };
        let Some(referred) = referred else { continue };
        if compatible(&column.data_type, &referred) {
            continue;
        }
        let span = cx.column_type(&column.name);
        cx.note(
            &FOREIGN_KEY,
            span,
            format!(
                "`{}` takes the type of the column it refers to, {referred}: TiDB wants both alike",
                from.value
            ),
        );
        column.data_type = referred;
    }
}

fn same(a: &Ident, b: &Ident) -> bool {
    a.value.eq_ignore_ascii_case(&b.value)
}

/// Whether TiDB lets a foreign key lead from one type to the other.
pub fn compatible(from: &DataType, to: &DataType) -> bool {
    kind(from) == kind(to)
}

/// Types of one kind may refer to each other: probes show VARCHARs of any lengths, and else only equal types.
fn kind(data_type: &DataType) -> String {
    let text = data_type.to_string().to_ascii_uppercase();
    let base = text.split(['(', ' ']).next().unwrap_or("");
    match base {
        "VARCHAR" | "CHARACTER" if !text.starts_with("CHARACTER(") => "VARCHAR".into(),
        "CHARACTER" | "CHAR" => "CHAR".into(),
        "VARBINARY" => "VARBINARY".into(),
        "INT" | "INTEGER" | "INT4" => "INT".into(),
        "BIGINT" | "INT8" => "BIGINT".into(),
        "SMALLINT" | "INT2" => "SMALLINT".into(),
        "BOOL" | "BOOLEAN" => "TINYINT(1)".into(),
        "NUMERIC" | "DECIMAL" | "DEC" => text.replace("NUMERIC", "DECIMAL").replace(' ', ""),
        _ => text,
    }
}

//! `inline-constraint`

use crate::catalog::{generated_name, mentioned_names};
use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use crate::syntax::names;
use sqlparser::ast::{
    CheckConstraint, ColumnDef, ColumnOption, ColumnOptionDef, CreateTable, Expr, ForeignKeyConstraint,
    Ident, TableConstraint, UniqueConstraint,
};
use std::collections::BTreeSet;

rule! {
    /// A constraint without a name, or one that stands on a column.
    ///
    /// TiDB parses `REFERENCES` on a column and forgets it, so it becomes a table constraint; so does a CHECK on a column that reads
    /// another one, which TiDB takes only there. Names that PostgreSQL
    /// makes up (`t_a_key`, `t_a_fkey`, `t_a_check`) are written down, since TiDB would make up others and both error
    /// messages and later `DROP CONSTRAINT`s speak of them. A primary key stays where it is: TiDB calls it `PRIMARY`.
    /// The name of a NOT NULL constraint is dropped: neither server reports it.
    pub INLINE_CONSTRAINT = "C001", "inline-constraint", Tables, Exact;
}

pub fn pass(_cx: &mut Cx<'_>, work: &mut Work) {
    if let Some(create) = work.create_table() {
        let table = names::last(&create.name).map(names::folded).unwrap_or_default();
        let mut taken = taken_names(create);
        let all: Vec<String> = create.columns.iter().map(|column| names::folded(&column.name)).collect();
        for column in &mut create.columns {
            create.constraints.extend(extract(&table, &all, column, &mut taken));
        }
        for constraint in &mut create.constraints {
            name_table_constraint(&table, &all, constraint, &mut taken);
        }
    }
}

/// The names the statement itself gives.
fn taken_names(create: &CreateTable) -> BTreeSet<String> {
    let inline = create.columns.iter().flat_map(|c| &c.options).filter_map(|o| o.name.as_ref());
    let listed = create.constraints.iter().filter_map(name_of);
    inline.chain(listed).map(names::folded).collect()
}

fn name_of(constraint: &TableConstraint) -> Option<&Ident> {
    match constraint {
        TableConstraint::Unique(c) => c.name.as_ref(),
        TableConstraint::ForeignKey(c) => c.name.as_ref(),
        TableConstraint::Check(c) => c.name.as_ref(),
        TableConstraint::PrimaryKey(c) => c.name.as_ref(),
        _ => None,
    }
}

/// Makes a name up as PostgreSQL does, and takes it.
fn made_up(table: &str, columns: &str, label: &str, taken: &mut BTreeSet<String>) -> Ident {
    let name = generated_name(table, columns, label, |name| taken.contains(name));
    taken.insert(name.clone());
    names::ident(&name)
}

/// Takes the constraints out of a column that have to be the table's, and names those that stay.
fn extract(
    table: &str,
    all: &[String],
    column: &mut ColumnDef,
    taken: &mut BTreeSet<String>,
) -> Vec<TableConstraint> {
    let mut moved = Vec::new();
    let own = names::folded(&column.name);
    let options = std::mem::take(&mut column.options);
    for ColumnOptionDef { name, option } in options {
        match option {
            ColumnOption::Unique(unique) => {
                let name = name.unwrap_or_else(|| made_up(table, &own, "key", taken));
                let columns = vec![column.name.clone().into()];
                moved.push(TableConstraint::Unique(UniqueConstraint { name: Some(name), columns, ..unique }));
            }
            ColumnOption::ForeignKey(key) => {
                let name = name.unwrap_or_else(|| made_up(table, &own, "fkey", taken));
                let columns = vec![column.name.clone()];
                moved.push(TableConstraint::ForeignKey(ForeignKeyConstraint {
                    name: Some(name),
                    columns,
                    ..key
                }));
            }
            ColumnOption::Check(check) => {
                let columns = mentioned(&check.expr, all);
                let name = name.unwrap_or_else(|| {
                    let one = if let [one] = columns.as_slice() { one.as_str() } else { "" };
                    made_up(table, one, "check", taken)
                });
                if columns.iter().all(|column| *column == own) {
                    let option = ColumnOption::Check(check);
                    column.options.push(ColumnOptionDef { name: Some(name), option });
                } else {
                    moved.push(TableConstraint::Check(CheckConstraint { name: Some(name), ..check }));
                }
            }
            ColumnOption::PrimaryKey(_) => column.options.push(ColumnOptionDef { name: None, option }),
            _ => column.options.push(ColumnOptionDef { name: None, option }),
        }
    }
    moved
}

/// Names a table constraint that has none; TiDB's primary key has no name of its own.
fn name_table_constraint(
    table: &str,
    columns: &[String],
    constraint: &mut TableConstraint,
    taken: &mut BTreeSet<String>,
) {
    match constraint {
        TableConstraint::Unique(key) if key.name.is_none() => {
            let list = crate::passes::index_columns(&key.columns).join("_");
            key.name = Some(made_up(table, &list, "key", taken));
        }
        TableConstraint::ForeignKey(key) if key.name.is_none() => {
            let list: Vec<_> = key.columns.iter().map(names::folded).collect();
            key.name = Some(made_up(table, &list.join("_"), "fkey", taken));
        }
        TableConstraint::Check(check) if check.name.is_none() => {
            let list = mentioned(&check.expr, columns);
            let list = if list.len() == 1 { list[0].as_str() } else { "" };
            check.name = Some(made_up(table, list, "check", taken));
        }
        _ => {}
    }
}

/// The columns that an expression mentions, folded, each once.
fn mentioned(expr: &Expr, columns: &[String]) -> Vec<String> {
    mentioned_names(expr, |name| columns.iter().any(|column| column == name))
}

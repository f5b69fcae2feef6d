//! `like-table`, `inherited-table`: the columns that a new table takes from others.

use super::check::rename;
use crate::catalog::{Catalog, Copied, Name, Source, SpelledOut, Table};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::indexes::prefixes;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::skip::What;
use crate::syntax::{Left, Parsed};
use sqlparser::ast::{
    ColumnDef, ColumnOption, ColumnOptionDef, CreateIndex, CreateTable, ObjectName, Statement,
    TableConstraint,
};

rule! {
    /// A table made LIKE another.
    ///
    /// TiDB's `LIKE` takes over everything or nothing, so the columns are spelled out as the statements before declared
    /// them, and with INCLUDING also defaults, generated columns, checks, keys, indexes and comments. A serial column's
    /// default takes from the first table's sequence on PostgreSQL; on TiDB the new table counts for itself.
    pub LIKE_TABLE = "C601", "like-table", Tables, Exact;
}

/// What is said where a table with children is read.
pub fn without_children(table: &Table) -> String {
    format!("the rows of the tables that inherit from {} are not in it on TiDB", table.name.name)
}

rule! {
    /// A table that INHERITS from others.
    ///
    /// TiDB has no inheritance. The table gets the columns, defaults and checks of its parents as its own, but it is a
    /// table for itself: queries on a parent do not see its rows, and later changes to a parent do not change it. Where the
    /// parent is queried for all rows, make it one table with a column for the kind, or a view with UNION ALL.
    pub INHERITED_TABLE = "C602", "inherited-table", Tables, Lossy;
}

/// What a CREATE TABLE takes from others.
pub fn sources(skipped: &[Left], create: &CreateTable) -> Vec<Source> {
    let likes = skipped.iter().filter_map(|left| match &left.what {
        What::Like(like) => Some(Source {
            table: like.table.clone(),
            after: like.after,
            defaults: like.includes("defaults"),
            generated: like.includes("generated"),
            identity: like.includes("identity"),
            comments: like.includes("comments"),
            checks: like.includes("constraints"),
            indexes: like.includes("indexes"),
            merges: false,
        }),
        _ => None,
    });
    let parents = create.inherits.iter().flatten().map(|table| Source {
        table: table.clone(),
        after: 0,
        defaults: true,
        generated: true,
        identity: false,
        comments: false,
        checks: true,
        indexes: false,
        merges: true,
    });
    parents.chain(likes).collect()
}

/// The table as PostgreSQL has it, and its indexes, where it takes something from others.
pub fn spelled_out(
    catalog: &Catalog,
    parsed: &Parsed,
    tree: &Statement,
) -> Option<(CreateTable, Vec<CreateIndex>)> {
    let Statement::CreateTable(create) = tree else { return None };
    let sources = sources(&parsed.skipped, create);
    if sources.is_empty() {
        return None;
    }
    let spelled = catalog.spell_out(create, &sources).ok()?;
    Some((spelled.create, spelled.indexes))
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::CreateTable(source)) = cx.parsed.tree.as_deref() else { return };
    let sources = sources(&cx.parsed.skipped, source);
    if sources.is_empty() {
        return;
    }
    let at = |cx: &Cx<'_>, name: &ObjectName| cx.node(name);
    let catalog = cx.catalog;
    let spelled = match catalog.spell_out(source, &sources) {
        Ok(spelled) => spelled,
        Err(name) => {
            let span = at(cx, &name);
            let missing = catalog.table(&name).and_then(|table| table.missing.clone());
            let message = match missing {
                Some(why) => format!("{name} is not on TiDB: {why}"),
                None => format!("no file of this run declares {name}, whose columns the table takes"),
            };
            let rule = if source.inherits.is_some() { &INHERITED_TABLE } else { &LIKE_TABLE };
            cx.report(rule, span, message).refused().help(
                "convert this file together with the one that creates the table, or write the columns out",
            );
            work.verdict = Verdict::Refuse;
            return;
        }
    };
    for parent in source.inherits.iter().flatten() {
        let span = at(cx, parent);
        cx.report(
            &INHERITED_TABLE,
            span,
            format!("TiDB has no inheritance: queries on {parent} do not see the rows of this table"),
        )
        .help("make it one table with a column for the kind, or query a view with UNION ALL");
    }
    for left in cx.parsed.skipped.iter().filter(|left| matches!(left.what, What::Like(_))) {
        cx.note(&LIKE_TABLE, left.span, "the columns are spelled out as they were declared");
    }
    write(cx, work, &spelled, &sources);
}

/// Puts the columns, keys and indexes into the translation.
fn write(cx: &mut Cx<'_>, work: &mut Work, spelled: &SpelledOut<'_>, sources: &[Source]) {
    let own = work.create_table().map(|create| create.constraints.len()).unwrap_or_default();
    let taken: Vec<_> =
        taken(cx, spelled).filter(|c| !matches!(c, TableConstraint::Check(_))).cloned().collect();
    let keyed = |name: &str| {
        spelled.create.constraints.iter().any(|constraint| match constraint {
            TableConstraint::PrimaryKey(key) => begins(&key.columns, name),
            TableConstraint::Unique(key) => begins(&key.columns, name),
            _ => false,
        })
    };
    let mut counted = Vec::new();
    let Some(create) = work.create_table() else { return };
    create.inherits = None;
    for copied in &spelled.copied {
        let Copied { at, from, source } = copied;
        let says = |option: &&ColumnOption| said(option, &sources[*source], keyed(&from.name));
        let mut options: Vec<ColumnOptionDef> = from
            .options
            .iter()
            .filter(says)
            .map(|option| ColumnOptionDef { name: None, option: option.clone() })
            .collect();
        let not_null = spelled.create.columns.get(*at).is_some_and(|c| !c.options.is_empty());
        if not_null && !from.not_null() {
            options.push(ColumnOptionDef { name: None, option: ColumnOption::NotNull });
        }
        if options.iter().any(|option| counts(&option.option)) && !sources[*source].identity {
            counted.push(from.name.clone());
        }
        let name = sqlparser::ast::Ident { span: sqlparser::tokenizer::Span::empty(), ..from.ident.clone() };
        let at = (*at).min(create.columns.len());
        create.columns.insert(at, ColumnDef { name, data_type: from.tidb.clone(), options });
    }
    create.constraints.truncate(own);
    create.constraints.extend(taken);
    for name in counted {
        let message = format!(
            "on PostgreSQL both tables take {name} from one sequence; on TiDB each counts for itself"
        );
        let found = cx.report(&LIKE_TABLE, cx.head(), message);
        (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
    }
    for (name, unique) in &spelled.left {
        let found = cx.report(&LIKE_TABLE, cx.head(), format!("the index {name} is not taken over"));
        if *unique {
            (found.level, found.fidelity) = (Level::Warning, Fidelity::Lossy);
            found.help = Some("create it in a statement of its own".into());
        } else {
            found.level = Level::Info;
        }
    }
    for index in &spelled.indexes {
        let mut index = index.clone();
        let source = sources.iter().find(|source| source.indexes);
        if let Some(table) = source.and_then(|source| cx.catalog.table(&source.table)) {
            prefixes(cx, table, &mut index);
        }
        if let Some(create) = work.create_table() {
            index.table_name = create.name.clone();
        }
        work.items.push(Item::tree(Statement::CreateIndex(index)));
    }
}

/// The constraints that other tables gave.
fn taken<'s>(cx: &Cx<'_>, spelled: &'s SpelledOut<'_>) -> impl Iterator<Item = &'s TableConstraint> {
    let own = match cx.parsed.tree.as_deref() {
        Ok(Statement::CreateTable(create)) => create.constraints.len(),
        _ => 0,
    };
    spelled.create.constraints.iter().skip(own)
}

/// Adds the checks, which were translated for the other table.
pub fn checks(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::CreateTable(source)) = cx.parsed.tree.as_deref() else { return };
    let sources = sources(&cx.parsed.skipped, source);
    if sources.is_empty() {
        return;
    }
    let Ok(spelled) = cx.catalog.spell_out(source, &sources) else { return };
    let owner = Name::of(&source.name);
    let mut checks: Vec<TableConstraint> =
        taken(cx, &spelled).filter(|c| matches!(c, TableConstraint::Check(_))).cloned().collect();
    for constraint in &mut checks {
        if let TableConstraint::Check(check) = constraint {
            let head = cx.head();
            rename(cx, &mut check.name, &owner, head);
        }
    }
    if let Some(create) = work.create_table() {
        create.constraints.extend(checks);
    }
}

fn begins(columns: &[sqlparser::ast::IndexColumn], name: &str) -> bool {
    match columns.first().map(|column| &column.column.expr) {
        Some(sqlparser::ast::Expr::Identifier(ident)) => ident.value.eq_ignore_ascii_case(name),
        _ => false,
    }
}

/// AUTO_INCREMENT and the like.
fn counts(option: &ColumnOption) -> bool {
    matches!(option, ColumnOption::DialectSpecific(_))
        && option.to_string().to_ascii_uppercase().starts_with("AUTO_")
}

/// Whether the new table's column says this as well.
fn said(option: &ColumnOption, source: &Source, keyed: bool) -> bool {
    match option {
        ColumnOption::NotNull
        | ColumnOption::Null
        | ColumnOption::Collation(_)
        | ColumnOption::CharacterSet(_) => true,
        ColumnOption::Default(_) | ColumnOption::OnUpdate(_) => source.defaults,
        ColumnOption::Generated { .. } => source.generated,
        ColumnOption::Comment(_) => source.comments,
        // TiDB counts only in a column that a key begins with.
        option if counts(option) => keyed && (source.defaults || source.identity),
        _ => false,
    }
}

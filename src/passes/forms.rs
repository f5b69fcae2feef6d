//! Statements that sqlparser has no tree for: translated, left out or refused by name as all others are.

use super::alter::STORAGE_SETTING;
use super::partitions::later::{self, Change};
use super::queries::VIEW;
use super::statements::ddl::{
    COMPOSITE_TABLE, INHERITANCE_CHANGE, MOVED_OBJECT, PARTITION_INDEX, SCHEMA_ELEMENTS,
};
use super::statements::drop_object::DROP_ABSENT;
use super::types::{COMPOSITE_TYPE, domain_change};
use super::{Cx, Item, Verdict, Work};
use crate::catalog::{Catalog, Name};
use crate::syntax::ddl::{DomainChange, Form, Named};
use crate::text::Span;
use sqlparser::ast::{ColumnOption, GeneratedExpressionMode, Ident, ObjectName, ObjectNamePart, Statement};

/// What the catalog is told after the plan.
pub enum Effect {
    Partition(Change),
    Domain(ObjectName, DomainChange),
    DropDomains(Vec<ObjectName>),
    MoveType(ObjectName, Ident),
    MoveTable(ObjectName, Ident),
    RenameView(Name, Ident),
    MoveView(Name, ObjectName),
    /// The column calculates nothing any more.
    Plain(Name, String),
    None,
}

/// Fills the work with what stands for the form.
pub fn plan(cx: &mut Cx<'_>, work: &mut Work, form: &Form) -> Effect {
    match form {
        Form::PartitionOf(of) => return Effect::Partition(later::partition_of(cx, work, of)),
        Form::Attach { table, partition, bound } => {
            return Effect::Partition(later::attach(cx, work, table, partition, bound));
        }
        Form::Detach { table, partition } => {
            return Effect::Partition(later::detach(cx, work, table, partition));
        }
        Form::AttachIndex { index, .. } => {
            cx.note(&PARTITION_INDEX, index.span, "an index covers all partitions of its table on TiDB");
            work.verdict = Verdict::Drop;
        }
        Form::NoEffect { span } => {
            cx.note(
                &STORAGE_SETTING,
                *span,
                "it says where PostgreSQL keeps its files, or what an extension takes along",
            );
            work.verdict = Verdict::Drop;
        }
        Form::Inherit { table, parent, joins } => {
            let message = if *joins {
                format!(
                    "TiDB has no inheritance: queries on {} do not see the rows of {}",
                    parent.name, table.name
                )
            } else {
                format!("TiDB has no inheritance: {} is a table for itself already", table.name)
            };
            let found = cx.report(&INHERITANCE_CHANGE, parent.span, message);
            if *joins {
                found.help("query a view with UNION ALL instead of the parent");
            } else {
                found.level = crate::diagnostic::Level::Info;
                found.fidelity = crate::diagnostic::Fidelity::Exact;
            }
            work.verdict = Verdict::Drop;
        }
        Form::DropExpression { table, column, span } => {
            return drop_expression(cx, work, table, column, *span);
        }
        Form::OfType { table } => {
            let span = table.span;
            cx.note(
                &COMPOSITE_TABLE,
                span,
                "the table keeps its columns, whether a type has them as well or not",
            )
            .fidelity = crate::diagnostic::Fidelity::Exact;
            work.verdict = Verdict::Drop;
        }
        Form::TypedTable { of, .. } => {
            cx.report(
                &COMPOSITE_TABLE,
                of.span,
                format!("TiDB has no composite types: {} has no columns there", of.name),
            )
            .help("write the columns out");
            work.verdict = Verdict::Refuse;
        }
        Form::AlterType { name } => {
            cx.report(&COMPOSITE_TYPE, name.span, format!("TiDB has no type {}", name.name));
            work.verdict = Verdict::Refuse;
        }
        Form::SchemaElements { .. } => {
            let head = cx.head();
            cx.report(&SCHEMA_ELEMENTS, head, "TiDB makes a database in a statement of its own")
                .help("write CREATE SCHEMA and what it holds as statements of their own");
            work.verdict = Verdict::Refuse;
        }
        Form::Analyze { tables } => analyze(cx, work, tables),
        Form::DropDomains { domains, cascade } => return drop_domains(cx, work, domains, *cascade),
        Form::AlterDomain { domain, change, span } => {
            return domain_change::plan(cx, work, domain, change, *span);
        }
        Form::RenameView { view, new } => return rename_view(cx, work, view, new),
        Form::SetSchema { kind, object, schema } => return move_object(cx, work, kind, object, schema),
    }
    Effect::None
}

fn is_generated(option: &ColumnOption) -> bool {
    matches!(option, ColumnOption::Generated { .. })
}

/// A stored column that calculates keeps its values and becomes a plain one; TiDB changes no virtual one.
fn drop_expression(cx: &mut Cx<'_>, work: &mut Work, table: &Named, column: &Ident, span: Span) -> Effect {
    let known = cx.catalog.table(&table.name).filter(|known| known.missing.is_none());
    let name = crate::syntax::names::folded(column);
    let Some((known, found)) = known.and_then(|known| Some((known, known.column(&name)?))) else {
        let message = format!("no file of this run declares the column {column} of {}", table.name);
        cx.report(&super::alter::UNDECLARED_COLUMN, span, message);
        work.verdict = Verdict::Refuse;
        return Effect::None;
    };
    let effect = Effect::Plain(Name::of(&table.name), name);
    match found.options.iter().find(|option| is_generated(option)) {
        None => {
            cx.note(&STORAGE_SETTING, span, format!("{column} is a plain column on TiDB already"));
            work.verdict = Verdict::Drop;
            effect
        }
        Some(ColumnOption::Generated {
            generation_expr_mode: Some(GeneratedExpressionMode::Stored), ..
        }) => {
            let mut plain = found.clone();
            plain.options.retain(|option| !is_generated(option));
            work.items = vec![super::alter::modify(&known.tidb_name, &plain)];
            effect
        }
        Some(_) => {
            let message = format!("TiDB can't make a plain column of {column}, which is virtual there");
            cx.report(&super::alter::TYPE_BLOCKED, span, message)
                .help("add a plain column, and copy the values");
            work.verdict = Verdict::Refuse;
            Effect::None
        }
    }
}

fn analyze(cx: &mut Cx<'_>, work: &mut Work, tables: &[Named]) {
    let written = |table: &Named| {
        let known = cx.catalog.table(&table.name);
        match known {
            Some(found) if found.missing.is_some() => None,
            Some(found) => Some(found.tidb_name.clone()),
            None => Some(table.name.clone()),
        }
    };
    let names: Vec<ObjectName> = tables.iter().filter_map(written).collect();
    if names.is_empty() {
        let head = cx.head();
        cx.note(
            &super::statements::MAINTENANCE,
            head,
            "TiDB gathers the statistics of a whole database by itself",
        );
        work.verdict = Verdict::Drop;
        return;
    }
    let list: Vec<String> = names.iter().map(ToString::to_string).collect();
    work.items = vec![Item::Text(format!("ANALYZE TABLE {}", list.join(", ")))];
}

fn drop_domains(cx: &mut Cx<'_>, work: &mut Work, domains: &[Named], cascade: bool) -> Effect {
    let names: Vec<ObjectName> = domains.iter().map(|domain| domain.name.clone()).collect();
    super::types::drop_domains(cx, work, &names, cascade);
    match work.verdict {
        Verdict::Refuse => Effect::None,
        _ => Effect::DropDomains(names),
    }
}

/// TiDB renames a view as it does a table; views that read it are created again.
fn rename_view(cx: &mut Cx<'_>, work: &mut Work, view: &Named, new: &Ident) -> Effect {
    let name = Name::of(&view.name);
    let Some(known) = cx.catalog.view_named(&name) else {
        let message = format!("no file of this run declares the view {}", view.name);
        cx.report(&VIEW, view.span, message).refused().help("convert it together with the file that does");
        work.verdict = Verdict::Refuse;
        return Effect::None;
    };
    let effect = Effect::RenameView(name.clone(), new.clone());
    if !known.there {
        cx.note(&DROP_ABSENT, view.span, format!("the view {} is not on TiDB", view.name));
        work.verdict = Verdict::Drop;
        return effect;
    }
    let old = known.written.as_ref().map_or_else(|| view.name.clone(), |written| written.name.clone());
    let last = old.0.len().saturating_sub(1);
    let parts = old.0.iter().take(last).cloned();
    let to = ObjectName(parts.chain([ObjectNamePart::Identifier(new.clone())]).collect());
    let old = old.to_string();
    work.items = vec![Item::Text(format!("RENAME TABLE {old} TO {to}"))];
    work.items.extend(super::alter::renamed_in_views(cx, &name, &to, view.span));
    effect
}

/// The database that a schema is on TiDB; `None` for the connection's.
pub fn database_of(cx: &Cx<'_>, schema: &Ident) -> Option<Ident> {
    match cx.options.schemas.get(&crate::syntax::names::folded(schema)).map(String::as_str) {
        None => Some(schema.clone()),
        Some("") => None,
        Some(name) => Some(crate::syntax::names::ident(name)),
    }
}

/// The same, and a refusal where it is the connection's.
fn database(cx: &mut Cx<'_>, work: &mut Work, object: &Named, schema: &Ident) -> Option<Ident> {
    let found = database_of(cx, schema);
    if found.is_none() {
        let message = "TiDB moves a table to a database by its name, and this schema is the connection's";
        cx.report(&MOVED_OBJECT, object.span, message)
            .refused()
            .help("give the schema a name with `schemas` in pg2tidb.toml");
        work.verdict = Verdict::Refuse;
    }
    found
}

/// TiDB moves no view: it is created there and dropped here, and views that read it are created again.
fn move_view(cx: &mut Cx<'_>, work: &mut Work, object: &Named, schema: &Ident) -> Effect {
    let name = Name::of(&object.name);
    let written =
        cx.catalog.view_named(&name).filter(|view| view.there).and_then(|view| view.written.clone());
    let Some(written) = written else {
        let message = format!("no file of this run creates the view {} on TiDB", object.name);
        cx.report(&MOVED_OBJECT, object.span, message)
            .refused()
            .help("convert it together with the file that does");
        work.verdict = Verdict::Refuse;
        return Effect::None;
    };
    let Some(database) = database(cx, work, object, schema) else { return Effect::None };
    let mut view = written.as_ref().clone();
    let Some(last) = crate::syntax::names::last(&view.name).cloned() else { return Effect::None };
    let moved = ObjectName::from(vec![database, last]);
    let drop = Item::Text(format!("DROP VIEW {}", view.name));
    view.name.clone_from(&moved);
    cx.note(&MOVED_OBJECT, object.span, "TiDB moves no view: it is created there, and dropped here");
    work.items = vec![Item::tree(Statement::CreateView(view))];
    work.items.extend(super::alter::renamed_in_views(cx, &name, &moved, object.span));
    work.items.push(drop);
    Effect::MoveView(name, moved)
}

/// Types live in no schema on TiDB; a table moves by RENAME; all else is not there to be moved.
fn move_object(cx: &mut Cx<'_>, work: &mut Work, kind: &str, object: &Named, schema: &Ident) -> Effect {
    match kind {
        "TYPE" | "DOMAIN" => {
            cx.note(&MOVED_OBJECT, object.span, "types live in no schema on TiDB: each column has its own");
            work.verdict = Verdict::Fold;
            Effect::MoveType(object.name.clone(), schema.clone())
        }
        "TABLE" => {
            let known = cx.catalog.table(&object.name);
            if let Some(why) = known.and_then(|table| table.missing.clone()) {
                let message = format!("{} is not on TiDB: {why}", object.name);
                cx.report(&super::alter::MISSING_TABLE, object.span, message);
                work.verdict = Verdict::Refuse;
                return Effect::None;
            }
            let from = known.map_or(&object.name, |table| &table.tidb_name).clone();
            let Some(last) = from.0.last().cloned() else { return Effect::None };
            let Some(database) = database(cx, work, object, schema) else { return Effect::None };
            let to = ObjectName(vec![ObjectNamePart::Identifier(database), last]);
            work.items = vec![Item::Text(format!("RENAME TABLE {from} TO {to}"))];
            work.items.extend(super::alter::renamed_in_views(cx, &Name::of(&object.name), &to, object.span));
            Effect::MoveTable(object.name.clone(), schema.clone())
        }
        "VIEW" | "MATERIALIZED VIEW" => move_view(cx, work, object, schema),
        _ => {
            cx.note(
                &MOVED_OBJECT,
                object.span,
                format!("there is no {} on TiDB to move", kind.to_lowercase()),
            );
            work.verdict = Verdict::Drop;
            Effect::None
        }
    }
}

/// Records what the form changed.
pub fn apply(catalog: &mut Catalog, effect: Effect) {
    match effect {
        Effect::Partition(Change::Add { table, part, partitioning, below }) => {
            let name = part.name.clone();
            if let Some(partitioning) = partitioning {
                catalog.partition(&table, partitioning);
            }
            catalog.add_part(&table, part);
            if let Some(below) = below {
                catalog.partition(&name, below);
            }
        }
        Effect::Partition(Change::Drop { table, part, stays }) => catalog.drop_part(&table, &part, stays),
        Effect::Partition(Change::None) | Effect::None => {}
        Effect::Domain(name, change) => catalog.change_domain(&name, &change),
        Effect::DropDomains(names) => names.iter().for_each(|name| catalog.drop_type(name)),
        Effect::MoveType(name, schema) => catalog.move_type(&name, &schema.value),
        Effect::RenameView(old, new) => catalog.rename_view(&old, &new),
        Effect::Plain(table, column) => {
            if let Some(column) = catalog.table_mut(&table).and_then(|table| table.column_mut(&column)) {
                column.options.retain(|option| !is_generated(option));
            }
        }
        Effect::MoveView(old, new) => catalog.move_view(&old, &new),
        Effect::MoveTable(name, schema) => {
            let new = Name::new(&schema.value, &Name::of(&name).name);
            catalog.move_table(&Name::of(&name), new, &schema);
        }
    }
}

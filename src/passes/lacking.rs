//! `lost-default`, `lost-exclusion`: rows of tables that lack on TiDB what PostgreSQL does with them.

use super::expressions::types::Ty;
use super::expressions::{Scope, scope, translate_to};
use super::tables::like::{INHERITED_TABLE, without_children};
use super::{Cx, Work};
use crate::catalog::{ConstraintKind, Name, Table};
use crate::diagnostic::{Fidelity, Level, Rule, rule};
use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use crate::text::Span;
use sqlparser::ast::{
    AlterTable, AlterTableOperation as Op, Assignment, AssignmentTarget, Distinct, Expr, FromTable, Ident,
    Insert, ObjectName, Parens, SelectItem, SetExpr, Statement, TableConstraint, TableFactor, TableObject,
    Update, ValueWithSpan, VisitorMut,
};
use std::ops::ControlFlow;

rule! {
    /// A row that takes a default which TiDB's column does not have.
    ///
    /// TiDB has no default such as `now() + interval '1 day'`: the column comes over without it (`default-left-out`). Where a
    /// statement of the migrations relies on it, the value is written into the statement. Programs have to bring it themselves.
    pub LOST_DEFAULT = "C720", "lost-default", Tables, Exact;
}

rule! {
    /// A row that an EXCLUDE constraint would have compared with the others.
    ///
    /// TiDB has no such constraints: rows that exclude each other are accepted.
    pub LOST_EXCLUSION = "C721", "lost-exclusion", Tables, Lossy;
}

rule! {
    /// Rows for which PostgreSQL runs a trigger that is not on TiDB.
    ///
    /// What the trigger does to them, or to other rows, is left undone: write it into the migration where it counts. A trigger that
    /// only notifies listeners is not meant.
    pub LOST_TRIGGER = "C724", "lost-trigger", Tables, Lossy;
}

/// The rules of what is lacking.
pub static RULES: &[&Rule] = &[&LOST_DEFAULT, &LOST_EXCLUSION, &LOST_TRIGGER];

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if let Ok(Statement::AlterTable(alter)) = cx.parsed.tree.as_deref() {
        altered(cx, alter);
    }
    for statement in work.trees() {
        match statement {
            Statement::Insert(insert) => self::insert(cx, insert),
            Statement::Update(update) => self::update(cx, update),
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
                if let Some(TableFactor::Table { name, .. }) = tables.first().map(|table| &table.relation) {
                    written(cx, &name.clone(), "DELETE");
                }
            }
            _ => {}
        }
    }
}

/// Whether rows written to the table miss something that PostgreSQL's has.
pub fn lacks(table: &Table) -> bool {
    !table.parents.is_empty()
        || table.columns.iter().any(|column| column.lost_default.is_some())
        || table.constraints.iter().any(|c| c.kind == ConstraintKind::Exclude)
        || table.triggers.iter().any(|trigger| !trigger.lost.is_empty())
}

/// The table, if it is on TiDB and lacks something.
fn lacking<'a>(cx: &Cx<'a>, name: &ObjectName) -> Option<&'a Table> {
    scope::relation(cx, name).filter(|table| table.missing.is_none() && lacks(table))
}

/// Rows are written to the table: what PostgreSQL does then and TiDB does not.
pub fn written(cx: &mut Cx<'_>, name: &ObjectName, event: &str) {
    inherits(cx, name);
    if let Some(table) = scope::relation(cx, name) {
        untriggered(cx, table, cx.node(name), event);
    }
}

/// Says which trigger of the table is missing for an event.
pub fn untriggered(cx: &mut Cx<'_>, table: &Table, span: Span, event: &str) {
    let Some(lost) = table.triggers.iter().find(|t| t.lost.iter().any(|lost| lost == event)) else { return };
    let message = format!("TiDB has no triggers: what {} does for this {event} is left undone", lost.name);
    cx.report(&LOST_TRIGGER, span, message).help = Some("write what it does into the migration".into());
}

/// PostgreSQL changes the tables that inherit from a table with it.
fn altered(cx: &mut Cx<'_>, alter: &AlterTable) {
    let changes = |operation: &Op| {
        matches!(
            operation,
            Op::AddColumn { .. }
                | Op::DropColumn { .. }
                | Op::RenameColumn { .. }
                | Op::AlterColumn { .. }
                | Op::AddConstraint { constraint: TableConstraint::Check(_), .. }
        )
    };
    if !alter.operations.iter().any(changes) {
        return;
    }
    let children = cx.catalog.descendants(&Name::of(&alter.name));
    let named: Vec<&str> = children.iter().map(|child| child.name.name.as_str()).collect();
    if !named.is_empty() {
        let span = cx.node(&alter.name);
        let message =
            format!("on TiDB this does not change what inherits from the table: {}", named.join(", "));
        cx.report(&INHERITED_TABLE, span, message).help = Some("write the same for each of them".into());
    }
}

/// Rows that PostgreSQL shows in other tables as well, or keeps in them.
fn inherits(cx: &mut Cx<'_>, name: &ObjectName) {
    let Some(table) = scope::relation(cx, name) else { return };
    let message = match table.parents.first() {
        Some(parent) => format!("on TiDB {} does not show the rows of {}", parent.name, table.name.name),
        None if cx.catalog.has_children(&table.name) => without_children(table),
        None => return,
    };
    let span = cx.node(name);
    cx.report(&INHERITED_TABLE, span, message);
}

fn insert(cx: &mut Cx<'_>, insert: &mut Insert) {
    let TableObject::TableName(name) = &insert.table else { return };
    written(cx, name, "INSERT");
    let Some(table) = lacking(cx, name) else { return };
    let at = name.clone();
    for constraint in &table.constraints {
        excludes(cx, &at, constraint.kind == ConstraintKind::Exclude, &constraint.name);
    }
    let (width, can_grow) = match insert.source.as_deref() {
        None => (0, true),
        Some(query) => match query.body.as_ref() {
            SetExpr::Values(values) => (values.rows.first().map_or(0, |row| row.content.len()), true),
            SetExpr::Select(select) => {
                let star = select
                    .projection
                    .iter()
                    .any(|item| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)));
                let plain = matches!(select.distinct, None | Some(Distinct::All)) && !star;
                (select.projection.len(), plain && query.order_by.is_none())
            }
            _ => (0, false),
        },
    };
    let listed: Vec<String> = match insert.columns.is_empty() {
        true => table.columns.iter().take(width).map(|column| column.name.clone()).collect(),
        false => insert.columns.iter().filter_map(names::last).map(names::folded).collect(),
    };
    for column in &table.columns {
        let Some(default) = column.lost_default.as_deref() else { continue };
        let place = listed.iter().position(|name| *name == column.name);
        let relies = match place {
            None => true,
            Some(place) => says_default(insert, place),
        };
        if !relies {
            continue;
        }
        let Some(value) = value(cx, &column.pg, default).filter(|_| can_grow || place.is_some()) else {
            unfilled(cx, &at, &column.ident);
            continue;
        };
        match place {
            Some(place) => replace(insert, place, &value),
            None => append(insert, table, &listed, &column.ident, &value),
        }
        let span = cx.node(&at);
        let message = format!("TiDB's {} has no default: the statement brings {default}", column.ident);
        cx.note(&LOST_DEFAULT, span, message);
    }
}

/// The default as a value of a row, if it has a translation.
fn value(cx: &mut Cx<'_>, declared: &sqlparser::ast::DataType, default: &Expr) -> Option<Expr> {
    let mut value = default.clone();
    // Its places are in another statement.
    let _ = value.walk_mut(&mut Nowhere);
    let before = cx.diagnostics.len();
    let ty = Ty::of(declared, cx.catalog);
    let done = translate_to(cx, &mut value.clone(), &Scope::default(), &ty).is_ok();
    cx.diagnostics.truncate(before);
    done.then_some(value)
}

struct Nowhere;

impl VisitorMut for Nowhere {
    type Break = ();

    fn pre_visit_ident(&mut self, ident: &mut Ident) -> ControlFlow<()> {
        ident.span = sqlparser::tokenizer::Span::empty();
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        value.span = sqlparser::tokenizer::Span::empty();
        ControlFlow::Continue(())
    }
}

fn unfilled(cx: &mut Cx<'_>, at: &ObjectName, column: &Ident) {
    let span = cx.node(at);
    let message = format!("TiDB's {column} has no default, and PostgreSQL's would be used here");
    let found = cx.report(&LOST_DEFAULT, span, message);
    (found.level, found.fidelity) = (Level::Warning, Fidelity::Lossy);
    found.help = Some("write the value into the statement".into());
}

fn is_default(value: &Expr) -> bool {
    matches!(value, Expr::Identifier(ident) if ident.value.eq_ignore_ascii_case("default"))
}

fn rows(insert: &mut Insert) -> Option<&mut Vec<Parens<Vec<Expr>>>> {
    match insert.source.as_deref_mut()?.body.as_mut() {
        SetExpr::Values(values) => Some(&mut values.rows),
        _ => None,
    }
}

/// Whether a row says DEFAULT in this place.
fn says_default(insert: &mut Insert, place: usize) -> bool {
    rows(insert).is_some_and(|rows| rows.iter().any(|row| row.content.get(place).is_some_and(is_default)))
}

fn replace(insert: &mut Insert, place: usize, value: &Expr) {
    let rows = rows(insert).into_iter().flatten();
    for cell in rows.filter_map(|row| row.content.get_mut(place)).filter(|cell| is_default(cell)) {
        *cell = value.clone();
    }
}

fn append(insert: &mut Insert, table: &Table, listed: &[String], column: &Ident, value: &Expr) {
    let name = |ident: &Ident| {
        ObjectName::from(vec![Ident { span: sqlparser::tokenizer::Span::empty(), ..ident.clone() }])
    };
    if insert.columns.is_empty() {
        let known = listed.iter().filter_map(|name| table.column(name));
        insert.columns = known.map(|column| name(&column.ident)).collect();
    }
    insert.columns.push(name(column));
    let Some(query) = insert.source.as_deref_mut() else {
        let rows = vec![Parens::with_empty_span(vec![value.clone()])];
        let values = sqlparser::ast::Values { explicit_row: false, value_keyword: false, rows };
        insert.source = Some(Box::new(super::queries::query_of_body(SetExpr::Values(values))));
        return;
    };
    match query.body.as_mut() {
        SetExpr::Values(values) => values.rows.iter_mut().for_each(|row| row.content.push(value.clone())),
        SetExpr::Select(select) => select.projection.push(SelectItem::UnnamedExpr(value.clone())),
        _ => {}
    }
}

fn update(cx: &mut Cx<'_>, update: &mut Update) {
    let TableFactor::Table { name, .. } = &update.table.relation else { return };
    written(cx, name, "UPDATE");
    let Some(table) = lacking(cx, name) else { return };
    let at = name.clone();
    let mut set = Vec::new();
    for Assignment { target, value: written } in &mut update.assignments {
        let AssignmentTarget::ColumnName(target) = target else { continue };
        let Some(column) = names::last(target).map(names::folded) else { continue };
        let lost = table.column(&column).and_then(|column| Some((column, column.lost_default.as_deref()?)));
        if let Some((column, default)) = lost.filter(|_| is_default(written)) {
            match value(cx, &column.pg, default) {
                Some(value) => *written = value,
                None => unfilled(cx, &at, &column.ident),
            }
        }
        set.push(column);
    }
    for constraint in &table.constraints {
        let compares =
            constraint.kind == ConstraintKind::Exclude && set.iter().any(|c| constraint.has_column(c));
        excludes(cx, &at, compares, &constraint.name);
    }
}

fn excludes(cx: &mut Cx<'_>, at: &ObjectName, compares: bool, constraint: &str) {
    if !compares {
        return;
    }
    let span = cx.node(at);
    let message = format!("TiDB does not check {constraint}: rows that exclude each other are accepted");
    cx.report(&LOST_EXCLUSION, span, message).help =
        Some("check for conflicting rows before, with SELECT … FOR UPDATE in the same transaction".into());
}

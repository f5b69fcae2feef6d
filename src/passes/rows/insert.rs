//! INSERT … VALUES: each value as the column's TiDB type takes it.

use super::rules::{INSERT_QUERY, INSERTED_VALUE, ON_CONFLICT, RETURNING, ZERO_ID};
use super::value::{self, Refusal, Target};
use crate::passes::alter::actions::MISSING_TABLE;
use crate::passes::expressions::Scope;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{Insert, ObjectName, Query, SetExpr, Statement, TableObject, Values};

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(Statement::Insert(insert)) = work.first() else { return };
    match statement(cx, insert) {
        Done::InPlace => {}
        Done::Text(text) => work.items = vec![Item::Text(text)],
        Done::Refused => work.verdict = Verdict::Refuse,
    }
}

enum Done {
    InPlace,
    /// What has no form in the tree.
    Text(String),
    Refused,
}

fn statement(cx: &mut Cx<'_>, insert: &mut Insert) -> Done {
    if insert.on.is_some() {
        let span = cx.words(&["on", "conflict"]);
        cx.report(&ON_CONFLICT, span, "ON CONFLICT is not translated yet");
        return Done::Refused;
    }
    if insert.returning.is_some() {
        let span = cx.words(&["returning"]);
        cx.report(&RETURNING, span, "an INSERT gives no rows back on TiDB");
        return Done::Refused;
    }
    // The alias serves only what was refused above.
    insert.table_alias = None;
    let TableObject::TableName(name) = &insert.table else { return Done::InPlace };
    let source_name = source_name(cx).unwrap_or_else(|| name.clone());
    if let Some(reason) = cx.catalog.table(&source_name).and_then(|table| table.missing.clone()) {
        let span = cx.node(&source_name);
        cx.report(&MISSING_TABLE, span, format!("{source_name} is not on TiDB: {reason}"));
        return Done::Refused;
    }
    let Some(query) = insert.source.as_deref_mut() else {
        return default_values(insert);
    };
    let Some(rows) = rows(query) else {
        let span = cx.words(&["select"]);
        cx.report(&INSERT_QUERY, span, "the rows of a query are not translated yet");
        return Done::Refused;
    };
    let width = rows.rows.first().map_or(0, |row| row.content.len());
    let table = cx.catalog.table(&source_name);
    if let (Some(table), true) = (table, insert.columns.is_empty())
        && width < table.columns.len()
    {
        // PostgreSQL gives the columns that are left their defaults.
        let listed = table.columns.iter().take(width);
        insert.columns = listed.map(|column| ObjectName::from(vec![column.ident.clone()])).collect();
    }
    let columns: Vec<String> =
        insert.columns.iter().map(|name| names::last(name).map(names::folded).unwrap_or_default()).collect();
    let targets: Vec<Option<Target>> = (0..width)
        .map(|at| {
            let table = table?;
            let column = match columns.get(at) {
                Some(name) => table.column(name)?,
                None => table.columns.get(at)?,
            };
            Some(Target::of(cx, column))
        })
        .collect();
    // A row reads no columns.
    let scope = Scope::default();
    for row in &mut rows.rows {
        for (at, expr) in row.content.iter_mut().enumerate() {
            let target = targets.get(at).and_then(Option::as_ref);
            match value::convert(cx, expr, target, &scope) {
                Ok(()) => {}
                Err(Refusal::Value(span, what)) => {
                    let message = format!("{what} can't be stored on TiDB");
                    cx.report(&INSERTED_VALUE, span, message);
                    return Done::Refused;
                }
                Err(Refusal::Untranslatable(span, what)) => {
                    cx.report(&INSERTED_VALUE, span, format!("{what} has no translation"));
                    return Done::Refused;
                }
                Err(Refusal::Zero(span)) => {
                    let message = "a zero makes TiDB give the row a new id";
                    cx.report(&ZERO_ID, span, message);
                    return Done::Refused;
                }
            }
        }
    }
    Done::InPlace
}

/// The table as the source names it; schemas may have been mapped since.
fn source_name(cx: &Cx<'_>) -> Option<ObjectName> {
    match &cx.parsed.tree {
        Ok(Statement::Insert(Insert { table: TableObject::TableName(name), .. })) => Some(name.clone()),
        _ => None,
    }
}

/// `INSERT INTO t DEFAULT VALUES`.
fn default_values(insert: &Insert) -> Done {
    let plain = insert.assignments.is_empty() && insert.format_clause.is_none();
    // Whatever else it is, the gate refuses it.
    if plain { Done::Text(format!("INSERT INTO {} () VALUES ()", insert.table)) } else { Done::InPlace }
}

/// The rows of a plain VALUES list.
fn rows(query: &mut Query) -> Option<&mut Values> {
    let plain = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none()
        && query.pipe_operators.is_empty();
    match query.body.as_mut() {
        SetExpr::Values(values) if plain && !values.explicit_row => Some(values),
        _ => None,
    }
}

//! RETURNING as a SELECT beside the statement, where the rows can be found again.

use super::Refused;
use super::conflict::Does;
use super::insert::{Into, is_default, list};
use super::rules::RETURNING;
use super::value::{is_random, makes_ids};
use crate::catalog::{Column, Table};
use crate::passes::expressions::Scope;
use crate::passes::expressions::literals::{call, number};
use crate::passes::{Cx, Item, queries};
use crate::text::Span;
use sqlparser::ast::{
    BinaryOperator, Expr, Ident, LockClause, LockType, ObjectName, Query, SelectItem, SetExpr, Statement,
    TableAlias, TableFactor, UnaryOperator, Value,
};

fn span(cx: &Cx<'_>) -> Span {
    cx.words(&["returning"])
}

pub fn refused(cx: &Cx<'_>, message: &str) -> Refused {
    Refused::new(&RETURNING, span(cx), message)
        .help("leave RETURNING out if nobody reads the rows, or give the key in the statement")
}

/// The SELECT that shows the rows of an INSERT after it. The values of `source` are TiDB's.
pub fn inserted(
    cx: &mut Cx<'_>,
    asked: Vec<SelectItem>,
    into: &Into<'_>,
    source: &Query,
    does: Option<Does>,
) -> Result<Item, Refused> {
    let Some(table) = into.table else {
        return Err(refused(
            cx,
            "no file of this run declares the table, so its new rows can't be found again",
        ));
    };
    let key = match &does {
        None => table.primary_key().map(|key| key.columns.clone()),
        Some(Does::Update { conditional: false, found_by: Some(columns) }) => Some(columns.clone()),
        Some(_) => return Err(refused(cx, "which rows the conflict leaves out can't be told after it")),
    };
    let found = key.and_then(|key| by_key(table, &key, into, source));
    let found = found.or_else(|| if does.is_none() { by_made_id(table, into, source) } else { None });
    let Some(found) = found else {
        return Err(refused(cx, "the new rows can't be found again: their key is not in the statement"));
    };
    select(cx, asked, &into.name, into.alias.as_ref(), Some(found), false)
}

/// The rows by the values that the statement gives their key.
fn by_key(table: &Table, key: &[String], into: &Into<'_>, source: &Query) -> Option<Expr> {
    let columns: Vec<&Column> = key.iter().map(|name| table.column(name)).collect::<Option<_>>()?;
    let places: Vec<usize> =
        key.iter().map(|name| into.columns.iter().position(|c| c == name)).collect::<Option<_>>()?;
    let rows = &list(source)?.rows;
    let known = |expr: &&Expr| match expr {
        Expr::Value(value) => value.value != Value::Null,
        Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => {
            matches!(**expr, Expr::Value(_))
        }
        Expr::Function(function) => function.name.to_string() == "UUID_TO_BIN",
        _ => false,
    };
    let value = |row: &[Expr], at: usize| row.get(at).filter(known).cloned();
    if let ([column], [at]) = (&columns[..], &places[..]) {
        let mut values: Vec<Expr> = rows.iter().map(|row| value(&row.content, *at)).collect::<Option<_>>()?;
        let column = Box::new(Expr::Identifier(column.ident.clone()));
        return match values.len() {
            1 => Some(binary(*column, BinaryOperator::Eq, values.remove(0))),
            _ => Some(Expr::InList { expr: column, list: values, negated: false }),
        };
    }
    let one = |row: &[Expr]| {
        let mut parts = columns.iter().zip(&places).map(|(column, at)| {
            Some(binary(Expr::Identifier(column.ident.clone()), BinaryOperator::Eq, value(row, *at)?))
        });
        let first = parts.next()??;
        parts.try_fold(first, |all, part| Some(binary(all, BinaryOperator::And, part?)))
    };
    let mut found = rows.iter().map(|row| one(&row.content));
    let first = found.next()??;
    found.try_fold(first, |all, row| Some(binary(all, BinaryOperator::Or, row?)))
}

/// The rows by the ids that TiDB has just made: those of one statement follow each other.
fn by_made_id(table: &Table, into: &Into<'_>, source: &Query) -> Option<Expr> {
    let column = table.columns.iter().find(|column| makes_ids(column))?;
    let rows = &list(source)?.rows;
    if let Some(at) = into.columns.iter().position(|name| *name == column.name)
        && !rows.iter().all(|row| row.content.get(at).is_some_and(is_default))
    {
        return None;
    }
    let id = Expr::Identifier(column.ident.clone());
    let last = || call("LAST_INSERT_ID", Vec::new());
    match rows.len() {
        1 => Some(binary(id, BinaryOperator::Eq, last())),
        _ if is_random(column) => None,
        count => {
            let high = binary(last(), BinaryOperator::Plus, number((count - 1).to_string()));
            Some(Expr::Between {
                expr: Box::new(id),
                negated: false,
                low: Box::new(last()),
                high: Box::new(high),
            })
        }
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// `SELECT … FROM table WHERE …` in PostgreSQL's words.
pub fn untranslated(
    asked: Vec<SelectItem>,
    table: &ObjectName,
    alias: Option<&Ident>,
    condition: Option<Expr>,
) -> Box<Query> {
    let mut select = queries::select_of(Vec::new(), Some(table.clone()));
    select.projection = asked;
    select.selection = condition;
    if let Some(TableFactor::Table { alias: shown, .. }) =
        select.from.first_mut().map(|from| &mut from.relation)
    {
        *shown = alias.map(|alias| TableAlias {
            explicit: true,
            name: alias.clone(),
            columns: Vec::new(),
            at: None,
        });
    }
    Box::new(queries::query_of(select))
}

/// `SELECT … FROM table WHERE …`; the condition is TiDB's already.
pub fn select(
    cx: &mut Cx<'_>,
    asked: Vec<SelectItem>,
    table: &ObjectName,
    alias: Option<&Ident>,
    condition: Option<Expr>,
    lock: bool,
) -> Result<Item, Refused> {
    let mut query = untranslated(asked, table, alias, None);
    queries::translate(cx, &mut query, &Scope::default()).map_err(|e| Refused::of(&RETURNING, e))?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.selection = condition;
    }
    if lock {
        query.locks = vec![LockClause { lock_type: LockType::Update, of: None, nonblock: None }];
    }
    Ok(Item::tree(Statement::Query(query)))
}

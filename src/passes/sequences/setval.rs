//! `SELECT setval(…)`: a sequence, or a counter, goes on somewhere else.

use super::calls::{self, Call, Named, What};
use super::statement::{Done, aligned, set_counter};
use super::{SEQUENCE_LIMIT, SEQUENCE_VALUE, UNDECLARED_SEQUENCE};
use crate::catalog::{Name, Place, Sequence};
use crate::diagnostic::{Diagnostic, Fidelity, Level};
use crate::passes::expressions::span;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use crate::syntax::walk::Walk;
use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Query, SelectItem,
    SetExpr, Statement, TableFactor, Value, Visitor,
};
use std::ops::ControlFlow;

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::Query(query)) = cx.parsed.tree.as_deref() else { return };
    let Some((call, from)) = calls::selected(query).filter(|(call, _)| call.what == What::Set) else {
        return;
    };
    let mut done = plan(cx, query, &call, from);
    if from.is_none() && done.verdict != Verdict::Refuse {
        done.texts.extend(shown_value(cx, query, &call));
    }
    work.verdict = if done.texts.is_empty() { done.verdict } else { Verdict::Emit };
    work.items = done.texts.into_iter().map(Item::Text).collect();
}

/// The value that `setval` gives back. Of a dump, which writes `pg_catalog.setval`, nobody reads it.
fn shown_value(cx: &Cx<'_>, query: &Query, call: &Call<'_>) -> Option<String> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let alias = match &select.projection[..] {
        [SelectItem::ExprWithAlias { alias, .. }] => alias.to_string(),
        [SelectItem::UnnamedExpr(Expr::Function(function))] if function.name.0.len() == 1 => "setval".into(),
        _ => return None,
    };
    let value = text(cx, call.rest.first()?)?;
    Some(format!("SELECT {value} AS {alias}"))
}

/// The sequence that a call names, where it is declared.
pub fn resolve(cx: &Cx<'_>, named: &Named) -> Option<(Name, Sequence)> {
    let (name, sequence) = match named {
        Named::Sequence(name) => {
            let name = Name::of(name);
            let sequence = cx.catalog.sequence(&name)?.clone();
            (name, sequence)
        }
        Named::Of(table, column) => {
            let (name, sequence) = cx.catalog.sequence_of(&Name::of(table), column)?;
            (name.clone(), sequence.clone())
        }
        Named::Unknown => return None,
    };
    Some((name, sequence))
}

/// What a message calls the sequence.
pub fn shown(named: &Named) -> String {
    match named {
        Named::Sequence(name) => format!("the sequence {name}"),
        Named::Of(table, column) => format!("the sequence of {table}.{column}"),
        Named::Unknown => "a sequence that is calculated".into(),
    }
}

fn refuse(found: &mut Diagnostic, help: &str) -> Done {
    (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
    found.help = Some(help.into());
    Done::refused()
}

fn plan(cx: &mut Cx<'_>, query: &Query, call: &Call<'_>, from: Option<&ObjectName>) -> Done {
    let at = cx.words(&["setval"]);
    let Some((_, sequence)) = resolve(cx, &call.named) else {
        let message = format!("no file of this run creates {}", shown(&call.named));
        let found = cx.report(&UNDECLARED_SEQUENCE, at, message);
        return refuse(found, "convert this file together with the one that creates it");
    };
    let next = calls::next_after(call, sequence.increment).filter(|_| from.is_none());
    match (&sequence.place, next) {
        (Place::Missing(why), _) => {
            cx.note(&SEQUENCE_VALUE, at, format!("{} is not on TiDB: {why}", shown(&call.named)));
            Done::dropped()
        }
        (Place::Sequence(name), Some(next)) => {
            if sequence.increment.abs() != 1 {
                aligned(cx, at, &sequence);
            }
            Done::emit(vec![format!("ALTER SEQUENCE {name} RESTART WITH {next}")], Vec::new())
        }
        (Place::Sequence(name), None) => calculated(cx, call, from, &name.clone(), &sequence),
        (Place::Counter, next) => {
            let Some((owner, column)) = &sequence.owner else { return Done::dropped() };
            let Some(table) = cx.catalog.table_named(owner).map(|table| table.tidb_name.to_string()) else {
                return Done::dropped();
            };
            match next {
                // Nothing was given out yet.
                Some(1) => {
                    cx.note(&SEQUENCE_VALUE, at, format!("the ids of {table} start at 1 by themselves"));
                    Done::dropped()
                }
                Some(next) => set_counter(cx, at, &owner.clone(), next),
                None => follows(cx, query, call, owner, column, &table),
            }
        }
    }
}

/// `setval` to the largest id: AUTO_INCREMENT is past it by itself.
fn follows(cx: &mut Cx<'_>, query: &Query, call: &Call<'_>, owner: &Name, column: &str, table: &str) -> Done {
    let at = cx.words(&["setval"]);
    struct Seen<'c> {
        column: &'c str,
        largest: bool,
        relations: Vec<Name>,
        added: bool,
    }
    impl Visitor for Seen<'_> {
        type Break = ();
        fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
            self.relations.push(Name::of(relation));
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Function(function) => {
                    let name = names::last(&function.name).map(names::folded).unwrap_or_default();
                    let of = match &function.args {
                        FunctionArguments::List(list) => match &list.args[..] {
                            [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => column_of(expr),
                            _ => None,
                        },
                        _ => None,
                    };
                    self.largest |= name == "max" && of.as_deref() == Some(self.column);
                }
                Expr::Value(value) => {
                    let more =
                        matches!(&value.value, Value::Number(n, _) if n.parse::<i64>().is_ok_and(|n| n > 1));
                    self.added |= more;
                }
                _ => {}
            }
            ControlFlow::Continue(())
        }
    }
    let mut seen = Seen { column, largest: false, relations: Vec::new(), added: false };
    let _ = query.walk(&mut seen);
    if !seen.largest || seen.relations.iter().any(|relation| relation != owner) || seen.relations.is_empty() {
        let value = call.rest.first().map_or(at, |value| span(cx, value));
        let found = cx.report(&SEQUENCE_VALUE, value, format!("the next id of {table} is not known here"));
        return refuse(found, "set it with ALTER TABLE … AUTO_INCREMENT = n");
    }
    if seen.added {
        let message = format!("the ids of {table} go on right after the largest one it has");
        cx.report(&SEQUENCE_LIMIT, at, message).help =
            Some("set it with ALTER TABLE … AUTO_INCREMENT = n".into());
    } else {
        cx.note(&SEQUENCE_VALUE, at, format!("the ids of {table} go on after the largest one by themselves"));
    }
    Done::dropped()
}

fn column_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(names::folded(ident)),
        Expr::CompoundIdentifier(parts) => parts.last().map(names::folded),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => column_of(inner),
        _ => None,
    }
}

/// TiDB takes a number and no expression: a prepared statement is put together from what a query found.
fn calculated(
    cx: &mut Cx<'_>,
    call: &Call<'_>,
    from: Option<&ObjectName>,
    name: &ObjectName,
    sequence: &Sequence,
) -> Done {
    let at = cx.words(&["setval"]);
    let called = match call.rest.get(1) {
        None => Some(true),
        Some(Expr::Value(value)) => match value.value {
            Value::Boolean(called) => Some(called),
            _ => None,
        },
        Some(_) => None,
    };
    let value = call.rest.first().and_then(|value| text(cx, value));
    let (Some(value), Some(called)) = (value, called) else {
        let value = call.rest.first().map_or(at, |value| span(cx, value));
        let found = cx.report(&SEQUENCE_VALUE, value, "this value of setval has no translation");
        return refuse(found, "restart the sequence with ALTER SEQUENCE … RESTART WITH n");
    };
    let value = match from {
        Some(table) => format!("(SELECT {value} FROM {})", super::on_tidb(cx.options, table)),
        None => value,
    };
    let step = match (called, sequence.increment) {
        (false, _) => String::new(),
        (true, step) if step < 0 => format!(" - {}", -step),
        (true, step) => format!(" + {step}"),
    };
    if sequence.increment.abs() != 1 {
        aligned(cx, at, sequence);
    }
    let plain = name.to_string().replace('\'', "''");
    Done::emit(
        vec![
            format!("SET @pg2tidb = {value}{step}"),
            format!(
                "SET @pg2tidb = IFNULL(CONCAT('ALTER SEQUENCE {plain} RESTART WITH ', @pg2tidb), 'DO 0')"
            ),
            "PREPARE pg2tidb FROM @pg2tidb".to_string(),
            "EXECUTE pg2tidb".to_string(),
            "DEALLOCATE PREPARE pg2tidb".to_string(),
        ],
        Vec::new(),
    )
}

/// The expression as TiDB writes it, if it is of the few kinds that mean the same there.
fn text(cx: &Cx<'_>, expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.clone()),
            Value::Null => Some("NULL".into()),
            _ => None,
        },
        Expr::Identifier(ident) => Some(ident.to_string()),
        Expr::Cast { expr, .. } => text(cx, expr),
        Expr::Nested(inner) => Some(format!("({})", text(cx, inner)?)),
        Expr::BinaryOp { left, op: op @ (BinaryOperator::Plus | BinaryOperator::Minus), right } => {
            Some(format!("{} {op} {}", text(cx, left)?, text(cx, right)?))
        }
        Expr::Function(function) => {
            let name = names::last(&function.name).map(names::folded)?;
            let FunctionArguments::List(list) = &function.args else { return None };
            let known = ["max", "coalesce", "greatest"].contains(&name.as_str());
            let plain = known && function.over.is_none() && function.filter.is_none();
            // GREATEST of PostgreSQL passes over NULL, TiDB's does not.
            if !plain || name == "greatest" && list.args.iter().any(|arg| arg.to_string().contains("max(")) {
                return None;
            }
            let args = list.args.iter().map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => text(cx, expr),
                _ => None,
            });
            Some(format!("{name}({})", args.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        Expr::Subquery(query) => {
            let SetExpr::Select(select) = query.body.as_ref() else { return None };
            let bare = select.selection.is_none()
                && select.having.is_none()
                && select.distinct.is_none()
                && query.with.is_none()
                && query.limit_clause.is_none();
            let ([SelectItem::UnnamedExpr(value)], [table], true) =
                (&select.projection[..], &select.from[..], bare)
            else {
                return None;
            };
            let TableFactor::Table { name, alias: None, .. } = &table.relation else { return None };
            let name = super::on_tidb(cx.options, name);
            table.joins.is_empty().then_some(())?;
            Some(format!("(SELECT {} FROM {name})", text(cx, value)?))
        }
        _ => None,
    }
}

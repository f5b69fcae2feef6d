//! ON CONFLICT as ON DUPLICATE KEY UPDATE, where the table's unique keys let it mean the same.

pub mod assign;
mod keys;
mod target;

use super::Refused;
use super::insert::{Into, list};
use super::rules::{CONFLICT_OTHER_KEY, CONFLICT_SAME_ROW, CONFLICT_UNDECLARED, ON_CONFLICT};
use super::value::{self, makes_ids};
use crate::catalog::{Column, Index, Table};
use crate::passes::Cx;
use crate::passes::expressions::literals::call;
use crate::passes::expressions::scope::{self, Columns, Scope, Source};
use crate::passes::expressions::types::Ty;
use crate::syntax::names;
use crate::syntax::walk::Walk;
use crate::text::Span;
use assign::{Guard, Set, Split};
use keys::{Distinct, Given};
use sqlparser::ast::{
    Assignment, AssignmentTarget, BinaryOperator, ColumnOption, DoUpdate, Expr, Ident, ObjectName,
    OnConflict, OnConflictAction, OnInsert, Query, SetExpr, Value, Visitor,
};
use std::ops::ControlFlow;
use target::Target;

/// What the clause comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Rows that meet an old one are left out.
    Nothing,
    /// They change it, all of them or some. The columns that a row is found by, if the change leaves them alone.
    Update { conditional: bool, found_by: Option<Vec<String>> },
}

/// Writes the clause for TiDB and says what it does. `source` is what the author wrote.
pub fn clause(
    cx: &mut Cx<'_>,
    on: OnInsert,
    source: &Query,
    into: &Into<'_>,
) -> Result<(OnInsert, Does), Refused> {
    let head = cx.words(&["on", "conflict"]);
    let refuse = |span: Span, message: &str| Refused::new(&ON_CONFLICT, span, message);
    let OnInsert::OnConflict(OnConflict { conflict_target, action }) = on else {
        return Err(refuse(cx.head(), "ON DUPLICATE KEY UPDATE is no PostgreSQL"));
    };
    let target = target::read(cx, conflict_target.as_ref())
        .map_err(|span| refuse(span, "this conflict target can't be read"))?;
    let given = Given { columns: &into.columns, rows: list(source) };
    let (sets, condition, does) = match action {
        OnConflictAction::DoNothing => (Vec::new(), None, Does::Nothing),
        OnConflictAction::DoUpdate(DoUpdate { assignments, selection }) => {
            let Some(target) = &target else {
                return Err(refuse(head, "DO UPDATE without a conflict target fails on PostgreSQL"));
            };
            let sets = assign::split(&assignments).map_err(|Split::Row| {
                refuse(head, "several columns set from one subquery have no form in ON DUPLICATE KEY UPDATE")
            })?;
            let does =
                Does::Update { conditional: selection.is_some(), found_by: found_by(target, &sets, into) };
            (sets, selection, does)
        }
    };
    let guard = match (into.table, &target) {
        (Some(table), Some(target)) => {
            let guard = keyed(cx, table, target, &given, &sets, into)?;
            if let (Does::Update { .. }, Some(arbiter)) = (&does, target.arbiters(table).first()) {
                once(cx, table, arbiter, &given, source, target)?;
            }
            guard
        }
        (None, Some(target)) => {
            let message =
                "no file of this run declares the table: on TiDB a conflict on any of its unique keys counts";
            cx.report(&CONFLICT_UNDECLARED, target.span, message).help =
                Some("have the files that create it in the same run".into());
            None
        }
        (_, None) => None,
    };
    let mut assignments = match does {
        Does::Nothing if guard.is_some() => Vec::new(),
        Does::Nothing => vec![same(nothing(into, target.as_ref(), head)?, into)],
        Does::Update { .. } => updates(cx, sets, condition, into, head)?,
    };
    if let Some(guard) = guard {
        assignments.insert(0, guard);
    }
    Ok((OnInsert::DuplicateKeyUpdate(assignments), does))
}

/// The columns of the key that a changed row keeps.
fn found_by(target: &Target, sets: &[Set], into: &Into<'_>) -> Option<Vec<String>> {
    let arbiter = *target.arbiters(into.table?).first()?;
    let kept = arbiter.expressions.is_empty()
        && arbiter.predicate.is_none()
        && !arbiter.columns.iter().any(|column| sets.iter().any(|set| set.column == *column));
    kept.then(|| arbiter.columns.clone())
}

/// Looks at the keys of a declared table: what must be guarded, warned of or refused.
fn keyed(
    cx: &mut Cx<'_>,
    table: &Table,
    target: &Target,
    given: &Given<'_>,
    sets: &[Set],
    into: &Into<'_>,
) -> Result<Option<Assignment>, Refused> {
    let refuse = |message: String| Refused::new(&ON_CONFLICT, target.span, message);
    let arbiters = target.arbiters(table);
    let Some(arbiter) = arbiters.first() else {
        let name = target::shown(&table.tidb_name);
        return Err(refuse(format!(
            "{name} has no unique key that is this conflict target, so PostgreSQL fails here"
        ))
        .help("name the columns of a unique key that the files of this run create"));
    };
    if arbiters.iter().any(|arbiter| arbiter.tidb_name.is_none()) {
        return Err(refuse(format!("the unique key {} is not on TiDB", arbiter.name)));
    }
    let others = keys::others(table, &arbiters, given);
    if others.is_empty() {
        return Ok(None);
    }
    let names: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
    let names = names.join(", ");
    if arbiters.len() > 1
        || arbiter.columns.is_empty()
        || !arbiter.expressions.is_empty()
        || arbiter.predicate.is_some()
    {
        let message =
            format!("a conflict on {names} fails on PostgreSQL, and on TiDB it counts as one on this target");
        return Err(refuse(message));
    }
    let free = |column: &&Column| {
        let keyed = table.primary_key().is_some_and(|key| key.has_column(&column.name));
        (column.not_null() || keyed)
            && !column.options.iter().any(|o| matches!(o, ColumnOption::Generated { .. }))
    };
    let set = |column: &&Column| sets.iter().any(|set| set.column == column.name);
    let mut never_null = table.columns.iter().filter(free);
    let Some(kept) = never_null.clone().find(|c| !set(c)).or_else(|| never_null.next()) else {
        let message =
            format!("a conflict on {names} fails on PostgreSQL, and on TiDB it counts as one on this target");
        return Err(refuse(message));
    };
    if !keys::comes_first(table, arbiter, &others) {
        let message = format!(
            "a row that meets one row by this target and another one by {names} fails on TiDB instead of taking the first"
        );
        cx.report(&CONFLICT_OTHER_KEY, target.span, message);
    }
    // A conflict on another key must fail, as it does on PostgreSQL: NULL where none may stand.
    let met = arbiter.columns.iter().filter_map(|name| table.column(name)).map(|column| {
        let new = call("VALUES", vec![Expr::Identifier(column.ident.clone())]);
        binary(into.old(&column.ident), BinaryOperator::Spaceship, new)
    });
    let met = met.reduce(|all, one| binary(all, BinaryOperator::And, one));
    let Some(met) = met else { return Ok(None) };
    let own = into.old(&kept.ident);
    let value = call("IF", vec![met, own, Expr::value(Value::Null)]);
    Ok(Some(assignment(&kept.ident, value)))
}

/// PostgreSQL fails where two new rows change the same old one; TiDB changes it twice.
fn once(
    cx: &mut Cx<'_>,
    table: &Table,
    arbiter: &Index,
    given: &Given<'_>,
    source: &Query,
    target: &Target,
) -> Result<(), Refused> {
    let plain = arbiter.expressions.is_empty();
    let columns: &[String] = if plain { &arbiter.columns } else { &[] };
    let distinct = if gives_one(source) { Distinct::Yes } else { keys::distinct(table, columns, given) };
    match distinct {
        Distinct::Yes => Ok(()),
        Distinct::No => {
            let message =
                "two of the rows have the same key, and PostgreSQL changes no row twice: it fails here";
            Err(Refused::new(&ON_CONFLICT, target.span, message))
        }
        Distinct::Unknown => {
            let message = "rows with the same key change a row twice on TiDB, where PostgreSQL fails";
            cx.report(&CONFLICT_SAME_ROW, target.span, message);
            Ok(())
        }
    }
}

/// A query without a table gives one row at most.
fn gives_one(query: &Query) -> bool {
    match query.body.as_ref() {
        SetExpr::Select(select) => select.from.is_empty(),
        SetExpr::Query(query) => gives_one(query),
        _ => false,
    }
}

/// A column that DO NOTHING can set to itself.
fn nothing(into: &Into<'_>, target: Option<&Target>, head: Span) -> Result<Ident, Refused> {
    let free = |column: &&Column| !column.options.iter().any(|o| matches!(o, ColumnOption::Generated { .. }));
    let found = match into.table {
        Some(table) => {
            let key = table.primary_key().and_then(|key| key.columns.first());
            let wanted = target.and_then(|target| target.columns.first()).or(key);
            wanted
                .and_then(|name| table.column(name))
                .filter(free)
                .or_else(|| table.columns.iter().find(free))
                .map(|column| column.ident.clone())
        }
        None => {
            let name = target.and_then(|target| target.columns.first()).or_else(|| into.columns.first());
            name.map(|name| names::ident(name))
        }
    };
    found.ok_or_else(|| {
        Refused::new(
            &ON_CONFLICT,
            head,
            "no file of this run declares the table, and no column of it is named",
        )
        .help("list the columns that the INSERT fills")
    })
}

fn same(column: Ident, into: &Into<'_>) -> Assignment {
    assignment(&column, into.old(&column))
}

fn assignment(column: &Ident, value: Expr) -> Assignment {
    Assignment { target: AssignmentTarget::ColumnName(ObjectName::from(vec![column.clone()])), value }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// DO UPDATE's assignments, translated and in order.
fn updates(
    cx: &mut Cx<'_>,
    mut sets: Vec<Set>,
    condition: Option<Expr>,
    into: &Into<'_>,
    head: Span,
) -> Result<Vec<Assignment>, Refused> {
    let scope = scope_of(cx, into);
    for set in &mut sets {
        subqueries_stand_alone(&set.value, into, head)?;
        match into.table {
            Some(table) => {
                let Some(column) = table.column(&set.column) else {
                    let message = format!("no file of this run declares the column {}", set.column);
                    return Err(Refused::new(&ON_CONFLICT, cx.ident(&set.ident), message));
                };
                let target = value::Target::of(cx, column);
                value::convert(cx, &mut set.value, Some(&target), &scope)
                    .map_err(|refusal| refusal.into_refused(&ON_CONFLICT))?;
                if condition.is_some() && is_default(&set.value) {
                    set.value = call("DEFAULT", vec![Expr::Identifier(column.ident.clone())]);
                }
            }
            None => undeclared(cx, &mut set.value)?,
        }
    }
    let mut guard = Guard::Repeated;
    if let Some(mut condition) = condition {
        subqueries_stand_alone(&condition, into, head)?;
        let reads = assign::old_reads(&condition);
        crate::passes::expressions::translate_to(cx, &mut condition, &scope, &Ty::Bool)
            .map_err(|e| Refused::new(&ON_CONFLICT, e.span, format!("{} has no translation", e.what)))?;
        guard = assign::guarded(&mut sets, &condition, &reads, |ident| into.old(ident));
    }
    let Some(order) = assign::ordered(&sets) else {
        let message = "these columns are set from each other's old values, and ON DUPLICATE KEY UPDATE sets one after the other";
        return Err(Refused::new(&ON_CONFLICT, head, message).help("write an UPDATE before the INSERT"));
    };
    if guard == Guard::Kept {
        assign::keep(&mut sets, &order);
    }
    let write = |&at: &usize| assignment(&sets[at].ident, sets[at].value.clone());
    Ok(order.iter().map(write).collect())
}

fn is_default(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(ident) if ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default"))
}

/// Where nothing is known of the table, `EXCLUDED.x` and literals are all that can be written.
fn undeclared(cx: &Cx<'_>, value: &mut Expr) -> Result<(), Refused> {
    let new = match &*value {
        Expr::CompoundIdentifier(parts) => match &parts[..] {
            [table, column] if names::folded(table) == "excluded" => Some(column.clone()),
            _ => None,
        },
        _ => None,
    };
    match new {
        Some(column) => *value = call("VALUES", vec![Expr::Identifier(column)]),
        None if matches!(value, Expr::Value(_)) => {}
        None => {
            let message = "a calculated value for a table that no file of this run declares";
            return Err(Refused::new(&ON_CONFLICT, crate::passes::expressions::span(cx, value), message));
        }
    }
    Ok(())
}

/// The old row under the table's name, and EXCLUDED.
fn scope_of<'i>(cx: &Cx<'_>, into: &Into<'i>) -> Scope<'i> {
    let Some(table) = into.table else { return Scope::default() };
    let made = |columns: &mut dyn Iterator<Item = &Column>, written: &dyn Fn(&Ident) -> Expr| {
        let column = |column: &Column| {
            let mut made = scope::Column::of(cx, column.ident.clone(), column.pg.clone());
            made.written = Some(written(&column.ident));
            made
        };
        Columns::Made(columns.map(column).collect())
    };
    // An id that TiDB makes is not known yet.
    let known = |column: &&Column| !makes_ids(column) || into.columns.contains(&column.name);
    let new = |ident: &Ident| call("VALUES", vec![Expr::Identifier(ident.clone())]);
    let new = made(&mut table.columns.iter().filter(known), &new);
    let own = |ident: &Ident| into.old(ident);
    let old = match &into.alias {
        Some(alias) => Source::new(names::folded(alias), made(&mut table.columns.iter(), &own)),
        None => {
            let mut source = Source::new(table.name.name.clone(), Columns::Table(table));
            source.schema = Some(table.name.schema.clone());
            source
        }
    };
    Scope { tables: vec![old, Source::new("excluded", new)], ..Scope::default() }
}

/// A subquery in ON DUPLICATE KEY UPDATE that reads the new row or the old one goes wrong on TiDB.
fn subqueries_stand_alone(expr: &Expr, into: &Into<'_>, head: Span) -> Result<(), Refused> {
    struct Reads<'r> {
        depth: usize,
        names: &'r [String],
        found: bool,
    }
    impl Visitor for Reads<'_> {
        type Break = ();
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.depth += 1;
            ControlFlow::Continue(())
        }
        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.depth -= 1;
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let (true, Expr::CompoundIdentifier(parts)) = (self.depth > 0, expr)
                && let [.., table, _] = &parts[..]
                && self.names.contains(&names::folded(table))
            {
                self.found = true;
            }
            ControlFlow::Continue(())
        }
    }
    let own = into.alias.as_ref().or_else(|| names::last(&into.name)).map(names::folded).unwrap_or_default();
    let mut reads = Reads { depth: 0, names: &["excluded".into(), own], found: false };
    let _ = expr.walk(&mut reads);
    if reads.found {
        let message = "a subquery that reads the new row or the old one has no translation in DO UPDATE";
        return Err(Refused::new(&ON_CONFLICT, head, message));
    }
    Ok(())
}

//! The other tables of UPDATE … FROM and DELETE … USING, joined to the one that changes.

use super::Refused;
use super::table::Changed;
use crate::catalog::Table;
use crate::passes::Cx;
use crate::passes::expressions::scope::{self, Columns, Scope, Source};
use crate::passes::expressions::translate;
use crate::passes::statements::data::ROW_CHANGE;
use crate::syntax::names;
use sqlparser::ast::{
    BinaryOperator, Expr, Ident, Join, JoinConstraint, JoinOperator, Query, TableFactor, TableWithJoins,
    Visit, Visitor,
};
use std::ops::ControlFlow;

/// A table beside the one that changes.
struct Other<'a> {
    name: String,
    table: &'a Table,
}

/// What stands beside the changed table.
pub struct Joined<'a> {
    others: Vec<Other<'a>>,
    /// What the author's joins ask for.
    conditions: Vec<Expr>,
}

/// Joins the tables to the changed one and puts them into the scope.
pub fn join<'a>(
    cx: &mut Cx<'a>,
    changed: &mut TableWithJoins,
    from: Vec<TableWithJoins>,
    scope: &mut Scope<'a>,
) -> Result<Joined<'a>, Refused> {
    let mut joined = Joined { others: Vec::new(), conditions: Vec::new() };
    for TableWithJoins { relation, joins } in from {
        add(cx, &relation, scope, &mut joined)?;
        let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
        changed.joins.push(Join { relation, global: false, join_operator });
        for mut join in joins {
            add(cx, &join.relation, scope, &mut joined)?;
            match &mut join.join_operator {
                JoinOperator::Join(JoinConstraint::On(condition))
                | JoinOperator::Inner(JoinConstraint::On(condition)) => {
                    joined.conditions.push(condition.clone());
                    translate(cx, condition, scope).map_err(|e| Refused::of(&ROW_CHANGE, e))?;
                }
                JoinOperator::CrossJoin(JoinConstraint::None) => {}
                _ => {
                    return Err(Refused::new(
                        &ROW_CHANGE,
                        cx.words(&["join"]),
                        "this join beside a change has no translation",
                    ));
                }
            }
            changed.joins.push(join);
        }
    }
    Ok(joined)
}

fn add<'a>(
    cx: &Cx<'a>,
    factor: &TableFactor,
    scope: &mut Scope<'a>,
    joined: &mut Joined<'a>,
) -> Result<(), Refused> {
    let refuse = |message: String| Refused::new(&ROW_CHANGE, cx.head(), message);
    let TableFactor::Table { name, alias, args: None, .. } = factor else {
        return Err(refuse("what is no plain table beside a change has no translation".into()));
    };
    if alias.as_ref().is_some_and(|alias| !alias.columns.is_empty()) {
        return Err(refuse("names for the columns of a table beside a change have no translation".into()));
    }
    let shown = name.to_string().replace('`', "");
    let Some(table) = scope::relation(cx, name) else {
        let message = format!("no file of this run declares {shown}, whose columns decide the translation");
        return Err(Refused::new(&ROW_CHANGE, cx.node(name), message));
    };
    if let Some(reason) = &table.missing {
        return Err(Refused::new(&ROW_CHANGE, cx.node(name), format!("{shown} is not on TiDB: {reason}")));
    }
    let mut source = Source::new(table.name.name.clone(), Columns::Table(table));
    match alias {
        Some(alias) => source.name = names::folded(&alias.name),
        None => source.schema = Some(table.name.schema.clone()),
    }
    joined.others.push(Other { name: source.name.clone(), table });
    scope.tables.push(source);
    Ok(())
}

impl Joined<'_> {
    /// Whether each row of the changed table meets one row of the others at most, by their unique keys.
    pub fn is_single(&self, changed: &Changed<'_>, condition: Option<&Expr>) -> bool {
        let own = changed.alias.as_ref().map_or_else(|| changed.table.name.name.clone(), names::folded);
        let mut known = vec![(own, changed.table)];
        let mut parts = Vec::new();
        condition.into_iter().chain(&self.conditions).for_each(|condition| conjuncts(condition, &mut parts));
        let mut left: Vec<&Other<'_>> = self.others.iter().collect();
        while !left.is_empty() {
            let found = left.iter().position(|other| {
                let fixed = |column: &String| {
                    parts.iter().any(|(a, b)| {
                        self.is_column(a, other, column, changed) && self.reads_only(b, &known)
                            || self.is_column(b, other, column, changed) && self.reads_only(a, &known)
                    })
                };
                let by_key = |columns: &[String]| !columns.is_empty() && columns.iter().all(fixed);
                other.table.indexes.iter().any(|index| {
                    index.unique
                        && index.expressions.is_empty()
                        && index.predicate.is_none()
                        && by_key(&index.columns)
                })
            });
            let Some(found) = found else { return false };
            let other = left.remove(found);
            known.push((other.name.clone(), other.table));
        }
        true
    }

    /// Whether an expression is this column of this table.
    fn is_column(&self, expr: &Expr, other: &Other<'_>, column: &str, changed: &Changed<'_>) -> bool {
        match expr {
            Expr::CompoundIdentifier(parts) => match &parts[..] {
                [.., table, name] => names::folded(table) == other.name && names::folded(name) == column,
                _ => false,
            },
            // PostgreSQL takes a bare name only where one table has it.
            Expr::Identifier(name) => {
                names::folded(name) == column
                    && changed.table.column(column).is_none()
                    && other.table.column(column).is_some()
            }
            Expr::Nested(inner) => self.is_column(inner, other, column, changed),
            _ => false,
        }
    }

    /// Whether an expression is a literal or reads columns of these tables only.
    fn reads_only(&self, expr: &Expr, known: &[(String, &Table)]) -> bool {
        let has = |name: &Ident| known.iter().any(|(_, table)| table.column(&names::folded(name)).is_some());
        match expr {
            Expr::Value(_) => true,
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.reads_only(inner, known),
            Expr::CompoundIdentifier(parts) => match &parts[..] {
                [.., table, _] => known.iter().any(|(name, _)| *name == names::folded(table)),
                _ => false,
            },
            Expr::Identifier(name) => has(name),
            _ => false,
        }
    }

    /// Whether an expression reads a column of the tables beside the changed one. A subquery may read anything.
    pub fn is_read(&self, expr: &Expr, changed: &Changed<'_>) -> bool {
        struct Reads<'j>(&'j [Other<'j>], &'j Table);
        impl Visitor for Reads<'_> {
            type Break = ();
            fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
                ControlFlow::Break(())
            }
            fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
                let read = match expr {
                    Expr::CompoundIdentifier(parts) => match &parts[..] {
                        [.., table, _] => self.0.iter().any(|other| other.name == names::folded(table)),
                        _ => false,
                    },
                    Expr::Identifier(name) => {
                        let name = names::folded(name);
                        self.1.column(&name).is_none()
                            && self.0.iter().any(|o| o.table.column(&name).is_some())
                    }
                    _ => false,
                };
                if read { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            }
        }
        expr.visit(&mut Reads(&self.others, changed.table)).is_break()
    }
}

/// The equations that a condition asks for.
fn conjuncts<'e>(condition: &'e Expr, parts: &mut Vec<(&'e Expr, &'e Expr)>) {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left, parts);
            conjuncts(right, parts);
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => parts.push((left, right)),
        Expr::Nested(inner) => conjuncts(inner, parts),
        _ => {}
    }
}

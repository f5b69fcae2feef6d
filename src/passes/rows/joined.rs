//! The other tables of UPDATE … FROM and DELETE … USING, joined to the one that changes.

use super::Refused;
use super::table::Changed;
use crate::catalog::Table;
use crate::passes::Cx;
use crate::passes::expressions::scope::{self, Columns, Scope, Source};
use crate::passes::expressions::{functions, translate};
use crate::passes::queries::from;
use crate::passes::statements::data::ROW_CHANGE;
use crate::syntax::names;
use crate::syntax::walk::Walk;
use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, LimitClause, ObjectName,
    Query, SelectItem, SetExpr, Statement, TableAlias, TableFactor, TableWithJoins, Values, Visitor,
};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// A table or a derived table beside the one that changes.
struct Other {
    name: String,
    columns: Vec<String>,
    /// The sets of columns of which no two rows have the same values.
    keys: Vec<Vec<String>>,
}

impl Other {
    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|own| own == column)
    }
}

/// What stands beside the changed table.
pub struct Joined {
    others: Vec<Other>,
    /// What the author's joins ask for.
    conditions: Vec<Expr>,
}

/// Joins the tables to the changed one and puts them into the scope.
pub fn join<'a>(
    cx: &mut Cx<'a>,
    changed: &mut TableWithJoins,
    from: Vec<TableWithJoins>,
    scope: &mut Scope<'a>,
) -> Result<Joined, Refused> {
    let mut joined = Joined { others: Vec::new(), conditions: Vec::new() };
    for TableWithJoins { mut relation, joins } in from {
        add(cx, &mut relation, scope, &mut joined)?;
        let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
        changed.joins.push(Join { relation, global: false, join_operator });
        for mut join in joins {
            add(cx, &mut join.relation, scope, &mut joined)?;
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
    cx: &mut Cx<'a>,
    factor: &mut TableFactor,
    scope: &mut Scope<'a>,
    joined: &mut Joined,
) -> Result<(), Refused> {
    let refuse = |span, message: String| Refused::new(&ROW_CHANGE, span, message);
    let is_plain = |name: &ObjectName, alias: &Option<TableAlias>| {
        let of_with = name.0.len() == 1
            && names::last(name).is_some_and(|name| scope.cte(&names::folded(name)).is_some());
        !of_with && alias.as_ref().is_none_or(|alias| alias.columns.is_empty())
    };
    let (name, alias) = match factor {
        TableFactor::Table { name, alias, args: None, .. } if is_plain(name, alias) => (name, alias),
        other => return derived(cx, other, scope, joined),
    };
    let shown = name.to_string().replace('`', "");
    let Some(table) = scope::relation(cx, name) else {
        let message = format!("no file of this run declares {shown}, whose columns decide the translation");
        return Err(refuse(cx.node(&*name), message));
    };
    if let Some(reason) = &table.missing {
        return Err(refuse(cx.node(&*name), format!("{shown} is not on TiDB: {reason}")));
    }
    let mut source = Source::new(table.name.name.clone(), Columns::Table(table));
    match alias {
        Some(alias) => source.name = names::folded(&alias.name),
        None => source.schema = Some(table.name.schema.clone()),
    }
    joined.others.push(Other {
        name: source.name.clone(),
        columns: table.columns.iter().map(|column| column.name.clone()).collect(),
        keys: unique_keys(table).cloned().collect(),
    });
    scope.tables.push(source);
    Ok(())
}

/// A query or VALUES beside the change, which sees nothing of the tables around it.
fn derived<'a>(
    cx: &mut Cx<'a>,
    factor: &mut TableFactor,
    scope: &mut Scope<'a>,
    joined: &mut Joined,
) -> Result<(), Refused> {
    let grouped = match &*factor {
        TableFactor::Derived { subquery, .. } => one_row_each(cx, subquery),
        TableFactor::Table { name, .. } => {
            let query = names::last(name).and_then(|name| query_of_with(cx, &names::folded(name)));
            query.and_then(|query| one_row_each(cx, query))
        }
        _ => None,
    };
    let (mut tables, mut conditions) = (Vec::new(), Vec::new());
    from::factor(cx, factor, scope, &mut tables, &mut conditions).map_err(|e| Refused::of(&ROW_CHANGE, e))?;
    if !conditions.is_empty() {
        let message = "this beside a change has no translation";
        return Err(Refused::new(&ROW_CHANGE, cx.head(), message));
    }
    for source in tables {
        let columns = source.all(cx.catalog).unwrap_or_default();
        let columns: Vec<String> = columns.into_iter().map(|column| column.name).collect();
        let key =
            grouped.iter().map(|places| places.iter().filter_map(|at| columns.get(*at).cloned()).collect());
        joined.others.push(Other { name: source.name.clone(), keys: key.collect(), columns });
        scope.tables.push(source);
    }
    Ok(())
}

/// A query of the WITH before the statement, in PostgreSQL's words.
fn query_of_with<'p>(cx: &Cx<'p>, name: &str) -> Option<&'p Query> {
    let Ok(Statement::Query(whole)) = cx.parsed.tree.as_deref() else { return None };
    let ctes = &whole.with.as_ref()?.cte_tables;
    ctes.iter().find(|cte| names::folded(&cte.alias.name) == name).map(|cte| cte.query.as_ref())
}

/// The places in the output of a query that tell its rows apart; no place at all where it has one row.
fn one_row_each(cx: &Cx<'_>, query: &Query) -> Option<Vec<usize>> {
    let one = |clause: &LimitClause| matches!(clause, LimitClause::LimitOffset { limit: Some(limit), .. } if limit.to_string() == "1");
    if query.limit_clause.as_ref().is_some_and(one) {
        return Some(Vec::new());
    }
    let select = match query.body.as_ref() {
        SetExpr::Select(select) => select,
        SetExpr::Values(values) => return distinct_first(values).then(|| vec![0]),
        _ => return None,
    };
    let shown = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr.clone()),
        _ => None,
    };
    let shown: Vec<Expr> = select.projection.iter().map(shown).collect::<Option<_>>()?;
    let GroupByExpr::Expressions(groups, modifiers) = &select.group_by else { return None };
    if !modifiers.is_empty() {
        return None;
    }
    if !groups.is_empty() {
        // `GROUP BY 1` names a place in the output.
        let place = |group: &Expr| match functions::whole(group) {
            Some(n) => usize::try_from(n).ok()?.checked_sub(1).filter(|at| *at < shown.len()),
            None => shown.iter().position(|expr| expr == group),
        };
        return groups.iter().map(place).collect();
    }
    if select.from.is_empty() || shown.iter().all(is_total) {
        return Some(Vec::new());
    }
    // The rows of one table are told apart by its keys.
    let [TableWithJoins { relation: TableFactor::Table { name, args: None, .. }, joins }] = &select.from[..]
    else {
        return None;
    };
    let table = scope::relation(cx, name).filter(|_| joins.is_empty())?;
    let bare = |column: &String| {
        shown.iter().position(|expr| match expr {
            Expr::Identifier(name) => names::folded(name) == *column,
            Expr::CompoundIdentifier(parts) => {
                parts.last().is_some_and(|name| names::folded(name) == *column)
            }
            _ => false,
        })
    };
    unique_keys(table).find_map(|key| key.iter().map(bare).collect())
}

/// Whether it is one value over all rows.
fn is_total(expr: &Expr) -> bool {
    let Expr::Function(call) = expr else { return false };
    let name = call.name.to_string().to_ascii_lowercase();
    call.over.is_none() && ["count", "max", "min", "sum", "avg"].contains(&name.as_str())
}

/// Whether no two rows begin with the same literal.
fn distinct_first(values: &Values) -> bool {
    let mut seen = HashSet::new();
    values.rows.iter().all(|row| match row.first() {
        Some(Expr::Value(value)) => seen.insert(value.to_string()),
        _ => false,
    })
}

fn unique_keys(table: &Table) -> impl Iterator<Item = &Vec<String>> {
    let unique = table.indexes.iter().filter(|index| {
        index.unique && index.expressions.is_empty() && index.predicate.is_none() && !index.columns.is_empty()
    });
    unique.map(|index| &index.columns)
}

impl Joined {
    /// Whether each row of the changed table meets one row of the others at most, by their unique keys.
    pub fn is_single(&self, changed: &Changed<'_>, condition: Option<&Expr>) -> bool {
        let own = changed.alias.as_ref().map_or_else(|| changed.table.name.name.clone(), names::folded);
        let own_columns: Vec<String> =
            changed.table.columns.iter().map(|column| column.name.clone()).collect();
        let mut known: Vec<(&str, &[String])> = vec![(&own, &own_columns)];
        let mut parts = Vec::new();
        condition.into_iter().chain(&self.conditions).for_each(|condition| conjuncts(condition, &mut parts));
        let mut left: Vec<&Other> = self.others.iter().collect();
        while !left.is_empty() {
            let found = left.iter().position(|other| {
                let fixed = |column: &String| {
                    parts.iter().any(|(a, b)| {
                        self.is_column(a, other, column, changed) && self.reads_only(b, &known)
                            || self.is_column(b, other, column, changed) && self.reads_only(a, &known)
                    })
                };
                other.keys.iter().any(|key| key.iter().all(fixed))
            });
            let Some(found) = found else { return false };
            let other = left.remove(found);
            known.push((&other.name, &other.columns));
        }
        true
    }

    /// Whether an expression is this column of this table.
    fn is_column(&self, expr: &Expr, other: &Other, column: &str, changed: &Changed<'_>) -> bool {
        match expr {
            Expr::CompoundIdentifier(parts) => match &parts[..] {
                [.., table, name] => names::folded(table) == other.name && names::folded(name) == column,
                _ => false,
            },
            // PostgreSQL takes a bare name only where one table has it.
            Expr::Identifier(name) => {
                names::folded(name) == column && changed.table.column(column).is_none() && other.has(column)
            }
            Expr::Nested(inner) => self.is_column(inner, other, column, changed),
            _ => false,
        }
    }

    /// Whether an expression is a literal or reads columns of these tables only.
    fn reads_only(&self, expr: &Expr, known: &[(&str, &[String])]) -> bool {
        let has = |name: &Ident| {
            let name = names::folded(name);
            known.iter().any(|(_, columns)| columns.contains(&name))
        };
        match expr {
            Expr::Value(_) => true,
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.reads_only(inner, known),
            Expr::CompoundIdentifier(parts) => match &parts[..] {
                [.., table, _] => known.iter().any(|(name, _)| *name == names::folded(table).as_str()),
                _ => false,
            },
            Expr::Identifier(name) => has(name),
            _ => false,
        }
    }

    /// Whether an expression reads a column of the tables beside the changed one. A subquery may read anything.
    pub fn is_read(&self, expr: &Expr, changed: &Changed<'_>) -> bool {
        struct Reads<'j>(&'j [Other], &'j Table);
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
                        self.1.column(&name).is_none() && self.0.iter().any(|other| other.has(&name))
                    }
                    _ => false,
                };
                if read { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            }
        }
        expr.walk(&mut Reads(&self.others, changed.table)).is_break()
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

//! The rows of a query by their number in a window: DISTINCT ON, WITH TIES, a LIMIT that is calculated.

use super::projection::Output;
use super::sets::derived;
use super::values::select_of;
use crate::passes::expressions::literals::{self, number};
use crate::passes::expressions::walk::binary;
use crate::syntax::names;
use sqlparser::ast::{
    BinaryOperator, Expr, Ident, OrderBy, OrderByExpr, OrderByKind, Select, SelectItem, SetExpr, Value,
    WindowSpec, WindowType,
};

/// Which rows are kept.
pub enum Keep {
    /// All: only the order is asked for outside.
    All,
    /// The first of each group of these.
    First(Vec<Expr>),
    /// So many after an offset, and those that are equal to the last in the order.
    Ties { limit: Expr, offset: Option<Expr> },
    /// So many after an offset, each of which may be any expression.
    Count { limit: Option<Expr>, offset: Option<Expr> },
}

/// A call of a window function without arguments.
pub fn over(name: &str, partition_by: Vec<Expr>, order_by: Vec<OrderByExpr>) -> Expr {
    let mut call = literals::call(name, Vec::new());
    if let Expr::Function(function) = &mut call {
        let spec = WindowSpec { window_name: None, partition_by, order_by, window_frame: None };
        function.over = Some(WindowType::WindowSpec(spec));
    }
    call
}

/// `ROW_NUMBER() OVER (PARTITION BY … ORDER BY …)`.
pub fn row_number(partition_by: Vec<Expr>, order_by: Vec<OrderByExpr>) -> Expr {
    over("ROW_NUMBER", partition_by, order_by)
}

/// Puts a translated SELECT into FROM of another that keeps only some of its rows. Its columns must have names.
pub fn wrap(select: &mut Select, order_by: &mut Option<OrderBy>, outputs: &[Output], keep: Keep) {
    let mut taken: Vec<String> = outputs.iter().map(|output| output.column.name.clone()).collect();
    let mut fresh = |wanted: &str| {
        let mut name = wanted.to_string();
        while taken.contains(&name) {
            name.push('_');
        }
        taken.push(name.clone());
        Ident::new(name)
    };
    let terms = match order_by.take() {
        Some(OrderBy { kind: OrderByKind::Expressions(terms), .. }) => terms,
        _ => Vec::new(),
    };
    let resolved: Vec<OrderByExpr> =
        terms.into_iter().map(|term| OrderByExpr { expr: source(term.expr, outputs), ..term }).collect();
    let mut inner = std::mem::replace(select, select_of(Vec::new(), None));
    let mut sorted = Vec::new();
    let mut hidden: Vec<(Expr, Ident)> = Vec::new();
    for (at, term) in resolved.iter().enumerate() {
        let known =
            hidden.iter().find(|(expr, _)| *expr == *bare(&term.expr)).map(|(_, alias)| alias.clone());
        let expr = match (seen(&term.expr, outputs), known) {
            (Some(expr), _) => expr,
            (None, Some(alias)) => around(&term.expr, alias),
            (None, None) => {
                let alias = fresh(&format!("sort_{}", at + 1));
                let expr = bare(&term.expr).clone();
                hidden.push((expr.clone(), alias.clone()));
                inner.projection.push(SelectItem::ExprWithAlias { expr, alias: alias.clone() });
                around(&term.expr, alias)
            }
        };
        sorted.push(OrderByExpr { expr, ..term.clone() });
    }
    let mut numbered = |inner: &mut Select, wanted: &str, call: Expr| {
        let alias = fresh(wanted);
        inner.projection.push(SelectItem::ExprWithAlias { expr: call, alias: alias.clone() });
        Expr::Identifier(alias)
    };
    let condition = match keep {
        Keep::All => None,
        Keep::First(partition) => {
            let row = numbered(&mut inner, "row_no", row_number(partition, resolved));
            Some(binary(row, BinaryOperator::Eq, number("1")))
        }
        Keep::Ties { limit, offset } => {
            let rank = numbered(&mut inner, "rank_no", over("RANK", Vec::new(), resolved.clone()));
            match offset {
                None => Some(binary(rank, BinaryOperator::LtEq, limit)),
                Some(offset) => {
                    let row = numbered(&mut inner, "row_no", row_number(Vec::new(), resolved));
                    let last = binary(limit, BinaryOperator::Plus, offset.clone());
                    let most = binary(rank, BinaryOperator::LtEq, last);
                    Some(binary(most, BinaryOperator::And, binary(row, BinaryOperator::Gt, offset)))
                }
            }
        }
        Keep::Count { limit, offset } => {
            let row = numbered(&mut inner, "row_no", row_number(Vec::new(), resolved));
            let after = offset.clone().map(|offset| binary(row.clone(), BinaryOperator::Gt, or(offset, "0")));
            let most = limit.map(|limit| {
                let last = or(limit, super::limit::ALL);
                let last = match offset {
                    // The number of all rows has no room for an offset beside it.
                    Some(offset) => {
                        let skipped = binary(row.clone(), BinaryOperator::Minus, or(offset, "0"));
                        return binary(skipped, BinaryOperator::LtEq, last);
                    }
                    None => last,
                };
                binary(row.clone(), BinaryOperator::LtEq, last)
            });
            match (most, after) {
                (Some(most), Some(after)) => Some(binary(most, BinaryOperator::And, after)),
                (only, None) | (None, only) => only,
            }
        }
    };
    let items = outputs.iter().map(|output| (Expr::Identifier(output.column.ident.clone()), None)).collect();
    let mut outer = select_of(items, None);
    outer.from = vec![derived(SetExpr::Select(Box::new(inner)), "numbered")];
    outer.selection = condition;
    *select = outer;
    if !sorted.is_empty() {
        *order_by = Some(OrderBy { kind: OrderByKind::Expressions(sorted), interpolate: None });
    }
}

/// What stands in IS NULL, or the key itself.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::IsNull(inner) | Expr::IsNotNull(inner) | Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

/// The same test of a column.
fn around(expr: &Expr, column: Ident) -> Expr {
    let column = Expr::Identifier(column);
    match expr {
        Expr::IsNull(_) => Expr::IsNull(Box::new(column)),
        Expr::IsNotNull(_) => Expr::IsNotNull(Box::new(column)),
        _ => column,
    }
}

/// Whether TiDB does not see that an order's key is one of the group: it knows no expression around one.
pub fn needed(order_by: Option<&OrderBy>) -> bool {
    let Some(OrderBy { kind: OrderByKind::Expressions(terms), .. }) = order_by else { return false };
    terms.iter().any(|term| match &term.expr {
        Expr::IsNull(key) | Expr::IsNotNull(key) => {
            let key = bare(key);
            !matches!(key, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) && !super::is_aggregate(key)
        }
        _ => false,
    })
}

/// NULL means no LIMIT and no OFFSET.
fn or(expr: Expr, instead: &str) -> Expr {
    match expr {
        Expr::Value(_) => expr,
        other => literals::call("COALESCE", vec![other, number(instead)]),
    }
}

/// What a column of the result, named or counted, is made of.
pub fn source(expr: Expr, outputs: &[Output]) -> Expr {
    match expr {
        Expr::IsNull(inner) => Expr::IsNull(Box::new(source(*inner, outputs))),
        Expr::IsNotNull(inner) => Expr::IsNotNull(Box::new(source(*inner, outputs))),
        Expr::Identifier(ident) => {
            let name = names::folded(&ident);
            let output = outputs.iter().find(|output| output.alias && output.column.name == name);
            output.and_then(|output| output.expr.clone()).unwrap_or(Expr::Identifier(ident))
        }
        Expr::Value(value) => {
            let place = match &value.value {
                Value::Number(number, _) => number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)),
                _ => None,
            };
            place
                .and_then(|at| outputs.get(at))
                .and_then(|output| output.expr.clone())
                .unwrap_or(Expr::Value(value))
        }
        other => other,
    }
}

/// How the query around sees an expression that is a column of the result.
fn seen(expr: &Expr, outputs: &[Output]) -> Option<Expr> {
    match expr {
        Expr::IsNull(inner) => seen(inner, outputs).map(|inner| Expr::IsNull(Box::new(inner))),
        Expr::IsNotNull(inner) => seen(inner, outputs).map(|inner| Expr::IsNotNull(Box::new(inner))),
        Expr::Nested(inner) => seen(inner, outputs),
        _ => {
            let same = |output: &&Output| {
                output.expr.as_ref() == Some(expr)
                    || matches!((expr, &output.expr), (Expr::Identifier(a), Some(Expr::CompoundIdentifier(b)))
                        if b.last().is_some_and(|b| names::folded(a) == names::folded(b)))
            };
            outputs.iter().find(same).map(|output| Expr::Identifier(output.column.ident.clone()))
        }
    }
}

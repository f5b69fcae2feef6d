//! GROUPING SETS, ROLLUP and CUBE: a SELECT for each set of keys, joined by UNION ALL.

use super::output;
use super::values::select_of;
use crate::passes::Cx;
use crate::passes::expressions::{Untranslatable, literals};
use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, OrderBy,
    OrderByKind, Select, SelectItem, SetExpr, SetOperator, SetQuantifier, Value, VisitorMut,
};
use std::ops::ControlFlow;

/// More sets than this are refused.
const MOST: usize = 32;

/// Whether a SELECT groups by several sets of keys.
pub fn is_needed(select: &Select) -> bool {
    match &select.group_by {
        GroupByExpr::Expressions(exprs, _) => {
            exprs.iter().any(|expr| matches!(expr, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_)))
        }
        GroupByExpr::All(_) => false,
    }
}

/// The SELECTs, not translated yet.
pub fn split(
    cx: &Cx<'_>,
    select: &Select,
    order_by: &mut Option<OrderBy>,
) -> Result<SetExpr, Untranslatable> {
    let span = cx.words(&["group", "by"]);
    let refuse = |what: &str| Err(Untranslatable { span, what: what.into() });
    let GroupByExpr::Expressions(exprs, modifiers) = &select.group_by else {
        return refuse("this form of GROUP BY");
    };
    if !modifiers.is_empty() || matches!(select.distinct, Some(Distinct::Distinct | Distinct::On(_))) {
        return refuse("DISTINCT over several sets of keys");
    }
    let mut sets: Vec<Vec<Expr>> = vec![Vec::new()];
    for expr in exprs {
        let choices = choices(expr);
        sets = sets
            .iter()
            .flat_map(|set| choices.iter().map(|more| [set.clone(), more.clone()].concat()))
            .collect();
        if sets.len() > MOST {
            return refuse("so many sets of keys");
        }
    }
    let mut keys: Vec<Expr> = Vec::new();
    for key in sets.iter().flatten() {
        if matches!(key, Expr::Value(_)) {
            return refuse("a column's place in a set of keys");
        }
        if !keys.iter().any(|known| same(known, key)) {
            keys.push(key.clone());
        }
    }
    sort_by_place(select, order_by);
    let mut body: Option<SetExpr> = None;
    for set in &sets {
        let mut branch = select.clone();
        branch.group_by = GroupByExpr::Expressions(set.clone(), Vec::new());
        let mut replace = Replace { keys: &keys, set, inside: 0, windows: false };
        for item in &mut branch.projection {
            if let SelectItem::UnnamedExpr(expr) = item {
                let alias = names::ident(&output::name(expr));
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
            }
            if let SelectItem::ExprWithAlias { expr, .. } = item {
                let _ = expr.walk_mut(&mut replace);
            }
        }
        if let Some(having) = &mut branch.having {
            let _ = having.walk_mut(&mut replace);
        }
        if replace.windows || !branch.named_window.is_empty() {
            return refuse("windows over several sets of keys");
        }
        if set.is_empty() {
            // One row, even if nothing is counted.
            let count = literals::call("count", vec![literals::number("1")]);
            let all = Expr::BinaryOp {
                left: Box::new(count),
                op: BinaryOperator::GtEq,
                right: Box::new(literals::number("0")),
            };
            branch.having = Some(match branch.having.take() {
                Some(own) => Expr::BinaryOp {
                    left: Box::new(Expr::Nested(Box::new(own))),
                    op: BinaryOperator::And,
                    right: Box::new(all),
                },
                None => all,
            });
        }
        let branch = SetExpr::Select(Box::new(branch));
        body = Some(match body.take() {
            None => branch,
            Some(left) => SetExpr::SetOperation {
                left: Box::new(left),
                op: SetOperator::Union,
                set_quantifier: SetQuantifier::All,
                right: Box::new(branch),
            },
        });
    }
    Ok(body.unwrap_or_else(|| SetExpr::Select(Box::new(select_of(Vec::new(), None)))))
}

/// The sets that one item of GROUP BY may add.
fn choices(expr: &Expr) -> Vec<Vec<Expr>> {
    match expr {
        Expr::GroupingSets(sets) => sets.clone(),
        Expr::Rollup(parts) => (0..=parts.len()).rev().map(|n| parts[..n].concat()).collect(),
        Expr::Cube(parts) => {
            let all = 1usize << parts.len().min(6);
            let chosen = |mask: usize| {
                let picked = parts.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
                picked.flat_map(|(_, part)| part.clone()).collect()
            };
            (0..all).rev().map(chosen).collect()
        }
        Expr::Tuple(parts) => vec![parts.clone()],
        other => vec![vec![other.clone()]],
    }
}

/// The same column, whether its table is named or not, or the same expression.
fn same(a: &Expr, b: &Expr) -> bool {
    let last = |expr: &Expr| match expr {
        Expr::Identifier(ident) => Some((names::folded(ident), true)),
        Expr::CompoundIdentifier(parts) => parts.last().map(|ident| (names::folded(ident), false)),
        _ => None,
    };
    match (last(a), last(b)) {
        (Some((a, bare_a)), Some((b, bare_b))) if bare_a || bare_b => a == b,
        _ => a == b,
    }
}

/// ORDER BY of a column's expression becomes its place, which the whole knows.
fn sort_by_place(select: &Select, order_by: &mut Option<OrderBy>) {
    let Some(OrderBy { kind: OrderByKind::Expressions(terms), .. }) = order_by else { return };
    for term in terms {
        let is = |item: &SelectItem| match item {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => same(expr, &term.expr),
            _ => false,
        };
        let alias = |item: &SelectItem| {
            matches!((item, &term.expr), (SelectItem::ExprWithAlias { alias, .. }, Expr::Identifier(ident))
                if names::folded(alias) == names::folded(ident))
        };
        let place =
            select.projection.iter().position(alias).or_else(|| select.projection.iter().position(is));
        if let Some(at) = place {
            term.expr = literals::number((at + 1).to_string());
        }
    }
}

/// Puts NULL for the keys that a set leaves out, and the number that GROUPING gives.
struct Replace<'r> {
    keys: &'r [Expr],
    set: &'r [Expr],
    /// Inside aggregates the columns are the rows'.
    inside: usize,
    windows: bool,
}

impl Replace<'_> {
    /// An expression that the set has as a whole: columns in it are no keys of their own.
    fn kept(&self, expr: &Expr) -> bool {
        !matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
            && self.set.iter().any(|key| same(key, expr))
    }

    fn left_out(&self, expr: &Expr) -> bool {
        self.keys.iter().any(|key| same(key, expr)) && !self.set.iter().any(|key| same(key, expr))
    }
}

impl VisitorMut for Replace<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr {
            self.windows |= function.over.is_some();
            if self.inside == 0 && literals::function_name(function).as_deref() == Some("grouping") {
                let FunctionArguments::List(list) = &function.args else { return ControlFlow::Continue(()) };
                let mut mask = 0u64;
                for arg in &list.args {
                    if let FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) = arg {
                        mask = mask * 2 + u64::from(!self.set.iter().any(|key| same(key, arg)));
                    }
                }
                *expr = literals::number(mask.to_string());
                return ControlFlow::Continue(());
            }
        }
        if super::is_aggregate(expr) || self.kept(expr) {
            self.inside += 1;
        } else if self.inside == 0 && self.left_out(expr) {
            *expr = Expr::value(Value::Null);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if super::is_aggregate(expr) || self.kept(expr) {
            self.inside -= 1;
        }
        ControlFlow::Continue(())
    }
}

//! Keys of GROUP BY inside of other expressions: TiDB knows only the whole key again.

use super::is_aggregate;
use crate::passes::expressions::literals::call;
use crate::passes::expressions::walk::Walk;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{Expr, GroupByExpr, Select, SelectItem, VisitorMut};
use std::ops::ControlFlow;

/// Puts them in MIN: a group has one value of its key. TiDB takes ANY_VALUE around a whole column only.
pub fn mark(select: &mut Select) {
    let GroupByExpr::Expressions(keys, _) = &select.group_by else { return };
    let calculated =
        |key: &Expr| !matches!(key, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_));
    let keys: Vec<Expr> = keys.iter().map(bare).filter(|key| calculated(key)).cloned().collect();
    if keys.is_empty() {
        return;
    }
    let items = select.projection.iter_mut().filter_map(|item| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    });
    for expr in items.chain(select.having.as_mut()) {
        if !keys.contains(bare(expr)) {
            let _ = expr.walk_mut(&mut Mark { keys: &keys, inside: 0 });
        }
    }
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare(inner),
        expr => expr,
    }
}

struct Mark<'k> {
    keys: &'k [Expr],
    /// Inside aggregates the columns are the rows'.
    inside: usize,
}

impl VisitorMut for Mark<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.inside += usize::from(is_aggregate(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if is_aggregate(expr) {
            self.inside -= 1;
        } else if self.inside == 0 && !matches!(expr, Expr::Nested(_)) && self.keys.contains(expr) {
            *expr = call("MIN", vec![Walk::take(expr)]);
        }
        ControlFlow::Continue(())
    }
}

//! Windows: PARTITION BY, ORDER BY and the frame.

use super::order;
use crate::passes::Cx;
use crate::passes::expressions::amounts::{Amount, amount, parts, peek};
use crate::passes::expressions::intervals::of_unit;
use crate::passes::expressions::literals::number;
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::Walk;
use crate::passes::expressions::{Untranslatable, nulls};
use crate::syntax::names;
use crate::syntax::walk::Walk as _;
use sqlparser::ast::{
    Expr, NamedWindowDefinition, NamedWindowExpr, OrderByExpr, OrderBySort, Select, Visitor, WindowFrame,
    WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};
use std::ops::ControlFlow;

/// Functions that don't ask for the frame.
const FRAMELESS: [&str; 9] =
    ["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value"];

/// Refuses what TiDB gets wrong: a frame up to the row's peers where some keys rise and others fall.
pub fn check(cx: &Cx<'_>, select: &Select) -> Result<(), Untranslatable> {
    struct Mixed(Option<Expr>);
    impl Visitor for Mixed {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let Expr::Function(function) = expr
                && let Some(WindowType::WindowSpec(spec)) = &function.over
                && mixed(spec)
                && !names::last(&function.name)
                    .is_some_and(|n| FRAMELESS.contains(&names::folded(n).as_str()))
            {
                self.0 = spec.order_by.first().map(|term| term.expr.clone());
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    let mut found = Mixed(None);
    let _ = select.projection.walk(&mut found);
    for NamedWindowDefinition(_, window) in &select.named_window {
        if let NamedWindowExpr::WindowSpec(spec) = window
            && mixed(spec)
        {
            found.0 = spec.order_by.first().map(|term| term.expr.clone());
        }
    }
    match found.0 {
        Some(at) => super::refuse(cx, &at, "a window frame over keys in both directions"),
        None => Ok(()),
    }
}

fn mixed(spec: &WindowSpec) -> bool {
    let falls = |term: &OrderByExpr| matches!(term.options.sort, Some(OrderBySort::Desc));
    let rows = spec.window_frame.as_ref().is_some_and(|frame| frame.units == WindowFrameUnits::Rows);
    !rows && spec.order_by.iter().any(falls) && !spec.order_by.iter().all(falls)
}

/// `OVER (…)` or `OVER name`.
pub fn over(walk: &mut Walk<'_, '_>, window: &mut WindowType) -> Result<(), Untranslatable> {
    match window {
        WindowType::NamedWindow(_) => Ok(()),
        WindowType::WindowSpec(spec) => self::spec(walk, spec),
    }
}

/// `WINDOW name AS (…)`.
pub fn named(walk: &mut Walk<'_, '_>, window: &mut NamedWindowDefinition) -> Result<(), Untranslatable> {
    match &mut window.1 {
        NamedWindowExpr::WindowSpec(spec) => self::spec(walk, spec),
        NamedWindowExpr::NamedWindow(name) => {
            let at = Expr::Identifier(name.clone());
            walk.refuse(&at, "a window that is only another name")
        }
    }
}

fn spec(walk: &mut Walk<'_, '_>, spec: &mut WindowSpec) -> Result<(), Untranslatable> {
    let WindowSpec { window_name: _, partition_by, order_by, window_frame } = spec;
    for expr in partition_by.iter_mut() {
        walk.expr(expr)?;
    }
    let keys: Vec<Expr> = order_by.iter().map(|term| term.expr.clone()).collect();
    if let Some(WindowFrame { units, start_bound, end_bound }) = window_frame {
        let at = keys.first().cloned();
        let refuse = |walk: &Walk<'_, '_>, what: &str| match &at {
            Some(at) => walk.refuse(at, what),
            None => Err(Untranslatable { span: walk.cx.head(), what: what.into() }),
        };
        let distance = |bound: &WindowFrameBound| {
            matches!(bound, WindowFrameBound::Preceding(Some(_)) | WindowFrameBound::Following(Some(_)))
        };
        // Without a distance, the groups of peers are RANGE's.
        if *units == WindowFrameUnits::Groups
            && !distance(start_bound)
            && !end_bound.as_ref().is_some_and(distance)
        {
            *units = WindowFrameUnits::Range;
        }
        if *units == WindowFrameUnits::Groups {
            return refuse(walk, "a window frame of GROUPS");
        }
        for bound in [Some(start_bound), end_bound.as_mut()].into_iter().flatten() {
            let (WindowFrameBound::Preceding(Some(offset)) | WindowFrameBound::Following(Some(offset))) =
                bound
            else {
                continue;
            };
            if *units == WindowFrameUnits::Range {
                // A distance needs exactly one key, and the NULLs' place is another.
                if keys.iter().any(|key| nulls::possible(walk.scope, walk.cx.catalog, key)) {
                    return refuse(walk, "RANGE with a distance over a key that may be NULL");
                }
                if !matches!(offset.as_ref(), Expr::Value(_)) {
                    let key = keys.first().and_then(|key| peek(walk, key));
                    let Some(span) = key.filter(Ty::is_time).and_then(|key| span_of_time(walk, offset, &key))
                    else {
                        return refuse(walk, "RANGE with this distance");
                    };
                    **offset = span;
                    continue;
                }
            }
            walk.expr(offset)?;
        }
    }
    order::terms(walk, order_by)
}

/// An interval of one unit, as a distance between values of a type of time.
fn span_of_time(walk: &mut Walk<'_, '_>, offset: &Expr, key: &Ty) -> Option<Expr> {
    let Ok(Some(Amount::Fixed(interval))) = amount(walk, offset) else { return None };
    let [(count, unit)] = &parts(interval)[..] else { return None };
    let whole_days = interval.micros == 0 || *key != Ty::Date;
    (*count >= 0 && whole_days).then(|| of_unit(number(count.to_string()), unit.clone()))
}

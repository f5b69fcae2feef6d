//! WITH: each query in turn, and the recursive ones by their seed.

use super::{Naming, named, rules, sets};
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::scope::{Column, Scope};
use crate::passes::expressions::types::Ty;
use crate::passes::{Cx, Work};
use crate::syntax::names;
use crate::syntax::walk::{Walk, WalkMut};
use sqlparser::ast::{
    CastKind, CharacterLength, Cte, DataType, ExactNumberInfo, Expr, Ident, Query, SelectItem, SetExpr,
    SetOperator, TableAlias, TableFactor, Visitor, VisitorMut, With,
};
use std::ops::ControlFlow;
use std::rc::Rc;

/// Refuses a recursion that only the LIMIT of what reads it ends: PostgreSQL makes no more rows than are asked for, TiDB
/// all of them first.
pub fn ends(cx: &Cx<'_>, query: &Query) -> Result<(), Untranslatable> {
    let (Some(With { recursive: true, cte_tables, .. }), Some(_)) = (&query.with, &query.limit_clause) else {
        return Ok(());
    };
    for cte in cte_tables {
        let SetExpr::SetOperation { right, .. } = cte.query.body.as_ref() else { continue };
        let SetExpr::Select(step) = right.as_ref() else { continue };
        let name = names::folded(&cte.alias.name);
        let alone =
            matches!(&step.from[..], [from] if from.joins.is_empty() && is_named(&from.relation, &name));
        if alone && step.selection.is_none() {
            let what = "a recursion that only LIMIT ends".into();
            return Err(Untranslatable { span: cx.ident(&cte.alias.name), what });
        }
    }
    Ok(())
}

pub fn translate(cx: &mut Cx<'_>, with: &mut With, scope: &mut Scope<'_>) -> Result<(), Untranslatable> {
    let With { with_token: _, recursive, cte_tables } = with;
    for cte in cte_tables {
        let Cte { alias, query, from, materialized, closing_paren_token: _ } = cte;
        let name = names::folded(&alias.name);
        if from.is_some() || alias.columns.iter().any(|column| column.data_type.is_some()) {
            return Err(Untranslatable { span: cx.ident(&alias.name), what: "this form of WITH".into() });
        }
        if matches!(
            query.body.as_ref(),
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_)
        ) {
            return Err(Untranslatable {
                span: cx.ident(&alias.name),
                what: "a WITH that changes rows".into(),
            });
        }
        // A hint of PostgreSQL's planner.
        *materialized = None;
        let listed: Vec<Ident> = alias.columns.iter().map(|column| column.name.clone()).collect();
        let columns = if *recursive && mentions(query, &name) {
            let span = cx.ident(&alias.name);
            self::recursive(cx, query, scope, &name, &listed, span)?
        } else {
            let mut columns = named(cx, query, scope, &listed)?;
            super::collate(&mut query.body, &columns);
            rename(&mut columns, &listed);
            columns
        };
        scope.ctes.push((name, Rc::from(columns)));
    }
    Ok(())
}

fn rename(columns: &mut [Column], listed: &[Ident]) {
    for (column, ident) in columns.iter_mut().zip(listed) {
        column.name = names::folded(ident);
        column.ident = ident.clone();
    }
}

/// Whether this is the table that a WITH of this name makes.
fn is_named(factor: &TableFactor, name: &str) -> bool {
    matches!(factor, TableFactor::Table { name: of, .. }
        if of.0.len() == 1 && names::last(of).is_some_and(|last| names::folded(last) == name))
}

/// Whether a query reads from a table of this name.
fn mentions(query: &Query, name: &str) -> bool {
    any_table(query, |factor| is_named(factor, name))
}

fn any_table(query: &Query, such: impl Fn(&TableFactor) -> bool) -> bool {
    struct Any<F>(F);
    impl<F: Fn(&TableFactor) -> bool> Visitor for Any<F> {
        type Break = ();
        fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
            if (self.0)(factor) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    query.walk(&mut Any(such)).is_break()
}

/// A recursion that gives itself another name hides the columns of its own: TiDB finds none of them by the name of the WITH, unless
/// what reads it says that name as an alias.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if !cx.recursive {
        return;
    }
    for statement in work.trees() {
        let mut renamed = Renamed(Vec::new());
        let _ = statement.walk(&mut renamed);
        if !renamed.0.is_empty() {
            let _ = statement.walk_mut(&mut Aliased(renamed.0));
        }
    }
}

/// The recursive queries that read from themselves under another name.
struct Renamed(Vec<String>);

impl Visitor for Renamed {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let with = query.with.iter().filter(|with| with.recursive);
        for cte in with.flat_map(|with| &with.cte_tables) {
            let name = names::folded(&cte.alias.name);
            let renames = |factor: &TableFactor| {
                is_named(factor, &name) && matches!(factor, TableFactor::Table { alias: Some(_), .. })
            };
            if any_table(&cte.query, renames) {
                self.0.push(name);
            }
        }
        ControlFlow::Continue(())
    }
}

struct Aliased(Vec<String>);

impl VisitorMut for Aliased {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if self.0.iter().any(|name| is_named(factor, name))
            && let TableFactor::Table { name, alias: alias @ None, .. } = factor
            && let Some(name) = names::last(name)
        {
            let name = Ident { span: sqlparser::tokenizer::Span::empty(), ..name.clone() };
            *alias = Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
        }
        ControlFlow::Continue(())
    }
}

/// `seed UNION [ALL] step`: the seed's columns are those of the whole.
fn recursive(
    cx: &mut Cx<'_>,
    query: &mut Query,
    scope: &mut Scope<'_>,
    name: &str,
    listed: &[Ident],
    span: crate::text::Span,
) -> Result<Vec<Column>, Untranslatable> {
    let refuse = |what: &str| Err(Untranslatable { span, what: what.into() });
    let plain = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty();
    let SetExpr::SetOperation { left, op: SetOperator::Union, right, .. } = query.body.as_mut() else {
        return refuse("a recursive query that is no UNION");
    };
    if !plain {
        return refuse("a recursive query with clauses of its own");
    }
    let naming = if listed.is_empty() { Naming::Own } else { Naming::Given(listed) };
    let mut columns = sets::body(cx, left, scope, naming)?;
    rename(&mut columns, listed);
    let mut settled = columns.clone();
    for column in &mut settled {
        column.settle();
        // A later round may bring NULLs.
        column.not_null = false;
    }
    scope.ctes.push((name.to_string(), Rc::from(settled)));
    let others = sets::body(cx, right, scope, Naming::AsIs);
    scope.ctes.pop();
    let others = others?;
    let grows: Vec<bool> = (0..columns.len()).map(|at| !same_column(left, right, at)).collect();
    sets::unify(cx, &mut query.body, &mut columns, &others, scope)?;
    if let SetExpr::SetOperation { left, .. } = query.body.as_mut() {
        for (at, column) in columns.iter_mut().enumerate() {
            column.settle();
            if grows[at] {
                widen(left, at, &column.ty);
            }
        }
    }
    cx.recursive = true;
    rules::deep(cx, span);
    Ok(columns)
}

/// Whether a column of the step is a plain column, which is as wide as that of the seed.
fn same_column(left: &SetExpr, right: &SetExpr, at: usize) -> bool {
    let item = |body: &SetExpr| match body {
        SetExpr::Select(select) => match select.projection.get(at) {
            Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) => {
                Some(expr.clone())
            }
            _ => None,
        },
        _ => None,
    };
    let last = |expr: Expr| match expr {
        Expr::Identifier(ident) => Some(names::folded(&ident)),
        Expr::CompoundIdentifier(parts) => parts.last().map(names::folded),
        _ => None,
    };
    match (item(left).and_then(last), item(right).and_then(last)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// TiDB cuts what later rounds give to the width of the seed, so the seed gets the widest type.
fn widen(body: &mut SetExpr, at: usize, ty: &Ty) {
    let data_type = match ty {
        Ty::Text | Ty::Unknown => {
            let length = CharacterLength::IntegerLength { length: 1_000_000, unit: None };
            DataType::Char(Some(length))
        }
        Ty::Decimal | Ty::Numeric => DataType::Decimal(ExactNumberInfo::PrecisionAndScale(65, 30)),
        Ty::Int | Ty::Big => DataType::Signed,
        _ => return,
    };
    match body {
        SetExpr::Select(select) => {
            if let Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) =
                select.projection.get_mut(at)
            {
                if matches!((&*expr, ty), (Expr::Value(_), Ty::Int | Ty::Big)) {
                    return;
                }
                let inner = Box::new(std::mem::replace(expr, Expr::value(sqlparser::ast::Value::Null)));
                *expr = Expr::Cast { kind: CastKind::Cast, expr: inner, data_type, format: None };
            }
        }
        SetExpr::Query(query) => widen(&mut query.body, at, ty),
        SetExpr::SetOperation { left, .. } => widen(left, at, ty),
        _ => {}
    }
}

//! UNION, INTERSECT, EXCEPT: the two sides' columns get one type.

use super::values::{self, query_of, select_of, table_of};
use super::{Naming, select, whole};
use crate::passes::Cx;
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::scope::{Column, Scope};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::Walk;
use sqlparser::ast::{
    Expr, Ident, ObjectName, Query, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator,
    SetQuantifier, Value,
};

/// Translates what a query is made of.
pub fn body(
    cx: &mut Cx<'_>,
    body: &mut SetExpr,
    scope: &Scope<'_>,
    naming: Naming<'_>,
) -> Result<Vec<Column>, Untranslatable> {
    match body {
        SetExpr::Select(select) => select::translate(cx, select, &mut None, scope, naming, None),
        SetExpr::Query(query) => whole(cx, query, scope, naming),
        SetExpr::Values(values) => {
            let (chain, columns) = values::translate(cx, values, scope, naming)?;
            *body = chain;
            Ok(columns)
        }
        SetExpr::Table(table) => {
            let parts = [table.schema_name.as_deref(), table.table_name.as_deref()];
            let idents: Vec<Ident> = parts.into_iter().flatten().map(crate::syntax::names::ident).collect();
            let mut star = select_of(Vec::new(), Some(ObjectName::from(idents)));
            star.projection = vec![SelectItem::Wildcard(Default::default())];
            let columns = select::translate(cx, &mut star, &mut None, scope, naming, None)?;
            *body = SetExpr::Select(Box::new(star));
            Ok(columns)
        }
        SetExpr::SetOperation { .. } => operation(cx, body, scope, naming),
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
            Err(Untranslatable { span: cx.head(), what: "a query that changes rows".into() })
        }
    }
}

fn operation(
    cx: &mut Cx<'_>,
    body: &mut SetExpr,
    scope: &Scope<'_>,
    naming: Naming<'_>,
) -> Result<Vec<Column>, Untranslatable> {
    let SetExpr::SetOperation { left, op, set_quantifier, right } = body else { return Ok(Vec::new()) };
    let counted = match (&op, &set_quantifier) {
        (SetOperator::Union, SetQuantifier::All | SetQuantifier::Distinct | SetQuantifier::None) => false,
        (SetOperator::Except | SetOperator::Intersect, SetQuantifier::Distinct | SetQuantifier::None) => {
            false
        }
        (SetOperator::Except | SetOperator::Intersect, SetQuantifier::All) => true,
        _ => return Err(Untranslatable { span: cx.head(), what: format!("{op} {set_quantifier}") }),
    };
    let naming = if counted && matches!(naming, Naming::AsIs) { Naming::Own } else { naming };
    let op = *op;
    let mut columns = self::body(cx, left, scope, naming)?;
    let others = self::body(cx, right, scope, if counted { Naming::Own } else { Naming::AsIs })?;
    unify(cx, body, &mut columns, &others, scope)?;
    if counted {
        self::counted(body, op, &columns, &others);
    }
    Ok(columns)
}

/// EXCEPT ALL and INTERSECT ALL: the copies of a row are numbered, which makes them different rows.
fn counted(body: &mut SetExpr, op: SetOperator, columns: &[Column], others: &[Column]) {
    let SetExpr::SetOperation { left, right, .. } = body else { return };
    let numbered = |side: &mut SetExpr, columns: &[Column]| {
        let inner = std::mem::replace(side, SetExpr::Query(Box::new(query_of(select_of(Vec::new(), None)))));
        let names: Vec<Expr> = columns.iter().map(|column| Expr::Identifier(column.ident.clone())).collect();
        let mut items: Vec<(Expr, Option<Ident>)> = names.iter().map(|name| (name.clone(), None)).collect();
        items.push((super::numbered::row_number(names, Vec::new()), Some(Ident::new("copy"))));
        let mut select = select_of(items, None);
        select.from = vec![derived(inner, "rows_of")];
        SetExpr::Select(Box::new(select))
    };
    let new_left = numbered(left, columns);
    let new_right = numbered(right, others);
    let whole = SetExpr::SetOperation {
        left: Box::new(new_left),
        op,
        set_quantifier: SetQuantifier::None,
        right: Box::new(new_right),
    };
    let items = columns.iter().map(|column| (Expr::Identifier(column.ident.clone()), None)).collect();
    let mut select = select_of(items, None);
    select.from = vec![derived(whole, "copies")];
    *body = SetExpr::Select(Box::new(select));
}

/// `(…) AS name`.
pub fn derived(body: SetExpr, name: &str) -> sqlparser::ast::TableWithJoins {
    let mut relation = table_of(ObjectName::from(vec![Ident::new(name)]));
    relation = match relation {
        sqlparser::ast::TableFactor::Table { .. } => sqlparser::ast::TableFactor::Derived {
            lateral: false,
            subquery: match body {
                SetExpr::Query(query) => query,
                body => Box::new(values::query_of_body(body)),
            },
            alias: Some(super::from::plain_alias(Ident::new(name))),
            sample: None,
        },
        other => other,
    };
    sqlparser::ast::TableWithJoins { relation, joins: Vec::new() }
}

/// Gives both sides of a set operation one type for each column.
pub fn unify(
    cx: &mut Cx<'_>,
    body: &mut SetExpr,
    columns: &mut [Column],
    others: &[Column],
    scope: &Scope<'_>,
) -> Result<(), Untranslatable> {
    let SetExpr::SetOperation { left, right, op, .. } = body else { return Ok(()) };
    if columns.len() != others.len() {
        let what = format!("{op} of queries with different numbers of columns");
        return Err(Untranslatable { span: cx.head(), what });
    }
    for (at, (column, other)) in columns.iter_mut().zip(others).enumerate() {
        let ty = match (&column.ty, &other.ty) {
            (a, b) if a == b => a.clone(),
            (Ty::Unknown, b) => {
                literal(cx, left, at, b, scope)?;
                b.clone()
            }
            (a, Ty::Unknown) => {
                literal(cx, right, at, a, scope)?;
                a.clone()
            }
            (a, b) if a.is_number() && b.is_number() => a.widest(b),
            (Ty::Date, b @ (Ty::Timestamp | Ty::Timestamptz)) => b.clone(),
            (a @ (Ty::Timestamp | Ty::Timestamptz), Ty::Date) => a.clone(),
            (Ty::Timestamp | Ty::Timestamptz, Ty::Timestamp | Ty::Timestamptz) => Ty::Timestamptz,
            (Ty::Enum, Ty::Text) | (Ty::Text, Ty::Enum) => Ty::Text,
            (a, b) => {
                let what = format!("{op} of {} and {}", a.name(), b.name());
                return Err(Untranslatable { span: cx.head(), what });
            }
        };
        column.not_null &= other.not_null;
        if column.data_type != other.data_type {
            column.data_type = match (&column.ty, &other.ty) {
                (Ty::Unknown, _) => other.data_type.clone(),
                (_, Ty::Unknown) => column.data_type.take(),
                _ => super::output::plain(&ty),
            };
        }
        column.ty = ty;
    }
    Ok(())
}

/// Gives the untyped literals of a column the type that it is to have.
fn literal(
    cx: &mut Cx<'_>,
    body: &mut SetExpr,
    at: usize,
    wanted: &Ty,
    scope: &Scope<'_>,
) -> Result<(), Untranslatable> {
    match body {
        SetExpr::Select(select) => {
            let wild = |item: &SelectItem| {
                matches!(
                    item,
                    SelectItem::Wildcard(_)
                        | SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(_), _)
                )
            };
            if select.projection.iter().take(at + 1).any(wild) {
                return Ok(());
            }
            match select.projection.get_mut(at) {
                Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) => {
                    let value = matches!(expr, Expr::Value(v) if !matches!(v.value, Value::Placeholder(_)));
                    if value {
                        Walk::new(cx, scope).coerce(expr, &Ty::Unknown, wanted).map(drop)
                    } else {
                        Ok(())
                    }
                }
                _ => Ok(()),
            }
        }
        SetExpr::Query(query) => literal(cx, &mut query.body, at, wanted, scope),
        SetExpr::SetOperation { left, right, .. } => {
            literal(cx, left, at, wanted, scope)?;
            literal(cx, right, at, wanted, scope)
        }
        _ => Ok(()),
    }
}

#[allow(dead_code, reason = "INSERT … SELECT calls it")]
/// Gives the untyped literals among a translated query's columns the types that are wanted: what INSERT … SELECT
/// does. `columns` are those that `translate` told.
pub fn coerce(
    cx: &mut Cx<'_>,
    query: &mut Query,
    columns: &[Column],
    wanted: &[Option<Ty>],
) -> Result<(), Untranslatable> {
    let scope = Scope::default();
    for (at, (column, wanted)) in columns.iter().zip(wanted).enumerate() {
        if let (Ty::Unknown, Some(wanted)) = (&column.ty, wanted) {
            literal(cx, &mut query.body, at, wanted, &scope)?;
        }
    }
    Ok(())
}

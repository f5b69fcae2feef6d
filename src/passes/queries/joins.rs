//! Joins: their conditions, the columns they merge, the NULLs they bring; FULL and LATERAL ones in other words.

use super::from::{factor, listed, made_alias};
use super::{full_join, select, series, unnested};
use crate::passes::Cx;
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::scope::{Scope, Source};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{Expr, Join, JoinConstraint, JoinOperator, TableFactor, TableWithJoins};

/// A table and what is joined to it.
pub fn tree<'a: 's, 's>(
    cx: &mut Cx<'a>,
    tree: &mut TableWithJoins,
    scope: &Scope<'s>,
    tables: &mut Vec<Source<'s>>,
    conditions: &mut Vec<Expr>,
) -> Result<(), Untranslatable> {
    let asked = conditions.len();
    factor(cx, &mut tree.relation, scope, tables, conditions)?;
    // The condition would be asked of the rows that such a join adds, too.
    let adds = |join: &Join| {
        matches!(
            join.join_operator,
            JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_)
        )
    };
    let adds_rows = tree.joins.iter().any(adds);
    let before_outer = |span| Untranslatable { span, what: "this before an outer join".into() };
    if conditions.len() > asked && adds_rows {
        return Err(before_outer(cx.head()));
    }
    for mut next in std::mem::take(&mut tree.joins) {
        if next.global {
            return Err(Untranslatable { span: cx.head(), what: "GLOBAL JOIN".into() });
        }
        if matches!(next.relation, TableFactor::Derived { lateral: true, .. }) {
            let asked = conditions.len();
            let stays = lateral(cx, &mut next, scope, tables, conditions)?;
            if conditions.len() > asked && adds_rows {
                return Err(before_outer(cx.words(&["lateral"])));
            }
            if stays {
                tree.joins.push(next);
            }
            continue;
        }
        if let Some(call) = series::call_of(cx, &next.relation)
            && unnested::is_of_column(&call)
        {
            let span = call.span;
            let (kind, on) = kind(&next.join_operator, span)?;
            if adds_rows {
                return Err(before_outer(span));
            }
            let places = unnested::translate(cx, call, &before(scope, tables))?;
            next.relation = places.factor;
            put(
                cx,
                &mut next,
                scope,
                (tables, conditions),
                places.source,
                (kind, on),
                Some(Some(places.condition)),
            )?;
            tree.joins.push(next);
            continue;
        }
        let mut right = Vec::new();
        factor(cx, &mut next.relation, scope, &mut right, conditions)?;
        // TiDB has no word between NATURAL and JOIN.
        if matches!(next.join_operator, JoinOperator::Inner(JoinConstraint::Natural)) {
            next.join_operator = JoinOperator::Join(JoinConstraint::Natural);
        }
        if let JoinOperator::FullOuter(constraint) = &mut next.join_operator {
            let span = cx.words(&["full"]);
            let (merged, condition) = match constraint {
                JoinConstraint::Using(columns) => {
                    (columns.iter().filter_map(names::last).map(names::folded).collect(), None)
                }
                JoinConstraint::On(condition) => {
                    let both = tables.iter().chain(&right).cloned().collect();
                    let inner = Scope { tables: both, outer: Some(scope), ..Scope::default() };
                    select::truth(cx, condition, &inner)?;
                    (Vec::new(), Some(condition.clone()))
                }
                _ => return Err(Untranslatable { span, what: "a natural FULL JOIN".into() }),
            };
            let left = std::mem::replace(tree, full_join::nothing());
            let sides = full_join::Sides {
                left,
                left_tables: std::mem::take(tables),
                right: next.relation,
                right_tables: right,
                merged,
                condition,
            };
            let number = scope.tables.len() + 1;
            let (joined, sources) = full_join::translate(cx, sides, span, number)?;
            (*tree, *tables) = (joined, sources);
            continue;
        }
        join(cx, &mut next.join_operator, scope, tables, right)?;
        tree.joins.push(next);
    }
    Ok(())
}

/// A join of a LATERAL query. Whether something is left of it in FROM.
fn lateral<'a: 's, 's>(
    cx: &mut Cx<'a>,
    next: &mut Join,
    scope: &Scope<'s>,
    tables: &mut Vec<Source<'s>>,
    conditions: &mut Vec<Expr>,
) -> Result<bool, Untranslatable> {
    let span = cx.words(&["lateral"]);
    let refuse = |what: &str| Err(Untranslatable { span, what: what.into() });
    let (kind, on) = kind(&next.join_operator, span)?;
    let TableFactor::Derived { subquery, alias, sample: None, .. } = &mut next.relation else {
        return refuse("this form of LATERAL");
    };
    let listed = listed(cx, alias.as_mut())?;
    let name = alias.get_or_insert_with(|| made_alias(scope, tables)).name.clone();
    let before = before(scope, tables);
    let outside = Scope { ctes: scope.ctes.clone(), outer: scope.outer, ..Scope::default() };
    let placed = super::lateral::translate(cx, subquery, &name, &listed, (&before, &outside), kind, span)?;
    let (source, moved) = match placed {
        super::lateral::Placed::Derived(source) => {
            if let TableFactor::Derived { lateral, .. } = &mut next.relation {
                *lateral = false;
            }
            join(cx, &mut next.join_operator, scope, tables, vec![source])?;
            return Ok(true);
        }
        super::lateral::Placed::Values(source, asked) => {
            if kind == super::lateral::Join::Left && on.is_some() {
                return refuse("LEFT JOIN LATERAL on a condition");
            }
            conditions.extend(asked);
            (source, None)
        }
        super::lateral::Placed::Table(factor, source, condition) => {
            next.relation = *factor;
            (source, Some(condition))
        }
    };
    put(cx, next, scope, (tables, conditions), source, (kind, on), moved)
}

/// What is seen by what may refer to the tables before it.
pub fn before<'s>(scope: &Scope<'s>, tables: &[Source<'s>]) -> Scope<'s> {
    Scope {
        tables: scope.tables.iter().chain(tables).cloned().collect(),
        ctes: scope.ctes.clone(),
        outer: scope.outer,
        grouped: false,
    }
}

/// How something LATERAL is joined, and its condition where that is not simply true.
fn kind(operator: &JoinOperator, span: Span) -> Result<(super::lateral::Join, Option<Expr>), Untranslatable> {
    let (kind, on) = match operator {
        JoinOperator::CrossJoin(JoinConstraint::None) => (super::lateral::Join::Inner, None),
        JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on)) => {
            (super::lateral::Join::Inner, Some(on.clone()))
        }
        JoinOperator::Left(JoinConstraint::On(on)) | JoinOperator::LeftOuter(JoinConstraint::On(on)) => {
            (super::lateral::Join::Left, Some(on.clone()))
        }
        _ => return Err(Untranslatable { span, what: "this join of LATERAL".into() }),
    };
    let is_true = |on: &Expr| matches!(on, Expr::Value(value) if matches!(value.value, sqlparser::ast::Value::Boolean(true)));
    Ok((kind, on.filter(|on| !is_true(on))))
}

/// Puts what was LATERAL in its place: `moved` is the condition that has to hold for its rows, if it is a table at all.
/// Whether something is left of it in FROM.
fn put<'s>(
    cx: &mut Cx<'_>,
    next: &mut Join,
    scope: &Scope<'s>,
    (tables, conditions): (&mut Vec<Source<'s>>, &mut Vec<Expr>),
    source: Source<'s>,
    (kind, mut on): (super::lateral::Join, Option<Expr>),
    moved: Option<Option<Expr>>,
) -> Result<bool, Untranslatable> {
    tables.push(source);
    if let Some(on) = &mut on {
        let inner = Scope { tables: tables.clone(), outer: Some(scope), ..Scope::default() };
        select::truth(cx, on, &inner)?;
    }
    match moved {
        None => {
            conditions.extend(on);
            Ok(false)
        }
        Some(condition) if kind == super::lateral::Join::Left => {
            let all = super::lateral::both(condition, on);
            let all = all.unwrap_or_else(|| Expr::value(sqlparser::ast::Value::Boolean(true)));
            next.join_operator = JoinOperator::Left(JoinConstraint::On(all));
            if let Some(last) = tables.last_mut() {
                last.nullable = true;
            }
            Ok(true)
        }
        Some(condition) => {
            conditions.extend(condition);
            conditions.extend(on);
            next.join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
            Ok(true)
        }
    }
}

fn join<'a: 's, 's>(
    cx: &mut Cx<'a>,
    operator: &mut JoinOperator,
    scope: &Scope<'s>,
    tables: &mut Vec<Source<'s>>,
    mut right: Vec<Source<'s>>,
) -> Result<(), Untranslatable> {
    let (left_nulls, right_nulls) = match operator {
        JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => (false, true),
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) => (true, false),
        JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_) => (false, false),
        _ => return Err(Untranslatable { span: cx.words(&["join"]), what: "this kind of join".into() }),
    };
    let (JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::Left(constraint)
    | JoinOperator::LeftOuter(constraint)
    | JoinOperator::Right(constraint)
    | JoinOperator::RightOuter(constraint)
    | JoinOperator::CrossJoin(constraint)) = operator
    else {
        return Ok(());
    };
    let merged = match constraint {
        JoinConstraint::Using(columns) => {
            columns.iter().filter_map(names::last).map(names::folded).collect::<Vec<_>>()
        }
        JoinConstraint::Natural => {
            let span = cx.words(&["natural"]);
            let unknown =
                || Untranslatable { span, what: "a natural join of tables that no file declares".into() };
            let left = columns(cx, tables).ok_or_else(unknown)?;
            let right = columns(cx, &right).ok_or_else(unknown)?;
            left.into_iter().filter(|name| right.contains(name)).collect()
        }
        JoinConstraint::On(_) | JoinConstraint::None => Vec::new(),
    };
    for table in tables.iter_mut() {
        table.nullable |= left_nulls;
        table.reordered |= left_nulls && !merged.is_empty();
    }
    for table in &mut right {
        table.nullable |= right_nulls;
        table.merged.extend(merged.iter().cloned());
    }
    tables.append(&mut right);
    if let JoinConstraint::On(condition) = constraint {
        let inner = Scope { tables: tables.clone(), outer: Some(scope), ..Scope::default() };
        // The condition is asked before NULLs are put in.
        select::truth(cx, condition, &inner)?;
    }
    Ok(())
}

/// The names of all columns.
fn columns(cx: &Cx<'_>, tables: &[Source<'_>]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for table in tables {
        let own = table.all(cx.catalog)?.into_iter().map(|column| column.name);
        names.extend(own.filter(|name| !table.merged.contains(name)));
    }
    Some(names)
}

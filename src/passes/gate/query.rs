//! Queries, in the forms that `queries` writes.

use super::{Checked, exprs, names, refuse};
use crate::passes::Cx;
use sqlparser::ast::{
    CreateTableOptions, CreateView, Cte, Distinct, Expr, GroupByExpr, Join, JoinConstraint, JoinOperator,
    LimitClause, LockType, NamedWindowExpr, Offset, OffsetRows, OrderBy, OrderByExpr, OrderByKind,
    OrderByOptions, OrderBySort, Query, Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, SetOperator, SetQuantifier, TableFactor, TableWithJoins, WindowSpec,
};

pub fn query(cx: &Cx<'_>, query: &Query) -> Checked {
    let Query {
        with,
        body,
        order_by,
        limit_clause,
        fetch: None,
        locks,
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators,
    } = query
    else {
        return refuse(cx.head(), "this form of a query");
    };
    if !pipe_operators.is_empty() {
        return refuse(cx.head(), "a pipe");
    }
    if let Some(with) = with {
        for Cte { alias, query, from, materialized, closing_paren_token: _ } in &with.cte_tables {
            if from.is_some() || materialized.is_some() || alias.columns.iter().any(|c| c.data_type.is_some())
            {
                return refuse(cx.ident(&alias.name), "this form of WITH");
            }
            self::query(cx, query)?;
        }
    }
    self::body(cx, body)?;
    if let Some(OrderBy { kind, interpolate }) = order_by {
        match (kind, interpolate) {
            (OrderByKind::Expressions(terms), None) => order(cx, terms)?,
            _ => return refuse(cx.words(&["order", "by"]), "this form of ORDER BY"),
        }
    }
    match limit_clause {
        None => {}
        Some(LimitClause::LimitOffset { limit: Some(limit), offset, limit_by }) if limit_by.is_empty() => {
            count(cx, limit)?;
            match offset {
                None => {}
                Some(Offset { value, rows: OffsetRows::None }) => count(cx, value)?,
                Some(_) => return refuse(cx.words(&["offset"]), "OFFSET … ROWS"),
            }
        }
        Some(_) => return refuse(cx.words(&["limit"]), "this form of LIMIT"),
    }
    for lock in locks {
        if lock.lock_type != LockType::Update
            || matches!(lock.nonblock, Some(sqlparser::ast::NonBlock::SkipLocked))
        {
            return refuse(cx.words(&["for"]), "this lock");
        }
    }
    Ok(())
}

fn count(cx: &Cx<'_>, expr: &Expr) -> Checked {
    match expr {
        Expr::Value(_) => Ok(()),
        other => refuse(cx.node(other), "a LIMIT or OFFSET that is calculated"),
    }
}

pub fn order(cx: &Cx<'_>, terms: &[OrderByExpr]) -> Checked {
    terms.iter().try_for_each(|OrderByExpr { expr, options, with_fill }| {
        let OrderByOptions { sort, nulls_first } = options;
        if with_fill.is_some() || nulls_first.is_some() || matches!(sort, Some(OrderBySort::Using(_))) {
            return refuse(cx.node(expr), "this form of ORDER BY");
        }
        exprs::check(cx, expr)
    })
}

fn body(cx: &Cx<'_>, body: &SetExpr) -> Checked {
    match body {
        SetExpr::Select(select) => self::select(cx, select),
        SetExpr::Query(query) => self::query(cx, query),
        SetExpr::SetOperation { left, op, set_quantifier, right } => {
            let known = match op {
                SetOperator::Union => matches!(
                    set_quantifier,
                    SetQuantifier::All | SetQuantifier::None | SetQuantifier::Distinct
                ),
                SetOperator::Except | SetOperator::Intersect => {
                    matches!(set_quantifier, SetQuantifier::None | SetQuantifier::Distinct)
                }
                SetOperator::Minus => false,
            };
            if !known {
                return refuse(cx.head(), format!("{op} {set_quantifier}"));
            }
            self::body(cx, left)?;
            self::body(cx, right)
        }
        // With a WITH before it.
        SetExpr::Update(sqlparser::ast::Statement::Update(update)) => super::rows::update(cx, update),
        SetExpr::Delete(sqlparser::ast::Statement::Delete(delete)) => super::rows::delete(cx, delete),
        SetExpr::Values(_)
        | SetExpr::Insert(_)
        | SetExpr::Update(_)
        | SetExpr::Delete(_)
        | SetExpr::Merge(_)
        | SetExpr::Table(_) => refuse(cx.head(), "this form of a query"),
    }
}

fn select(cx: &Cx<'_>, select: &Select) -> Checked {
    let Select {
        select_token: _,
        optimizer_hints: _,
        distinct,
        select_modifiers: None,
        top: None,
        top_before_distinct: _,
        projection,
        exclude: None,
        into: None,
        from,
        lateral_views,
        prewhere: None,
        selection,
        connect_by,
        group_by,
        cluster_by,
        distribute_by,
        sort_by,
        having,
        named_window,
        qualify: None,
        window_before_qualify: _,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    } = select
    else {
        return refuse(cx.head(), "this form of SELECT");
    };
    let foreign = !lateral_views.is_empty()
        || !connect_by.is_empty()
        || !cluster_by.is_empty()
        || !distribute_by.is_empty()
        || !sort_by.is_empty()
        || matches!(distinct, Some(Distinct::On(_)))
        || projection.is_empty();
    if foreign {
        return refuse(cx.head(), "this form of SELECT");
    }
    for item in projection {
        match item {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, alias: _ } => {
                exprs::check(cx, expr)?;
            }
            SelectItem::Wildcard(_)
            | SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(_), _) => {}
            _ => return refuse(cx.head(), "this form of a column"),
        }
    }
    for tree in from {
        self::tree(cx, tree)?;
    }
    if let Some(condition) = selection {
        exprs::check(cx, condition)?;
    }
    match group_by {
        GroupByExpr::Expressions(exprs, modifiers) if modifiers.is_empty() => {
            exprs.iter().try_for_each(|expr| exprs::check(cx, expr))?;
        }
        _ => return refuse(cx.words(&["group", "by"]), "this form of GROUP BY"),
    }
    if let Some(condition) = having {
        exprs::check(cx, condition)?;
    }
    for named in named_window {
        match &named.1 {
            NamedWindowExpr::WindowSpec(spec) => window(cx, spec)?,
            NamedWindowExpr::NamedWindow(name) => return refuse(cx.ident(name), "a window that is another"),
        }
    }
    Ok(())
}

pub fn window(cx: &Cx<'_>, spec: &WindowSpec) -> Checked {
    let WindowSpec { window_name: _, partition_by, order_by, window_frame } = spec;
    if window_frame.as_ref().is_some_and(|f| f.units == sqlparser::ast::WindowFrameUnits::Groups) {
        return refuse(cx.head(), "a window frame of GROUPS");
    }
    partition_by.iter().try_for_each(|expr| exprs::check(cx, expr))?;
    order(cx, order_by)
}

fn tree(cx: &Cx<'_>, tree: &TableWithJoins) -> Checked {
    let TableWithJoins { relation, joins } = tree;
    factor(cx, relation)?;
    for Join { relation, global, join_operator } in joins {
        factor(cx, relation)?;
        let constraint = match join_operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Right(constraint)
            | JoinOperator::RightOuter(constraint)
            | JoinOperator::CrossJoin(constraint)
                if !*global =>
            {
                constraint
            }
            _ => return refuse(cx.words(&["join"]), "this kind of join"),
        };
        if let JoinConstraint::On(condition) = constraint {
            exprs::check(cx, condition)?;
        }
    }
    Ok(())
}

pub fn factor(cx: &Cx<'_>, factor: &TableFactor) -> Checked {
    match factor {
        TableFactor::Table {
            name,
            alias,
            args: None,
            with_hints,
            version: None,
            with_ordinality: false,
            // Only the rule for partitions names one.
            partitions: _,
            json_path: None,
            sample: None,
            index_hints,
        } if with_hints.is_empty() && index_hints.is_empty() => {
            if alias.as_ref().is_some_and(|alias| !alias.columns.is_empty()) {
                return refuse(cx.node(name), "names for a table's columns");
            }
            names::object(cx, name)
        }
        TableFactor::Derived { lateral: false, subquery, alias: Some(alias), sample: None } => {
            if !alias.columns.is_empty() {
                return refuse(cx.ident(&alias.name), "names for a table's columns");
            }
            query(cx, subquery)
        }
        TableFactor::NestedJoin { table_with_joins, alias: None } => tree(cx, table_with_joins),
        other => refuse(cx.node(other), "this in FROM"),
    }
}

/// CREATE VIEW.
pub fn view(cx: &Cx<'_>, view: &CreateView) -> Checked {
    let CreateView {
        or_alter: false,
        or_replace: _,
        materialized: false,
        secure: false,
        name,
        name_before_not_exists: false,
        columns,
        query,
        options: CreateTableOptions::None,
        cluster_by,
        comment: None,
        with_no_schema_binding: false,
        if_not_exists: false,
        temporary: false,
        copy_grants: false,
        to: None,
        params: _,
    } = view
    else {
        return refuse(cx.head(), "this form of CREATE VIEW");
    };
    if !cluster_by.is_empty() || columns.iter().any(|c| c.data_type.is_some() || c.options.is_some()) {
        return refuse(cx.head(), "this form of CREATE VIEW");
    }
    names::object(cx, name)?;
    self::query(cx, query)
}

//! The rules about queries, and views.

use crate::diagnostic::rule;
use crate::passes::Cx;
use crate::text::Span;
use sqlparser::ast::{GroupByExpr, LimitClause, Query, SetExpr, TableFactor};

rule! {
    /// `FOR SHARE`, `FOR KEY SHARE`.
    ///
    /// TiDB has no lock that several transactions may hold: the rows are locked `FOR UPDATE`. The query gives the same
    /// rows; other transactions that want to lock them wait where on PostgreSQL they would share them.
    pub SHARE_LOCK = "R100", "share-lock", Rows, Approximate;
}

rule! {
    /// A recursive query in a view.
    ///
    /// TiDB stops a recursive query after `cte_max_recursion_depth` rounds, 1000 unless it is set. In a statement a hint
    /// sets it; in a view no hint is heard, so that a query that goes deeper fails there with an error.
    pub RECURSIVE_VIEW = "R101", "recursive-view", Rows, Approximate;
}

rule! {
    /// A view.
    ///
    /// Its query is translated like any other. Columns that TiDB would name in another way get PostgreSQL's names.
    /// Views can't be written to on TiDB.
    pub VIEW = "S031", "view", Statements, Exact;
}

rule! {
    /// A materialized view.
    ///
    /// TiDB has none. With `materialized_views = "view"` in the configuration it becomes a plain view: the same rows,
    /// always fresh, for the price of its query; REFRESH is dropped then. A table that a job fills gives the same speed.
    pub MATERIALIZED_VIEW = "S032", "materialized-view", Statements, Refused;
}

rule! {
    /// A table made of a query: CREATE TABLE … AS, SELECT … INTO.
    ///
    /// TiDB has no such statement. The table is created with the types that PostgreSQL gives the query's columns, and
    /// filled by INSERT … SELECT.
    pub TABLE_OF_QUERY = "S100", "table-of-query", Statements, Exact;
}

rule! {
    /// LIMIT over an inner query that orders the rows.
    ///
    /// PostgreSQL takes the first rows of the inner query. TiDB leaves the order of an inner query out, and takes any rows. Say the
    /// ORDER BY beside the LIMIT.
    pub INNER_ORDER = "S101", "inner-order", Statements, Lossy;
}

/// Says so where a LIMIT counts on the order of an inner query.
pub fn inner_order(cx: &mut Cx<'_>, query: &Query) {
    let SetExpr::Select(select) = query.body.as_ref() else { return };
    let ([from], Some(LimitClause::LimitOffset { .. }), None) =
        (&select.from[..], &query.limit_clause, &query.order_by)
    else {
        return;
    };
    let TableFactor::Derived { subquery, .. } = &from.relation else { return };
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    if from.joins.is_empty() && subquery.order_by.is_some() && subquery.limit_clause.is_none() && !grouped {
        let span = cx.words(&["limit"]);
        let message = "TiDB does not keep the order of the inner query: this takes any of its rows";
        cx.report(&INNER_ORDER, span, message).help = Some("say ORDER BY beside LIMIT".into());
    }
}

/// Notes a recursive query, and that the depth is bounded where it is.
pub fn deep(cx: &mut Cx<'_>, span: Span) {
    if matches!(cx.parsed.tree.as_deref(), Ok(sqlparser::ast::Statement::CreateView(_))) {
        cx.report(&RECURSIVE_VIEW, span, "more than 1000 rounds fail in a view on TiDB");
    }
}

//! INSERT, UPDATE and DELETE: the forms in which the passes write them.

use super::{Checked, exprs, names, none_of, refuse};
use crate::passes::Cx;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, FromTable, Insert, JoinConstraint, JoinOperator, OnInsert,
    TableFactor, TableObject, TableWithJoins, Update,
};

/// Each clause that an INSERT may have and TiDB's may not, and whether it is there.
pub fn foreign_clauses(insert: &Insert) -> [(bool, &'static str); 22] {
    let Insert {
        insert_token: _,
        optimizer_hints,
        or,
        ignore,
        into: _,
        table: _,
        table_alias,
        columns: _,
        overwrite,
        source,
        assignments,
        partitioned,
        after_columns,
        has_table_keyword,
        on,
        returning,
        output,
        replace_into,
        priority,
        insert_alias,
        settings,
        format_clause,
        multi_table_insert_type,
        multi_table_into_clauses,
        multi_table_when_clauses,
        multi_table_else_clause,
    } = insert;
    [
        (!optimizer_hints.is_empty(), "a hint"),
        (or.is_some(), "OR"),
        (*ignore, "IGNORE"),
        (table_alias.is_some(), "AS"),
        (*overwrite, "OVERWRITE"),
        (source.is_none(), "DEFAULT VALUES"),
        (!assignments.is_empty(), "SET"),
        // Only the rule for partitions names one.
        (partitioned.as_ref().is_some_and(|parts| parts.len() != 1), "PARTITION"),
        (!after_columns.is_empty() && partitioned.is_none(), "columns after PARTITION"),
        (*has_table_keyword, "TABLE"),
        (matches!(on, Some(OnInsert::OnConflict(_))), "ON CONFLICT"),
        (returning.is_some(), "RETURNING"),
        (output.is_some(), "OUTPUT"),
        (*replace_into, "REPLACE"),
        (priority.is_some(), "a priority"),
        (insert_alias.is_some(), "an alias"),
        (settings.is_some(), "SETTINGS"),
        (format_clause.is_some(), "FORMAT"),
        (multi_table_insert_type.is_some(), "ALL"),
        (!multi_table_into_clauses.is_empty(), "INTO several tables"),
        (!multi_table_when_clauses.is_empty(), "WHEN"),
        (multi_table_else_clause.is_some(), "ELSE"),
    ]
}

/// The rows themselves were all looked at by the pass that wrote them.
pub fn insert(cx: &Cx<'_>, insert: &Insert) -> Checked {
    none_of(cx, &foreign_clauses(insert), "INSERT")?;
    let Insert { table, columns, on, .. } = insert;
    let TableObject::TableName(name) = table else { return refuse(cx.head(), "INSERT into a function") };
    names::object(cx, name)?;
    if let Some(column) = columns.iter().find(|column| column.0.len() != 1) {
        return refuse(cx.node(column), "INSERT into a part of a column");
    }
    match on {
        Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
            assignments.iter().try_for_each(|assignment| changed(cx, assignment))
        }
        Some(OnInsert::OnConflict(_)) | None => Ok(()),
        Some(_) => refuse(cx.head(), "this form of ON in an INSERT"),
    }
}

/// `column = value` in ON DUPLICATE KEY UPDATE.
fn changed(cx: &Cx<'_>, assignment: &Assignment) -> Checked {
    match &assignment.target {
        AssignmentTarget::ColumnName(name) if name.0.len() == 1 => exprs::check(cx, &assignment.value),
        AssignmentTarget::ColumnName(_) | AssignmentTarget::Tuple(_) => {
            refuse(cx.head(), "ON DUPLICATE KEY UPDATE of what is no column")
        }
    }
}

/// Only what passes write to fill a column.
pub fn update(cx: &Cx<'_>, update: &Update) -> Checked {
    let Update {
        update_token: _,
        optimizer_hints,
        table,
        assignments,
        from,
        selection,
        returning,
        output,
        or,
        order_by,
        limit,
    } = update;
    let plain = optimizer_hints.is_empty()
        && from.is_none()
        && returning.is_none()
        && output.is_none()
        && or.is_none()
        && order_by.is_empty()
        && limit.is_none()
        && is_joined(cx, table)?;
    if !plain {
        return refuse(cx.head(), "this form of UPDATE");
    }
    for assignment in assignments {
        match &assignment.target {
            AssignmentTarget::ColumnName(_) => exprs::check(cx, &assignment.value)?,
            AssignmentTarget::Tuple(_) => return refuse(cx.head(), "UPDATE of several columns at once"),
        }
    }
    selection.as_ref().map_or(Ok(()), |condition| exprs::check(cx, condition))
}

pub fn delete(cx: &Cx<'_>, delete: &Delete) -> Checked {
    let Delete {
        delete_token: _,
        optimizer_hints,
        tables,
        from,
        using,
        selection,
        returning,
        output,
        order_by,
        limit,
    } = delete;
    let plain = optimizer_hints.is_empty()
        && matches!(from, FromTable::WithFromKeyword(from) if from.len() == 1)
        && using.is_none()
        && returning.is_none()
        && output.is_none()
        && order_by.is_empty()
        && limit.is_none();
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = from;
    let alone = from.iter().all(|table| table.joins.is_empty());
    for table in from {
        // With a join, it is said which of the tables loses rows.
        if !is_joined(cx, table)? || tables.len() != usize::from(!alone) {
            return refuse(cx.head(), "this form of DELETE");
        }
    }
    if !plain {
        return refuse(cx.head(), "this form of DELETE");
    }
    selection.as_ref().map_or(Ok(()), |condition| exprs::check(cx, condition))
}

/// Whether it is a plain table, alone or in joins of plain tables.
fn is_joined(cx: &Cx<'_>, table: &TableWithJoins) -> Result<bool, super::Found> {
    let plain = |factor: &TableFactor| matches!(factor, TableFactor::Table { args: None, .. });
    if !plain(&table.relation) {
        return Ok(false);
    }
    for join in &table.joins {
        if join.global {
            return Ok(false);
        }
        super::query::factor(cx, &join.relation)?;
        match &join.join_operator {
            JoinOperator::CrossJoin(JoinConstraint::None) => {}
            JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on)) => {
                exprs::check(cx, on)?;
            }
            _ => return Ok(false),
        }
    }
    Ok(true)
}

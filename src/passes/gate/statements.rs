//! Which statements TiDB has, and in which forms.

use super::{Checked, alter, create, exprs, names, none_of, refuse};
use crate::passes::Cx;
use sqlparser::ast::{
    Analyze, AssignmentTarget, Delete, FromTable, Insert, ObjectType, Set, Statement, TableFactor,
    TableObject, TableWithJoins, Truncate, Update,
};

pub fn check(cx: &Cx<'_>, statement: &Statement) -> Checked {
    let head = || cx.head();
    match statement {
        Statement::CreateTable(table) => create::table(cx, table),
        Statement::AlterTable(table) => alter::table(cx, table),
        Statement::CreateIndex(index) => create::index(cx, index),
        Statement::Insert(insert) => self::insert(cx, insert),
        Statement::Update(update) => self::update(cx, update),
        Statement::Delete(delete) => self::delete(cx, delete),
        Statement::StartTransaction {
            modes,
            begin: _,
            transaction: _,
            modifier,
            statements,
            exception,
            has_end_keyword,
        } => {
            let plain =
                modes.is_empty() && modifier.is_none() && statements.is_empty() && exception.is_none();
            if plain && !has_end_keyword { Ok(()) } else { refuse(head(), "this form of BEGIN") }
        }
        Statement::Commit { chain: _, end: false, modifier: None }
        | Statement::Rollback { chain: _, savepoint: None } => Ok(()),
        Statement::Rollback { chain: false, savepoint: Some(name) }
        | Statement::Savepoint { name }
        | Statement::ReleaseSavepoint { name } => names::ident(cx, name),
        Statement::Set(Set::SingleAssignment { scope: _, hivevar: false, variable, values }) => {
            let known = ["time_zone", "foreign_key_checks", "sql_mode", "auto_increment_increment"];
            if values.len() == 1 && known.contains(&variable.to_string().as_str()) {
                Ok(())
            } else {
                refuse(head(), format!("SET {variable}"))
            }
        }
        Statement::Analyze(Analyze {
            table_name: Some(name),
            partitions: None,
            for_columns: false,
            columns,
            cache_metadata: false,
            noscan: false,
            compute_statistics: false,
            has_table_keyword: true,
        }) if columns.is_empty() => names::object(cx, name),
        Statement::Truncate(Truncate {
            table_names,
            partitions: None,
            table: _,
            if_exists: false,
            identity: None,
            cascade: None,
            on_cluster: None,
        }) if table_names.len() == 1 && table_names.iter().all(|t| !t.only && !t.has_asterisk) => Ok(()),
        Statement::Drop {
            object_type,
            if_exists: _,
            names: dropped,
            cascade,
            restrict,
            purge,
            temporary: _,
            table,
        } => {
            let kind = match object_type {
                ObjectType::Table | ObjectType::View => table.is_none(),
                ObjectType::Sequence | ObjectType::Schema | ObjectType::Database => {
                    table.is_none() && !cascade && !restrict
                }
                ObjectType::Index => table.is_some() && dropped.len() == 1 && !cascade && !restrict,
                _ => false,
            };
            if !kind || *purge {
                return refuse(head(), format!("this form of DROP {object_type}"));
            }
            dropped.iter().try_for_each(|name| names::object(cx, name))
        }
        Statement::CreateSchema {
            schema_name: sqlparser::ast::SchemaName::Simple(name),
            or_replace: false,
            if_not_exists: _,
            with: None,
            options: None,
            default_collate_spec: None,
            clone: None,
        } => names::object(cx, name),
        Statement::RenameTable(renames) => {
            renames.iter().try_for_each(|rename| names::object(cx, &rename.new_name))
        }
        Statement::CreateSequence {
            temporary: false,
            if_not_exists: _,
            name,
            data_type: None,
            sequence_options: _,
            owned_by: None,
        } => names::object(cx, name),
        Statement::Use(_) | Statement::CreateDatabase { .. } => Ok(()),
        _ => refuse(head(), format!("the statement {}", cx.parsed.head(2))),
    }
}

/// The rows themselves were all looked at by the pass that wrote them.
fn insert(cx: &Cx<'_>, insert: &Insert) -> Checked {
    let Insert {
        insert_token: _,
        optimizer_hints,
        or,
        ignore,
        into: _,
        table,
        table_alias,
        columns,
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
    none_of(
        cx,
        &[
            (!optimizer_hints.is_empty(), "a hint"),
            (or.is_some(), "OR"),
            (*ignore, "IGNORE"),
            (table_alias.is_some(), "AS"),
            (*overwrite, "OVERWRITE"),
            (source.is_none(), "DEFAULT VALUES"),
            (!assignments.is_empty(), "SET"),
            (partitioned.is_some(), "PARTITION"),
            (!after_columns.is_empty(), "columns after PARTITION"),
            (*has_table_keyword, "TABLE"),
            (on.is_some(), "ON CONFLICT"),
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
        ],
        "INSERT",
    )?;
    let TableObject::TableName(name) = table else { return refuse(cx.head(), "INSERT into a function") };
    names::object(cx, name)?;
    if let Some(column) = columns.iter().find(|column| column.0.len() != 1) {
        return refuse(cx.node(column), "INSERT into a part of a column");
    }
    Ok(())
}

/// Only what passes write to fill a column.
fn update(cx: &Cx<'_>, update: &Update) -> Checked {
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
        && is_table(table);
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

fn delete(cx: &Cx<'_>, delete: &Delete) -> Checked {
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
        && tables.is_empty()
        && matches!(from, FromTable::WithFromKeyword(from) if from.len() == 1 && from.iter().all(is_table))
        && using.is_none()
        && returning.is_none()
        && output.is_none()
        && order_by.is_empty()
        && limit.is_none();
    if !plain {
        return refuse(cx.head(), "this form of DELETE");
    }
    selection.as_ref().map_or(Ok(()), |condition| exprs::check(cx, condition))
}

fn is_table(table: &TableWithJoins) -> bool {
    table.joins.is_empty() && matches!(&table.relation, TableFactor::Table { args: None, .. })
}

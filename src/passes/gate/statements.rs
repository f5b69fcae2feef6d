//! Which statements TiDB has, and in which forms.

use super::{Checked, alter, create, names, refuse, rows};
use crate::passes::Cx;
use crate::syntax::walk::Walk as _;
use crate::target::Capability;
use sqlparser::ast::{Analyze, ObjectType, Query, Set, Statement, Truncate, Visitor};
use std::ops::ControlFlow;

pub fn check(cx: &Cx<'_>, statement: &Statement) -> Checked {
    let head = || cx.head();
    match statement {
        Statement::CreateTable(table) => create::table(cx, table),
        Statement::AlterTable(table) => alter::table(cx, table),
        Statement::CreateIndex(index) => create::index(cx, index),
        Statement::Insert(insert) => rows::insert(cx, insert),
        Statement::Update(update) => {
            recursive_inside(cx, statement)?;
            rows::update(cx, update)
        }
        Statement::Delete(delete) => {
            recursive_inside(cx, statement)?;
            rows::delete(cx, delete)
        }
        Statement::Query(query) => super::query::query(cx, query),
        Statement::CreateView(view) => super::query::view(cx, view),
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

/// Refuses a recursive query inside a change, where the target does nothing because of it.
fn recursive_inside(cx: &Cx<'_>, change: &Statement) -> Checked {
    struct Recursive;
    impl Visitor for Recursive {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            match &query.with {
                Some(with) if with.recursive => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }
    }
    let fails = cx.recursive && !cx.options.target.can(Capability::RecursiveInChange);
    if fails && change.walk(&mut Recursive).is_break() {
        return refuse(
            cx.head(),
            "a recursive query inside a change, because of which this TiDB changes no row,",
        );
    }
    Ok(())
}

//! Columns tied together by foreign keys, which TiDB wants to be of one type.

use super::build;
use super::state::{State, tidb_ident};
use crate::catalog::{Column, Constraint, ConstraintKind, Table};
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::ObjectName;

/// What has to change with a column.
pub struct Linked {
    /// The foreign keys, with the tables they stand on.
    pub keys: Vec<(ObjectName, Constraint)>,
    /// The other columns, with their tables' names for people and for TiDB.
    pub columns: Vec<(ObjectName, String, Column)>,
}

/// Runs changes of this table's columns without the foreign keys that hold them: dropped before, added again after.
pub fn without_keys(cx: &Cx<'_>, state: &State, columns: &[String], changes: Vec<Item>) -> Vec<Item> {
    let mut keys: Vec<(ObjectName, Constraint)> = Vec::new();
    let own = state.table.iter().flat_map(|t| &t.constraints).filter(|c| {
        matches!(c.kind, ConstraintKind::ForeignKey { .. }) && columns.iter().any(|name| c.has_column(name))
    });
    keys.extend(own.map(|key| (state.name.clone(), key.clone())));
    for (owner, key, referred) in state.referring(cx) {
        let known = keys.iter().any(|(name, known)| names::same(name, &owner) && known.name == key.name);
        if !known && referred.iter().any(|name| columns.contains(name)) {
            keys.push((owner, key.clone()));
        }
    }
    let mut items = Vec::new();
    let mut again = Vec::new();
    for (owner, key) in keys {
        let (Some(name), Some(written)) = (tidb_ident(&key), key.written.clone()) else { continue };
        items.push(build::alter(&owner, vec![build::drop_foreign_key(name)]));
        again.push(build::add_constraint(&owner, written));
    }
    items.extend(changes);
    items.append(&mut again);
    items
}

/// Everything that foreign keys tie to a column, directly or through others.
pub fn columns(cx: &Cx<'_>, state: &State, column: &str) -> Linked {
    let tables: Vec<&Table> = cx.catalog.tables().filter(|t| t.missing.is_none()).collect();
    let own = state.key();
    let start = (&own, column);
    let mut seen = vec![start];
    let mut keys: Vec<(ObjectName, Constraint)> = Vec::new();
    let mut next = 0;
    while let Some(&end) = seen.get(next) {
        next += 1;
        for owner in &tables {
            for key in &owner.constraints {
                let ConstraintKind::ForeignKey { table: target, columns, .. } = &key.kind else { continue };
                if key.tidb_name.is_none() {
                    continue;
                }
                let mut touched = false;
                for (own, referred) in key.columns.iter().zip(columns) {
                    let (here, there) = ((&owner.name, own.as_str()), (target, referred.as_str()));
                    if here == end || there == end {
                        touched = true;
                        for end in [here, there] {
                            if !seen.contains(&end) {
                                seen.push(end);
                            }
                        }
                    }
                }
                if touched
                    && !keys.iter().any(|(name, known)| *name == owner.tidb_name && known.name == key.name)
                {
                    keys.push((owner.tidb_name.clone(), key.clone()));
                }
            }
        }
    }
    let columns = seen.into_iter().filter(|end| *end != start).filter_map(|(table, column)| {
        let table = tables.iter().find(|t| t.name == *table)?;
        Some((table.tidb_name.clone(), table.name.name.clone(), table.column(column)?.clone()))
    });
    Linked { keys, columns: columns.collect() }
}

//! Columns tied together by foreign keys, which TiDB wants to be of one type.

use super::state::State;
use crate::catalog::{Column, Constraint, ConstraintKind, Table};
use crate::passes::Cx;
use sqlparser::ast::ObjectName;

/// What has to change with a column.
pub struct Linked {
    /// The foreign keys, with the tables they stand on.
    pub keys: Vec<(ObjectName, Constraint)>,
    /// The other columns, with their tables' names for people and for TiDB.
    pub columns: Vec<(ObjectName, String, Column)>,
}

/// Everything that foreign keys tie to a column, directly or through others.
pub fn columns(cx: &Cx<'_>, state: &State, column: &str) -> Linked {
    let tables: Vec<&Table> = cx.catalog.tables().filter(|t| t.missing.is_none()).collect();
    let start = (state.key(), column.to_string());
    let mut seen = vec![start.clone()];
    let mut keys: Vec<(ObjectName, Constraint)> = Vec::new();
    let mut next = 0;
    while let Some((table, column)) = seen.get(next).cloned() {
        next += 1;
        for owner in &tables {
            for key in &owner.constraints {
                let ConstraintKind::ForeignKey { table: target, columns, .. } = &key.kind else { continue };
                if key.tidb_name.is_none() {
                    continue;
                }
                let mut touched = false;
                for (own, referred) in key.columns.iter().zip(columns) {
                    let here = (owner.name.clone(), own.clone());
                    let there = (target.clone(), referred.clone());
                    if here == (table.clone(), column.clone()) || there == (table.clone(), column.clone()) {
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
        let table = tables.iter().find(|t| t.name == table)?;
        Some((table.tidb_name.clone(), table.name.name.clone(), table.column(&column)?.clone()))
    });
    Linked { keys, columns: columns.collect() }
}

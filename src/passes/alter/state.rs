//! The table that an ALTER TABLE works on, as it is after the actions so far.

use crate::catalog::{Column, Constraint, ConstraintKind, Name, Table};
use crate::passes::Cx;
use crate::syntax::names;
use sqlparser::ast::{AlterTable, Ident, ObjectName, Statement};
use std::sync::Arc;

pub struct State {
    /// The name as TiDB's statements write it.
    pub name: ObjectName,
    key: Name,
    /// `None` when no file of the run declares it.
    pub table: Option<Arc<Table>>,
}

impl State {
    pub fn new(cx: &Cx<'_>, alter: &AlterTable) -> State {
        // The catalog knows tables by their names in the source.
        let source = match cx.parsed.tree.as_deref() {
            Ok(Statement::AlterTable(source)) => &source.name,
            _ => &alter.name,
        };
        State::of(cx, source, &alter.name)
    }

    pub fn of(cx: &Cx<'_>, source: &ObjectName, written: &ObjectName) -> State {
        State { name: written.clone(), key: Name::of(source), table: cx.catalog.shared_table(source) }
    }

    /// The table, to note what an action has changed.
    pub fn table_mut(&mut self) -> Option<&mut Table> {
        self.table.as_mut().map(Arc::make_mut)
    }

    pub fn key(&self) -> Name {
        self.key.clone()
    }

    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.table.as_ref()?.column(&names::folded(name))
    }

    /// Forgets a constraint, and the index it made.
    pub fn forget(&mut self, constraint: &str) {
        if let Some(table) = self.table_mut() {
            table.constraints.retain(|c| c.name != constraint);
            table.indexes.retain(|i| !(i.constraint && i.name == constraint));
        }
    }

    /// Foreign keys that refer to columns of this table, with the table they stand on.
    pub fn referring<'c>(
        &'c self,
        cx: &'c Cx<'_>,
    ) -> impl Iterator<Item = (ObjectName, &'c Constraint, &'c [String])> {
        let target = &self.key;
        let others = cx.catalog.tables().filter(|t| t.missing.is_none());
        others.flat_map(move |other| {
            let same = other.name == *target;
            // This table's own as they are now, not as they were before the statement.
            let owner = if same { self.table.as_deref().unwrap_or(other) } else { other };
            owner.constraints.iter().filter_map(move |c| match &c.kind {
                ConstraintKind::ForeignKey { table, columns, .. }
                    if table == target && c.tidb_name.is_some() =>
                {
                    Some((owner.tidb_name.clone(), c, columns.as_slice()))
                }
                _ => None,
            })
        })
    }
}

/// The name of a constraint on TiDB, where it is there.
pub fn tidb_ident(constraint: &Constraint) -> Option<Ident> {
    constraint.tidb_name.as_deref().map(names::ident)
}

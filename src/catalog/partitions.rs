//! Partitioned tables, and the tables that are their partitions.

use super::{Catalog, ConstraintKind, Name, Table};
use crate::syntax::ddl::BoundKind;
use sqlparser::ast::{ObjectName, TableConstraint};
use std::sync::Arc;

/// Why a table has no partitions that may get some later.
pub const NO_PARTITIONS: &str = "its file declares no partitions";

/// How a partitioned table tells its partitions apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Range,
    List,
    Hash,
}

/// How a table is partitioned on PostgreSQL, and whether it is on TiDB.
#[derive(Debug, Clone, PartialEq)]
pub struct Partitioning {
    pub method: Method,
    /// Folded; empty for an expression.
    pub columns: Vec<String>,
    /// Why TiDB's table has no partitions, if it has none.
    pub unpartitioned: Option<String>,
    pub parts: Vec<Part>,
}

/// A partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub name: Name,
    pub bound: BoundKind,
}

impl Partitioning {
    pub fn part(&self, name: &Name) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == *name)
    }
}

impl Table {
    /// Whether TiDB's table has partitions.
    pub fn is_partitioned(&self) -> bool {
        self.partitioning.as_ref().is_some_and(|p| p.unpartitioned.is_none())
    }
}

impl Catalog {
    /// The table that holds the rows of a partition.
    pub fn root(&self, part: &ObjectName) -> Option<&Table> {
        let mut table = self.table(part)?;
        table.part_of.as_ref()?;
        // Partitions may have partitions, so deep at most.
        for _ in 0..16 {
            let Some(parent) = &table.part_of else { break };
            table = self.table_named(parent)?;
        }
        Some(table)
    }

    /// Records how a table is partitioned.
    pub fn partition(&mut self, table: &Name, partitioning: Partitioning) {
        let parts: Vec<Name> = partitioning.parts.iter().map(|part| part.name.clone()).collect();
        let Some(found) = self.table_mut(table) else { return };
        if found.is_partitioned() {
            // A second CREATE TABLE IF NOT EXISTS.
            return;
        }
        found.partitioning = Some(Box::new(partitioning));
        for part in parts {
            self.declare_part(table, &part);
        }
    }

    /// Records a partition that came later.
    pub fn add_part(&mut self, table: &Name, part: Part) {
        let name = part.name.clone();
        if let Some(partitioning) = self.table_mut(table).and_then(|t| t.partitioning.as_mut()) {
            partitioning.parts.retain(|known| known.name != name);
            partitioning.parts.push(part);
        }
        self.declare_part(table, &name);
    }

    /// Records that a table is a partition, and so none for itself on TiDB.
    pub fn declare_part(&mut self, parent: &Name, part: &Name) {
        let Some(owner) = self.table_named(parent) else {
            // It comes later in the file.
            if let Some(table) = self.table_mut(part) {
                table.missing = Some(format!("it is a partition of {}", parent.name));
            }
            return;
        };
        let known = self.table_named(part);
        let table = Table {
            name: part.clone(),
            missing: Some(format!("it is a partition of {}", parent.name)),
            part_of: Some(parent.clone()),
            partitioning: known.and_then(|known| known.partitioning.clone()),
            constraints: Vec::new(),
            indexes: Vec::new(),
            ..owner.clone()
        };
        self.tables.insert(part.clone(), Arc::new(table));
    }

    /// Records that a table is no partition any more: it is one for itself, if TiDB has it.
    pub fn drop_part(&mut self, parent: &Name, part: &Name, stays: bool) {
        let Some(owner) = self.table_mut(parent) else { return };
        if let Some(partitioning) = owner.partitioning.as_mut() {
            partitioning.parts.retain(|known| known.name != *part);
            if partitioning.parts.is_empty() && partitioning.unpartitioned.is_none() {
                partitioning.unpartitioned = Some(NO_PARTITIONS.to_string());
            }
        }
        let copy = owner.clone();
        self.tables.remove(part);
        if stays {
            let mut name = copy.tidb_name.clone();
            name.0.pop();
            name.0.push(sqlparser::ast::ObjectNamePart::Identifier(crate::syntax::names::ident(&part.name)));
            let table =
                Table { name: part.clone(), tidb_name: name, partitioning: None, part_of: None, ..copy };
            self.tables.insert(part.clone(), Arc::new(table));
        }
    }

    /// Gives a table another schema.
    pub fn move_table(&mut self, old: &Name, new: Name, schema: &sqlparser::ast::Ident) {
        let Some(mut table) = self.tables.remove(old) else { return };
        let moved = Arc::make_mut(&mut table);
        moved.name = new.clone();
        if let Some(last) = moved.tidb_name.0.pop() {
            moved.tidb_name =
                ObjectName(vec![sqlparser::ast::ObjectNamePart::Identifier(schema.clone()), last]);
        }
        let written = moved.tidb_name.clone();
        moved.follow_rename(old, &new, &written);
        self.rename_references(old, &new, &written);
        self.tables.insert(new, table);
    }

    /// Forgets a table as a partition, and its own partitions, which go with it.
    pub(super) fn drop_parts(&mut self, dropped: &Name) {
        if let Some(parent) = self.table_named(dropped).and_then(|table| table.part_of.clone()) {
            self.drop_part(&parent, dropped, false);
        }
        self.tables.retain(|_, table| table.part_of.as_ref() != Some(dropped));
    }

    /// Follows a table's new name in its partitions.
    pub(super) fn rename_parts(&mut self, old: &Name, new: &Name) {
        for table in self.tables.values_mut().filter(|table| table.part_of.as_ref() == Some(old)) {
            Arc::make_mut(table).part_of = Some(new.clone());
        }
    }

    /// Follows a table's new name in its partitions and in the foreign keys that refer to it.
    pub(super) fn rename_references(&mut self, old: &Name, new: &Name, written: &ObjectName) {
        self.rename_parts(old, new);
        for table in self.tables.values_mut() {
            if table.constraints.iter().any(|constraint| constraint.refers_to(old)) {
                Arc::make_mut(table).follow_rename(old, new, written);
            }
        }
    }
}

impl Table {
    /// Lets the foreign keys to a renamed table follow it.
    pub(super) fn follow_rename(&mut self, old: &Name, new: &Name, written: &ObjectName) {
        for constraint in &mut self.constraints {
            let ConstraintKind::ForeignKey { table, .. } = &mut constraint.kind else { continue };
            if table != old {
                continue;
            }
            table.clone_from(new);
            if let Some(TableConstraint::ForeignKey(key)) = &mut constraint.written {
                key.foreign_table.clone_from(written);
            }
        }
    }
}

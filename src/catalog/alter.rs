//! Records what ALTER TABLE and ALTER INDEX change.

use super::read::{
    rename_column, rename_referred, renamed_to, sets_default, written_constraint, written_index,
};
use super::{Catalog, ConstraintKind, Name, Table};
use crate::syntax::names;
use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation as Op, ObjectName, RenameTableNameKind, Statement,
};
use std::sync::Arc;

impl Catalog {
    pub(super) fn rename_index(&mut self, name: &ObjectName, new: &ObjectName) {
        let old = Name::of(name).name;
        let new = Name::of(new).name;
        let Some(owner) = self.index(name).map(|(table, _)| table.name.clone()) else { return };
        let Some(table) = self.table_mut(&owner) else { return };
        for index in table.indexes.iter_mut().filter(|index| index.name == old) {
            index.name.clone_from(&new);
            index.tidb_name = index.tidb_name.take().map(|on| if on == "PRIMARY" { on } else { new.clone() });
        }
        for constraint in table.constraints.iter_mut().filter(|c| c.name == old) {
            constraint.name.clone_from(&new);
            constraint.tidb_name =
                constraint.tidb_name.take().map(|on| if on == "PRIMARY" { on } else { new.clone() });
        }
    }

    pub(super) fn alter_table(
        &mut self,
        alter: &AlterTable,
        translated: &[&Statement],
        refused: Option<&str>,
    ) {
        let name = Name::of(&alter.name);
        let Some(mut table) = self.tables.remove(&name) else { return };
        let there = if refused.is_some() { &[] } else { translated };
        let mut renamed = None;
        {
            let table = Arc::make_mut(&mut table);
            for operation in &alter.operations {
                self.alter_action(table, operation, there, &mut renamed);
            }
        }
        for operation in &alter.operations {
            if let Op::RenameColumn { old_column_name, new_column_name } = operation {
                rename_referred(Arc::make_mut(&mut table), &name, old_column_name, new_column_name);
                self.rename_owner(&name, &name, Some((old_column_name, new_column_name)));
                for other in self.tables.values_mut() {
                    if other.constraints.iter().any(|c| c.refers_to(&name)) {
                        rename_referred(Arc::make_mut(other), &name, old_column_name, new_column_name);
                    }
                }
            }
        }
        if let Some(new) = renamed {
            let written = table.tidb_name.clone();
            self.rename_references(&name, &new, &written);
            Arc::make_mut(&mut table).follow_rename(&name, &new, &written);
            self.rename_owner(&name, &new, None);
            self.rename_in_views(&name, &new);
            Arc::make_mut(&mut table).name = new.clone();
            self.tables.insert(new, table);
        } else {
            self.tables.insert(name, table);
        }
    }

    fn alter_action(
        &mut self,
        table: &mut Table,
        action: &Op,
        there: &[&Statement],
        renamed: &mut Option<Name>,
    ) {
        match action {
            Op::AddColumn { column_def, if_not_exists, .. }
                if *if_not_exists && table.column(&column_def.name.value).is_some() => {}
            Op::AddColumn { column_def, .. } => self.add_column(table, column_def, there),
            Op::AddConstraint { constraint, not_valid } => {
                self.add_constraint(table, constraint, there);
                if *not_valid && let Some(added) = table.constraints.last_mut() {
                    added.unchecked = matches!(added.kind, ConstraintKind::ForeignKey { .. });
                }
            }
            Op::ValidateConstraint { name } => {
                let name = names::folded(name);
                table.constraints.iter_mut().filter(|c| c.name == name).for_each(|c| c.unchecked = false);
            }
            Op::DropColumn { column_names, .. } => {
                for column in column_names.iter().map(names::folded) {
                    self.drop_sequences_of(&table.name, Some(&column));
                    table.columns.retain(|c| c.name != column);
                    table.indexes.retain(|index| !index.uses(&column));
                    table.constraints.retain(|c| !c.columns.contains(&column));
                }
            }
            Op::DropConstraint { name, .. } => {
                let dropped = names::folded(name);
                let primary = table.primary_key().is_some_and(|key| key.name == dropped);
                if primary && table.clustered {
                    // Refused: TiDB has it still.
                    return;
                }
                table.constraints.retain(|c| c.name != dropped);
                table.indexes.retain(|index| !(index.constraint && index.name == dropped));
                self.checks.remove(&Name::new(&table.name.schema, &dropped));
            }
            Op::RenameColumn { old_column_name, new_column_name } => {
                rename_column(table, old_column_name, new_column_name);
                for index in table.indexes.iter_mut().filter(|index| !index.mentions.is_empty()) {
                    index.written = written_index(there, index).or_else(|| index.written.take());
                }
                for constraint in &mut table.constraints {
                    if let Some(written) = written_constraint(there, &constraint.name) {
                        constraint.written = Some(written);
                    }
                }
            }
            Op::RenameConstraint { old_name, new_name } => {
                let (old, new) = (names::folded(old_name), names::folded(new_name));
                for constraint in table.constraints.iter_mut().filter(|c| c.name == old) {
                    constraint.name.clone_from(&new);
                    if constraint.kind != ConstraintKind::PrimaryKey && constraint.tidb_name.is_some() {
                        constraint.tidb_name = Some(new.clone());
                        constraint.written = written_constraint(there, &new);
                    }
                }
                for index in table.indexes.iter_mut().filter(|i| i.constraint && i.name == old) {
                    index.name.clone_from(&new);
                    index.tidb_name = index.tidb_name.is_some().then(|| new.clone());
                }
            }
            Op::RenameTable { table_name: RenameTableNameKind::To(new) | RenameTableNameKind::As(new) } => {
                let mut new_name = Name::of(new);
                new_name.schema.clone_from(&table.name.schema);
                if let Some(written) = there.iter().find_map(|statement| renamed_to(statement)) {
                    table.tidb_name = written.clone();
                }
                *renamed = Some(new_name);
            }
            Op::AlterColumn { column_name, op } => {
                let Some(column) = table.column_mut(&column_name.value) else { return };
                match op {
                    AlterColumnOperation::SetDataType { data_type, .. } => column.pg = data_type.clone(),
                    AlterColumnOperation::DropDefault => column.lost_default = None,
                    AlterColumnOperation::SetDefault { value } => {
                        let has = sets_default(there, &column.name);
                        column.lost_default = (!has).then(|| Arc::new(value.clone()));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

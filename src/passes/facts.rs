//! What the statements of one file say together, known before the first of them is translated.

use super::fold::Folds;
use crate::catalog::{Name, Part};
use crate::syntax::Parsed;
use crate::syntax::ddl::Form;
use crate::syntax::names;
use sqlparser::ast::{
    AlterTableOperation, ColumnOption, Expr, Ident, IndexColumn, ObjectName, ObjectType, Statement,
    TableConstraint,
};
use std::collections::{BTreeMap, BTreeSet};

/// Facts about a file's tables.
#[derive(Debug, Clone, Default)]
pub struct FileFacts {
    /// Columns that a key, a foreign key or an index of the file covers, each with the columns beside it.
    keys: BTreeMap<Name, Vec<Vec<String>>>,
    /// Columns that foreign keys anywhere in the file refer to.
    referred: BTreeMap<Name, BTreeSet<String>>,
    /// What CREATE TABLEs take over from later statements.
    pub folds: Folds,
    /// Tables with foreign keys, and those that foreign keys refer to.
    foreign: BTreeSet<Name>,
    /// Tables that the file creates with PARTITION BY, and all that it creates.
    partitioned: BTreeSet<Name>,
    created: BTreeSet<Name>,
    /// Tables that the file drops.
    dropped: BTreeSet<Name>,
    /// The partitions that the file declares for a table, and the table of each.
    parts: BTreeMap<Name, Vec<Part>>,
    attached: BTreeMap<Name, Name>,
}

impl FileFacts {
    pub fn of(statements: &[&Parsed]) -> FileFacts {
        let mut facts = FileFacts::default();
        let inner = statements.iter().filter_map(|s| s.block.as_ref()).flat_map(|block| block.statements());
        for statement in statements.iter().copied().chain(inner) {
            if let Some(form) = &statement.form {
                facts.form(form);
            }
            if let Ok(tree) = statement.tree.as_deref() {
                facts.read(tree);
            }
        }
        facts
    }

    /// The column lists of the keys that the file declares for a table, in order.
    pub fn keys(&self, table: &Name) -> &[Vec<String>] {
        self.keys.get(table).map_or(&[], Vec::as_slice)
    }

    /// Whether a foreign key of the file refers to this column.
    pub fn is_referred(&self, table: &Name, column: &str) -> bool {
        self.referred.get(table).is_some_and(|columns| columns.contains(&column.to_lowercase()))
    }

    /// The partitions that the file declares for a table, in order.
    pub fn parts(&self, table: &Name) -> &[Part] {
        self.parts.get(table).map_or(&[], Vec::as_slice)
    }

    /// The table that a later ATTACH of the file makes this one a partition of.
    pub fn attached(&self, table: &Name) -> Option<&Name> {
        self.attached.get(table)
    }

    /// Whether the file creates it with PARTITION BY, or as a partition that has partitions.
    pub fn is_partitioned(&self, table: &Name) -> bool {
        self.partitioned.contains(table)
    }

    /// Whether the file creates a table of this name.
    pub fn declares(&self, table: &ObjectName) -> bool {
        self.created.contains(&Name::of(table))
    }

    /// Whether the file drops a table of this name.
    pub fn drops(&self, table: &ObjectName) -> bool {
        self.dropped.contains(&Name::of(table))
    }

    /// Whether the file says a foreign key of the table, or one that refers to it.
    pub fn has_foreign_key(&self, table: &Name) -> bool {
        self.foreign.contains(table)
    }

    fn form(&mut self, form: &Form) {
        let (table, part, bound) = match form {
            Form::PartitionOf(of) => {
                self.created.insert(Name::of(&of.table.name));
                if of.by.is_some() {
                    self.partitioned.insert(Name::of(&of.table.name));
                }
                (&of.parent, &of.table, &of.bound)
            }
            Form::Attach { table, partition, bound } => {
                self.attached.insert(Name::of(&partition.name), Name::of(&table.name));
                (table, partition, bound)
            }
            _ => return,
        };
        let part = Part { name: Name::of(&part.name), bound: bound.kind.clone() };
        self.parts.entry(Name::of(&table.name)).or_default().push(part);
    }

    fn key(&mut self, table: &Name, columns: Vec<String>) {
        if !columns.is_empty() {
            self.keys.entry(table.clone()).or_default().push(columns);
        }
    }

    fn read(&mut self, tree: &Statement) {
        match tree {
            Statement::CreateTable(create) => {
                let table = Name::of(&create.name);
                self.created.insert(table.clone());
                if create.partition_by.is_some() {
                    self.partitioned.insert(table.clone());
                }
                for column in &create.columns {
                    self.options(&table, &column.name, column.options.iter().map(|o| &o.option));
                }
                for constraint in &create.constraints {
                    self.constraint(&table, constraint);
                }
            }
            Statement::Drop { object_type: ObjectType::Table, names, .. } => {
                self.dropped.extend(names.iter().map(Name::of));
            }
            Statement::CreateIndex(index) if index.unique => {
                self.key(&Name::of(&index.table_name), index_columns(&index.columns));
            }
            Statement::AlterTable(alter) => {
                let table = Name::of(&alter.name);
                for operation in &alter.operations {
                    match operation {
                        AlterTableOperation::AddConstraint { constraint, .. } => {
                            self.constraint(&table, constraint);
                        }
                        AlterTableOperation::AddColumn { column_def, .. } => {
                            let options = column_def.options.iter().map(|o| &o.option);
                            self.options(&table, &column_def.name, options);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn options<'o>(&mut self, table: &Name, column: &Ident, options: impl Iterator<Item = &'o ColumnOption>) {
        for option in options {
            match option {
                ColumnOption::PrimaryKey(_) | ColumnOption::Unique(_) => {
                    self.key(table, vec![names::folded(column)]);
                }
                ColumnOption::ForeignKey(key) => {
                    self.key(table, vec![names::folded(column)]);
                    self.foreign.insert(table.clone());
                    self.refer(&Name::of(&key.foreign_table), &key.referred_columns);
                }
                _ => {}
            }
        }
    }

    fn constraint(&mut self, table: &Name, constraint: &TableConstraint) {
        match constraint {
            TableConstraint::PrimaryKey(key) => self.key(table, index_columns(&key.columns)),
            TableConstraint::Unique(key) => self.key(table, index_columns(&key.columns)),
            TableConstraint::ForeignKey(key) => {
                self.foreign.insert(table.clone());
                self.key(table, key.columns.iter().map(names::folded).collect());
                self.refer(&Name::of(&key.foreign_table), &key.referred_columns);
            }
            _ => {}
        }
    }

    fn refer(&mut self, table: &Name, columns: &[Ident]) {
        self.foreign.insert(table.clone());
        let referred = self.referred.entry(table.clone()).or_default();
        referred.extend(columns.iter().map(names::folded));
    }
}

/// The folded names of an index's plain columns.
pub fn index_columns(columns: &[IndexColumn]) -> Vec<String> {
    let plain = |column: &IndexColumn| match &column.column.expr {
        Expr::Identifier(ident) => Some(names::folded(ident)),
        _ => None,
    };
    columns.iter().filter_map(plain).collect()
}

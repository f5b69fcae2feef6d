//! Records what a statement declares: PostgreSQL's meaning from the source's tree, TiDB's from the translation's.

use super::ids::always;
use super::read::{
    adds_foreign_key, constraint_name, index_mentions, index_name, inference_text, lost_default, mentioned,
    named, plain, update_table, written_column, written_constraint, written_name,
};
use super::{Catalog, Column, Constraint, ConstraintKind, Index, Name, Table, Timing};
use crate::syntax::names;
use sqlparser::ast::{
    AlterIndexOperation, AlterTableOperation as Op, ColumnDef, ColumnOption, CreateIndex, CreateTable,
    DropBehavior, Expr, ForeignKeyConstraint, ObjectName, ObjectType, Statement, TableConstraint,
};
use std::sync::Arc;

impl Catalog {
    /// `refused` says why nothing of it is on TiDB.
    pub fn apply(&mut self, source: &Statement, translated: &[&Statement], refused: Option<&str>) {
        match source {
            Statement::Insert(insert) if refused.is_none() => self.insert(insert),
            Statement::Update(update) if refused.is_none() => self.update(update),
            Statement::Query(_) => self.query(source),
            Statement::CreateTable(create) => self.create_table(create, translated, refused),
            Statement::AlterTable(alter) => self.alter_table(alter, translated, refused),
            Statement::CreateIndex(index) => self.create_index(index, translated, refused),
            Statement::AlterIndex { name, operation: AlterIndexOperation::RenameIndex { index_name } } => {
                self.rename_index(name, index_name);
            }
            Statement::CreateView(view) => {
                self.create_view(view, translated, refused.is_none());
            }
            Statement::CreateType { name, representation } => self.create_type(name, representation.as_ref()),
            Statement::CreateDomain(domain) => self.create_domain(domain),
            Statement::DropDomain(drop) if refused.is_none() => {
                if drop.drop_behavior == Some(DropBehavior::Cascade) {
                    self.drop_dependents(ObjectType::Type, &drop.name);
                }
                self.drop_type(&drop.name);
            }
            Statement::AlterType(alter) => self.alter_type(alter, translated),
            // What is refused is still there.
            Statement::Drop { object_type, names, cascade, .. } if refused.is_none() => {
                for name in names {
                    self.drop_object(*object_type, name, *cascade);
                }
            }
            _ => {}
        }
        if refused.is_none() {
            self.take_over(translated);
        }
    }

    /// What the translation says beyond the source: columns restated, foreign keys of other tables dropped.
    pub fn take_over(&mut self, translated: &[&Statement]) {
        for statement in translated {
            if let Statement::CreateView(view) = statement {
                self.rewritten_view(view);
            }
            if let Statement::Drop { object_type: ObjectType::View, names, .. } = statement {
                for name in names {
                    self.views.remove(&Name::of(name));
                }
            }
            let Statement::AlterTable(alter) = statement else { continue };
            let restates = |op: &Op| {
                matches!(op, Op::ModifyColumn { .. } | Op::AlterColumn { .. } | Op::DropForeignKey { .. })
            };
            if !alter.operations.iter().any(restates) {
                continue;
            }
            let named = self.on_tidb(&alter.name).map(|table| table.name.clone());
            if let Some(table) = named.and_then(|name| self.table_mut(&name)) {
                update_table(table, &alter.operations);
                for operation in &alter.operations {
                    if let Op::DropForeignKey { name, .. } = operation
                        && !adds_foreign_key(translated, &name.value)
                    {
                        table.constraints.retain(|c| {
                            !matches!(c.kind, ConstraintKind::ForeignKey { .. })
                                || !c.name.eq_ignore_ascii_case(&name.value)
                        });
                    }
                }
            }
        }
    }

    fn forget_table(&mut self, dropped: &Name) {
        self.drop_parts(dropped);
        self.tables.remove(dropped);
        self.drop_sequences_of(dropped, None);
        self.checks.retain(|_, owner| owner != dropped);
        self.forget_references(dropped);
    }

    fn drop_object(&mut self, kind: ObjectType, name: &ObjectName, cascade: bool) {
        let dropped = Name::of(name);
        if cascade {
            self.drop_dependents(kind, name);
        }
        match kind {
            ObjectType::Table => {
                let below = if cascade { self.descendants(&dropped) } else { Vec::new() };
                let below: Vec<Name> = below.iter().map(|table| table.name.clone()).collect();
                below.iter().chain([&dropped]).for_each(|table| self.forget_table(table));
            }
            ObjectType::View | ObjectType::MaterializedView => {
                self.views.remove(&dropped);
            }
            ObjectType::Index => {
                if let Some(owner) = self.index(name).map(|(table, _)| table.name.clone())
                    && let Some(table) = self.table_mut(&owner)
                {
                    table.indexes.retain(|index| index.name != dropped.name);
                }
            }
            ObjectType::Type => {
                self.types.remove(&dropped);
            }
            ObjectType::Sequence => drop(self.drop_sequence(&dropped)),
            ObjectType::Schema => {
                let schema = Name::new(&dropped.name, "").schema;
                self.tables.retain(|name, _| name.schema != schema);
                self.views.retain(|name, _| name.schema != schema);
                self.sequences.drop_schema(&schema);
                self.checks.retain(|name, _| name.schema != schema);
                self.types.retain(|name, _| name.schema != schema);
            }
            _ => {}
        }
    }

    fn create_table(&mut self, create: &CreateTable, translated: &[&Statement], refused: Option<&str>) {
        let name = Name::of(&create.name);
        if create.if_not_exists && self.tables.contains_key(&name) {
            return;
        }
        let written = translated.iter().find_map(|statement| match statement {
            Statement::CreateTable(written) => Some(written),
            _ => None,
        });
        let mut table = Table {
            tidb_name: written.map_or(&create.name, |written| &written.name).clone(),
            name: name.clone(),
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            missing: refused.map(str::to_string),
            temporary: create.temporary,
            partitioning: None,
            part_of: None,
            parents: create.inherits.iter().flatten().map(Name::of).collect(),
            clustered: false,
            explicit_ids: false,
            triggers: Vec::new(),
        };
        self.inherited |= !table.parents.is_empty();
        let there = if refused.is_some() { &[] } else { translated };
        for column in &create.columns {
            self.add_column(&mut table, column, there);
        }
        for constraint in &create.constraints {
            self.add_constraint(&mut table, constraint, there);
        }
        table.clustered =
            written.is_some_and(|written| !super::is_nonclustered(written)) && table.primary_key().is_some();
        self.tables.insert(name, Arc::new(table));
    }

    pub(super) fn add_column(&mut self, table: &mut Table, column: &ColumnDef, translated: &[&Statement]) {
        let (tidb, options) = written_column(translated, &column.name)
            .unwrap_or_else(|| (column.data_type.clone(), Vec::new()));
        table.columns.push(Column {
            name: names::folded(&column.name),
            ident: column.name.clone(),
            pg: column.data_type.clone(),
            tidb,
            options,
            always: column.options.iter().any(|option| always(&option.option)),
            lost_default: lost_default(column, translated).map(Arc::new),
        });
        self.number_column(&table.name, column, translated);
        for option in &column.options {
            let constraint = match &option.option {
                ColumnOption::PrimaryKey(key) => {
                    let mut key = key.clone();
                    key.columns = vec![column.name.clone().into()];
                    TableConstraint::PrimaryKey(key)
                }
                ColumnOption::Unique(key) => {
                    let mut key = key.clone();
                    key.columns = vec![column.name.clone().into()];
                    TableConstraint::Unique(key)
                }
                ColumnOption::ForeignKey(key) => TableConstraint::ForeignKey(ForeignKeyConstraint {
                    columns: vec![column.name.clone()],
                    ..key.clone()
                }),
                ColumnOption::Check(check) => TableConstraint::Check(check.clone()),
                _ => continue,
            };
            let constraint = named(constraint, option.name.as_ref());
            self.add_constraint(table, &constraint, translated);
        }
    }

    pub(super) fn add_constraint(
        &mut self,
        table: &mut Table,
        constraint: &TableConstraint,
        translated: &[&Statement],
    ) {
        let (given, kind, columns, label) = match constraint {
            TableConstraint::PrimaryKey(key) => {
                (&key.name, ConstraintKind::PrimaryKey, plain(&key.columns), "pkey")
            }
            TableConstraint::Unique(key) => (&key.name, ConstraintKind::Unique, plain(&key.columns), "key"),
            TableConstraint::ForeignKey(key) => {
                let kind = ConstraintKind::ForeignKey {
                    table: Name::of(&key.foreign_table),
                    columns: key.referred_columns.iter().map(names::folded).collect(),
                    on_delete: key.on_delete,
                    on_update: key.on_update,
                };
                (&key.name, kind, key.columns.iter().map(names::folded).collect(), "fkey")
            }
            TableConstraint::Check(check) => {
                (&check.name, ConstraintKind::Check, mentioned(&check.expr, table), "check")
            }
            TableConstraint::Exclude(exclude) => {
                let compared = exclude.elements.iter().map(|element| &element.column.column.expr);
                let mut columns: Vec<String> = Vec::new();
                for expr in compared.chain(exclude.where_clause.as_deref()) {
                    columns.extend(mentioned(expr, table));
                }
                columns.sort();
                columns.dedup();
                (&exclude.name, ConstraintKind::Exclude, columns, "excl")
            }
            TableConstraint::PrimaryKeyUsingIndex(using) => return table.adopt_index(using, true),
            TableConstraint::UniqueUsingIndex(using) => return table.adopt_index(using, false),
            _ => return,
        };
        let name = match given {
            Some(name) => names::folded(name),
            None => constraint_name(table, constraint, label),
        };
        let is_index = matches!(kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
        let tidb_name = if kind == ConstraintKind::PrimaryKey && !translated.is_empty() {
            Some("PRIMARY".to_string())
        } else {
            written_name(translated, &name)
        };
        if kind == ConstraintKind::Check && tidb_name.is_some() {
            self.checks.insert(Name::new(&table.name.schema, &name), table.name.clone());
        }
        if is_index {
            table.indexes.push(Index {
                name: name.clone(),
                tidb_name: tidb_name.clone(),
                unique: true,
                columns: columns.clone(),
                constraint: true,
                mentions: Vec::new(),
                expressions: Vec::new(),
                predicate: None,
                written: None,
                helpers: Vec::new(),
            });
        }
        let written = written_constraint(translated, &name);
        if kind == ConstraintKind::PrimaryKey {
            for column in table.columns.iter_mut().filter(|c| columns.contains(&c.name)) {
                column.set_not_null();
            }
        }
        let timing = match constraint {
            TableConstraint::ForeignKey(key) => Timing::of(key.characteristics.as_ref()),
            TableConstraint::Unique(key) => Timing::of(key.characteristics.as_ref()),
            TableConstraint::PrimaryKey(key) => Timing::of(key.characteristics.as_ref()),
            _ => Timing::Statement,
        };
        table.constraints.push(Constraint {
            name,
            tidb_name,
            kind,
            columns,
            written,
            unchecked: false,
            timing,
        });
    }

    fn create_index(&mut self, create: &CreateIndex, translated: &[&Statement], refused: Option<&str>) {
        let Some(table) = self.table_mut(&Name::of(&create.table_name)) else { return };
        let columns = plain(&create.columns);
        let mentions = index_mentions(create, table);
        let name = match &create.name {
            Some(name) => Name::of(name).name,
            None => index_name(table, create),
        };
        // Others, which had to go for a moment, come before it.
        let written = translated.iter().rev().find_map(|statement| match statement {
            Statement::CreateIndex(index) if refused.is_none() => Some(index),
            _ => None,
        });
        let written_name = |index: &CreateIndex| index.name.as_ref().and_then(names::last).map(names::folded);
        let tidb_name = written.map(|index| written_name(index).unwrap_or_else(|| name.clone()));
        let mut helpers = Vec::new();
        let written = written.filter(|_| !mentions.is_empty()).map(|index| {
            let mut index = index.clone();
            helpers = computed(&mut index, translated);
            Arc::new(index)
        });
        if create.if_not_exists && table.indexes.iter().any(|index| index.name == name) {
            return;
        }
        let unique = create.unique;
        let expressions = create.columns.iter().map(|c| &c.column.expr);
        let expressions = expressions.filter(|expr| !matches!(expr, Expr::Identifier(_)));
        let expressions = expressions.map(inference_text).collect();
        let predicate = create.predicate.as_ref().map(inference_text);
        table.indexes.push(Index {
            name,
            tidb_name,
            unique,
            columns,
            constraint: false,
            mentions,
            expressions,
            predicate,
            written,
            helpers,
        });
    }
}

/// Puts the expressions of the columns that compute for an index in their place, and names the columns.
fn computed(index: &mut CreateIndex, translated: &[&Statement]) -> Vec<String> {
    let mut helpers = Vec::new();
    for operation in translated.iter().flat_map(|statement| match statement {
        Statement::AlterTable(alter) => &alter.operations[..],
        _ => &[],
    }) {
        let Op::AddColumn { column_def, .. } = operation else { continue };
        let generated = column_def.options.iter().find_map(|option| match &option.option {
            ColumnOption::Generated { generation_expr: Some(expr), .. } => Some(expr),
            _ => None,
        });
        let Some(expr) = generated else { continue };
        for column in &mut index.columns {
            if matches!(&column.column.expr, Expr::Identifier(ident) if *ident == column_def.name) {
                column.column.expr = Expr::Nested(Box::new(expr.clone()));
                helpers.push(column_def.name.value.clone());
            }
        }
    }
    helpers
}

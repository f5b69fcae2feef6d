//! Whether PostgreSQL would fail at a statement, by what the migrations before declare.

use crate::catalog::{Catalog, Name, Table, UserType};
use crate::syntax::ddl::Form;
use crate::syntax::{Parsed, names};
use sqlparser::ast::{
    AlterTable, AlterTableOperation as Action, AlterTypeOperation, ObjectName, ObjectType,
    RenameTableNameKind, Statement, TableConstraint,
};

/// An error that PostgreSQL raises.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// PostgreSQL's name of it.
    pub error: &'static str,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Fails {
    Yes(Failure),
    /// Nothing that the migrations declare stands against it.
    No,
    /// What it is about is not declared.
    Unknown(String),
    /// It may, by what rows there are or for a reason of the server's.
    Perhaps,
}

fn yes(error: &'static str, why: String) -> Fails {
    Fails::Yes(Failure { error, why })
}

/// Whether the statement fails on PostgreSQL.
pub fn fails(catalog: &Catalog, parsed: &Parsed) -> Fails {
    if let Some(Form::PartitionOf(of)) = parsed.form.as_deref() {
        return created(catalog, &of.table.name, of.if_not_exists);
    }
    let Ok(tree) = parsed.tree.as_deref() else { return Fails::Perhaps };
    match tree {
        Statement::CreateType { name, .. } => typed(catalog, name),
        Statement::CreateDomain(domain) => typed(catalog, &domain.name),
        Statement::CreateTable(create) => created(catalog, &create.name, create.if_not_exists),
        Statement::CreateIndex(index) => match (&index.name, catalog.table(&index.table_name)) {
            (_, None) => Fails::Unknown(index.table_name.to_string()),
            (Some(name), Some(table)) if !index.if_not_exists => {
                let there = Name::of(name).name;
                match catalog.tables().any(|t| t.name.schema == table.name.schema && t.has_name(&there)) {
                    true => yes("duplicate_table", format!("{name} is there already")),
                    false => Fails::No,
                }
            }
            _ => Fails::No,
        },
        Statement::AlterTable(alter) => altered(catalog, alter),
        Statement::AlterType(alter) => match (catalog.user_type(&alter.name), &alter.operation) {
            (None, _) => Fails::Unknown(alter.name.to_string()),
            (Some(UserType::Enum(labels)), AlterTypeOperation::AddValue(add)) => {
                match !add.if_not_exists && labels.contains(&add.value.value) {
                    true => yes("duplicate_object", format!("{} has the value already", alter.name)),
                    false => Fails::No,
                }
            }
            _ => Fails::Perhaps,
        },
        Statement::Drop { object_type: ObjectType::Table, if_exists: false, names, .. } => {
            match names.iter().find(|name| catalog.table(name).is_none()) {
                Some(missing) => yes("undefined_table", format!("there is no table {missing}")),
                None => Fails::No,
            }
        }
        Statement::Drop { if_exists: true, .. } => Fails::No,
        _ => Fails::Perhaps,
    }
}

fn typed(catalog: &Catalog, name: &ObjectName) -> Fails {
    match catalog.user_type(name).is_some() || catalog.table(name).is_some() {
        true => yes("duplicate_object", format!("the type {name} is there already")),
        false => Fails::No,
    }
}

fn created(catalog: &Catalog, name: &ObjectName, if_not_exists: bool) -> Fails {
    match !if_not_exists && (catalog.table(name).is_some() || catalog.view(name).is_some()) {
        true => yes("duplicate_table", format!("the table {name} is there already")),
        false => Fails::No,
    }
}

fn altered(catalog: &Catalog, alter: &AlterTable) -> Fails {
    let Some(table) = catalog.table(&alter.name) else { return Fails::Unknown(alter.name.to_string()) };
    if table.columns.is_empty() {
        return Fails::Unknown(alter.name.to_string());
    }
    let mut sure = Fails::No;
    for action in &alter.operations {
        match action_fails(catalog, table, action) {
            Fails::No => {}
            Fails::Perhaps => sure = Fails::Perhaps,
            other => return other,
        }
    }
    sure
}

fn action_fails(catalog: &Catalog, table: &Table, action: &Action) -> Fails {
    let missing =
        |column: &str| yes("undefined_column", format!("{} has no column {column}", table.tidb_name));
    match action {
        Action::AddColumn { if_not_exists, column_def, .. } => {
            let name = names::folded(&column_def.name);
            match !if_not_exists && table.column(&name).is_some() {
                true => {
                    yes("duplicate_column", format!("the column {}.{name} is there already", table.tidb_name))
                }
                false => Fails::No,
            }
        }
        Action::AddConstraint { constraint, .. } => added(table, constraint),
        Action::DropColumn { column_names, if_exists: false, .. } => {
            let name = column_names.iter().map(names::folded).find(|name| table.column(name).is_none());
            name.map_or(Fails::No, |name| missing(&name))
        }
        Action::DropConstraint { if_exists: false, name, .. } => {
            let name = names::folded(name);
            match table.constraint(&name) {
                None => yes("undefined_object", format!("{} has no constraint {name}", table.tidb_name)),
                Some(_) => Fails::No,
            }
        }
        Action::RenameColumn { old_column_name, new_column_name } => {
            let (old, new) = (names::folded(old_column_name), names::folded(new_column_name));
            match (table.column(&old), table.column(&new)) {
                (None, _) => missing(&old),
                (_, Some(_)) => {
                    yes("duplicate_column", format!("the column {}.{new} is there already", table.tidb_name))
                }
                _ => Fails::No,
            }
        }
        Action::RenameTable { table_name: RenameTableNameKind::To(name) | RenameTableNameKind::As(name) } => {
            let new = Name { schema: table.name.schema.clone(), name: Name::of(name).name };
            match catalog.table_named(&new).is_some() {
                true => yes("duplicate_table", format!("the table {name} is there already")),
                false => Fails::No,
            }
        }
        Action::DropColumn { .. } | Action::DropConstraint { .. } | Action::OwnerTo { .. } => Fails::No,
        Action::AlterColumn { column_name, .. } => {
            let name = names::folded(column_name);
            if table.column(&name).is_none() { missing(&name) } else { Fails::Perhaps }
        }
        _ => Fails::Perhaps,
    }
}

fn added(table: &Table, constraint: &TableConstraint) -> Fails {
    let (name, error) = match constraint {
        TableConstraint::PrimaryKey(key) => {
            if table.primary_key().is_some() {
                let why = format!("{} has a primary key already", table.tidb_name);
                return yes("invalid_table_definition", why);
            }
            (key.name.as_ref(), "duplicate_table")
        }
        TableConstraint::Unique(key) => (key.name.as_ref(), "duplicate_table"),
        TableConstraint::ForeignKey(key) => (key.name.as_ref(), "duplicate_object"),
        TableConstraint::Check(check) => (check.name.as_ref(), "duplicate_object"),
        _ => return Fails::Perhaps,
    };
    let Some(name) = name.map(names::folded) else { return Fails::No };
    match table.constraint(&name).is_some() || error == "duplicate_table" && table.has_name(&name) {
        true => yes(error, format!("the constraint {name} of {} is there already", table.tidb_name)),
        false => Fails::No,
    }
}

//! Types that scripts declare: enums and domains, which TiDB's columns carry themselves.

use super::{Catalog, Column, Domain, Name, Table, UserType};
use crate::syntax::ddl::DomainChange;
use sqlparser::ast::{
    AlterType, AlterTypeAddValuePosition, AlterTypeOperation, CheckConstraint, CreateDomain, DataType,
    ObjectName, ObjectNamePart, Statement, TableConstraint, UserDefinedTypeRepresentation,
};
use std::sync::Arc;

/// Domains may stand on domains, so deep at most.
const MAX_DEPTH: usize = 16;

impl Catalog {
    pub fn user_type(&self, name: &ObjectName) -> Option<&UserType> {
        let name = Name::of(name);
        if let Some(found) = self.types.get(&name) {
            return Some(found.as_ref());
        }
        // A search path may stand between the two names, if only one type has this one.
        let mut others = self.types.iter().filter(|(other, _)| other.name == name.name);
        let found = others.next().filter(|(other, _)| other.schema.is_empty() || name.schema.is_empty());
        found.filter(|_| others.next().is_none()).map(|(_, declared)| declared.as_ref())
    }

    pub fn declare_type(&mut self, name: &ObjectName, declared: UserType) {
        self.types.insert(Name::of(name), Arc::new(declared));
    }

    pub fn drop_type(&mut self, name: &ObjectName) {
        self.types.remove(&Name::of(name));
    }

    /// The type under a domain; any other type itself.
    pub fn base_type<'t>(&'t self, declared: &'t DataType) -> &'t DataType {
        let mut base = declared;
        for _ in 0..MAX_DEPTH {
            let DataType::Custom(name, _) = base else { break };
            let Some(UserType::Domain(domain)) = self.user_type(name) else { break };
            base = &domain.base;
        }
        base
    }

    /// The columns declared with a type of this name, or with a domain over it.
    pub fn columns_of_type(&self, name: &ObjectName) -> impl Iterator<Item = (&Table, &Column)> {
        let wanted = Name::of(name);
        let is = move |declared: &DataType| matches!(declared, DataType::Custom(name, _) if Name::of(name) == wanted);
        self.tables()
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
            .filter(move |(_, column)| is(&column.pg) || is(self.base_type(&column.pg)))
    }

    pub(super) fn create_type(&mut self, name: &ObjectName, made: Option<&UserDefinedTypeRepresentation>) {
        let declared = match made {
            Some(UserDefinedTypeRepresentation::Enum { labels }) => {
                UserType::Enum(labels.iter().map(|label| label.value.clone()).collect())
            }
            Some(UserDefinedTypeRepresentation::Composite { .. }) => UserType::Other("composite type"),
            Some(UserDefinedTypeRepresentation::Range { .. }) => UserType::Other("range type"),
            _ => UserType::Other("type"),
        };
        self.declare_type(name, declared);
    }

    pub fn domain_not_null(&mut self, name: &ObjectName, not_null: bool) {
        if let Some(UserType::Domain(domain)) = self.types.get_mut(&Name::of(name)).map(Arc::make_mut) {
            domain.not_null = not_null;
        }
    }

    /// What ALTER DOMAIN changes for the columns that follow.
    pub fn change_domain(&mut self, name: &ObjectName, change: &DomainChange) {
        if let DomainChange::Rename(new) = change {
            self.rename_type(name, &new.value);
            return;
        }
        let Some(UserType::Domain(domain)) = self.types.get_mut(&Name::of(name)).map(Arc::make_mut) else {
            return;
        };
        match change {
            DomainChange::SetNotNull => domain.not_null = true,
            DomainChange::DropNotNull => domain.not_null = false,
            DomainChange::SetDefault(value) => domain.default = Some(value.as_ref().clone()),
            DomainChange::DropDefault => domain.default = None,
            DomainChange::AddCheck { name, check, .. } => {
                domain.constraints.push(TableConstraint::Check(CheckConstraint {
                    name: name.clone(),
                    expr: check.clone(),
                    no_inherit: false,
                    enforced: None,
                }));
            }
            DomainChange::DropConstraint { name, .. } => domain.constraints.retain(|constraint| {
                !matches!(constraint, TableConstraint::Check(check)
                    if check.name.as_ref().is_some_and(|known| known.value.eq_ignore_ascii_case(&name.value)))
            }),
            _ => {}
        }
    }

    /// Gives a type another schema, for the columns that have it as well.
    pub fn move_type(&mut self, name: &ObjectName, schema: &str) {
        let old = Name::of(name);
        let Some(last) = crate::syntax::names::last(name).cloned() else { return };
        let new = ObjectName::from(vec![crate::syntax::names::ident(schema), last]);
        let Some(declared) = self.types.remove(&old) else { return };
        self.types.insert(Name::of(&new), declared);
        self.rename_uses(&old, &new);
    }

    pub(super) fn create_domain(&mut self, domain: &CreateDomain) {
        let declared = Domain {
            base: domain.data_type.clone(),
            default: domain.default.clone(),
            constraints: domain.constraints.clone(),
            not_null: false,
        };
        self.declare_type(&domain.name, UserType::Domain(Box::new(declared)));
    }

    pub(super) fn alter_type(&mut self, alter: &AlterType, translated: &[&Statement]) {
        if let AlterTypeOperation::Rename(rename) = &alter.operation {
            self.rename_type(&alter.name, &rename.new_name.value);
            return;
        }
        if let Some(UserType::Enum(labels)) = self.user_type(&alter.name) {
            let declared = UserType::Enum(changed_labels(labels, &alter.operation));
            self.declare_type(&alter.name, declared);
        }
        for table in self.tables.values_mut() {
            for statement in translated {
                if let Statement::AlterTable(change) = statement
                    && change.name == table.tidb_name
                {
                    super::read::update_table(Arc::make_mut(table), &change.operations);
                }
            }
        }
    }

    fn rename_type(&mut self, old: &ObjectName, new: &str) {
        let old = Name::of(old);
        let Some(declared) = self.types.remove(&old) else { return };
        let mut renamed = ObjectName::from(vec![crate::syntax::names::ident(new)]);
        if !old.schema.is_empty() {
            renamed.0.insert(0, ObjectNamePart::Identifier(crate::syntax::names::ident(&old.schema)));
        }
        self.types.insert(Name::of(&renamed), declared);
        self.rename_uses(&old, &renamed);
    }

    fn rename_uses(&mut self, old: &Name, renamed: &ObjectName) {
        let uses =
            |column: &Column| matches!(&column.pg, DataType::Custom(name, _) if Name::of(name) == *old);
        for table in self.tables.values_mut().filter(|table| table.columns.iter().any(uses)) {
            for column in Arc::make_mut(table).columns.iter_mut().filter(|column| uses(column)) {
                column.pg = DataType::Custom(renamed.clone(), Vec::new());
            }
        }
    }
}

/// An enum's labels after ALTER TYPE.
pub fn changed_labels(labels: &[String], operation: &AlterTypeOperation) -> Vec<String> {
    let mut labels = labels.to_vec();
    match operation {
        AlterTypeOperation::AddValue(add) if !labels.contains(&add.value.value) => {
            let find = |wanted: &str| labels.iter().position(|label| label == wanted);
            let at = match &add.position {
                Some(AlterTypeAddValuePosition::Before(label)) => find(&label.value),
                Some(AlterTypeAddValuePosition::After(label)) => find(&label.value).map(|at| at + 1),
                None => None,
            };
            labels.insert(at.unwrap_or(labels.len()), add.value.value.clone());
        }
        AlterTypeOperation::RenameValue(rename) => {
            for label in labels.iter_mut().filter(|label| **label == rename.from.value) {
                label.clone_from(&rename.to.value);
            }
        }
        _ => {}
    }
    labels
}

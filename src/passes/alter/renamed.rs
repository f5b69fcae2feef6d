//! ALTER TABLE … RENAME TO of what is no table: PostgreSQL takes views, sequences and indexes there as well.

use crate::catalog::{Catalog, Name};
use crate::syntax::Parsed;
use crate::syntax::ddl::{Form, Named};
use crate::syntax::names;
use crate::syntax::sequence::{About, Alter, Options, SequenceStatement};
use sqlparser::ast::{AlterIndexOperation, AlterTableOperation, ObjectName, RenameTableNameKind, Statement};

/// The statement that says the same of what it really is.
pub enum Renamed {
    View(Form),
    Sequence(Box<SequenceStatement>),
    Index(Box<Parsed>),
}

pub fn of(parsed: &Parsed, catalog: &Catalog) -> Option<Renamed> {
    let Ok(Statement::AlterTable(alter)) = parsed.tree.as_deref() else { return None };
    let [AlterTableOperation::RenameTable { table_name: RenameTableNameKind::To(to) }] =
        &alter.operations[..]
    else {
        return None;
    };
    let (name, new) = (&alter.name, names::last(to)?.clone());
    if catalog.table(name).is_some() {
        return None;
    }
    if catalog.view(name).is_some() {
        let view = Named { name: name.clone(), span: parsed.first_word() };
        return Some(Renamed::View(Form::RenameView { view, new }));
    }
    if catalog.sequence(&Name::of(name)).is_some() {
        return Some(Renamed::Sequence(Box::new(SequenceStatement {
            about: About::Alter(Alter::Rename(new)),
            name: name.clone(),
            name_span: parsed.first_word(),
            guarded: alter.if_exists,
            options: Options::default(),
            places: Vec::new(),
        })));
    }
    catalog.index(name)?;
    let operation = AlterIndexOperation::RenameIndex { index_name: ObjectName::from(vec![new]) };
    let tree = Statement::AlterIndex { name: name.clone(), operation };
    let mut said = parsed.clone();
    said.tree = Ok(Box::new(tree));
    Some(Renamed::Index(Box::new(said)))
}

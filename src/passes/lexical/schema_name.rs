//! `schema-name`

use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use crate::syntax::lex::Kind;
use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{
    AlterTableOperation, ColumnOption, CommentObject, ObjectName, ObjectNamePart, ObjectType,
    RenameTableNameKind, Statement, TableConstraint, VisitorMut,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

rule! {
    /// A name with a schema before it.
    ///
    /// A schema of PostgreSQL is a database of TiDB. By default `public.` is dropped, so that those tables live in the
    /// database the script runs in, and any other schema becomes the database of that name, or of the name that
    /// `schemas` in the configuration gives it.
    pub SCHEMA_NAME = "L001", "schema-name", Lexical, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let source = cx.parsed.source();
    // Most statements of a dump say no schema, and some are large.
    if !cx.parsed.tokens.iter().any(|token| token.kind == Kind::Punct && token.text(source) == ".") {
        return;
    }
    let mut rename = Schemas { map: &cx.options.schemas };
    for statement in work.trees() {
        let _ = statement.walk_mut(&mut rename);
        // Names the visitor does not take for relations.
        match statement {
            Statement::CreateTable(create) => {
                for constraint in &mut create.constraints {
                    rename.constraint(constraint);
                }
                for option in create.columns.iter_mut().flat_map(|column| &mut column.options) {
                    if let ColumnOption::ForeignKey(key) = &mut option.option {
                        rename.name(&mut key.foreign_table);
                    }
                }
            }
            Statement::AlterTable(alter) => {
                for operation in &mut alter.operations {
                    match operation {
                        AlterTableOperation::AddConstraint { constraint, .. } => {
                            rename.constraint(constraint)
                        }
                        AlterTableOperation::AddColumn { column_def, .. } => {
                            for option in &mut column_def.options {
                                if let ColumnOption::ForeignKey(key) = &mut option.option {
                                    rename.name(&mut key.foreign_table);
                                }
                            }
                        }
                        AlterTableOperation::RenameTable {
                            table_name: RenameTableNameKind::To(name) | RenameTableNameKind::As(name),
                        } => rename.name(name),
                        _ => {}
                    }
                }
            }
            Statement::Drop { object_type: ObjectType::Table | ObjectType::View, names, .. } => {
                names.iter_mut().for_each(|name| rename.name(name));
            }
            Statement::Comment { object_type: CommentObject::Table, object_name, .. } => {
                rename.name(object_name)
            }
            _ => {}
        }
    }
}

/// The name as it stands on TiDB.
pub fn map(schemas: &BTreeMap<String, String>, name: &mut ObjectName) {
    Schemas { map: schemas }.name(name);
}

struct Schemas<'o> {
    map: &'o BTreeMap<String, String>,
}

impl Schemas<'_> {
    fn constraint(&mut self, constraint: &mut TableConstraint) {
        if let TableConstraint::ForeignKey(key) = constraint {
            self.name(&mut key.foreign_table);
        }
    }

    /// Replaces the part before the last; a database's name before that goes.
    fn name(&mut self, name: &mut ObjectName) {
        let Some(schema) = name.0.len().checked_sub(2).and_then(|at| name.0[at].as_ident()).cloned() else {
            return;
        };
        let folded = names::folded(&schema);
        match self.map.get(&folded).map(String::as_str) {
            Some("") => {
                name.0.drain(..name.0.len() - 1);
            }
            database => {
                let last = name.0.len() - 1;
                name.0.drain(..last - 1);
                if let Some(database) = database.filter(|database| *database != folded) {
                    name.0[0] = ObjectNamePart::Identifier(names::ident(database));
                }
            }
        }
    }
}

impl VisitorMut for Schemas<'_> {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        self.name(relation);
        ControlFlow::Continue(())
    }
}

//! Writes the schema of the search path to every name of a statement that has none.

use crate::catalog::{Catalog, Name};
use crate::syntax::ddl::{Form, Named};
use crate::syntax::names;
use crate::syntax::sequence::SequenceStatement;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{
    AlterTableOperation as Op, ColumnOption, CommentObject, Expr, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, ObjectName, ObjectNamePart, ObjectType, Query, Statement, TableConstraint,
    TableFactor, Value, VisitorMut,
};
use std::ops::ControlFlow;

struct Qualify<'c> {
    path: &'c [String],
    catalog: &'c Catalog,
    /// Names that are no relations: those of WITH, and functions in FROM.
    not: Vec<String>,
}

/// Every name of a relation, an index or a sequence.
pub fn qualify(tree: &mut Statement, path: &[String], catalog: &Catalog) {
    let mut with = Qualify { path, catalog, not: Vec::new() };
    match tree {
        Statement::CreateTable(create) => {
            with.made(&mut create.name);
            for column in &mut create.columns {
                column.options.iter_mut().for_each(|option| with.option(&mut option.option));
            }
            create.constraints.iter_mut().for_each(|constraint| with.constraint(constraint));
        }
        Statement::CreateView(view) => with.made(&mut view.name),
        Statement::CreateSequence { name, .. } => with.made(name),
        Statement::AlterTable(alter) => {
            for operation in &mut alter.operations {
                match operation {
                    Op::AddConstraint { constraint, .. } => with.constraint(constraint),
                    Op::AddColumn { column_def, .. } => {
                        column_def.options.iter_mut().for_each(|option| with.option(&mut option.option));
                    }
                    _ => {}
                }
            }
        }
        Statement::Drop { object_type, names, .. } => match object_type {
            ObjectType::Table | ObjectType::View | ObjectType::MaterializedView | ObjectType::Sequence => {
                names.iter_mut().for_each(|name| with.known(name));
            }
            ObjectType::Index => names.iter_mut().for_each(|name| with.index(name)),
            _ => {}
        },
        Statement::AlterIndex { name, .. } => with.index(name),
        Statement::Comment { object_type: CommentObject::Table, object_name, .. } => with.known(object_name),
        Statement::Comment { object_type: CommentObject::Column, object_name, .. }
            if object_name.0.len() == 2 =>
        {
            let Some(column) = object_name.0.pop() else { return };
            with.known(object_name);
            object_name.0.push(column);
        }
        _ => {}
    }
    let rename = matches!(tree, Statement::AlterTable(alter)
        if alter.operations.iter().any(|o| matches!(o, Op::RenameTable { .. })));
    if rename && let Statement::AlterTable(alter) = tree {
        // The new name stays in the table's schema.
        return with.known(&mut alter.name);
    }
    let _ = tree.walk_mut(&mut with);
}

pub fn resolve(name: &mut ObjectName, path: &[String], catalog: &Catalog) {
    Qualify { path, catalog, not: Vec::new() }.known(name);
}

pub fn qualify_sequence(said: &mut SequenceStatement, path: &[String], catalog: &Catalog) {
    let with = Qualify { path, catalog, not: Vec::new() };
    match said.about {
        crate::syntax::sequence::About::Create { .. } => with.made(&mut said.name),
        _ => with.known(&mut said.name),
    }
    if let Some(Some((table, _))) = &mut said.options.owned_by {
        with.known(table);
    }
}

pub fn qualify_form(form: &mut Form, path: &[String], catalog: &Catalog) {
    let with = Qualify { path, catalog, not: Vec::new() };
    let known = |named: &mut Named| with.known(&mut named.name);
    match form {
        Form::Attach { table, partition, .. } | Form::Detach { table, partition } => {
            known(table);
            known(partition);
        }
        Form::PartitionOf(of) => {
            with.made(&mut of.table.name);
            known(&mut of.parent);
        }
        Form::Inherit { table, parent, .. } => {
            known(table);
            known(parent);
        }
        Form::RenameView { view, .. } => known(view),
        Form::SetSchema { kind, object, .. }
            if ["TABLE", "VIEW", "SEQUENCE", "MATERIALIZED VIEW"].contains(&kind.as_str()) =>
        {
            known(object);
        }
        Form::Analyze { tables } => tables.iter_mut().for_each(known),
        _ => {}
    }
}

impl Qualify<'_> {
    fn put(name: &mut ObjectName, schema: &str) {
        if !schema.is_empty() {
            name.0.insert(0, ObjectNamePart::Identifier(names::ident(schema)));
        }
    }

    /// What is made goes to the first schema.
    fn made(&self, name: &mut ObjectName) {
        if name.0.len() == 1
            && let Some(first) = self.path.first()
        {
            Self::put(name, first);
        }
    }

    /// What is there is in the first schema that has it.
    fn known(&self, name: &mut ObjectName) {
        let ([only], Some(first)) = (&name.0[..], self.path.first()) else { return };
        let Some(ident) = only.as_ident() else { return };
        let folded = names::folded(ident);
        if self.not.contains(&folded) || folded.starts_with("pg_") {
            return;
        }
        let has = |schema: &&String| {
            let name = Name::new(schema, &folded);
            self.catalog.table_named(&name).is_some()
                || self.catalog.view_named(&name).is_some()
                || self.catalog.sequence(&name).is_some()
        };
        let schema = self.path.iter().find(has).unwrap_or(first).clone();
        Self::put(name, &schema);
    }

    fn index(&self, name: &mut ObjectName) {
        if name.0.len() != 1 {
            return;
        }
        let with = |schema: &String| {
            let mut qualified = name.clone();
            Self::put(&mut qualified, schema);
            qualified
        };
        let found = self.path.iter().map(with).find(|name| self.catalog.index(name).is_some());
        if let Some(found) = found.or_else(|| self.path.first().map(with)) {
            *name = found;
        }
    }

    fn option(&self, option: &mut ColumnOption) {
        if let ColumnOption::ForeignKey(key) = option {
            self.known(&mut key.foreign_table);
        }
    }

    fn constraint(&self, constraint: &mut TableConstraint) {
        if let TableConstraint::ForeignKey(key) = constraint {
            self.known(&mut key.foreign_table);
        }
    }
}

impl VisitorMut for Qualify<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.not.extend(tables.map(|table| names::folded(&table.alias.name)));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, args: Some(_), .. } = factor {
            self.not.extend(names::last(name).map(names::folded));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        self.known(relation);
        ControlFlow::Continue(())
    }

    /// A column named with its table keeps the table's bare name; a sequence is named in a text.
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        let called = names::last(&function.name).map(names::folded).unwrap_or_default();
        if ["nextval", "currval", "setval"].contains(&called.as_str())
            && let FunctionArguments::List(list) = &mut function.args
            && let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))) = list.args.first_mut()
        {
            let argument = match argument {
                Expr::Cast { expr, .. } => expr.as_mut(),
                other => other,
            };
            if let Expr::Value(value) = argument
                && let Value::SingleQuotedString(text) = &mut value.value
                && !text.contains('.')
            {
                let mut name = ObjectName::from(vec![Ident::new(text.trim_matches('"'))]);
                self.known(&mut name);
                if name.0.len() == 2 {
                    *text = name.to_string().replace('`', "\"");
                }
            }
        }
        ControlFlow::Continue(())
    }
}

//! Reading trees for the catalog: the columns and names of a declaration and of its translation.

use super::{Column, Index, Table, generated_name};
use crate::syntax::names;
use crate::syntax::walk::Walk;
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation as Op, CheckConstraint, ColumnDef, ColumnOption, CreateIndex,
    DataType, Expr, Ident, IndexColumn, ObjectName, RenameTableNameKind, Statement, TableConstraint, Value,
    Visitor,
};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The folded names of an index's plain columns.
pub(super) fn plain(columns: &[IndexColumn]) -> Vec<String> {
    let plain = |column: &IndexColumn| match &column.column.expr {
        Expr::Identifier(ident) => Some(names::folded(ident)),
        _ => None,
    };
    columns.iter().filter_map(plain).collect()
}

/// The columns of a table that an expression mentions, in order, each once.
pub fn mentioned(expr: &Expr, table: &Table) -> Vec<String> {
    mentioned_names(expr, |name| table.column(name).is_some())
}

/// The names in an expression that are wanted, folded, in order, each once.
pub fn mentioned_names(expr: &Expr, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    struct Names(Vec<String>);
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_ident(&mut self, ident: &Ident) -> ControlFlow<()> {
            let name = names::folded(ident);
            if !self.0.contains(&name) {
                self.0.push(name);
            }
            ControlFlow::Continue(())
        }
    }
    let mut found = Names(Vec::new());
    let _ = expr.walk(&mut found);
    found.0.retain(|name| wanted(name));
    found.0
}

/// A column constraint with the name that its CONSTRAINT clause gives it.
pub(super) fn named(mut constraint: TableConstraint, name: Option<&Ident>) -> TableConstraint {
    if let Some(name) = name {
        let slot = match &mut constraint {
            TableConstraint::PrimaryKey(c) => &mut c.name,
            TableConstraint::Unique(c) => &mut c.name,
            TableConstraint::ForeignKey(c) => &mut c.name,
            TableConstraint::Check(c) => &mut c.name,
            _ => return constraint,
        };
        *slot = Some(name.clone());
    }
    constraint
}

/// The name PostgreSQL makes up for a constraint of a table.
pub fn constraint_name(table: &Table, constraint: &TableConstraint, label: &str) -> String {
    let columns = match constraint {
        TableConstraint::PrimaryKey(_) => Vec::new(),
        TableConstraint::Unique(key) => plain(&key.columns),
        TableConstraint::ForeignKey(key) => key.columns.iter().map(names::folded).collect(),
        // Only a check on a single column is named after it.
        TableConstraint::Check(check) => {
            let columns = mentioned(&check.expr, table);
            if columns.len() == 1 { columns } else { Vec::new() }
        }
        TableConstraint::Exclude(exclude) => {
            exclude.elements.iter().map(|element| index_part(&element.column.column.expr)).collect()
        }
        _ => Vec::new(),
    };
    generated_name(&table.name.name, &columns.join("_"), label, |name| table.has_name(name))
}

/// The name PostgreSQL makes up for an index of a table.
pub fn index_name(table: &Table, create: &CreateIndex) -> String {
    let mut parts: Vec<String> = Vec::new();
    for column in &create.columns {
        let base = index_part(&column.column.expr);
        let mut part = base.clone();
        let mut number = 0;
        while parts.contains(&part) {
            number += 1;
            part = format!("{base}{number}");
        }
        parts.push(part);
    }
    parts.extend(create.include.iter().map(names::folded));
    generated_name(&table.name.name, &parts.join("_"), "idx", |name| table.has_name(name))
}

/// What a column of an index gives to its name: the column's or function's own name, `expr` else.
fn index_part(expr: &Expr) -> String {
    match expr {
        Expr::Identifier(ident) => names::folded(ident),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => index_part(inner),
        Expr::Cast { expr, data_type, .. } => match index_part(expr).as_str() {
            "expr" | "case" => data_type.to_string().to_lowercase(),
            inner => inner.to_string(),
        },
        Expr::Case { .. } => "case".to_string(),
        Expr::Function(function) => {
            names::last(&function.name).map(names::folded).unwrap_or_else(|| "expr".into())
        }
        _ => "expr".to_string(),
    }
}

/// The type and options that the translation gives a column.
pub(super) fn written_column(
    translated: &[&Statement],
    name: &Ident,
) -> Option<(DataType, Vec<ColumnOption>)> {
    let same = |ident: &Ident| ident.value.eq_ignore_ascii_case(&name.value);
    // The last word counts: a column may be added first and modified after.
    translated.iter().rev().find_map(|statement| match statement {
        Statement::CreateTable(create) => {
            let column = create.columns.iter().find(|c| same(&c.name))?;
            let options = column.options.iter().map(|o| o.option.clone()).collect();
            Some((column.data_type.clone(), options))
        }
        Statement::AlterTable(alter) => alter.operations.iter().rev().find_map(|operation| match operation {
            Op::AddColumn { column_def, .. } if same(&column_def.name) => {
                let options = column_def.options.iter().map(|o| o.option.clone()).collect();
                Some((column_def.data_type.clone(), options))
            }
            Op::ModifyColumn { col_name, data_type, options, .. } if same(col_name) => {
                Some((data_type.clone(), options.clone()))
            }
            _ => None,
        }),
        _ => None,
    })
}

/// The default of a column, if the translation makes the column without it.
pub(super) fn lost_default(column: &ColumnDef, translated: &[&Statement]) -> Option<Expr> {
    let default = column.options.iter().find_map(|option| match &option.option {
        ColumnOption::Default(value) => Some(value),
        _ => None,
    })?;
    let null = matches!(default, Expr::Value(value) if value.value == Value::Null);
    let (_, options) = written_column(translated, &column.name)?;
    let filled = options.iter().any(|option| {
        matches!(
            option,
            ColumnOption::Default(_) | ColumnOption::Generated { .. } | ColumnOption::DialectSpecific(_)
        )
    });
    (!filled && !null).then(|| default.clone())
}

/// Takes over what the translation's ALTER TABLE says about the columns of a table.
pub(super) fn update_table(table: &mut Table, operations: &[Op]) {
    for operation in operations {
        match operation {
            Op::ModifyColumn { col_name, data_type, options, .. } => {
                if let Some(column) = table.column_mut(&col_name.value) {
                    column.tidb = data_type.clone();
                    column.options.clone_from(options);
                }
            }
            Op::AlterColumn { column_name, op } => {
                if let Some(column) = table.column_mut(&column_name.value) {
                    alter_options(column, op);
                }
            }
            _ => {}
        }
    }
}

/// Whether the translation gives an existing column a default.
pub(super) fn sets_default(translated: &[&Statement], column: &str) -> bool {
    let same = |ident: &Ident| ident.value.eq_ignore_ascii_case(column);
    let operations = translated.iter().filter_map(|statement| match statement {
        Statement::AlterTable(alter) => Some(&alter.operations),
        _ => None,
    });
    operations.flatten().any(|operation| match operation {
        Op::AlterColumn { column_name, op: AlterColumnOperation::SetDefault { .. } } => same(column_name),
        Op::ModifyColumn { col_name, options, .. } => {
            let default =
                |o: &ColumnOption| matches!(o, ColumnOption::Default(_) | ColumnOption::DialectSpecific(_));
            same(col_name) && options.iter().any(default)
        }
        _ => false,
    })
}

/// Whether the translation makes a constraint or key of this name, and so what it is called there.
pub(super) fn written_name(translated: &[&Statement], name: &str) -> Option<String> {
    let same = |ident: &Option<Ident>| ident.as_ref().is_some_and(|i| i.value.eq_ignore_ascii_case(name));
    let constraint = |constraint: &TableConstraint| match constraint {
        TableConstraint::Unique(c) => same(&c.name) || same(&c.index_name),
        TableConstraint::ForeignKey(c) => same(&c.name),
        TableConstraint::Check(c) => same(&c.name),
        TableConstraint::Index(c) => same(&c.name),
        _ => false,
    };
    let found = translated.iter().any(|statement| match statement {
        Statement::CreateTable(create) => {
            let inline = create.columns.iter().flat_map(|c| &c.options);
            create.constraints.iter().any(constraint)
                || inline.into_iter().any(|option| match &option.option {
                    ColumnOption::Check(check) => same(&option.name) || same(&check.name),
                    _ => false,
                })
        }
        Statement::AlterTable(alter) => alter.operations.iter().any(|operation| match operation {
            Op::AddConstraint { constraint: added, .. } => constraint(added),
            _ => false,
        }),
        Statement::CreateIndex(index) => {
            index.name.as_ref().and_then(names::last).is_some_and(|i| i.value.eq_ignore_ascii_case(name))
        }
        _ => false,
    });
    found.then(|| name.to_string())
}

/// TiDB's form of a CHECK or a foreign key of this name, if the translation declares it.
pub(super) fn written_constraint(translated: &[&Statement], name: &str) -> Option<TableConstraint> {
    let same = |ident: &Option<Ident>| ident.as_ref().is_some_and(|i| i.value.eq_ignore_ascii_case(name));
    let wanted = |constraint: &&TableConstraint| match constraint {
        TableConstraint::ForeignKey(c) => same(&c.name),
        TableConstraint::Check(c) => same(&c.name),
        _ => false,
    };
    translated.iter().rev().find_map(|statement| match statement {
        Statement::CreateTable(create) => create.constraints.iter().find(wanted).cloned().or_else(|| {
            let mut inline = create.columns.iter().flat_map(|c| &c.options);
            inline.find_map(|option| match &option.option {
                ColumnOption::Check(check) if same(&option.name) || same(&check.name) => {
                    let named =
                        CheckConstraint { name: Some(crate::syntax::names::ident(name)), ..check.clone() };
                    Some(TableConstraint::Check(named))
                }
                _ => None,
            })
        }),
        Statement::AlterTable(alter) => alter.operations.iter().rev().find_map(|operation| match operation {
            Op::AddConstraint { constraint, .. } => Some(constraint).filter(wanted).cloned(),
            _ => None,
        }),
        _ => None,
    })
}

/// The index as the translation makes it.
pub(super) fn written_index(translated: &[&Statement], index: &Index) -> Option<Arc<CreateIndex>> {
    translated.iter().find_map(|statement| match statement {
        Statement::CreateIndex(written) => {
            let name = written.name.as_ref().and_then(names::last)?;
            name.value.eq_ignore_ascii_case(&index.name).then(|| Arc::new(written.clone()))
        }
        _ => None,
    })
}

/// Whether the translation adds a foreign key of this name.
pub(super) fn adds_foreign_key(translated: &[&Statement], name: &str) -> bool {
    matches!(written_constraint(translated, name), Some(TableConstraint::ForeignKey(_)))
}

/// An expression without what two ways of writing it may differ in: quotes, blanks, case and outer parentheses. ON CONFLICT
/// finds an index by its expressions and its condition.
pub fn inference_text(expr: &Expr) -> String {
    let inner = match expr {
        Expr::Nested(inner) => return inference_text(inner),
        other => other.to_string(),
    };
    inner
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '`' | '"'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The columns that an index's expressions, its predicate and its INCLUDE mention.
pub(super) fn index_mentions(create: &CreateIndex, table: &Table) -> Vec<String> {
    let expressions = create.columns.iter().map(|c| &c.column.expr);
    let expressions = expressions.filter(|expr| !matches!(expr, Expr::Identifier(_)));
    let mut found: Vec<String> =
        expressions.chain(&create.predicate).flat_map(|expr| mentioned(expr, table)).collect();
    found.extend(create.include.iter().map(names::folded));
    found
}

/// The new name if the statement renames a table.
pub(super) fn renamed_to(statement: &Statement) -> Option<&ObjectName> {
    let Statement::AlterTable(alter) = statement else { return None };
    alter.operations.iter().find_map(|operation| match operation {
        Op::RenameTable { table_name: RenameTableNameKind::To(new) | RenameTableNameKind::As(new) } => {
            Some(new)
        }
        _ => None,
    })
}

pub(super) fn rename_column(table: &mut Table, old: &Ident, new: &Ident) {
    let (from, to) = (names::folded(old), names::folded(new));
    if let Some(column) = table.column_mut(&from) {
        column.name.clone_from(&to);
        column.ident = new.clone();
    }
    for index in table.indexes.iter_mut().filter(|index| index.mentions.contains(&from)) {
        index.written = None;
        // What they say now is not known without their trees; then nothing is found by them.
        index.expressions.iter_mut().chain(&mut index.predicate).for_each(String::clear);
    }
    let lists = table.constraints.iter_mut().map(|c| &mut c.columns);
    let indexes = table.indexes.iter_mut().flat_map(|i| [&mut i.columns, &mut i.mentions]);
    for column in lists.chain(indexes).flatten() {
        if *column == from {
            column.clone_from(&to);
        }
    }
    for constraint in &mut table.constraints {
        if let Some(TableConstraint::ForeignKey(key)) = &mut constraint.written {
            rename_ident(&mut key.columns, &from, new);
        }
    }
}

fn rename_ident(columns: &mut [Ident], from: &str, new: &Ident) {
    for column in columns.iter_mut().filter(|c| c.value.eq_ignore_ascii_case(from)) {
        *column = new.clone();
    }
}

/// Follows a column's new name in the foreign keys that refer to it.
pub(super) fn rename_referred(table: &mut Table, target: &super::Name, old: &Ident, new: &Ident) {
    let (from, to) = (names::folded(old), names::folded(new));
    for constraint in &mut table.constraints {
        let super::ConstraintKind::ForeignKey { table, columns, .. } = &mut constraint.kind else { continue };
        if table != target {
            continue;
        }
        columns.iter_mut().filter(|c| **c == from).for_each(|c| c.clone_from(&to));
        if let Some(TableConstraint::ForeignKey(key)) = &mut constraint.written {
            rename_ident(&mut key.referred_columns, &from, new);
        }
    }
}

/// What an ALTER COLUMN that needs no MODIFY changes in the column's definition.
pub(super) fn alter_options(column: &mut Column, op: &AlterColumnOperation) {
    match op {
        AlterColumnOperation::SetNotNull if !column.not_null() => column.options.push(ColumnOption::NotNull),
        AlterColumnOperation::DropNotNull => column.options.retain(|o| *o != ColumnOption::NotNull),
        AlterColumnOperation::DropDefault => {
            column.options.retain(|o| !matches!(o, ColumnOption::Default(_)))
        }
        AlterColumnOperation::SetDefault { value } => {
            column.options.retain(|o| !matches!(o, ColumnOption::Default(_)));
            column.options.push(ColumnOption::Default(value.clone()));
        }
        _ => {}
    }
}

//! Tables made after others: LIKE and INHERITS spelled out from what the others declare.

use super::{Catalog, Column, Constraint, ConstraintKind, Table, generated_name};
use crate::syntax::names;
use sqlparser::ast::{
    CheckConstraint, ColumnDef, ColumnOption, ColumnOptionDef, CreateIndex, CreateTable, Ident,
    NullsDistinctOption, ObjectName, ObjectNamePart, PrimaryKeyConstraint, TableConstraint, UniqueConstraint,
};

/// What a new table takes from another.
#[derive(Debug, Clone)]
pub struct Source {
    pub table: ObjectName,
    /// How many columns of its own stand before it.
    pub after: usize,
    pub defaults: bool,
    pub generated: bool,
    pub identity: bool,
    pub comments: bool,
    pub checks: bool,
    pub indexes: bool,
    /// Columns of the same name are one.
    pub merges: bool,
}

/// A column of the new table, and the one it is made after.
#[derive(Debug, Clone)]
pub struct Copied<'c> {
    pub at: usize,
    pub from: &'c Column,
    pub source: usize,
}

/// The new table with all its columns and constraints as PostgreSQL has them.
#[derive(Debug, Clone)]
pub struct SpelledOut<'c> {
    pub create: CreateTable,
    pub copied: Vec<Copied<'c>>,
    pub indexes: Vec<CreateIndex>,
    /// Indexes that have no plain columns only, by name, and whether they are unique.
    pub left: Vec<(String, bool)>,
}

impl Catalog {
    /// `None` when a table is not known or not on TiDB: then which one.
    pub fn spell_out(&self, create: &CreateTable, sources: &[Source]) -> Result<SpelledOut<'_>, ObjectName> {
        let mut out =
            SpelledOut { create: create.clone(), copied: Vec::new(), indexes: Vec::new(), left: Vec::new() };
        let mut shift = 0;
        for (n, source) in sources.iter().enumerate() {
            let Some(table) = self.table(&source.table).filter(|t| t.missing.is_none()) else {
                return Err(source.table.clone());
            };
            let key: &[String] = table.primary_key().map_or(&[], |key| &key.columns);
            for column in &table.columns {
                let must = column.not_null() || key.contains(&column.name);
                let same = |known: &ColumnDef| names::folded(&known.name) == column.name;
                if let Some(known) = out.create.columns.iter_mut().find(|known| source.merges && same(known))
                {
                    if must && !known.options.iter().any(|o| o.option == ColumnOption::NotNull) {
                        known.options.push(not_null());
                    }
                    continue;
                }
                let at = (source.after + shift).min(out.create.columns.len());
                let options = if must { vec![not_null()] } else { Vec::new() };
                let name = Ident { span: sqlparser::tokenizer::Span::empty(), ..column.ident.clone() };
                out.create.columns.insert(at, ColumnDef { name, data_type: column.pg.clone(), options });
                out.copied.push(Copied { at, from: column, source: n });
                shift += 1;
            }
            if source.checks {
                out.create.constraints.extend(table.constraints.iter().filter_map(check));
            }
            if source.indexes {
                keys(&mut out, table);
            }
        }
        Ok(out)
    }

    /// Records a table that was spelled out.
    pub fn apply_spelled_out(
        &mut self,
        create: &CreateTable,
        indexes: &[CreateIndex],
        translated: &[&sqlparser::ast::Statement],
        refused: Option<&str>,
    ) {
        use sqlparser::ast::Statement;
        self.apply(&Statement::CreateTable(create.clone()), translated, refused);
        for index in indexes {
            self.apply(&Statement::CreateIndex(index.clone()), translated, refused);
        }
    }
}

fn not_null() -> ColumnOptionDef {
    ColumnOptionDef { name: None, option: ColumnOption::NotNull }
}

/// A CHECK under the name it has.
fn check(constraint: &Constraint) -> Option<TableConstraint> {
    match &constraint.written {
        Some(TableConstraint::Check(written)) => Some(TableConstraint::Check(CheckConstraint {
            name: Some(names::ident(&constraint.name)),
            ..written.clone()
        })),
        _ => None,
    }
}

/// The keys and indexes, under the names that PostgreSQL makes up for the new table.
fn keys(out: &mut SpelledOut<'_>, table: &Table) {
    let name = names::last(&out.create.name).map(names::folded).unwrap_or_default();
    let mut taken: Vec<String> = Vec::new();
    let mut made_up = |columns: &[String], label: &str| {
        let name = generated_name(&name, &columns.join("_"), label, |name| taken.iter().any(|t| t == name));
        taken.push(name.clone());
        names::ident(&name)
    };
    for index in &table.indexes {
        let columns = || index.columns.iter().map(|c| names::ident(c).into()).collect();
        let constraint = table.constraint(&index.name).filter(|_| index.constraint);
        match constraint.map(|c| &c.kind) {
            Some(ConstraintKind::PrimaryKey) => {
                out.create.constraints.push(TableConstraint::PrimaryKey(PrimaryKeyConstraint {
                    name: Some(made_up(&[], "pkey")),
                    index_name: None,
                    index_type: None,
                    columns: columns(),
                    include: Vec::new(),
                    index_options: Vec::new(),
                    characteristics: None,
                }));
            }
            Some(ConstraintKind::Unique) => {
                out.create.constraints.push(TableConstraint::Unique(UniqueConstraint {
                    name: Some(made_up(&index.columns, "key")),
                    index_name: None,
                    index_type_display: sqlparser::ast::KeyOrIndexDisplay::None,
                    index_type: None,
                    columns: columns(),
                    include: Vec::new(),
                    index_options: Vec::new(),
                    characteristics: None,
                    nulls_distinct: NullsDistinctOption::None,
                }));
            }
            _ if index.tidb_name.is_none() || index.columns.is_empty() || !index.mentions.is_empty() => {
                out.left.push((index.name.clone(), index.unique));
            }
            _ => out.indexes.push(CreateIndex {
                name: Some(ObjectName(vec![ObjectNamePart::Identifier(made_up(&index.columns, "idx"))])),
                table_name: out.create.name.clone(),
                using: None,
                columns: columns(),
                unique: index.unique,
                concurrently: false,
                r#async: false,
                if_not_exists: false,
                include: Vec::new(),
                nulls_distinct: None,
                with: Vec::new(),
                predicate: None,
                index_options: Vec::new(),
                alter_options: Vec::new(),
            }),
        }
    }
}

//! A statement on its way through the passes.

use crate::catalog::Name;
use sqlparser::ast::{AlterTableOperation, ColumnDef, CreateTable, DataType, ObjectName, Statement};

/// One statement of the translation.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Tree(Box<Statement>),
    /// What sqlparser's tree has no form for; names in it are quoted for TiDB, literals as PostgreSQL writes them.
    Text(String),
}

impl Item {
    pub fn tree(statement: Statement) -> Item {
        Item::Tree(Box::new(statement))
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Item::Tree(statement) => statement.fmt(f),
            Item::Text(text) => f.write_str(text),
        }
    }
}

/// What is to become of the statement as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    #[default]
    Emit,
    Refuse,
    Drop,
    Fold,
}

/// The statements that a source statement becomes; the passes change them in place.
#[derive(Debug, Clone, Default)]
pub struct Work {
    pub items: Vec<Item>,
    pub verdict: Verdict,
    /// No other pass has anything to say.
    pub done: bool,
    /// The table that a new one is a partition of.
    pub part_of: Option<crate::catalog::Name>,
    /// How a new table is partitioned, for the catalog.
    pub partitioning: Option<crate::catalog::Partitioning>,
    /// The text may say the same in an order that only PostgreSQL takes: it is written as the tree prints it.
    pub reprint: bool,
}

impl Work {
    pub fn new(tree: &Statement) -> Work {
        Work { items: vec![Item::tree(tree.clone())], ..Work::default() }
    }

    /// Every statement of the translation that has a tree.
    pub fn trees(&mut self) -> impl Iterator<Item = &mut Statement> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Tree(statement) => Some(statement.as_mut()),
            Item::Text(_) => None,
        })
    }

    /// The same, to look at.
    pub fn written(&self) -> Vec<&Statement> {
        let trees = self.items.iter().filter_map(|item| match item {
            Item::Tree(statement) => Some(statement.as_ref()),
            Item::Text(_) => None,
        });
        trees.collect()
    }

    /// The first statement that has a tree.
    pub fn first(&mut self) -> Option<&mut Statement> {
        self.trees().next()
    }

    pub fn create_table(&mut self) -> Option<&mut CreateTable> {
        self.trees().find_map(|statement| match statement {
            Statement::CreateTable(create) => Some(create),
            _ => None,
        })
    }

    /// Every column definition: CREATE TABLE's and those that ALTER TABLE adds, with their table.
    pub fn columns(&mut self) -> Vec<(ObjectName, &mut ColumnDef)> {
        let mut columns = Vec::new();
        for statement in self.trees() {
            match statement {
                Statement::CreateTable(create) => {
                    let name = create.name.clone();
                    columns.extend(create.columns.iter_mut().map(|column| (name.clone(), column)));
                }
                Statement::AlterTable(alter) => {
                    let name = alter.name.clone();
                    columns.extend(alter.operations.iter_mut().filter_map(|operation| match operation {
                        AlterTableOperation::AddColumn { column_def, .. } => Some((name.clone(), column_def)),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        columns
    }

    /// Every place a column's type stands: definitions, and `ALTER COLUMN … TYPE`.
    pub fn types(&mut self) -> Vec<TypeSite<'_>> {
        use sqlparser::ast::AlterColumnOperation::SetDataType;
        let mut sites = Vec::new();
        for statement in self.trees() {
            match statement {
                Statement::CreateTable(create) => {
                    let table = create.name.clone();
                    sites.extend(create.columns.iter_mut().map(|c| TypeSite {
                        table: table.clone(),
                        column: c.name.clone(),
                        data_type: &mut c.data_type,
                    }));
                }
                Statement::AlterTable(alter) => {
                    let table = alter.name.clone();
                    sites.extend(alter.operations.iter_mut().filter_map(|operation| {
                        let (column, data_type) = match operation {
                            AlterTableOperation::AddColumn { column_def, .. } => {
                                (column_def.name.clone(), &mut column_def.data_type)
                            }
                            AlterTableOperation::AlterColumn {
                                column_name,
                                op: SetDataType { data_type, .. },
                            } => (column_name.clone(), data_type),
                            _ => return None,
                        };
                        Some(TypeSite { table: table.clone(), column, data_type })
                    }));
                }
                _ => {}
            }
        }
        sites
    }
}

/// A column's type in the work.
pub struct TypeSite<'w> {
    pub table: ObjectName,
    pub column: sqlparser::ast::Ident,
    pub data_type: &'w mut DataType,
}

/// The table that a CREATE TABLE makes.
pub(super) fn table_of(tree: &Statement) -> Name {
    match tree {
        Statement::CreateTable(create) => Name::of(&create.name),
        _ => Name::new("", ""),
    }
}

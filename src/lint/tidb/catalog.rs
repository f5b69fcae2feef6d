//! What a run's scripts declare on TiDB's side: tables with their columns, keys and constraints.

use super::columns::{Column, Generated};
use super::create::CreateTable;
use super::keys::{Constraint, ForeignKey, Key, KeyKind};
use super::stmt::Name;
use super::types::Type;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A column as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnInfo {
    pub name: String,
    pub ty: Type,
    pub not_null: bool,
    pub auto: bool,
    pub has_default: bool,
    pub collate: Option<String>,
    pub generated: Option<Generated>,
    /// Columns that its generating expression mentions.
    pub generated_from: Vec<String>,
}

/// A key as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    pub kind: KeyKind,
    pub name: String,
    pub columns: Vec<String>,
    /// It is over whole columns and nothing else.
    pub whole: bool,
    /// None where the script leaves it to the server.
    pub clustered: Option<bool>,
}

/// A foreign key as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignInfo {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub table: String,
    pub referenced: Vec<String>,
    pub cascades: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CheckInfo {
    pub name: Option<String>,
    pub columns: Vec<String>,
    /// `column operator number`, where it is nothing else.
    pub bound: Option<(String, String, f64)>,
}

/// A table, or a view.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// As it was written.
    pub name: String,
    pub view: bool,
    pub sequence: bool,
    pub temporary: bool,
    pub partitioned: bool,
    /// The columns that it is partitioned by.
    pub partition_columns: Vec<String>,
    /// It was changed after it was made.
    pub altered: bool,
    /// Whether everything about it is known: only then is anything said to be missing.
    pub known: bool,
    pub columns: Vec<ColumnInfo>,
    pub keys: Vec<KeyInfo>,
    pub foreign: Vec<ForeignInfo>,
    pub checks: Vec<CheckInfo>,
    pub charset: Option<String>,
    pub collate: Option<String>,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub fn key(&self, name: &str) -> Option<&KeyInfo> {
        self.keys.iter().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    pub fn primary(&self) -> Option<&KeyInfo> {
        self.keys.iter().find(|key| key.kind == KeyKind::Primary)
    }

    /// Whether the primary key is what the rows are stored by. TiDB's default is that it is.
    pub fn is_clustered(&self) -> bool {
        self.primary().is_some_and(|key| key.clustered != Some(false))
    }
}

/// All tables of a run. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// By lower-case `database.table`; the current database may have no name.
    tables: BTreeMap<String, Arc<Table>>,
    pub database: String,
    /// Names of CHECKs, per database, with the table each is on.
    pub check_names: BTreeMap<String, String>,
    /// Something happened that can't be followed: nothing is known for sure any more.
    pub lost: bool,
    pub databases: BTreeSet<String>,
    /// Tables that were dropped or renamed, and are not there again.
    gone: BTreeSet<String>,
}

impl Catalog {
    pub fn key(&self, name: &Name) -> String {
        let db = name.db.as_deref().unwrap_or(&self.database);
        format!("{}.{}", db.to_lowercase(), name.name.to_lowercase())
    }

    pub fn get(&self, name: &Name) -> Option<&Table> {
        self.tables.get(&self.key(name)).map(Arc::as_ref)
    }

    pub fn get_mut(&mut self, name: &Name) -> Option<&mut Table> {
        let key = self.key(name);
        self.tables.get_mut(&key).map(Arc::make_mut)
    }

    pub fn insert(&mut self, name: &Name, table: Table) {
        let key = self.key(name);
        self.gone.remove(&key);
        self.tables.insert(key, Arc::new(table));
    }

    pub fn remove(&mut self, name: &Name) -> Option<Arc<Table>> {
        let key = self.key(name);
        self.check_names.retain(|_, table| *table != key);
        let removed = self.tables.remove(&key);
        // behind a temporary table there may be another one
        if removed.as_ref().is_none_or(|table| !table.temporary) {
            self.gone.insert(key);
        }
        removed
    }

    /// It may be there after all.
    pub fn again(&mut self, name: &Name) {
        let key = self.key(name);
        self.gone.remove(&key);
    }

    pub fn is_gone(&self, name: &Name) -> bool {
        self.gone.contains(&self.key(name))
    }

    pub fn rename(&mut self, old: &Name, new: &Name) {
        let (old_key, new_key) = (self.key(old), self.key(new));
        self.gone.remove(&new_key);
        self.gone.insert(old_key.clone());
        if let Some(mut table) = self.tables.remove(&old_key) {
            Arc::make_mut(&mut table).name.clone_from(&new.name);
            for other in self.tables.values_mut() {
                if other.foreign.iter().any(|f| f.table == old_key) {
                    for foreign in Arc::make_mut(other).foreign.iter_mut().filter(|f| f.table == old_key) {
                        foreign.table.clone_from(&new_key);
                    }
                }
            }
            for table in self.check_names.values_mut().filter(|table| **table == old_key) {
                table.clone_from(&new_key);
            }
            self.tables.insert(new_key, table);
        }
    }

    pub fn drop_database(&mut self, name: &str) {
        let prefix = format!("{}.", name.to_lowercase());
        self.tables.retain(|key, _| !key.starts_with(&prefix));
        self.check_names.retain(|key, _| !key.starts_with(&prefix));
        self.gone.retain(|key| !key.starts_with(&prefix));
    }

    /// Nothing that was known holds any more.
    pub fn forget(&mut self) {
        self.tables.clear();
        self.check_names.clear();
        self.gone.clear();
        self.lost = true;
    }

    /// Tables with a foreign key to the table of this key, other than itself.
    pub fn referencing(&self, key: &str) -> impl Iterator<Item = (&String, &Table, &ForeignInfo)> {
        let all = self.tables.iter().filter(move |(other, _)| other.as_str() != key);
        all.flat_map(|(name, table)| table.foreign.iter().map(move |f| (name, table.as_ref(), f)))
            .filter(move |(_, _, f)| f.table == key)
    }

    pub fn check_key(&self, table: &Name, check: &str) -> String {
        let db = table.db.as_deref().unwrap_or(&self.database);
        format!("{}.{}", db.to_lowercase(), check.to_lowercase())
    }

    pub fn foreign_info(&self, foreign: &ForeignKey, in_table: &Name) -> ForeignInfo {
        let mut table = foreign.reference.table.clone();
        table.db = table.db.or_else(|| in_table.db.clone());
        ForeignInfo {
            name: foreign.name.clone(),
            columns: foreign.columns.clone(),
            table: self.key(&table),
            referenced: foreign.reference.columns.clone(),
            cascades: foreign
                .reference
                .actions
                .iter()
                .any(|(_, action, _)| action == "CASCADE" || action == "SET NULL"),
        }
    }

    /// The table that a CREATE TABLE makes.
    pub fn table_of(&self, create: &CreateTable) -> Table {
        let mut table = Table {
            name: create.name.name.clone(),
            temporary: create.temporary,
            partitioned: create.partition.is_some(),
            known: create.others.is_empty() && create.select.is_none(),
            charset: create.charset.clone(),
            collate: create.collate.clone(),
            ..Table::default()
        };
        if let Some(like) = &create.like {
            let Some(other) = self.get(like) else { return Table { known: false, ..table } };
            return Table {
                name: table.name,
                temporary: table.temporary,
                foreign: Vec::new(),
                ..other.clone()
            };
        }
        for column in &create.columns {
            add_column(&mut table, column);
        }
        for constraint in &create.constraints {
            self.add_constraint(&mut table, constraint, &create.name);
        }
        table
    }

    pub fn add_constraint(&self, table: &mut Table, constraint: &Constraint, name: &Name) {
        match constraint {
            Constraint::Key(key) => add_key(table, key),
            Constraint::Foreign(foreign) => {
                let info = self.foreign_info(foreign, name);
                table.foreign.push(info);
            }
            Constraint::Check(check) => {
                table.checks.push(CheckInfo { name: check.name.clone(), columns: Vec::new(), bound: None });
            }
            Constraint::Other => table.known = false,
        }
    }
}

pub fn column_info(column: &Column) -> ColumnInfo {
    ColumnInfo {
        name: column.name.clone(),
        ty: column.ty.clone(),
        not_null: column.not_null || column.primary.is_some(),
        auto: column.auto_increment.is_some() || column.auto_random.is_some(),
        has_default: column.default.is_some()
            || column.auto_increment.is_some()
            || column.auto_random.is_some(),
        collate: column.collate.clone(),
        generated: column.generated.clone(),
        generated_from: Vec::new(),
    }
}

pub fn add_column(table: &mut Table, column: &Column) {
    table.columns.push(column_info(column));
    let columns = vec![column.name.clone()];
    if column.primary.is_some() {
        table.keys.push(KeyInfo {
            kind: KeyKind::Primary,
            name: "PRIMARY".into(),
            columns: columns.clone(),
            whole: true,
            clustered: column.clustered,
        });
    }
    if column.unique.is_some() {
        table.keys.push(KeyInfo {
            kind: KeyKind::Unique,
            name: column.name.clone(),
            columns,
            whole: true,
            clustered: None,
        });
    }
}

pub fn add_key(table: &mut Table, key: &Key) {
    let columns: Vec<String> = key.parts.iter().filter_map(|part| part.column.clone()).collect();
    let name = match (&key.name, key.kind) {
        (_, KeyKind::Primary) => "PRIMARY".to_owned(),
        (Some(name), _) => name.clone(),
        (None, _) => made_up(table, columns.first().map_or("expression_index", String::as_str)),
    };
    if key.kind == KeyKind::Primary {
        for column in &mut table.columns {
            column.not_null |= columns.iter().any(|name| name.eq_ignore_ascii_case(&column.name));
        }
    }
    if matches!(key.kind, KeyKind::Primary | KeyKind::Unique | KeyKind::Plain) {
        let whole = key.parts.iter().all(|part| part.column.is_some() && part.length.is_none());
        table.keys.push(KeyInfo { kind: key.kind, name, columns, whole, clustered: key.clustered });
    }
}

/// The name that an index without one gets: its first column's, with a number if that is taken.
fn made_up(table: &Table, first: &str) -> String {
    let free = |name: &str| table.key(name).is_none();
    if free(first) {
        return first.to_owned();
    }
    (2..).map(|n| format!("{first}_{n}")).find(|name| free(name)).unwrap_or_default()
}

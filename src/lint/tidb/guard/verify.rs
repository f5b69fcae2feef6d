//! Queries to run before a script (which rows would its constraints refuse?) and after it (is everything there?).

use super::lookup::{Object, count, full, literal, quoted};
use crate::lint::tidb::alter::What;
use crate::lint::tidb::catalog::Table;
use crate::lint::tidb::catalog::add_key;
use crate::lint::tidb::columns::Column;
use crate::lint::tidb::create::CreateTable;
use crate::lint::tidb::keys::{Constraint, ForeignKey, Key, KeyKind};
use crate::lint::tidb::rules::Read;
use crate::lint::tidb::stmt::{Name, Stmt};
use crate::lint::tidb::{Script, catalog};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What a script needs, and what it leaves.
#[derive(Debug, Default)]
pub struct Checks {
    pre: String,
    /// Whether each object is to be there in the end, in the order they were spoken of.
    expected: Vec<(ObjectKey, Name, bool)>,
    /// Tables that the script makes: they have no rows before it.
    made: BTreeSet<String>,
    /// Columns that it adds, lower case.
    added: BTreeMap<String, BTreeSet<String>>,
}

/// An object: its kind, its table and its name, lower case.
type ObjectKey = (Object, String, String);

impl Checks {
    pub fn new(script: &Script) -> Checks {
        let mut checks = Checks::default();
        for statement in &script.statements {
            if let Read::CreateTable(create) = &statement.read {
                checks.made.insert(lower(&create.name));
            }
        }
        checks
    }

    pub fn statement(&mut self, stmt: &Stmt<'_>, read: &Read) {
        match read {
            Read::CreateTable(create) if !create.temporary => self.create_table(create),
            Read::CreateTable(_) => {}
            Read::CreateIndex(create) => {
                if let Some(name) = &create.key.name {
                    self.expect(Object::Index, &create.table, name, true);
                }
                self.unique(&create.table, &create.key);
            }
            Read::Alter(alter) => {
                for action in &alter.actions {
                    self.action(stmt, &alter.table, &action.what);
                }
            }
            Read::Other => self.other(stmt),
        }
    }

    fn create_table(&mut self, create: &CreateTable) {
        let table = &create.name;
        self.expect(Object::Table, table, &table.name, true);
        let mut known = Table::default();
        for column in &create.columns {
            self.expect(Object::Column, table, &column.name, true);
            catalog::add_column(&mut known, column);
            for name in column.checks.iter().filter_map(|check| check.name.as_ref()) {
                self.expect(Object::Check, table, name, true);
            }
        }
        for constraint in &create.constraints {
            match constraint {
                Constraint::Key(key) => add_key(&mut known, key),
                Constraint::Foreign(foreign) => {
                    if let Some(name) = &foreign.name {
                        self.expect(Object::ForeignKey, table, name, true);
                    }
                }
                Constraint::Check(check) => {
                    if let Some(name) = &check.name {
                        self.expect(Object::Check, table, name, true);
                    }
                }
                Constraint::Other => {}
            }
        }
        for key in &known.keys {
            self.expect(Object::Index, table, &key.name, true);
        }
    }

    fn action(&mut self, stmt: &Stmt<'_>, table: &Name, what: &What) {
        match what {
            What::AddColumns { columns, .. } => {
                for column in columns {
                    self.expect(Object::Column, table, &column.name, true);
                    self.added.entry(lower(table)).or_default().insert(column.name.to_lowercase());
                }
            }
            What::AddConstraint { constraint, .. } => self.add_constraint(stmt, table, constraint),
            What::DropColumn { name, .. } => self.expect(Object::Column, table, name, false),
            What::DropIndex { name, .. } => self.expect(Object::Index, table, name, false),
            What::DropForeignKey { name, .. } => self.expect(Object::ForeignKey, table, name, false),
            What::DropPrimaryKey => self.expect(Object::Index, table, "PRIMARY", false),
            What::DropConstraint { name, .. } => self.expect(Object::Check, table, name, false),
            What::Change { old, column, .. } => {
                if !old.eq_ignore_ascii_case(&column.name) {
                    self.rename(Object::Column, table, old, &column.name);
                }
                self.not_null(table, old, column);
            }
            What::RenameColumn { old, new, .. } => self.rename(Object::Column, table, old, new),
            What::RenameIndex { old, new } => self.rename(Object::Index, table, old, new),
            What::RenameTable(new) => self.rename_table(table, new),
            What::SetDefault { .. } | What::DropDefault { .. } | What::Partition | What::Other => {}
        }
    }

    fn add_constraint(&mut self, stmt: &Stmt<'_>, table: &Name, constraint: &Constraint) {
        match constraint {
            Constraint::Key(key) => {
                let name = if key.kind == KeyKind::Primary { Some("PRIMARY") } else { key.name.as_deref() };
                if let Some(name) = name {
                    self.expect(Object::Index, table, name, true);
                }
                self.unique(table, key);
            }
            Constraint::Foreign(foreign) => {
                if let Some(name) = &foreign.name {
                    self.expect(Object::ForeignKey, table, name, true);
                }
                self.orphans(table, foreign);
            }
            Constraint::Check(check) => {
                let name = check.name.as_deref().unwrap_or("without a name");
                if check.name.is_some() {
                    self.expect(Object::Check, table, name, true);
                }
                let names: Vec<String> = (check.from..check.end).filter_map(|at| stmt.ident(at)).collect();
                if self.has_rows(table) && !names.iter().any(|name| self.is_added(table, name)) {
                    let condition = stmt.slice(check.from, check.end);
                    let query = format!("FROM {} WHERE NOT ({condition})", full(table));
                    self.before(&format!("CHECK {name} of {}", table.name), &query);
                }
            }
            Constraint::Other => {}
        }
    }

    fn has_rows(&self, table: &Name) -> bool {
        !self.made.contains(&lower(table))
    }

    fn is_added(&self, table: &Name, column: &str) -> bool {
        self.added.get(&lower(table)).is_some_and(|columns| columns.contains(&column.to_lowercase()))
    }

    fn before(&mut self, what: &str, query: &str) {
        let _ = writeln!(self.pre, "SELECT {} AS what, COUNT(*) AS violations {query};", literal(what));
    }

    fn unique(&mut self, table: &Name, key: &Key) {
        let columns: Option<Vec<String>> =
            key.parts.iter().map(|part| part.column.clone().filter(|_| part.length.is_none())).collect();
        let unique = matches!(key.kind, KeyKind::Unique | KeyKind::Primary);
        let Some(columns) = columns.filter(|_| unique && self.has_rows(table)) else { return };
        if columns.iter().any(|column| self.is_added(table, column)) {
            return;
        }
        let list = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let filled = columns
            .iter()
            .map(|column| format!("{} IS NOT NULL", quoted(column)))
            .collect::<Vec<_>>()
            .join(" AND ");
        let name = key.name.as_deref().unwrap_or("the primary key");
        let query = format!(
            "FROM (SELECT 1 FROM {} WHERE {filled} GROUP BY {list} HAVING COUNT(*) > 1) AS twice",
            full(table)
        );
        self.before(&format!("values that stand twice for {name} of {}", table.name), &query);
    }

    fn orphans(&mut self, table: &Name, foreign: &ForeignKey) {
        let reference = &foreign.reference;
        if !self.has_rows(table)
            || !self.has_rows(&reference.table)
            || reference.columns.len() != foreign.columns.len()
        {
            return;
        }
        let new = foreign.columns.iter().any(|column| self.is_added(table, column))
            || reference.columns.iter().any(|column| self.is_added(&reference.table, column));
        let pairs: Vec<(String, String)> =
            foreign.columns.iter().zip(&reference.columns).map(|(a, b)| (quoted(a), quoted(b))).collect();
        let Some((_, first)) = pairs.first().filter(|_| !new) else { return };
        let on =
            pairs.iter().map(|(a, b)| format!("child.{a} = parent.{b}")).collect::<Vec<_>>().join(" AND ");
        let filled =
            pairs.iter().map(|(a, _)| format!("child.{a} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let name = foreign.name.as_deref().unwrap_or("without a name");
        let query = format!(
            "FROM {} AS child LEFT JOIN {} AS parent ON {on} WHERE {filled} AND parent.{first} IS NULL",
            full(table),
            full(&reference.table)
        );
        self.before(&format!("foreign key {name} of {}", table.name), &query);
    }

    fn not_null(&mut self, table: &Name, old: &str, column: &Column) {
        if column.not_null && self.has_rows(table) && !self.is_added(table, old) {
            let query = format!("FROM {} WHERE {} IS NULL", full(table), quoted(old));
            self.before(&format!("NULLs in {}.{old}", table.name), &query);
        }
    }

    fn expect(&mut self, object: Object, table: &Name, name: &str, there: bool) {
        let key = (object, lower(table), name.to_lowercase());
        if !there && object == Object::Column {
            // a key that was over this column alone goes with it
            self.expected.retain(|(k, _, _)| !(k.0 == Object::Index && k.1 == key.1 && k.2 == key.2));
        }
        match self.expected.iter_mut().find(|(other, _, _)| *other == key) {
            Some(known) => known.2 = there,
            None => self.expected.push((key, table.clone(), there)),
        }
    }

    fn rename(&mut self, object: Object, table: &Name, old: &str, new: &str) {
        self.expect(object, table, old, false);
        self.expect(object, table, new, true);
        if object == Object::Column {
            // under this name it is not there before the script
            self.added.entry(lower(table)).or_default().insert(new.to_lowercase());
        }
    }

    fn rename_table(&mut self, old: &Name, new: &Name) {
        let before = lower(old);
        for (key, table, _) in &mut self.expected {
            if key.1 == before && key.0 != Object::Table {
                key.1 = lower(new);
                *table = new.clone();
            }
        }
        self.made.insert(lower(new));
        self.expect(Object::Table, old, &old.name, false);
        self.expect(Object::Table, new, &new.name, true);
    }

    fn other(&mut self, stmt: &Stmt<'_>) {
        if stmt.is(0, "CREATE") {
            let Some(at) = (1..stmt.len().min(14)).find(|at| stmt.is_any(*at, &["VIEW", "SEQUENCE"])) else {
                return;
            };
            let Some(name) = stmt.name(stmt.after_if(at + 1)) else { return };
            let object = if stmt.is(at, "VIEW") { Object::View } else { Object::Sequence };
            self.expect(object, &name, &name.name, true);
        } else if stmt.is(0, "DROP") && stmt.is_any(1, &["TABLE", "VIEW", "SEQUENCE"]) {
            let object = match stmt.at(1).to_ascii_uppercase().as_str() {
                "TABLE" => Object::Table,
                "VIEW" => Object::View,
                _ => Object::Sequence,
            };
            for (from, _) in stmt.parts(stmt.after_if(2), stmt.len()) {
                let Some(name) = stmt.name(from) else { continue };
                let gone = lower(&name);
                self.expected.retain(|(key, _, _)| key.1 != gone);
                self.expect(object, &name, &name.name, false);
            }
        } else if stmt.seq(0, &["DROP", "INDEX"])
            && let Some(on) = stmt.find(2, stmt.len(), &["ON"])
            && let (Some(index), Some(table)) = (stmt.ident(stmt.after_if(2)), stmt.name(on + 1))
        {
            self.expect(Object::Index, &table, &index, false);
        } else if stmt.seq(0, &["RENAME", "TABLE"]) {
            for (from, _) in stmt.parts(2, stmt.len()) {
                let Some(old) = stmt.name(from) else { continue };
                let Some(new) = stmt.name(old.end + 1) else { continue };
                self.rename_table(&old, &new);
            }
        }
    }

    /// The texts of both files.
    pub fn finish(self) -> (String, String) {
        let mut post = String::from("-- every row must say 1\n");
        for ((object, _, name), table, there) in &self.expected {
            let what = match object {
                Object::Table => "table",
                Object::View => "view",
                Object::Sequence => "sequence",
                Object::Column => "column",
                Object::Index => "index",
                Object::ForeignKey => "foreign key",
                Object::Check => "CHECK",
                Object::Partition => "partition",
            };
            let gone = if *there { "" } else { " is gone" };
            let of = if matches!(object, Object::Table | Object::View | Object::Sequence) {
                String::new()
            } else {
                format!(" of {}", table.name)
            };
            let wanted = if *there { "> 0" } else { "= 0" };
            let query = count(*object, table, std::slice::from_ref(name));
            let label = literal(&format!("{what} {name}{of}{gone}"));
            let _ = writeln!(post, "SELECT {label} AS what, ({query}) {wanted} AS ok;");
        }
        let pre = format!("-- every row must say 0\n{}", self.pre);
        (pre, post)
    }
}

fn lower(name: &Name) -> String {
    match &name.db {
        Some(db) => format!("{}.{}", db.to_lowercase(), name.name.to_lowercase()),
        None => name.name.to_lowercase(),
    }
}

//! A run of scripts: each statement is judged against what the ones before it declared.

use super::alter::{self, Alter, What};
use super::catalog::{self, Catalog, CheckInfo, Table};
use super::columns::{Check, Column};
use super::create::{self, CreateTable};
use super::cx::Cx;
use super::keys::{Constraint, KeyKind};
use super::lexer::Mode;
use super::rules::{self, FileFacts, Read};
use super::state::State;
use super::stmt::Stmt;
use super::{Found, Script};
use crate::diagnostic::Level;
use crate::target::Target;

/// What earlier statements and files declared.
#[derive(Debug, Clone)]
pub struct Session {
    target: Target,
    catalog: Catalog,
    state: State,
}

/// A statement with what was read of it.
#[derive(Debug)]
pub struct Statement {
    pub first: usize,
    pub end: usize,
    pub mode: Mode,
    pub read: Read,
}

impl Statement {
    pub fn view<'a>(&self, script: &'a Script) -> Stmt<'a> {
        let tokens = script.lexed.tokens.get(self.first..self.end).unwrap_or_default();
        Stmt { text: &script.text, tokens, mode: self.mode }
    }
}

/// Reads a statement as far as rules look at it. Pure: may run on any thread.
pub fn read(stmt: &Stmt<'_>) -> Read {
    if let Some(create) = create::create_table(stmt) {
        return Read::CreateTable(Box::new(create));
    }
    if let Some(create) = create::create_index(stmt) {
        return Read::CreateIndex(Box::new(create));
    }
    alter::alter(stmt).map_or(Read::Other, Read::Alter)
}

impl Session {
    pub fn new(target: Target) -> Session {
        Session { target, catalog: Catalog::default(), state: State::default() }
    }

    /// Judges a script and remembers what it declares.
    pub fn lint(&mut self, script: &Script) -> Vec<Found> {
        let facts = FileFacts::of(&script.text, &script.lexed);
        self.state.variables.remove("(dropped)");
        let mut found = Vec::new();
        let mut undo: Option<Session> = None;
        let mut comments = script.lexed.comments.iter().peekable();
        for statement in &script.statements {
            let stmt = statement.view(script);
            // what undoes the migration starts from what the part before it left
            while let Some(comment) = comments.next_if(|comment| comment.start < stmt.span(0, 1).start) {
                match directive(script.text.get(comment.start..comment.end).unwrap_or_default()) {
                    Some(true) => undo = Some(self.clone()),
                    Some(false) => undo = None,
                    None => {}
                }
            }
            let session = undo.as_mut().unwrap_or(self);
            found.extend(session.statement(stmt, &statement.read, facts));
        }
        self.state.transaction = false;
        self.state.changed_rows = false;
        found.extend(script.lexed.delimiters.first().map(|span| rules::delimiter(*span)));
        found.extend(script.lexed.comments.last().and_then(|span| rules::comment(&script.text, *span)));
        found
    }

    fn statement(&mut self, stmt: Stmt<'_>, read: &Read, facts: FileFacts) -> Vec<Found> {
        let mut cx =
            Cx { stmt, target: self.target, catalog: &self.catalog, state: &self.state, found: Vec::new() };
        rules::judge(&mut cx, read);
        rules::file_rules(&mut cx, facts);
        let found = cx.found;
        if found.iter().any(|f| f.diagnostic.rule.name == "check-switched-off") {
            self.state.variables.insert("(said)".into(), String::new());
        }
        // what TiDB refuses changes nothing there
        if !found.iter().any(|f| f.diagnostic.level == Level::Error) {
            self.apply(&stmt, read);
        }
        found
    }

    fn apply(&mut self, stmt: &Stmt<'_>, read: &Read) {
        match read {
            Read::CreateTable(create) => self.create_table(stmt, create),
            Read::CreateIndex(create) => {
                if let Some(table) = self.catalog.get_mut(&create.table)
                    && create.key.name.as_ref().is_none_or(|name| table.key(name).is_none())
                {
                    catalog::add_key(table, &create.key);
                }
            }
            Read::Alter(alter) => self.alter(stmt, alter),
            Read::Other => self.other(stmt),
        }
    }

    fn create_table(&mut self, stmt: &Stmt<'_>, create: &CreateTable) {
        self.catalog.again(&create.name);
        if create.if_not_exists
            && self.catalog.get(&create.name).is_some_and(|there| !create.temporary || there.temporary)
        {
            return;
        }
        let mut table = self.catalog.table_of(create);
        let checks: Vec<&Check> = create
            .columns
            .iter()
            .flat_map(|column| &column.checks)
            .chain(
                create
                    .constraints
                    .iter()
                    .filter_map(|c| if let Constraint::Check(check) = c { Some(check) } else { None }),
            )
            .collect();
        table.checks = checks.iter().map(|check| check_info(stmt, check, &create.columns)).collect();
        if create.like.is_none() {
            for (info, column) in table.columns.iter_mut().zip(&create.columns) {
                info.generated_from = sources(stmt, column, &create.columns);
            }
        }
        if let Some(partition) = &create.partition {
            let names = (partition.from..partition.end).filter_map(|at| stmt.ident(at));
            table.partition_columns = names.filter(|name| table.column(name).is_some()).collect();
        }
        for name in checks.iter().filter_map(|check| check.name.as_ref()) {
            let (key, table) = (self.catalog.check_key(&create.name, name), self.catalog.key(&create.name));
            self.catalog.check_names.insert(key, table);
        }
        self.catalog.insert(&create.name, table);
    }

    fn alter(&mut self, stmt: &Stmt<'_>, alter: &Alter) {
        let mut name = alter.table.clone();
        for action in &alter.actions {
            if let What::RenameTable(new) = &action.what {
                self.catalog.rename(&name, new);
                name = new.clone();
                continue;
            }
            let key = self.catalog.key(&name);
            let Some(mut table) = self.catalog.get(&name).cloned() else { return };
            table.altered = true;
            match &action.what {
                What::AddColumns { columns, .. } => {
                    for column in columns {
                        if table.column(&column.name).is_none() {
                            catalog::add_column(&mut table, column);
                            let from = stmt_sources(stmt, column, &table);
                            if let Some(info) = table.columns.last_mut() {
                                info.generated_from = from;
                            }
                        }
                    }
                }
                What::AddConstraint { constraint, .. } => {
                    if let Constraint::Key(key) = constraint
                        && key.name.as_ref().is_some_and(|name| table.key(name).is_some())
                    {
                        continue;
                    }
                    self.catalog.add_constraint(&mut table, constraint, &name);
                    if let Constraint::Check(check) = constraint {
                        table.checks.pop();
                        table.checks.push(mentioned(stmt, check, &table));
                        if let Some(check) = &check.name {
                            let check = self.catalog.check_key(&name, check);
                            self.catalog.check_names.insert(check, key);
                        }
                    }
                    if let Constraint::Key(new) = constraint
                        && new.kind == KeyKind::Primary
                        && let Some(added) = table.keys.last_mut()
                    {
                        added.clustered = Some(false);
                    }
                }
                What::DropConstraint { name: check, .. } => {
                    table.checks.retain(|c| !c.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(check)));
                    let key = self.catalog.check_key(&name, check);
                    self.catalog.check_names.remove(&key);
                }
                what => change(&mut table, what),
            }
            self.catalog.insert(&name, table);
        }
    }

    fn other(&mut self, stmt: &Stmt<'_>) {
        match stmt.at(0).to_ascii_uppercase().as_str() {
            "SET" => self.state.set(stmt),
            "USE" => self.catalog.database = stmt.ident(1).unwrap_or_default(),
            "BEGIN" => self.state.transaction = true,
            "START" if stmt.is(1, "TRANSACTION") => self.state.transaction = true,
            "COMMIT" | "ROLLBACK" if !stmt.is_any(1, &["TO"]) => {
                self.state.transaction = false;
                self.state.changed_rows = false;
            }
            "INSERT" | "UPDATE" | "DELETE" | "REPLACE" => self.state.changed_rows = true,
            // what these do can't be followed
            "EXECUTE" | "FLASHBACK" | "RECOVER" | "SOURCE" | "RESTORE" | "CONNECT" => self.catalog.forget(),
            "RENAME" if stmt.is(1, "TABLE") => {
                for (from, _) in stmt.parts(2, stmt.len()) {
                    let Some(old) = stmt.name(from) else { continue };
                    let Some(new) = stmt.name(old.end + 1) else { continue };
                    self.catalog.rename(&old, &new);
                }
            }
            "DROP" => self.dropped(stmt),
            "CREATE" => self.created(stmt),
            _ => {}
        }
    }

    fn dropped(&mut self, stmt: &Stmt<'_>) {
        let at =
            1 + usize::from(stmt.is(1, "TEMPORARY")) + usize::from(stmt.seq(1, &["GLOBAL", "TEMPORARY"])) * 2;
        if stmt.is_any(at, &["TABLE", "VIEW", "SEQUENCE", "TABLES"]) {
            self.state.variables.insert("(dropped)".into(), String::new());
            for (from, _) in stmt.parts(stmt.after_if(at + 1), stmt.len()) {
                // a temporary one may have hidden another
                if let Some(name) = stmt.name(from) {
                    self.catalog.remove(&name);
                    if at > 1 {
                        self.catalog.again(&name);
                    }
                }
            }
        } else if stmt.is_any(1, &["DATABASE", "SCHEMA"]) {
            self.state.variables.insert("(dropped)".into(), String::new());
            let name = stmt.ident(stmt.after_if(2)).unwrap_or_default();
            self.catalog.drop_database(&name);
        } else if stmt.is(1, "INDEX")
            && let Some(on) = stmt.find(2, stmt.len(), &["ON"])
            && let (Some(index), Some(table)) = (stmt.ident(stmt.after_if(2)), stmt.name(on + 1))
            && let Some(table) = self.catalog.get_mut(&table)
        {
            table.keys.retain(|key| !key.name.eq_ignore_ascii_case(&index));
        }
    }

    fn created(&mut self, stmt: &Stmt<'_>) {
        let at = (1..stmt.len().min(14))
            .find(|at| stmt.is_any(*at, &["VIEW", "SEQUENCE", "TABLE", "DATABASE", "SCHEMA"]));
        let Some(at) = at else { return };
        let Some(name) = stmt.name(stmt.after_if(at + 1)) else { return };
        self.catalog.again(&name);
        if stmt.is(at, "VIEW") || stmt.is(at, "SEQUENCE") {
            let view = stmt.is(at, "VIEW");
            if self.catalog.get(&name).is_none_or(|table| table.view) {
                self.catalog.insert(
                    &name,
                    Table { name: name.name.clone(), view, sequence: !view, ..Table::default() },
                );
            }
        } else if stmt.is_any(at, &["DATABASE", "SCHEMA"]) {
            self.catalog.databases.insert(name.name.to_lowercase());
        }
    }
}

/// Changes of a table that need nothing but the table.
fn change(table: &mut Table, what: &What) {
    let is = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    match what {
        What::DropColumn { name, .. } => {
            table.columns.retain(|column| !is(&column.name, name));
            for key in &mut table.keys {
                key.columns.retain(|column| !is(column, name));
            }
            table.keys.retain(|key| !key.columns.is_empty());
            table.checks.retain(|check| !check.columns.iter().any(|column| is(column, name)));
        }
        What::DropIndex { name, .. } => table.keys.retain(|key| !is(&key.name, name)),
        What::DropForeignKey { name, .. } => {
            table.foreign.retain(|f| !f.name.as_ref().is_none_or(|n| is(n, name)))
        }
        What::DropPrimaryKey => table.keys.retain(|key| key.kind != KeyKind::Primary),
        What::Change { old, column, .. } => {
            let mut info = catalog::column_info(column);
            if let Some(place) = table.columns.iter_mut().find(|c| is(&c.name, old)) {
                info.not_null |= column.primary.is_some();
                info.generated_from.clone_from(&place.generated_from);
                *place = info;
            }
            rename(table, old, &column.name);
        }
        What::RenameColumn { old, new, .. } => {
            if let Some(place) = table.columns.iter_mut().find(|c| is(&c.name, old)) {
                place.name.clone_from(new);
            }
            rename(table, old, new);
        }
        What::RenameIndex { old, new } => {
            if let Some(key) = table.keys.iter_mut().find(|key| is(&key.name, old)) {
                key.name.clone_from(new);
            }
        }
        What::SetDefault { column, value } => {
            if let Some(place) = table.columns.iter_mut().find(|c| is(&c.name, column)) {
                place.has_default = value.value != super::columns::DefaultValue::Null;
            }
        }
        What::DropDefault { column } => {
            if let Some(place) = table.columns.iter_mut().find(|c| is(&c.name, column)) {
                place.has_default = false;
            }
        }
        What::Partition => table.partitioned = true,
        _ => {}
    }
}

/// Keys and checks know a column by its new name.
fn rename(table: &mut Table, old: &str, new: &str) {
    let lists = table.keys.iter_mut().map(|key| &mut key.columns);
    let lists = lists.chain(table.checks.iter_mut().map(|check| &mut check.columns));
    let lists = lists.chain(table.foreign.iter_mut().map(|foreign| &mut foreign.columns));
    for column in lists.flatten().filter(|column| column.eq_ignore_ascii_case(old)) {
        new.clone_into(column);
    }
}

/// The part that undoes a migration begins (true), or the one that applies it (false).
fn directive(comment: &str) -> Option<bool> {
    let words = comment.trim_start_matches(['-', '#', '/', '*', ' ']).to_ascii_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| words.starts_with(name));
    if is(&["+goose down", "+migrate down", "migrate:down", "+micrate down"]) {
        Some(true)
    } else if is(&["+goose up", "+migrate up", "migrate:up", "+micrate up"]) {
        Some(false)
    } else {
        None
    }
}

fn check_info(stmt: &Stmt<'_>, check: &Check, columns: &[Column]) -> CheckInfo {
    let names = (check.from..check.end).filter_map(|at| stmt.ident(at));
    let columns =
        names.filter(|name| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name))).collect();
    CheckInfo { name: check.name.clone(), columns, bound: bound(stmt, check) }
}

/// `a > 0`
fn bound(stmt: &Stmt<'_>, check: &Check) -> Option<(String, String, f64)> {
    let minus = usize::from(stmt.is(check.from + 2, "-"));
    if check.end != check.from + 3 + minus {
        return None;
    }
    let operator = stmt.at(check.from + 1).to_owned();
    let number: f64 = stmt.at(check.end - 1).parse().ok()?;
    Some((stmt.ident(check.from)?, operator, if minus == 1 { -number } else { number }))
}

fn mentioned(stmt: &Stmt<'_>, check: &Check, table: &Table) -> CheckInfo {
    let names = (check.from..check.end).filter_map(|at| stmt.ident(at));
    CheckInfo {
        name: check.name.clone(),
        columns: names.filter(|name| table.column(name).is_some()).collect(),
        bound: bound(stmt, check),
    }
}

fn sources(stmt: &Stmt<'_>, column: &Column, columns: &[Column]) -> Vec<String> {
    let Some(generated) = &column.generated else { return Vec::new() };
    let names = (generated.from..generated.end).filter_map(|at| stmt.ident(at));
    names.filter(|name| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name))).collect()
}

fn stmt_sources(stmt: &Stmt<'_>, column: &Column, table: &Table) -> Vec<String> {
    let Some(generated) = &column.generated else { return Vec::new() };
    (generated.from..generated.end)
        .filter_map(|at| stmt.ident(at))
        .filter(|name| table.column(name).is_some())
        .collect()
}

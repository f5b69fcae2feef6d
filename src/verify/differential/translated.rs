//! TiDB's side: runs the translation of a case and compares after every statement.

use super::judge::{Judged, Verdict, judge};
use super::value::{self, Kind, Shift};
use super::{Answer, Case, Recorded, Rows, Statement, TIDB_SESSION, TableState, decode, repair};
use crate::report::record::Record;
use crate::verify::error::{Result, While};
use mysql::prelude::Queryable;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A database on a TiDB in which one case after another runs.
pub struct Lane {
    opts: mysql::OptsBuilder,
    connection: mysql::Conn,
    database: String,
    /// Other databases that the case made.
    made: Vec<String>,
    fresh: bool,
    /// How much later than PostgreSQL it runs the case.
    shift: Shift,
}

impl Lane {
    /// Makes `database`, which must not exist.
    pub fn new(url: &str, database: &str) -> Result<Lane> {
        let opts = mysql::Opts::from_url(url).while_doing(|| format!("read the TiDB address '{url}'"))?;
        let wait = Some(Duration::from_secs(60));
        let opts = mysql::OptsBuilder::from_opts(opts)
            .read_timeout(wait)
            .prefer_socket(false)
            .db_name(None::<String>);
        let connection = mysql::Conn::new(opts.clone()).while_doing(|| "connect to TiDB".into())?;
        let mut lane = Lane {
            opts,
            connection,
            database: database.into(),
            made: Vec::new(),
            fresh: false,
            shift: Shift::default(),
        };
        lane.renew()?;
        Ok(lane)
    }

    /// Runs the records of a case and judges each of its statements.
    pub fn run(&mut self, case: &Case, recorded: &[Recorded], records: &[Record]) -> Result<Vec<Judged>> {
        self.renew()?;
        let mut broken = HashSet::new();
        let mut views: Vec<(String, Vec<String>)> = Vec::new();
        let now = SystemTime::now();
        let began = recorded.first().map_or(now, |first| first.at);
        let ended = recorded.last().map_or(now, |last| last.at);
        let mut last: &[Arc<TableState>] = &[];
        let mut judged = Vec::with_capacity(case.statements.len());
        for (at, (statement, original)) in case.statements.iter().zip(recorded).enumerate() {
            let record = records.iter().find(|record| record.index == at);
            // What reads a broken table is broken with it.
            let words: Vec<String> =
                statement.words(usize::MAX).iter().map(|word| word.to_lowercase()).collect();
            if let Some(view) = view(&words) {
                views.push((view, words));
            }
            for (view, words) in &views {
                if words.iter().any(|word| broken.contains(word)) {
                    broken.insert(view.clone());
                }
            }
            self.shift =
                Shift::between(original.at, now.elapsed().map_or(now, |gone| now + gone), began, ended);
            let one = match record {
                Some(record) => self.one(statement, original, record, last, &mut broken)?,
                None => (Verdict::Silent, vec!["there is no record of it".into()]),
            };
            if let Some(tables) = &original.tables {
                last = tables;
            }
            judged.push(Judged {
                verdict: one.0,
                accepted: !matches!(original.answer, Answer::Error(_)),
                statement: statement.text.clone(),
                record: record.cloned(),
                differences: one.1,
            });
        }
        Ok(judged)
    }

    /// Drops what is left.
    pub fn finish(mut self) {
        for name in std::mem::take(&mut self.made).into_iter().chain([self.database.clone()]) {
            self.connection.query_drop(format!("DROP DATABASE IF EXISTS {}", repair::quote(&name))).ok();
        }
    }

    fn one(
        &mut self,
        statement: &Statement,
        original: &Recorded,
        record: &Record,
        last: &[Arc<TableState>],
        broken: &mut HashSet<String>,
    ) -> Result<(Verdict, Vec<String>)> {
        let kinds = match &original.answer {
            Answer::Rows(rows) => rows.kinds.clone(),
            _ => Vec::new(),
        };
        let mut answer = Answer::Done;
        for sql in &record.sql {
            self.note_database(sql);
            match self.query(sql, &kinds)? {
                Answer::Done => {}
                other => answer = other,
            }
            if matches!(answer, Answer::Error(_)) {
                break;
            }
        }
        let mut differences = Vec::new();
        if !statement.only_reads()
            && let Some(tables) = &original.tables
        {
            differences = self.tables(statement, tables, last, broken)?;
        }
        let (mut verdict, found) =
            judge(statement, record, &original.answer, &answer, &differences, self.shift);
        if !statement.is_judged()
            || verdict == Verdict::Silent && statement.varies() && differences.is_empty()
        {
            verdict = Verdict::NotJudged;
        }
        let failed = matches!(
            verdict,
            Verdict::Silent | Verdict::Rejected | Verdict::DifferentFlagged | Verdict::Refused
        );
        let words: Vec<String> = statement.words(usize::MAX).iter().map(|word| word.to_lowercase()).collect();
        if failed && words.iter().any(|word| broken.contains(word)) {
            verdict = Verdict::Cascade;
        }
        let left_out = matches!(verdict, Verdict::Rejected | Verdict::Refused | Verdict::Cascade);
        if left_out && !matches!(original.answer, Answer::Error(_)) {
            broken.extend(declared(&words));
        }
        Ok((verdict, found))
    }

    /// What is different in the tables, which are put right.
    fn tables(
        &mut self,
        statement: &Statement,
        tables: &[Arc<TableState>],
        last: &[Arc<TableState>],
        broken: &mut HashSet<String>,
    ) -> Result<Vec<String>> {
        let text = statement.text.to_lowercase();
        let mut found = Vec::new();
        for state in tables {
            let spoken_of = text.contains(&state.name.to_lowercase());
            let unchanged = last.iter().any(|before| Arc::ptr_eq(before, state));
            if broken.contains(&state.name.to_lowercase())
                || unchanged && !spoken_of && state.rows.rows.len() > 2_000
            {
                continue;
            }
            let table = self.quoted(state);
            let columns: Vec<String> = state.columns.iter().map(|name| repair::quote(name)).collect();
            if columns.is_empty() {
                continue;
            }
            let given =
                self.query(&format!("SELECT {} FROM {table}", columns.join(", ")), &state.rows.kinds)?;
            let given = match given {
                Answer::Rows(rows) => rows,
                Answer::Done => Rows::default(),
                Answer::Error(error) => {
                    found.push(format!("table {}: TiDB: {error}", state.name));
                    broken.insert(state.name.to_lowercase());
                    continue;
                }
            };
            if value::same_rows(&state.rows.kinds, &state.rows.rows, &given.rows, false, self.shift) {
                continue;
            }
            found.push(format!(
                "table {}\n      PostgreSQL: {}\n      TiDB: {}",
                state.name,
                super::judge::shown(&state.rows),
                super::judge::shown(&given)
            ));
            self.repair(&table, state, broken)?;
        }
        for gone in
            last.iter().filter(|gone| !tables.iter().any(|s| s.name == gone.name && s.schema == gone.schema))
        {
            let table = self.quoted(gone);
            if matches!(self.query(&format!("SELECT 1 FROM {table} LIMIT 1"), &[])?, Answer::Error(_)) {
                continue;
            }
            found.push(format!("table {}: not on PostgreSQL, still on TiDB", gone.name));
            self.query("SET foreign_key_checks = 0", &[])?;
            self.query(&format!("DROP TABLE {table}"), &[])?;
            self.query("SET foreign_key_checks = 1", &[])?;
        }
        Ok(found)
    }

    /// Makes TiDB's table what PostgreSQL's is; where that can't be, what reads the table is judged no more.
    fn repair(&mut self, table: &str, state: &TableState, broken: &mut HashSet<String>) -> Result<()> {
        let columns = self.connection.query::<mysql::Row, _>(format!("SHOW COLUMNS FROM {table}"));
        let columns: Vec<(String, String, String)> = columns
            .unwrap_or_default()
            .into_iter()
            .filter_map(|row| Some((row.get("Field")?, row.get("Type")?, row.get("Extra")?)))
            .collect();
        let named = |which: fn(&str, &str) -> bool| -> Vec<String> {
            let found = columns.iter().filter(|(_, data_type, extra)| which(data_type, extra));
            found.map(|(name, ..)| name.to_lowercase()).collect()
        };
        let generated = named(|_, extra| extra.contains("GENERATED") && !extra.contains("DEFAULT_GENERATED"));
        let bytes = named(|data_type, _| data_type.eq_ignore_ascii_case("binary(16)"));
        for sql in repair::statements(table, state, &generated, &bytes) {
            if matches!(self.query(&sql, &[])?, Answer::Error(_)) {
                broken.insert(state.name.to_lowercase());
            }
        }
        // TiDB's types may not hold what PostgreSQL's hold.
        let columns: Vec<String> = state.columns.iter().map(|name| repair::quote(name)).collect();
        let sql = format!("SELECT {} FROM {table}", columns.join(", "));
        let given = self.query(&sql, &state.rows.kinds)?;
        let whole = matches!(&given, Answer::Rows(given)
            if value::same_rows(&state.rows.kinds, &state.rows.rows, &given.rows, false, self.shift));
        if !whole {
            broken.insert(state.name.to_lowercase());
        }
        Ok(())
    }

    fn quoted(&self, state: &TableState) -> String {
        let schema = if state.schema == "public" { &self.database } else { &state.schema };
        format!("{}.{}", repair::quote(schema), repair::quote(&state.name))
    }

    /// Runs a statement; the error is TiDB's own text.
    fn query(&mut self, sql: &str, kinds: &[Kind]) -> Result<Answer> {
        match ask(&mut self.connection, sql, kinds) {
            Ok(answer) => Ok(answer),
            Err(mysql::Error::MySqlError(error)) => {
                Ok(Answer::Error(format!("{} {}", error.code, error.message)))
            }
            Err(other) => {
                self.connect()?;
                self.connection.query_drop(format!("USE {}", repair::quote(&self.database))).ok();
                Ok(Answer::Error(other.to_string()))
            }
        }
    }

    fn connect(&mut self) -> Result<()> {
        self.connection = mysql::Conn::new(self.opts.clone()).while_doing(|| "connect to TiDB".into())?;
        for sql in TIDB_SESSION {
            self.connection.query_drop(sql).while_doing(|| format!("run '{sql}' on TiDB"))?;
        }
        Ok(())
    }

    /// An empty database and a new session.
    fn renew(&mut self) -> Result<()> {
        self.connect()?;
        let database = repair::quote(&self.database);
        for name in std::mem::take(&mut self.made) {
            self.connection.query_drop(format!("DROP DATABASE IF EXISTS {}", repair::quote(&name))).ok();
        }
        if self.fresh {
            let tables = format!("SHOW TABLES FROM {database}");
            let left: Vec<String> = self.connection.query(&tables).while_doing(|| tables.clone())?;
            if !left.is_empty() {
                self.connection
                    .query_drop(format!("DROP DATABASE {database}"))
                    .while_doing(|| "drop a database".into())?;
                self.fresh = false;
            }
        }
        if !self.fresh {
            let sql = format!("CREATE DATABASE {database}");
            self.connection.query_drop(&sql).while_doing(|| sql.clone())?;
            self.fresh = true;
        }
        self.connection.query_drop(format!("USE {database}")).while_doing(|| format!("use {database}"))
    }

    /// Remembers a database that the statement is about to make, unless it is there already.
    fn note_database(&mut self, sql: &str) {
        let mut words = sql.split_whitespace();
        let is = |word: Option<&str>, names: &[&str]| {
            word.is_some_and(|w| names.iter().any(|n| w.eq_ignore_ascii_case(n)))
        };
        if !is(words.next(), &["create"]) || !is(words.next(), &["database", "schema"]) {
            return;
        }
        let Some(name) = words.find(|word| !is(Some(word), &["if", "not", "exists"])) else { return };
        let name = name.trim_matches(['`', ';']).to_owned();
        let there: Vec<String> = self.connection.query("SHOW DATABASES").unwrap_or_default();
        if !there.iter().any(|database| database.eq_ignore_ascii_case(&name)) {
            self.made.push(name);
        }
    }
}

fn ask(connection: &mut mysql::Conn, sql: &str, kinds: &[Kind]) -> std::result::Result<Answer, mysql::Error> {
    let mut result = connection.query_iter(sql)?;
    let mut answer = Answer::Done;
    while let Some(set) = result.iter() {
        let types: Vec<_> = set.columns().as_ref().iter().map(|column| column.column_type()).collect();
        let mut rows = Vec::new();
        for row in set {
            let values = row?.unwrap().into_iter().enumerate();
            rows.push(
                values
                    .map(|(at, value)| decode::tidb(kinds.get(at).unwrap_or(&Kind::Text), types[at], &value))
                    .collect(),
            );
        }
        if !types.is_empty() {
            answer = Answer::Rows(Rows { kinds: kinds.to_vec(), rows });
        }
    }
    Ok(answer)
}

/// The name of the view that a statement makes.
fn view(words: &[String]) -> Option<String> {
    let at = words.iter().position(|word| word == "view").filter(|at| *at <= 5)?;
    words.first().filter(|word| *word == "create").and_then(|_| words.get(at + 1).cloned())
}

/// The name of what a DDL statement declares or changes.
fn declared(words: &[String]) -> Option<String> {
    const SKIPPED: [&str; 24] = [
        "or",
        "replace",
        "temp",
        "temporary",
        "unlogged",
        "global",
        "local",
        "unique",
        "table",
        "view",
        "materialized",
        "sequence",
        "type",
        "domain",
        "function",
        "procedure",
        "index",
        "concurrently",
        "if",
        "not",
        "exists",
        "only",
        "schema",
        "recursive",
    ];
    let (first, rest) = words.split_first()?;
    if !["create", "alter"].contains(&first.as_str()) {
        return None;
    }
    let mut names = rest.iter().filter(|word| !SKIPPED.contains(&word.as_str()));
    names.next().cloned()
}

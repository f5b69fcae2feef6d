//! PostgreSQL's side: runs a case and writes down what every statement answered and what it did to the tables.

use super::cases::{Case, Statement};
use super::decode;
use super::value::Kind;
use super::{Answer, Rows, TableState};
use crate::verify::error::{Error, Result, While};
use postgres::SimpleQueryMessage;
use std::io::Write;
use std::sync::Arc;
use std::time::SystemTime;

/// Tables of more rows are read again only after a statement that names them.
const SMALL: usize = 2_000;

/// What a statement did on PostgreSQL.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub answer: Answer,
    /// When it ran.
    pub at: SystemTime,
    /// The tables after it; `None` where they can't be read, as in a transaction that has failed.
    pub tables: Option<Vec<Arc<TableState>>>,
}

/// A database that is emptied between cases.
pub struct Original {
    client: postgres::Client,
    config: postgres::Config,
}

const SESSION: &str = "SET TIME ZONE 'UTC'; SET client_min_messages = error; SET statement_timeout = '10s'; \
     SET lock_timeout = '5s'; SET bytea_output = hex; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = postgres; \
     SET lc_messages = 'C'";

impl Original {
    /// Connects to a database of its own, which must exist.
    pub fn new(config: &postgres::Config, database: &str) -> Result<Original> {
        let mut config = config.clone();
        config.dbname(database);
        Ok(Original { client: connect(&config)?, config })
    }

    /// Runs a case in the emptied database.
    pub fn record(&mut self, case: &Case) -> Result<Vec<Recorded>> {
        self.empty()?;
        let mut recorded: Vec<Recorded> = Vec::with_capacity(case.statements.len());
        let mut last: Vec<Arc<TableState>> = Vec::new();
        for statement in &case.statements {
            let at = SystemTime::now();
            let answer = self.answer(statement)?;
            let tables =
                if statement.only_reads() { Some(last.clone()) } else { self.tables(statement, &last) };
            if let Some(tables) = &tables {
                last.clone_from(tables);
            }
            recorded.push(Recorded { answer, at, tables });
        }
        Ok(recorded)
    }

    fn answer(&mut self, statement: &Statement) -> Result<Answer> {
        if let Some(data) = &statement.data {
            return Ok(self.copy(&statement.text, data));
        }
        let words = statement.words(usize::MAX);
        if words.first().is_some_and(|word| word == "COPY") {
            return Ok(Answer::Error("COPY without data is not run".into()));
        }
        match self.client.simple_query(&statement.text) {
            Ok(messages) => Ok(self.rows(&statement.text, &messages)),
            Err(error) => {
                let text = told(&error);
                if self.client.is_closed() {
                    self.client = connect(&self.config)?;
                }
                Ok(Answer::Error(text))
            }
        }
    }

    fn copy(&mut self, sql: &str, data: &str) -> Answer {
        let lines = data.split_inclusive('\n').take_while(|line| line.trim_end() != "\\.");
        let body: String = lines.collect();
        let done = self.client.copy_in(sql).map_err(|error| told(&error)).and_then(|mut writer| {
            writer.write_all(body.as_bytes()).map_err(|error| error.to_string())?;
            writer.finish().map_err(|error| told(&error))
        });
        done.map_or_else(Answer::Error, |_| Answer::Done)
    }

    /// The last result set; its types are those that preparing the statement tells.
    fn rows(&mut self, sql: &str, messages: &[SimpleQueryMessage]) -> Answer {
        let described = messages.iter().rposition(|m| matches!(m, SimpleQueryMessage::RowDescription(_)));
        let Some(at) = described else { return Answer::Done };
        let SimpleQueryMessage::RowDescription(columns) = &messages[at] else { return Answer::Done };
        let kinds = match self.client.prepare(sql) {
            Ok(prepared) if prepared.columns().len() == columns.len() => {
                prepared.columns().iter().map(|column| Kind::of(column.type_())).collect()
            }
            _ => vec![Kind::Text; columns.len()],
        };
        let rows = messages[at..].iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                let values = kinds.iter().enumerate();
                Some(values.map(|(at, kind)| decode::postgres(kind, row.get(at))).collect())
            }
            _ => None,
        });
        Answer::Rows(Rows { rows: rows.collect(), kinds })
    }

    /// Every table as it is now; those that are large and not spoken of as they were.
    fn tables(&mut self, statement: &Statement, last: &[Arc<TableState>]) -> Option<Vec<Arc<TableState>>> {
        let list = "SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
             AND n.nspname NOT LIKE 'pg\\_toast%' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') \
             ORDER BY 1, 2";
        let names: Vec<(String, String, bool)> = self
            .client
            .simple_query(list)
            .ok()?
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => {
                    Some((row.get(0)?.to_owned(), row.get(1)?.to_owned(), row.get(2)? == "r"))
                }
                _ => None,
            })
            .collect();
        let text = statement.text.to_lowercase();
        let mut states = Vec::with_capacity(names.len());
        for (schema, name, alone) in names {
            let before = last.iter().find(|state| state.schema == schema && state.name == name);
            if let Some(before) = before
                && before.rows.rows.len() > SMALL
                && !text.contains(&name.to_lowercase())
            {
                states.push(before.clone());
                continue;
            }
            let state = self.table(&schema, &name, alone)?;
            match before.filter(|before| ***before == state) {
                Some(before) => states.push(before.clone()),
                None => states.push(Arc::new(state)),
            }
        }
        Some(states)
    }

    /// The table's rows; `alone`: without those of tables that inherit from it.
    fn table(&mut self, schema: &str, name: &str, alone: bool) -> Option<TableState> {
        let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let only = if alone { "ONLY " } else { "" };
        let sql = format!("SELECT * FROM {only}{}.{}", quote(schema), quote(name));
        let messages = self.client.simple_query(&sql).ok()?;
        let columns = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::RowDescription(columns) => {
                Some(columns.iter().map(|column| column.name().to_owned()).collect())
            }
            _ => None,
        });
        let rows = match self.rows(&sql, &messages) {
            Answer::Rows(rows) => rows,
            _ => Rows::default(),
        };
        let schema = if schema.starts_with("pg_temp") { "public" } else { schema };
        Some(TableState {
            schema: schema.into(),
            name: name.into(),
            columns: columns.unwrap_or_default(),
            rows,
        })
    }

    /// Leaves nothing of the case before.
    fn empty(&mut self) -> Result<()> {
        if self.client.is_closed() {
            self.client = connect(&self.config)?;
        }
        self.client.batch_execute("ROLLBACK").ok();
        let clean = "DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' \
             AND nspname <> 'information_schema' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; \
             FOR s IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP \
             EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', s); END LOOP; END $$";
        let begin = ["RESET SESSION AUTHORIZATION", "DISCARD ALL", SESSION, clean, "CREATE SCHEMA public"];
        for sql in begin {
            self.client
                .batch_execute(sql)
                .map_err(|error| told(&error))
                .while_doing(|| format!("run '{sql}' on PostgreSQL"))?;
        }
        Ok(())
    }
}

fn connect(config: &postgres::Config) -> Result<postgres::Client> {
    let mut client = config
        .connect(postgres::NoTls)
        .map_err(|error| Error::because("connect to PostgreSQL", told(&error)))?;
    client
        .batch_execute(SESSION)
        .map_err(|error| Error::because("set up a session on PostgreSQL", told(&error)))?;
    Ok(client)
}

fn told(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} {}", db.code().code(), db.message()),
        None => error.to_string(),
    }
}

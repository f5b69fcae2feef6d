//! A TiDB server: databases of our own on it, and statements run one by one with every answer kept.

use super::error::{Error, Result, While};
use super::model::Schema;
use super::read_tidb;
use mysql::prelude::Queryable;
use sqlparser::dialect::MySqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};
use std::time::Duration;

/// Databases that TiDB brings itself.
const SYSTEM: [&str; 6] =
    ["information_schema", "metrics_schema", "performance_schema", "mysql", "sys", "test"];

/// A server to run translations on.
pub struct Tidb {
    opts: mysql::OptsBuilder,
}

/// A connection in which the statements of one session run.
pub struct Session {
    connection: mysql::Conn,
}

impl Tidb {
    /// `url` as in `mysql://user:password@host:port`.
    pub fn new(url: &str) -> Result<Self> {
        let opts = mysql::Opts::from_url(url).while_doing(|| format!("read the TiDB address '{url}'"))?;
        let opts = mysql::OptsBuilder::from_opts(opts)
            .read_timeout(Some(Duration::from_secs(120)))
            .prefer_socket(false)
            .db_name(None::<String>);
        let server = Tidb { opts };
        server.session(None)?;
        Ok(server)
    }

    /// Makes the server check CHECK constraints, without which TiDB ignores them, and DDL quick on small data.
    pub fn prepare(&self) -> Result<()> {
        let mut session = self.session(None)?;
        session
            .run("SET GLOBAL tidb_enable_check_constraint = ON")
            .while_doing(|| "turn CHECK constraints on".into())?;
        // Not every version has these; they change how fast DDL is and nothing else.
        for variable in ["tidb_ddl_enable_fast_reorg", "tidb_enable_dist_task"] {
            session.run(&format!("SET GLOBAL {variable} = OFF")).ok();
        }
        Ok(())
    }

    pub fn session(&self, database: Option<&str>) -> Result<Session> {
        let connection = mysql::Conn::new(self.opts.clone()).while_doing(|| "connect to TiDB".into())?;
        let mut session = Session { connection };
        if let Some(database) = database {
            session.run(&format!("USE {}", quote(database))).map_err(Error::new)?;
        }
        Ok(session)
    }

    /// A fresh, empty database. It is an error when it exists: nothing that we did not make is ever dropped.
    pub fn create(&self, database: &str) -> Result<()> {
        self.session(None)?
            .run(&format!("CREATE DATABASE {}", quote(database)))
            .while_doing(|| format!("create database '{database}' on TiDB"))
    }

    pub fn drop(&self, database: &str) -> Result<()> {
        self.session(None)?
            .run(&format!("DROP DATABASE IF EXISTS {}", quote(database)))
            .while_doing(|| format!("drop database '{database}' on TiDB"))
    }

    /// The databases that somebody made.
    pub fn databases(&self) -> Result<Vec<String>> {
        let mut session = self.session(None)?;
        let names: Vec<String> =
            session.connection.query("SHOW DATABASES").while_doing(|| "list TiDB's databases".into())?;
        Ok(names.into_iter().filter(|name| !SYSTEM.contains(&name.to_lowercase().as_str())).collect())
    }

    /// What is in `databases`; the objects of `home` have no schema in the model.
    pub fn schema(&self, home: &str, databases: &[String]) -> Result<Schema> {
        let mut session = self.session(None)?;
        read_tidb::read(&mut session.connection, home, databases)
            .while_doing(|| format!("read the schema of TiDB database '{home}'"))
    }
}

impl Session {
    /// Runs a statement and reads its rows to the end; the error is TiDB's own text. One with parameters is prepared only:
    /// nobody says what they are.
    pub fn run(&mut self, sql: &str) -> std::result::Result<(), String> {
        let done = match takes_parameters(sql) {
            true => self.connection.prep(sql).map(drop),
            false => self.connection.query_drop(sql),
        };
        done.map_err(|error| match error {
            mysql::Error::MySqlError(error) => format!("{} {}", error.code, error.message),
            other => other.to_string(),
        })
    }

    /// The first two columns of a query's rows.
    pub fn pairs(&mut self, sql: &str) -> std::result::Result<Vec<(String, String)>, String> {
        let rows: Vec<mysql::Row> = self.connection.query(sql).map_err(|error| error.to_string())?;
        let text = |row: &mysql::Row, at: usize| row.get::<String, _>(at).unwrap_or_default();
        Ok(rows.iter().map(|row| (text(row, 0), text(row, 1))).collect())
    }

    /// The database the session is in.
    pub fn database(&mut self) -> Option<String> {
        self.connection.query_first::<Option<String>, _>("SELECT DATABASE()").ok().flatten().flatten()
    }

    /// Whether the connection still answers.
    pub fn alive(&mut self) -> bool {
        self.connection.ping().is_ok()
    }
}

fn takes_parameters(sql: &str) -> bool {
    let tokens = || Tokenizer::new(&MySqlDialect {}, sql).tokenize().unwrap_or_default();
    sql.contains('?') && tokens().iter().any(|token| matches!(token, Token::Placeholder(_)))
}

pub(super) fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

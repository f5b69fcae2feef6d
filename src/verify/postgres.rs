//! A PostgreSQL server: databases of our own on it, and original files run through psql, which knows what files contain.

use super::error::{Error, Result, While};
use super::model::Schema;
use super::read_postgres;
use postgres::config::Host;
use std::io::{Seek, Write};
use std::process::{Command, Stdio};

/// A server to run originals on.
pub struct Postgres {
    config: postgres::Config,
    psql: std::path::PathBuf,
}

/// A statement that PostgreSQL did not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PsqlError {
    /// The line where psql had the whole statement.
    pub line: usize,
    pub message: String,
}

/// What one file did.
#[derive(Debug, Clone, Default)]
pub struct FileRun {
    pub errors: Vec<PsqlError>,
    /// The database it ended in (`\c` changes it).
    pub database: Option<String>,
}

const MARK: &str = "pg2tidb-ended-in";

impl Postgres {
    /// `url` as in `postgresql://user:password@host:port/database`; the database is only connected to, never written.
    pub fn new(url: &str) -> Result<Self> {
        let config: postgres::Config =
            url.parse().while_doing(|| format!("read the PostgreSQL address '{url}'"))?;
        let server = Postgres { config, psql: psql_path() };
        server.admin()?;
        Ok(server)
    }

    pub fn config(&self) -> &postgres::Config {
        &self.config
    }

    /// A fresh, empty database. It is an error when it exists: nothing that we did not make is ever dropped.
    pub fn create(&self, database: &str) -> Result<()> {
        self.execute(&format!("CREATE DATABASE {} TEMPLATE template0", quote(database)))
    }

    pub fn drop(&self, database: &str) -> Result<()> {
        self.execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(database)))
    }

    pub fn databases(&self) -> Result<Vec<String>> {
        self.names("SELECT datname::text FROM pg_database")
    }

    pub fn roles(&self) -> Result<Vec<String>> {
        self.names("SELECT rolname::text FROM pg_roles")
    }

    pub fn drop_role(&self, role: &str) -> Result<()> {
        self.execute(&format!("DROP ROLE IF EXISTS {}", quote(role)))
    }

    /// Runs one file's text through psql in a session of its own, going on after errors as the plain client does.
    pub fn run(&self, database: &str, text: &str) -> Result<FileRun> {
        let mut script = tempfile::tempfile().while_doing(|| "make a temporary file".into())?;
        write!(script, "{text}\n\\echo {MARK} :DBNAME\n")
            .and_then(|()| script.rewind())
            .while_doing(|| "write a temporary file".into())?;
        let mut command = Command::new(&self.psql);
        if let Some(Host::Tcp(host)) = self.config.get_hosts().first() {
            command.arg("-h").arg(host);
        }
        if let Some(Host::Unix(path)) = self.config.get_hosts().first() {
            command.arg("-h").arg(path);
        }
        if let Some(port) = self.config.get_ports().first() {
            command.arg("-p").arg(port.to_string());
        }
        if let Some(user) = self.config.get_user() {
            command.arg("-U").arg(user);
        }
        if let Some(password) = self.config.get_password() {
            command.env("PGPASSWORD", String::from_utf8_lossy(password).as_ref());
        }
        let output = command
            .args(["-X", "-q", "-w", "-v", "VERBOSITY=verbose", "-o", "/dev/null", "-f", "-", "-d", database])
            .env("PGCLIENTENCODING", "UTF8")
            .env("PGOPTIONS", "-c client_min_messages=error -c lc_messages=C")
            .stdin(Stdio::from(script))
            .output()
            .while_doing(|| format!("start {}", self.psql.display()))?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        // psql ends with 2 when it lost or never had its connection.
        if output.status.code() == Some(2) {
            return Err(Error::because(format!("run psql on database '{database}'"), stderr.trim()));
        }
        let stdout = String::from_utf8_lossy(&output.stdout);
        let ended = stdout.lines().filter_map(|line| line.strip_prefix(MARK)).next_back();
        Ok(FileRun { errors: psql_errors(&stderr), database: ended.map(|name| name.trim().to_owned()) })
    }

    /// What is in a database, system and extension objects left out.
    pub fn schema(&self, database: &str) -> Result<Schema> {
        let mut client = self
            .config
            .clone()
            .dbname(database)
            .connect(postgres::NoTls)
            .map_err(told)
            .while_doing(|| format!("connect to PostgreSQL database '{database}'"))?;
        read_postgres::read(&mut client)
            .map_err(told)
            .while_doing(|| format!("read the schema of PostgreSQL database '{database}'"))
    }

    fn admin(&self) -> Result<postgres::Client> {
        self.config.connect(postgres::NoTls).map_err(told).while_doing(|| "connect to PostgreSQL".into())
    }

    fn execute(&self, sql: &str) -> Result<()> {
        self.admin()?.batch_execute(sql).map_err(told).while_doing(|| format!("run '{sql}' on PostgreSQL"))
    }

    fn names(&self, sql: &str) -> Result<Vec<String>> {
        let rows = self
            .admin()?
            .query(sql, &[])
            .map_err(told)
            .while_doing(|| format!("run '{sql}' on PostgreSQL"))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

/// The driver's own text says "db error" and hides the server's message in its source.
fn told(error: postgres::Error) -> String {
    match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Debian's own folder where it is, the path otherwise: the wrapper in /usr/bin is a slow Perl script.
fn psql_path() -> std::path::PathBuf {
    let direct = std::path::PathBuf::from("/usr/lib/postgresql/15/bin/psql");
    if direct.exists() { direct } else { "psql".into() }
}

/// Picks `psql:<stdin>:LINE: ERROR:  CODE: message` out of what psql says.
fn psql_errors(stderr: &str) -> Vec<PsqlError> {
    let mut errors = Vec::new();
    for line in stderr.lines() {
        let Some(rest) = line.strip_prefix("psql:<stdin>:") else { continue };
        let Some((number, message)) = rest.split_once(": ") else { continue };
        let Ok(number) = number.parse() else { continue };
        for severity in ["ERROR:", "error:", "FATAL:", "PANIC:"] {
            if let Some(text) = message.strip_prefix(severity) {
                errors.push(PsqlError { line: number, message: text.trim().to_owned() });
            }
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_from_psql() {
        let stderr = "psql:<stdin>:2: ERROR:  42P01: relation \"m\" does not exist\nLOCATION:  RangeVar, namespace.c:432\n\
                      psql:<stdin>:7: NOTICE:  00000: skipping\n";
        let errors = psql_errors(stderr);
        assert_eq!(errors, [PsqlError { line: 2, message: "42P01: relation \"m\" does not exist".into() }]);
    }
}

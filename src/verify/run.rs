//! Runs a translation on TiDB: the records of all its files in order, each file in a session of its own.

use super::error::Result;
use super::tidb::Tidb;
use crate::report::record::{Direction, Record};

/// A statement of the translation that TiDB did not accept.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// The place in `records`, and the place in that record's `sql`.
    pub record: usize,
    pub sql: usize,
    /// TiDB's error number and text.
    pub error: String,
}

/// What running a translation did.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    pub rejected: Vec<Rejected>,
    /// The database it ended in: the one it began in, unless it has a USE.
    pub home: String,
}

/// Runs what applies the migration (no `down`) in `database`, going on after errors. Every file starts in `database`.
pub fn replay(server: &Tidb, database: &str, records: &[Record]) -> Result<Replay> {
    let mut out = Replay { home: database.to_owned(), ..Replay::default() };
    let mut at = 0;
    while at < records.len() {
        let file = &records[at].file;
        let end = at + records[at..].iter().take_while(|record| record.file == *file).count();
        let mut session = server.session(Some(database))?;
        for (number, record) in records.iter().enumerate().take(end).skip(at) {
            if record.direction == Direction::Down {
                continue;
            }
            for (sql, text) in record.sql.iter().enumerate() {
                if let Err(error) = session.run(text) {
                    out.rejected.push(Rejected { record: number, sql, error });
                    if !session.alive() {
                        session = server.session(Some(database))?;
                    }
                }
            }
        }
        if let Some(ended) = session.database().filter(|ended| !ended.eq_ignore_ascii_case(database)) {
            out.home = ended;
        }
        at = end;
    }
    Ok(out)
}

//! The differential check: a script's statements run one by one on PostgreSQL, their translations on TiDB, and after
//! each the answers and the tables are compared.
//!
//! [`cases`] cuts a file into cases, [`original::record`] runs a case on PostgreSQL and writes down what it did,
//! [`translated::Lane`] runs the translation and [`judge`] gives every statement its verdict.

pub mod cases;
mod decode;
mod judge;
pub mod original;
mod repair;
pub mod report;
pub mod translated;
pub mod value;

pub use cases::{Case, Statement};
pub use judge::{Judged, Verdict};
pub use original::{Original, Recorded};
pub use translated::Lane;

use value::{Kind, Value};

/// What the translation relies on, said once per session; everything else is TiDB's default.
pub const TIDB_SESSION: [&str; 2] = ["SET time_zone = '+00:00'", "SET max_execution_time = 20000"];

/// Rows that a statement gave back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub kinds: Vec<Kind>,
    pub rows: Vec<Vec<Value>>,
}

/// What one statement answered: rows if it gives any, or the server's error.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Rows(Rows),
    Done,
    Error(String),
}

/// A table's rows at one moment; `None` where it can't be read.
#[derive(Debug, Clone, PartialEq)]
pub struct TableState {
    pub schema: String,
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Rows,
}

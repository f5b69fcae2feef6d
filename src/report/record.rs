//! The machine-readable contract: one JSON object per input statement (docs/json.md).

use crate::diagnostic::{Fidelity, Level};
use serde::{Deserialize, Serialize};

/// Whether a statement applies a migration or undoes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    #[default]
    Up,
    Down,
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// TiDB runs it as it is, with the same meaning.
    Unchanged,
    /// Translated into the statements of `sql`.
    Rewritten,
    /// Its effect was merged into another statement.
    Folded,
    /// It has no effect worth keeping on TiDB.
    Dropped,
    /// It could not be translated; a diagnostic says why.
    Refused,
}

/// One input statement and its translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// As given on the command line, or the folder's path joined.
    pub file: String,
    /// From 0 within its file.
    pub index: usize,
    /// The line of the statement's first token.
    pub line: usize,
    pub direction: Direction,
    pub status: Status,
    /// The TiDB statements to run for it, in order, without the final semicolon.
    pub sql: Vec<String>,
    pub diagnostics: Vec<Finding>,
}

/// A diagnostic as machines read it. Lines and columns count from 1, columns count characters, the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: String,
    pub level: Level,
    pub fidelity: Fidelity,
    pub message: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

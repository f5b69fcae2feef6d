//! The machine-readable contract: one JSON object per input statement (docs/json.md).

pub use crate::diagnostic::{Direction, Status};

use crate::diagnostic::{Fidelity, Level};
use serde::{Deserialize, Serialize};

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

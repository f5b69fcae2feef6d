//! What a statement is for, and what became of it.

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

//! The options of a run, each with the default that keeps the meaning.

use crate::target::Target;

/// How a PostgreSQL `uuid` is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UuidAs {
    #[default]
    Char36,
    Binary16,
}

/// Which type a `text` column that no key uses becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextAs {
    #[default]
    LongText,
    MediumText,
    Text,
}

/// Which type a `timestamp with time zone` becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimestamptzAs {
    #[default]
    Timestamp,
    Datetime,
}

/// How generated ids are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ids {
    #[default]
    AutoIncrement,
    AutoRandom,
}

/// Where the character set and collation are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CharsetClause {
    /// On every CREATE TABLE.
    #[default]
    Table,
    /// Once per database: said by the user's own CREATE/ALTER DATABASE.
    Database,
}

/// Everything the core needs to know about a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub target: Target,
    pub uuid: UuidAs,
    pub text: TextAs,
    /// Characters of the VARCHAR that a text column becomes when a key needs it.
    pub indexed_text: u32,
    pub timestamptz: TimestamptzAs,
    /// The type of a `numeric` without precision.
    pub numeric: String,
    pub charset: String,
    pub collation: String,
    pub charset_clause: CharsetClause,
    /// PostgreSQL schema → TiDB database; an empty string leaves the name out.
    pub schemas: std::collections::BTreeMap<String, String>,
    pub ids: Ids,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            target: Target::default(),
            uuid: UuidAs::default(),
            text: TextAs::default(),
            indexed_text: 768,
            timestamptz: TimestamptzAs::default(),
            numeric: "decimal(65,30)".into(),
            charset: "utf8mb4".into(),
            collation: "utf8mb4_0900_bin".into(),
            charset_clause: CharsetClause::default(),
            schemas: [("public".to_string(), String::new())].into(),
            ids: Ids::default(),
        }
    }
}

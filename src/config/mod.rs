//! The options of a run, each with the default that keeps the meaning.

mod check;
mod docs;
mod effort;
mod file;
mod layout;
mod lint;

pub use docs::{reference, schema};
pub use effort::Effort;
pub use file::{ConfigError, parse};
pub use layout::Layout;
pub use lint::{Lint, LintPath, RuleLevel};

use crate::target::Target;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a PostgreSQL `uuid` is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UuidAs {
    /// `CHAR(36)`: readable, and every program that reads or writes uuids as text keeps working.
    #[default]
    Char36,
    /// `BINARY(16)`: less than half the size; programs must use `UUID_TO_BIN` and `BIN_TO_UUID`.
    Binary16,
}

/// Which type a `text` column that no key uses becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TextAs {
    /// Up to 4 GiB: nothing that PostgreSQL takes is too long.
    #[default]
    LongText,
    /// Up to 16 MiB.
    MediumText,
    /// Up to 64 KiB.
    Text,
}

/// Which type a `timestamp with time zone` becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TimestamptzAs {
    /// `TIMESTAMP(6)`: an instant, shown in the session's time zone as PostgreSQL does; 1970 to 2038 only.
    #[default]
    Timestamp,
    /// `DATETIME(6)`: years 1000 to 9999, but no time zone: programs must write and read UTC.
    Datetime,
}

/// How generated ids are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ids {
    /// Ids that grow, as PostgreSQL's do.
    #[default]
    AutoIncrement,
    /// Ids that spread over the cluster: no hot spot when many rows are inserted, but they are large and don't grow.
    AutoRandom,
}

/// What becomes of the rows after `COPY … FROM stdin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CopyAs {
    /// INSERTs of many rows each, up to `copy_limit`.
    #[default]
    Insert,
    /// They are left out, as comments: load them with TiDB Lightning or `LOAD DATA`.
    Comment,
}

/// Where the character set and collation are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CharsetClause {
    /// On every CREATE TABLE.
    #[default]
    Table,
    /// Once per database: said by the user's own CREATE/ALTER DATABASE.
    Database,
}

/// What a materialized view becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MaterializedViews {
    /// Nothing: it is refused, and a table that a job fills has to be made for it by hand.
    #[default]
    Refuse,
    /// A plain view: the same rows, computed at each read; REFRESH is dropped.
    View,
}

/// What becomes of roles and privileges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Accounts {
    /// Roles are refused and privileges left out, by name: accounts are made by hand.
    #[default]
    Refuse,
    /// TiDB's users, roles and GRANTs, as far as it has them.
    Translate,
}

/// The options of pg2tidb, as `pg2tidb.toml` sets them. Each default keeps the meaning of the PostgreSQL original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "pg2tidb.toml")]
pub struct Options {
    /// The TiDB version to compile for. `--target` on the command line wins over it.
    pub target: Target,
    /// How a PostgreSQL `uuid` is stored.
    pub uuid: UuidAs,
    /// Which type a `text` column that no key uses becomes.
    pub text: TextAs,
    /// Characters of the `VARCHAR` that a `text` column becomes when a key needs it, fitted to the 3072 bytes that TiDB
    /// allows a whole key.
    #[serde(deserialize_with = "check::indexed_text")]
    #[schemars(range(min = 1, max = 768))]
    pub indexed_text: u32,
    /// Which type a `timestamp with time zone` becomes.
    pub timestamptz: TimestamptzAs,
    /// The type of a `numeric` without precision: `decimal(p,s)` with at most 65 digits, 30 of them after the point.
    #[serde(deserialize_with = "check::numeric")]
    #[schemars(regex(pattern = r"^decimal\([0-9]{1,2},[0-9]{1,2}\)$"))]
    pub numeric: String,
    /// The character set of tables.
    #[serde(deserialize_with = "check::name")]
    #[schemars(regex(pattern = r"^[a-z0-9_]+$"))]
    pub charset: String,
    /// The collation of tables. `utf8mb4_0900_bin` compares as PostgreSQL's deterministic collations do: upper and lower
    /// case differ and trailing blanks count. `utf8mb4_unicode_ci` is there for those who want them not to.
    #[serde(deserialize_with = "check::name")]
    #[schemars(regex(pattern = r"^[a-z0-9_]+$"))]
    pub collation: String,
    /// Where the character set and collation are written.
    pub charset_clause: CharsetClause,
    /// What PostgreSQL schemas become: a table from schema to TiDB database, where an empty string leaves the name out.
    /// `public` is left out unless it stands here; any other schema becomes the database of its name.
    #[serde(deserialize_with = "check::schemas")]
    pub schemas: BTreeMap<String, String>,
    /// How generated ids are made.
    pub ids: Ids,
    /// What a materialized view becomes.
    pub materialized_views: MaterializedViews,
    /// What becomes of roles, users, GRANT and REVOKE.
    pub accounts: Accounts,
    /// Write what a session must have, as `pg2tidb preflight` checks it, into a comment at the head of each translated file.
    pub header: bool,
    /// What becomes of the rows after `COPY … FROM stdin`.
    pub copy: CopyAs,
    /// The most bytes of rows of one COPY that become INSERTs.
    pub copy_limit: u64,
    /// Which rules `pg2tidb lint` reports, and how loudly (docs/lint.md).
    pub lint: Lint,
    /// The migration tool whose layout the files have; `--layout` on the command line wins over it.
    pub layout: Layout,
    /// Whether `convert` keeps a `pg2tidb.lock` beside its output: what stands in it is not written again without
    /// `--update`. A lock that is there counts in any case.
    pub lock: bool,
    /// What a person's work costs, in minutes, for `pg2tidb assess` (docs/reports.md).
    pub effort: Effort,
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
            materialized_views: MaterializedViews::default(),
            accounts: Accounts::default(),
            header: false,
            copy: CopyAs::default(),
            copy_limit: 8 * 1024 * 1024,
            lint: Lint::default(),
            layout: Layout::default(),
            lock: false,
            effort: Effort::default(),
        }
    }
}

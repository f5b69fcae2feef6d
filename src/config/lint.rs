//! The options of `pg2tidb lint`: which rules speak, how loudly, and which dialect a file is in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How loudly a rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// Not at all.
    Off,
    Info,
    Warning,
    Error,
}

/// The `[lint]` table of `pg2tidb.toml`. A rule is named by its code (`D010`), its name (`serial-column`), its family
/// (`types`) or the family's letter (`T`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Lint {
    /// Only these rules speak; all of them when empty.
    pub select: Vec<String>,
    /// These don't.
    pub ignore: Vec<String>,
    /// A level of its own for a rule.
    pub levels: BTreeMap<String, RuleLevel>,
    /// Globs of files that are PostgreSQL's.
    pub postgres: Vec<String>,
    /// Globs of files that are TiDB's or MySQL's.
    pub tidb: Vec<String>,
    /// Other settings for some files; the last that matches wins.
    pub paths: Vec<LintPath>,
}

/// Settings for the files that a glob matches, on top of the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintPath {
    /// A glob of paths, relative to the folder of `pg2tidb.toml`.
    pub path: String,
    /// More rules that don't speak here.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Levels of rules here.
    #[serde(default)]
    pub levels: BTreeMap<String, RuleLevel>,
}

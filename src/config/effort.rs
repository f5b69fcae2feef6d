//! What a person's work on a finding costs, for `pg2tidb assess`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The `[effort]` table of `pg2tidb.toml`: minutes of work. A rule that needs somebody costs `rule` once, and each of its
/// findings what its fidelity costs; after `bulk` findings of one rule, each further one costs a tenth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Effort {
    /// A statement that is refused.
    pub refused: u32,
    /// Something that was declared and is not there any more.
    pub lossy: u32,
    /// Something that differs for some values or uses.
    pub approximate: u32,
    /// Getting to know a rule.
    pub rule: u32,
    /// A file beside the SQL that has to be changed.
    pub side_file: u32,
    /// From how many findings of one rule on they are seen to in bulk.
    pub bulk: u32,
    /// How many hours of work a day has.
    pub hours_per_day: u32,
    /// Minutes for each finding of a rule, by its code or name.
    pub rules: BTreeMap<String, u32>,
}

impl Default for Effort {
    fn default() -> Self {
        Effort {
            refused: 30,
            lossy: 10,
            approximate: 2,
            rule: 15,
            side_file: 20,
            bulk: 10,
            hours_per_day: 6,
            rules: BTreeMap::new(),
        }
    }
}

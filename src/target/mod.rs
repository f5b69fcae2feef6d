//! The TiDB version that is compiled for, as a table of what it can do.

mod capability;

pub use capability::{CAPABILITIES, Capability, CapabilityRow};

use serde::{Deserialize, Serialize};

/// A TiDB release line.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
pub enum Target {
    #[serde(rename = "7.5")]
    V7_5,
    #[serde(rename = "8.1")]
    V8_1,
    #[default]
    #[serde(rename = "8.5")]
    V8_5,
}

impl Target {
    pub const ALL: [Target; 3] = [Target::V7_5, Target::V8_1, Target::V8_5];

    pub fn as_str(self) -> &'static str {
        match self {
            Target::V7_5 => "7.5",
            Target::V8_1 => "8.1",
            Target::V8_5 => "8.5",
        }
    }

    /// Whether this version can do it. Passes ask this and never look at the version.
    pub fn can(self, capability: Capability) -> bool {
        (capability.row().first..=capability.row().last).contains(&self)
    }
}

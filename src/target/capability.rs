//! What differs between TiDB versions, a row each, with the probe that shows it.

use super::Target;

macro_rules! capabilities {
    ($($(#[doc = $doc:literal])+ $id:ident since $since:ident, source $source:literal, probe $probe:literal;)+) => {
        /// Something that not every supported TiDB version does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Capability { $($(#[doc = $doc])+ $id,)+ }

        /// Every capability, in the order of the table in the documentation.
        pub static CAPABILITIES: &[CapabilityRow] = &[
            $(CapabilityRow {
                capability: Capability::$id,
                name: stringify!($id),
                meaning: concat!($($doc),+),
                since: Target::$since,
                source: $source,
                probe: $probe,
            },)+
        ];
    };
}

/// A row of the capability table.
#[derive(Debug)]
pub struct CapabilityRow {
    pub capability: Capability,
    pub name: &'static str,
    pub meaning: &'static str,
    /// The first supported version that has it.
    pub since: Target,
    /// Where the fact is from.
    pub source: &'static str,
    /// A statement that only a version with the capability accepts.
    pub probe: &'static str,
}

impl Capability {
    pub fn row(self) -> &'static CapabilityRow {
        &CAPABILITIES[self as usize]
    }
}

capabilities! {
    /// `DEFAULT (json_object())` and other expressions as the default of a JSON, TEXT or BLOB column.
    ExpressionDefaults since V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a json default (json_object()))";
    /// `DEFAULT (uuid_to_bin(uuid()))`.
    UuidToBinDefault since V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a binary(16) default (uuid_to_bin(uuid())))";
    /// The VECTOR data type.
    Vector since V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a vector(3))";
    /// UNIQUE keys that do not hold the partitioning columns, as GLOBAL indexes.
    GlobalIndex since V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a int, b int, unique key (b) global) partition by hash (a) partitions 2";
    /// `GROUP BY … WITH ROLLUP` runs without TiFlash.
    Rollup since V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "select 1 as a group by a with rollup";
}

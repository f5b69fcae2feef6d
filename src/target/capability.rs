//! What differs between TiDB versions, a row each, with the probe that shows it.

use super::Target;

macro_rules! capabilities {
    ($($(#[doc = $doc:literal])+ $id:ident from $first:ident to $last:ident, source $source:literal, probe $probe:literal;)+) => {
        /// Something that not every supported TiDB version does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Capability { $($(#[doc = $doc])+ $id,)+ }

        /// Every capability, in the order of the table in the documentation.
        pub static CAPABILITIES: &[CapabilityRow] = &[
            $(CapabilityRow {
                capability: Capability::$id,
                name: stringify!($id),
                meaning: concat!($($doc),+),
                first: Target::$first,
                last: Target::$last,
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
    /// The supported versions that have it, from this one …
    pub first: Target,
    /// … to this one.
    pub last: Target,
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
    ExpressionDefaults from V8_5 to V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a json default (json_object()))";
    /// `DEFAULT (uuid_to_bin(uuid()))`.
    UuidToBinDefault from V8_5 to V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a binary(16) default (uuid_to_bin(uuid())))";
    /// The VECTOR data type.
    Vector from V8_5 to V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a vector(3))";
    /// UNIQUE keys that do not hold the partitioning columns, as GLOBAL indexes.
    GlobalIndex from V8_5 to V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a int, b int, unique key (b) global) partition by hash (a) partitions 2";
    /// The names of CHECK constraints are unique in their table; later versions want them unique in the database.
    CheckNamesPerTable from V7_5 to V7_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a int, constraint c check(a>0));;create table t2(a int, constraint c check(a>0))";
    /// `GROUP BY … WITH ROLLUP` runs without TiFlash.
    Rollup from V8_5 to V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "select 1 as a group by a with rollup";
    /// A recursive query inside an UPDATE or a DELETE; 7.5 changes no row where there is one, or loses the connection.
    RecursiveInChange from V8_5 to V8_5,
        source "run on v7.5.0 and release-8.5",
        probe "create table t(a int);;delete from t where a in (with recursive p as (select 0 as k union all select k + 1 from p where k < 3) select k from p)";
    /// A sequence goes on where it was after `RENAME TABLE` to another database.
    MovedSequence from V8_5 to V8_5,
        source "run on v7.5.0 and release-8.5: 7.5 starts it again at 1",
        probe "create database d;; create sequence s start 50 cache 1;; rename table s to d.s;; select nextval(d.s)";
}

//! Partitioned tables: PostgreSQL's partitions are tables, TiDB's belong to theirs.

pub mod bounds;
pub mod clause;
pub mod later;
pub mod parent;
pub mod part;

use crate::catalog::{Method, Partitioning};
use crate::diagnostic::{Rule, rule};

rule! {
    /// A partitioned table.
    ///
    /// TiDB's `PARTITION BY` lists the partitions in CREATE TABLE. Those that the same file declares, with `PARTITION OF` or
    /// `ATTACH PARTITION`, are put there: RANGE becomes `RANGE COLUMNS`, of which TiDB knows only the upper ends, so that
    /// rows which PostgreSQL rejects because they lie before or between the partitions are accepted; LIST becomes `LIST
    /// COLUMNS`, HASH becomes `KEY`. A `timestamptz` is compared as the number of its seconds.
    ///
    /// Where TiDB can't partition the table, it stays in one piece and has all rows, so that every query on it gives the
    /// same: TiDB has no foreign keys on partitioned tables, no partitions by expressions, texts of any length, `numeric`
    /// or `uuid` ranges, and no partitions of partitions. Dropping a partition is then not possible in one step.
    pub PARTITIONED_TABLE = "C603", "partitioned-table", Tables, Approximate;
}

rule! {
    /// A partition.
    ///
    /// It is no table of its own on TiDB. One that comes after its table's file is added with `ALTER TABLE … ADD
    /// PARTITION`, or with `REORGANIZE PARTITION` where it has to come before another; rows of a table that is attached are
    /// moved. DROP TABLE and TRUNCATE of a partition become `DROP PARTITION` and `TRUNCATE PARTITION`, DETACH exchanges it
    /// with a new table. INSERTs go to the partitioned table.
    pub PARTITION = "C604", "partition", Tables, Exact;
}

rule! {
    /// Something that a single partition has for itself: a constraint, a default, an index.
    ///
    /// TiDB's partitions are all alike. An index of one partition only makes queries faster and is left out; a constraint
    /// or a default is lost.
    pub PARTITION_DETAIL = "C605", "partition-detail", Tables, Lossy;
}

/// How a partition is partitioned: on TiDB it is not.
pub fn of_part() -> Partitioning {
    let why = Some("TiDB has no partitions of partitions".into());
    Partitioning { method: Method::List, columns: Vec::new(), unpartitioned: why, parts: Vec::new() }
}

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[&PARTITIONED_TABLE, &PARTITION, &PARTITION_DETAIL];

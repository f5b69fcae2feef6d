//! Rules for statements of PostgreSQL's DDL that read like no other database's.

use crate::diagnostic::rule;

rule! {
    /// A table joins or leaves another's inheritance.
    ///
    /// TiDB has no inheritance: each table holds its own rows only. Queries on the parent that should see the child's rows
    /// need a view with UNION ALL.
    pub INHERITANCE_CHANGE = "S600", "inheritance-change", Statements, Lossy;
}

rule! {
    /// A table made OF a composite type.
    ///
    /// TiDB has no types of the user's own, so the table's columns are known nowhere: write them out.
    pub COMPOSITE_TABLE = "S601", "composite-table", Statements, Refused;
}

rule! {
    /// SET SCHEMA.
    ///
    /// A schema of PostgreSQL is a database of TiDB: a table moves with `RENAME TABLE`. Types are written in each column and
    /// live in no schema; functions and the like are not on TiDB. Views and sequences can't be moved there.
    pub MOVED_OBJECT = "S602", "moved-object", Statements, Exact;
}

rule! {
    /// CREATE SCHEMA with tables, views or grants in it.
    ///
    /// TiDB makes a database in a statement of its own.
    pub SCHEMA_ELEMENTS = "S603", "schema-elements", Statements, Refused;
}

rule! {
    /// An index attached to the one of a partitioned table.
    ///
    /// An index of TiDB covers all partitions of its table: there is nothing to attach.
    pub PARTITION_INDEX = "S604", "partition-index", Statements, Exact;
}

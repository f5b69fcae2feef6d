//! The rules about rows that are written.

use crate::diagnostic::rule;

rule! {
    /// INSERT of the rows of a query.
    ///
    /// Queries are not translated yet: write the statement for TiDB by hand.
    pub INSERT_QUERY = "R001", "insert-query", Rows, Refused;
}

rule! {
    /// INSERT … ON CONFLICT.
    ///
    /// TiDB's `INSERT IGNORE` and `ON DUPLICATE KEY UPDATE` look at every unique key of the table, not just at the one
    /// that is named, and IGNORE also lets other errors pass. The statement is not translated yet.
    pub ON_CONFLICT = "R002", "on-conflict", Rows, Refused;
}

rule! {
    /// RETURNING.
    ///
    /// TiDB's INSERT gives no rows back. A program reads the new id with `LAST_INSERT_ID()` and everything else with a
    /// SELECT; a migration that only throws the rows away can leave RETURNING out.
    pub RETURNING = "R003", "returning", Rows, Refused;
}

rule! {
    /// A value that TiDB can't store.
    ///
    /// Such as `infinity`, `NaN`, an interval, a date in words or before Christ, or what a function computes that TiDB
    /// does not have. Write the value that should stand there instead.
    pub INSERTED_VALUE = "R004", "inserted-value", Rows, Refused;
}

rule! {
    /// Zero inserted into a column that makes its own ids.
    ///
    /// TiDB takes a zero in an AUTO_INCREMENT column for the wish to have a new id, unless the session's `sql_mode` holds
    /// NO_AUTO_VALUE_ON_ZERO. Write another id, or set the mode for this statement.
    pub ZERO_ID = "R005", "zero-id", Rows, Refused;
}

//! The rules about rows that are written.

use crate::diagnostic::rule;

rule! {
    /// INSERT of the rows of a query.
    ///
    /// The query is translated as every query is, and its columns must have types that TiDB stores in the table's columns
    /// as PostgreSQL does. Where they have not, or where a part of the query has no translation, the statement is refused.
    pub INSERT_QUERY = "R001", "insert-query", Rows, Refused;
}

rule! {
    /// INSERT … ON CONFLICT.
    ///
    /// It becomes `ON DUPLICATE KEY UPDATE`, with `VALUES(x)` for `EXCLUDED.x`; DO NOTHING sets a column to itself, so that
    /// foreign keys, NOT NULL and types are still checked, which `INSERT IGNORE` would not do. TiDB looks at every unique
    /// key of the table: where a new row can meet an old one by another key than the conflict target's, the first
    /// assignment compares the target's columns and makes the statement fail, as PostgreSQL does. TiDB makes the assignments
    /// one after the other, so they are put into an order that reads only old values, and a WHERE becomes IF in each.
    ///
    /// What the target means is decided by the unique keys that the run's files declare. A CHECK that a new row breaks is
    /// not looked at on TiDB where the row meets an old one.
    pub ON_CONFLICT = "R002", "on-conflict", Rows, Exact;
}

rule! {
    /// RETURNING.
    ///
    /// TiDB's statements give no rows back. A SELECT beside the statement shows them where they can be found again: after an
    /// INSERT by the key that its rows give, or by `LAST_INSERT_ID()`; after an UPDATE by its condition, if that reads
    /// nothing that is set; before a DELETE. Elsewhere the statement is refused: leave RETURNING out if nobody reads the rows.
    pub RETURNING = "R003", "returning", Rows, Exact;
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
    /// NO_AUTO_VALUE_ON_ZERO. The mode is set around the statement. In DO UPDATE such a zero is refused.
    pub ZERO_ID = "R005", "zero-id", Rows, Exact;
}

rule! {
    /// A row that ON CONFLICT's target and another unique key both meet.
    ///
    /// PostgreSQL takes the row that the conflict target finds. TiDB takes the first it meets, in the order of the table's
    /// keys; where that is another row the translated statement fails. A row that meets only one is no matter.
    pub CONFLICT_OTHER_KEY = "R301", "conflict-other-key", Rows, Approximate;
}

rule! {
    /// ON CONFLICT DO UPDATE with new rows that may have the same key.
    ///
    /// PostgreSQL fails where one statement would change a row twice. TiDB changes it twice, and the last row wins. Where the
    /// new rows are a list of literals they are compared here; of other values and of a query's rows it is not known.
    pub CONFLICT_SAME_ROW = "R302", "conflict-same-row", Rows, Approximate;
}

rule! {
    /// ON CONFLICT (…) on a table that no file of the run declares.
    ///
    /// TiDB takes every unique key of the table for the conflict target. Where the table has others than the one that is
    /// named, a conflict on them fails on PostgreSQL and not on TiDB.
    pub CONFLICT_UNDECLARED = "R303", "conflict-undeclared", Rows, Approximate;
}

rule! {
    /// A value for an id that the table makes itself, and that PostgreSQL would refuse.
    ///
    /// A column that is GENERATED ALWAYS AS IDENTITY takes a value only with OVERRIDING SYSTEM VALUE, and no serial column
    /// takes NULL. TiDB's AUTO_INCREMENT takes both, so such a statement would succeed where PostgreSQL fails.
    pub EXPLICIT_ID = "R304", "explicit-id", Rows, Refused;
}

rule! {
    /// A row that gets its id after rows that brought theirs.
    ///
    /// PostgreSQL's sequence knows nothing of ids that were inserted with their rows and goes on where it was. TiDB's
    /// AUTO_INCREMENT goes on after the highest. Ids differ until `setval` has brought the sequence there too.
    pub ID_AFTER_EXPLICIT = "R305", "id-after-explicit", Rows, Approximate;
}

rule! {
    /// UPDATE … FROM where a row may meet several rows.
    ///
    /// Both change such a row once, with the values of one of the rows that it meets, and neither says which. Where the tables
    /// are joined by a unique key, or the new values read nothing of them, there is nothing to choose and nothing is said.
    pub SEVERAL_MATCHES = "R306", "several-matches", Rows, Approximate;
}

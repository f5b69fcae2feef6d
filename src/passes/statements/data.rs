//! Rules for statements that read or change rows and are not translated.

use crate::diagnostic::rule;

rule! {
    /// A query: SELECT, VALUES, TABLE or WITH.
    ///
    /// A query is translated by the types of its columns, so that it gives the rows that it gives on PostgreSQL. What in it
    /// has no translation refuses the whole, by its name.
    pub QUERY = "S040", "query", Statements, Refused;
}

rule! {
    /// UPDATE, DELETE or MERGE in a form that is not translated.
    ///
    /// UPDATE and DELETE come over with their conditions and values translated by the types of the columns; FROM and USING
    /// become joins, `(a, b) = (SELECT …)` a subquery for each column. A query of WITH that changes rows becomes a statement
    /// of its own in one transaction, in an order in which every part still sees the tables as they were; where there is no
    /// such order the statement is refused. MERGE does not come over: write it for TiDB by hand.
    pub ROW_CHANGE = "S041", "row-change", Statements, Refused;
}

rule! {
    /// A cursor or a prepared statement: DECLARE, FETCH, MOVE, CLOSE, PREPARE, EXECUTE, DEALLOCATE.
    ///
    /// They belong to a program's session and not to a schema. TiDB prepares statements over its protocol.
    pub CURSOR = "S043", "cursor", Statements, Refused;
}

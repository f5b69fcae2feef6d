//! Rules for statements that read or change rows and are not translated.

use crate::diagnostic::rule;

rule! {
    /// A query: SELECT, VALUES, TABLE or WITH.
    ///
    /// Queries are not translated yet. In a migration a query usually only calls a function for what it does.
    pub QUERY = "S040", "query", Statements, Refused;
}

rule! {
    /// UPDATE, DELETE or MERGE in a form that is not translated.
    ///
    /// UPDATE and DELETE of one table come over, with their conditions and values translated by the types of the table's
    /// columns. FROM, USING, subqueries, RETURNING and MERGE do not yet: write them for TiDB by hand. TiDB sets columns
    /// from left to right, so `SET a = b, b = a` means something else there and is refused as well.
    pub ROW_CHANGE = "S041", "row-change", Statements, Refused;
}

rule! {
    /// A cursor or a prepared statement: DECLARE, FETCH, MOVE, CLOSE, PREPARE, EXECUTE, DEALLOCATE.
    ///
    /// They belong to a program's session and not to a schema. TiDB prepares statements over its protocol.
    pub CURSOR = "S043", "cursor", Statements, Refused;
}

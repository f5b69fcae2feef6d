//! Rules for statements that read or change rows and are not translated.

use crate::diagnostic::rule;

rule! {
    /// A query: SELECT, VALUES, TABLE or WITH.
    ///
    /// Queries are not translated yet. In a migration a query usually only calls a function for what it does.
    pub QUERY = "S040", "query", Statements, Refused;
}

rule! {
    /// UPDATE, DELETE or MERGE.
    ///
    /// Statements that change existing rows are not translated yet: write them for TiDB by hand. Most need only small
    /// changes, since TiDB knows both in MySQL's forms.
    pub ROW_CHANGE = "S041", "row-change", Statements, Refused;
}

rule! {
    /// COPY.
    ///
    /// TiDB's SQL has no COPY. Load the data with `LOAD DATA`, with TiDB Lightning, or as INSERTs.
    pub COPY_DATA = "S042", "copy-data", Statements, Refused;
}

rule! {
    /// A cursor or a prepared statement: DECLARE, FETCH, MOVE, CLOSE, PREPARE, EXECUTE, DEALLOCATE.
    ///
    /// They belong to a program's session and not to a schema. TiDB prepares statements over its protocol.
    pub CURSOR = "S043", "cursor", Statements, Refused;
}

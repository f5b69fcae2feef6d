//! The rules about the text itself: what can't be read, whatever the SQL would have said.

use crate::diagnostic::{Rule, rule};

rule! {
    /// A string, quoted name, comment or dollar quote that is never closed.
    ///
    /// Everything up to the end of the file would belong to it, so the statement is refused and kept as a comment.
    /// Close it, or remove what opens it.
    pub UNTERMINATED_TOKEN = "P002", "unterminated-token", Script, Refused;
}

rule! {
    /// Bytes that are not UTF-8.
    ///
    /// The statement is refused and its bytes are kept as they are, in a comment. Save the file as UTF-8: TiDB would
    /// store something else than PostgreSQL did.
    pub INVALID_UTF8 = "P003", "invalid-utf8", Script, Refused;
}

rule! {
    /// A NUL byte.
    ///
    /// PostgreSQL rejects NUL in SQL text, too: often the file is UTF-16. Save it as UTF-8.
    pub NUL_BYTE = "P004", "nul-byte", Script, Refused;
}

rule! {
    /// A command of psql, such as `\connect` or `\restrict`.
    ///
    /// TiDB's clients have no such commands. The line stays as a comment; what it did must be done by whoever runs the
    /// file: choose the database, run the other file. A file that `\i` or `\ir` names is converted at the place where psql
    /// runs it, in its transaction, with its variables and its search path, and becomes a file of its own.
    pub PSQL_META_COMMAND = "P010", "psql-meta-command", Script, Lossy;
}

rule! {
    /// A psql command that decides what runs.
    ///
    /// Variables of `\set` are read: their values stand in the statements that name them. `\if` and `\else` are followed where the
    /// variables say what runs, and what does not run is left out. What only whoever calls psql knows is refused: variables given
    /// on the command line, files that are not found or run more than once, rows of a query that are run as statements (`\gexec`) or kept in variables
    /// (`\gset`), commands of a shell. Commands that only change what psql shows (`\echo`, `\timing`, `\restrict`) stay as comments.
    pub PSQL_STEERING = "S720", "psql-steering", Statements, Refused;
}

/// All of them.
pub static RULES: &[&Rule] =
    &[&UNTERMINATED_TOKEN, &INVALID_UTF8, &NUL_BYTE, &PSQL_META_COMMAND, &PSQL_STEERING];

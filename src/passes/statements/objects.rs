//! Rules for what else a PostgreSQL database holds: views, extensions, foreign data, publications.

use crate::diagnostic::rule;

rule! {
    /// An extension.
    ///
    /// Extensions add types and functions, and each use of one is judged where it stands. TiDB has nothing to install, so
    /// the statement itself is left out.
    pub EXTENSION = "S033", "extension", Statements, Exact;
}

rule! {
    /// Foreign data: servers, user mappings, foreign tables.
    ///
    /// TiDB reads no other database's tables. Copy the data in, or let the program read both.
    pub FOREIGN_DATA = "S034", "foreign-data", Statements, Refused;
}

rule! {
    /// Logical replication: publications and subscriptions.
    ///
    /// On TiDB changes are followed with TiCDC, which is set up outside the schema. The statement is left out.
    pub REPLICATION = "S035", "replication", Statements, Lossy;
}

rule! {
    /// Text search configurations, dictionaries, parsers and templates.
    ///
    /// TiDB has no `tsvector` search. Search outside the database, or with LIKE where the tables are small.
    pub TEXT_SEARCH = "S036", "text-search", Statements, Refused;
}

rule! {
    /// A collation, a conversion, a tablespace, an access method or extended statistics.
    ///
    /// They have no counterpart in a TiDB schema: collations are a fixed list, storage is the cluster's business, and
    /// statistics are gathered by ANALYZE TABLE. What uses one by name is judged where it stands.
    pub SERVER_OBJECT = "S037", "server-object", Statements, Exact;
}

rule! {
    /// A user-defined type, changed or dropped in a way that is not translated.
    ///
    /// TiDB has no types of the user's own: an enum or a domain lives on in each column that uses it.
    pub USER_TYPE = "S038", "user-type", Statements, Refused;
}

rule! {
    /// A database: CREATE, ALTER or DROP DATABASE.
    ///
    /// A PostgreSQL database holds schemas, a TiDB database is one. Make the database by hand, under the name and the
    /// collation that the program connects to.
    pub DATABASE = "S039", "database", Statements, Refused;
}

//! What kind of statement it is, by its first words: also where the parser knows no such statement.

use super::{access, code, data, maintenance, objects, schema, transaction};
use crate::diagnostic::Rule;
use crate::passes::{copy, queries, sequences};
use crate::syntax::Parsed;
use crate::syntax::lex::Kind;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What becomes of a kind of statement that has no translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It can't be left out without a loss.
    Refuse,
    /// It has no effect worth keeping on TiDB, or its loss is said.
    Drop,
}

/// A kind of statement.
#[derive(Debug)]
pub struct Head {
    /// In upper case.
    pub words: &'static str,
    pub rule: &'static Rule,
    pub fate: Fate,
    /// What is said about it.
    pub message: &'static str,
}

/// A kind as it stands in the table: its words, its rule, its fate and what is said.
type Entry = (&'static str, &'static Rule, Fate, &'static str);

const NO_CODE: &str = "no functions or procedures run inside TiDB";
const NO_TRIGGERS: &str = "there are no triggers on TiDB";
const NO_OBJECT: &str = "there is no such object on TiDB; what uses it is judged where it stands";
const FIXED: &str = "the functions, operators and casts of TiDB are fixed";
const ROLES: &str = "roles belong to the server: make them on TiDB by hand";
const GRANTS: &str = "privileges are left out: grant them on TiDB by hand";
const SELF: &str = "there is no need of it on TiDB, which does this by itself";
const FOREIGN: &str = "there is no foreign data on TiDB";
const TSEARCH: &str = "there is no text search of PostgreSQL's kind on TiDB";
const SEQUENCES: &str = "this form of the statement is not known";
const GONE: &str = "there is no such object on TiDB to drop";
const CURSORS: &str = "cursors and prepared statements belong to a program's session";
pub const QUERIES: &str = "this form of query has no translation";
pub const CHANGES: &str = "this form of the statement has no translation";
const MERGES: &str =
    "there is no MERGE on TiDB: say the UPDATE, the DELETE and the INSERT one by one, in a transaction";
const VIEWS: &str = "this form of view has no translation";
const MATERIALIZED: &str = "there are no materialized views on TiDB";
const TYPES: &str = "there are no types of the user's own on TiDB";
const DATABASES: &str = "a database is made by hand, before the migrations run";
const TWO_PHASE: &str = "there are no prepared transactions on TiDB";
const CHANNELS: &str = "there are no notifications on TiDB";
const TELLS: &str = "it only shows something";

macro_rules! heads {
    ($($rule:expr, $fate:ident, $message:expr, [$($words:literal)|+];)+) => {
        /// Every kind; of several that fit, the one with the most words counts.
        static HEADS: &[Entry] = &[
            $($(($words, &$rule, Fate::$fate, $message),)+)+
        ];
    };
}

heads! {
    code::FUNCTION, Refuse, NO_CODE, ["CREATE FUNCTION" | "ALTER FUNCTION"];
    code::PROCEDURE, Refuse, NO_CODE, [
        "CREATE PROCEDURE" | "ALTER PROCEDURE" | "CALL" | "ALTER ROUTINE"
    ];
    code::LANGUAGE_OBJECT, Refuse, FIXED, [
        "CREATE AGGREGATE" | "ALTER AGGREGATE" | "CREATE OPERATOR" | "ALTER OPERATOR" | "CREATE CAST"
        | "CREATE LANGUAGE" | "ALTER LANGUAGE" | "CREATE TRANSFORM"
    ];
    code::LANGUAGE_OBJECT, Drop, GONE, [
        "DROP AGGREGATE" | "DROP CAST" | "DROP LANGUAGE" | "DROP TRANSFORM" | "DROP ROUTINE"
    ];
    code::TRIGGER, Refuse, NO_TRIGGERS, [
        "CREATE TRIGGER" | "ALTER TRIGGER" | "CREATE EVENT TRIGGER" | "ALTER EVENT TRIGGER"
    ];
    code::TRIGGER, Drop, GONE, ["DROP EVENT TRIGGER"];
    code::DO_BLOCK, Refuse, "no procedural code runs inside TiDB", ["DO"];
    code::REWRITE_RULE, Refuse, "there are no rewrite rules on TiDB", ["CREATE RULE" | "ALTER RULE"];
    code::REWRITE_RULE, Drop, GONE, ["DROP RULE"];
    access::ROLE, Refuse, ROLES, [
        "CREATE ROLE" | "ALTER ROLE" | "DROP ROLE" | "CREATE USER" | "ALTER USER" | "DROP USER"
        | "CREATE GROUP" | "ALTER GROUP" | "DROP GROUP" | "SET ROLE" | "SET SESSION AUTHORIZATION"
        | "SECURITY LABEL"
    ];
    access::ROLE, Drop, "the session keeps its account on TiDB", ["RESET ROLE" | "RESET SESSION AUTHORIZATION"];
    access::PRIVILEGE, Drop, GRANTS, [
        "GRANT" | "REVOKE" | "ALTER DEFAULT PRIVILEGES" | "ALTER LARGE OBJECT"
    ];
    access::POLICY, Refuse, "there is no row security on TiDB: everyone who may read the table reads every row", ["CREATE POLICY" | "ALTER POLICY"];
    access::OWNER, Drop, "objects have no owner on TiDB", ["REASSIGN OWNED"];
    access::OWNER, Refuse, "it drops whatever a role owns", ["DROP OWNED"];
    sequences::SEQUENCE_LIMIT, Refuse, SEQUENCES, ["CREATE SEQUENCE" | "ALTER SEQUENCE"];
    queries::VIEW, Refuse, VIEWS, ["CREATE VIEW" | "ALTER VIEW"];
    queries::MATERIALIZED_VIEW, Refuse, MATERIALIZED, [
        "CREATE MATERIALIZED VIEW" | "ALTER MATERIALIZED VIEW" | "REFRESH MATERIALIZED VIEW"
    ];
    objects::EXTENSION, Drop, "there are no extensions to install on TiDB", [
        "CREATE EXTENSION" | "ALTER EXTENSION"
    ];
    objects::FOREIGN_DATA, Refuse, FOREIGN, [
        "CREATE FOREIGN TABLE" | "ALTER FOREIGN TABLE" | "CREATE FOREIGN DATA WRAPPER" | "CREATE SERVER"
        | "ALTER FOREIGN DATA WRAPPER" | "ALTER SERVER" | "CREATE USER MAPPING" | "ALTER USER MAPPING"
        | "IMPORT FOREIGN SCHEMA"
    ];
    objects::FOREIGN_DATA, Drop, GONE, [
        "DROP FOREIGN TABLE" | "DROP FOREIGN DATA WRAPPER" | "DROP SERVER" | "DROP USER MAPPING"
    ];
    objects::REPLICATION, Drop, "logical replication is set up outside the schema on TiDB", [
        "CREATE PUBLICATION" | "ALTER PUBLICATION" | "DROP PUBLICATION" | "CREATE SUBSCRIPTION"
        | "ALTER SUBSCRIPTION" | "DROP SUBSCRIPTION"
    ];
    objects::TEXT_SEARCH, Refuse, TSEARCH, ["CREATE TEXT SEARCH" | "ALTER TEXT SEARCH"];
    objects::TEXT_SEARCH, Drop, GONE, ["DROP TEXT SEARCH"];
    objects::SERVER_OBJECT, Drop, NO_OBJECT, [
        "CREATE COLLATION" | "ALTER COLLATION" | "CREATE CONVERSION" | "ALTER CONVERSION" | "DROP CONVERSION"
        | "CREATE TABLESPACE" | "ALTER TABLESPACE" | "DROP TABLESPACE" | "CREATE ACCESS METHOD"
        | "DROP ACCESS METHOD" | "CREATE STATISTICS" | "ALTER STATISTICS" | "DROP STATISTICS" | "ALTER SYSTEM"
    ];
    objects::USER_TYPE, Refuse, TYPES, ["ALTER DOMAIN"];
    objects::DATABASE, Refuse, DATABASES, ["CREATE DATABASE" | "ALTER DATABASE" | "DROP DATABASE"];
    schema::SCHEMA, Refuse, "a TiDB database can't be renamed", ["ALTER SCHEMA"];
    transaction::DEFERRED_CHECK, Drop, "every constraint is checked at each statement on TiDB", ["SET CONSTRAINTS"];
    data::QUERY, Refuse, QUERIES, ["SELECT" | "WITH" | "VALUES" | "TABLE"];
    data::ROW_CHANGE, Refuse, CHANGES, ["UPDATE" | "DELETE"];
    data::ROW_CHANGE, Refuse, MERGES, ["MERGE"];
    copy::COPY_DATA, Refuse, "there is no COPY on TiDB", ["COPY"];
    data::CURSOR, Refuse, CURSORS, [
        "DECLARE" | "FETCH" | "MOVE" | "CLOSE" | "PREPARE" | "EXECUTE" | "DEALLOCATE"
    ];
    maintenance::MAINTENANCE, Drop, SELF, ["VACUUM" | "REINDEX" | "CLUSTER" | "CHECKPOINT" | "LOAD"];
    maintenance::LOCK_TABLE, Drop, "tables are not locked on TiDB, only rows", ["LOCK"];
    maintenance::NOTIFICATION, Refuse, CHANNELS, ["LISTEN" | "UNLISTEN" | "NOTIFY"];
    maintenance::PREPARED_TRANSACTION, Refuse, TWO_PHASE, [
        "PREPARE TRANSACTION" | "COMMIT PREPARED" | "ROLLBACK PREPARED"
    ];
    maintenance::SESSION_QUERY, Drop, TELLS, ["SHOW" | "EXPLAIN" | "DISCARD"];
}

/// Words between CREATE (ALTER, DROP) and the kind of object.
const BETWEEN: [&str; 12] = [
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "GLOBAL",
    "LOCAL",
    "UNLOGGED",
    "RECURSIVE",
    "TRUSTED",
    "PROCEDURAL",
    "CONSTRAINT",
    "DEFAULT",
];

/// The kind of statement that these first words begin, if it is none that has a translation.
pub fn of(parsed: &Parsed) -> Option<Head> {
    let source = parsed.source();
    let solid = parsed.tokens.iter().filter(|token| !token.is_trivia());
    // `WITH` may stand before an INSERT's parenthesis, so punctuation ends the head.
    let words = solid.take_while(|token| token.kind == Kind::Word).map(|token| token.text(source));
    let words: Vec<&str> = words.take(MOST_WORDS).collect();
    let (first, rest) = words.split_first()?;
    if first.eq_ignore_ascii_case("alter") && changes_owner(parsed) {
        let message = "objects have no owner on TiDB";
        return Some(Head { words: "ALTER OWNER TO", rule: &access::OWNER, fate: Fate::Drop, message });
    }
    let kinds = BY_FIRST_WORD.get(first.to_ascii_uppercase().as_str())?;
    let longest = kinds.iter().filter(|entry| begins(entry.0, rest)).max_by_key(|entry| entry.0.len())?;
    Some(Head { words: longest.0, rule: longest.1, fate: longest.2, message: longest.3 })
}

/// More words than any head has, those between included.
const MOST_WORDS: usize = 12;

/// The kinds by the word they begin with.
static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<Entry>>> = LazyLock::new(|| {
    let mut kinds: HashMap<&str, Vec<Entry>> = HashMap::new();
    for entry in HEADS {
        kinds.entry(entry.0.split(' ').next().unwrap_or_default()).or_default().push(*entry);
    }
    kinds
});

/// Whether these words go on as a head does after its first, with nothing but words between that it does not say.
fn begins(head: &str, rest: &[&str]) -> bool {
    let said = |word: &str| head.split(' ').any(|own| own.eq_ignore_ascii_case(word));
    let between = |word: &str| BETWEEN.iter().any(|w| w.eq_ignore_ascii_case(word)) && !said(word);
    let mut rest = rest.iter().skip_while(|word| between(word));
    head.split(' ').skip(1).all(|word| rest.next().is_some_and(|found| found.eq_ignore_ascii_case(word)))
}

/// Whether the statement ends in OWNER TO and a name. ALTER TABLE may say more before it.
fn changes_owner(parsed: &Parsed) -> bool {
    let source = parsed.source();
    let words = parsed.tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(source));
    let mut last = words.clone().rev().skip(1);
    let table = words.clone().nth(1).is_some_and(|word| word.eq_ignore_ascii_case("table"));
    !table
        && last.next().is_some_and(|word| word.eq_ignore_ascii_case("to"))
        && last.next().is_some_and(|word| word.eq_ignore_ascii_case("owner"))
}

//! Statements that TiDB does not have, known by their first words.

use super::objects;
use crate::diagnostic::{Diagnostic, rule};
use crate::lint::tidb::Found;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::text::Span;

rule! {
    /// A statement that only PostgreSQL has.
    ///
    /// `COMMENT ON`, `CREATE EXTENSION`, `VACUUM`, `COPY`, `DO $$ … $$` and their like are syntax errors on TiDB.
    pub POSTGRES_STATEMENT = "D001", "postgres-statement", Dialect, Refused;
}

rule! {
    /// `IF EXISTS` or `IF NOT EXISTS` where TiDB's grammar has none.
    ///
    /// `ADD CONSTRAINT IF NOT EXISTS`, `DROP CONSTRAINT IF EXISTS`, `ALTER TABLE IF EXISTS` and some more are syntax errors. Columns
    /// and plain indexes have the form; for the others, run the statement only if information_schema says that it is needed (`pg2tidb
    /// guard` writes that), or let it fail.
    pub NO_EXISTS_FORM = "D010", "no-exists-form", Dialect, Refused;
}

rule! {
    /// A statement of MySQL's, or one that nobody has, that TiDB refuses.
    ///
    /// Tablespaces, HANDLER, XA, CHECK TABLE, OPTIMIZE TABLE and ALTER VIEW are not there. A word that begins no statement is an error, too.
    pub UNSUPPORTED_STATEMENT = "D050", "unsupported-statement", Dialect, Refused;
}

rule! {
    /// `CASCADE` on DROP TABLE or DROP VIEW.
    ///
    /// TiDB reads the word and does nothing: views and foreign keys on the table stay, and a foreign key still keeps the table from
    /// being dropped. Drop them first.
    pub CASCADE_WITHOUT_EFFECT = "D052", "drop-cascade", Dialect, Approximate;
}

#[rustfmt::skip]
static STARTS: &[&str] = &[
    "ADMIN", "ALTER", "ANALYZE", "BACKUP", "BATCH", "BEGIN", "BINLOG", "CALIBRATE", "CALL", "CANCEL", "CHANGE", "COMMIT", "CREATE",
    "DEALLOCATE", "DELETE", "DESC", "DESCRIBE", "DISTRIBUTE", "DO", "DROP", "EXECUTE", "EXPLAIN", "FLASHBACK", "FLUSH", "GRANT", "HELP",
    "IMPORT", "INSERT", "KILL", "LOAD", "LOCK", "OPTIMIZE", "PAUSE", "PLAN", "PREPARE", "PURGE", "QUERY", "RECOMMEND", "RECOVER",
    "REFRESH", "RELEASE", "RENAME", "REPLACE", "RESTART", "RESTORE", "RESUME", "REVOKE", "ROLLBACK", "SAVEPOINT", "SELECT", "SET",
    "SHOW", "SHUTDOWN", "SPLIT", "START", "STOP", "SYNC", "TABLE", "TRACE", "TRAFFIC", "TRUNCATE", "UNLOCK", "UPDATE", "USE", "VALUES",
    "WITH", "WHILE", "IF", "CASE", "LOOP", "REPEAT", "SOURCE", "DELIMITER", "CONNECT", "QUIT", "EXIT",
];

#[rustfmt::skip]
static POSTGRES_STARTS: &[&str] = &[
    "VACUUM", "REINDEX", "CLUSTER", "COPY", "LISTEN", "NOTIFY", "UNLISTEN", "DISCARD", "CHECKPOINT", "REASSIGN", "MOVE", "ABORT",
    "END", "MERGE", "COMMENT", "SECURITY", "DECLARE", "FETCH", "CLOSE", "RESET",
];

#[rustfmt::skip]
static POSTGRES_OBJECTS: &[&str] = &[
    "TYPE", "DOMAIN", "EXTENSION", "AGGREGATE", "OPERATOR", "CAST", "COLLATION", "CONVERSION", "RULE", "POLICY", "PUBLICATION",
    "SUBSCRIPTION", "MATERIALIZED", "UNLOGGED", "TEMP", "FOREIGN", "LANGUAGE", "TRUSTED", "PROCEDURAL", "TEXT", "ACCESS", "TRANSFORM", "OWNED",
];

static MYSQL_OBJECTS: &[&str] = &["TABLESPACE", "SERVER", "LOGFILE", "UNDO", "LIBRARY"];

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    if stmt.kind(0) != Some(Kind::Word) {
        if !stmt.is(0, "(") && stmt.kind(0) != Some(Kind::Param) {
            cx.on(&UNSUPPORTED_STATEMENT, 0, 1, "no statement begins with this");
        }
        return;
    }
    let first = stmt.at(0).to_ascii_uppercase();
    if !STARTS.contains(&first.as_str()) {
        if POSTGRES_STARTS.contains(&first.as_str()) {
            let found = cx.on(&POSTGRES_STATEMENT, 0, 1, format!("TiDB has no {first} statement"));
            found.help(instead(&first));
            let plain = stmt.len() == 1 || stmt.len() == 2 && stmt.is_any(1, &["WORK", "TRANSACTION"]);
            match first.as_str() {
                "END" if plain => drop(found.put(&stmt, 0, stmt.len(), "COMMIT")),
                "ABORT" if plain => drop(found.put(&stmt, 0, stmt.len(), "ROLLBACK")),
                _ => {}
            }
        } else if !stmt.is(1, ":") {
            cx.on(
                &UNSUPPORTED_STATEMENT,
                0,
                1,
                format!("no statement of TiDB's begins with `{}`", stmt.at(0)),
            );
        }
        return;
    }
    match first.as_str() {
        "CREATE" | "ALTER" | "DROP" | "REFRESH" => objects(cx, &first),
        "ANALYZE" if !stmt.is_any(1, &["TABLE", "INCREMENTAL", "LOCAL", "NO_WRITE_TO_BINLOG"]) => {
            cx.on(&POSTGRES_STATEMENT, 0, 2, "ANALYZE needs the word TABLE on TiDB")
                .help("write ANALYZE TABLE t")
                .put(
                    &stmt,
                    0,
                    usize::from(stmt.name(1).is_some_and(|name| name.end == stmt.len())),
                    "ANALYZE TABLE",
                );
        }
        "BEGIN" if stmt.len() > 1 && !stmt.is_any(1, &["PESSIMISTIC", "OPTIMISTIC"]) => {
            let found =
                cx.on(&POSTGRES_STATEMENT, 0, stmt.len(), "TiDB's BEGIN takes none of PostgreSQL's words");
            found.help("write BEGIN or START TRANSACTION");
            if stmt.len() == 2 && stmt.is_any(1, &["TRANSACTION", "WORK"]) {
                let span = stmt.span(0, 2);
                found.fix(span, "BEGIN");
            }
        }
        "DO" if stmt.kind(1) == Some(Kind::Dollar) || stmt.is(1, "LANGUAGE") => {
            cx.on(&POSTGRES_STATEMENT, 0, 1, "TiDB runs no blocks of code").help(instead("DO"));
        }
        "TRUNCATE" => objects::truncate(cx),
        "LOCK" if stmt.is_any(1, &["TABLE", "TABLES"]) => {
            if let Some(at) = stmt.find(2, stmt.len(), &["MODE"]) {
                cx.on(&POSTGRES_STATEMENT, 0, at + 1, "TiDB's LOCK TABLES has no lock modes")
                    .help("leave it out: lock rows with SELECT … FOR UPDATE");
            }
        }
        "EXPLAIN"
            if stmt.is(1, "(")
                && stmt.is_any(2, &["ANALYZE", "VERBOSE", "COSTS", "BUFFERS", "FORMAT", "TIMING"]) =>
        {
            cx.on(&POSTGRES_STATEMENT, 1, stmt.close(1) + 1, "TiDB's EXPLAIN takes no options in brackets")
                .help("write EXPLAIN ANALYZE");
        }
        "PREPARE" if !stmt.is(2, "FROM") => {
            let message = if stmt.is(1, "TRANSACTION") {
                "TiDB has no prepared transactions"
            } else {
                "TiDB prepares from a string"
            };
            cx.on(&POSTGRES_STATEMENT, 0, 2, message).help("write PREPARE name FROM '…'");
        }
        "EXECUTE" if stmt.len() > 2 && !stmt.is(2, "USING") => {
            cx.on(&POSTGRES_STATEMENT, 2, stmt.len(), "TiDB takes arguments in variables")
                .help("write EXECUTE name USING @a, @b");
        }
        "DEALLOCATE" if !stmt.is(1, "PREPARE") => {
            cx.on(&POSTGRES_STATEMENT, 0, 1, "TiDB needs the word PREPARE here")
                .help("write DEALLOCATE PREPARE name")
                .put(&stmt, 0, usize::from(stmt.len() == 2 && !stmt.is(1, "ALL")), "DEALLOCATE PREPARE");
        }
        "GRANT" | "REVOKE" => objects::grant(cx),
        "RENAME" if stmt.is(1, "TABLE") && stmt.is(2, "IF") => no_form(cx, 2, "RENAME TABLE"),
        "OPTIMIZE" => {
            cx.on(&UNSUPPORTED_STATEMENT, 0, stmt.len(), "TiDB does not support OPTIMIZE TABLE")
                .help("leave it out: TiDB compacts by itself");
        }
        "FLUSH"
            if stmt
                .find(1, stmt.len(), &["WITH"])
                .is_some_and(|at| stmt.seq(at, &["WITH", "READ", "LOCK"])) =>
        {
            cx.on(&UNSUPPORTED_STATEMENT, 0, stmt.len(), "TiDB has no global read lock")
                .help("read a snapshot instead: tidb_snapshot");
        }
        "COMMIT" | "ROLLBACK" if stmt.is_any(1, &["WORK", "TRANSACTION", "PREPARED"]) => {
            let found = cx.on(&POSTGRES_STATEMENT, 1, 2, "TiDB has no such word here");
            found.help("leave it out");
            if stmt.len() == 2 && !stmt.is(1, "PREPARED") {
                found.cut(&stmt, 1, 2);
            }
        }
        "VALUES" if stmt.is(1, "(") => {
            cx.on(&POSTGRES_STATEMENT, 0, 1, "TiDB has no VALUES statement")
                .help("write SELECT … UNION ALL SELECT …");
        }
        "VALUES" if stmt.is(1, "ROW") => {
            cx.on(&UNSUPPORTED_STATEMENT, 0, 2, "TiDB reads VALUES ROW() and fails to run it")
                .help("write SELECT … UNION ALL SELECT …");
        }
        _ => {}
    }
}

fn instead(word: &str) -> &'static str {
    match word {
        "COMMENT" => {
            "write the comment on the column or table itself: COMMENT 'text', ALTER TABLE t COMMENT = 'text'"
        }
        "COPY" => "use LOAD DATA, IMPORT INTO, or INSERT",
        "END" => "write COMMIT",
        "ABORT" => "write ROLLBACK",
        "DO" => "do it outside the script, or choose a statement with IF(), PREPARE and EXECUTE",
        "MERGE" => "write INSERT … ON DUPLICATE KEY UPDATE",
        "VACUUM" | "CLUSTER" | "REINDEX" => "leave it out: TiDB needs none of it",
        _ => "leave it out",
    }
}

fn objects(cx: &mut Cx<'_>, verb: &str) {
    let stmt = cx.stmt;
    let mut at = 1;
    let replace = stmt.seq(at, &["OR", "REPLACE"]);
    at += if replace { 2 } else { 0 };
    let object = stmt.at(at).to_ascii_uppercase();
    if replace && matches!(object.as_str(), "TABLE" | "SEQUENCE") {
        cx.on(&UNSUPPORTED_STATEMENT, 1, 4, "TiDB replaces views only")
            .help("write DROP … IF EXISTS before it");
    } else if POSTGRES_OBJECTS.contains(&object.as_str()) {
        // a constraint's or event's trigger is stored code
        let name =
            if object == "MATERIALIZED" { "materialized views".to_owned() } else { format!("{object} here") };
        let found = cx.on(&POSTGRES_STATEMENT, 0, at + 1, format!("TiDB has no {name}"));
        match object.as_str() {
            "TEMP" => {
                found.help("write TEMPORARY");
                let span = stmt.span(at, at + 1);
                found.fix(span, "TEMPORARY");
            }
            "TYPE" | "DOMAIN" => drop(found.help("write ENUM('a', 'b') or the type itself on each column")),
            _ => drop(found.help("leave it out")),
        }
    } else if MYSQL_OBJECTS.contains(&object.as_str()) {
        cx.on(&UNSUPPORTED_STATEMENT, 0, at + 1, format!("TiDB has no {object}")).help("leave it out");
    }
    match (verb, object.as_str()) {
        ("ALTER", "TABLE") if stmt.is(at + 1, "IF") => no_form(cx, at + 1, "ALTER TABLE"),
        ("ALTER", "TABLE")
            if stmt.is(at + 1, "ONLY")
                && stmt.kind(at + 2).is_some_and(|k| k != Kind::Punct)
                && !starts_action(stmt.at(at + 2)) =>
        {
            let found = cx.on(
                &POSTGRES_STATEMENT,
                at + 1,
                at + 2,
                "TiDB's tables have no children: ONLY is an error",
            );
            found.help("leave ONLY out").cut(&stmt, at + 1, at + 2);
        }
        ("ALTER", "INDEX") => {
            cx.on(&POSTGRES_STATEMENT, 0, 2, "TiDB changes an index with its table")
                .help("write ALTER TABLE t RENAME INDEX a TO b");
        }
        ("ALTER", "VIEW") => {
            cx.on(&UNSUPPORTED_STATEMENT, 0, 2, "TiDB has no ALTER VIEW")
                .help("write CREATE OR REPLACE VIEW");
        }
        ("ALTER", "DEFAULT" | "ROLE" | "SYSTEM" | "LARGE" | "GROUP") => {
            cx.on(&POSTGRES_STATEMENT, 0, 2, format!("TiDB has no ALTER {object}"));
        }
        ("CREATE", "INDEX" | "UNIQUE") => create_index(cx, at),
        ("CREATE", "SCHEMA") => {
            if let Some(at) = stmt.find(at, stmt.len(), &["AUTHORIZATION"]) {
                cx.on(&POSTGRES_STATEMENT, at, stmt.len(), "a database of TiDB's has no owner")
                    .help("leave it out");
            }
        }
        ("CREATE" | "ALTER", "SEQUENCE") => objects::sequence(cx, at + 1),
        ("DROP", "INDEX") if stmt.find(at, stmt.len(), &["ON"]).is_none() => {
            cx.on(&POSTGRES_STATEMENT, 0, stmt.len(), "TiDB needs to know the index's table")
                .help("write DROP INDEX i ON t");
        }
        ("DROP", "TABLE" | "VIEW" | "SEQUENCE" | "TEMPORARY" | "SCHEMA" | "DATABASE") => {
            drop_cascade(cx, &object)
        }
        _ => {}
    }
}

fn starts_action(word: &str) -> bool {
    ["ADD", "DROP", "ALTER", "MODIFY", "CHANGE", "RENAME", "COMMENT", "SET"]
        .iter()
        .any(|w| word.eq_ignore_ascii_case(w))
}

fn create_index(cx: &mut Cx<'_>, at: usize) {
    let stmt = cx.stmt;
    let index = at + usize::from(stmt.is(at, "UNIQUE"));
    if !stmt.is(index, "INDEX") {
        return;
    }
    if stmt.is(index + 1, "CONCURRENTLY") && !stmt.is(index + 2, "ON") {
        let found = cx.on(
            &POSTGRES_STATEMENT,
            index + 1,
            index + 2,
            "TiDB has no CONCURRENTLY: it never blocks writes for an index",
        );
        found.help("leave it out");
        let span = stmt.span(index + 1, index + 2);
        let text = stmt.text.get(span.end..).unwrap_or_default();
        let blanks = text.len() - text.trim_start().len();
        found.fix(Span::new(span.start, span.end + blanks), "");
    } else if stmt.is(index + 1, "ON")
        && stmt.kind(index + 2).is_some_and(|k| k != Kind::Punct)
        && !stmt.is(index + 2, "ON")
    {
        cx.on(&POSTGRES_STATEMENT, 0, index + 2, "TiDB's indexes need a name")
            .help("write CREATE INDEX name ON t (…)");
    }
    let Some(on) = stmt.find(index + 1, stmt.len(), &["ON"]) else { return };
    let Some(open) = stmt.find(on, stmt.len(), &["("]) else { return };
    if let Some(using) = stmt.find(on, open, &["USING"]) {
        let found = cx.on(&POSTGRES_STATEMENT, using, using + 2, "TiDB has no index methods in this place");
        found.help("leave it out");
        if stmt.is(using + 1, "BTREE") {
            found.cut(&stmt, using, using + 2);
        }
    }
    let close = stmt.close(open);
    if let Some(at) = stmt.find(close, stmt.len(), &["WHERE"]) {
        cx.on(&POSTGRES_STATEMENT, at, stmt.len(), "TiDB has no partial indexes")
            .help("index all rows, or for a UNIQUE index the expression (CASE WHEN … THEN a END)");
    } else if let Some(at) = stmt.find(close, stmt.len(), &["INCLUDE"]) {
        cx.on(&POSTGRES_STATEMENT, at, stmt.close(at + 1) + 1, "TiDB's indexes hold no other columns")
            .help("leave INCLUDE out, or add the columns to the key");
    } else if stmt.is(close + 1, "NULLS") {
        cx.on(&POSTGRES_STATEMENT, close + 1, stmt.len(), "in TiDB's unique indexes NULLs always differ");
    } else if stmt.is(close + 1, "WITH") && stmt.is(close + 2, "(") {
        cx.on(&POSTGRES_STATEMENT, close + 1, stmt.len(), "TiDB's indexes have no storage parameters")
            .help("leave it out");
    }
}

fn drop_cascade(cx: &mut Cx<'_>, object: &str) {
    let stmt = cx.stmt;
    let last = stmt.len().saturating_sub(1);
    if last < 3 || !stmt.is(last, "CASCADE") || stmt.is(last - 1, ",") || stmt.is(last - 1, ".") {
        return;
    }
    if matches!(object, "TABLE" | "VIEW" | "TEMPORARY") {
        let found =
            cx.on(&CASCADE_WITHOUT_EFFECT, last, last + 1, "TiDB reads CASCADE and does nothing about it");
        found.help("drop the views and foreign keys that use it first").cut(&stmt, last, last + 1);
    } else {
        cx.on(&POSTGRES_STATEMENT, last, last + 1, "TiDB has no CASCADE here").help("leave it out");
    }
}

/// A command of the mysql client.
pub fn delimiter(span: Span) -> Found {
    let message = "DELIMITER is a command of the mysql client, which TiDB does not know";
    let mut found = Found { diagnostic: Diagnostic::new(&UNSUPPORTED_STATEMENT, span, message), fix: None };
    found.help("leave it out: TiDB has no stored code that needs it").warning();
    found
}

fn no_form(cx: &mut Cx<'_>, at: usize, what: &str) {
    let end = cx.stmt.after_if(at);
    cx.on(&NO_EXISTS_FORM, at, end.max(at + 1), format!("TiDB's {what} has no IF EXISTS"))
        .help("leave it out, or run the statement only if information_schema says that it is needed (`pg2tidb guard`)");
}

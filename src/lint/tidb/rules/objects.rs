//! What a statement about a sequence, a table's rows or privileges says behind its first words.

use super::heads::POSTGRES_STATEMENT;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;

pub fn sequence(cx: &mut Cx<'_>, at: usize) {
    let stmt = cx.stmt;
    let after = stmt.after_if(at);
    let Some(name) = stmt.name(after) else { return };
    if stmt.is(name.end, "AS") {
        let found = cx.on(&POSTGRES_STATEMENT, name.end, name.end + 2, "TiDB's sequences have no type");
        found.help("leave it out: they are BIGINT");
        if stmt.is(name.end + 1, "BIGINT") {
            found.cut(&stmt, name.end, name.end + 2);
        }
    } else if let Some(at) = stmt.find(name.end, stmt.len(), &["OWNED"]) {
        cx.on(&POSTGRES_STATEMENT, at, stmt.len(), "TiDB's sequences belong to no column")
            .help("leave it out");
    } else if stmt.is_any(name.end, &["OWNER", "RENAME", "SET"]) {
        cx.on(&POSTGRES_STATEMENT, name.end, stmt.len(), "TiDB can't change this of a sequence");
    }
}

pub fn truncate(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let at = 1 + usize::from(stmt.is(1, "TABLE"));
    let Some(name) = stmt.name(at) else { return };
    if name.end >= stmt.len() {
        return;
    }
    let what = if stmt.is(name.end, ",") {
        ("TiDB truncates one table at a time", "write a TRUNCATE for each")
    } else {
        ("TiDB's TRUNCATE takes nothing after the table", "leave it out: AUTO_INCREMENT starts anew anyway")
    };
    let found = cx.on(&POSTGRES_STATEMENT, name.end, stmt.len(), what.0);
    found.help(what.1);
    let restarts = stmt.seq(name.end, &["RESTART", "IDENTITY"]);
    let rest = name.end + if restarts { 2 } else { 0 } + usize::from(stmt.is(stmt.len() - 1, "RESTRICT"));
    if rest == stmt.len() {
        found.cut(&stmt, name.end, stmt.len());
    }
}

pub fn grant(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let Some(on) = stmt.find(1, stmt.len(), &["ON"]) else { return };
    if stmt.is(on + 1, "ALL")
        || stmt.is_any(on + 1, &["SCHEMA", "DATABASE", "SEQUENCE", "FUNCTION", "TYPE"])
            && !stmt.is_any(on + 2, &[".", "TO", "FROM"])
            && stmt.kind(on + 2) != Some(Kind::Punct)
    {
        cx.on(&POSTGRES_STATEMENT, on, on + 2, "TiDB grants on tables and databases only")
            .help("write ON db.* or ON db.t");
    }
}

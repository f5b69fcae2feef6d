//! Stored code.

use crate::diagnostic::rule;
use crate::lint::tidb::cx::Cx;

rule! {
    /// Triggers, procedures, functions and events.
    ///
    /// TiDB stores no code: creating, changing, dropping and calling it are errors. Do it in the application, in a generated column, or in a
    /// scheduled job.
    pub STORED_CODE = "D031", "stored-code", Dialect, Refused;
}

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    if stmt.is(0, "CALL") {
        cx.on(&STORED_CODE, 0, 1, "TiDB has no procedures to call").help("run the statements themselves");
        return;
    }
    if !stmt.is_any(0, &["CREATE", "DROP", "ALTER"]) {
        return;
    }
    let mut at = 1;
    if stmt.seq(at, &["OR", "REPLACE"]) {
        at += 2;
    }
    if stmt.is(at, "DEFINER") {
        // `DEFINER = user` may also stand before VIEW
        at = (at..stmt.len().min(at + 8))
            .find(|at| stmt.is_any(*at, &["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "VIEW", "SQL"]))
            .unwrap_or(at);
    }
    at += usize::from(stmt.is_any(at, &["AGGREGATE", "CONSTRAINT"]));
    if stmt.is_any(at, &["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"]) {
        let what = stmt.at(at).to_ascii_lowercase();
        let article = if what == "event" { "events" } else { &format!("{what}s") };
        cx.on(&STORED_CODE, 0, at + 1, format!("TiDB has no {article}"))
            .help("do it in the application, a generated column, or a scheduled job");
    }
}

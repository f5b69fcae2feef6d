//! What earlier statements took away, and what known tables do not have: tables, indexes named in hints.

use super::alter_rules::NOT_DECLARED;
use super::rows::UNSUPPORTED_QUERY;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::stmt::Name;

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let first = stmt.at(0).to_ascii_uppercase();
    match first.as_str() {
        "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "(" => {
            // a WITH gives names of its own
            if stmt.find(0, stmt.len(), &["WITH"]).is_none() {
                for at in 0..stmt.len() {
                    let before = stmt.is_any(at, &["FROM", "JOIN", "INTO"]) || at == 0 && first == "UPDATE";
                    let next = at + 1;
                    if !before || stmt.is_any(next, &["LOW_PRIORITY", "IGNORE"]) {
                        continue;
                    }
                    if let Some(name) =
                        stmt.name(next).filter(|name| !stmt.is(name.end, "(") || stmt.is(at, "INTO"))
                        && super::clauses::in_query(cx, at)
                    {
                        dropped(cx, &name);
                    }
                }
            }
            hints(cx);
        }
        "ALTER" | "TRUNCATE" => {
            let table = 1 + usize::from(stmt.is(1, "IGNORE"));
            let at = if stmt.is(table, "TABLE") { table + 1 } else { 1 };
            if let Some(name) = stmt.name(at).filter(|_| stmt.is(table, "TABLE") || first == "TRUNCATE") {
                dropped(cx, &name);
                temporary(cx, &name, if first == "ALTER" { "changed" } else { "" });
            }
        }
        "CREATE" | "DROP" if (1..4).any(|at| stmt.is(at, "INDEX")) => {
            if let Some(name) = stmt.find(2, stmt.len(), &["ON"]).and_then(|on| stmt.name(on + 1)) {
                dropped(cx, &name);
                temporary(cx, &name, "changed");
            }
        }
        "RENAME" if stmt.is(1, "TABLE") => {
            if let Some(name) = stmt.name(2) {
                dropped(cx, &name);
                temporary(cx, &name, "renamed");
            }
        }
        _ => {}
    }
}

fn dropped(cx: &mut Cx<'_>, name: &Name) {
    if cx.catalog.is_gone(name) {
        let message = format!("`{}` was dropped or renamed before this", name.name);
        cx.report(&NOT_DECLARED, name.span, message);
    }
}

fn temporary(cx: &mut Cx<'_>, name: &Name, what: &str) {
    if !what.is_empty() && cx.catalog.get(name).is_some_and(|table| table.temporary) {
        cx.report(&UNSUPPORTED_QUERY, name.span, format!("a temporary table is not {what} on TiDB"))
            .help("declare it as it is to be");
    }
}

/// `USE INDEX (a)` behind a table that is known.
fn hints(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let catalog = cx.catalog;
    let mut table = None;
    for at in 1..stmt.len() {
        if stmt.is_any(at, &["FROM", "JOIN", ","]) || stmt.is(at, "UPDATE") {
            if let Some(name) = stmt.name(at + 1).filter(|name| !stmt.is(name.end, "(")) {
                table = catalog.get(&name).filter(|table| table.known && !table.view && !table.sequence);
            }
            continue;
        }
        let hint = stmt.is_any(at, &["USE", "FORCE", "IGNORE"]) && stmt.is_any(at + 1, &["INDEX", "KEY"]);
        let Some(known) = table.filter(|_| hint) else { continue };
        let Some(open) = stmt.find(at, (at + 6).min(stmt.len()), &["("]) else { continue };
        for (from, end) in stmt.parts(open + 1, stmt.close(open)) {
            let Some(name) = stmt.ident(from).filter(|_| end == from + 1) else { continue };
            // a part of a name will do, and a foreign key brings its own index
            let prefix = |key: &str| {
                key.len() >= name.len()
                    && key.is_char_boundary(name.len())
                    && key[..name.len()].eq_ignore_ascii_case(&name)
            };
            let there = known.keys.iter().any(|key| prefix(&key.name))
                || known.foreign.iter().any(|f| f.name.as_ref().is_none_or(|key| prefix(key)));
            if !there && matches!(stmt.kind(from), Some(Kind::Word | Kind::Quoted)) {
                cx.on(&NOT_DECLARED, from, end, format!("the table has no index `{name}`"));
            }
        }
    }
}

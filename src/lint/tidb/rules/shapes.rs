//! PostgreSQL's syntax that only the shape of a whole statement shows.

use super::clauses::POSTGRES_SYNTAX;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::syntax::reserved::is_reserved;

/// What only the shape of a whole statement shows.
pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let end = stmt.len();
    match stmt.at(0).to_ascii_uppercase().as_str() {
        "INSERT" | "REPLACE" => insert(cx),
        "UPDATE" => {
            if let Some(set) = stmt.find(1, end, &["SET"]) {
                if let Some(from) = stmt.find(set, end, &["FROM"]) {
                    cx.on(&POSTGRES_SYNTAX, from, from + 2, "TiDB's UPDATE has no FROM")
                        .help("write UPDATE t JOIN u ON … SET …");
                }
                if stmt.is(set + 1, "(") && stmt.is(stmt.close(set + 1) + 1, "=") {
                    cx.on(
                        &POSTGRES_SYNTAX,
                        set + 1,
                        stmt.close(set + 1) + 1,
                        "TiDB assigns to one column at a time",
                    )
                    .help("write SET a = …, b = …");
                }
                only(cx, 1, set);
            }
        }
        "DELETE" => {
            only(cx, 2, end);
            delete_using(cx);
        }
        "WITH" => with(cx),
        _ => {}
    }
}

fn only(cx: &mut Cx<'_>, at: usize, end: usize) {
    let stmt = cx.stmt;
    if stmt.is(at, "ONLY")
        && at + 1 < end
        && stmt.kind(at + 1).is_some_and(|k| k != Kind::Punct)
        && !stmt.is_any(at + 1, &["AS", "SET", "WHERE", "JOIN"])
    {
        cx.on(&POSTGRES_SYNTAX, at, at + 1, "TiDB takes ONLY for a table's name").help("leave it out").cut(
            &stmt,
            at,
            at + 1,
        );
    }
}

fn insert(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let end = stmt.len();
    let Some(into) = stmt.find(1, 5, &["INTO"]) else { return };
    let Some(name) = stmt.name(into + 1) else { return };
    if stmt.is(name.end, "AS") {
        cx.on(&POSTGRES_SYNTAX, name.end, name.end + 2, "TiDB gives the table of an INSERT no other name")
            .help("leave the alias out");
    }
    let Some(values) = stmt.find(name.end, end, &["VALUES", "VALUE"]) else { return };
    // the row's alias that MySQL has
    if let Some(as_) = stmt.find(values, end, &["AS"])
        && stmt.is(as_ - 1, ")")
        && stmt.find(as_, end, &["ON"]).is_some_and(|on| stmt.seq(on, &["ON", "DUPLICATE"]))
    {
        cx.on(&POSTGRES_SYNTAX, as_, as_ + 2, "TiDB gives the new row no name")
            .help("write VALUES(a) for the new value of a");
    }
    if stmt.is(values - 1, "OVERRIDING") || stmt.find(name.end, values, &["OVERRIDING"]).is_some() {
        cx.on(&POSTGRES_SYNTAX, values - 1, values, "TiDB has no OVERRIDING").help("leave it out");
    }
}

fn delete_using(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let Some(using) = stmt.find(1, stmt.len(), &["USING"]) else { return };
    if !stmt.is(1, "FROM") || stmt.find(using, using + 4, &["("]).is_some() {
        return;
    }
    let Some(target) = stmt.name(2) else { return };
    let end = stmt.find(using, stmt.len(), &["WHERE"]).unwrap_or(stmt.len());
    let mut at = using + 1;
    let mut visible = false;
    while at < end {
        let Some(name) = stmt.name(at) else { return };
        let alias = name.end + usize::from(stmt.is(name.end, "AS"));
        let aliased = matches!(stmt.kind(alias), Some(Kind::Word | Kind::Quoted))
            && alias < end
            && !is_reserved(stmt.at(alias));
        let shown = if aliased { stmt.ident(alias).unwrap_or_default() } else { name.name.clone() };
        visible |= shown.eq_ignore_ascii_case(&target.name);
        match stmt.find(name.end, end, &[",", "JOIN"]) {
            Some(next) => at = next + 1,
            None => break,
        }
    }
    if !visible && target.end == using {
        cx.on(&POSTGRES_SYNTAX, using, using + 2, "TiDB's USING lists all tables, the deleted one, too")
            .help("write DELETE t FROM t JOIN u ON …");
    }
}

fn with(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    for at in 1..stmt.len() {
        if stmt.is(at, "(") && stmt.is(at - 1, "AS") && stmt.is_any(at + 1, &["INSERT", "UPDATE", "DELETE"]) {
            cx.on(&POSTGRES_SYNTAX, at + 1, at + 2, "TiDB's WITH holds queries only")
                .help("change the rows in a statement of its own");
        }
    }
    let Some(verb) =
        stmt.find(1, stmt.len(), &["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "TABLE", "VALUES"])
    else {
        return;
    };
    if stmt.is_any(verb, &["INSERT", "REPLACE"]) && stmt.is(verb.wrapping_sub(1), ")") {
        cx.on(&POSTGRES_SYNTAX, 0, 1, "TiDB wants WITH after INSERT INTO t")
            .help("write INSERT INTO t WITH … SELECT …");
    }
}

//! Queries on one known table that say nothing but columns and calls.

use super::rows::{UNSUPPORTED_QUERY, ungrouped};
use crate::lint::tidb::catalog::Table;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::syntax::reserved::is_reserved;

const AGGREGATES: &[&str] =
    &["MAX", "MIN", "SUM", "COUNT", "AVG", "GROUP_CONCAT", "BIT_OR", "BIT_AND", "BIT_XOR"];

/// `SELECT a, b FROM t`, with WHERE and ORDER BY at most.
pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let end = stmt.len();
    if !stmt.is(0, "SELECT") {
        return;
    }
    let Some(from) = stmt.find(1, end, &["FROM"]) else { return };
    let Some(name) = stmt.name(from + 1) else { return };
    let catalog = cx.catalog;
    let Some(table) = catalog.get(&name).filter(|table| table.known && !table.view && !table.altered) else {
        return;
    };
    let plain = name.end == end || stmt.is_any(name.end, &["WHERE", "ORDER"]);
    let more = ["UNION", "HAVING", "WINDOW", "INTERSECT", "EXCEPT", "JOIN", "GROUP", "INTO"];
    if !plain || stmt.find(1, end, &more).is_some() {
        return;
    }
    let distinct = stmt.is(1, "DISTINCT");
    let items = stmt.parts(1 + usize::from(distinct), from);
    let columns: Vec<Option<String>> = items.iter().map(|(from, end)| column(cx, *from, *end)).collect();
    let named = items.iter().zip(&columns).filter_map(|(item, name)| Some((*item, name.as_ref()?)));
    for ((from, end), name) in named.clone() {
        if table.column(name).is_none() && !name.eq_ignore_ascii_case("_tidb_rowid") {
            cx.on(&UNSUPPORTED_QUERY, from, end, format!("the table has no column `{name}`"));
            return;
        }
    }
    if cx.state.is_lenient() {
        return;
    }
    let aggregate = |(from, end): &(usize, usize)| {
        stmt.is_any(*from, AGGREGATES) && stmt.is(from + 1, "(") && stmt.close(from + 1) + 1 == *end
    };
    if name.end == end && !distinct && items.iter().any(aggregate) {
        if let Some(((from, end), name)) = named.clone().next() {
            ungrouped(cx, from, end, name).help(format!("write ANY_VALUE({name}), or GROUP BY {name}"));
        }
    } else if distinct && columns.iter().all(Option::is_some) {
        let listed: Vec<&String> = columns.iter().flatten().collect();
        ordered(cx, table, name.end, &listed);
    }
}

/// A column that a DISTINCT query is ordered by and does not show.
fn ordered(cx: &mut Cx<'_>, table: &Table, from: usize, listed: &[&String]) {
    let stmt = cx.stmt;
    let Some(order) = stmt.find(from, stmt.len(), &["ORDER"]).filter(|at| stmt.is(at + 1, "BY")) else {
        return;
    };
    let end = stmt.find(order, stmt.len(), &["LIMIT", "FOR"]).unwrap_or(stmt.len());
    for (from, end) in stmt.parts(order + 2, end) {
        let end = end - usize::from(stmt.is_any(end.wrapping_sub(1), &["ASC", "DESC"]));
        let Some(name) = column(cx, from, end).filter(|name| table.column(name).is_some()) else { continue };
        if !listed.iter().any(|listed| listed.eq_ignore_ascii_case(&name)) {
            let message = format!("DISTINCT rows have no `{name}` to be ordered by");
            cx.on(&UNSUPPORTED_QUERY, from, end, message).help("show it, too");
        }
    }
}

/// The column that is all of this.
fn column(cx: &Cx<'_>, from: usize, end: usize) -> Option<String> {
    let stmt = cx.stmt;
    let word = end == from + 1 && matches!(stmt.kind(from), Some(Kind::Word | Kind::Quoted));
    let name = stmt.ident(from).filter(|_| word)?;
    let quoted = stmt.kind(from) == Some(Kind::Quoted);
    (quoted || !is_reserved(&name)).then_some(name)
}

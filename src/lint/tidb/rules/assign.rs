//! Values that SET gives to columns: UPDATE, and the INSERT that is written like one.

use super::values::{REFUSED_VALUE, value};
use crate::lint::tidb::catalog::Table;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::stmt::Name;

/// `UPDATE t SET a = 1`
pub fn update(cx: &mut Cx<'_>, name: &Name) {
    let stmt = cx.stmt;
    let Some(table) = cx.catalog.get(name).filter(|table| table.known && !table.view && !table.sequence)
    else {
        return;
    };
    if !stmt.is(name.end, "SET") {
        return;
    }
    let end = stmt.find(name.end, stmt.len(), &["WHERE", "ORDER", "LIMIT"]).unwrap_or(stmt.len());
    let before = cx.found.len();
    assigned(cx, table, name.end + 1, end);
    // there may be no row that it would write
    for found in cx.found.iter_mut().skip(before) {
        found.warning();
    }
}

/// Judges `a = 1, b = 2`, and gives the names.
pub fn assigned(cx: &mut Cx<'_>, table: &Table, from: usize, end: usize) -> Vec<String> {
    let stmt = cx.stmt;
    let mut names = Vec::new();
    for (from, end) in stmt.parts(from, end) {
        let Some(target) = stmt.name(from).filter(|target| stmt.is(target.end, "=")) else { continue };
        if target.name.eq_ignore_ascii_case("_tidb_rowid") {
            continue;
        }
        match table.column(&target.name) {
            Some(column) if !cx.state.is_lenient() => value(cx, target.end + 1, end, column),
            Some(_) => {}
            None => drop(cx.report(
                &REFUSED_VALUE,
                target.span,
                format!("the table has no column `{}`", target.name),
            )),
        }
        names.push(target.name);
    }
    names
}

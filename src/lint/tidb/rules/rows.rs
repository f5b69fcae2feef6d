//! Statements about rows and about whole tables that are dropped or emptied.

use super::{assign, values};
use crate::diagnostic::rule;
use crate::lint::tidb::Found;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::KeyKind;
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::stmt::Name;
use crate::syntax::reserved::is_reserved;

rule! {
    /// Rows that are written to a view.
    ///
    /// TiDB's views are read only. Write to the table behind it.
    pub VIEW_WRITTEN = "D049", "view-written", Dialect, Refused;
}

rule! {
    /// A statement that TiDB refuses for what it finds.
    ///
    /// A query with columns that are neither grouped nor aggregated, WITH ROLLUP on TiDB 7.5 without TiFlash, a table that a foreign key keeps from being dropped or
    /// emptied.
    pub UNSUPPORTED_QUERY = "D053", "refused-for-state", Dialect, Refused;
}

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    match stmt.at(0).to_ascii_uppercase().as_str() {
        "INSERT" | "REPLACE" => {
            let mut at = 1;
            while stmt.is_any(at, &["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO"]) {
                at += 1;
            }
            if let Some(name) = stmt.name(at) {
                view(cx, &name);
                values::insert(cx, &name);
            }
        }
        "UPDATE" => {
            // of several tables only some are written
            let several =
                stmt.find(1, stmt.len(), &["SET"]).and_then(|set| stmt.find(1, set, &[",", "JOIN"]));
            if let Some(name) = stmt.name(1).filter(|_| several.is_none()) {
                view(cx, &name);
                assign::update(cx, &name);
            }
        }
        "DELETE" if stmt.is(1, "FROM") => {
            if let Some(name) = stmt.name(2) {
                view(cx, &name);
            }
        }
        "TRUNCATE" => {
            let name = stmt.name(1 + usize::from(stmt.is(1, "TABLE")));
            if let Some(name) = name {
                kept(cx, &name, &[], "emptied");
            }
        }
        "DROP" if stmt.is(1, "TABLE") => drop_table(cx),
        _ => {}
    }
    rollup(cx);
    grouped(cx);
}

fn view(cx: &mut Cx<'_>, name: &Name) {
    if cx.catalog.get(name).is_some_and(|table| table.view) {
        cx.report(&VIEW_WRITTEN, name.span, "TiDB's views are read only")
            .help("write to the table behind it");
    }
}

fn drop_table(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let names: Vec<Name> =
        stmt.parts(stmt.after_if(2), stmt.len()).iter().filter_map(|(from, _)| stmt.name(*from)).collect();
    let there = |name: &Name| cx.catalog.get(name).is_some();
    let some = names.iter().any(there) && !cx.catalog.lost;
    let gone: Vec<Name> = names.iter().filter(|name| some && !there(name)).cloned().collect();
    for name in gone.iter().filter(|_| stmt.after_if(2) == 2) {
        cx.report(
            &super::alter_rules::NOT_DECLARED,
            name.span,
            format!("the scripts before this one make no table `{}`", name.name),
        )
        .help("write IF EXISTS");
    }
    for name in &names {
        kept(cx, name, &names, "dropped");
    }
}

/// A table that another one's foreign key points to.
fn kept(cx: &mut Cx<'_>, name: &Name, with: &[Name], what: &str) {
    if cx.state.is_set("foreign_key_checks") || cx.state.is_set("tidb_enable_foreign_key") {
        return;
    }
    let key = cx.catalog.key(name);
    let keys: Vec<String> = with.iter().map(|name| cx.catalog.key(name)).collect();
    let other = cx.catalog.referencing(&key).find(|(other, _, _)| !keys.contains(other));
    let Some(other) = other.map(|(_, table, _)| table.name.clone()) else { return };
    let found = cx.report(
        &UNSUPPORTED_QUERY,
        name.span,
        format!("a foreign key of `{other}` keeps this table from being {what}"),
    );
    found.help("drop the foreign key first, or SET foreign_key_checks = 0");
}

fn rollup(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let at = (0..stmt.len()).find(|at| stmt.seq(*at, &["WITH", "ROLLUP"]));
    if let Some(at) = at.filter(|_| cx.before_8()) {
        cx.on(&UNSUPPORTED_QUERY, at, at + 2, "TiDB 7.5 runs WITH ROLLUP on TiFlash only")
            .help("write UNION ALL")
            .warning();
    }
}

/// `SELECT a, b FROM t GROUP BY a`, where nothing but plain columns of one known table is said.
fn grouped(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let end = stmt.len();
    if !stmt.is(0, "SELECT")
        || cx.state.is_lenient()
        || stmt.find(1, end, &["UNION", "HAVING", "WINDOW", "INTERSECT", "EXCEPT", "JOIN", "WITH"]).is_some()
    {
        return;
    }
    let Some(from) = stmt.find(1, end, &["FROM"]) else { return };
    let Some(table) = stmt.name(from + 1) else { return };
    let Some(group) = stmt.find(table.end, end, &["GROUP"]).filter(|at| stmt.is(at + 1, "BY")) else {
        return;
    };
    let catalog = cx.catalog;
    let Some(known) = catalog.get(&table).filter(|table| table.known && !table.view) else { return };
    if !(table.end == group || stmt.is(table.end, "WHERE")) {
        return;
    }
    if stmt.find(table.end, group, &["=", "IN", "<=>"]).is_some() {
        return;
    }
    let stop = stmt.find(group, end, &["ORDER", "LIMIT", "FOR"]).unwrap_or(end);
    let mut by = Vec::new();
    for (from, end) in stmt.parts(group + 2, stop) {
        match stmt.ident(from).filter(|_| end == from + 1) {
            Some(name) if known.column(&name).is_some() => by.push(name),
            _ => return,
        }
    }
    // a WHERE may leave out the NULLs that a unique key has several of
    let filtered = table.end != group;
    let determined = known.keys.iter().any(|key| {
        !key.columns.is_empty()
            && (key.kind == KeyKind::Primary
                || key.kind == KeyKind::Unique
                    && (filtered || key.columns.iter().all(|c| known.column(c).is_some_and(|c| c.not_null))))
            && key.columns.iter().all(|c| by.iter().any(|b| b.eq_ignore_ascii_case(c)))
    });
    if determined || known.columns.iter().any(|column| column.generated.is_some()) {
        return;
    }
    for (from, end) in stmt.parts(1, from) {
        let Some(name) = stmt
            .ident(from)
            .filter(|_| end == from + 1 && matches!(stmt.kind(from), Some(Kind::Word | Kind::Quoted)))
        else {
            continue;
        };
        if is_reserved(&name)
            || known.column(&name).is_none()
            || by.iter().any(|b| b.eq_ignore_ascii_case(&name))
        {
            continue;
        }
        ungrouped(cx, from, end, &name).help(format!("write ANY_VALUE({name}), or group by it"));
    }
}

pub fn ungrouped<'a>(cx: &'a mut Cx<'_>, from: usize, end: usize, name: &str) -> &'a mut Found {
    cx.on(&UNSUPPORTED_QUERY, from, end, format!("`{name}` is neither grouped nor aggregated"))
}

//! Names: how they are quoted, how long they are, and whether they are taken.

use super::Read;
use crate::diagnostic::rule;
use crate::lint::tidb::alter::What;
use crate::lint::tidb::create::CreateTable;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::{self, Constraint, Key, KeyKind};
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::stmt::Name;
use crate::lint::tidb::types;
use crate::syntax::reserved::is_reserved;
use crate::text::Span;
use std::collections::BTreeMap;

rule! {
    /// A name in double quotes.
    ///
    /// Double quotes are for strings on TiDB, unless the sql_mode has ANSI_QUOTES. Write backticks.
    pub DOUBLE_QUOTED_NAME = "D005", "double-quoted-name", Dialect, Refused;
}

rule! {
    /// A reserved word as a name without backticks.
    ///
    /// TiDB reserves words that PostgreSQL or older versions of MySQL don't, such as `rank`, `groups`, `window` and `row_number`. Write
    /// backticks.
    pub RESERVED_WORD = "D006", "reserved-name", Dialect, Refused;
}

rule! {
    /// A name that TiDB refuses.
    ///
    /// Names have at most 64 characters, at least one, and don't end in a blank.
    pub BAD_NAME = "D007", "bad-name", Dialect, Refused;
}

rule! {
    /// A table, column or index that is declared already.
    ///
    /// TiDB compares names without regard to case: `Users` and `users` are one table, `A` and `a` one column.
    pub DECLARED_TWICE = "D008", "declared-twice", Dialect, Refused;
}

pub fn check(cx: &mut Cx<'_>, read: &Read) {
    let mut places = Vec::new();
    places_of_names(cx, &mut places);
    for at in places {
        name_at(cx, at);
    }
    match read {
        Read::CreateTable(create) => table(cx, create),
        Read::CreateIndex(create) => {
            if !create.if_not_exists {
                index(cx, &create.table, &create.key);
            }
        }
        Read::Alter(alter) => {
            let mut dropped: Vec<&str> = Vec::new();
            for action in &alter.actions {
                match &action.what {
                    What::DropIndex { .. } => {}
                    What::DropColumn { name, .. } => dropped.push(name),
                    What::AddConstraint { constraint: Constraint::Key(key), if_not_exists: false } => {
                        index(cx, &alter.table, key)
                    }
                    What::AddColumns { columns, if_not_exists: false } => {
                        for column in columns {
                            taken(cx, &alter.table, &column.name, column.name_span, &[]);
                        }
                    }
                    What::RenameColumn { old, new, .. } if !old.eq_ignore_ascii_case(new) => {
                        let gone = renamed_away(&alter.actions, new);
                        if !gone {
                            taken(cx, &alter.table, new, action.span, &dropped);
                        }
                    }
                    What::Change { old, column, .. } if !old.eq_ignore_ascii_case(&column.name) => {
                        taken(cx, &alter.table, &column.name, column.name_span, &[]);
                    }
                    _ => {}
                }
            }
        }
        Read::Other => view(cx),
    }
}

fn renamed_away(actions: &[crate::lint::tidb::alter::Action], name: &str) -> bool {
    actions
        .iter()
        .any(|a| matches!(&a.what, What::RenameColumn { old, .. } if old.eq_ignore_ascii_case(name)))
}

/// Where names must stand in this statement.
fn places_of_names(cx: &Cx<'_>, places: &mut Vec<usize>) {
    let stmt = cx.stmt;
    let end = stmt.len();
    let mut table = |at: usize| {
        places.push(at);
        let after = if stmt.is(at + 1, ".") { at + 2 } else { at };
        if after > at {
            places.push(after);
        }
        after + 1
    };
    match stmt.at(0).to_ascii_uppercase().as_str() {
        "CREATE" => {
            let mut at = 1;
            while stmt.is_any(
                at,
                &[
                    "GLOBAL",
                    "TEMPORARY",
                    "UNIQUE",
                    "FULLTEXT",
                    "SPATIAL",
                    "OR",
                    "REPLACE",
                    "VECTOR",
                    "COLUMNAR",
                ],
            ) {
                at += 1;
            }
            if stmt.is_any(at, &["TABLE", "VIEW", "SEQUENCE"]) {
                let open = table(stmt.after_if(at + 1));
                if stmt.is(at, "TABLE")
                    && stmt.is(open, "(")
                    && !stmt.is_any(open + 1, &["LIKE", "SELECT", "WITH"])
                {
                    let close = stmt.close(open);
                    for (from, end) in stmt.parts(open + 1, close) {
                        element(cx, from, end, places);
                    }
                }
            } else if stmt.is(at, "INDEX") {
                let name = stmt.after_if(at + 1);
                if !stmt.is_any(name, &["ON", "CONCURRENTLY"]) {
                    places.push(name);
                }
                if let Some(on) = stmt.find(name + 1, end, &["ON"]) {
                    let mut table = |at: usize| {
                        places.push(at);
                        at + if stmt.is(at + 1, ".") { 3 } else { 1 }
                    };
                    let open = table(on + 1);
                    list(cx, open, places);
                }
            }
        }
        "ALTER" if stmt.is(1, "TABLE") => {
            let next = table(stmt.after_if(2));
            for (from, end) in stmt.parts(next, end) {
                action(cx, from, end, places);
            }
        }
        "DROP" if stmt.is_any(1, &["TABLE", "VIEW"]) => {
            for (from, _) in stmt.parts(stmt.after_if(2), end) {
                places.push(from);
            }
        }
        "INSERT" | "REPLACE" => {
            if let Some(into) = stmt.find(1, 5, &["INTO"]) {
                let open = table(into + 1);
                if stmt.is(open, "(") && !stmt.is_any(open + 1, &["SELECT", "WITH", "(", "TABLE", "VALUES"]) {
                    let close = stmt.close(open);
                    for (from, end) in stmt.parts(open + 1, close) {
                        if end == from + 1 {
                            places.push(from);
                        }
                    }
                }
            }
        }
        "UPDATE" if stmt.kind(1) == Some(Kind::Text) => places.push(1),
        "SELECT" | "DELETE" | "WITH" => {
            for at in 1..end {
                if stmt.is_any(at - 1, &["FROM", "JOIN"])
                    && stmt.kind(at) == Some(Kind::Text)
                    && stmt.at(at).starts_with('"')
                    && !stmt.is_any(at + 1, &[")"])
                {
                    places.push(at);
                }
            }
        }
        _ => {}
    }
}

/// The names in brackets that open at `open`.
fn list(cx: &Cx<'_>, open: usize, places: &mut Vec<usize>) {
    let stmt = cx.stmt;
    if stmt.is(open, "(") {
        for (from, _) in stmt.parts(open + 1, stmt.close(open)) {
            if stmt.kind(from) == Some(Kind::Text) {
                places.push(from);
            }
        }
    }
}

fn element(cx: &Cx<'_>, from: usize, end: usize, places: &mut Vec<usize>) {
    let stmt = cx.stmt;
    if keys::starts(&stmt, from) {
        let keyword = stmt.is_any(from, &["KEY", "INDEX", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]);
        let typed = types::read(&stmt, from + 1).is_some_and(|(ty, _)| ty.class != types::Class::Foreign);
        if keyword
            && typed
            && stmt.find(from, end, &["("]).is_none_or(|open| open == from + 2)
            && !stmt.is(from + 1, "KEY")
        {
            places.push(from);
            return;
        }
        if let Some(open) = stmt.find(from, end, &["("]) {
            list(cx, open, places);
        }
    } else if from < end {
        places.push(from);
    }
    if let Some(at) = stmt.find(from, end, &["REFERENCES"]) {
        places.push(at + 1);
        list(cx, at + 2, places);
    }
}

fn action(cx: &Cx<'_>, from: usize, end: usize, places: &mut Vec<usize>) {
    let stmt = cx.stmt;
    let column = |at: usize| stmt.after_if(at + usize::from(stmt.is(at, "COLUMN")));
    if stmt.is(from, "ADD") {
        let at = column(from + 1);
        if keys::starts(&stmt, from + 1) {
            element(cx, from + 1, end, places);
        } else if !stmt.is_any(at, &["(", "PARTITION", "STATS_EXTENDED", "EXCLUDE"]) {
            places.push(at);
        }
    } else if stmt.is_any(from, &["MODIFY", "CHANGE"]) {
        let at = column(from + 1);
        places.push(at);
        if stmt.is(from, "CHANGE") {
            places.push(at + 1);
        }
    } else if stmt.seq(from, &["DROP", "COLUMN"]) {
        places.push(stmt.after_if(from + 2));
    } else if stmt.seq(from, &["RENAME", "COLUMN"]) {
        places.push(from + 2);
        places.push(from + 4);
    }
}

fn name_at(cx: &mut Cx<'_>, at: usize) {
    let stmt = cx.stmt;
    let text = stmt.at(at);
    match stmt.kind(at) {
        Some(Kind::Text) if text.starts_with('"') => {
            let inside = text.trim_matches('"').replace("\"\"", "\"");
            let span = stmt.span(at, at + 1);
            let found =
                cx.report(&DOUBLE_QUOTED_NAME, span, "double quotes make a string on TiDB, not a name");
            found.help("write backticks").fix(span, format!("`{}`", inside.replace('`', "``")));
        }
        Some(Kind::Word) if is_reserved(text) => {
            let span = stmt.span(at, at + 1);
            let found = cx.report(&RESERVED_WORD, span, format!("`{text}` is a reserved word on TiDB"));
            found.help("write backticks").fix(span, format!("`{text}`"));
        }
        Some(Kind::Word | Kind::Quoted) => {
            let Some(name) = stmt.ident(at) else { return };
            if name.chars().count() > 64 {
                cx.on(&BAD_NAME, at, at + 1, "a name has at most 64 characters on TiDB").help("shorten it");
            } else if name.is_empty() || name.ends_with(' ') {
                cx.on(&BAD_NAME, at, at + 1, "a name is not empty and does not end in a blank");
            }
        }
        _ => {}
    }
}

fn table(cx: &mut Cx<'_>, create: &CreateTable) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for column in &create.columns {
        if let Some(other) = seen.insert(column.name.to_lowercase(), &column.name) {
            let message = twice("column", &column.name, other);
            cx.report(&DECLARED_TWICE, column.name_span, message).help("give it another name");
        }
    }
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for constraint in &create.constraints {
        if let Constraint::Check(check) = constraint
            && let Some(name) = &check.name
        {
            seen.insert(name.to_lowercase(), name.clone());
        }
    }
    let mut primary = create.columns.iter().filter(|column| column.primary.is_some()).count();
    for constraint in &create.constraints {
        let Constraint::Key(key) = constraint else { continue };
        if key.kind == KeyKind::Primary {
            primary += 1;
        } else if key.name.as_ref().is_some_and(|name| name.chars().count() > 64) {
            cx.report(&BAD_NAME, key.name_span, "a name has at most 64 characters on TiDB")
                .help("shorten it");
        } else if let Some(name) = &key.name
            && let Some(other) = seen.insert(name.to_lowercase(), name.clone())
        {
            cx.report(&DECLARED_TWICE, key.name_span, twice("index", name, &other))
                .help("give it another name");
        }
        if key.kind == KeyKind::Primary && primary > 1 {
            cx.report(&DECLARED_TWICE, key.head, "a table has one primary key");
        }
    }
    if primary > 1
        && let Some(span) = create.columns.iter().filter_map(|column| column.primary).nth(1)
    {
        cx.report(&DECLARED_TWICE, span, "a table has one primary key");
    }
    if create.if_not_exists || create.temporary {
        return;
    }
    there(cx, &create.name);
}

/// Whether the run made a table or view of that name, and did not drop it.
fn there(cx: &mut Cx<'_>, name: &Name) {
    let Some(other) = cx.catalog.get(name).filter(|other| !other.temporary) else { return };
    let message = twice(if other.view { "view" } else { "table" }, &name.name, &other.name);
    // a statement before may have failed, or the table was dropped by other means: it is not certain
    cx.report(&DECLARED_TWICE, name.span, message)
        .help("write IF NOT EXISTS, drop it first, or give it another name")
        .warning();
}

fn view(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    if stmt.seq(0, &["CREATE", "VIEW"])
        && let Some(name) = stmt.name(stmt.after_if(2))
        && stmt.after_if(2) == 2
    {
        there(cx, &name);
    }
}

fn index(cx: &mut Cx<'_>, table: &Name, key: &Key) {
    let Some(known) = cx.catalog.get(table).filter(|table| table.known) else { return };
    if key.kind == KeyKind::Primary {
        if known.primary().is_some() {
            cx.report(&DECLARED_TWICE, key.head, "the table has a primary key already").warning();
        }
    } else if let Some(name) = &key.name
        && let Some(other) = known.key(name)
    {
        let message = twice("index", name, &other.name);
        cx.report(&DECLARED_TWICE, key.name_span, message)
            .help("drop it in a statement before, or give it another name")
            .warning();
    }
}

fn taken(cx: &mut Cx<'_>, table: &Name, name: &str, span: Span, except: &[&str]) {
    let Some(known) = cx.catalog.get(table).filter(|table| table.known) else { return };
    if let Some(other) = known.column(name).filter(|_| !except.iter().any(|e| e.eq_ignore_ascii_case(name))) {
        let message = twice("column", name, &other.name);
        cx.report(&DECLARED_TWICE, span, message)
            .help("write IF NOT EXISTS, or give it another name")
            .warning();
    }
}

fn twice(what: &str, name: &str, other: &str) -> String {
    if name == other {
        format!("the {what} `{name}` is declared already")
    } else {
        format!("the {what} `{name}` is `{other}` to TiDB, which does not look at case")
    }
}

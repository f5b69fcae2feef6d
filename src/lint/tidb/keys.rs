//! Keys and table constraints.

use super::columns::{Check, check};
use super::lexer::Kind;
use super::stmt::{Name, Stmt};
use crate::text::Span;

/// What a key is over: a column, perhaps its first characters, or an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// None for an expression.
    pub column: Option<String>,
    pub length: Option<u64>,
    pub span: Span,
    /// The tokens of the part.
    pub from: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    Primary,
    Unique,
    Plain,
    Fulltext,
    Spatial,
    /// `VECTOR INDEX`, `COLUMNAR INDEX`
    Columnar,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub kind: KeyKind,
    pub name: Option<String>,
    pub name_span: Span,
    pub parts: Vec<Part>,
    pub span: Span,
    pub head: Span,
    pub global: bool,
    pub clustered: Option<bool>,
    /// The word CLUSTERED or NONCLUSTERED.
    pub clustered_span: Option<Span>,
    /// Where its options are.
    pub options: (usize, usize),
}

/// `REFERENCES t (…) …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub table: Name,
    pub columns: Vec<String>,
    pub columns_span: Option<Span>,
    pub span: Span,
    /// The words of ON DELETE and ON UPDATE with what they say.
    pub actions: Vec<(String, String, Span)>,
    pub matches: Option<Span>,
    pub end: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub columns_span: Span,
    pub reference: Reference,
    pub span: Span,
}

/// An element of CREATE TABLE that is no column, or what ADD adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    Key(Key),
    Foreign(Box<ForeignKey>),
    Check(Check),
    Other,
}

/// Whether an element of a table starts like a constraint.
pub fn starts(stmt: &Stmt<'_>, at: usize) -> bool {
    if stmt.kind(at) != Some(Kind::Word) {
        return false;
    }
    stmt.is_any(
        at,
        &["CONSTRAINT", "PRIMARY", "UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK"],
    ) || stmt.is_any(at, &["VECTOR", "COLUMNAR"]) && stmt.is_any(at + 1, &["INDEX", "KEY"])
}

/// Reads a constraint that starts at `at` and ends before `end`.
pub fn constraint(stmt: &Stmt<'_>, at: usize, end: usize) -> Constraint {
    let mut name = None;
    let mut head = at;
    if stmt.is(at, "CONSTRAINT") {
        head = at + 1;
        let keyword = stmt.is_any(head, &["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]) && stmt.is_word(head);
        if !keyword {
            name = stmt.ident(head).map(|name| (name, stmt.span(head, head + 1)));
            head += 1;
        }
    }
    let kind = match stmt.at(head).to_ascii_uppercase().as_str() {
        "CHECK" => {
            let found = check(stmt, at, head, name.map(|(name, _)| name));
            return found.map_or(Constraint::Other, |(check, _)| Constraint::Check(check));
        }
        "FOREIGN" => return foreign(stmt, at, head, end, name).unwrap_or(Constraint::Other),
        "PRIMARY" => KeyKind::Primary,
        "UNIQUE" => KeyKind::Unique,
        "FULLTEXT" => KeyKind::Fulltext,
        "SPATIAL" => KeyKind::Spatial,
        "VECTOR" | "COLUMNAR" => KeyKind::Columnar,
        "KEY" | "INDEX" => KeyKind::Plain,
        _ => return Constraint::Other,
    };
    let mut next = if kind == KeyKind::Plain { head } else { head + 1 };
    if stmt.is_any(next, &["KEY", "INDEX"]) {
        next += 1;
    }
    next = stmt.after_if(next);
    if !stmt.is(next, "(") && !stmt.is_any(next, &["USING", "TYPE"]) {
        name = stmt.ident(next).map(|name| (name, stmt.span(next, next + 1))).or(name);
        next += 1;
    }
    if stmt.is_any(next, &["USING", "TYPE"]) {
        next += 2;
    }
    match key(stmt, (at, next, end), kind, name) {
        Some(key) => Constraint::Key(key),
        None => Constraint::Other,
    }
}

/// A key whose list opens at `open`.
pub fn key(
    stmt: &Stmt<'_>,
    (from, open, end): (usize, usize, usize),
    kind: KeyKind,
    name: Option<(String, Span)>,
) -> Option<Key> {
    if !stmt.is(open, "(") {
        return None;
    }
    let close = stmt.close(open);
    let parts = stmt.parts(open + 1, close).into_iter().map(|(from, end)| part(stmt, from, end)).collect();
    let options = (close + 1, end);
    let clustered = stmt.find(options.0, end, &["CLUSTERED", "NONCLUSTERED"]);
    let (name, name_span) = match name {
        Some((name, span)) => (Some(name), span),
        None => (None, stmt.span(from, open)),
    };
    Some(Key {
        kind,
        name,
        name_span,
        parts,
        span: stmt.span(from, end),
        head: stmt.span(from, open),
        global: stmt.find(options.0, end, &["GLOBAL"]).is_some(),
        clustered: clustered.map(|at| stmt.is(at, "CLUSTERED")),
        clustered_span: clustered.map(|at| stmt.span(at, at + 1)),
        options,
    })
}

fn part(stmt: &Stmt<'_>, from: usize, end: usize) -> Part {
    let span = stmt.span(from, end);
    let column = if stmt.is(from, "(") { None } else { stmt.name(from).map(|name| (name.name, name.end)) };
    match column {
        Some((name, next)) => {
            let length = if stmt.is(next, "(") { stmt.number(next + 1) } else { None };
            Part { column: Some(name), length, span, from, end }
        }
        None => Part { column: None, length: None, span, from, end },
    }
}

/// The names in a list that opens at `open`, and the position after it.
pub fn names(stmt: &Stmt<'_>, open: usize) -> (Vec<String>, usize) {
    let close = stmt.close(open);
    let names = stmt.parts(open + 1, close).into_iter().filter_map(|(from, _)| stmt.ident(from)).collect();
    (names, close + 1)
}

fn foreign(
    stmt: &Stmt<'_>,
    from: usize,
    at: usize,
    end: usize,
    name: Option<(String, Span)>,
) -> Option<Constraint> {
    let mut next = stmt.after_if(at + 2);
    let mut name = name.map(|(name, _)| name);
    if !stmt.is(next, "(") {
        name = name.or(stmt.ident(next));
        next += 1;
    }
    if !stmt.is(next, "(") {
        return None;
    }
    let (columns, after) = names(stmt, next);
    let columns_span = stmt.span(next, after);
    let reference = reference(stmt, after)?;
    Some(Constraint::Foreign(Box::new(ForeignKey {
        name,
        columns,
        columns_span,
        reference,
        span: stmt.span(from, end),
    })))
}

pub fn reference(stmt: &Stmt<'_>, at: usize) -> Option<Reference> {
    if !stmt.is(at, "REFERENCES") {
        return None;
    }
    let table = stmt.name(at + 1)?;
    let mut next = table.end;
    let (mut columns, mut columns_span) = (Vec::new(), None);
    if stmt.is(next, "(") {
        let (names, after) = names(stmt, next);
        columns_span = Some(stmt.span(next, after));
        columns = names;
        next = after;
    }
    let (mut actions, mut matches) = (Vec::new(), None);
    loop {
        if stmt.is(next, "MATCH") {
            matches = Some(stmt.span(next, next + 2));
            next += 2;
        } else if stmt.is(next, "ON") && stmt.is_any(next + 1, &["DELETE", "UPDATE"]) {
            let words = if stmt.is_any(next + 2, &["SET", "NO"]) { 2 } else { 1 };
            let action = stmt.slice(next + 2, next + 2 + words).to_ascii_uppercase();
            let action = action.split_whitespace().collect::<Vec<_>>().join(" ");
            let event = stmt.at(next + 1).to_ascii_uppercase();
            actions.push((event, action, stmt.span(next, next + 2 + words)));
            next += 2 + words;
        } else {
            break;
        }
    }
    Some(Reference { table, columns, columns_span, span: stmt.span(at, next), actions, matches, end: next })
}

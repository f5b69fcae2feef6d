//! `IF [NOT] EXISTS` in the text of a statement that a guard is around.

use super::constant;
use super::object::{Kind, Subject};
use crate::syntax::Parsed;
use crate::syntax::lex::Kind as TokenKind;
use sqlparser::ast::Expr;

/// A statement that says IF [NOT] EXISTS, and where that stands in its text.
pub struct Hinted {
    pub parsed: Parsed,
    pub from: usize,
    pub len: usize,
}

impl Hinted {
    /// The byte of the statement as it was.
    pub fn place(&self, byte: usize) -> usize {
        if byte <= self.from { byte } else { byte.saturating_sub(self.len).max(self.from) }
    }
}

/// A solid token: its text in lower case, unless it is a name in quotes, and where it starts.
fn solid(parsed: &Parsed) -> Vec<(String, usize)> {
    let source = parsed.source();
    let word = |token: &crate::syntax::lex::Token| {
        let text = token.text(source);
        let text = if token.kind == TokenKind::Quoted { text.to_string() } else { text.to_lowercase() };
        (text, token.span.start)
    };
    parsed.tokens.iter().filter(|token| !token.is_trivia()).take(16).map(word).collect()
}

/// The statement with IF [NOT] EXISTS, where TiDB knows that there, and the object that it then asks for: its kind and
/// name, and the table it is of.
pub fn hint(parsed: &Parsed, alter: bool) -> Option<(Hinted, Kind, String, Option<String>)> {
    let words = solid(parsed);
    let is = |at: usize, word: &str| words.get(at).is_some_and(|(found, _)| found == word);
    let mut at = 1;
    while ["unique", "unlogged", "temp", "temporary", "local", "global"].iter().any(|word| is(at, word)) {
        at += 1;
    }
    let kind = match words.get(at)?.0.as_str() {
        "table" => Kind::Table,
        "index" => Kind::Index,
        "view" => Kind::View,
        "schema" => Kind::Schema,
        "sequence" => Kind::Sequence,
        _ => return None,
    };
    at += 1;
    if is(at, "concurrently") {
        at += 1;
    }
    let name_from = |at: usize| -> Option<(String, usize)> {
        let mut last = words.get(at)?.0.clone();
        let mut next = at + 1;
        while is(next, ".") {
            last = words.get(next + 1)?.0.clone();
            next += 2;
        }
        Some((last.trim_matches('"').to_string(), next))
    };
    let (what, at, kind, name, table) = match words.first()?.0.as_str() {
        "create" if kind != Kind::View && !is(at, "if") && !is(at, "on") => {
            let (name, _) = name_from(at)?;
            ("IF NOT EXISTS ", words.get(at)?.1, kind, name, None)
        }
        "drop" if !is(at, "if") => {
            let (name, _) = name_from(at)?;
            ("IF EXISTS ", words.get(at)?.1, kind, name, None)
        }
        "alter" if alter && kind == Kind::Table && !is(at, "if") => {
            if is(at, "only") {
                at += 1;
            }
            let (table, mut next) = name_from(at)?;
            // Of several actions, each would have to say it.
            if parsed.tokens.iter().filter(|t| t.text(parsed.source()) == ",").count() > 0 {
                return None;
            }
            let what = match words.get(next)?.0.as_str() {
                "add" => "IF NOT EXISTS ",
                "drop" => "IF EXISTS ",
                _ => return None,
            };
            next += 1;
            let kind = match words.get(next)?.0.as_str() {
                "column" => {
                    next += 1;
                    Kind::Column
                }
                "constraint" if what == "IF EXISTS " => {
                    next += 1;
                    Kind::Constraint
                }
                "constraint" | "primary" | "unique" | "foreign" | "check" | "exclude" | "if" => return None,
                _ => Kind::Column,
            };
            if is(next, "if") {
                return None;
            }
            let (name, at) = (words.get(next)?.0.trim_matches('"').to_string(), words.get(next)?.1);
            (what, at, kind, name, Some(table))
        }
        _ => return None,
    };
    let text = format!("{}{what}{}", parsed.text.get(..at)?, parsed.text.get(at..)?);
    let hinted = Hinted { parsed: Parsed::inner(&text), from: at, len: what.len() };
    Some((hinted, kind, name, table))
}

/// The statement that asks for the guard's object itself, where both mean the same one.
pub fn of_guard(parsed: &Parsed, subject: &Subject, alter: bool) -> Option<Hinted> {
    if !subject.also.is_empty() {
        return None;
    }
    let (hinted, kind, name, table) = hint(parsed, alter)?;
    let same_kind = kind == subject.kind
        || subject.kind == Kind::Relation
            && matches!(kind, Kind::Table | Kind::Index | Kind::Sequence | Kind::View);
    let same_table = match (&table, &subject.table) {
        (Some(own), Some(asked)) => own.eq_ignore_ascii_case(asked),
        _ => true,
    };
    (same_kind && same_table && name.eq_ignore_ascii_case(&subject.name)).then_some(hinted)
}

/// An INSERT of one row as a SELECT that a condition on rows is asked of, and where its text parts from the source's.
pub fn conditional(parsed: &Parsed, test: &str) -> Option<(usize, Parsed)> {
    if parsed.head(2) != "INSERT INTO" || !matches!(constant::parse(test)?, Expr::Exists { .. }) {
        return None;
    }
    let source = parsed.source();
    let tokens: Vec<_> = parsed.tokens.iter().filter(|token| !token.is_trivia()).collect();
    let values = tokens.iter().position(|token| token.text(source).eq_ignore_ascii_case("values"))?;
    let mut depth = 0;
    for (n, token) in tokens.iter().enumerate().skip(values + 1) {
        match token.text(source) {
            "(" => depth += 1,
            ")" => depth -= 1,
            word if word.eq_ignore_ascii_case("default") => return None,
            _ if depth == 0 => return None,
            _ => {}
        }
        // Nothing may stand after the row.
        if depth == 0 && n + 1 < tokens.len() {
            return None;
        }
    }
    let (open, close) = (tokens.get(values + 1)?, tokens.last()?);
    let from = tokens.get(values)?.span.start;
    let row = parsed.text.get(open.span.end..close.span.start)?;
    let text = format!("{}SELECT {} WHERE {test}", parsed.text.get(..from)?, row.trim());
    let conditional = Parsed::inner(&text);
    conditional.tree.is_ok().then_some((from, conditional))
}

/// DROP of functions, which TiDB has none of. Those that triggers call may have columns to change.
pub fn only_drops_code(parsed: &Parsed) -> bool {
    ["DROP EXTENSION", "DROP PROCEDURE", "DROP POLICY", "DROP AGGREGATE"].contains(&parsed.head(2).as_str())
}

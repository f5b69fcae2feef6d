//! Recognises the comment lines that migration runners read.

use super::Directive;
use super::shape::{LOOKAHEAD, Look, as_text};
use memchr::memchr2;
use pest::Parser;
use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "../grammar/directive.pest"]
struct Grammar;

/// A directive line found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub directive: Directive,
    /// Without the line end.
    pub length: usize,
    /// It ends a statement that has no semicolon.
    pub ends_statement: bool,
    /// It says that this file is Liquibase's.
    pub liquibase: bool,
}

/// What may follow `--` and blanks in a directive, in lower case.
const OPENINGS: [&[u8]; 8] =
    [b"+goose", b"+migrate", b"migrate:", b"no-transaction", b"atlas:", b"flyway:", b"name:", b"liquibase"];
/// The same after `--liquibase formatted sql`; elsewhere `--rollback` is a comment.
const LIQUIBASE: [&[u8]; 7] =
    [b"changeset", b"rollback", b"comment", b"property", b"precondition", b"validchecksum", b"ignore"];

/// At a `--`: whether this line is a directive. Drizzle's breakpoint may stand anywhere, all others need a line of their own.
pub(super) fn look(input: &[u8], line_start: bool, liquibase: bool, last: bool) -> Look<Found> {
    match may_be(input, line_start, liquibase) {
        Look::No => return Look::No,
        Look::More if !last => return Look::More,
        Look::Yes(()) | Look::More => {}
    }
    let window = &input[..input.len().min(LOOKAHEAD)];
    let length = match memchr2(b'\n', b'\r', window) {
        Some(length) => length,
        None if window.len() == LOOKAHEAD => return Look::No,
        None if last => window.len(),
        None => return Look::More,
    };
    match read(&as_text(&window[..length])) {
        Some(found) => Look::Yes(Found { length, ..found }),
        None => Look::No,
    }
}

/// A look at the first bytes, so that the many other comments cost nothing.
fn may_be(input: &[u8], line_start: bool, liquibase: bool) -> Look<()> {
    let starts = |text: &[u8], with: &[u8]| {
        let common = text.len().min(with.len());
        match text[..common].eq_ignore_ascii_case(&with[..common]) {
            true if common == with.len() => Look::Yes(()),
            true => Look::More,
            false => Look::No,
        }
    };
    let Some(body) = input.get(2..) else { return Look::More };
    match body.first() {
        None => return Look::More,
        Some(b'>') => return Look::Yes(()),
        _ if !line_start => return Look::No,
        Some(b'-') => return starts(body, b"-- create above"),
        _ => {}
    }
    let word = body.iter().position(|b| !matches!(b, b' ' | b'\t'));
    let Some(word) = word.map(|at| &body[at..]) else { return Look::More };
    let openings = OPENINGS.iter().chain(LIQUIBASE.iter().filter(|_| liquibase));
    openings.map(|opening| starts(word, opening)).find(|look| *look != Look::No).unwrap_or(Look::No)
}

fn read(line: &str) -> Option<Found> {
    let kind = Grammar::parse(Rule::line, line).ok()?.next()?.into_inner().next()?;
    let (directive, ends_statement) = match kind.as_rule() {
        Rule::up => (Directive::Up, true),
        Rule::down => (Directive::Down, true),
        Rule::begin => (Directive::StatementBegin, true),
        Rule::end => (Directive::StatementEnd, true),
        Rule::boundary => (Directive::Other, true),
        _ => (Directive::Other, false),
    };
    let word = line.trim_start_matches('-').trim_start();
    let liquibase = word.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("liquibase"));
    Some(Found { directive, length: line.len(), ends_statement, liquibase })
}

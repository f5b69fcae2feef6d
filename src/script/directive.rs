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

/// Where in its line a comment stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Place {
    #[default]
    Start,
    /// After blanks only.
    Indented,
    Inside,
}

/// What may follow `--` and blanks in a directive, in lower case; other case makes some of them plain comments.
const ANY_CASE: [&[u8]; 3] = [b"+goose", b"+migrate", b"liquibase"];
const DBMATE: &[u8] = b"migrate:";
const LOWER_CASE: [&[u8]; 5] = [DBMATE, b"no-transaction", b"atlas:", b"flyway:", b"name:"];
/// node-pg-migrate's, after any blanks and hyphens.
const DIRECTIONS: [&[u8]; 2] = [b"up", b"down"];
/// What may after `--liquibase formatted sql`; elsewhere `--rollback` is a comment.
const LIQUIBASE: [&[u8]; 7] =
    [b"changeset", b"rollback", b"comment", b"property", b"precondition", b"validchecksum", b"ignore"];

/// At a `--`: whether this line is a directive. Drizzle's breakpoint may stand anywhere, all others need a line of their own;
/// dbmate's may be indented: dbmate itself then sees none, and its author meant one.
pub(super) fn look(input: &[u8], place: Place, liquibase: bool, last: bool) -> Look<Found> {
    match may_be(input, place, liquibase) {
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
fn may_be(input: &[u8], place: Place, liquibase: bool) -> Look<()> {
    let Some(body) = input.get(2..) else { return Look::More };
    match body.first() {
        None => return Look::More,
        Some(b'>') => return Look::Yes(()),
        _ if place == Place::Inside => return Look::No,
        _ => {}
    }
    let word = body.iter().position(|b| !matches!(b, b' ' | b'\t'));
    let Some(word) = word.map(|at| &body[at..]) else { return Look::More };
    if place == Place::Indented {
        return starts(word, DBMATE, false);
    }
    let direction = body.iter().position(|b| !matches!(b, b' ' | b'\t' | b'-')).map(|at| &body[at..]);
    let direction = match direction {
        None => Look::More,
        Some(word) => either(DIRECTIONS.iter().map(|opening| starts(word, opening, true))),
    };
    if direction != Look::No {
        return direction;
    }
    if body.first() == Some(&b'-') {
        return starts(body, b"-- create above", false);
    }
    let liquibase_words = if liquibase { &LIQUIBASE[..] } else { &[] };
    let any_case = ANY_CASE.iter().chain(liquibase_words).map(|opening| starts(word, opening, true));
    let lower_case = LOWER_CASE.iter().map(|opening| starts(word, opening, false));
    either(any_case.chain(lower_case))
}

fn either(mut looks: impl Iterator<Item = Look<()>>) -> Look<()> {
    looks.find(|look| *look != Look::No).unwrap_or(Look::No)
}

fn starts(text: &[u8], with: &[u8], any_case: bool) -> Look<()> {
    let common = text.len().min(with.len());
    let (text, start) = (&text[..common], &with[..common]);
    match if any_case { text.eq_ignore_ascii_case(start) } else { text == start } {
        true if common == with.len() => Look::Yes(()),
        true => Look::More,
        false => Look::No,
    }
}

fn read(line: &str) -> Option<Found> {
    let kind = Grammar::parse(Rule::line, line).ok()?.next()?.into_inner().next()?;
    let (directive, ends_statement) = match kind.as_rule() {
        Rule::up => (Directive::Up, true),
        Rule::down | Rule::below => (Directive::Down, true),
        Rule::begin => (Directive::StatementBegin, true),
        Rule::end => (Directive::StatementEnd, true),
        Rule::breakpoint => (Directive::Breakpoint, true),
        Rule::changeset => (Directive::Changeset, true),
        Rule::rollback => (Directive::Rollback, true),
        _ => (Directive::Other, false),
    };
    let liquibase = kind.as_rule() == Rule::formatted;
    Some(Found { directive, length: line.len(), ends_statement, liquibase })
}

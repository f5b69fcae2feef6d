//! CREATE TABLE, CREATE DOMAIN and COMMENT: words that sqlparser does not read.

use super::tokens::Tokens;
use super::{Like, What, ident};
use crate::syntax::names;
use sqlparser::ast::{ObjectName, ObjectNamePart};
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Where CREATE TABLE's list opens, if it is one.
fn list_of_table(tokens: &mut Tokens<'_>) -> Option<usize> {
    tokens.open();
    let mut at = 1;
    while tokens.is_one_of(at, &["global", "local", "temp", "temporary", "unlogged"]) {
        at += 1;
    }
    if !tokens.is(at, "table") {
        return None;
    }
    at += 1;
    if tokens.begin(at, &["if", "not", "exists"]) {
        at += 3;
    }
    at = tokens.after_name(at);
    tokens.punct(at, &Token::LParen).then_some(at)
}

pub fn table(tokens: &mut Tokens<'_>) {
    let may_be =
        ["table", "unlogged", "temp", "temporary", "global", "local"].iter().any(|word| tokens.is(1, word));
    if !may_be {
        return;
    }
    let Some(open) = list_of_table(tokens) else { return };
    let elements = tokens.list(open + 1);
    let mut columns = 0;
    for n in 0..elements.len() {
        let (from, to) = elements[n];
        if tokens.is(from, "like") && is_like(tokens, from, to) {
            like(tokens, &elements, n, columns);
            continue;
        }
        if let Some(column) = not_null(tokens, from) {
            not_null_of_column(tokens, &elements, n, column);
            continue;
        }
        column_words(tokens, from, to);
        constraint_words(tokens, from, to);
        columns += usize::from(!is_constraint(tokens, from));
    }
    let close = elements.last().map_or(open + 1, |last| last.1);
    table_words(tokens, close + 1);
}

fn is_constraint(tokens: &Tokens<'_>, from: usize) -> bool {
    tokens.is_one_of(from, &["constraint", "primary", "unique", "foreign", "check", "exclude"])
}

/// The column of `[CONSTRAINT name] NOT NULL column`, which PostgreSQL has beside the columns from 18 on.
pub fn not_null(tokens: &Tokens<'_>, from: usize) -> Option<usize> {
    let not = if tokens.is(from, "constraint") { from + 2 } else { from };
    tokens.begin(not, &["not", "null"]).then_some(not + 2)
}

/// Says it with the column.
fn not_null_of_column(tokens: &mut Tokens<'_>, elements: &[(usize, usize)], n: usize, column: usize) {
    let name =
        |tokens: &Tokens<'_>, at: usize| tokens.token(at).and_then(ident).map(|ident| names::folded(&ident));
    let wanted = name(tokens, column);
    let own = elements.iter().find(|(from, _)| wanted.is_some() && name(tokens, *from) == wanted).copied();
    let Some((from, to)) = own else { return };
    if !(from..to).any(|at| tokens.begin(at, &["not", "null"])) {
        let words = tokens.copied(column - 2, column);
        tokens.insert(words, to);
    }
    tokens.remove_item(elements, n);
}

/// `LIKE name` may also be a column called so, of a type called so.
fn is_like(tokens: &Tokens<'_>, from: usize, to: usize) -> bool {
    let end = tokens.after_name(from + 1);
    end >= to || tokens.is_one_of(end, &["including", "excluding"])
}

fn like(tokens: &mut Tokens<'_>, elements: &[(usize, usize)], n: usize, after: usize) {
    const OPTIONS: [&str; 9] = [
        "comments",
        "compression",
        "constraints",
        "defaults",
        "generated",
        "identity",
        "indexes",
        "statistics",
        "storage",
    ];
    let (from, to) = elements[n];
    let end = tokens.after_name(from + 1).min(to);
    let parts = (from + 1..end).step_by(2).filter_map(|at| tokens.token(at).and_then(ident));
    let table = ObjectName(parts.map(ObjectNamePart::Identifier).collect());
    let mut including: Vec<String> = Vec::new();
    for at in (end..to).step_by(2) {
        let option = tokens.word(at + 1);
        let named: Vec<&str> = if option == "all" { OPTIONS.to_vec() } else { vec![option.as_str()] };
        including.retain(|known| !named.contains(&known.as_str()));
        if tokens.is(at, "including") {
            including.extend(named.into_iter().map(str::to_string));
        }
    }
    tokens.skip_item(What::Like(Like { table, after, including }), elements, n);
}

/// `COMPRESSION x` and `STORAGE x` of a column, and the NATIONAL of a type.
pub fn column_words(tokens: &mut Tokens<'_>, from: usize, to: usize) {
    let mut depth = 0usize;
    for at in from + 2..to {
        match tokens.token(at).map(|t| &t.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        // Either word may be a name as well: of a type, or of a table that is referred to.
        let kinds: &[&str] = if tokens.is(at, "compression") {
            &["pglz", "lz4", "default"]
        } else if tokens.is(at, "storage") {
            &["plain", "external", "extended", "main", "default"]
        } else {
            continue;
        };
        if at + 1 < to && tokens.is_one_of(at + 1, kinds) && !tokens.is(at - 1, "references") {
            tokens.skip(What::Storage, at, at + 2);
        }
    }
    for at in from + 1..to {
        if tokens.is(at, "national") && tokens.is_one_of(at + 1, &["character", "char"]) {
            tokens.remove(at, at + 1);
        }
    }
}

/// `WITH (…)` and `USING INDEX TABLESPACE x` of a key, the columns of `SET NULL (…)`.
pub fn constraint_words(tokens: &mut Tokens<'_>, from: usize, to: usize) {
    let mut at = from;
    let mut depth = 0usize;
    while at < to {
        match tokens.token(at).map(|t| &t.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && tokens.begin(at, &["using", "index", "tablespace"]) {
            tokens.skip(What::Storage, at, at + 4);
            at += 3;
        } else if depth == 0
            && at > from
            && tokens.begin(at, &["with", "("])
            && (from..at).any(|before| tokens.is_one_of(before, &["unique", "primary"]))
        {
            let end = tokens.after_parens(at + 1);
            tokens.skip(What::Storage, at, end);
            at = end;
            continue;
        } else if depth == 0
            && tokens.is(at, "set")
            && tokens.is_one_of(at + 1, &["null", "default"])
            && tokens.punct(at + 2, &Token::LParen)
            && tokens.is(at.wrapping_sub(1), "delete")
        {
            let end = tokens.after_parens(at + 2);
            tokens.skip(What::SomeColumns, at + 2, end);
            at = end;
            continue;
        }
        at += 1;
    }
}

/// `USING method` and `TABLESPACE x` after the list; operator classes and collations of a partition key.
fn table_words(tokens: &mut Tokens<'_>, from: usize) {
    let len = tokens.len();
    let mut at = from;
    while at < len {
        if tokens.is(at, "as") {
            return;
        }
        if tokens.is(at, "tablespace") || tokens.is(at, "using") {
            tokens.skip(What::Storage, at, at + 2);
            at += 2;
        } else if tokens.begin(at, &["partition", "by"]) && tokens.punct(at + 3, &Token::LParen) {
            let end = tokens.after_parens(at + 3);
            for inside in at + 4..end {
                let word = tokens.word(inside);
                if word.ends_with("_ops")
                    && !tokens.punct(inside - 1, &Token::Comma)
                    && !tokens.punct(inside - 1, &Token::LParen)
                {
                    tokens.remove(inside, inside + 1);
                }
            }
            at = end;
        } else {
            at += 1;
        }
    }
}

/// The AS that may be left out, NOT NULL, and DEFAULT wherever it stands.
pub fn domain(tokens: &mut Tokens<'_>) {
    tokens.open();
    let name_end = tokens.after_name(2);
    let span = tokens.span(name_end, name_end + 1);
    if !tokens.is(name_end, "as") {
        tokens.insert(vec![TokenWithSpan { token: Token::make_word("AS", None), span }], name_end);
    }
    let clauses = ["not", "null", "default", "check", "constraint", "collate"];
    let mut depth = 0usize;
    let mut first = None;
    let mut default = None;
    let mut at = name_end;
    while at < tokens.len() {
        match tokens.token(at).map(|t| &t.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 || !tokens.is_one_of(at, &clauses) || default.is_some_and(|d: (usize, usize)| at < d.1) {
            at += 1;
            continue;
        }
        if tokens.begin(at, &["not", "null"]) || tokens.is(at, "null") {
            let named = first.is_some() && tokens.is(at.wrapping_sub(2), "constraint");
            let from = if named { at - 2 } else { at };
            let end = at + 1 + usize::from(tokens.is(at, "not"));
            if tokens.is(at, "not") {
                tokens.skip(What::NotNull, from, end);
            } else {
                tokens.remove(from, end);
            }
            at = end;
            continue;
        }
        if tokens.is(at, "default") {
            let end = end_of_default(tokens, at + 1, &clauses);
            default = Some((at, end));
        } else if !tokens.is(at, "collate") {
            first.get_or_insert(at);
        }
        at += 1;
    }
    // sqlparser wants the default before the constraints.
    if let (Some(first), Some((from, to))) = (first, default)
        && first < from
    {
        let moved = tokens.copied(from, to);
        tokens.remove(from, to);
        tokens.insert(moved, first);
    }
}

/// A default's value ends where another clause begins; its first token is part of it whatever it is.
fn end_of_default(tokens: &Tokens<'_>, from: usize, clauses: &[&str]) -> usize {
    let mut depth = 0usize;
    for at in from..tokens.len() {
        match tokens.token(at).map(|t| &t.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => depth = depth.saturating_sub(1),
            Some(Token::SemiColon) => return at,
            _ => {}
        }
        if depth == 0 && at > from && tokens.is_one_of(at, clauses) {
            return at;
        }
    }
    tokens.len()
}

/// A text in dollar quotes is a text.
pub fn comment(tokens: &mut Tokens<'_>) {
    let last = tokens.open();
    for at in (2..last).rev().take(2) {
        if let Some(Token::DollarQuotedString(text)) = tokens.token(at).map(|t| t.token.clone()) {
            tokens.replace(at, Token::SingleQuotedString(text.value));
        }
    }
}

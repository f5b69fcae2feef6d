//! ALTER TABLE: actions, and words in actions, that sqlparser does not read.

use super::create::{column_words, constraint_words, not_null};
use super::tokens::Tokens;
use super::{What, ident};
use sqlparser::ast::Ident;
use sqlparser::tokenizer::Token;

/// How a column is stored or sampled, after `ALTER [COLUMN] c`.
const COLUMN: [&[&str]; 5] =
    [&["set", "statistics"], &["set", "storage"], &["set", "compression"], &["set", "("], &["reset", "("]];

/// How a table is stored.
const TABLE: [&[&str]; 7] = [
    &["set", "tablespace"],
    &["set", "without", "cluster"],
    &["set", "without", "oids"],
    &["set", "with", "oids"],
    &["set", "access", "method"],
    &["cluster", "on"],
    &["reset", "("],
];

pub fn table(tokens: &mut Tokens<'_>) {
    tokens.open();
    let mut at = 2;
    if tokens.begin(at, &["if", "exists"]) {
        at += 2;
    }
    at += usize::from(tokens.is(at, "only") && !tokens.punct(at + 1, &Token::Period));
    at = tokens.after_name(at);
    if tokens.punct(at, &Token::Mul) {
        tokens.remove(at, at + 1);
        at += 1;
    }
    let actions = tokens.list(at);
    for n in 0..actions.len() {
        action(tokens, &actions, n);
    }
    if !actions.is_empty() && tokens.skipped() == actions.len() {
        tokens.empty();
    }
}

fn action(tokens: &mut Tokens<'_>, actions: &[(usize, usize)], n: usize) {
    let (from, to) = actions[n];
    if TABLE.iter().any(|words| tokens.begin(from, words)) {
        tokens.skip_item(What::Storage, actions, n);
    } else if tokens.begin(from, &["alter", "constraint"]) {
        let after = tokens.after_name(from + 2);
        let deferrable = (after..to).any(|at| tokens.is(at, "deferrable") && !tokens.is(at - 1, "not"));
        tokens.skip_item(What::Checked { deferrable }, actions, n);
    } else if tokens.is(from, "alter") {
        let column = from + 1 + usize::from(tokens.is(from + 1, "column"));
        if COLUMN.iter().any(|words| tokens.begin(column + 1, words)) {
            tokens.skip_item(What::Storage, actions, n);
        } else if tokens.is(column + 1, "type") || tokens.begin(column + 1, &["set", "data", "type"]) {
            collation(tokens, column, to);
        }
    } else if let (true, Some(column)) = (tokens.is(from, "add"), not_null(tokens, from + 1)) {
        set_not_null(tokens, (from, to), column);
    } else if tokens.is(from, "add") {
        column_words(tokens, from, to);
        constraint_words(tokens, from, to);
    } else if tokens.is(from, "rename") && !tokens.is_one_of(from + 1, &["to", "column", "constraint"]) {
        // TiDB wants the COLUMN that PostgreSQL lets one leave out.
        tokens.change();
    }
}

/// `ADD [CONSTRAINT name] NOT NULL column`, as `ALTER column SET NOT NULL`.
fn set_not_null(tokens: &mut Tokens<'_>, (from, to): (usize, usize), column: usize) {
    let not = column - 2;
    let mut words = tokens.copied(column, column + 1);
    words.extend(tokens.copied(not, not + 1).into_iter().map(|mut word| {
        word.token = Token::make_keyword("SET");
        word
    }));
    tokens.replace(from, Token::make_keyword("ALTER"));
    if not > from + 1 {
        tokens.remove(from + 1, not);
    }
    tokens.insert(words, not);
    tokens.remove(column, to);
}

/// `COLLATE name` of a type, before its USING.
fn collation(tokens: &mut Tokens<'_>, column: usize, to: usize) {
    let mut depth = 0usize;
    for at in column + 2..to {
        match tokens.token(at).map(|t| &t.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && tokens.is(at, "using") {
            return;
        }
        if depth == 0 && tokens.is(at, "collate") {
            let end = tokens.after_name(at + 1).min(to);
            let name: Ident = tokens.token(end - 1).and_then(ident).unwrap_or_else(|| Ident::new("default"));
            tokens.skip(What::Collation(name), at, end);
            return;
        }
    }
}

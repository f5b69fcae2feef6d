//! Indexes: `CONCURRENTLY`, `ONLY`, `TABLESPACE` and parameters of operator classes.

use super::tokens::Tokens;
use sqlparser::tokenizer::Token;

/// Words that a name follows.
const NAMED: &[&str] = &["on", "only", "index", "exists", "concurrently"];

pub fn drop(tokens: &mut Tokens<'_>) {
    tokens.open();
    if tokens.is(2, "concurrently") {
        tokens.remove(2, 3);
    }
}

pub fn alter(tokens: &mut Tokens<'_>) {
    tokens.open();
    if tokens.begin(2, &["if", "exists"]) {
        tokens.remove(2, 4);
    }
}

pub fn create(tokens: &mut Tokens<'_>) {
    if tokens.is(1, "unique") {
        tokens.open();
        if !tokens.is(2, "index") {
            return;
        }
    }
    let len = tokens.open();
    let mut depth = 0usize;
    let mut at = 2;
    while at < len {
        match tokens.token(at).map(|t| &t.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => depth = depth.saturating_sub(1),
            Some(Token::Word(word)) if word.quote_style.is_none() => {
                if depth == 0 && tokens.is(at, "on") && tokens.is(at + 1, "only") {
                    tokens.remove(at + 1, at + 2);
                } else if depth == 0 && tokens.is(at, "tablespace") && !tokens.is_one_of(at - 1, NAMED) {
                    tokens.remove(at, at + 2);
                } else if depth == 1
                    && word.value.to_ascii_lowercase().ends_with("_ops")
                    && tokens.punct(at + 1, &Token::LParen)
                {
                    let end = tokens.after_parens(at + 1);
                    tokens.remove(at + 1, end);
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

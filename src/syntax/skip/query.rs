//! Queries and views: words that sqlparser does not read.

use super::tokens::Tokens;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// `TABLE t` is `SELECT * FROM t`.
pub fn table(tokens: &mut Tokens<'_>) {
    tokens.open();
    let Some(span) = tokens.token(0).map(|token| token.span) else { return };
    let words = [Token::make_keyword("SELECT"), Token::Mul, Token::make_keyword("FROM")];
    tokens.insert(words.map(|token| TokenWithSpan { token, span }).to_vec(), 0);
    tokens.remove(0, 1);
}

/// `WITH CHECK OPTION` is about rows that are written through a view, and TiDB's views are read only.
pub fn view(tokens: &mut Tokens<'_>) {
    let len = tokens.open();
    let end = if tokens.punct(len - 1, &Token::SemiColon) { len - 1 } else { len };
    let Some(check) = end.checked_sub(2).filter(|&at| tokens.begin(at, &["check", "option"])) else { return };
    let before = check - usize::from(tokens.is_one_of(check - 1, &["local", "cascaded"]));
    if tokens.is(before - 1, "with") {
        tokens.remove(before - 1, end);
    }
}

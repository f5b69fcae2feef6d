//! The options of an identity column, which PostgreSQL takes in any order and sqlparser in one.

use super::keyword;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// `SEQUENCE NAME name`, which sqlparser does not read.
const NAMED: usize = 6;

/// Puts the options of every `IDENTITY (…)` into sqlparser's order; whether that changed anything.
pub fn ordered(tokens: &mut Vec<TokenWithSpan>) -> bool {
    let mut changed = false;
    let mut from = 0;
    while let Some(open) = (from..tokens.len().saturating_sub(1))
        .find(|&at| keyword(&tokens[at]) == Keyword::IDENTITY && tokens[at + 1].token == Token::LParen)
    {
        let inside = open + 2;
        let Some(length) = tokens[inside..].iter().position(|token| token.token == Token::RParen) else {
            break;
        };
        from = inside + length;
        let Some(mut options) = options(&tokens[inside..from]) else { continue };
        let named = options.iter().any(|(place, _)| *place == NAMED);
        if !named && options.is_sorted_by_key(|(place, _)| *place) {
            continue;
        }
        options.sort_by_key(|(place, _)| *place);
        options.retain(|(place, _)| *place != NAMED);
        let sorted: Vec<TokenWithSpan> = options.into_iter().flat_map(|(_, option)| option).collect();
        let close = inside + sorted.len();
        tokens.splice(inside..from, sorted);
        from = close;
        changed = true;
    }
    changed
}

/// The options, each with its place; `None` where there are others.
fn options(tokens: &[TokenWithSpan]) -> Option<Vec<(usize, Vec<TokenWithSpan>)>> {
    let place = |keyword: Keyword| match keyword {
        Keyword::INCREMENT => Some(0),
        Keyword::MINVALUE => Some(1),
        Keyword::MAXVALUE => Some(2),
        Keyword::START => Some(3),
        Keyword::CACHE => Some(4),
        Keyword::CYCLE => Some(5),
        Keyword::SEQUENCE => Some(NAMED),
        _ => None,
    };
    let mut options: Vec<(usize, Vec<TokenWithSpan>)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let negated = at > 0 && keyword(&tokens[at - 1]) == Keyword::NO;
        let begins = match keyword(token) {
            Keyword::NO => place(keyword(tokens.get(at + 1)?)),
            other => place(other).filter(|_| !negated),
        };
        match (begins, options.last_mut()) {
            (Some(place), _) => options.push((place, vec![token.clone()])),
            (None, Some((_, option))) => option.push(token.clone()),
            (None, None) => return None,
        }
    }
    Some(options)
}

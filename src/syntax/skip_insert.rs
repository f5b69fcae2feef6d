//! Words of INSERT that sqlparser does not read: OVERRIDING … VALUE, and conflict targets that are no plain columns.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The tokens to take out of an INSERT, in order; a pass finds them in the text.
pub fn unread(tokens: &[TokenWithSpan]) -> Vec<usize> {
    let head = tokens.iter().find(|token| !matches!(token.token, Token::Whitespace(_)));
    let with = head.is_some_and(|token| is(token, "with"));
    if !with && !head.is_some_and(|token| is(token, "insert")) {
        return Vec::new();
    }
    let mut found = Vec::new();
    overriding(tokens, !with, &mut found);
    conflict_targets(tokens, &mut found);
    found.sort_unstable();
    found
}

fn is(token: &TokenWithSpan, word: &str) -> bool {
    matches!(&token.token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
}

/// The places of this token's followers that are no trivia.
fn after(tokens: &[TokenWithSpan], at: usize) -> impl Iterator<Item = usize> {
    let rest = tokens.get(at + 1..).unwrap_or_default().iter().enumerate();
    rest.filter(|(_, token)| !matches!(token.token, Token::Whitespace(_))).map(move |(n, _)| at + 1 + n)
}

/// `OVERRIDING SYSTEM VALUE` and `OVERRIDING USER VALUE`; in a plain INSERT they stand before the rows.
fn overriding(tokens: &[TokenWithSpan], stop_at_rows: bool, found: &mut Vec<usize>) {
    for (at, token) in tokens.iter().enumerate() {
        if stop_at_rows && (is(token, "values") || is(token, "select")) {
            return;
        }
        if is(token, "overriding") {
            let words: Vec<usize> = after(tokens, at).take(2).collect();
            if let [kind, value] = words[..]
                && (is(&tokens[kind], "system") || is(&tokens[kind], "user"))
                && is(&tokens[value], "value")
            {
                found.extend([at, kind, value]);
            }
        }
    }
}

/// `(lower(a))` or `(a) WHERE b` between ON CONFLICT and DO. A list of columns is left to sqlparser.
fn conflict_targets(tokens: &[TokenWithSpan], found: &mut Vec<usize>) {
    for at in (0..tokens.len()).filter(|&at| is(&tokens[at], "conflict")) {
        let mut target = Vec::new();
        let mut depth = 0usize;
        let mut plain = true;
        let mut ends = false;
        for place in after(tokens, at) {
            let token = &tokens[place];
            match &token.token {
                Token::LParen => {
                    depth += 1;
                    plain &= depth == 1;
                }
                Token::RParen => depth = depth.saturating_sub(1),
                Token::Word(_) if depth == 0 && is(token, "do") => {
                    ends = true;
                    break;
                }
                Token::Word(_) if depth == 0 && is(token, "on") && target.is_empty() => break,
                Token::Word(_) if depth == 0 => plain = false,
                Token::Word(_) | Token::Comma => {}
                Token::SemiColon => break,
                _ => plain = false,
            }
            // Two words in a row: `a COLLATE "C"`, `a text_ops`.
            let word = |at: usize| matches!(tokens[at].token, Token::Word(_));
            plain &= !(depth == 1 && word(place) && target.last().is_some_and(|&last| word(last)));
            target.push(place);
        }
        if ends && !plain {
            found.extend(target);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::Parsed;

    #[test]
    fn what_sqlparser_does_not_read_of_an_insert_is_skipped() {
        for sql in [
            "INSERT INTO t (a, b) OVERRIDING SYSTEM VALUE VALUES (1, 2)",
            "INSERT INTO t (a) OVERRIDING USER VALUE SELECT 1",
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (lower(a)) DO NOTHING",
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (a, (b || c)) DO UPDATE SET a = 1",
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) WHERE b IS NULL DO UPDATE SET a = 1 WHERE t.b > 1",
            "WITH x AS (SELECT 1) INSERT INTO t OVERRIDING SYSTEM VALUE SELECT * FROM x ON CONFLICT (a COLLATE \"C\") DO NOTHING",
        ] {
            let parsed = Parsed::new(sql.as_bytes());
            assert!(parsed.tree.is_ok() && parsed.incomplete, "{sql}");
        }
        for sql in [
            "INSERT INTO t (a, overriding) VALUES (1, 2) ON CONFLICT (a, b) DO NOTHING",
            "INSERT INTO t (a) VALUES (1) ON CONFLICT ON CONSTRAINT x DO NOTHING",
            "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING",
        ] {
            let parsed = Parsed::new(sql.as_bytes());
            assert!(parsed.tree.is_ok() && !parsed.incomplete, "{sql}");
        }
    }
}

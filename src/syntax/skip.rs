//! Words of PostgreSQL that sqlparser does not read, and that change nothing on TiDB.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Takes out `CONCURRENTLY` of DROP INDEX, `ONLY` of CREATE INDEX … ON ONLY, and `IF EXISTS` of ALTER INDEX. Returns
/// whether any was there.
pub fn unread_words(tokens: &mut Vec<TokenWithSpan>) -> bool {
    let solid: Vec<usize> =
        (0..tokens.len()).filter(|&at| !matches!(tokens[at].token, Token::Whitespace(_))).take(16).collect();
    let is = |n: usize, word: &str| {
        solid.get(n).is_some_and(|&at| match &tokens[at].token {
            Token::Word(found) => found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word),
            _ => false,
        })
    };
    let unread: Vec<usize> = if is(0, "drop") && is(1, "index") && is(2, "concurrently") {
        vec![2]
    } else if is(0, "alter") && is(1, "index") && is(2, "if") && is(3, "exists") {
        vec![2, 3]
    } else if is(0, "create") && (is(1, "index") || is(1, "unique") && is(2, "index")) {
        let only = (2..solid.len()).find(|&n| is(n, "on") && is(n + 1, "only"));
        only.map(|n| n + 1).into_iter().collect()
    } else {
        Vec::new()
    };
    let unread: Vec<usize> = unread.into_iter().map(|n| solid[n]).collect();
    for &at in unread.iter().rev() {
        tokens.remove(at);
    }
    !unread.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::syntax::Parsed;

    #[test]
    fn words_without_a_meaning_on_tidb_are_skipped() {
        for sql in [
            "DROP INDEX CONCURRENTLY IF EXISTS a, b",
            "CREATE UNIQUE INDEX a ON ONLY t (x)",
            "ALTER INDEX IF EXISTS a RENAME TO b",
        ] {
            let parsed = Parsed::new(sql.as_bytes());
            assert!(parsed.tree.is_ok() && parsed.incomplete, "{sql}");
        }
        assert!(!Parsed::new(b"CREATE INDEX a ON only_t (x)").incomplete);
    }
}

//! Words of PostgreSQL that sqlparser does not read, and that change nothing on TiDB.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Takes out `CONCURRENTLY` of DROP INDEX, `ONLY` and `TABLESPACE x` of CREATE INDEX, and `IF EXISTS` of ALTER INDEX. Returns
/// whether the text can't stay as it is, even where the tree says nothing about it.
pub fn unread_words(tokens: &mut Vec<TokenWithSpan>) -> bool {
    let solid: Vec<usize> =
        (0..tokens.len()).filter(|&at| !matches!(tokens[at].token, Token::Whitespace(_))).take(16).collect();
    let is = |n: usize, word: &str| {
        solid.get(n).is_some_and(|&at| match &tokens[at].token {
            Token::Word(found) => found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word),
            _ => false,
        })
    };
    let mut unread: Vec<usize> = if is(0, "drop") && is(1, "index") && is(2, "concurrently") {
        vec![2]
    } else if is(0, "alter") && is(1, "index") && is(2, "if") && is(3, "exists") {
        vec![2, 3]
    } else if is(0, "create") && (is(1, "index") || is(1, "unique") && is(2, "index")) {
        let only = (2..solid.len()).find(|&n| is(n, "on") && is(n + 1, "only"));
        only.map(|n| n + 1).into_iter().collect()
    } else {
        Vec::new()
    };
    // TiDB wants the COLUMN that PostgreSQL lets one leave out.
    let renames = is(0, "alter")
        && is(1, "table")
        && (2..solid.len())
            .any(|n| is(n, "rename") && !["to", "column", "constraint"].iter().any(|word| is(n + 1, word)));
    let creates_index = is(0, "create") && (is(1, "index") || is(1, "unique") && is(2, "index"));
    let mut unread: Vec<usize> = unread.drain(..).map(|n| solid[n]).collect();
    if creates_index {
        unread.extend(tablespace(tokens));
    }
    unread.extend(super::skip_insert::unread(tokens));
    for &at in unread.iter().rev() {
        tokens.remove(at);
    }
    renames || !unread.is_empty()
}

/// `TABLESPACE name` after an index's columns.
fn tablespace(tokens: &[TokenWithSpan]) -> Vec<usize> {
    let mut depth = 0usize;
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Word(_) if found.len() == 1 => {
                found.push(at);
                return found;
            }
            Token::Word(word)
                if depth == 0
                    && word.quote_style.is_none()
                    && at > 0
                    && word.value.eq_ignore_ascii_case("tablespace") =>
            {
                found.push(at);
            }
            _ => {}
        }
    }
    Vec::new()
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
            "CREATE INDEX a ON t (x) TABLESPACE fast WHERE x > 0",
            "ALTER TABLE ONLY a RENAME b TO c",
        ] {
            let parsed = Parsed::new(sql.as_bytes());
            assert!(parsed.tree.is_ok() && parsed.incomplete, "{sql}");
        }
        assert!(!Parsed::new(b"CREATE INDEX a ON only_t (x)").incomplete);
    }
}

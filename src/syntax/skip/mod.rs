//! Words of PostgreSQL that sqlparser does not read: taken out of its tokens, and kept for the passes to speak of.

mod alter;
mod create;
mod identity;
mod index;
mod query;
mod tokens;

use super::names;
use sqlparser::ast::{Ident, ObjectName, SetExpr, Statement};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan};
use tokens::Tokens;

/// What the tree does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// How PostgreSQL stores or samples a table, a column or an index.
    Storage,
    /// The collation that ALTER COLUMN … TYPE gives a column.
    Collation(Ident),
    /// When ALTER CONSTRAINT has a constraint checked; whether that may be the transaction's end.
    Checked { deferrable: bool },
    /// The columns that ON DELETE SET NULL or SET DEFAULT is about.
    SomeColumns,
    /// Elements of CREATE TABLE that stand in another table.
    Like(Like),
    /// NOT NULL of a domain.
    NotNull,
}

/// `LIKE table INCLUDING …` among the elements of CREATE TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    pub table: ObjectName,
    /// How many columns stand before it.
    pub after: usize,
    /// What is taken over beside names, types and NOT NULL, in lower case.
    pub including: Vec<String>,
}

impl Like {
    /// Whether it takes over what the option speaks of.
    pub fn includes(&self, option: &str) -> bool {
        self.including.iter().any(|including| including == option)
    }
}

/// Something that was taken out of the tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub what: What,
    pub span: Span,
    /// It was an action of ALTER TABLE, with the comma beside it.
    pub action: bool,
}

/// What was done to the tokens.
#[derive(Debug, Default)]
pub struct Read {
    /// The text can't stay as it is, even where the tree says nothing about it.
    pub changed: bool,
    /// Nothing is left to read.
    pub emptied: bool,
    /// A condition that the source does not have stands before ON CONFLICT.
    pub conditioned: bool,
    pub skipped: Vec<Skipped>,
}

/// Takes out of a statement's tokens what sqlparser can't read.
pub fn unread(tokens: &mut Vec<TokenWithSpan>) -> Read {
    let changed = between(tokens) | identity::ordered(tokens);
    let conditioned = conflict(tokens);
    let mut read = parts(tokens);
    read.changed |= changed;
    read.conditioned = conditioned;
    read
}

/// The keyword that a token is, if it is one.
fn keyword(token: &TokenWithSpan) -> Keyword {
    match &token.token {
        Token::Word(word) if word.quote_style.is_none() => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

/// The word after BETWEEN that says whether its bounds may come in either order; the expression's translation reads the
/// source.
fn between(tokens: &mut Vec<TokenWithSpan>) -> bool {
    let mut found = Vec::new();
    let mut before = None;
    for (at, token) in tokens.iter().enumerate() {
        if matches!(keyword(token), Keyword::SYMMETRIC | Keyword::ASYMMETRIC)
            && before.is_some_and(|before: usize| keyword(&tokens[before]) == Keyword::BETWEEN)
        {
            found.push(at);
        }
        if !matches!(token.token, Token::Whitespace(_)) {
            before = Some(at);
        }
    }
    for at in found.iter().rev() {
        tokens.remove(*at);
    }
    !found.is_empty()
}

/// `SELECT 'a' ON CONFLICT`: sqlparser takes ON for the name of the column. A condition before it ends the list; `conditioned`
/// takes it out of the tree again.
fn conflict(tokens: &mut Vec<TokenWithSpan>) -> bool {
    if tokens.first().map(keyword) != Some(Keyword::INSERT) {
        return false;
    }
    let (mut depth, mut list, mut at) = (0, false, None);
    for (place, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            Token::Word(_) if depth == 0 => match keyword(token) {
                Keyword::SELECT => list = true,
                Keyword::FROM | Keyword::WHERE | Keyword::GROUP | Keyword::HAVING | Keyword::LIMIT => {
                    list = false
                }
                Keyword::ON if list && tokens.get(place + 1).map(keyword) == Some(Keyword::CONFLICT) => {
                    at = Some(place);
                }
                _ => {}
            },
            _ => {}
        }
    }
    let Some(at) = at else { return false };
    let made =
        ["WHERE", "TRUE"].map(|word| TokenWithSpan { token: Token::make_keyword(word), span: Span::empty() });
    tokens.splice(at..at, made);
    true
}

/// Takes the condition that `conflict` has put in out of the tree.
pub fn conditioned(statement: &mut Statement, read: &Read) {
    if read.conditioned
        && let Statement::Insert(insert) = statement
        && let Some(source) = &mut insert.source
        && let SetExpr::Select(select) = source.body.as_mut()
    {
        select.selection = None;
    }
}

fn parts(tokens: &mut Vec<TokenWithSpan>) -> Read {
    let of_insert = super::skip_insert::unread(tokens);
    if !of_insert.is_empty() {
        for &at in of_insert.iter().rev() {
            tokens.remove(at);
        }
        return Read { changed: true, ..Read::default() };
    }
    let mut tokens = Tokens::new(tokens);
    match (tokens.word(0).as_str(), tokens.word(1).as_str()) {
        ("alter", "table") => alter::table(&mut tokens),
        ("alter", "index") => index::alter(&mut tokens),
        ("drop", "index") => index::drop(&mut tokens),
        ("create", "index" | "unique") => index::create(&mut tokens),
        ("create", "domain") => create::domain(&mut tokens),
        ("create", "view" | "or" | "recursive" | "temp" | "temporary") if is_view(&mut tokens) => {
            query::view(&mut tokens)
        }
        ("create", _) => create::table(&mut tokens),
        ("table", _) => query::table(&mut tokens),
        ("comment", "on") => create::comment(&mut tokens),
        ("set", "transaction" | "session") | ("begin" | "start", _) => {
            // It only matters together with SERIALIZABLE READ ONLY, and waits there.
            if let Some(at) = tokens.find(0, "deferrable") {
                let not = if tokens.is(at - 1, "not") { at - 1 } else { at };
                let from = if tokens.punct(not - 1, &Token::Comma) { not - 1 } else { not };
                tokens.remove(from, at + 1);
            }
        }
        _ => {}
    }
    tokens.finish()
}

fn is_view(tokens: &mut Tokens<'_>) -> bool {
    tokens.open();
    (1..5).any(|at| tokens.is(at, "view"))
}

/// An identifier of a token.
fn ident(token: &TokenWithSpan) -> Option<Ident> {
    match &token.token {
        Token::Word(word) => {
            let quoted = word.quote_style.is_some();
            let mut ident = if quoted {
                Ident::with_quote_and_span('`', token.span, word.value.clone())
            } else {
                names::ident(&word.value)
            };
            ident.span = token.span;
            Some(ident)
        }
        _ => None,
    }
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
            "CREATE INDEX a ON t USING gist (x gist_trgm_ops (siglen = 32))",
            "ALTER TABLE ONLY a RENAME b TO c",
            "ALTER TABLE a * ADD COLUMN b int, ALTER c SET STORAGE plain, DROP d",
            "ALTER TABLE a ALTER CONSTRAINT c NOT DEFERRABLE, ADD d text COMPRESSION lz4 NOT NULL",
            "ALTER TABLE a ALTER b TYPE text COLLATE pg_catalog.\"C\" USING c, DROP d",
            "ALTER TABLE a ADD b int, ADD CONSTRAINT c NOT NULL b NOT VALID, ADD NOT NULL \"D\"",
            "CREATE TABLE a (b int DEFAULT 1, \"C\" text, CONSTRAINT d NOT NULL b, NOT NULL \"C\" NO INHERIT)",
            "ALTER TABLE a ADD UNIQUE (b) WITH (fillfactor = 70) USING INDEX TABLESPACE x",
            "ALTER TABLE a ADD FOREIGN KEY (b, c) REFERENCES d ON DELETE SET NULL (c)",
            "CREATE TABLE a (LIKE b INCLUDING ALL EXCLUDING INDEXES, c national character varying(3), LIKE d)",
            "CREATE TABLE a (b text COMPRESSION pglz, PRIMARY KEY (b) USING INDEX TABLESPACE x) USING heap TABLESPACE y",
            "CREATE DOMAIN a text NOT NULL DEFAULT '' CHECK (value > '') NULL",
            "COMMENT ON TABLE a IS $$it's$$",
            "SELECT a FROM t WHERE a BETWEEN SYMMETRIC 2 AND 1 OR a NOT BETWEEN ASYMMETRIC (b) AND c",
            "SET TRANSACTION READ ONLY, NOT DEFERRABLE",
            "TABLE a ORDER BY b",
            "CREATE OR REPLACE TEMP VIEW a AS SELECT b FROM c WITH LOCAL CHECK OPTION",
        ] {
            let parsed = Parsed::new(sql.as_bytes());
            assert!(parsed.tree.is_ok(), "{sql}: {:?}", parsed.tree);
            assert!(parsed.incomplete, "{sql}");
        }
        assert!(!Parsed::new(b"CREATE INDEX a ON only_t (x)").incomplete);
        assert!(!Parsed::new(b"CREATE TABLE a (b int, storage text, compression int)").incomplete);
    }
}

//! Reads one statement: sqlparser's tree, or why there is none.

use super::ddl::{self, Form};
use super::depth::too_deep;
use super::lex::{Kind, Rules, Token, lex};
use super::names;
use super::plpgsql::{self, Block, Routine};
use super::rows::{self, Row};
use super::skip::{Read, Skipped, What};
use super::template::{self, Templates};
use super::tokens::{Cut, tokens};
use crate::text::{LineIndex, Span};
use sqlparser::ast::Statement;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token as SqlToken, TokenWithSpan, TokenizerError};

/// Why a statement has no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub message: String,
    /// Bytes in the statement.
    pub span: Span,
}

/// A part of a statement that the tree leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub what: What,
    /// Bytes in the statement.
    pub span: Span,
    /// It is an action of ALTER TABLE or an element of CREATE TABLE, which the tree does not count.
    pub action: bool,
}

/// One statement of a file, read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The statement's text as it stands in the file.
    pub text: String,
    /// The text with template placeholders masked, where it has any.
    masked: Option<Box<(String, Templates)>>,
    /// Tokens of the text, trivia included; they tile it.
    pub tokens: Vec<Token>,
    /// The tree; its identifiers are spelled for TiDB.
    pub tree: Result<Box<Statement>, Failure>,
    /// What the statement says, where that is a form of our own and not sqlparser's.
    pub form: Option<Box<Form>>,
    /// The code of a DO statement.
    pub block: Option<Box<Block>>,
    /// What a CREATE FUNCTION or CREATE TRIGGER says that triggers need.
    pub routine: Option<Box<Routine>>,
    /// The tree leaves out words that stand in the text, so the text is never TiDB's as it stands.
    pub incomplete: bool,
    /// What the tree leaves out and the passes speak of; spans are bytes of the source.
    pub skipped: Vec<Left>,
    /// All that it says was taken out.
    pub emptied: bool,
    /// Names that are reserved in TiDB or too long, by their first byte, in order, as TiDB must see them.
    pub respelled: Vec<(usize, String)>,
}

impl Parsed {
    /// Reads one statement. Never fails: what can't be read is refused when it is planned.
    pub fn new(text: &[u8]) -> Parsed {
        let mut parsed = Parsed::flat(text);
        if parsed.tree.is_err() && parsed.begins("do") {
            parsed.block = plpgsql::block_of(parsed.source()).map(Box::new);
        }
        parsed
    }

    /// Reads a statement that stands in code. A DO in a DO is not read: each level costs stack.
    pub fn inner(text: &str) -> Parsed {
        Parsed::flat(text.as_bytes())
    }

    fn flat(text: &[u8]) -> Parsed {
        let text = match std::str::from_utf8(text) {
            Ok(text) => text.to_string(),
            Err(error) => {
                let at = error.valid_up_to();
                let failure =
                    Failure { message: "the text is not UTF-8".into(), span: Span::new(at, at + 1) };
                let text = String::from_utf8_lossy(text).into_owned();
                return Parsed {
                    text,
                    masked: None,
                    tokens: Vec::new(),
                    tree: Err(failure),
                    form: None,
                    block: None,
                    routine: None,
                    incomplete: false,
                    skipped: Vec::new(),
                    emptied: false,
                    respelled: Vec::new(),
                };
            }
        };
        let masked = template::mask(&text).map(Box::new);
        let source = masked.as_ref().map_or(text.as_str(), |m| m.0.as_str());
        let tokens = lex(source, Rules::Postgres);
        let mut read = Read::default();
        let mut tree = match too_deep(source, &tokens) {
            Some(failure) => Err(failure),
            None => parse(source, &tokens, &mut read),
        };
        let form = form(source, tree.as_ref().map(|(tree, _)| tree.as_ref()).ok());
        let routine = plpgsql::routine(source, &tokens).map(Box::new);
        let skipped = left(source, &mut read);
        let mut respelled = Vec::new();
        if let Ok((tree, rows)) = &mut tree {
            read.changed |= names::of_session(source, tree);
            let found = names::respell(tree);
            // There are no names in them.
            if let Some(rows) = rows.take() {
                rows::put(rows, tree);
            }
            if !found.is_empty() {
                let lines = LineIndex::new(source.as_bytes());
                respelled = found.into_iter().map(|r| (byte_at(source, &lines, r.at), r.name)).collect();
            }
        }
        Parsed {
            text,
            masked,
            tokens,
            tree: tree.map(|(tree, _)| tree),
            form,
            block: None,
            routine,
            incomplete: read.changed,
            skipped,
            emptied: read.emptied,
            respelled,
        }
    }

    /// The text that the tokens and the tree were read from: placeholders are masked.
    pub fn source(&self) -> &str {
        self.masked.as_ref().map_or(self.text.as_str(), |m| m.0.as_str())
    }

    /// Puts template placeholders back into text made from the tree.
    pub fn unmask(&self, text: String) -> String {
        match &self.masked {
            Some(masked) => masked.1.unmask(&text),
            None => text,
        }
    }

    /// Where the statement's first word stands.
    pub fn first_word(&self) -> Span {
        self.tokens.iter().find(|t| t.kind == Kind::Word).map(|t| t.span).unwrap_or_default()
    }

    /// Whether the first word is this.
    pub fn begins(&self, word: &str) -> bool {
        begins(self.source(), &self.tokens, word)
    }

    /// The statement's words up to the `n`th, in upper case: what kind of statement it is.
    pub fn head(&self, n: usize) -> String {
        let source = self.source();
        let words = self.tokens.iter().filter(|t| t.kind == Kind::Word).take(n);
        words.map(|t| t.text(source).to_ascii_uppercase()).collect::<Vec<_>>().join(" ")
    }
}

/// Whether the first word is this.
fn begins(source: &str, tokens: &[Token], word: &str) -> bool {
    tokens.iter().find(|t| !t.is_trivia()).is_some_and(|t| t.text(source).eq_ignore_ascii_case(word))
}

/// Reads what sqlparser can't. Partitions it reads in part only.
fn form(source: &str, tree: Option<&Statement>) -> Option<Box<Form>> {
    match tree {
        Some(Statement::CreateTable(create)) if create.partition_of.is_some() => {}
        Some(_) => return None,
        None => {}
    }
    let first = source.trim_start().get(..2)?.to_ascii_lowercase();
    // Those that begin otherwise have no form, or begin with a comment.
    let may_be = ["al", "an", "cr", "dr", "--", "/*"].contains(&first.as_str());
    may_be.then(|| ddl::read(source)).flatten().map(Box::new)
}

/// What was taken out, by its place in the source.
fn left(source: &str, read: &mut Read) -> Vec<Left> {
    if read.skipped.is_empty() {
        return Vec::new();
    }
    let lines = LineIndex::new(source.as_bytes());
    let left = |skipped: Skipped| {
        let span = bytes_of(source, &lines, skipped.span);
        Left { what: skipped.what, span, action: skipped.action }
    };
    read.skipped.drain(..).map(left).collect()
}

/// The tree, and rows that are still to be put into it.
fn parse(
    source: &str,
    lexed: &[Token],
    read: &mut Read,
) -> Result<(Box<Statement>, Option<Vec<Row>>), Failure> {
    let cut = |with_rows| tokens(source, lexed, with_rows).map_err(|error| tokenizer_failure(source, &error));
    let Cut { mut tokens, rows, rows_end_it } = cut(false)?;
    if rows_end_it && let Some(tree) = rows::plain_insert(&mut tokens) {
        return Ok((tree, rows));
    }
    let tree = parse_tokens(source, tokens, read);
    match rows {
        Some(rows) if tree.as_deref().is_ok_and(rows::fit) => Ok((tree?, Some(rows))),
        // The parser took the stand-in for something else: it has to see the rows.
        Some(_) => Ok((parse_tokens(source, cut(true)?.tokens, read)?, None)),
        None => Ok((tree?, None)),
    }
}

fn parse_tokens(
    source: &str,
    mut tokens: Vec<TokenWithSpan>,
    read: &mut Read,
) -> Result<Box<Statement>, Failure> {
    *read = super::skip::unread(&mut tokens);
    if read.emptied {
        return Err(Failure { message: "nothing is left to read".into(), span: Span::default() });
    }
    let mut parser = Parser::new(&PostgreSqlDialect {}).with_tokens_with_locations(tokens);
    let failure = |parser: &Parser<'_>, message: String| {
        let span = parser.peek_token_ref().span;
        let lines = LineIndex::new(source.as_bytes());
        Failure { message, span: bytes_of(source, &lines, span) }
    };
    let mut statement = match parser.parse_statement() {
        Ok(statement) => Box::new(statement),
        Err(error) => return Err(failure(&parser, message_of(&error))),
    };
    while parser.consume_token(&SqlToken::SemiColon) {}
    if parser.peek_token_ref().token != SqlToken::EOF {
        let found = parser.peek_token_ref().to_string();
        return Err(failure(&parser, format!("unexpected {found:?} after the statement")));
    }
    super::skip::conditioned(&mut statement, read);
    Ok(statement)
}

fn message_of(error: &ParserError) -> String {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "the statement is nested too deeply",
    };
    // sqlparser ends its messages with a position of its own; ours is the diagnostic's.
    let text = text.split(" at Line: ").next().unwrap_or(text);
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

fn tokenizer_failure(source: &str, error: &TokenizerError) -> Failure {
    let start = byte_at(source, &LineIndex::new(source.as_bytes()), error.location);
    Failure {
        message: message_of(&ParserError::TokenizerError(error.message.clone())),
        span: Span::new(start, start),
    }
}

/// sqlparser counts lines and characters from 1 (0 stands for nowhere).
pub(super) fn byte_at(source: &str, lines: &LineIndex, location: Location) -> usize {
    if location.line == 0 {
        return 0;
    }
    let start = lines.line_start(location.line as usize);
    let skip = (location.column as usize).saturating_sub(1);
    let rest = &source[start..];
    start + rest.char_indices().nth(skip).map_or(rest.len(), |(at, _)| at)
}

/// The bytes between two places of sqlparser's.
pub(super) fn bytes_of(source: &str, lines: &LineIndex, span: sqlparser::tokenizer::Span) -> Span {
    let start = byte_at(source, lines, span.start);
    Span::new(start, byte_at(source, lines, span.end).max(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_statement_with_placeholders() {
        let parsed = Parsed::new(b"DROP TABLE ${schema}.users");
        assert!(parsed.tree.is_ok());
        assert_eq!(parsed.unmask(parsed.tree.clone().unwrap().to_string()), "DROP TABLE ${schema}.users");
    }

    #[test]
    fn failures_have_a_place() {
        let failure = Parsed::new("SELECT 'é' 1 2".as_bytes()).tree.unwrap_err();
        assert_eq!(failure.span, Span::new(12, 13));
        let failure = Parsed::new(b"SELECT \xff").tree.unwrap_err();
        assert_eq!(failure.span, Span::new(7, 8));
    }

    #[test]
    fn depth_is_refused_and_never_overflows() {
        let deep = format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(Parsed::new(deep.as_bytes()).tree.is_err());
        let long = format!("SELECT {}1", "1+".repeat(100_000));
        assert!(Parsed::new(long.as_bytes()).tree.is_err());
    }

    /// The tree as sqlparser alone reads it.
    fn theirs(source: &str) -> String {
        let lexed = lex(source, Rules::Postgres);
        let Ok(Cut { tokens, .. }) = tokens(source, &lexed, true) else { return "no tokens".into() };
        match parse_tokens(source, tokens, &mut Read::default()) {
            Ok(mut tree) => {
                names::respell(&mut tree);
                format!("{tree:?}")
            }
            Err(failure) => format!("{failure:?}"),
        }
    }

    fn ours(source: &str) -> String {
        match Parsed::new(source.as_bytes()).tree {
            Ok(tree) => format!("{tree:?}"),
            Err(failure) => format!("{failure:?}"),
        }
    }

    #[test]
    fn rows_are_read_as_sqlparser_reads_them() {
        for source in [
            "INSERT INTO t VALUES (1, -2.5, 'it''s', NULL, true, DEFAULT), (3, 4, N'', null, n'é''x', default)",
            "insert into \"T\" (a, values) -- é\n values\n ('é', -- x\n 1),\n (2, 'a\nb') on conflict (a) do nothing;",
            "INSERT INTO values (1) VALUES (2)",
            "INSERT INTO public.\"T\" (name, \"select\", type) VALUES (1, 2, 3) -- x",
            "INSERT INTO t(select) VALUES (1)",
            "INSERT INTO table VALUES (1)",
            "INSERT INTO local.t VALUES (1)",
            "INSERT INTO a.b.c (a.b) VALUES (1)",
            "INSERT INTO t u VALUES (1)",
            "INSERT INTO t () VALUES (1)",
            "INSERT INTO t (a, ) VALUES (1)",
            "INSERT INTO function (a) VALUES (1)",
            "INSERT INTO t SELECT 1 UNION VALUES (2)",
            "INSERT INTO t VALUES (1), ROW (2)",
        ] {
            assert_eq!(ours(source), theirs(source), "{source}");
        }
    }

    const PIECES: [&str; 26] = [
        "(",
        ")",
        ",",
        "(1, 'a')",
        "(N'b', NULL)",
        "(-1, true)",
        ", (2)",
        "1",
        "-",
        "'x'",
        "'y'\n'z'",
        "null",
        "DEFAULT",
        "false",
        "a",
        "select 1",
        "on conflict do nothing",
        "returning a",
        "union",
        "values",
        "row",
        "::int",
        "+ 1",
        "/* c */",
        "-- d\n",
        ";",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(3000))]
        #[test]
        fn whatever_stands_among_rows_is_read_as_sqlparser_reads_it(
            pieces in proptest::collection::vec(0..PIECES.len(), 1..9)
        ) {
            let pieces: Vec<&str> = pieces.iter().map(|piece| PIECES[*piece]).collect();
            let source = format!("insert into t (a, b) values {}", pieces.join(" "));
            proptest::prop_assert_eq!(ours(&source), theirs(&source), "{}", source);
        }
    }
}

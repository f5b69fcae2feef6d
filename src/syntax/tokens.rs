//! sqlparser's tokens made from our own, which are there already: its tokenizer takes a third of the time that reading
//! takes. Whatever is not plain goes to that tokenizer.

use super::lex::{Kind, Rules, Token, lex};
use super::parse::bytes_of;
use super::rows::{self, Row};
use super::words::Words;
use crate::text::{LineIndex, Span as Range};
use sqlparser::ast::DollarQuotedString;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword};
use sqlparser::tokenizer::{
    Location, Span, Token as Sql, TokenWithSpan, Tokenizer, TokenizerError, Whitespace, Word,
};

/// What the parser reads.
#[derive(Debug, Default, PartialEq)]
pub struct Cut {
    /// Without blanks and comments, which it would only step over, but for those it looks at.
    pub tokens: Vec<TokenWithSpan>,
    /// The rows of an INSERT, where others stand among the tokens in their place.
    pub rows: Option<Vec<Row>>,
    /// Nothing follows the rows.
    pub rows_end_it: bool,
}

/// The tokens that the parser reads; of rows only where wanted.
pub fn tokens(source: &str, lexed: &[Token], with_rows: bool) -> Result<Cut, TokenizerError> {
    if let Some(cut) = plain(source, lexed, with_rows) {
        return Ok(cut);
    }
    let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, source).tokenize_with_location()?;
    drop_blanks(&mut tokens);
    join_texts(&mut tokens);
    Ok(Cut { tokens, ..Cut::default() })
}

/// The tokens of a part of a statement, and where each stands in it: nothing if it can't be cut.
pub fn placed(part: &str) -> (Vec<TokenWithSpan>, Vec<Range>) {
    let lexed = lex(part, Rules::Postgres);
    if let Some(cut) = plain(part, &lexed, true) {
        let solid = lexed.iter().filter(|token| !token.is_trivia());
        return (cut.tokens, solid.map(|token| token.span).collect());
    }
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, part).tokenize_with_location();
    let mut tokens = tokens.unwrap_or_default();
    tokens.retain(|token| !matches!(token.token, Sql::Whitespace(_)));
    let places = places_of(part, &tokens);
    (tokens, places)
}

/// Where sqlparser says that tokens stand.
fn places_of(part: &str, tokens: &[TokenWithSpan]) -> Vec<Range> {
    let lines = LineIndex::new(part.as_bytes());
    tokens.iter().map(|token| bytes_of(part, &lines, token.span)).collect()
}

/// Takes out the blanks and comments; a comment that the parser would take for a hint is none on PostgreSQL. It looks at
/// blanks only after a string, which the next line may continue, and after what may begin a placeholder.
fn drop_blanks(tokens: &mut Vec<TokenWithSpan>) {
    let mut looked_at = false;
    tokens.retain(|token| {
        let blank = matches!(token.token, Sql::Whitespace(_));
        if !blank {
            looked_at = matches!(
                token.token,
                Sql::SingleQuotedString(_) | Sql::DoubleQuotedString(_) | Sql::Colon | Sql::AtSign
            );
        }
        let comment = matches!(
            token.token,
            Sql::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_))
        );
        !blank || looked_at && !comment
    });
}

/// A text that goes on in another line is one.
fn join_texts(tokens: &mut Vec<TokenWithSpan>) {
    let mut joined: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut lines = false;
    for token in tokens.drain(..) {
        let last = joined.iter_mut().rev().find(|token| !matches!(token.token, Sql::Whitespace(_)));
        match (&token.token, last) {
            (Sql::Whitespace(Whitespace::Newline), _) => lines = true,
            (Sql::Whitespace(_), _) => {}
            (
                Sql::SingleQuotedString(more),
                Some(TokenWithSpan { token: Sql::SingleQuotedString(text), span }),
            ) if lines => {
                text.push_str(more);
                span.end = token.span.end;
                lines = false;
                continue;
            }
            _ => lines = false,
        }
        joined.push(token);
    }
    *tokens = joined;
}

/// The same tokens, if all of them are of kinds that both cut alike; `None` otherwise.
fn plain(source: &str, lexed: &[Token], with_rows: bool) -> Option<Cut> {
    let first = lexed.iter().find(|token| !token.is_trivia());
    let insert = first.is_some_and(|token| token.text(source).eq_ignore_ascii_case("insert"));
    let mut rows_wanted = insert && !with_rows;
    let mut tokens = Vec::with_capacity(if insert { 32 } else { lexed.len() / 2 + 1 });
    let mut rows = None;
    let mut rows_end_it = false;
    let mut place = Place { at: Location::new(1, 1), ascii: source.is_ascii() };
    let mut before: Option<(&Token, bool)> = None;
    let (mut n, mut depth) = (0, 0usize);
    while let Some(token) = lexed.get(n) {
        let text = token.text(source);
        let start = place.at;
        place.pass(text);
        n += 1;
        if token.is_trivia() {
            // A nested or open comment, or a string or a placeholder that goes on after a blank.
            let odd = token.kind == Kind::BlockComment
                && (text.len() < 4 || !text.ends_with("*/") || text[2..].contains("/*"));
            if odd || before.is_some_and(|(_, looks)| looks && text.contains('\n')) {
                return None;
            }
            continue;
        }
        let next = source.as_bytes().get(token.span.end).copied().unwrap_or(b' ');
        let made = match token.kind {
            Kind::Word => (next != b'"' && next != b'\'').then(|| word(text))?,
            Kind::Quoted => Sql::make_word(&unquoted(text, b'"')?, Some('"')),
            Kind::Text if text.starts_with(['N', 'n']) => Sql::NationalStringLiteral(national(text)?),
            Kind::Text if text.starts_with('$') => dollar_quoted(text)?,
            Kind::Text => Sql::SingleQuotedString(unquoted(text, b'\'')?),
            Kind::Number => is_number(text).then(|| Sql::Number(text.to_owned(), false))?,
            Kind::Punct if text == "." => {
                let name = |token: Option<&Token>| {
                    token.is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Quoted))
                };
                let before = before.map(|(token, _)| token).filter(|last| last.span.end == token.span.start);
                (name(before) && name(lexed.get(n))).then_some(Sql::Period)?
            }
            Kind::Punct => {
                let operator = |byte: u8| b"+-*/<>=~!@#%^&|?:".contains(&byte);
                let joined = operator(next)
                    || before.is_some_and(|(last, _)| {
                        last.span.end == token.span.start && operator(source.as_bytes()[last.span.end - 1])
                    });
                match text {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                punct(text, joined)?
            }
            Kind::Param | Kind::Space | Kind::LineComment | Kind::BlockComment => return None,
        };
        before = Some((token, token.kind == Kind::Text && !text.starts_with('$') || text == ":"));
        tokens.push(TokenWithSpan { token: made, span: Span::new(start, place.at) });
        if rows_wanted && depth == 0 && token.kind == Kind::Word && text.eq_ignore_ascii_case("values") {
            rows_wanted = false;
            if let Some(read) = rows::read(source, &lexed[n..], place.clone())
                && let (Some(first), Some(last)) = (read.rows.first(), lexed.get(n + read.tokens - 1))
            {
                tokens.extend(rows::stand_in(first));
                rows = Some(read.rows);
                place = read.place;
                n += read.tokens;
                before = Some((last, false));
                rows_end_it = lexed[n..].iter().all(|t| matches!(t.kind, Kind::Space | Kind::LineComment));
            }
        }
    }
    Some(Cut { tokens, rows, rows_end_it })
}

static KEYWORDS: Words<4096> = Words::new(ALL_KEYWORDS);

/// A word without quotes.
fn word(text: &str) -> Sql {
    let keyword = KEYWORDS.find(text).map_or(Keyword::NoKeyword, |at| ALL_KEYWORDS_INDEX[at]);
    Sql::Word(Word { value: text.to_owned(), quote_style: None, keyword })
}

/// Lines and characters, counted from 1 as sqlparser counts them.
#[derive(Debug, Clone)]
pub struct Place {
    pub at: Location,
    ascii: bool,
}

impl Place {
    pub fn pass(&mut self, text: &str) {
        let line = match memchr::memrchr(b'\n', text.as_bytes()) {
            Some(last) => {
                self.at.line += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
                self.at.column = 1;
                &text[last + 1..]
            }
            None => text,
        };
        self.at.column += if self.ascii { line.len() } else { line.chars().count() } as u64;
    }
}

/// What stands between quotes, a doubled quote being one; `None` where the end is missing or another kind of literal is.
pub fn unquoted(text: &str, quote: u8) -> Option<String> {
    let bytes = text.as_bytes();
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    if bytes[0] != quote || bytes[bytes.len() - 1] != quote || (quote == b'"' && inner.is_empty()) {
        return None;
    }
    if memchr::memchr(quote, inner.as_bytes()).is_none() {
        return Some(inner.to_owned());
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(quote, rest.as_bytes()) {
        (rest.as_bytes().get(at + 1) == Some(&quote)).then_some(())?;
        out.push_str(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    Some(out)
}

/// The text of `N'…'`; sqlparser has its own idea of a backslash there.
pub fn national(text: &str) -> Option<String> {
    (!text.contains('\\')).then(|| unquoted(text.get(1..)?, b'\''))?
}

/// The text between two dollar quotes, whose tag both lexers read alike.
fn dollar_quoted(text: &str) -> Option<Sql> {
    let tag = &text[1..1 + memchr::memchr(b'$', text.get(1..)?.as_bytes())?];
    let quote = &text[..tag.len() + 2];
    let value = text.strip_prefix(quote)?.strip_suffix(quote)?.to_owned();
    let plain = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let tag = (!tag.is_empty()).then(|| tag.to_owned());
    plain.then_some(Sql::DollarQuotedString(DollarQuotedString { value, tag }))
}

/// Digits, with or without a fraction.
pub fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction)
}

/// An operator that stands alone, or punctuation, which may stand anywhere.
fn punct(text: &str, joined: bool) -> Option<Sql> {
    Some(match text {
        "(" => Sql::LParen,
        ")" => Sql::RParen,
        "," => Sql::Comma,
        ";" => Sql::SemiColon,
        "[" => Sql::LBracket,
        "]" => Sql::RBracket,
        _ if joined => return None,
        "::" => Sql::DoubleColon,
        "=" => Sql::Eq,
        "<>" | "!=" => Sql::Neq,
        "<" => Sql::Lt,
        ">" => Sql::Gt,
        "<=" => Sql::LtEq,
        ">=" => Sql::GtEq,
        "+" => Sql::Plus,
        "-" => Sql::Minus,
        "*" => Sql::Mul,
        "/" => Sql::Div,
        "||" => Sql::StringConcat,
        "->" => Sql::Arrow,
        "->>" => Sql::LongArrow,
        "~" => Sql::Tilde,
        ":" => Sql::Colon,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn theirs(source: &str) -> Option<Vec<TokenWithSpan>> {
        let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, source).tokenize_with_location().ok()?;
        tokens.retain(|token| !matches!(token.token, Sql::Whitespace(_)));
        Some(tokens)
    }

    fn ours(source: &str) -> Option<Vec<TokenWithSpan>> {
        plain(source, &lex(source, Rules::Postgres), true).map(|cut| cut.tokens)
    }

    #[test]
    fn plain_statements_do_not_need_the_tokenizer() {
        for source in [
            "CREATE TABLE s.\"T\"\"x\" (\n  a int DEFAULT -1, -- é\r\n  b numeric(10, 2)[] NOT NULL /* c */)",
            "INSERT INTO é VALUES (1, 'it''s', 2.50, NULL), ('a\nb', 1, true)",
            "SELECT a::text||'x', b->>'k' FROM t WHERE a<>1 AND (b >= 2)",
        ] {
            assert!(ours(source).is_some(), "{source}");
            assert_eq!(ours(source), theirs(source), "{source}");
        }
    }

    #[test]
    fn a_string_that_goes_on_keeps_the_line_end_before_it() {
        let source = "SELECT 'a' -- b\n 'c'";
        let Cut { tokens, .. } = tokens(source, &lex(source, Rules::Postgres), false).unwrap();
        assert!(tokens.iter().any(|token| token.token == Sql::Whitespace(Whitespace::Newline)));
    }

    #[test]
    fn words_are_what_the_tokenizer_makes_of_them() {
        for text in ALL_KEYWORDS.iter().copied().chain(["users", "é", "selects", "selec"]) {
            for text in [text.to_string(), text.to_lowercase()] {
                assert_eq!(word(&text), Sql::make_word(&text, None));
            }
        }
    }

    const PIECES: [&str; 53] = [
        "a",
        "b",
        "e",
        "n",
        "u",
        "x",
        "select",
        "é",
        "_c",
        "d$",
        "\"Q\"",
        "\"a\"\"b\"",
        "\"\"",
        "'s'",
        "''''",
        "'a\nb'",
        "'x\\'",
        "1",
        "1.5",
        ".5",
        "1.",
        "1e5",
        "12L",
        "0x1f",
        "$1",
        "$$q$$",
        "$t$x $$ '\n$u$ $t$",
        "(",
        ")",
        ",",
        ";",
        ".",
        "[",
        "]",
        ":",
        "::",
        "=",
        "<",
        ">",
        "-",
        "+",
        "*",
        "/",
        "|",
        "||",
        "~",
        "!",
        "@",
        "#",
        "?",
        "%",
        "/* c */",
        "--d\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn what_is_plain_is_cut_as_the_tokenizer_cuts_it(
            pieces in prop::collection::vec((0..PIECES.len(), 0..4usize), 1..12)
        ) {
            let blanks = ["", " ", "\n", "\t "];
            let source: String = pieces.iter().map(|(p, b)| format!("{}{}", PIECES[*p], blanks[*b])).collect();
            if let Some(made) = ours(&source) {
                prop_assert_eq!(Some(made), theirs(&source), "{}", source);
                let (tokens, places) = placed(&source);
                prop_assert_eq!(places, places_of(&source, &tokens), "{}", source);
            }
        }
    }
}

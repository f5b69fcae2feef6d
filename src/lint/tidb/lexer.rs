//! Cuts a TiDB script into tokens, comments and statements in one go, as TiDB's own lexer and the mysql client would.
//!
//! Comments that TiDB runs (`/*! … */`, `/*T! … */`) are code here; DELIMITER lines, bodies of stored code and the
//! sql_mode that the script sets decide where statements end and what double quotes are.

use super::token_end::{TokenEnd, quote_end};
use crate::text::Span;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Word,
    /// `` `…` ``, and `"…"` under ANSI_QUOTES.
    Quoted,
    /// `'…'`, `"…"`, with x, b or n before it.
    Text,
    Number,
    /// `@x`, `@@x`, `@'%'`
    Variable,
    /// `?`, `$1`
    Param,
    /// `$$…$$` and `$tag$…$tag$`: PostgreSQL's.
    Dollar,
    Punct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub span: Span,
}

impl Token {
    pub fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.span.start..self.span.end).unwrap_or_default()
    }

    /// Whether it is this word (unquoted, any case) or this punctuation.
    pub fn is(&self, what: &str, source: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Punct) && self.text(source).eq_ignore_ascii_case(what)
    }
}

/// What the script said of sql_mode before a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    pub ansi_quotes: bool,
    pub pipes_as_concat: bool,
}

/// A statement as a range of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub first: usize,
    pub end: usize,
    pub mode: Mode,
}

/// A whole script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexed {
    pub tokens: Vec<Token>,
    pub comments: Vec<Span>,
    pub statements: Vec<Cut>,
    /// DELIMITER lines.
    pub delimiters: Vec<Span>,
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    out: Lexed,
    first: usize,
    delimiter: &'a str,
    /// Dollar quotes can't be told from a `$$` delimiter, so a script that changes delimiters has none.
    dollars: bool,
    mode: Mode,
    /// Open BEGINs and CASEs of stored code.
    blocks: usize,
    executable: bool,
}

impl Lexed {
    pub fn new(text: &str) -> Lexed {
        let bytes = text.as_bytes();
        let has = |needle: &str| {
            bytes.windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle.as_bytes()))
        };
        let dollars = memchr::memchr(b'$', bytes).is_some() && !has("delimiter");
        let mut lexer = Lexer {
            text,
            bytes,
            at: usize::from(bytes.starts_with(b"\xEF\xBB\xBF")) * 3,
            out: Lexed::default(),
            first: 0,
            delimiter: ";",
            dollars,
            mode: Mode::default(),
            blocks: 0,
            executable: false,
        };
        lexer.out.tokens.reserve(text.len() / 6);
        lexer.run();
        lexer.out
    }
}

impl<'a> Lexer<'a> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let start = self.at;
            let byte = self.bytes[start];
            if byte.is_ascii_whitespace() || byte == 0x0b {
                self.at += 1;
            } else if self.comment() {
            } else if self.text[start..].starts_with(self.delimiter)
                && (self.delimiter != ";" || self.blocks == 0)
            {
                self.at += self.delimiter.len();
                self.end_statement();
            } else if byte == b'*' && self.executable && self.peek(1) == b'/' {
                self.executable = false;
                self.at += 2;
            } else if self.first == self.out.tokens.len() && self.delimiter_line() {
            } else {
                self.token();
            }
        }
        self.end_statement();
    }

    /// Reads a comment, if one starts here. The opening of an executable one is skipped as a blank.
    fn comment(&mut self) -> bool {
        let start = self.at;
        let rest = &self.bytes[start..];
        // no statement begins with a minus: such lines are test tools' commands, or comments without a blank
        let begins = self.first == self.out.tokens.len();
        let line = match rest {
            [b'#', ..] => true,
            [b'-', b'-'] => true,
            [b'-', b'-', next, ..] => *next <= b' ' || begins,
            _ => false,
        };
        if line {
            self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            self.out.comments.push(Span::new(start, self.at));
            return true;
        }
        if !rest.starts_with(b"/*") {
            return false;
        }
        let opening = match rest {
            [b'/', b'*', b'!', more @ ..] => {
                Some(3 + more.iter().take_while(|b| b.is_ascii_digit()).count().min(6))
            }
            [b'/', b'*', b'T', b'!', b'[', more @ ..] => memchr::memchr(b']', more).map(|n| 5 + n + 1),
            [b'/', b'*', b'T', b'!', ..] => Some(4),
            _ => None,
        };
        if let Some(opening) = opening {
            self.executable = true;
            self.at += opening;
            return true;
        }
        self.at = memchr::memmem::find(&rest[2..], b"*/").map_or(self.bytes.len(), |n| start + 2 + n + 2);
        self.out.comments.push(Span::new(start, self.at));
        true
    }

    /// `DELIMITER //` up to the end of its line, at the start of a statement.
    fn delimiter_line(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let word = rest.as_bytes().get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"delimiter"));
        if !word || !rest.as_bytes().get(9).is_some_and(|b| *b == b' ' || *b == b'\t') {
            return false;
        }
        let line = rest.lines().next().unwrap_or_default();
        let delimiter = line[9..].trim();
        self.out.delimiters.push(Span::new(self.at, self.at + line.trim_end().len()));
        self.at += line.len();
        if !delimiter.is_empty() {
            self.delimiter = delimiter.split_whitespace().next().unwrap_or(";");
        }
        true
    }

    fn token(&mut self) {
        let start = self.at;
        let byte = self.bytes[start];
        let end = TokenEnd { bytes: self.bytes, start };
        let (kind, end) = match byte {
            b'\'' => (Kind::Text, quote_end(self.bytes, start, byte, true)),
            b'"' if self.mode.ansi_quotes => (Kind::Quoted, quote_end(self.bytes, start, byte, false)),
            b'"' => (Kind::Text, quote_end(self.bytes, start, byte, true)),
            b'`' => (Kind::Quoted, quote_end(self.bytes, start, byte, false)),
            b'x' | b'X' | b'b' | b'B' | b'n' | b'N' if self.peek(1) == b'\'' => {
                (Kind::Text, quote_end(self.bytes, start + 1, b'\'', true))
            }
            b'@' if self.peek(1) == b'>' => (Kind::Punct, start + 2),
            b'@' => (Kind::Variable, end.variable()),
            b'?' => (Kind::Param, start + 1),
            b'$' if self.peek(1).is_ascii_digit() => (Kind::Param, end.word(self.delimiter)),
            b'$' if self.dollars && end.dollar_quote().is_some() => {
                (Kind::Dollar, end.dollar_quote().unwrap_or(start + 1))
            }
            _ if byte.is_ascii_digit() || (byte == b'.' && self.peek(1).is_ascii_digit()) => {
                end.number(self.delimiter)
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80 => {
                (Kind::Word, end.word(self.delimiter))
            }
            _ => (Kind::Punct, end.punct()),
        };
        // never stand still, and never cut a character
        let mut end = end.max(start + 1).min(self.bytes.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.at = end;
        let token = Token { kind, span: Span::new(start, end) };
        self.out.tokens.push(token);
        if kind == Kind::Word {
            self.block(token);
        }
    }

    /// Follows BEGIN … END through the body of stored code, where semicolons end nothing.
    fn block(&mut self, token: Token) {
        let words = &self.out.tokens[self.first..];
        let count = words.len();
        let is = |at: usize, what: &str| words.get(at).is_some_and(|t| t.is(what, self.text));
        if self.blocks == 0 && !token.is("BEGIN", self.text) || count < 3 || !is(0, "CREATE") {
            return;
        }
        let stored = words
            .iter()
            .take(14)
            .any(|t| ["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"].iter().any(|what| t.is(what, self.text)));
        if !stored {
            return;
        }
        let after_end = is(count - 2, "END");
        if token.is("BEGIN", self.text) || (token.is("CASE", self.text) && !after_end) {
            self.blocks += 1;
        } else if token.is("END", self.text) {
            let rest = self.text[self.at..].trim_start();
            let closes = ["IF", "LOOP", "WHILE", "REPEAT"].iter().any(|word| {
                rest.as_bytes().get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes()))
            });
            if !closes {
                self.blocks -= 1;
            }
        }
    }

    fn end_statement(&mut self) {
        let cut = Cut { first: self.first, end: self.out.tokens.len(), mode: self.mode };
        self.blocks = 0;
        self.first = cut.end;
        if cut.first == cut.end {
            return;
        }
        let tokens = &self.out.tokens[cut.first..cut.end];
        if tokens[0].is("SET", self.text) {
            let start = tokens[0].span.start;
            let said = self.text[start..tokens[tokens.len() - 1].span.end].to_ascii_lowercase();
            if said.contains("sql_mode") {
                let keeps = said.contains("@@sql_mode") && !said.contains("replace");
                let has = |mode: &str, before: bool| {
                    said.contains(mode) || (keeps && before) || said.contains("'ansi'")
                };
                self.mode = Mode {
                    ansi_quotes: has("ansi_quotes", self.mode.ansi_quotes),
                    pipes_as_concat: has("pipes_as_concat", self.mode.pipes_as_concat),
                };
            }
        }
        self.out.statements.push(cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<Vec<&str>> {
        let lexed = Lexed::new(text);
        lexed
            .statements
            .iter()
            .map(|s| lexed.tokens[s.first..s.end].iter().map(|t| t.text(text)).collect())
            .collect()
    }

    #[test]
    fn cuts_as_tidb_does() {
        assert_eq!(
            statements(r#"select 'a\'b', "x;y", `a``b`, 1.5e-3, @@sql_mode, a->>'$.x' # c;d"#),
            [[
                "select",
                r"'a\'b'",
                ",",
                "\"x;y\"",
                ",",
                "`a``b`",
                ",",
                "1.5e-3",
                ",",
                "@@sql_mode",
                ",",
                "a",
                "->>",
                "'$.x'"
            ]]
        );
        assert_eq!(
            statements("select 5--3; -- x\n select 2fa, 0x1F from 1t")[0],
            ["select", "5", "-", "-", "3"]
        );
        assert_eq!(statements("select 2fa, 0x1F from 1t")[0], ["select", "2fa", ",", "0x1F", "from", "1t"]);
        assert_eq!(statements("a=1||b<=>c:=d"), [["a", "=", "1", "||", "b", "<=>", "c", ":=", "d"]]);
    }

    #[test]
    fn comments_that_run_are_code() {
        assert_eq!(statements("/*!40101 set names utf8 */;"), [["set", "names", "utf8"]]);
        assert_eq!(
            statements("select 1 /*T![clustered_index] x */ /*+ hint */ /* c */"),
            [["select", "1", "x"]]
        );
    }

    #[test]
    fn delimiters_and_bodies_hold_statements_together() {
        assert_eq!(statements("delimiter //\nselect 1; select 2//\ndelimiter ;\nselect 3;").len(), 2);
        assert_eq!(statements("delimiter $$\ncreate procedure p() begin end$$\nselect 1$$").len(), 2);
        assert_eq!(
            statements("create procedure p() begin select 1; if a then b; end if; end; select 2").len(),
            2
        );
    }

    #[test]
    fn sql_mode_decides_what_double_quotes_are() {
        let text = "set sql_mode='ANSI_QUOTES'; select \"a\"; set sql_mode=''; select \"a\"";
        let lexed = Lexed::new(text);
        let kinds: Vec<_> = lexed.tokens.iter().filter(|t| t.text(text) == "\"a\"").map(|t| t.kind).collect();
        assert_eq!(kinds, [Kind::Quoted, Kind::Text]);
    }

    #[test]
    fn broken_text_ends() {
        for text in [
            "'abc",
            "\"",
            "`",
            "/*",
            "/*!",
            "@",
            "@@",
            "$",
            "$$",
            "é",
            "1e",
            "--",
            "x'",
            "\\",
            "*/",
            "delimiter ",
        ] {
            Lexed::new(text);
        }
    }
}

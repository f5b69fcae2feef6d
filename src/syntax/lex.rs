//! A light lexer for PostgreSQL text and for printed trees: tokens as byte ranges, nothing copied.
//!
//! The merge compares source, printed tree and translated tree token by token; all three go through
//! this lexer, so that they are cut the same way.

use crate::text::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Space,
    /// `-- …`, without its line end.
    LineComment,
    /// `/* … */`; PostgreSQL's nest.
    BlockComment,
    Word,
    /// `"…"`, `U&"…"` or `` `…` ``.
    Quoted,
    /// Any string literal with its prefix, dollar quotes included.
    Text,
    Number,
    /// `$1`
    Param,
    /// Operators and punctuation.
    Punct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub span: Span,
}

impl Token {
    pub fn is_trivia(&self) -> bool {
        matches!(self.kind, Kind::Space | Kind::LineComment | Kind::BlockComment)
    }

    pub fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::LineComment | Kind::BlockComment)
    }

    pub fn text<'a>(&self, source: &'a str) -> &'a str {
        &source[self.span.start..self.span.end]
    }
}

/// Which server's lexical rules the text follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Comments nest, backslashes in plain strings are themselves.
    Postgres,
    /// Comments don't nest, backslashes escape, `--` needs a blank after it; an optimizer hint is no comment.
    Tidb,
    /// What a tree printed: PostgreSQL's, but a hint is one that a pass wrote.
    Printed,
}

/// Cuts `text` into tokens that tile it.
pub fn lex(text: &str, rules: Rules) -> Vec<Token> {
    let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, rules };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    while lexer.at < lexer.bytes.len() {
        let start = lexer.at;
        let kind = lexer.token();
        tokens.push(Token { kind, span: Span::new(start, lexer.at) });
    }
    tokens
}

/// What each byte can be part of: every byte of a run is asked several times.
static CLASSES: [u8; 256] = classes();
const STARTS_WORD: u8 = 1;
const IN_WORD: u8 = 2;
const OPERATOR: u8 = 4;
const BLANK: u8 = 8;

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        classes[at] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => STARTS_WORD | IN_WORD,
            b'0'..=b'9' | b'$' => IN_WORD,
            b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=' | b'~' | b'!' | b'@' | b'#' | b'%' | b'^'
            | b'&' | b'|' | b'?' => OPERATOR,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => BLANK,
            _ => 0,
        };
        at += 1;
    }
    classes
}

fn is(byte: u8, class: u8) -> bool {
    CLASSES[usize::from(byte)] & class != 0
}

/// Whether a byte can begin an unquoted word.
pub fn starts_word(byte: u8) -> bool {
    is(byte, STARTS_WORD)
}

/// Whether a byte can stand inside an unquoted word.
pub fn in_word(byte: u8) -> bool {
    is(byte, IN_WORD)
}

fn in_operator(byte: u8) -> bool {
    is(byte, OPERATOR)
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    rules: Rules,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Consumes one token; always at least a byte, and whole characters.
    fn token(&mut self) -> Kind {
        let byte = self.bytes[self.at];
        match byte {
            _ if is(byte, BLANK) => {
                self.pass(BLANK);
                Kind::Space
            }
            b'-' if self.peek(1) == b'-' && self.dashes_comment() => {
                self.at += memchr::memchr2(b'\n', b'\r', &self.bytes[self.at..])
                    .unwrap_or(self.bytes.len() - self.at);
                Kind::LineComment
            }
            b'/' if self.peek(1) == b'*' => {
                let hint = self.rules != Rules::Postgres && self.peek(2) == b'+';
                self.block_comment();
                if hint { Kind::Punct } else { Kind::BlockComment }
            }
            b'\'' => {
                self.quoted(b'\'', self.rules == Rules::Tidb);
                Kind::Text
            }
            b'"' | b'`' => {
                self.quoted(byte, false);
                Kind::Quoted
            }
            b'e' | b'E' if self.peek(1) == b'\'' => self.prefixed(1, b'\'', true, Kind::Text),
            b'b' | b'B' | b'x' | b'X' | b'n' | b'N' if self.peek(1) == b'\'' => {
                self.prefixed(1, b'\'', false, Kind::Text)
            }
            b'u' | b'U' if self.peek(1) == b'&' && self.peek(2) == b'\'' => {
                self.prefixed(2, b'\'', false, Kind::Text)
            }
            b'u' | b'U' if self.peek(1) == b'&' && self.peek(2) == b'"' => {
                self.prefixed(2, b'"', false, Kind::Quoted)
            }
            b'$' => self.dollar(),
            _ if byte.is_ascii_digit() || (byte == b'.' && self.peek(1).is_ascii_digit()) => {
                self.number();
                Kind::Number
            }
            _ if starts_word(byte) => {
                self.pass(IN_WORD);
                Kind::Word
            }
            _ => {
                self.punct();
                Kind::Punct
            }
        }
    }

    fn pass(&mut self, class: u8) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|&byte| !is(byte, class)).unwrap_or(rest.len());
    }

    fn dashes_comment(&self) -> bool {
        self.rules != Rules::Tidb || self.at + 2 >= self.bytes.len() || self.peek(2) <= b' '
    }

    fn block_comment(&mut self) {
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            let Some(found) = memchr::memchr2(b'/', b'*', &self.bytes[self.at..]) else { break };
            self.at += found;
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') if depth == 0 || self.rules != Rules::Tidb => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    /// Consumes from an opening quote past its closing one; a doubled quote is a quote.
    fn quoted(&mut self, quote: u8, backslash: bool) {
        self.at += 1;
        while self.at < self.bytes.len() {
            let Some(found) = memchr::memchr2(quote, b'\\', &self.bytes[self.at..]) else { break };
            self.at += found;
            if self.bytes[self.at] == b'\\' {
                self.at += if backslash { 2 } else { 1 };
            } else if self.peek(1) == quote {
                self.at += 2;
            } else {
                self.at += 1;
                return;
            }
        }
        self.at = self.bytes.len();
    }

    fn prefixed(&mut self, prefix: usize, quote: u8, backslash: bool, kind: Kind) -> Kind {
        self.at += prefix;
        self.quoted(quote, backslash || (self.rules == Rules::Tidb && quote == b'\''));
        kind
    }

    fn dollar(&mut self) -> Kind {
        if self.peek(1).is_ascii_digit() {
            self.at += 1;
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            return Kind::Param;
        }
        let tag_len = self.bytes[self.at + 1..].iter().take_while(|&&b| in_word(b) && b != b'$').count();
        if self.rules != Rules::Tidb && self.peek(tag_len + 1) == b'$' {
            let tag = &self.bytes[self.at..self.at + tag_len + 2];
            let body = self.at + tag.len();
            self.at = memchr::memmem::find(&self.bytes[body..], tag)
                .map_or(self.bytes.len(), |end| body + end + tag.len());
            return Kind::Text;
        }
        self.at += 1;
        Kind::Punct
    }

    fn number(&mut self) {
        while self.peek(0).is_ascii_alphanumeric() || matches!(self.peek(0), b'.' | b'_') {
            let exponent = matches!(self.peek(0), b'e' | b'E') && matches!(self.peek(1), b'+' | b'-');
            self.at += if exponent && self.peek(2).is_ascii_digit() { 2 } else { 1 };
        }
    }

    /// An operator as PostgreSQL cuts it, or a single punctuation character.
    fn punct(&mut self) {
        let byte = self.bytes[self.at];
        if byte == b':' && matches!(self.peek(1), b':' | b'=') {
            self.at += 2;
            return;
        }
        if !in_operator(byte) {
            self.at += 1;
            return;
        }
        let start = self.at;
        while self.at < self.bytes.len() && in_operator(self.bytes[self.at]) {
            let comment = matches!((self.peek(0), self.peek(1)), (b'-', b'-') | (b'/', b'*'));
            if comment && self.at > start {
                break;
            }
            self.at += 1;
        }
        // An operator of several characters ends in + or - only when it holds one of these.
        let special = |b: &u8| matches!(b, b'~' | b'!' | b'@' | b'#' | b'%' | b'^' | b'&' | b'|' | b'?');
        while self.at > start + 1
            && matches!(self.bytes[self.at - 1], b'+' | b'-')
            && !self.bytes[start..self.at].iter().any(special)
        {
            self.at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        lex(text, Rules::Postgres)
            .iter()
            .filter(|t| t.kind != Kind::Space)
            .map(|t| (t.kind, t.text(text)))
            .collect()
    }

    #[test]
    fn cuts_as_postgresql_does() {
        use Kind::*;
        assert_eq!(
            kinds(r#"a=-1 E'it\'s' "x""y" $t$a;b$t$ $1 b$c::int/*a/*b*/c*/ 1.5e-3 x'1F'--end"#),
            vec![
                (Word, "a"),
                (Punct, "="),
                (Punct, "-"),
                (Number, "1"),
                (Text, r"E'it\'s'"),
                (Quoted, r#""x""y""#),
                (Text, "$t$a;b$t$"),
                (Param, "$1"),
                (Word, "b$c"),
                (Punct, "::"),
                (Word, "int"),
                (BlockComment, "/*a/*b*/c*/"),
                (Number, "1.5e-3"),
                (Text, "x'1F'"),
                (LineComment, "--end"),
            ]
        );
    }

    #[test]
    fn backslashes_and_comments_follow_the_server() {
        let text = r"'a\' b'";
        assert_eq!(lex(text, Rules::Postgres)[0].text(text), r"'a\'");
        assert_eq!(lex(text, Rules::Tidb)[0].text(text), r"'a\' b'");
        assert_eq!(lex("5--3", Rules::Tidb).len(), 4);
        assert_eq!(lex("5--3", Rules::Postgres).len(), 2);
    }

    #[test]
    fn broken_input_still_tiles() {
        for text in ["'abc", "\"x", "/* /* */", "$a$ b", "$", "é'", "E'\\", "u&", "1e", "\\", "/*", "*/"] {
            let tokens = lex(text, Rules::Postgres);
            assert_eq!(tokens.last().map(|t| t.span.end), Some(text.len()), "{text}");
        }
    }
}

//! Where a token that starts here ends.

use super::lexer::Kind;

/// The end of a quoted text that opens at `start`; a doubled quote is a quote, a backslash escapes where it may.
pub fn quote_end(bytes: &[u8], start: usize, quote: u8, backslash: bool) -> usize {
    let mut at = start + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(quote, b'\\', rest)) {
        at += found;
        if bytes[at] == b'\\' {
            at += if backslash { 2 } else { 1 };
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    bytes.len()
}

pub struct TokenEnd<'a> {
    pub bytes: &'a [u8],
    pub start: usize,
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

impl TokenEnd<'_> {
    fn at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// A word ends before a delimiter of word characters, such as `$$`.
    pub fn word(&self, delimiter: &str) -> usize {
        let stops = delimiter.as_bytes().first().is_some_and(|b| in_word(*b));
        let mut at = self.start;
        while in_word(self.at(at)) && !(stops && self.bytes[at..].starts_with(delimiter.as_bytes())) {
            at += 1;
        }
        at
    }

    pub fn variable(&self) -> usize {
        let mut at = self.start + 1;
        if self.at(at) == b'@' {
            at += 1;
        }
        match self.at(at) {
            quote @ (b'\'' | b'"' | b'`') => quote_end(self.bytes, at, quote, quote != b'`'),
            _ => {
                while in_word(self.at(at)) || (self.at(at) == b'.' && in_word(self.at(at + 1))) {
                    at += 1;
                }
                at
            }
        }
    }

    /// `$$ … $$`, if it is closed.
    pub fn dollar_quote(&self) -> Option<usize> {
        let mut at = self.start + 1;
        while in_word(self.at(at)) && self.at(at) != b'$' {
            at += 1;
        }
        if self.at(at) != b'$' {
            return None;
        }
        let tag = self.bytes.get(self.start..=at)?;
        let rest = self.bytes.get(at + 1..)?;
        memchr::memmem::find(rest, tag).map(|found| at + 1 + found + tag.len())
    }

    /// A number, or a name that begins with digits.
    pub fn number(&self, delimiter: &str) -> (Kind, usize) {
        let digits = |mut at: usize| {
            while self.at(at).is_ascii_digit() {
                at += 1;
            }
            at
        };
        let mut at = digits(self.start);
        if self.at(self.start) == b'0' && matches!(self.at(self.start + 1), b'x' | b'X' | b'b' | b'B') {
            let end = self.word(delimiter);
            return (Kind::Number, end);
        }
        let fraction = self.at(at) == b'.';
        if fraction {
            at = digits(at + 1);
        }
        if matches!(self.at(at), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(at + 1), b'+' | b'-'));
            let end = digits(at + 1 + sign);
            if end > at + 1 + sign && (fraction || !in_word(self.at(end))) {
                return (Kind::Number, end);
            }
        }
        if !fraction && in_word(self.at(at)) {
            return (Kind::Word, self.word(delimiter));
        }
        (Kind::Number, at)
    }

    pub fn punct(&self) -> usize {
        const LONG: [&[u8]; 13] =
            [b"<=>", b"->>", b"->", b"||", b"&&", b"<=", b">=", b"<>", b"!=", b":=", b"::", b"<<", b">>"];
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        let long = LONG.iter().find(|operator| rest.starts_with(operator));
        self.start + long.map_or(1, |operator| operator.len())
    }
}

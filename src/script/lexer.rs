//! Reads over strings, quoted names, dollar quotes and comments, and can stop anywhere to wait for more input.

use super::problem::ProblemKind;
use super::shape::{is_blank, is_line_end, is_word, next_mark};
use memchr::{memchr, memchr2, memmem};

/// What the scan is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Inside {
    /// SQL proper, or blanks between statements.
    #[default]
    Code,
    /// A string; `escapes` if it is an E'' string, where a backslash escapes.
    String {
        escapes: bool,
    },
    /// A quoted identifier.
    Name,
    /// A dollar quote; `tag` is the length of its mark, dollars included.
    Dollar {
        tag: usize,
    },
    LineComment,
    BlockComment {
        depth: usize,
    },
}

/// How an attempt to read on went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Done,
    More,
    /// The text ended first.
    Ended,
}

/// How far the reading of a piece got. All offsets count from the piece's start.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scan {
    /// Everything before is read.
    pub at: usize,
    pub inside: Inside,
    /// Where what we are inside of was opened.
    pub open: usize,
    /// A look ahead from `at` that had to wait for input need not repeat what lies before this.
    pub ahead: usize,
    /// End of the last token before the last comment, and the end of that comment.
    solid: usize,
    skipped: usize,
    /// End of the last E'' string: a string that continues it on another line escapes too.
    escaped: Option<usize>,
    /// End of the last dollar quote: its mark is no part of the word that follows.
    unquoted: usize,
}

impl Scan {
    /// The end of the last token before `end`, where nothing but blanks and comments follows it.
    pub fn token_end(&self, input: &[u8], end: usize) -> usize {
        let tail = &input[self.skipped.min(end)..end];
        match tail.iter().rposition(|&b| !is_blank(b)) {
            Some(last) => self.skipped + last + 1,
            None => self.solid,
        }
    }

    /// At a byte that may open something: goes inside if it does. `Ended` means that it opens nothing.
    pub fn enter(&mut self, input: &[u8], last: bool) -> Read {
        let next = input.get(self.at + 1).copied();
        let (inside, width) = match input[self.at] {
            b'\'' => (Inside::String { escapes: self.escapes(input) }, 1),
            b'"' => (Inside::Name, 1),
            b'-' | b'/' if next.is_none() && !last => return Read::More,
            b'-' if next == Some(b'-') => (Inside::LineComment, 2),
            b'/' if next == Some(b'*') => (Inside::BlockComment { depth: 1 }, 2),
            b'$' => return self.enter_dollar(input, last),
            _ => return Read::Ended,
        };
        self.go_inside(input, inside, width);
        Read::Done
    }

    fn go_inside(&mut self, input: &[u8], inside: Inside, width: usize) {
        if matches!(inside, Inside::LineComment | Inside::BlockComment { .. }) {
            self.solid = self.token_end(input, self.at);
        }
        self.inside = inside;
        self.open = self.at;
        self.at += width;
    }

    /// At a quote: whether it opens an E'' string, or continues one.
    fn escapes(&self, input: &[u8]) -> bool {
        let before = &input[..self.at];
        let prefixed = match before {
            [rest @ .., b'e' | b'E'] => {
                // The E must be a word of its own; a number or a parameter may stand right before it.
                let run =
                    rest[self.unquoted..].iter().rev().take_while(|&&b| is_word(b) || b == b'$').count();
                let run = &rest[rest.len() - run..];
                run.strip_prefix(b"$").unwrap_or(run).iter().all(u8::is_ascii_digit)
            }
            _ => false,
        };
        prefixed || self.escaped.is_some_and(|end| continues(&before[end..]))
    }

    /// At a `$`: it may open a dollar quote, or belong to an identifier or a parameter.
    fn enter_dollar(&mut self, input: &[u8], last: bool) -> Read {
        let start = self.at;
        let word = input[..start].iter().rev().take_while(|&&b| is_word(b)).count();
        let in_word = input[start - word..start].iter().any(|b| !b.is_ascii_digit());
        let next = input.get(start + 1).copied();
        let belongs = |b: u8| is_word(b) || (in_word && b == b'$');
        if !in_word && next.is_some_and(|b| b.is_ascii_digit()) {
            return Read::Ended;
        }
        let from = self.ahead.max(start + 1);
        let end = from + input[from..].iter().take_while(|&&b| belongs(b)).count();
        if end == input.len() && !last {
            self.ahead = end;
            return Read::More;
        }
        self.ahead = 0;
        if in_word {
            self.at = end;
            return Read::Done;
        }
        if input.get(end) != Some(&b'$') {
            return Read::Ended;
        }
        let tag = end + 1 - start;
        self.go_inside(input, Inside::Dollar { tag }, tag);
        Read::Done
    }

    /// Reads to the end of what we are inside of.
    pub fn leave(&mut self, input: &[u8], last: bool) -> Read {
        let found = match self.inside {
            Inside::Code => return Read::Done,
            Inside::String { escapes } => self.quote_end(input, last, b'\'', escapes),
            Inside::Name => self.quote_end(input, last, b'"', false),
            Inside::Dollar { tag } => self.dollar_end(input, tag),
            Inside::LineComment => match memchr2(b'\n', b'\r', &input[self.at..]) {
                Some(length) => Some(self.at + length),
                None => self.wait_at(input.len()).or(last.then_some(input.len())),
            },
            Inside::BlockComment { depth } => self.comment_end(input, depth),
        };
        match found {
            Some(end) => {
                self.at = end;
                match self.inside {
                    Inside::LineComment | Inside::BlockComment { .. } => self.skipped = end,
                    Inside::String { escapes } => self.escaped = escapes.then_some(end),
                    Inside::Dollar { .. } => self.unquoted = end,
                    Inside::Code | Inside::Name => {}
                }
                self.inside = Inside::Code;
                Read::Done
            }
            None if last => {
                self.at = input.len();
                Read::Ended
            }
            None => Read::More,
        }
    }

    fn wait_at(&mut self, at: usize) -> Option<usize> {
        self.at = at;
        None
    }

    fn quote_end(&mut self, input: &[u8], last: bool, quote: u8, escapes: bool) -> Option<usize> {
        loop {
            let rest = &input[self.at..];
            let hit = if escapes { memchr2(quote, b'\\', rest) } else { memchr(quote, rest) };
            let Some(hit) = hit.map(|hit| self.at + hit) else { return self.wait_at(input.len()) };
            let escape = input[hit] != quote;
            match input.get(hit + 1) {
                Some(&next) if escape || next == quote => self.at = hit + 2,
                Some(_) => return Some(hit + 1),
                None if last && !escape => return Some(hit + 1),
                None => return self.wait_at(hit),
            }
        }
    }

    fn dollar_end(&mut self, input: &[u8], tag: usize) -> Option<usize> {
        let mark = &input[self.open..self.open + tag];
        match memmem::find(&input[self.at..], mark) {
            Some(hit) => Some(self.at + hit + tag),
            // The mark may have started in the last bytes.
            None => self.wait_at(self.at.max((input.len() + 1).saturating_sub(tag))),
        }
    }

    fn comment_end(&mut self, input: &[u8], mut depth: usize) -> Option<usize> {
        while let Some(hit) = memchr2(b'*', b'/', &input[self.at..]) {
            let hit = self.at + hit;
            let Some(&next) = input.get(hit + 1) else { return self.wait_at(hit) };
            match (input[hit], next) {
                (b'/', b'*') => depth += 1,
                (b'*', b'/') if depth == 1 => return Some(hit + 2),
                (b'*', b'/') => depth -= 1,
                _ => {
                    self.at = hit + 1;
                    continue;
                }
            }
            self.at = hit + 2;
            self.inside = Inside::BlockComment { depth };
        }
        self.wait_at(input.len())
    }

    /// What it is called when the text ends here, and how long the mark is that opened it.
    pub fn unterminated(&self) -> Option<(ProblemKind, usize)> {
        match self.inside {
            Inside::Code | Inside::LineComment => None,
            Inside::String { .. } => Some((ProblemKind::UnterminatedString, 1)),
            Inside::Name => Some((ProblemKind::UnterminatedIdentifier, 1)),
            Inside::Dollar { tag } => Some((ProblemKind::UnterminatedDollarQuote, tag)),
            Inside::BlockComment { .. } => Some((ProblemKind::UnterminatedComment, 2)),
        }
    }
}

/// Whether a string that follows `between` continues the one before it: only blanks and line comments, and a line end.
fn continues(between: &[u8]) -> bool {
    let mut comment = false;
    let mut line_end = false;
    for (i, &byte) in between.iter().enumerate() {
        match byte {
            _ if is_line_end(byte) => (line_end, comment) = (true, false),
            _ if comment || is_blank(byte) => {}
            b'-' if between.get(i + 1) == Some(&b'-') => comment = true,
            _ => return false,
        }
    }
    line_end
}

/// A statement's text with a blank for each byte of its comments, for grammars that need not know of them.
pub(super) fn without_comments(text: &[u8]) -> Vec<u8> {
    let mut blanked = text.to_vec();
    let mut scan = Scan::default();
    loop {
        scan.at = next_mark(text, scan.at, false);
        if scan.at == text.len() {
            return blanked;
        }
        match scan.enter(text, true) {
            Read::Done => {
                let comment = matches!(scan.inside, Inside::LineComment | Inside::BlockComment { .. });
                scan.leave(text, true);
                if comment {
                    blanked[scan.open..scan.at].fill(b' ');
                }
            }
            Read::More | Read::Ended => scan.at += 1,
        }
    }
}

//! The splitter: cuts pieces off the front of a text that may come in parts.

use super::copy::CopyHeader;
use super::data::{self, Chunk};
use super::directive::{self, Found, Place};
use super::head::{Head, Kind};
use super::lexer::{Inside, Read, Scan};
use super::shape::{Look, is_blank, is_line_end, is_word, is_word_start, next_mark};
use super::{Piece, PieceKind, Problem, ProblemKind, meta, recover, template};
use crate::text::Span;
use memchr::memchr;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// What came of asking for the next piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Piece(Piece),
    /// The input holds no whole piece: ask again with more after it. With all of it there: the end.
    More,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Between,
    Statement,
    Data,
}

/// Cuts a text into pieces, front to back. Reads each byte a bounded number of times, however small the parts are.
#[derive(Debug, Clone, Default)]
pub struct Splitter {
    /// The offset in the file of the input's first byte.
    offset: usize,
    state: State,
    scan: Scan,
    head: Head,
    /// Open parentheses of the statement.
    depth: usize,
    /// Where in its line the input starts.
    place: Place,
    started: bool,
    /// The file said `--liquibase formatted sql`.
    liquibase: bool,
    /// COPY statements whose data is still to come, and where it starts, once that is known.
    copies: usize,
    data_start: Option<usize>,
    problem: Option<Problem>,
}

/// What a byte of a statement leads to.
enum Flow {
    On,
    More,
    /// The statement ends after so many bytes.
    End(usize),
}

impl Splitter {
    pub fn new() -> Self {
        Splitter::default()
    }

    /// The piece at the front of `input`, which is what is left of the file after the pieces before. `last` says that the
    /// file ends with it. Spans count from the file's start.
    pub fn next(&mut self, input: &[u8], last: bool) -> Step {
        self.problem = None;
        if input.is_empty() {
            return Step::More;
        }
        if self.state == State::Data {
            return self.data(input, last);
        }
        if self.copies == 0 {
            return self.sql(input, last);
        }
        // psql takes the data from the next line on, whatever the rest of this line holds.
        let start = match self.data_start {
            Some(start) => start,
            None => match memchr(b'\n', &input[self.scan.ahead.min(input.len())..]) {
                Some(at) => self.offset + self.scan.ahead + at + 1,
                None if last => self.offset + input.len(),
                None => {
                    self.scan.ahead = input.len();
                    return Step::More;
                }
            },
        };
        self.scan.ahead = 0;
        self.data_start = Some(start);
        if start > self.offset {
            return self.sql(&input[..start - self.offset], true);
        }
        self.data_start = None;
        self.state = State::Data;
        self.data(input, last)
    }

    /// What is wrong with the piece that `next` just gave.
    pub fn problem(&self) -> Option<Problem> {
        self.problem
    }

    fn sql(&mut self, input: &[u8], last: bool) -> Step {
        match self.state {
            State::Statement => self.statement(input, last),
            _ => self.between(input, last),
        }
    }

    /// Cuts off `length` bytes.
    fn piece(&mut self, kind: PieceKind, input: &[u8], length: usize) -> Step {
        let text = &input[..length];
        let span = Span::new(self.offset, self.offset + length);
        if self.problem.is_none() {
            self.problem = memchr(0, text).map(|at| self.problem_at(ProblemKind::NulByte, at, 1));
        }
        self.place = self.place(input, length);
        self.started = true;
        self.offset = span.end;
        self.scan = Scan::default();
        Step::Piece(Piece { kind, span })
    }

    fn problem_at(&self, kind: ProblemKind, at: usize, width: usize) -> Problem {
        Problem { kind, span: Span::new(self.offset + at, self.offset + at + width) }
    }

    /// Where in its line `at` stands.
    fn place(&self, input: &[u8], at: usize) -> Place {
        let blanks = input[..at].iter().rev().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
        let before = match (at - blanks).checked_sub(1) {
            Some(last) if is_line_end(input[last]) || (self.offset == 0 && &input[..=last] == BOM) => {
                Place::Start
            }
            Some(_) => Place::Inside,
            None => self.place,
        };
        match before {
            Place::Start if blanks > 0 => Place::Indented,
            before => before,
        }
    }

    /// Blanks and comments, or what ends them when it is at the front.
    fn between(&mut self, input: &[u8], last: bool) -> Step {
        if !self.started && self.scan.at == 0 {
            match () {
                _ if input.starts_with(BOM) => self.scan.at = BOM.len(),
                _ if BOM.starts_with(input) && !last => return Step::More,
                _ => {}
            }
        }
        loop {
            match self.scan.leave(input, last) {
                Read::Done => {}
                Read::More => return Step::More,
                Read::Ended => {
                    self.problem = self.unterminated();
                    return self.piece(PieceKind::Trivia, input, input.len());
                }
            }
            self.scan.at += input[self.scan.at..].iter().take_while(|&&b| is_blank(b)).count();
            let at = self.scan.at;
            let Some(&byte) = input.get(at) else {
                return if last && at > 0 { self.piece(PieceKind::Trivia, input, at) } else { Step::More };
            };
            if matches!(byte, b'-' | b'/') {
                match self.comment(input, last) {
                    Look::More => return Step::More,
                    Look::Yes(Some(_)) if at > 0 => return self.piece(PieceKind::Trivia, input, at),
                    Look::Yes(Some(found)) => {
                        self.liquibase |= found.liquibase;
                        return self.piece(PieceKind::Directive(found.directive), input, found.length);
                    }
                    Look::Yes(None) => continue,
                    Look::No => {}
                }
            }
            if at > 0 {
                return self.piece(PieceKind::Trivia, input, at);
            }
            match byte {
                b';' => return self.piece(PieceKind::Terminator, input, 1),
                b'\\' => return self.meta(input, last),
                _ => {
                    self.state = State::Statement;
                    (self.head, self.depth) = (Head::default(), 0);
                    return self.statement(input, last);
                }
            }
        }
    }

    /// At a `-` or `/`: goes inside the comment that it opens, unless that is a directive.
    fn comment(&mut self, input: &[u8], last: bool) -> Look<Option<Found>> {
        let at = self.scan.at;
        let before = self.scan;
        match self.scan.enter(input, last) {
            Read::More => return Look::More,
            Read::Ended => return Look::No,
            Read::Done if self.scan.inside != Inside::LineComment => return Look::Yes(None),
            Read::Done => {}
        }
        match directive::look(&input[at..], self.place(input, at), self.liquibase, last) {
            Look::No => Look::Yes(None),
            found => {
                // Neither a directive nor what may become one is skipped yet.
                self.scan = before;
                match found {
                    Look::Yes(found) => Look::Yes(Some(found)),
                    _ => Look::More,
                }
            }
        }
    }

    fn meta(&mut self, input: &[u8], last: bool) -> Step {
        match meta::measure(input, &mut self.scan.ahead, last) {
            Look::Yes((length, has_data)) => {
                self.copies += usize::from(has_data);
                self.piece(PieceKind::Meta, input, length)
            }
            Look::No | Look::More => Step::More,
        }
    }

    fn statement(&mut self, input: &[u8], last: bool) -> Step {
        loop {
            match self.scan.leave(input, last) {
                Read::Done => {}
                Read::More => return Step::More,
                Read::Ended => {
                    // An open comment is not the statement's: it comes next, as trivia.
                    if let Inside::BlockComment { .. } = self.scan.inside {
                        let end = self.scan.token_end(input, self.scan.open);
                        return self.end_statement(input, end);
                    }
                    self.problem = self.unterminated();
                    return self.end_statement(input, input.len());
                }
            }
            self.scan.at = next_mark(input, self.scan.at, self.head.wants_words());
            let flow = match input.get(self.scan.at) {
                Some(&byte) => self.mark(byte, input, last),
                None if last => Flow::End(self.scan.token_end(input, input.len())),
                None => Flow::More,
            };
            match flow {
                Flow::On => {}
                Flow::More => return Step::More,
                Flow::End(length) => return self.end_statement(input, length),
            }
        }
    }

    fn unterminated(&self) -> Option<Problem> {
        let (kind, width) = self.scan.unterminated()?;
        Some(self.problem_at(kind, self.scan.open, width))
    }

    fn end_statement(&mut self, input: &[u8], length: usize) -> Step {
        self.state = State::Between;
        let sent = matches!(&input[self.scan.at..], [b';', ..] | [b'\\', b'g', ..]);
        if self.head.kind == Kind::Copy && sent {
            let header = CopyHeader::parse(&input[..length]);
            self.copies += usize::from(header.is_some_and(|header| header.has_data()));
        }
        self.piece(PieceKind::Statement, input, length)
    }

    /// Reads on at a byte that may mean something.
    fn mark(&mut self, byte: u8, input: &[u8], last: bool) -> Flow {
        let at = self.scan.at;
        let after = &input[at + 1..];
        let look = match byte {
            b'\'' | b'"' => {
                self.scan.enter(input, last);
                return Flow::On;
            }
            b'-' | b'/' => match self.comment(input, last) {
                Look::Yes(Some(found)) if found.ends_statement => {
                    return Flow::End(self.scan.token_end(input, at));
                }
                Look::Yes(Some(_)) => {
                    self.scan.enter(input, last);
                    return Flow::On;
                }
                Look::Yes(None) => return Flow::On,
                Look::No => Look::No,
                Look::More => Look::More,
            },
            b'$' => match self.scan.enter(input, last) {
                Read::Done => return Flow::On,
                Read::More => Look::More,
                Read::Ended => template::placeholder(&input[at..], last),
            },
            b'{' | b'<' => template::placeholder(&input[at..], last),
            b'(' => {
                self.depth += 1;
                Look::No
            }
            b')' => {
                self.depth = self.depth.saturating_sub(1);
                Look::No
            }
            b';' => match self.semicolon(after, last) {
                Look::Yes(()) => return Flow::End(at),
                Look::No => Look::No,
                Look::More => Look::More,
            },
            b'\\' => match after.first() {
                None if !last => Look::More,
                // psql's escape for a colon that is no variable.
                Some(b':') => Look::Yes(2),
                _ => return Flow::End(self.scan.token_end(input, at)),
            },
            _ => self.word(input, last),
        };
        match look {
            Look::Yes(length) => self.scan.at = at + length,
            Look::No => self.scan.at = at + 1,
            Look::More => return Flow::More,
        }
        Flow::On
    }

    fn semicolon(&self, after: &[u8], last: bool) -> Look<()> {
        let in_rule = self.depth > 0 && self.head.kind == Kind::Rule;
        match () {
            _ if in_rule || self.head.atomic > 0 => recover::next_line_starts_another(after, last),
            _ if self.depth > 0 => recover::ends_line(after, last),
            _ => Look::Yes(()),
        }
    }

    fn word(&mut self, input: &[u8], last: bool) -> Look<usize> {
        let start = self.scan.at;
        if !is_word_start(input[start]) {
            return Look::No;
        }
        let from = self.scan.ahead.max(start + 1);
        let end = from + input[from..].iter().take_while(|&&b| is_word(b) || b == b'$').count();
        if end == input.len() && !last {
            self.scan.ahead = end;
            return Look::More;
        }
        self.scan.ahead = 0;
        let after_dot = start > 0 && input[start - 1] == b'.';
        self.head.word(&input[start..end], self.depth == 0 && !after_dot);
        Look::Yes(end - start)
    }

    fn data(&mut self, input: &[u8], last: bool) -> Step {
        let length = match data::lines(&mut self.scan, input, last) {
            Chunk::More => return Step::More,
            Chunk::Lines(length) => {
                if last && length == input.len() {
                    self.problem = Some(self.problem_at(ProblemKind::UnterminatedCopyData, length, 0));
                }
                length
            }
            Chunk::End(length) => {
                self.copies = self.copies.saturating_sub(1);
                self.state = if self.copies > 0 { State::Data } else { State::Between };
                length
            }
        };
        self.piece(PieceKind::CopyData, input, length)
    }
}

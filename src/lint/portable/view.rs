//! A PostgreSQL statement as the tokens that count, and a change of some of them.

use crate::syntax::lex::{Kind, Token};
use crate::text::Span;

/// A change of a statement that keeps its meaning.
#[derive(Debug)]
pub struct Spelling {
    /// Bytes of the statement.
    pub span: Span,
    pub text: String,
    pub says: String,
}

/// Any position may be asked for.
#[derive(Debug)]
pub struct View<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    comments: Vec<Span>,
}

impl<'a> View<'a> {
    pub fn new(text: &'a str, tokens: &[Token]) -> View<'a> {
        View {
            text,
            tokens: tokens.iter().filter(|token| !token.is_trivia()).copied().collect(),
            comments: tokens.iter().filter(|token| token.is_comment()).map(|token| token.span).collect(),
        }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    pub fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub fn at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    /// Whether a word or punctuation stands there.
    pub fn is(&self, at: usize, what: &str) -> bool {
        matches!(self.kind(at), Some(Kind::Word | Kind::Punct)) && self.at(at).eq_ignore_ascii_case(what)
    }

    pub fn is_any(&self, at: usize, what: &[&str]) -> bool {
        what.iter().any(|what| self.is(at, what))
    }

    pub fn seq(&self, at: usize, what: &[&str]) -> bool {
        what.iter().enumerate().all(|(i, what)| self.is(at + i, what))
    }

    /// What stands right before or behind a token, without a blank between.
    pub fn beside(&self, at: usize) -> (Option<u8>, Option<u8>) {
        let Some(token) = self.tokens.get(at) else { return (None, None) };
        let bytes = self.text.as_bytes();
        let before = token.span.start.checked_sub(1).and_then(|at| bytes.get(at));
        (before.copied(), bytes.get(token.span.end).copied())
    }

    /// The tokens from `from` up to `end` as they are written.
    pub fn slice(&self, from: usize, end: usize) -> &'a str {
        let span = self.span(from, end);
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The position of the bracket that opens what closes at `close`.
    pub fn open(&self, close: usize) -> Option<usize> {
        let mut depth = 0usize;
        for at in (0..=close).rev() {
            if self.is(at, ")") {
                depth += 1;
            } else if self.is(at, "(") {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        None
    }

    /// Other tokens instead of those from `from` up to `end`; none where a comment would go with them.
    pub fn put(
        &self,
        from: usize,
        end: usize,
        text: impl Into<String>,
        says: impl Into<String>,
    ) -> Option<Spelling> {
        let span = self.span(from, end);
        let free = !self.comments.iter().any(|c| span.start < c.end && c.start < span.end);
        (free && from < end && end <= self.len()).then(|| Spelling {
            span,
            text: text.into(),
            says: says.into(),
        })
    }

    /// Nothing instead of them, nor of the blanks before them.
    pub fn leave_out(&self, from: usize, end: usize, says: impl Into<String>) -> Option<Spelling> {
        let mut spelling = self.put(from, end, "", says)?;
        let blanks = self.text.get(..spelling.span.start)?.trim_end().len();
        if self.comments.iter().all(|comment| comment.end != blanks) {
            spelling.span.start = blanks;
        }
        Some(spelling)
    }

    fn span(&self, from: usize, end: usize) -> Span {
        let start = self.tokens.get(from).or(self.tokens.last()).map_or(0, |token| token.span.start);
        let stop =
            end.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |token| token.span.end);
        Span::new(start, stop.max(start))
    }
}

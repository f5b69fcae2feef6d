//! Writes the statements of a DO block where the block was: its comments and its lines stay.

use super::{Translation, emit, translation};
use crate::diagnostic::Status;
use crate::passes::{Part, PartOf};
use crate::syntax::Parsed;
use crate::syntax::lex::{Kind, Rules, lex};
use crate::text::Span;

/// The block's statements, and its comments between them.
pub fn block(parsed: &Parsed, parts: Vec<Part>) -> Translation {
    let source = parsed.source();
    let comments = comments(parsed).into_iter().filter(|c| !parts.iter().any(|p| covers(p.span, *c)));
    let mut elements: Vec<(Span, Option<Part>)> = comments.map(|span| (span, None)).collect();
    elements.extend(parts.into_iter().map(|part| (part.span, Some(part))));
    elements.sort_by_key(|(span, _)| span.start);
    let mut out = Written { source, ..Written::default() };
    for (span, part) in elements {
        match part.map(|part| part.what) {
            None => out.comment(span),
            Some(PartOf::Left(note)) => out.left(span, &note),
            Some(PartOf::Statement(mut inner, plan)) => out.statement(span, emit(&mut inner, *plan)),
        }
    }
    Translation {
        cuts: out.cuts,
        closed: !out.open,
        fell_back: out.fell_back,
        ..translation(Status::Rewritten, out.sql, out.text, true)
    }
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The comments of the statement, and of the code in its dollar quotes.
fn comments(parsed: &Parsed) -> Vec<Span> {
    let source = parsed.source();
    let mut found = Vec::new();
    for token in &parsed.tokens {
        if token.is_comment() {
            found.push(token.span);
        }
        let text = token.text(source);
        let quote = if token.kind == Kind::Text && text.starts_with('$') {
            text[1..].find('$').map(|at| at + 2)
        } else {
            None
        };
        let body = quote.and_then(|quote| Some((quote, text.get(quote..text.len().checked_sub(quote)?)?)));
        if let Some((quote, body)) = body {
            let from = token.span.start + quote;
            let inner = lex(body, Rules::Postgres);
            let inner = inner.iter().filter(|token| token.is_comment());
            found.extend(inner.map(|token| Span::new(from + token.span.start, from + token.span.end)));
        }
    }
    found
}

#[derive(Default)]
struct Written<'s> {
    source: &'s str,
    text: String,
    sql: Vec<String>,
    cuts: Vec<usize>,
    /// The last element is a statement, and its semicolon is not written.
    open: bool,
    /// Where the semicolon of the last statement is.
    semicolon: Option<usize>,
    /// Where the last element ends in the source.
    last: Option<usize>,
    fell_back: bool,
}

impl Written<'_> {
    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            self.semicolon = Some(self.text.len());
            self.text.push(';');
        }
    }

    /// Goes to where an element stands: on a line of its own, but for a comment that follows on the same one.
    fn place(&mut self, span: Span, comment: bool, indented: bool) {
        self.close();
        let Some(last) = self.last else { return };
        let gap = self.source.get(last..span.start).unwrap_or("\n");
        if comment && !gap.contains('\n') && gap.trim().trim_matches(';').is_empty() {
            self.text.push(' ');
            return;
        }
        self.text.push('\n');
        if gap.contains("\n\n") || gap.contains("\n\r\n") {
            self.text.push('\n');
        }
        if indented {
            let line = self
                .source
                .get(..span.start)
                .and_then(|before| before.rsplit('\n').next())
                .unwrap_or_default();
            if line.trim().is_empty() {
                self.text.push_str(line);
            }
        }
    }

    fn comment(&mut self, span: Span) {
        self.place(span, true, true);
        let text = self.source.get(span.start..span.end).unwrap_or_default();
        self.text.push_str(&super::trivia(text));
        self.last = Some(span.end);
    }

    fn left(&mut self, span: Span, note: &str) {
        self.place(span, false, false);
        let text = self.source.get(span.start..span.end).unwrap_or_default();
        self.text.push_str(&super::under_note(text, note));
        self.last = Some(span.end);
    }

    fn statement(&mut self, span: Span, inner: Translation) {
        self.place(span, false, inner.terminated);
        self.fell_back |= inner.fell_back;
        if inner.terminated {
            self.cuts.extend(self.semicolon.take());
            self.cuts.extend(inner.cuts.iter().map(|cut| self.text.len() + cut));
            self.sql.extend(inner.sql);
            self.open = true;
        }
        self.text.push_str(&inner.text);
        self.last = Some(span.end);
    }
}

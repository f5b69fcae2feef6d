//! Places diagnostics in their file: lines and columns for machines, a few source lines for people.

use super::record::Finding;
use crate::diagnostic::Diagnostic;
use crate::text::{Position, Span, count_chars};

/// How much of a source line people are shown on each side of the construct.
const LINE_WINDOW: usize = 160;
/// How many bytes of a construct that goes over many lines are shown.
const SPAN_WINDOW: usize = 1200;

/// The lines around a construct, and where they are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    /// Where `text` starts in the file.
    pub start: Position,
    /// The construct in `text`.
    pub span: Span,
}

/// The position after `bytes`, when they start at `from`.
pub fn advance(from: Position, bytes: &[u8]) -> Position {
    match memchr::memrchr(b'\n', bytes) {
        None => Position { line: from.line, column: from.column + count_chars(bytes) },
        Some(last) => Position {
            line: from.line + memchr::memchr_iter(b'\n', bytes).count(),
            column: count_chars(&bytes[last + 1..]) + 1,
        },
    }
}

/// A diagnostic as machines read it, and what people see of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub finding: Finding,
    /// The rule's name.
    pub rule: &'static str,
    pub snippet: Option<Snippet>,
}

/// Places the diagnostics of a text that starts at `start` in its file, in the order they stand there. `before` is what
/// stands before the text on its first line.
pub fn locate(
    text: &[u8],
    start: Position,
    before: &[u8],
    diagnostics: &[Diagnostic],
    snippets: bool,
) -> Vec<Located> {
    let mut order: Vec<&Diagnostic> = diagnostics.iter().collect();
    order.sort_by_key(|d| d.span);
    let (mut at, mut position) = (0, start);
    let mut located = Vec::with_capacity(order.len());
    for diagnostic in order {
        let from = diagnostic.span.start.min(text.len());
        let to = diagnostic.span.end.clamp(from, text.len());
        position = advance(position, &text[at..from]);
        at = from;
        let end = advance(position, &text[from..to]);
        let finding = Finding {
            code: diagnostic.rule.code.to_owned(),
            level: diagnostic.level,
            fidelity: diagnostic.fidelity,
            message: diagnostic.message.clone(),
            line: position.line,
            column: position.column,
            end_line: end.line,
            end_column: end.column,
            help: diagnostic.help.clone(),
        };
        let snippet = snippets.then(|| snippet(text, start, before, Span::new(from, to), position));
        located.push(Located { finding, rule: diagnostic.rule.name, snippet });
    }
    located
}

/// The lines that hold a construct and one line on each side, cut where a line is too long to be read.
fn snippet(text: &[u8], start: Position, before: &[u8], span: Span, position: Position) -> Snippet {
    let shown_end = span.end.min(span.start + SPAN_WINDOW);
    let line_start = |at: usize| memchr::memrchr(b'\n', &text[..at]).map_or(0, |n| n + 1);
    let line_end = |at: usize| memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |n| at + n);
    let own = line_start(span.start);
    let mut from = if own > 0 { line_start(own - 1) } else { own };
    let end = line_end(shown_end);
    let mut to = if end < text.len() { line_end(end + 1) } else { end };
    if span.start - from > LINE_WINDOW {
        from = if span.start - own > LINE_WINDOW { char_start(text, span.start - LINE_WINDOW) } else { own };
    }
    if to - shown_end > LINE_WINDOW {
        to = if end - shown_end > LINE_WINDOW { char_start(text, shown_end + LINE_WINDOW) } else { end };
    }
    // the rest of the statement's first line, so that columns agree with what an editor shows
    let lead: &[u8] = if from == 0 && before.len() <= LINE_WINDOW { before } else { b"" };
    let mut shown = String::from_utf8_lossy(lead).into_owned();
    shown.push_str(&String::from_utf8_lossy(&text[from..span.start]));
    let span_start = shown.len();
    shown.push_str(&String::from_utf8_lossy(&text[span.start..shown_end]));
    let span_end = shown.len();
    shown.push_str(&String::from_utf8_lossy(&text[shown_end..to]));
    let start = if from == 0 {
        Position { line: start.line, column: start.column.saturating_sub(count_chars(lead)).max(1) }
    } else if from >= own {
        let back = count_chars(&text[from..span.start]);
        Position { line: position.line, column: position.column.saturating_sub(back).max(1) }
    } else {
        Position { line: position.line - 1, column: 1 }
    };
    Snippet { text: shown, start, span: Span::new(span_start, span_end) }
}

fn char_start(text: &[u8], mut at: usize) -> usize {
    while at > 0 && at < text.len() && text[at] & 0xC0 == 0x80 {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::rules::UNTERMINATED_TOKEN;

    fn at(text: &str, span: (usize, usize)) -> Located {
        let diagnostic = Diagnostic::new(&UNTERMINATED_TOKEN, Span::new(span.0, span.1), "x");
        let start = Position { line: 7, column: 3 };
        locate(text.as_bytes(), start, b"; ", &[diagnostic], true).remove(0)
    }

    #[test]
    fn positions_are_those_of_the_file() {
        let Located { finding, snippet, .. } = at("select é,\n 'x'\nfrom t\n", (12, 15));
        assert_eq!((finding.line, finding.column, finding.end_line, finding.end_column), (8, 2, 8, 5));
        let snippet = snippet.expect("asked for");
        assert_eq!(snippet.text, "; select é,\n 'x'\nfrom t");
        assert_eq!(&snippet.text[snippet.span.start..snippet.span.end], "'x'");
        assert_eq!((snippet.start.line, snippet.start.column), (7, 1));
    }

    #[test]
    fn endless_lines_are_cut() {
        let text = format!("{}'x'{}", "é".repeat(5000), "é".repeat(5000));
        let Located { finding, snippet, .. } = at(&text, (10_000, 10_003));
        assert_eq!((finding.line, finding.column), (7, 5003));
        let snippet = snippet.expect("asked for");
        assert!(snippet.text.len() < 400, "{}", snippet.text.len());
        assert_eq!(&snippet.text[snippet.span.start..snippet.span.end], "'x'");
        assert_eq!(snippet.start.column, 5003 - 80);
    }
}

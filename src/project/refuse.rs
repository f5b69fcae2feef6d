//! Text that can't be read as text: what is said about it, and how its bytes are kept.

use crate::diagnostic::Diagnostic;
use crate::report::rules::{INVALID_UTF8, NUL_BYTE, UNTERMINATED_TOKEN};
use crate::script::{Problem, ProblemKind};
use crate::text::Span;

/// Why these bytes can't be a statement, if they can't.
pub fn unreadable(bytes: &[u8]) -> Option<Diagnostic> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let from = error.valid_up_to();
        let span = Span::new(from, from + error.error_len().unwrap_or(bytes.len() - from));
        return Some(
            Diagnostic::new(&INVALID_UTF8, span, "these bytes are not UTF-8")
                .with_help("save the file as UTF-8 and convert it again"),
        );
    }
    let at = memchr::memchr(0, bytes)?;
    Some(
        Diagnostic::new(&NUL_BYTE, Span::new(at, at + 1), "a NUL byte can't stand in SQL text")
            .with_help("remove it; if the file is UTF-16, save it as UTF-8"),
    )
}

/// A problem as it is counted from `base`, the start of its piece.
pub fn since(problem: Problem, base: usize) -> Problem {
    let Problem { kind, span } = problem;
    Problem { kind, span: Span::new(span.start - base, span.end - base) }
}

/// What the script stage found wrong, as a diagnostic; its span counts from the piece's start.
pub fn problem(problem: Problem) -> Diagnostic {
    let (rule, help) = match problem.kind {
        ProblemKind::NulByte => (&NUL_BYTE, "remove it; if the file is UTF-16, save it as UTF-8"),
        ProblemKind::UnterminatedCopyData => (&UNTERMINATED_TOKEN, "end the rows with a line of `\\.`"),
        _ => (&UNTERMINATED_TOKEN, "close it, or remove what opens it"),
    };
    Diagnostic::new(rule, problem.span, problem.kind.message()).with_help(help)
}

/// Writes bytes as comment lines: each line gets `-- ` in front. `line_begun` says whether the last call ended within a
/// line, and is kept for the next one.
pub fn comment_out(bytes: &[u8], line_begun: &mut bool, output: &mut Vec<u8>) {
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n + 1);
        if !*line_begun {
            output.extend_from_slice(b"-- ");
        }
        output.extend_from_slice(&bytes[at..end]);
        *line_begun = bytes[end - 1] != b'\n';
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_bytes_are_found_where_they_are() {
        assert_eq!(unreadable(b"select 1"), None);
        let broken = unreadable(b"select '\xFFx'").expect("not UTF-8");
        assert_eq!((broken.rule.code, broken.span), ("P003", Span::new(8, 9)));
        let cut = unreadable(b"select '\xC3").expect("not UTF-8");
        assert_eq!(cut.span, Span::new(8, 9));
        let nul = unreadable(b"se\0lect").expect("has a NUL");
        assert_eq!((nul.rule.code, nul.span), ("P004", Span::new(2, 3)));
    }

    #[test]
    fn lines_are_commented_out_across_calls() {
        let (mut output, mut begun) = (Vec::new(), false);
        for part in ["1\ta\r\n2", "\tb\n", "\\.\n"] {
            comment_out(part.as_bytes(), &mut begun, &mut output);
        }
        assert_eq!(output, b"-- 1\ta\r\n-- 2\tb\n-- \\.\n");
        assert!(!begun);
    }
}

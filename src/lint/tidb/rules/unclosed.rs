//! Strings, names, comments and brackets that are not closed.

use crate::diagnostic::{Diagnostic, rule};
use crate::lint::tidb::Found;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::text::Span;

rule! {
    /// A string, a name, a comment or a bracket that is not closed.
    ///
    /// What follows is read as part of it: TiDB refuses the statement. On TiDB a backslash escapes the quote after it, so `'C:\'` goes on.
    pub UNCLOSED = "D055", "unclosed-text", Dialect, Refused;
}

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let stored =
        stmt.is(0, "CREATE") && stmt.find(1, 8, &["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"]).is_some();
    if stored {
        return;
    }
    let last = stmt.len().saturating_sub(1);
    if let Some(Kind::Text | Kind::Quoted) = stmt.kind(last)
        && !closed(stmt.at(last))
    {
        cx.on(&UNCLOSED, last, last + 1, "this is not closed: everything after it belongs to it")
            .help("write the closing quote");
        return;
    }
    let mut open = Vec::new();
    for at in 0..stmt.len() {
        if stmt.is(at, "(") {
            open.push(at);
        } else if stmt.is(at, ")") && open.pop().is_none() {
            cx.on(&UNCLOSED, at, at + 1, "this bracket closes nothing").help("leave it out");
            return;
        }
    }
    if let Some(&at) = open.first() {
        cx.on(&UNCLOSED, at, at + 1, "this bracket is not closed").help("write the closing bracket");
    }
}

/// A comment at the end of the script that is open.
pub fn comment(text: &str, comment: Span) -> Option<Found> {
    let said = text.get(comment.start..comment.end)?;
    let open = said.starts_with("/*") && (said.len() < 4 || !said.ends_with("*/"));
    open.then(|| {
        let span = Span::new(comment.start, comment.start + 2);
        let mut found =
            Found { diagnostic: Diagnostic::new(&UNCLOSED, span, "this comment is not closed"), fix: None };
        found.help("write */ where it ends");
        found
    })
}

/// Whether a quoted token ends with its own quote.
fn closed(token: &str) -> bool {
    let bytes = token.as_bytes();
    let start = bytes.iter().position(|byte| matches!(byte, b'\'' | b'"' | b'`')).unwrap_or(0);
    let Some(&quote) = bytes.get(start) else { return true };
    let escapes = quote != b'`';
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        let doubled = byte == quote && bytes.get(at + 1) == Some(&quote);
        if doubled || byte == b'\\' && escapes {
            at += 2;
        } else if byte == quote {
            return true;
        } else {
            at += 1;
        }
    }
    false
}

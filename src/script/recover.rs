//! Decides whether a semicolon ends a statement although a parenthesis or a function body is still open.
//!
//! psql would read on to the end of the file. PostgreSQL rejects such a statement, so the least is lost when the next one
//! is found again.

use super::shape::{LOOKAHEAD, Look, is_blank, is_line_end, is_word};

/// Words that start a statement, but none that may stand in a rule's actions or in a function body.
const STARTS: [&str; 30] = [
    "alter",
    "analyze",
    "begin",
    "call",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "discard",
    "do",
    "drop",
    "explain",
    "grant",
    "import",
    "lock",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "set",
    "show",
    "start",
    "truncate",
    "vacuum",
];

/// After a `;` inside parentheses, where none is allowed: it ends the statement if it ends its line.
pub(super) fn ends_line(after: &[u8], last: bool) -> Look<()> {
    let window = &after[..after.len().min(LOOKAHEAD)];
    let blanks = window.iter().take_while(|&&b| is_blank(b) && !is_line_end(b)).count();
    match &window[blanks..] {
        [] if window.len() == LOOKAHEAD || last => Look::Yes(()),
        [] => Look::More,
        [b'-'] if !last => Look::More,
        [b'-', b'-', ..] => Look::Yes(()),
        [byte, ..] if is_line_end(*byte) => Look::Yes(()),
        _ => Look::No,
    }
}

/// After a `;` in a rule's actions or in a function body, where it is allowed: it ends the statement if after blanks and
/// comments a line starts with a word that can't go on there.
pub(super) fn next_line_starts_another(after: &[u8], last: bool) -> Look<()> {
    let window = &after[..after.len().min(LOOKAHEAD)];
    let cut = window.len() < LOOKAHEAD && !last;
    let wait = if cut { Look::More } else { Look::No };
    let mut at = 0;
    while let Some(&byte) = window.get(at) {
        if is_blank(byte) {
            at += 1;
        } else if byte == b'-' && at + 1 == window.len() {
            return wait;
        } else if window[at..].starts_with(b"--") {
            at += window[at..].iter().take_while(|&&b| !is_line_end(b)).count();
        } else {
            let word = &window[at..][..window[at..].iter().take_while(|&&b| is_word(b)).count()];
            if at + word.len() == window.len() && cut {
                return Look::More;
            }
            let starts_line = at > 0 && is_line_end(window[at - 1]);
            let starts = STARTS.iter().any(|start| word.eq_ignore_ascii_case(start.as_bytes()));
            return if starts_line && starts { Look::Yes(()) } else { Look::No };
        }
    }
    wait
}

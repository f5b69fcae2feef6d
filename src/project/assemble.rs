//! Puts a file together again: translations in the place of their statements, everything else as TiDB must see it.

use super::layouts::{self, Between};
use super::pieces::{Item, Nested, State};
use super::recut::Recut;
use super::refuse::comment_out;
use crate::config::Layout;
use crate::diagnostic::Diagnostic;
use crate::reconcile;
use crate::report::record::Status;
use crate::script::{Piece, PieceKind};
use std::borrow::Cow;

/// Writes the pieces of one file, in order; may be fed in batches.
#[derive(Debug, Default)]
pub struct Assembler {
    /// The last statement left something that a semicolon belongs to.
    terminated: bool,
    /// The output ends within a line comment: whatever is not a comment must start a new line.
    comment_open: bool,
    /// The last statement is a COPY whose rows TiDB can read.
    rows_wanted: bool,
    /// The last statement is a COPY whose rows are written in its place.
    rows_taken: bool,
    /// Rows that are commented out ended within a line.
    line_begun: bool,
    recut: Recut,
    /// sql-migrate knows a comment only at the start of a line.
    comments_at_start: bool,
}

impl Assembler {
    /// For a file of a tool.
    pub fn new(layout: Layout) -> Self {
        let between = match layout {
            Layout::Auto => Between::Semicolon,
            layout => layouts::tool(layout).between,
        };
        Assembler {
            recut: Recut::new(between),
            comments_at_start: layout == Layout::SqlMigrate,
            ..Assembler::default()
        }
    }

    /// Appends one piece of `text` to the output.
    pub fn push(&mut self, text: &[u8], item: &Item, output: &mut Vec<u8>) {
        match item {
            Item::Statement(statement) => {
                let source = &text[statement.span.start..statement.span.end];
                self.rows_taken = false;
                match &statement.state {
                    State::Emitted(translation) => {
                        self.code(output);
                        if translation.terminated {
                            self.recut.statement(&translation.text, &translation.cuts, output);
                        } else {
                            self.start_of_line(output);
                            self.recut.target(output).extend_from_slice(translation.text.as_bytes());
                        }
                        self.rows_taken = translation.takes_rows;
                        self.terminated = translation.terminated && !translation.closed;
                        self.comment_open = !self.terminated && ends_in_line_comment(&translation.text);
                        self.rows_wanted =
                            matches!(translation.status, Status::Unchanged | Status::Rewritten);
                    }
                    State::Unreadable(diagnostic) => self.unreadable(source, diagnostic, output),
                    // a statement that was never planned has no translation: it must not pass as one
                    State::Cut | State::Read(_) | State::Planned(..) => self.comment(source, output),
                }
                self.line_begun = false;
            }
            Item::Other(piece) => self.other(&text[piece.span.start..piece.span.end], piece, output),
            Item::Nested(nested) => {
                self.code(output);
                nested_lines(nested, self.recut.target(output));
            }
        }
    }

    /// Ends the file.
    pub fn finish(&mut self, output: &mut Vec<u8>) {
        self.recut.finish(output);
    }

    fn other(&mut self, bytes: &[u8], piece: &Piece, output: &mut Vec<u8>) {
        match piece.kind {
            PieceKind::Trivia => {
                if self.comment_open && !stays_in_comment(bytes) {
                    self.code(output);
                }
                self.comment_open &= memchr::memchr(b'\n', bytes).is_none();
                self.recut.target(output).extend_from_slice(&trivia(bytes));
            }
            PieceKind::Terminator => {
                if self.terminated {
                    self.code(output);
                    self.recut.target(output).extend_from_slice(bytes);
                }
            }
            PieceKind::Directive(directive) => {
                self.code(output);
                self.recut.directive(directive, bytes, output);
            }
            PieceKind::Meta => self.comment(bytes, output),
            PieceKind::CopyData => self.rows(bytes, output),
            // statements are never among the other pieces
            PieceKind::Statement => self.comment(bytes, output),
        }
    }

    /// Rows of COPY: through as they are, or as comments with their statement.
    pub fn rows(&mut self, bytes: &[u8], output: &mut Vec<u8>) {
        if self.rows_taken {
            return;
        }
        let target = self.recut.target(output);
        if self.rows_wanted {
            target.extend_from_slice(bytes);
            return;
        }
        let mut begun = self.line_begun || self.comment_open;
        comment_out(bytes, &mut begun, target);
        self.line_begun = begun;
        self.comment_open = begun;
    }

    fn unreadable(&mut self, source: &[u8], diagnostic: &Diagnostic, output: &mut Vec<u8>) {
        self.code(output);
        self.start_of_line(output);
        let Diagnostic { rule, message, .. } = diagnostic;
        self.recut.target(output).extend_from_slice(
            format!("-- pg2tidb: refused: {} {}: {message}\n", rule.code, rule.name).as_bytes(),
        );
        self.comment(source, output);
    }

    fn comment(&mut self, bytes: &[u8], output: &mut Vec<u8>) {
        self.code(output);
        let mut begun = false;
        comment_out(bytes, &mut begun, self.recut.target(output));
        self.terminated = false;
        self.rows_wanted = false;
        self.comment_open = begun;
    }

    /// Leaves a line comment before anything that is not one.
    fn code(&mut self, output: &mut Vec<u8>) {
        if std::mem::take(&mut self.comment_open) {
            self.recut.target(output).push(b'\n');
        }
    }

    /// Takes the indentation away from before a comment, where that would hide it from the runner.
    fn start_of_line(&mut self, output: &mut Vec<u8>) {
        let target = self.recut.target(output);
        let line = memchr::memrchr(b'\n', target).map_or(0, |at| at + 1);
        if self.comments_at_start && target[line..].iter().all(|b| matches!(b, b' ' | b'\t')) {
            target.truncate(line);
        }
    }
}

/// Liquibase's SQL for rolling back: every line has the directive before it. What is only a comment now does not.
fn nested_lines(nested: &Nested, output: &mut Vec<u8>) {
    let mut inside = Vec::new();
    let mut assembler = Assembler::default();
    for item in &nested.batch.items {
        assembler.push(&nested.batch.text, item, &mut inside);
    }
    let mut first = true;
    for line in inside.split(|&b| b == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        if !std::mem::take(&mut first) {
            output.push(b'\n');
        }
        if line.trim_ascii_start().starts_with(b"--") {
            output.extend_from_slice(line.trim_ascii_start());
            continue;
        }
        output.extend_from_slice(&nested.prefix);
        let blanks = line.iter().take_while(|&&b| b == b' ').count();
        match line.get(nested.prefix.len()..).filter(|_| blanks > nested.prefix.len()) {
            Some(rest) => output.extend_from_slice(rest),
            None => {
                output.push(b' ');
                output.extend_from_slice(line.trim_ascii_start());
            }
        }
    }
}

/// Whether a text of nothing but comments would swallow what follows on its line.
fn ends_in_line_comment(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '\t', '\r']);
    // A statement that became a comment may end in what looks like the end of another one.
    let line = text.rsplit('\n').next().unwrap_or_default().trim_start();
    line.starts_with("--") || !text.is_empty() && !text.ends_with('\n') && !text.ends_with("*/")
}

/// Whether trivia may follow a line comment on the same line: nothing but blanks or another line comment.
fn stays_in_comment(bytes: &[u8]) -> bool {
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"--")
}

/// Trivia as TiDB must see it. Comments may hold bytes that are not UTF-8: those travel as characters of a private
/// area and become bytes again.
fn trivia(bytes: &[u8]) -> Cow<'_, [u8]> {
    const PRIVATE: u32 = 0x10_FF00;
    if bytes.trim_ascii().is_empty() {
        return Cow::Borrowed(bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return match reconcile::trivia(text) {
            Cow::Borrowed(same) => Cow::Borrowed(same.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
    }
    let mut carried = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        carried.push_str(chunk.valid());
        let private = chunk.invalid().iter().filter_map(|&byte| char::from_u32(PRIVATE + u32::from(byte)));
        carried.extend(private);
    }
    let mut output = Vec::with_capacity(bytes.len() + 16);
    for c in reconcile::trivia(&carried).chars() {
        match u32::from(c).checked_sub(PRIVATE).and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => output.push(byte),
            None => output.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_survive_in_comments() {
        assert_eq!(trivia(b"-- caf\xE9 \xC3\n").as_ref(), b"-- caf\xE9 \xC3\n");
        assert_eq!(trivia("-- café\n".as_bytes()).as_ref(), "-- café\n".as_bytes());
    }

    #[test]
    fn only_line_comments_swallow_what_follows() {
        assert!(ends_in_line_comment("-- a\n-- b"));
        assert!(ends_in_line_comment("-- a\n-- b /* c */"));
        assert!(!ends_in_line_comment("-- a\n"));
        assert!(!ends_in_line_comment("/* a */"));
        assert!(!ends_in_line_comment(""));
        assert!(stays_in_comment(b" -- x\n/* y */"));
        assert!(!stays_in_comment(b" /* x\n */"));
    }
}

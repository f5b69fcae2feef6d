//! Classes of bytes, and bytes as text that pest can read without moving an offset.

use std::borrow::Cow;

/// How much text a decision may look ahead for before it is taken without it. Keeps streaming linear.
pub(super) const LOOKAHEAD: usize = 4096;

/// What a look ahead found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look<T> {
    Yes(T),
    No,
    /// The input ends before it can be told, and more is to come.
    More,
}

/// What PostgreSQL skips between tokens.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// What ends a line comment.
pub(super) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// What an identifier may start with. Every byte beyond ASCII is a letter to PostgreSQL.
pub(super) fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// What an identifier may go on with, `$` aside.
pub(super) fn is_word(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit()
}

/// The bytes as text of the same length: where they are not UTF-8, each byte beyond ASCII becomes a `?`.
pub(super) fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|&b| if b.is_ascii() { char::from(b) } else { '?' }).collect(),
    }
}

const fn table(bytes: &[u8], words: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut i = 0;
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    let mut byte = 0;
    while words && byte < 256 {
        let b = byte as u8;
        table[byte] = table[byte] || b.is_ascii_alphabetic() || b == b'_' || b >= 0x80;
        byte += 1;
    }
    table
}

/// Bytes inside a statement that may open, close or end something.
static MARKS: [bool; 256] = table(b"'\"$-/();\\{<", false);
/// The same, and those that start a word.
static MARKS_AND_WORDS: [bool; 256] = table(b"'\"$-/();\\{<", true);

/// The first byte at or after `from` that may mean something to the splitter, or the end.
pub(super) fn next_mark(input: &[u8], from: usize, words: bool) -> usize {
    let marks = if words { &MARKS_AND_WORDS } else { &MARKS };
    let rest = input.get(from..).unwrap_or_default();
    from + rest.iter().position(|&b| marks[b as usize]).unwrap_or(rest.len())
}

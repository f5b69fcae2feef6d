//! Byte ranges in a source text, and the lines and columns people count in.

use serde::{Deserialize, Serialize};

/// A half-open range of bytes in one source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span { start, end }
    }

    pub fn len(self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same range in a text that starts `by` bytes earlier.
    pub fn shifted(self, by: usize) -> Self {
        Span::new(self.start + by, self.end + by)
    }

    /// The smallest range that holds both.
    pub fn join(self, other: Span) -> Self {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// A place as people and editors write it: both count from 1, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Where each line of a text starts.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
        LineIndex { starts }
    }

    /// The byte at which `line` (from 1) starts; the text's last line for anything beyond it.
    pub fn line_start(&self, line: usize) -> usize {
        let at = line.saturating_sub(1).min(self.starts.len() - 1);
        self.starts[at]
    }

    /// The position of a byte offset. Bytes that are not UTF-8 count as one character each.
    pub fn position(&self, text: &[u8], offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let before = &text[self.starts[line - 1]..offset];
        Position { line, column: count_chars(before) + 1 }
    }
}

/// How many characters a piece of text has, where broken UTF-8 counts a character per byte.
pub fn count_chars(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().count(),
        Err(_) => bytes.len(),
    }
}

/// Whether a word, in lower case here, stands in a text in any case, as a word or in another.
pub fn may_say(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(first) = word.first() else { return true };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text)
        .any(|at| text[at..].get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let text = "é1\r\nab\n".as_bytes();
        let index = LineIndex::new(text);
        let at = |offset| {
            let p = index.position(text, offset);
            (p.line, p.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 2));
        assert_eq!(at(5), (2, 1));
        assert_eq!(at(7), (2, 3));
        assert_eq!(at(8), (3, 1));
        assert_eq!(at(99), (3, 1));
    }
}

//! Reads a file piece by piece through a buffer that only has to hold the piece at hand.

use super::refuse::since;
use crate::script::{PieceKind, Problem, Splitter, Step};
use std::io::{self, Read};

/// What is read at first, and the most that is read at once. Most files of migrations are small.
const FIRST: usize = 32 * 1024;
const READ: usize = 1024 * 1024;

/// A text that is cut into pieces while it is read.
pub struct Window<R> {
    source: R,
    splitter: Splitter,
    buffer: Vec<u8>,
    /// What of the buffer was given out already.
    used: usize,
    /// Where the buffer starts in the file.
    offset: usize,
    last: bool,
}

/// A piece, its bytes, and what is wrong with it; spans count from the piece's start.
pub struct Cut<'a> {
    pub kind: PieceKind,
    pub bytes: &'a [u8],
    pub problem: Option<Problem>,
}

impl<R: Read> Window<R> {
    pub fn new(source: R) -> Self {
        Window { source, splitter: Splitter::new(), buffer: Vec::new(), used: 0, offset: 0, last: false }
    }

    /// The next piece of the file; none after the last one.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn next(&mut self) -> io::Result<Option<Cut<'_>>> {
        loop {
            match self.splitter.next(&self.buffer[self.used..], self.last) {
                Step::Piece(piece) => {
                    let start = self.used;
                    self.used += piece.span.len();
                    let problem = self.splitter.problem().map(|problem| since(problem, piece.span.start));
                    return Ok(Some(Cut {
                        kind: piece.kind,
                        bytes: &self.buffer[start..self.used],
                        problem,
                    }));
                }
                Step::More if self.last => return Ok(None),
                Step::More => self.fill()?,
            }
        }
    }

    /// Reads more behind what is left: as much again where one piece needs all of the buffer.
    fn fill(&mut self) -> io::Result<()> {
        self.offset += self.used;
        self.buffer.drain(..self.used);
        self.used = 0;
        let more = if self.offset == 0 && self.buffer.is_empty() { FIRST } else { READ };
        let more = more.max(self.buffer.len());
        self.buffer.reserve(more);
        let read = self.source.by_ref().take(more as u64).read_to_end(&mut self.buffer)?;
        self.last = read < more;
        Ok(())
    }
}

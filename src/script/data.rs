//! Finds how far COPY data goes without reading its lines.

use super::lexer::Scan;
use memchr::{memmem, memrchr};

/// What is at the front of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunk {
    /// So many bytes of whole lines (of all that is left, when nothing follows).
    Lines(usize),
    /// So many bytes, the last line of which is `\.`.
    End(usize),
    More,
}

/// The longest chunk at the front of `input`, which starts a line. While more is to come the last whole line is held
/// back, so that the file's last chunk is never empty and can carry what is wrong with it.
pub(super) fn lines(scan: &mut Scan, input: &[u8], last: bool) -> Chunk {
    if let Some(end) = marker(input, last) {
        return Chunk::End(end);
    }
    let from = scan.at.saturating_sub(4);
    for hit in memmem::find_iter(&input[from..], b"\n\\.") {
        let start = from + hit + 1;
        if let Some(length) = marker(&input[start..], last) {
            return Chunk::End(start + length);
        }
    }
    if last {
        return Chunk::Lines(input.len());
    }
    // `ahead` is after the last line end before `at`.
    let held = match memrchr(b'\n', &input[scan.at..]).map(|at| scan.at + at) {
        Some(newest) => {
            let before = memrchr(b'\n', &input[scan.at..newest]).map_or(scan.ahead, |at| scan.at + at + 1);
            scan.ahead = newest + 1;
            before
        }
        None => 0,
    };
    scan.at = input.len();
    if held == 0 { Chunk::More } else { Chunk::Lines(held) }
}

/// The length of a `\.` line at the front, line end included.
fn marker(input: &[u8], last: bool) -> Option<usize> {
    match input.strip_prefix(b"\\.")? {
        [b'\n', ..] => Some(3),
        [b'\r', b'\n', ..] => Some(4),
        rest @ ([] | [b'\r']) if last => Some(2 + rest.len()),
        _ => None,
    }
}

//! Stands in for the script stage until it is merged.

use crate::script::{Piece, PieceKind};
use crate::text::Span;

pub fn split(text: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let blank = text[at..].iter().position(|b| !b.is_ascii_whitespace()).map_or(text.len(), |n| at + n);
        if blank > at {
            pieces.push(Piece { kind: PieceKind::Trivia, span: Span::new(at, blank) });
        }
        let end = memchr::memchr(b';', &text[blank..]).map_or(text.len(), |n| blank + n);
        if end > blank {
            pieces.push(Piece { kind: PieceKind::Statement, span: Span::new(blank, end) });
        }
        if end < text.len() {
            pieces.push(Piece { kind: PieceKind::Terminator, span: Span::new(end, end + 1) });
        }
        at = (end + 1).min(text.len());
    }
    pieces
}

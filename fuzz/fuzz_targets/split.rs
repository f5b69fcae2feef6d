//! Pieces tile any bytes, problems lie inside them, and bytes that come in parts make the same statements.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pg2tidb::script::{PieceKind, Splitter, Step, split_with_problems};

fuzz_target!(|text: &[u8]| {
    let (pieces, problems) = split_with_problems(text);
    let mut at = 0;
    for piece in &pieces {
        assert_eq!(piece.span.start, at);
        assert!(piece.span.end > at);
        at = piece.span.end;
    }
    assert_eq!(at, text.len());
    for problem in problems {
        assert!(problem.span.end <= text.len());
    }

    // Seven bytes at a time; chunks of COPY data may differ.
    let mut splitter = Splitter::new();
    let (mut done, mut fed, mut parts) = (0, 0, Vec::new());
    loop {
        match splitter.next(&text[done..fed], fed == text.len()) {
            Step::Piece(piece) => {
                done = piece.span.end;
                parts.push(piece);
            }
            Step::More if fed == text.len() => break,
            Step::More => fed = text.len().min(fed + 7),
        }
    }
    let data = PieceKind::CopyData;
    let whole: Vec<_> = pieces.into_iter().filter(|piece| piece.kind != data).collect();
    parts.retain(|piece| piece.kind != data);
    assert_eq!(parts, whole);
});

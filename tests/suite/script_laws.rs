//! Laws of the script stage: pieces tile any bytes, and how the bytes arrive makes no difference.

use pg2tidb::script::{Piece, PieceKind, Problem, Splitter, Step, split, split_with_problems};
use proptest::prelude::*;

/// What SQL files are made of, and what breaks splitters.
#[rustfmt::skip]
const FRAGMENTS: &[&[u8]] = &[
    b"select 1", b";", b";\n", b"\n", b"\r\n", b"\r", b" ", b"\t", b"'", b"''", b"\"", b"$$", b"$a$", b"$", b"$1", b"a$b",
    b"E'", b"e", b"\\", b"\\'", b"\\\n", b"\\;", b"\\\\", b"--", b"-- ", b"-", b"/*", b"*/", b"/", b"*", b"(", b")", b"{{",
    b"}}", b"${", b"}", b"<%", b"%>", b"{%", b"copy t from stdin", b"COPY t(a) FROM STDIN;\n1\n2\n\\.\n", b"\\.\n", b"\n\\.",
    b"\\copy t from stdin\n", b"create rule r as on insert to t do (", b"create function f() begin atomic ", b"case ", b"end",
    b"create ", b"or ", b"replace ", b"procedure ", b"\n-- +goose Up\n", b"-- +goose Down", b"\n-- migrate:down\n",
    b"--> statement-breakpoint", b"\n---- create above / drop below ----\n", b"--liquibase formatted sql\n", b"\n--rollback x\n",
    b"-- name: X :one\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xc3\xa9", b"\xc3", b"drop table t", b"\n\n", b"\\gexec", b"\\connect x",
];

fn sql_like() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(FRAGMENTS), 0..40).prop_map(|parts| parts.concat())
}

fn assert_tiles(text: &[u8]) {
    let mut at = 0;
    for piece in split(text) {
        assert_eq!(piece.span.start, at, "a gap or overlap before {piece:?}");
        assert!(piece.span.end > at, "an empty piece {piece:?}");
        at = piece.span.end;
    }
    assert_eq!(at, text.len(), "bytes after the last piece");
}

/// Pieces and problems of a text that comes in parts of these sizes, repeated. The end is known only after the last part.
fn feed(text: &[u8], sizes: &[usize]) -> (Vec<Piece>, Vec<Problem>) {
    let mut splitter = Splitter::new();
    let mut sizes = sizes.iter().cycle();
    let (mut pieces, mut problems) = (Vec::new(), Vec::new());
    let (mut done, mut fed, mut last) = (0, 0, false);
    loop {
        match splitter.next(&text[done..fed], last) {
            Step::Piece(piece) => {
                done += piece.span.len();
                pieces.push(piece);
                problems.extend(splitter.problem());
            }
            Step::More if last => return (pieces, problems),
            Step::More => {
                last = fed == text.len();
                fed = text.len().min(fed + sizes.next().copied().unwrap_or(1));
            }
        }
    }
}

fn bytes<'a>(piece: &Piece, text: &'a [u8]) -> &'a [u8] {
    &text[piece.span.start..piece.span.end]
}

/// Runs of COPY data come in whatever chunks the input did.
fn merged(pieces: Vec<Piece>, text: &[u8]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        let ended = |before: &Piece| {
            let data = bytes(before, text);
            [&b"\\.\n"[..], b"\\.\r\n"]
                .iter()
                .any(|end| data == *end || data.ends_with(&[b"\n", *end].concat()))
        };
        match out.last_mut() {
            Some(before)
                if before.kind == PieceKind::CopyData
                    && piece.kind == PieceKind::CopyData
                    && !ended(before) =>
            {
                before.span.end = piece.span.end;
            }
            _ => out.push(piece),
        }
    }
    out
}

fn assert_parts_do_not_matter(text: &[u8], sizes: &[usize]) {
    let (whole, whole_problems) = split_with_problems(text);
    let (parts, parts_problems) = feed(text, sizes);
    let shown = || text.escape_ascii().to_string();
    assert_eq!(merged(parts, text), merged(whole, text), "pieces of {} in parts of {sizes:?}", shown());
    // Each chunk of data names its own first zero byte.
    let nul_in_data =
        |piece: &Piece| piece.kind == PieceKind::CopyData && memchr::memchr(0, bytes(piece, text)).is_some();
    if !split(text).iter().any(nul_in_data) {
        assert_eq!(parts_problems, whole_problems, "problems of {} in parts of {sizes:?}", shown());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_tile_any_bytes(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_tiles(&text);
    }

    #[test]
    fn pieces_tile_what_looks_like_sql(text in sql_like()) {
        assert_tiles(&text);
    }

    #[test]
    fn parts_do_not_matter(text in sql_like(), sizes in proptest::collection::vec(1..20usize, 1..4)) {
        assert_parts_do_not_matter(&text, &sizes);
        assert_parts_do_not_matter(&text, &[1]);
    }

    #[test]
    fn problems_lie_in_a_piece(text in sql_like()) {
        let (pieces, problems) = split_with_problems(&text);
        for problem in problems {
            let holds = |piece: &&Piece| piece.span.start <= problem.span.start && problem.span.end <= piece.span.end;
            prop_assert!(pieces.iter().any(|piece| holds(&piece)), "{problem:?}");
        }
    }
}

#[test]
fn deep_nesting_is_only_a_number() {
    for (open, close) in [("(", ")"), ("/*", "*/"), ("{{", "}}"), ("case ", "end "), ("${", "}"), ("'", "'")]
    {
        for prefix in ["", "create function f() begin atomic ", "copy t from stdin ", "\\copy t "] {
            let text = format!("{prefix}{}{};", open.repeat(20_000), close.repeat(20_000));
            assert_tiles(text.as_bytes());
        }
    }
}

#[test]
fn the_corpus_tiles() {
    let Some(files) = crate::shared::sql_files() else { return };
    for file in files {
        let text = std::fs::read(&file).expect("a readable file");
        assert_tiles(&text);
        assert_parts_do_not_matter(&text, &[4096]);
        let (_, problems) = split_with_problems(&text);
        assert_eq!(problems, [], "in {}", file.display());
    }
}

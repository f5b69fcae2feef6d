//! How fast the script stage is: on SQL (the shared corpus where it is, else made up), and on COPY data passing through.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pg2tidb::script::{PieceKind, Splitter, Step, split};
use std::hint::black_box;
use std::path::Path;

/// All SQL files below a folder, COPY data left out, one after the other.
fn sql_below(dir: &Path, into: &mut Vec<u8>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sql_below(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "sql")
            && let Ok(text) = std::fs::read(&path)
        {
            let keep = |kind| !matches!(kind, PieceKind::CopyData | PieceKind::Meta);
            for piece in split(&text).iter().filter(|piece| keep(piece.kind)) {
                let text = &text[piece.span.start..piece.span.end];
                let header =
                    piece.kind == PieceKind::Statement && text.to_ascii_lowercase().starts_with(b"copy ");
                into.extend_from_slice(if header { b"select 1" } else { text });
            }
            into.extend_from_slice(b"\n;\n");
        }
    }
}

fn sql() -> Vec<u8> {
    let mut text = Vec::new();
    let roots = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared/corpus/pg"));
    if let Some(root) = roots.into_iter().find(|dir| dir.is_dir()) {
        sql_below(&root, &mut text);
    }
    if text.is_empty() {
        let statement = b"-- Orders.\nCREATE TABLE \"orders\" (id bigint PRIMARY KEY, note text DEFAULT 'none', at timestamptz);\n\n";
        text = statement.repeat(50_000);
    }
    text
}

fn copy_data() -> Vec<u8> {
    let mut text = b"COPY public.t (id, name, at, note) FROM stdin;\n".to_vec();
    let mut id = 0;
    while text.len() < 100 << 20 {
        text.extend_from_slice(
            format!("{id}\tname of {id}\t2024-01-01 00:00:00+00\t\\N\tsome text\\twith\\nescapes\n")
                .as_bytes(),
        );
        id += 1;
    }
    text.extend_from_slice(b"\\.\n");
    text
}

/// As a file is read: through a buffer of 64 KiB.
fn stream(text: &[u8]) -> usize {
    let mut splitter = Splitter::new();
    let (mut done, mut fed, mut pieces) = (0, 0, 0);
    loop {
        match splitter.next(&text[done..fed], fed == text.len()) {
            Step::Piece(piece) => {
                done = piece.span.end;
                pieces += 1;
            }
            Step::More if fed == text.len() => return pieces,
            Step::More => fed = text.len().min(fed + (64 << 10)),
        }
    }
}

fn bench(criterion: &mut Criterion) {
    for (name, text) in [("sql", sql()), ("copy data", copy_data())] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
        group.bench_function("at once", |b| b.iter(|| split(black_box(&text)).len()));
        group.bench_function("streamed", |b| b.iter(|| stream(black_box(&text))));
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);

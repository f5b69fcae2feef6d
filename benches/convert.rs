//! How long converting takes against sqlparser alone reading the same statements.
//!
//! Reads the projects of ../shared/corpus (PG2TIDB_SHARED names another place); without it, the repo's own example.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mimalloc::MiMalloc;
use pg2tidb::config::Options;
use pg2tidb::project::{Input, Settings, convert};
use pg2tidb::script::{PieceKind, split};
use pg2tidb::syntax::Parsed;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Tokenizer;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;

/// The command's own, for both sides.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn projects() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("PG2TIDB_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let corpus = shared.join("corpus/pg");
    match fs::read_dir(&corpus) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect(),
        Err(_) => vec![root.join("fixtures/example")],
    }
}

/// The text of every statement that sqlparser reads too.
fn statements(projects: &[PathBuf]) -> Vec<String> {
    let files = projects.iter().flat_map(|p| walkdir::WalkDir::new(p).into_iter().flatten());
    let mut statements = Vec::new();
    for file in files.filter(|f| f.path().extension().is_some_and(|e| e == "sql")) {
        let Ok(text) = fs::read(file.path()) else { continue };
        for piece in split(&text) {
            if piece.kind == PieceKind::Statement
                && let Ok(statement) = std::str::from_utf8(&text[piece.span.start..piece.span.end])
                && Parsed::new(statement.as_bytes()).tree.is_ok()
            {
                statements.push(statement.to_string());
            }
        }
    }
    statements
}

fn convert_against_parsing(c: &mut Criterion) {
    pg2tidb::memory::keep_freed_pages();
    let projects = projects();
    let statements = statements(&projects);
    let bytes: usize = statements.iter().map(String::len).sum();
    let mut group = c.benchmark_group("corpus");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("sqlparser alone", |b| {
        b.iter(|| {
            for statement in &statements {
                let tokens = Tokenizer::new(&PostgreSqlDialect {}, statement).tokenize_with_location();
                let tokens = tokens.expect("read before");
                let parsed =
                    Parser::new(&PostgreSqlDialect {}).with_tokens_with_locations(tokens).parse_statement();
                black_box(parsed.is_ok());
            }
        });
    });
    for threads in [1, 2] {
        group.bench_function(BenchmarkId::new("convert, threads", threads), |b| {
            b.iter(|| {
                for project in &projects {
                    let settings = Settings { threads, ..Settings::default() };
                    let run =
                        convert(&[Input::new(project)], &Options::default(), settings).expect("a project");
                    black_box(run.files.len());
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, convert_against_parsing);
criterion_main!(benches);

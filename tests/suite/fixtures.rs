//! Runs every case under fixtures/rules: the snapshot stands beside its input, and every invariant holds.

use pg2tidb::config::Options;
use pg2tidb::passes::{Session, registry};
use pg2tidb::project::{Chunk, Settings, convert_text};
use pg2tidb::report::record::{Direction, Status};
use pg2tidb::syntax::lex::{Rules, lex};
use pg2tidb::target::Target;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let mut cases: Vec<_> = walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.expect("fixtures can be read").into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "sql"))
        .collect();
    cases.sort();
    cases
}

/// The options of a case: those of the .toml beside it, if any, else the defaults.
fn options(case: &Path, target: Target) -> Options {
    let file = case.with_extension("toml");
    let mut options = match fs::read_to_string(file) {
        Ok(text) => pg2tidb::config::parse(&text).expect("a case's options can be read"),
        Err(_) => Options::default(),
    };
    options.target = target;
    options
}

fn convert(case: &Path, source: &[u8], target: Target) -> Chunk {
    let mut session = Session::new(&options(case, target));
    convert_text("case.sql", source.to_vec(), Direction::Up, &mut session, Settings::default())
}

/// The output file, then a line for each statement and finding.
fn rendered(source: &str, chunk: &Chunk) -> String {
    let mut out = String::from_utf8_lossy(&chunk.output).into_owned();
    out.push_str("\n---- outcome\n");
    for outcome in &chunk.outcomes {
        let record = &outcome.record;
        writeln!(out, "{}: {:?}", record.line, record.status).expect("a string");
        for finding in &record.diagnostics {
            let name = registry::rules().find(|r| r.code == finding.code).map_or("?", |r| r.name);
            let level = finding.level.as_str();
            let fidelity = finding.fidelity.as_str();
            let at = (finding.line, finding.column, finding.end_line, finding.end_column);
            writeln!(
                out,
                "    {level} {} {name} ({fidelity}) at {}:{} `{}`: {}",
                finding.code,
                at.0,
                at.1,
                underlined(source, at),
                finding.message
            )
            .expect("a string");
            if let Some(help) = &finding.help {
                writeln!(out, "        help: {help}").expect("a string");
            }
        }
    }
    out
}

/// The source text that a finding underlines.
fn underlined(source: &str, at: (usize, usize, usize, usize)) -> String {
    let lines: Vec<&str> = source.split('\n').collect();
    let byte = |line: usize, column: usize| {
        let before: usize = lines[..line - 1].iter().map(|l| l.len() + 1).sum();
        before + lines[line - 1].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
    };
    source[byte(at.0, at.1)..byte(at.2, at.3)].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What holds for every case, whatever its rule.
fn check_invariants(case: &Path, source: &str, chunk: &Chunk, target: Target) {
    let name = case.display();
    let output = String::from_utf8_lossy(&chunk.output).into_owned();
    assert_eq!(*chunk, convert(case, source.as_bytes(), target), "{name}: two runs differ");
    // Every comment's words are in the output.
    let words = |text: &str| text.split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>().join("");
    let kept = words(&output);
    for token in lex(source, Rules::Postgres).iter().filter(|token| token.is_comment()) {
        assert!(kept.contains(&words(token.text(source))), "{name}: lost {}", token.text(source));
    }
    for outcome in &chunk.outcomes {
        let record = &outcome.record;
        assert!(!outcome.fell_back, "{name}:{}: the merge fell back to printed text", record.line);
        for finding in &record.diagnostics {
            assert!(registry::rules().any(|r| r.code == finding.code), "{name}: {} is no rule", finding.code);
            assert!(
                (finding.line, finding.column) < (finding.end_line, finding.end_column),
                "{name}: {} underlines nothing",
                finding.code
            );
            let first = finding.message.split_whitespace().next().expect("a message");
            let proper = ["TiDB", "TiDB's", "PostgreSQL", "PostgreSQL's"].contains(&first);
            let keyword = !first.chars().any(char::is_lowercase);
            assert!(
                proper || keyword || !first.starts_with(char::is_uppercase),
                "{name}: {}",
                finding.message
            );
            assert!(!finding.message.ends_with('.'), "{name}: {}", finding.message);
        }
        let refused = record.status == Status::Refused;
        let error = record.diagnostics.iter().any(|d| d.level == pg2tidb::diagnostic::Level::Error);
        assert!(!refused || error, "{name}:{}: refused without an error", record.line);
        assert_eq!(
            record.sql.is_empty(),
            !matches!(record.status, Status::Unchanged | Status::Rewritten),
            "{name}"
        );
        if record.status == Status::Unchanged {
            assert!(
                source.contains(&record.sql[0]),
                "{name}:{}: unchanged, but not the source's text",
                record.line
            );
        }
    }
}

#[test]
fn every_case_matches_its_snapshot() {
    let cases = cases();
    assert!(!cases.is_empty(), "no fixtures");
    for case in cases {
        let source = fs::read_to_string(&case).expect("a fixture");
        let [old, new] = [Target::V7_5, Target::V8_5].map(|target| {
            let chunk = convert(&case, source.as_bytes(), target);
            check_invariants(&case, &source, &chunk, target);
            rendered(&source, &chunk)
        });
        assert_case!(&case, old, new);
    }
}

#[test]
fn every_rule_has_a_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let missing: Vec<_> = registry::rules()
        .filter(|rule| rule.code.as_bytes()[0] != b'P')
        .filter(|rule| !cases().iter().any(|case| case.starts_with(root.join(rule.name))))
        .map(|rule| rule.name)
        .collect();
    assert!(missing.is_empty(), "no case under fixtures/rules for {missing:?}");
}

//! How many statements of real projects are recognised, where the shared corpus is there.

use pg2tidb::config::Options;
use pg2tidb::passes::Session;
use pg2tidb::project::{Settings, convert_text};
use pg2tidb::report::record::Direction;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// At most so many statements in a thousand that PostgreSQL accepts may be unknown.
const UNPARSED_PER_THOUSAND: usize = 5;

#[test]
fn statements_that_postgresql_accepts_are_recognised() {
    let shared = std::env::var("PG2TIDB_SHARED").unwrap_or_else(|_| "../shared".into());
    let corpus = Path::new(&shared).join("corpus");
    let Ok(files) = fs::read_to_string(corpus.join("files.jsonl")) else { return };
    let (mut all, mut unparsed, mut kinds) = (0, 0, BTreeMap::<String, usize>::new());
    for line in files.lines() {
        let file: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
        let text = |key: &str| file[key].as_str().unwrap_or_default().to_string();
        if text("status") != "ok" || text("project") == "pgdump-chinook" {
            continue;
        }
        let Ok(source) = fs::read(corpus.join("pg").join(text("project")).join(text("file"))) else {
            continue;
        };
        let mut session = Session::new(&Options::default());
        let chunk =
            convert_text("corpus.sql", source.clone(), Direction::Up, &mut session, Settings::default());
        for outcome in &chunk.outcomes {
            all += 1;
            if outcome.record.diagnostics.iter().any(|d| d.code == "P001") {
                unparsed += 1;
                let lines = String::from_utf8_lossy(&source);
                let head = lines.lines().nth(outcome.record.line - 1).unwrap_or_default();
                let head: Vec<&str> = head.split_whitespace().take(3).collect();
                *kinds.entry(head.join(" ")).or_default() += 1;
            }
        }
    }
    println!("{unparsed} of {all} statements are not recognised: {kinds:?}");
    assert!(unparsed * 1000 <= all * UNPARSED_PER_THOUSAND, "{unparsed} of {all}: {kinds:?}");
}

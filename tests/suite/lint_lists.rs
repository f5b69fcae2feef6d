//! The linter against lists of statements whose answer by real TiDBs is known: nothing that TiDB runs is an error, and what it refuses is
//! found. The probes of ../shared are read where they are; the lists in fixtures/lint-lists are checked on real servers by the oracle.

use crate::lint_common::lint_text;
use pg2tidb::diagnostic::Level;
use pg2tidb::lint::dialect::Dialect;
use pg2tidb::target::Target;
use std::fs;
use std::path::{Path, PathBuf};

/// The worst finding of some statements, separated by `;;`.
fn worst(statements: &str, target: Target) -> Option<(Level, String)> {
    let script =
        format!("-- pg2tidb: allow-file D015, M003 it is on\n{};\n", statements.replace(";;", ";\n"));
    let linted = lint_text(&script, target, Dialect::Tidb);
    let found = linted.issues.iter().filter(|issue| !issue.rule.code.starts_with('M'));
    found.max_by_key(|issue| issue.level()).map(|issue| (issue.level(), issue.concise("")))
}

#[derive(Default)]
struct Tally {
    accepted: usize,
    rejected: usize,
    flagged: usize,
    alarms: Vec<String>,
}

impl Tally {
    fn take(&mut self, statements: &str, accepted: bool, target: Target) {
        let found = worst(statements, target);
        if accepted {
            self.accepted += 1;
            if let Some((Level::Error, finding)) = found {
                self.alarms.push(format!("{statements}\n    {finding}"));
            }
        } else {
            self.rejected += 1;
            self.flagged += usize::from(found.is_some());
        }
    }

    fn check(&self, name: &str, percent: usize) {
        let Tally { accepted, rejected, flagged, alarms } = self;
        println!(
            "{name}: {} errors on {accepted} accepted; {flagged} of {rejected} rejected flagged",
            alarms.len()
        );
        assert!(alarms.is_empty(), "{name}: TiDB runs these:\n{}", alarms.join("\n"));
        assert!(
            *accepted > 0 && flagged * 100 >= rejected * percent,
            "{name}: {flagged} of {rejected} flagged"
        );
    }
}

fn list(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint-lists").join(name);
    fs::read_to_string(path).expect("a list").lines().map(str::to_owned).collect()
}

#[test]
fn our_lists_are_judged_as_tidb_judges_them() {
    for target in [Target::V7_5, Target::V8_5] {
        let mut tally = Tally::default();
        for (name, accepted) in [("accepted.txt", true), ("rejected.txt", false)] {
            for line in list(name) {
                tally.take(&line, accepted, target);
            }
        }
        tally.check(&format!("fixtures/lint-lists on {}", target.as_str()), 95);
    }
}

#[test]
fn the_probes_are_judged_as_tidb_judges_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("PG2TIDB_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let Ok(text) = fs::read_to_string(shared.join("tidb/probes.txt")) else {
        println!("../shared/tidb/probes.txt is not there: SKIPPED");
        return;
    };
    for target in [Target::V7_5, Target::V8_5] {
        let mut tally = Tally::default();
        let mut statements = "";
        for line in text.lines() {
            let Some(answer) = line.strip_prefix("    ") else {
                statements = if line.starts_with('#') { "" } else { line };
                continue;
            };
            let other = if target == Target::V7_5 { "8.5: " } else { "7.5: " };
            if statements.is_empty() || answer.starts_with(other) {
                continue;
            }
            let answer = answer.trim_start_matches("7.5: ").trim_start_matches("8.5: ");
            if answer.starts_with("ok") || answer.starts_with("ERR") {
                tally.take(statements, answer.starts_with("ok"), target);
                statements = "";
            }
        }
        tally.check(&format!("probes on {}", target.as_str()), 95);
    }
}

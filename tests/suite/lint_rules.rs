//! Runs every case under fixtures/lint: the snapshot stands beside its input, and each finding is exact.

use crate::lint_common::{cases, dialect_of, lint_text, rendered};
use pg2tidb::lint::dialect::Dialect;
use pg2tidb::lint::{all_rules, own_rules};
use pg2tidb::target::Target;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_lint_case_matches_its_snapshot() {
    for rule in own_rules() {
        for case in cases(rule.name) {
            let source = fs::read_to_string(&case).expect("a fixture");
            let [old, new] = [Target::V7_5, Target::V8_5].map(|target| {
                let linted = lint_text(&source, target, dialect_of(rule.name));
                for issue in &linted.issues {
                    let f = &issue.located.finding;
                    let name = case.display();
                    assert!(
                        (f.line, f.column) < (f.end_line, f.end_column),
                        "{name}: {} underlines nothing",
                        f.code
                    );
                    assert!(!f.message.ends_with('.'), "{name}: {}", f.message);
                }
                (linted.issues.iter().any(|issue| *issue.rule == *rule), rendered(&linted))
            });
            assert!(old.0 || new.0, "{}: {} is not found", case.display(), rule.name);
            assert_case!(&case, old.1, new.1);
        }
    }
}

#[test]
fn every_lint_rule_has_a_case() {
    // a statement of many megabytes is made by the test below, and guard's own rule has its cases in guard.rs
    let wanted = own_rules().filter(|rule| !["large-batch", "unguarded-statement"].contains(&rule.name));
    let missing: Vec<_> = wanted.filter(|rule| cases(rule.name).is_empty()).map(|rule| rule.name).collect();
    assert!(missing.is_empty(), "no case under fixtures/lint for {missing:?}");
}

#[test]
fn codes_and_names_are_unique_over_all_rules() {
    let mut seen = BTreeSet::new();
    for rule in all_rules() {
        assert!(seen.insert(rule.code) && seen.insert(rule.name), "{} {} twice", rule.code, rule.name);
    }
}

#[test]
fn a_statement_larger_than_a_transaction_is_found() {
    let text = format!("insert into t values ('{}');", "x".repeat(33 * 1024 * 1024));
    let linted = lint_text(&text, Target::V8_5, Dialect::Tidb);
    assert_eq!(linted.issues.iter().map(|issue| issue.rule.name).collect::<Vec<_>>(), ["large-batch"]);
}

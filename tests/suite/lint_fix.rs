//! `lint --fix` and `--diff` as people run them.

use crate::cli_common::{Folder, run};

/// The cast inside has room only when the one around it was written.
const NESTED: &str =
    "CREATE TABLE t (\"a\" date);\nSELECT (('2000-01-01'::date)::date) FROM \"t\" WHERE a ISNULL;\n";
const WRITTEN: &str =
    "CREATE TABLE t (a date);\nSELECT (CAST((CAST('2000-01-01' AS date)) AS date)) FROM t WHERE a IS NULL;\n";

#[test]
fn one_run_leaves_nothing_to_fix() {
    let folder = Folder::new();
    folder.write("nested.sql", NESTED);
    let path = folder.at("nested.sql");
    let first = run(&["lint", "--dialect", "postgres", "--fix", "-q", &path]);
    assert_eq!(folder.read("nested.sql"), WRITTEN);
    assert!(first.err.contains("portable-spelling"), "{}", first.err);
    let second = run(&["lint", "--dialect", "postgres", "--fix", "-q", &path]);
    assert!(!second.err.contains("fixed:"), "{}", second.err);
    assert_eq!(folder.read("nested.sql"), WRITTEN);
}

#[test]
fn a_diff_shows_what_a_fix_would_leave_and_writes_nothing() {
    let folder = Folder::new();
    folder.write("nested.sql", NESTED);
    let shown = run(&["lint", "--dialect", "postgres", "--diff", &folder.at("nested.sql")]);
    assert_eq!(shown.code, 1, "{}", shown.err);
    let added: String = shown
        .out
        .lines()
        .filter(|line| line.starts_with('+'))
        .skip(1)
        .map(|l| format!("{}\n", &l[1..]))
        .collect();
    assert_eq!(added, WRITTEN);
    assert_eq!(folder.read("nested.sql"), NESTED);
}

//! The linter against TiDB's own test suite, as the Go module of each version brings it: nothing that it says TiDB runs is an error, and so
//! much of what it says TiDB refuses is found. Needs no server: the suite's own expectations are the judge (`--error` before a statement).
//!
//! Much that is refused there depends on rows, users or settings which no text shows: the shares are floors, not aims.

use pg2tidb::config::{Lint, Options};
use pg2tidb::diagnostic::Level;
use pg2tidb::lint::dialect::Dialect;
use pg2tidb::project::{LintFile, LintInput, LintRules, Settings, lint};
use pg2tidb::target::Target;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target, the fewest statements that must be read, and the least share of the refused ones, in percent.
const SUITES: [(Target, usize, usize); 2] = [(Target::V8_5, 44_000, 26), (Target::V7_5, 28_000, 32)];

/// A statement of the suite, or several on a line: where it stands in the script, and whether it is to fail.
struct Unit {
    first: usize,
    last: usize,
    error: Option<String>,
}

/// Where Go keeps the version that tests/tidb asks for.
fn suite(target: Target) -> Option<PathBuf> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tidb").join(format!("v{}", target.as_str()));
    let said = std::fs::read_to_string(folder.join("go.mod")).ok()?;
    let line = said.lines().find(|line| {
        line.trim_start().trim_start_matches("require ").starts_with("github.com/pingcap/tidb v")
    })?;
    let version = line.split_whitespace().find(|word| word.starts_with('v'))?;
    let cache = Command::new("go").args(["env", "GOMODCACHE"]).output().ok();
    let cache = cache
        .map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned())
        .filter(|path| !path.is_empty());
    let home = std::env::var("HOME").unwrap_or_default();
    let cache = cache.unwrap_or_else(|| format!("{home}/go/pkg/mod"));
    let path =
        PathBuf::from(cache).join(format!("github.com/pingcap/tidb@{version}/tests/integrationtest/t"));
    path.is_dir().then_some(path)
}

/// Words that are the test tool's own, at the start of a line.
const COMMANDS: &[&str] = &[
    "connect",
    "connection",
    "disconnect",
    "replace_regex",
    "replace_column",
    "sleep",
    "source",
    "let",
    "eval",
    "inc",
    "dec",
    "echo",
];

/// The SQL of a test, and its statements.
fn script(test: &str) -> (String, Vec<Unit>) {
    let mut text = String::new();
    let (mut units, mut lines) = (Vec::new(), 0);
    let (mut first, mut error) = (None, None);
    for raw in test.split('\n') {
        let line = raw.trim();
        if first.is_none() {
            if let Some(said) = line.strip_prefix("--") {
                let said = said.trim();
                let codes =
                    said.get(..5).filter(|word| word.eq_ignore_ascii_case("error")).map(|_| said[5..].trim());
                error = codes.map(|codes| codes.trim_end_matches(';').to_owned()).or(error);
                continue;
            }
            let word: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if line.is_empty()
                || line.starts_with('#')
                || COMMANDS.contains(&word.to_ascii_lowercase().as_str())
            {
                continue;
            }
            first = Some(lines + 1);
        }
        text.push_str(raw);
        text.push('\n');
        lines += 1;
        if line.ends_with(';')
            && let Some(first) = first.take()
        {
            let error = error.take().filter(|codes| codes != "0");
            units.push(Unit { first, last: lines, error });
        }
    }
    (text, units)
}

#[derive(Default)]
struct Tally {
    accepted: usize,
    warned: usize,
    refused: usize,
    found: usize,
    alarms: Vec<String>,
    /// Of each expected error: how many, how many were found.
    codes: BTreeMap<String, (usize, usize)>,
    missed: Vec<String>,
}

fn judge(target: Target, path: &Path, tally: &mut Tally) {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (text, units) = script(&String::from_utf8_lossy(&bytes));
    let options = Options { target, ..Options::default() };
    let rules = LintRules::new(&Lint::default(), ".".into()).unwrap_or_else(|error| panic!("{error}"));
    let files = vec![LintFile::text(path, text.clone().into_bytes())];
    let settings = Settings { threads: 1, ..Settings::default() };
    let input = LintInput { files, options: &options, rules: &rules, dialect: Some(Dialect::Tidb), settings };
    let linted = lint(input).unwrap_or_else(|error| panic!("{}: {error}", path.display())).remove(0);
    let lines: Vec<&str> = text.split('\n').collect();
    for Unit { first, last, error } in units {
        let here = linted.issues.iter().filter(|issue| (first..=last).contains(&issue.located.finding.line));
        let worst = here.filter(|issue| !issue.rule.code.starts_with('M')).max_by_key(|issue| issue.level());
        let level = worst.map_or(Level::Info, |issue| issue.level());
        let place = format!("{}:{first}: {}", path.display(), lines[first - 1..last].join(" "));
        match error {
            None => {
                tally.accepted += 1;
                tally.warned += usize::from(level == Level::Warning);
                if let Some(issue) = worst.filter(|_| level == Level::Error) {
                    tally.alarms.push(format!("{place}\n    {}", issue.concise("")));
                }
            }
            Some(code) => {
                tally.refused += 1;
                let found = level > Level::Info;
                tally.found += usize::from(found);
                let counts = tally.codes.entry(code.clone()).or_default();
                counts.0 += 1;
                counts.1 += usize::from(found);
                if !found {
                    tally.missed.push(format!("{code} {place}"));
                }
            }
        }
    }
}

#[test]
fn tidbs_own_tests_are_judged_as_they_judge() {
    for (target, least, percent) in SUITES {
        let Some(folder) = suite(target) else {
            println!(
                "oracle: the Go module of TiDB {} is not there: its test suite is SKIPPED",
                target.as_str()
            );
            continue;
        };
        let mut tally = Tally::default();
        let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(&folder)
            .into_iter()
            .filter_map(|entry| entry.ok().map(walkdir::DirEntry::into_path))
            .filter(|path| path.extension().is_some_and(|extension| extension == "test"))
            .collect();
        paths.sort();
        for path in &paths {
            judge(target, path, &mut tally);
        }
        let Tally { accepted, warned, refused, found, alarms, codes, missed } = tally;
        println!(
            "oracle: TiDB {}'s tests: {} errors and {warned} warnings on {accepted} statements that run; {found} of {refused} refused ones found ({} %)",
            target.as_str(),
            alarms.len(),
            found * 100 / refused.max(1)
        );
        let mut report = String::new();
        for (code, (count, found)) in &codes {
            let _ = writeln!(report, "{code}: {found} of {count}");
        }
        let output = crate::corpus::output();
        let path = output.join(format!("lint-tidb-tests-{}.txt", target.as_str()));
        let written = std::fs::create_dir_all(&output)
            .and_then(|()| std::fs::write(&path, report + "\n" + &missed.join("\n")));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(alarms.is_empty(), "TiDB {} runs these:\n{}", target.as_str(), alarms.join("\n"));
        assert!(accepted >= least, "only {accepted} statements were read");
        assert!(found * 100 >= refused * percent, "{found} of {refused} found");
    }
}

//! Every case under fixtures/rules is converted for both targets, and that TiDB must accept every statement emitted.
//!
//! A case about tables that it does not make itself has their TiDB statements in a file beside it: `case.setup` is run
//! before what is made of `case.sql`. A statement that fails on PostgreSQL has to fail on TiDB: `case.fails` has its line and
//! the number of TiDB's error, `5: 1062`.

use crate::convert::convert_with;
use crate::lanes::{Servers, TARGETS};
use pg2tidb::report::record::Record;
use pg2tidb::verify::{Tidb, accepts};
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let mut cases: Vec<PathBuf> = walkdir::WalkDir::new(root)
        .into_iter()
        .filter_map(|entry| entry.ok().map(walkdir::DirEntry::into_path))
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    cases.sort();
    cases
}

#[test]
fn tidb_accepts_what_the_rules_emit() {
    let Some(servers) = Servers::from_env() else { return };
    let cases = cases();
    assert!(!cases.is_empty(), "there are no cases under fixtures/rules");
    let problems = std::thread::scope(|scope| {
        let lanes = [0, 1].map(|which| {
            let (servers, cases) = (&servers, &cases);
            scope.spawn(move || match servers.tidb(which) {
                Ok(server) => cases.iter().flat_map(|case| problems(&server, which, case)).collect(),
                Err(error) => vec![error],
            })
        });
        lanes.map(|lane| lane.join().unwrap_or_else(|_| vec!["a lane panicked".to_owned()])).concat()
    });
    println!("oracle: {} cases of rules on TiDB {}", cases.len(), TARGETS.join(" and "));
    assert!(problems.is_empty(), "{} rejected:\n{}", problems.len(), problems.join("\n"));
}

/// The statements of `case.setup`, each ended by a semicolon at the end of a line.
fn setup(case: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(case.with_extension("setup")).unwrap_or_default();
    let statements = text.split(";\n").map(str::trim).filter(|statement| !statement.is_empty());
    statements.map(|statement| statement.trim_end_matches(';').to_owned()).collect()
}

/// Lines whose statement has to fail, each with what TiDB's error begins with.
fn failing(case: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(case.with_extension("fails")).unwrap_or_default();
    let lines = text.lines().map(|line| {
        let (line, error) = line.split_once(": ").unwrap_or_else(|| panic!("{}: {line}", case.display()));
        (line.parse().unwrap_or_else(|_| panic!("{}: {line} is no line", case.display())), error.to_owned())
    });
    lines.collect()
}

fn problems(server: &Tidb, which: usize, case: &Path) -> Vec<String> {
    let target = TARGETS[which];
    let place = case.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(case).display();
    // A case with options of its own has them in a file beside it, as a project would.
    let config = Some(case.with_extension("toml")).filter(|config| config.exists());
    let records: Vec<Record> = match convert_with(&[case], target, config.as_deref()) {
        Ok(records) => records,
        Err(error) => return vec![format!("{place}: {error}")],
    };
    let statements: Vec<(usize, String)> = records
        .into_iter()
        .flat_map(|record| record.sql.into_iter().map(move |sql| (record.line, sql)))
        .collect();
    let mut texts = setup(case);
    let before = texts.len();
    let failing = failing(case);
    texts.extend(statements.iter().map(|(_, sql)| sql.clone()));
    match accepts(server, &texts) {
        Ok(answers) if answers[..before].iter().any(Result::is_err) => {
            vec![format!("{place}: TiDB {target} rejects its .setup: {:?}", &answers[..before])]
        }
        Ok(answers) => statements
            .iter()
            .zip(answers.into_iter().skip(before))
            .filter_map(|((line, sql), answer)| {
                let wanted = failing.iter().find(|(at, _)| at == line).map(|(_, error)| error);
                let what = match (answer, wanted) {
                    (Ok(()), None) => return None,
                    (Err(error), Some(wanted)) if error.starts_with(wanted.as_str()) => return None,
                    (Ok(()), Some(wanted)) => format!("accepted, and not error {wanted}"),
                    (Err(error), _) => error,
                };
                Some(format!("{place}:{line}: TiDB {target}: {what}\n    {sql}"))
            })
            .collect(),
        Err(error) => vec![format!("{place}: {error}")],
    }
}

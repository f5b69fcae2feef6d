//! Runs `pg2tidb lint` and its neighbours as people do.

use crate::cli_common::{Folder, Ran, run, run_in, run_with};
use serde_json::Value;
use std::process::Command;

const SERIAL: &str = "create table t (\n  id serial primary key,\n  m money\n);\n";

fn lines(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn it_says_what_convert_says() {
    let folder = Folder::new();
    folder.write("db/1.sql", SERIAL);
    folder.write(
        "db/2.sql",
        "insert into t (m) values (1) returning id;\nselect 1;\ncreate extension hstore;\n",
    );
    let linted = run_in(&folder, &["lint", "db", "--format", "json"]);
    let converted = run_in(&folder, &["convert", "db", "--format", "json"]);
    let expected: Vec<Value> = converted
        .records()
        .iter()
        .flat_map(|record| {
            let file = record.file.clone();
            record.diagnostics.iter().map(move |d| {
                let mut value = serde_json::to_value(d).expect("a finding");
                value["file"] = file.clone().into();
                value
            })
        })
        .collect();
    let found: Vec<Value> = lines(&linted)
        .into_iter()
        .map(|mut line| {
            let fields = line.as_object_mut().expect("an object");
            assert!(fields.remove("rule").is_some() && fields.remove("fingerprint").is_some());
            line
        })
        .collect();
    assert!(!found.is_empty());
    assert_eq!(found, expected);
    assert_eq!(linted.code, converted.code);
    assert_eq!(folder.files("").len(), 2, "nothing is written");
}

#[test]
fn levels_selection_and_exit_codes() {
    let folder = Folder::new();
    folder.write("1.sql", SERIAL);
    let run =
        |arguments: &[&str]| run_in(&folder, &[&["lint", "1.sql", "--format", "json"], arguments].concat());
    let codes = |ran: &Ran| {
        lines(ran).iter().map(|line| line["rule"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let plain = run(&[]);
    assert_eq!(plain.code, 0, "{}", plain.err);
    assert!(codes(&plain).contains(&"money-type".to_owned()));
    assert_eq!(run(&["--deny", "warnings"]).code, 1);
    assert_eq!(codes(&run(&["--select", "money-type"])), ["money-type"]);
    assert!(!codes(&run(&["--ignore", "T010"])).contains(&"money-type".to_owned()));
    assert_eq!(run(&["--select", "nonsense"]).code, 2);
    folder.write("pg2tidb.toml", "[lint.levels]\nmoney-type = \"error\"\n");
    assert_eq!(run(&[]).code, 1);
    folder.write("pg2tidb.toml", "[[lint.paths]]\npath = \"1.sql\"\nlevels = { money-type = \"off\" }\n");
    assert!(!codes(&run(&[])).contains(&"money-type".to_owned()));
    folder.write("pg2tidb.toml", "[lint]\nignore = [\"moneytype\"]\n");
    assert_eq!(run(&[]).code, 2);
}

#[test]
fn standard_input_has_a_name() {
    let ran =
        run_with(&["lint", "-", "--stdin-filename", "db/x.sql", "--format", "concise"], SERIAL.as_bytes());
    assert!(ran.out.starts_with("db/x.sql:3:5: warning T010 money-type: "), "{}", ran.out);
}

#[test]
fn context_is_read_but_not_reported() {
    let folder = Folder::new();
    folder.write("db/1.sql", SERIAL);
    folder.write("db/2.sql", "alter table t add column u money;\n");
    let ran = run_in(&folder, &["lint", "db/2.sql", "--context", "db", "--format", "json"]);
    assert!(!ran.out.is_empty() && lines(&ran).iter().all(|line| line["file"] == "db/2.sql"), "{}", ran.out);
}

#[test]
fn comments_silence_and_are_checked() {
    let folder = Folder::new();
    folder.write("1.sql", &format!("-- pg2tidb: allow money-type: it is dollars\n{SERIAL}"));
    folder.write("2.sql", "-- pg2tidb: allow-file types\nselect 1;\n");
    let ran = run_in(&folder, &["lint", "1.sql", "2.sql", "--format", "concise"]);
    assert!(!ran.out.contains("money-type"), "{}", ran.out);
    assert!(
        ran.out.contains("2.sql:1:1: warning M001") && ran.out.contains("2.sql:1:24: warning M003"),
        "{}",
        ran.out
    );
}

#[test]
fn a_baseline_survives_moved_lines() {
    let folder = Folder::new();
    folder.write("1.sql", SERIAL);
    let run = |arguments: &[&str]| {
        run_in(
            &folder,
            &[&["lint", ".", "--baseline", "base.json", "--format", "concise"], arguments].concat(),
        )
    };
    assert_eq!(run(&[]).out, "");
    folder.write("1.sql", &format!("-- one more line\n\n{SERIAL}create table u (m money);\n"));
    let ran = run(&["--deny", "warnings"]);
    assert!(ran.out.lines().count() == 1 && ran.out.contains("1.sql:7:"), "{}", ran.out);
    assert_eq!(ran.code, 1);
    run(&["--update-baseline"]);
    assert_eq!(run(&["--deny", "warnings"]).code, 0);
}

#[test]
fn only_what_changed_is_reported() {
    let folder = Folder::new();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").current_dir(folder.path("")).args(identity).args(arguments).output();
        done.expect("git runs").status.success()
    };
    assert!(git(&["init", "-q"]));
    folder.write("db/1.sql", SERIAL);
    assert!(git(&["add", "."]) && git(&["commit", "-qm", "one"]));
    folder.write("db/2.sql", "create table u (m money);\n");
    let files = |arguments: &[&str]| {
        let ran = run_in(&folder, &[&["lint", "db", "--format", "json"], arguments].concat());
        let mut files: Vec<_> =
            lines(&ran).iter().map(|l| l["file"].as_str().expect("a file").to_owned()).collect();
        files.dedup();
        files
    };
    assert_eq!(files(&[]).len(), 2);
    assert_eq!(files(&["--since", "HEAD"]), ["db/2.sql"]);
    assert_eq!(files(&["--staged"]), [""; 0]);
    assert!(git(&["add", "db/2.sql"]));
    assert_eq!(files(&["--staged"]), ["db/2.sql"]);
    assert_eq!(run_in(&folder, &["lint", "db", "--since", "nonsense"]).code, 2);
}

#[test]
fn rules_are_listed_and_explained() {
    let rules: Vec<Value> = serde_json::from_str(&run(&["rules", "--format", "json"]).out).expect("JSON");
    assert!(rules.len() > 100 && rules.iter().all(|rule| !rule["docs"].as_str().expect("docs").is_empty()));
    assert!(run(&["explain", "money-type"]).out.starts_with("# `money-type` (T010)"));
    assert_eq!(run(&["explain", "nonsense"]).code, 2);
    assert!(run(&["completions", "bash"]).out.contains("pg2tidb"));
    assert!(run(&["man"]).out.contains("PG2TIDB LINT"));
}

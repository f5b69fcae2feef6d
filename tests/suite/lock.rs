//! pg2tidb.lock: what was written stays as it is, and only what is new is added.

use crate::cli_common::{Folder, Ran, run};

const ARGUMENTS: [&str; 2] = ["convert", "-q"];

fn convert(folder: &Folder, more: &[&str]) -> Ran {
    let (input, output) = (folder.at("in"), folder.at("out"));
    run(&[&ARGUMENTS[..], &[&input, "-o", &output], more].concat())
}

#[test]
fn a_locked_output_is_written_again_only_on_request() {
    let folder = Folder::new();
    folder.write("in/1.sql", "create table t (a timestamptz);\n");
    assert_eq!(convert(&folder, &["--lock"]).code, 0);
    let (first, lock) = (folder.read("out/1.sql"), folder.read("out/pg2tidb.lock"));
    assert!(lock.contains("[files.\"1.sql\"]") && lock.contains("target = \"8.5\""), "{lock}");

    // other options, and a new file: only the new file is written
    folder.write("in/pg2tidb.toml", "timestamptz = \"datetime\"\n");
    folder.write("in/2.sql", "create table u (a timestamptz);\n");
    assert_eq!(convert(&folder, &[]).code, 0);
    assert_eq!(folder.read("out/1.sql"), first);
    assert!(folder.read("out/2.sql").contains("DATETIME"), "{}", folder.read("out/2.sql"));
    assert!(folder.read("out/pg2tidb.lock").contains("[files.\"2.sql\"]"));
    assert_eq!(convert(&folder, &["--check"]).code, 0, "what is locked is no difference");

    // a source that changed under its output is an error, and nothing is written
    folder.write("in/1.sql", "create table t (a timestamptz, b serial);\n");
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("out")]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("1.sql is locked, but its source changed"), "{}", ran.err);
    assert_eq!(folder.read("out/1.sql"), first);
    assert_eq!(convert(&folder, &["--check"]).code, 1);

    assert_eq!(convert(&folder, &["--update"]).code, 0);
    assert!(folder.read("out/1.sql").contains("AUTO_INCREMENT"));
    assert_eq!(convert(&folder, &["--check"]).code, 0);
}

#[test]
fn an_output_that_somebody_changed_or_lost_is_found() {
    let folder = Folder::new();
    folder.write("in/1.sql", "create table t (a serial);\n");
    assert_eq!(convert(&folder, &["--lock"]).code, 0);
    let first = folder.read("out/1.sql");
    folder.write("out/1.sql", "create table t (a int);\n");
    assert_eq!(convert(&folder, &["--check"]).code, 1, "the output is not what the lock says");
    std::fs::remove_file(folder.path("out/1.sql")).expect("there");
    assert_eq!(convert(&folder, &[]).code, 0);
    assert_eq!(folder.read("out/1.sql"), first);
    folder.write("out/pg2tidb.lock", "version = 3\n");
    assert_eq!(convert(&folder, &[]).code, 2, "a lock that can't be read is not ignored");
}

#[test]
fn init_looks_and_never_overwrites() {
    let folder = Folder::new();
    folder.write("db/migrations/001_a.up.sql", "create table t (a int);\n");
    folder.write("db/migrations/001_a.down.sql", "drop table t;\n");
    folder.write("seed/x.sql", "insert into t values (1);\n");
    folder.write("node_modules/x/y.sql", "drop table t;\n");
    let root = folder.root();
    let dry = run(&["init", &root, "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(
        dry.out.contains("found db/migrations: 2 files, golang-migrate") && !dry.out.contains("node_modules"),
        "{}",
        dry.out
    );
    assert!(!folder.path("pg2tidb.toml").exists());
    folder.write(".pre-commit-config.yaml", "repos: []\n");
    let ran = run(&["init", &root]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(folder.read(".pre-commit-config.yaml"), "repos: []\n");
    assert!(ran.out.contains(".pre-commit-config.yaml is there already"), "{}", ran.out);
    let written = folder.read("pg2tidb.toml");
    assert!(written.contains("layout = \"golang-migrate\"") && written.contains("#   seed"), "{written}");
    // what it writes is read: every option in it, also those that are commented out
    let bare: String = written
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains(" = ") || rest.starts_with('['))
                .unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    pg2tidb::config::parse(&bare).unwrap_or_else(|error| panic!("{error}\n{bare}"));
    let workflow = folder.read(".github/workflows/pg2tidb.yml");
    assert!(workflow.contains("pg2tidb convert db/migrations -o db/migrations-tidb --check"), "{workflow}");
    // the commands that it proposes work
    let (input, output) = (folder.at("db/migrations"), folder.at("db/migrations-tidb"));
    assert_eq!(run(&["convert", &input, "-o", &output]).code, 0);
    assert!(folder.path("db/migrations-tidb/pg2tidb.lock").exists(), "the configuration asks for a lock");
    assert_eq!(run(&["convert", &input, "-o", &output, "--check"]).code, 0);
    assert_eq!(run(&["init", &folder.at("node_modules/x/none")]).code, 2);
}

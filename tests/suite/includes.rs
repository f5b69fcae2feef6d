//! Files that psql runs in the middle of others.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn pg2tidb(at: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pg2tidb")).args(args).current_dir(at).output().expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let parts = folder.path().join("db/parts");
    fs::create_dir_all(&parts).expect("made");
    let main = "\\set who bob\nBEGIN;\nCREATE SCHEMA app;\nSET search_path TO app;\nCREATE TABLE base (id serial PRIMARY KEY);\n\
                \\i parts/z.sql\n\\ir parts/a.sql\nINSERT INTO z VALUES (1, 'x');\nCOMMIT;\n";
    fs::write(folder.path().join("db/main.sql"), main).expect("written");
    fs::write(
        parts.join("z.sql"),
        "CREATE TABLE z (id int REFERENCES base, name varchar(9) DEFAULT :'who');",
    )
    .expect("written");
    fs::write(parts.join("a.sql"), "\\ir sub/i.sql\nALTER TABLE z ADD COLUMN c int;\n").expect("written");
    fs::create_dir(parts.join("sub")).expect("made");
    fs::write(parts.join("sub/i.sql"), "CREATE INDEX z_id ON z (id);\n").expect("written");
    folder
}

/// The files of the records, in their order, and all of their SQL.
fn records(output: &Output) -> (Vec<String>, Vec<String>) {
    let (mut files, mut sql) = (Vec::new(), Vec::new());
    for line in text(&output.stdout).lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("a record");
        files.push(record["file"].as_str().expect("a file").to_owned());
        sql.extend(
            record["sql"].as_array().expect("a list").iter().map(|s| s.as_str().expect("text").to_owned()),
        );
    }
    files.dedup();
    (files, sql)
}

#[test]
fn included_files_run_where_they_are_named() {
    let folder = project();
    let output = pg2tidb(folder.path(), &["convert", "db", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (files, sql) = records(&output);
    let order = ["db/main.sql", "db/parts/z.sql", "db/parts/sub/i.sql", "db/parts/a.sql", "db/main.sql"];
    assert_eq!(files, order);
    assert!(sql[3].contains("CREATE TABLE app.z") && sql[3].contains("DEFAULT 'bob'"), "{}", sql[3]);
    assert_eq!(sql[4..6], ["CREATE INDEX z_id ON app.z (id)", "ALTER TABLE app.z ADD COLUMN c int"]);
    // A file alone brings those that it includes, and its numbers go on after them.
    let alone = pg2tidb(folder.path(), &["convert", "db/main.sql", "--format", "json"]);
    assert_eq!(records(&alone), (files, sql));
    assert!(text(&alone.stdout).contains("\"file\":\"db/main.sql\",\"index\":4,"), "{}", text(&alone.stdout));
}

#[test]
fn included_files_become_files_of_their_own() {
    let folder = project();
    let output = pg2tidb(folder.path(), &["convert", "db", "-o", "out", "--lock"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).expect("written");
    assert!(
        read("main.sql").contains("-- \\i parts/z.sql\n-- \\ir parts/a.sql\nINSERT INTO app.z"),
        "{}",
        read("main.sql")
    );
    assert!(read("parts/z.sql").starts_with("CREATE TABLE app.z"));
    assert!(read("parts/a.sql").starts_with("-- \\ir sub/i.sql\nALTER TABLE app.z"));
    let again = pg2tidb(folder.path(), &["convert", "db", "-o", "out", "--check"]);
    assert_eq!(again.status.code(), Some(0), "{}{}", text(&again.stdout), text(&again.stderr));
    assert!(
        text(&output.stderr).contains("2 psql commands of this file are kept as comments"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn on_standard_output_they_stand_on_lines_of_their_own() {
    let folder = project();
    let output = pg2tidb(folder.path(), &["convert", "db/main.sql", "-q"]);
    let shown = text(&output.stdout);
    assert!(shown.contains("-- \\i parts/z.sql\nCREATE TABLE app.z"), "{shown}");
    assert!(shown.contains("-- \\ir sub/i.sql\nCREATE INDEX z_id"), "{shown}");
    let code = shown.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    assert!(code.contains("utf8mb4_0900_bin;\n"), "{shown}");
}

#[test]
fn what_is_missing_or_runs_itself_is_refused() {
    let folder = project();
    let main = folder.path().join("db/main.sql");
    fs::write(&main, "\\i parts/none.sql\n\\i main.sql\n\\i parts/sub/i.sql\n\\i parts/sub/i.sql\n")
        .expect("written");
    let output = pg2tidb(folder.path(), &["convert", "db/main.sql"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    for file in ["parts/none.sql", "main.sql", "parts/sub/i.sql"] {
        assert!(said.contains(&format!("psql runs the file {file} here")), "{said}");
    }
    assert_eq!(text(&output.stdout).matches("CREATE INDEX").count(), 1, "{}", text(&output.stdout));
}

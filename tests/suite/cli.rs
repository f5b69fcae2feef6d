//! The command as people and pipelines use it: arguments, folders, files, exit status.

use crate::cli_common::{Folder, Ran, run, run_with};

#[test]
fn a_single_file_goes_to_standard_output() {
    let folder = Folder::new();
    folder.write("a.sql", "-- first\r\ndrop table t1 ;\r\n");
    let ran = run(&["convert", &folder.at("a.sql")]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "-- first\r\ndrop table t1 ;\r\n"), "{}", ran.err);
    assert!(ran.err.starts_with("1 file, 1 statement: 1 unchanged, 0 rewritten"), "{}", ran.err);
}

#[test]
fn standard_input_is_a_file_named_dash() {
    let ran = run_with(&["convert", "-", "--format", "json"], b"drop table t1;\ndrop table t2");
    let files: Vec<_> = ran.records().iter().map(|r| (r.file.clone(), r.index, r.line)).collect();
    assert_eq!(files, [("-".into(), 0, 1), ("-".into(), 1, 2)]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn several_files_need_a_place_to_go() {
    let folder = Folder::new();
    folder.write("a.sql", "drop table t1;");
    folder.write("b.sql", "drop table t2;");
    let ran = run(&["convert", &folder.root()]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("2 SQL files") && ran.err.contains("-o DIR"), "{}", ran.err);
}

#[test]
fn usage_errors_and_missing_inputs_exit_with_2() {
    let folder = Folder::new();
    for arguments in [
        vec!["convert"],
        vec!["convert", "x.sql", "--target", "9"],
        vec!["convert", "x.sql", "--check"],
        vec!["convert", &folder.at("missing.sql")],
        vec!["convert", &folder.root()],
        vec!["convert", &folder.at("missing.sql"), "--config", "missing.toml"],
    ] {
        let ran = run(&arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_tree_is_mirrored_and_other_files_are_copied() {
    let folder = Folder::new();
    folder.write("in/a/1_x.sql", "drop table t1;\n");
    folder.write("in/a/note.txt", "kept\n");
    folder.write("in/2_y.sql", "");
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("out")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(folder.files("out"), ["2_y.sql", "a/1_x.sql", "a/note.txt"]);
    assert_eq!(folder.read("out/a/note.txt"), "kept\n");
    assert_eq!(folder.read("out/a/1_x.sql"), "drop table t1;\n");
}

#[test]
fn an_output_folder_inside_the_input_is_not_read_again() {
    let folder = Folder::new();
    folder.write("1.sql", "drop table t1;\n");
    for _ in 0..2 {
        let ran = run(&["convert", &folder.root(), "-o", &folder.at("tidb")]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(folder.files(""), ["1.sql", "tidb/1.sql"]);
    }
}

#[test]
fn sources_are_never_overwritten() {
    let folder = Folder::new();
    folder.write("in/1.sql", "drop table t1;\n");
    folder.write("in/2.txt", "two");
    folder.write("file", "");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path("in"), folder.path("link")).expect("a link");
        std::fs::create_dir(folder.path("out")).expect("a folder");
        std::os::unix::fs::symlink(folder.path("in/1.sql"), folder.path("out/1.sql")).expect("a link");
        assert_refused(&folder, &["in", "-o", "link"]);
        assert_refused(&folder, &["in", "-o", "out"]);
        assert_refused(&folder, &["link/1.sql", "-o", "in"]);
    }
    assert_refused(&folder, &["in", "-o", "in"]);
    assert_refused(&folder, &["in/1.sql", "-o", "in"]);
    assert_refused(&folder, &["in/1.sql", "-o", "in/../in"]);
    assert_refused(&folder, &["in", "-o", "file"]);
    folder.write("other/1.sql", "drop table t2;\n");
    assert_refused(&folder, &["in/1.sql", "other/1.sql", "-o", "new"]);
    assert!(!folder.path("new").exists());
}

fn assert_refused(folder: &Folder, arguments: &[&str]) {
    let full: Vec<String> =
        arguments.iter().map(|a| if a.starts_with('-') { (*a).to_owned() } else { folder.at(a) }).collect();
    let mut all = vec!["convert"];
    all.extend(full.iter().map(String::as_str));
    let ran = run(&all);
    assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
    assert_eq!(folder.read("in/1.sql"), "drop table t1;\n");
}

#[cfg(unix)]
#[test]
fn files_appear_whole_with_their_permissions_or_not_at_all() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let folder = Folder::new();
    folder.write("in/1.sql", "drop table t1;\n");
    folder.write("in/2.sh", "true\n");
    fs::set_permissions(folder.path("in/2.sh"), Permissions::from_mode(0o750)).expect("set");
    fs::set_permissions(folder.path("in/1.sql"), Permissions::from_mode(0o640)).expect("set");
    folder.write("out/1.sql", "old");
    fs::set_permissions(folder.path("out/1.sql"), Permissions::from_mode(0o600)).expect("set");
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("out")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(folder.files("out"), ["1.sql", "2.sh"]);
    assert_eq!((mode(&folder.path("out/1.sql")), mode(&folder.path("out/2.sh"))), (0o600, 0o750));

    // a folder where a file should go: an error, and nothing left behind
    folder.write("in/3.sql", "drop table t3;\n");
    folder.write("out/3.sql/x", "");
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("out")]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("3.sql"), "{}", ran.err);
    assert!(folder.files("out").iter().all(|name| !name.contains("pg2tidb")), "{:?}", folder.files("out"));
    folder.write("plain", "");
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("plain/out")]);
    assert_eq!(ran.code, 2);
}

#[test]
fn check_writes_nothing_and_shows_the_difference() {
    let folder = Folder::new();
    folder.write("in/1.sql", "drop table t1;\n");
    folder.write("in/readme", "same\n");
    let (input, output) = (folder.at("in"), folder.at("out"));
    let check = || run(&["convert", &input, "-o", &output, "--check"]);
    let ran = check();
    assert_eq!(ran.code, 1);
    assert!(!folder.path("out").exists());
    assert!(
        ran.out.contains(&format!("+++ {output}/1.sql\n@@ -0,0 +1 @@\n+drop table t1;\n")),
        "{}",
        ran.out
    );
    assert_eq!(run(&["convert", &input, "-o", &output]).code, 0);
    let ran = check();
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    folder.write("out/1.sql", "drop table t1;\ndrop table t2;\n");
    folder.write("out/readme", "");
    let ran = check();
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("@@ -1,2 +1 @@\n drop table t1;\n-drop table t2;\n"), "{}", ran.out);
    assert!(ran.out.contains("+same\n"), "{}", ran.out);
    assert_eq!(folder.read("out/1.sql"), "drop table t1;\ndrop table t2;\n");
}

#[test]
fn what_is_refused_stays_as_a_comment_and_the_exit_status_says_so() {
    let input = b"drop table t1; select '\xff';\r\nselect 'a;\n";
    let ran = run_with(&["convert", "-"], input);
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "drop table t1; -- pg2tidb: refused: P003 invalid-utf8: these bytes are not UTF-8");
    assert!(
        lines[1].starts_with("-- select '") && lines[2].starts_with("-- pg2tidb: refused: P002"),
        "{}",
        ran.out
    );
    assert_eq!(lines[3], "-- select 'a;");
    assert!(ran.err.contains("P003 invalid-utf8") && ran.err.contains("[-:1:24]"), "{}", ran.err);
    assert!(ran.err.contains("[-:2:8]") && ran.err.contains("2 refused"), "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'), "no colour where there is no terminal");
    let ran = run_with(&["convert", "-", "-q"], input);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("P003") && !ran.err.contains("1 file"), "{}", ran.err);
}

#[test]
fn bytes_that_no_reader_takes_lose_nothing() {
    for input in [
        &b"\xef\xbb\xbfdrop table t1;"[..],
        b"drop table t1\0;",
        b"/* open",
        b"\0",
        b"-- a\0b\ndrop table t1;\n",
        b"$x$ a",
        b"\"",
    ] {
        let ran = run_with(&["convert", "-"], input);
        assert!(ran.code < 2, "{input:?}: {}", ran.err);
        let kept: Vec<u8> = ran.raw.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
        let words = input.split(|b| b.is_ascii_whitespace() || *b == b';').filter(|w| !w.is_empty());
        for word in words {
            assert!(kept.windows(word.len()).any(|part| part == word), "{input:?} became {:?}", ran.raw);
        }
        let bad = input.contains(&0) || !input.ends_with(b";");
        assert_eq!(ran.code, i32::from(bad), "{input:?}: {}", ran.err);
    }
}

#[test]
fn rows_without_an_end_are_an_error_that_names_the_place() {
    let ran = run_with(&["convert", "-"], b"create table t (a int);\ncopy t from stdin;\n1\n2\n");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains("P002") && ran.out.contains("1\n") && ran.out.contains("2\n"),
        "{}{}",
        ran.err,
        ran.out
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_not_an_error() {
    let folder = Folder::new();
    folder.write("a.sql", &"drop table t;\n".repeat(20_000));
    let command = format!(
        "{} convert {} | head -n 1; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_pg2tidb"),
        folder.at("a.sql")
    );
    let output = std::process::Command::new("bash").args(["-c", &command]).output().expect("bash runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(out, "drop table t;\n0\n");
    assert!(!err.contains("error") && !err.contains("panic"), "{err}");
}

#[test]
fn colour_is_there_when_it_is_asked_for() {
    let run = |name: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pg2tidb"));
        let folder = Folder::new();
        folder.write("a.sql", "select 'open");
        command.env_remove("NO_COLOR").env(name, "1").args(["convert", &folder.at("a.sql")]);
        String::from_utf8_lossy(&command.output().expect("it runs").stderr).into_owned()
    };
    assert!(run("CLICOLOR_FORCE").contains("\u{1b}["));
    assert!(!run("NO_COLOR").contains("\u{1b}["));
}

#[test]
fn psql_commands_become_comments_with_one_warning() {
    let ran = run_with(&["convert", "-"], b"\\connect db\ndrop table t1;\n\\unrestrict x\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, "-- \\connect db\ndrop table t1;\n-- \\unrestrict x\n"));
    assert_eq!(ran.err.matches("P010 psql-meta-command").count(), 1, "{}", ran.err);
}

#[test]
fn one_thread_or_many_write_the_same_bytes() {
    let folder = Folder::new();
    for file in 0..20 {
        let text: String =
            (0..300).map(|n| format!("create table t{file}_{n} (a text, b serial);\n")).collect();
        folder.write(&format!("in/{file}.sql"), &text);
    }
    let written = |threads: &str| -> Vec<Ran> {
        let (input, output) = (folder.at("in"), folder.at(threads));
        let all = ["convert", &input, "-o", &output, "--threads", threads, "--format", "json"];
        vec![run(&all)]
    };
    let (one, four) = (written("1"), written("4"));
    assert_eq!(one[0].out.lines().count(), 6_000);
    assert!(one[0].out == four[0].out);
    for file in folder.files("1") {
        assert!(folder.read(&format!("1/{file}")) == folder.read(&format!("4/{file}")), "{file}");
    }
}

#[test]
fn downs_follow_their_ups_whatever_the_layout() {
    let layouts: [&[(&str, &str)]; 6] = [
        &[("up/1_a.sql", "up"), ("down/1_a.sql", "down"), ("up/2_b.sql", "up"), ("down/2_b.sql", "down")],
        &[("1_a.up.sql", "up"), ("1_a.down.sql", "down"), ("10_b.up.sql", "up"), ("10_b.down.sql", "down")],
        &[
            ("2024_a/up.sql", "up"),
            ("2024_a/down.sql", "down"),
            ("2025_b/up.sql", "up"),
            ("2025_b/down.sql", "down"),
        ],
        &[("V1__a.sql", "up"), ("U1__undo_a.sql", "down"), ("V1.1__b.sql", "up"), ("R__views.sql", "up")],
        &[("1-a-up.sql", "up"), ("1-a-down.sql", "down"), ("2-b-up.sql", "up"), ("2-b-down.sql", "down")],
        &[
            ("1_a.postgres.up.sql", "up"),
            ("1_a.down.sql", "down"),
            ("2_b.up.sql", "up"),
            ("3_c.down.sql", "down"),
        ],
    ];
    for layout in layouts {
        let folder = Folder::new();
        for (name, _) in layout {
            folder.write(&format!("in/{name}"), "drop table t1;\n");
        }
        let ran = run(&["convert", &folder.at("in"), "--format", "json"]);
        let records = ran.records();
        let got: Vec<(String, String)> = records
            .iter()
            .map(|r| {
                (
                    r.file.strip_prefix(&folder.at("in/")).expect("joined").to_owned(),
                    format!("{:?}", r.direction),
                )
            })
            .map(|(file, direction)| (file, direction.to_lowercase()))
            .collect();
        let wanted: Vec<(String, String)> =
            layout.iter().map(|&(name, direction)| (name.to_owned(), direction.to_owned())).collect();
        assert_eq!(got, wanted);
    }
}

#[test]
fn files_named_one_by_one_keep_their_order() {
    let folder = Folder::new();
    for name in ["2.sql", "1.sql", "3.down.sql", "3.up.sql"] {
        folder.write(name, "drop table t1;");
    }
    let names = [folder.at("2.sql"), folder.at("1.sql"), folder.at("3.down.sql"), folder.at("3.up.sql")];
    let ran = run(&["convert", &names[0], &names[1], &names[2], &names[3], "--format", "json"]);
    let files: Vec<String> = ran.records().into_iter().map(|r| r.file).collect();
    assert_eq!(files, [&names[0], &names[1], &names[3], &names[2]].map(String::clone));
}

#[test]
fn a_down_sees_what_its_up_left_and_changes_nothing() {
    // DROP INDEX needs its table on TiDB: a rewritten statement shows that the catalog knew it
    let folder = Folder::new();
    folder.write("in/1_t.up.sql", "create table t (a int);\ncreate index i on t (a);\n");
    folder.write("in/1_t.down.sql", "drop index i;\ndrop table t;\n");
    folder.write("in/2_u.up.sql", "drop index i;\n");
    folder.write("in/3_goose.sql", "-- +goose Up\ncreate index j on t (a);\n-- +goose Down\ndrop index j;\n");
    folder.write("in/4.sql", "drop index j;\n");
    let ran = run(&["convert", &folder.at("in"), "--format", "json"]);
    let drops: Vec<_> = ran
        .records()
        .into_iter()
        .filter(|r| r.sql.iter().any(|sql| sql.contains("INDEX") || sql.contains("index")))
        .collect();
    let down: Vec<bool> =
        drops.iter().map(|r| r.direction == pg2tidb::report::record::Direction::Down).collect();
    assert_eq!(down, [false, true, false, false, true, false], "{}", ran.out);
    for record in drops.iter().filter(|r| r.sql[0].to_lowercase().starts_with("drop")) {
        assert!(record.sql[0].to_lowercase().contains(" on "), "{record:?}");
    }
}

#[test]
fn other_databases_files_are_left_alone_and_named() {
    let folder = Folder::new();
    for name in ["1.postgres.up.sql", "1.mysql.up.sql", "1.sqlite3.up.sql", "1.up.sql", "2.up.sql"] {
        folder.write(&format!("in/{name}"), "drop table t1;\n");
    }
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("out")]);
    assert!(
        ran.err.contains("(mysql: 1, sqlite3: 1)") && ran.err.contains("1.up.sql: not converted"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("2 files, 2 statements"), "{}", ran.err);
    assert_eq!(folder.files("out").len(), 5);
}

#[test]
fn the_configuration_is_found_upward_and_the_command_line_wins() {
    let folder = Folder::new();
    folder.write("a/b/1.sql", "drop table t1;\n");
    folder.write("pg2tidb.toml", "target = \"7.5\"\nuuids = \"char36\"\n");
    let ran = run(&["convert", &folder.at("a/b")]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("unknown field `uuids`") && ran.err.contains("pg2tidb.toml:2:1]"),
        "{}",
        ran.err
    );
    folder.write("a/pg2tidb.toml", "target = \"7.5\"\n");
    assert_eq!(run(&["convert", &folder.at("a/b")]).code, 0);
    folder.write("a/pg2tidb.toml", "indexed_text = 0\n");
    let ran = run(&["convert", &folder.at("a/b"), "--target", "8.1"]);
    assert!(ran.code == 2 && ran.err.contains("pg2tidb.toml:1:16]"), "{}", ran.err);
    folder.write("good.toml", "# nothing\n");
    assert_eq!(run(&["convert", &folder.at("a/b"), "--config", &folder.at("good.toml")]).code, 0);
}

#[test]
fn a_file_of_nine_megabytes_is_streamed() {
    let folder = Folder::new();
    let rows = "1\tsome text of a row that is long enough\n".repeat(220_000);
    folder.write(
        "in/1.sql",
        &format!("create table t (a int, b text);\ncopy t from stdin;\n{rows}\\.\n\ndrop table t;\n"),
    );
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("out")]);
    assert!(ran.err.contains("1 file, 3 statements"), "{}", ran.err);
    let out = folder.read("out/1.sql");
    assert_eq!(
        out.lines().filter(|line| line.trim_start_matches("-- ").starts_with("1\tsome")).count(),
        220_000
    );
    assert!(out.to_lowercase().trim_end().ends_with("drop table t;"), "{:?}", &out[out.len() - 100..]);
    assert_eq!(run(&["convert", &folder.at("in"), "-o", &folder.at("out"), "--check"]).code, ran.code);
}

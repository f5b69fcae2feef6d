//! The reports in docs/examples are what the command makes of fixtures/reports, and docs/layouts.md is what the code knows.
//! `UPDATE_DOCS=1 cargo test docs` writes them anew.

use crate::cli_common::{Folder, run};
use pg2tidb::project::layouts::TOOLS;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

fn compare(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("docs/examples");
        fs::write(&path, wanted).expect("docs can be written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "{} is out of date: run UPDATE_DOCS=1 cargo test docs", path.display());
}

/// The command's output when it stands in the repository.
fn made(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pg2tidb"));
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn examples_of_reports_are_what_the_command_makes() {
    let (before, after) = ("fixtures/reports/shop/before", "fixtures/reports/shop/after");
    for (format, extension) in [("human", "txt"), ("markdown", "md"), ("json", "json"), ("html", "html")] {
        let text = made(&["assess", after, "--name", "shop", "--format", format]);
        compare(&format!("docs/examples/assess.{extension}"), &text);
        let text = made(&["diff", before, after, "--format", format]);
        compare(&format!("docs/examples/diff.{extension}"), &text);
    }
}

#[test]
fn the_page_of_layouts_is_what_the_code_knows() {
    const MARK: &str = "<!-- made from the code: don't edit below -->\n\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/layouts.md");
    let page = fs::read_to_string(path).expect("docs/layouts.md is there");
    let (head, _) = page.split_once(MARK).expect("the mark is there");
    let mut text = format!("{head}{MARK}");
    for tool in TOOLS {
        let _ = write!(text, "## {} (`{}`)\n\n", tool.title, tool.layout.as_str());
        for (name, what) in [
            ("Told by", tool.detected_by),
            ("Runs in the order of", tool.ordered_by),
            ("Directives that are kept", tool.directives),
            ("Run the result with", tool.run),
        ] {
            if !what.is_empty() {
                let _ = writeln!(text, "- {name}: {what}.");
            }
        }
        for beside in tool.beside {
            let _ = writeln!(text, "- `{}`: {}.", beside.name, beside.todo);
        }
        text.push('\n');
    }
    compare("docs/layouts.md", &format!("{}\n", text.trim_end()));
}

#[test]
fn an_assessment_holds_what_is_in_the_records() {
    let folder = Folder::new();
    folder.write(
        "in/1.sql",
        "create table t (a int);\ncreate function f() returns int language sql as 'select 1';\n",
    );
    folder.write("in/2.sql", "insert into t values ('<b>&\"');\n");
    let ran = run(&["assess", &folder.at("in"), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((report["files"].as_u64(), report["statements"].as_u64()), (Some(2), Some(3)));
    assert_eq!(report["kept"]["refused"], report["outcomes"]["refused"]);
    assert!(
        report["rules"].as_array().expect("rows").iter().any(|row| row["name"] == "function"),
        "{report}"
    );
    // the costs are the configuration's
    let before = report["minutes"].as_u64().expect("a number");
    folder.write("in/pg2tidb.toml", "[effort]\nrules = { function = 1000 }\n");
    let ran = run(&["assess", &folder.at("in"), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert!(report["minutes"].as_u64().expect("a number") >= before + 900, "{report}");
    // a page holds no text of a file as a tag
    let ran = run(&["assess", &folder.at("in"), "--format", "html"]);
    assert!(!ran.out.contains("<b>&\"") && ran.out.contains("&lt;b&gt;"), "the source is escaped");
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!ran.out.contains(outside), "the page asks for {outside}");
    }
}

#[test]
fn a_comment_stays_within_its_size_and_says_the_gravest_first() {
    let folder = Folder::new();
    for n in 0..60 {
        let columns: String = (0..40).map(|c| format!("c{c} int,\n")).collect();
        folder.write(&format!("new/{n:03}.sql"), &format!("create table t{n} (\n{columns}z int);\n"));
    }
    folder.write("new/900.sql", "create policy p on t1 using (true);\n");
    folder.write("old/note.txt", "");
    let ran =
        run(&["diff", &folder.at("old"), &folder.at("new"), "--format", "markdown", "--max-size", "9000"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.len() <= 9000, "{} bytes", ran.out.len());
    assert!(ran.out.contains("more files do not fit here"), "{}", ran.out);
    let (refused, first) = (ran.out.find("refused |"), ran.out.find("<details>"));
    assert!(refused.is_some() && refused < first, "{}", ran.out);
    let code = run(&["diff", &folder.at("old"), &folder.at("new"), "--exit-code"]).code;
    assert_eq!((code, run(&["diff", &folder.at("new"), &folder.at("new"), "--exit-code"]).code), (1, 0));
}

#[test]
fn revisions_and_what_is_written_can_be_compared() {
    let folder = Folder::new();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-C", &folder.root(), "-c", "user.name=a", "-c", "user.email=a@example.com"]);
        let output = command.args(arguments).output().expect("git is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q"]);
    folder.write("db/1.sql", "create table t (a serial);\n");
    git(&["add", "."]);
    git(&["commit", "-qm", "one"]);
    folder.write("db/2.sql", "alter table t add column b int[];\n");
    git(&["add", "."]);
    git(&["commit", "-qm", "two"]);
    folder.write("db/2.sql", "alter table t add column b int;\n");
    let changed = |rev: &str| {
        let ran = run(&["diff", &folder.at("db"), "--rev", rev, "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str::<serde_json::Value>(&ran.out).expect("JSON")
    };
    let difference = changed("HEAD~1..HEAD");
    assert_eq!(
        (difference["files"][0]["change"].as_str(), difference["same"].as_u64()),
        (Some("added"), Some(1))
    );
    assert_eq!(difference["approximate"].as_u64(), Some(1), "{difference}");
    let difference = changed("HEAD");
    assert_eq!(
        (difference["files"][0]["change"].as_str(), difference["resolved"].as_u64()),
        (Some("changed"), Some(1))
    );
    assert_eq!(run(&["diff", &folder.at("db"), "--rev", "nowhere"]).code, 2);
    assert_eq!(run(&["diff", &folder.at("db"), "--rev=--output=x"]).code, 2);

    assert_eq!(run(&["convert", &folder.at("db"), "-o", &folder.at("tidb"), "-q"]).code, 0);
    let against = || run(&["diff", &folder.at("db"), "-o", &folder.at("tidb"), "--exit-code"]);
    assert_eq!(against().code, 0, "{}", against().out);
    folder.write("tidb/1.sql", "create table t (a int);\n");
    let ran = against();
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("-create table t (a int);"), "{}", ran.out);
}

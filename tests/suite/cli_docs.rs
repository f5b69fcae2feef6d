//! What docs/ says about the command is made from the code, or compared with it. `UPDATE_DOCS=1` writes it anew.

use crate::cli_common::{Folder, run_in};
use std::fs;
use std::path::Path;

const MARK: &str = "don't edit below -->\n\n";

fn compare(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, wanted).expect("docs can be written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "{} is out of date: run UPDATE_DOCS=1 cargo test docs", path.display());
}

#[test]
fn the_json_example_is_what_the_command_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    let page = fs::read_to_string(path).expect("docs/json.md is there");
    let block = |language: &str| {
        let (head, rest) = page.split_once(&format!("```{language}\n")).expect("the block is there");
        let (block, tail) = rest.split_once("```\n").expect("the block ends");
        (head.to_owned(), block.to_owned(), tail.to_owned())
    };
    let folder = Folder::new();
    folder.write("migrations/001_users.sql", &block("sql").1);
    let ran = run_in(&folder, &["convert", "migrations", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let (head, _, tail) = block("jsonl");
    compare("docs/json.md", &format!("{head}```jsonl\n{}```\n{tail}", ran.out));

    // the contract: these fields, in this order, and nothing else
    let records: Vec<serde_json::Value> =
        ran.out.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(records.len(), 2);
    let order = ["file", "index", "line", "direction", "status", "sql", "diagnostics"];
    let finding =
        ["code", "level", "fidelity", "message", "line", "column", "end_line", "end_column", "help"];
    for (record, line) in records.iter().zip(ran.out.lines()) {
        assert_eq!(record.as_object().expect("an object").len(), order.len());
        let places = order.map(|field| line.find(&format!("\"{field}\":")).expect("the field is there"));
        assert!(places.is_sorted(), "{line}");
        for diagnostic in record["diagnostics"].as_array().expect("a list") {
            let fields = diagnostic.as_object().expect("an object");
            assert!(fields.keys().all(|key| finding.contains(&key.as_str())), "{diagnostic}");
            assert!(finding[..8].iter().all(|key| fields.contains_key(*key)), "{diagnostic}");
        }
    }
    let table = &page[page.find("## Fields").expect("a heading")..];
    assert!(
        order.iter().chain(&finding).all(|field| table.contains(&format!("`{field}`"))),
        "a field is not documented"
    );
}

#[test]
fn the_json_schema_is_that_of_the_options() {
    let schema = pg2tidb::config::schema();
    assert!(schema.contains("\"additionalProperties\": false"), "unknown keys are errors");
    compare("docs/pg2tidb.schema.json", &schema);
}

#[test]
fn the_configuration_reference_is_that_of_the_options() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = fs::read_to_string(path).expect("docs/configuration.md is there");
    let (head, _) = page.split_once(MARK).expect("the mark is there");
    let reference = pg2tidb::config::reference();
    for option in ["target", "uuid", "schemas", "numeric", "charset_clause", "ids"] {
        assert!(reference.contains(&format!("### `{option}`")), "{option} is missing");
    }
    compare("docs/configuration.md", &format!("{head}{MARK}{reference}"));
}

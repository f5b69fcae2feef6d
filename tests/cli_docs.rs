//! What docs/ says about the command is made from the code, or compared with it. `PG2TIDB_BLESS=1` writes it anew.

use std::fs;
use std::path::Path;

const MARK: &str = "don't edit below -->\n\n";

fn compare(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("PG2TIDB_BLESS").is_some() {
        fs::write(&path, wanted).expect("docs can be written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == wanted,
        "{} is out of date: run PG2TIDB_BLESS=1 cargo test --test cli_docs",
        path.display()
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

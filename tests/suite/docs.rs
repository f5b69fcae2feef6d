//! The generated documentation is what the code says. `UPDATE_DOCS=1 cargo test docs` writes it anew.

use pg2tidb::config::Options;
use pg2tidb::diagnostic::Direction;
use pg2tidb::lint::{all_rules, own_rules};
use pg2tidb::passes::{Session, registry};
use pg2tidb::project::{Settings, convert_text};
use pg2tidb::report::pages::{Example, rule_index, rule_page, target_page};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn converted(source: &str) -> String {
    let mut session = Session::new(&Options::default());
    let chunk = convert_text("case.sql", source.into(), Direction::Up, &mut session, Settings::default());
    String::from_utf8(chunk.output).expect("text")
}

fn examples(rule: &str) -> Vec<Example> {
    let folder = root().join("fixtures/rules").join(rule);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "sql")).collect();
    paths.sort();
    // A case with options of its own would need them said.
    paths.retain(|path| !path.with_extension("toml").exists());
    let example = |path: &PathBuf| {
        let input = fs::read_to_string(path).expect("a case");
        let name = path.file_stem().expect("a name").to_string_lossy().replace(['-', '_'], " ");
        Example { name, output: converted(&input), input }
    };
    paths.iter().take(3).map(example).collect()
}

#[test]
fn pages_are_what_the_code_says() {
    let docs = root().join("docs");
    let mut pages: BTreeMap<PathBuf, String> = BTreeMap::new();
    pages.insert(docs.join("targets.md"), target_page());
    pages.insert(docs.join("functions.md"), pg2tidb::passes::functions_page());
    pages.insert(docs.join("rules/README.md"), rule_index(all_rules()));
    for rule in registry::rules() {
        pages.insert(docs.join(format!("rules/{}.md", rule.name)), rule_page(rule, &examples(rule.name)));
    }
    for rule in own_rules() {
        let examples = crate::lint_common::examples(rule.name);
        pages.insert(docs.join(format!("rules/{}.md", rule.name)), rule_page(rule, &examples));
    }
    assert!(pages.len() > 10);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(docs.join("rules"));
        fs::create_dir_all(docs.join("rules")).expect("docs/rules");
        for (path, page) in &pages {
            fs::write(path, page).expect("a page");
        }
    }
    for (path, page) in &pages {
        let there = fs::read_to_string(path).unwrap_or_default();
        assert!(there == *page, "{} is out of date: run UPDATE_DOCS=1 cargo test docs", path.display());
    }
    for entry in fs::read_dir(docs.join("rules")).expect("docs/rules").flatten() {
        assert!(pages.contains_key(&entry.path()), "{} belongs to no rule", entry.path().display());
    }
}

#[test]
fn the_readme_shows_what_really_happens() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let before = fs::read_to_string(root().join("fixtures/readme/before.sql")).expect("the fixture");
    let after = fs::read_to_string(root().join("fixtures/readme/after.sql")).expect("the fixture");
    assert_eq!(converted(&before), after, "fixtures/readme/after.sql is not what before.sql becomes");
    for text in [&before, &after] {
        assert!(
            readme.contains(&format!("```sql\n{text}```")),
            "README.md does not show fixtures/readme as it is"
        );
    }
}

#[test]
fn architecture_invariants_name_tests_that_exist() {
    let text = fs::read_to_string(root().join("docs/architecture.md")).expect("docs/architecture.md");
    let mut named = 0;
    for line in text.lines().filter(|line| line.starts_with("- ") && line.contains("(test: `")) {
        for name in line.split("(test: `").skip(1).filter_map(|rest| rest.split('`').next()) {
            let found = ["src", "tests"].iter().any(|folder| contains_fn(&root().join(folder), name));
            assert!(found, "no test is called {name}");
            named += 1;
        }
    }
    assert!(named >= 8, "only {named} invariants name a test");
}

fn contains_fn(folder: &Path, name: &str) -> bool {
    let needle = format!("fn {name}(");
    walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "rs"))
        .any(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| text.contains(&needle)))
}

#[test]
fn every_function_has_a_differential_case() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap_or_default().to_lowercase();
    let folder = std::fs::read_dir(root.join("fixtures/differential")).expect("there are cases");
    let cases: String = folder.filter_map(|entry| Some(read(&entry.ok()?.path()))).collect();
    let words: std::collections::HashSet<&str> =
        cases.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    let table = read(&root.join("docs/functions.md"));
    let names: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('(').map(|(name, _)| name))
        .collect();
    assert!(names.len() > 100, "docs/functions.md lists the functions");
    let missing: Vec<&&str> = names.iter().filter(|name| !words.contains(**name)).collect();
    assert!(missing.is_empty(), "no case of fixtures/differential calls {missing:?}");
}

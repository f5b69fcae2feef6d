//! Lints texts as the command does, for the tests of rules and pages.

use pg2tidb::config::{Lint, Options};
use pg2tidb::lint::dialect::Dialect;
use pg2tidb::project::{LintFile, LintInput, LintRules, Linted, Settings, lint};
use pg2tidb::report::pages::Example;
use pg2tidb::target::Target;
use std::fs;
use std::path::{Path, PathBuf};

pub fn lint_text(text: &str, target: Target, dialect: Dialect) -> Linted {
    lint_bytes(text.as_bytes(), target, dialect)
}

pub fn lint_bytes(text: &[u8], target: Target, dialect: Dialect) -> Linted {
    lint_texts(&[text], target, dialect).remove(0)
}

/// The dialect that a rule of the linter's own is about.
pub fn dialect_of(rule: &str) -> Dialect {
    let portable = rule == pg2tidb::lint::portable::PORTABLE_SPELLING.name;
    if portable { Dialect::Postgres } else { Dialect::Tidb }
}

/// Lints texts as the files of one run.
pub fn lint_texts(texts: &[&[u8]], target: Target, dialect: Dialect) -> Vec<Linted> {
    let options = Options { target, ..Options::default() };
    let rules = LintRules::new(&Lint::default(), ".".into()).expect("the defaults");
    let files = texts.iter().map(|text| LintFile::text(Path::new("case.sql"), text.to_vec())).collect();
    let settings = Settings { threads: 1, spellings: true, ..Settings::default() };
    lint(LintInput { files, options: &options, rules: &rules, dialect: Some(dialect), settings })
        .expect("no files")
}

/// The cases of a rule of the linter's own.
pub fn cases(rule: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint").join(rule);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let sql = |path: &PathBuf| path.extension().is_some_and(|e| e == "sql");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(sql).collect();
    paths.sort();
    paths
}

/// Findings as people read them.
pub fn rendered(linted: &Linted) -> String {
    let mut out = String::new();
    for issue in &linted.issues {
        let finding = &issue.located.finding;
        out.push_str(&format!("{}\n", issue.concise("case.sql")));
        if let Some(help) = &finding.help {
            out.push_str(&format!("    help: {help}\n"));
        }
        if let Some(fix) = &issue.fix {
            let old = String::from_utf8_lossy(&linted.text[fix.span.start..fix.span.end]).into_owned();
            out.push_str(&format!("    fix: `{old}` becomes `{}`\n", fix.text));
        }
    }
    out
}

pub fn examples(rule: &str) -> Vec<Example> {
    let example = |path: &PathBuf| {
        let input = fs::read_to_string(path).expect("a case");
        let name = path.file_stem().expect("a name").to_string_lossy().replace(['-', '_'], " ");
        let output = rendered(&lint_text(&input, Target::default(), dialect_of(rule)));
        Example { name, input, output }
    };
    cases(rule).iter().take(3).map(example).collect()
}

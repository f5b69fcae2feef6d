//! What a run leaves in target/oracle for people who mend what it found.

use crate::corpus::{Corpus, output};
use crate::lanes::{Runs, TARGETS};
use crate::measure::{Measured, Source};
use pg2tidb::report::record::{Record, Status};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

pub fn write(corpus: &Corpus, runs: &Runs, measured: &Measured) -> io::Result<()> {
    let folder = output();
    std::fs::create_dir_all(&folder)?;
    let mut summary = String::new();
    for (which, target) in TARGETS.iter().enumerate() {
        let mut lines = String::new();
        let mut groups = Groups::default();
        for (number, group) in corpus.groups.iter().enumerate() {
            let translated = &runs.translated[which][number];
            for rejected in &translated.replay.rejected {
                let source = measured.sources[which][number][rejected.record];
                let record = &translated.records[rejected.record];
                let file = name(corpus, number, record);
                let sql = &record.sql[rejected.sql];
                let line = serde_json::json!({
                    "project": group.project, "group": group.name, "file": file, "line": record.line,
                    "index": record.index, "status": record.status, "sql": sql, "error": rejected.error,
                    "failed_on_postgres": source == Source::FailedOnPostgres, "counted": source == Source::Counted,
                });
                let _ = writeln!(lines, "{line}");
                if source == Source::Counted {
                    groups.add(&rejected.error, || {
                        format!("{} {file}:{}\n      {}", group.project, record.line, short(sql))
                    });
                }
            }
        }
        std::fs::write(folder.join(format!("rejected-{target}.jsonl")), lines)?;
        let _ = writeln!(summary, "# TiDB {target}\n\n{}", groups.render());
    }
    std::fs::write(folder.join("rejected-summary.txt"), summary)?;
    std::fs::write(folder.join("refusals.txt"), refusals(corpus, runs, measured))?;
    std::fs::write(folder.join("postgres-errors.jsonl"), postgres_errors(corpus, runs))?;
    let (all, grouped) = differences(corpus, measured);
    std::fs::write(folder.join("differences.txt"), all)?;
    std::fs::write(folder.join("differences-summary.txt"), grouped)
}

fn name<'a>(corpus: &'a Corpus, number: usize, record: &Record) -> &'a str {
    let mut files = corpus.groups[number].files.iter();
    files.find(|file| file.path.display().to_string() == record.file).map_or("?", |file| &file.name)
}

/// What PostgreSQL itself refused: a statement that stands here is not held against a translation.
fn postgres_errors(corpus: &Corpus, runs: &Runs) -> String {
    let mut lines = String::new();
    for (group, original) in corpus.groups.iter().zip(&runs.original) {
        for (file, run) in group.files.iter().zip(&original.files) {
            for error in &run.errors {
                let line = serde_json::json!({
                    "project": group.project, "group": group.name, "file": file.name,
                    "line": error.line, "error": error.message,
                });
                let _ = writeln!(lines, "{line}");
            }
        }
    }
    lines
}

/// Refused statements of TiDB 8.5 by the code of their first error, with examples.
fn refusals(corpus: &Corpus, runs: &Runs, measured: &Measured) -> String {
    let mut groups = Groups::default();
    for (number, group) in corpus.groups.iter().enumerate() {
        for (at, record) in runs.translated[0][number].records.iter().enumerate() {
            if record.status == Status::Refused && measured.sources[0][number][at] == Source::Counted {
                let error = record.diagnostics.iter().max_by_key(|finding| finding.level);
                let (code, message) = error.map_or(("?", ""), |finding| (&finding.code, &finding.message));
                let place = || {
                    format!("{} {}:{} {message}", group.project, name(corpus, number, record), record.line)
                };
                groups.add_exactly(code.to_owned(), place);
            }
        }
    }
    groups.render()
}

fn differences(corpus: &Corpus, measured: &Measured) -> (String, String) {
    let mut all = String::new();
    let mut groups = Groups::default();
    for (group, comparison) in corpus.groups.iter().zip(&measured.comparisons) {
        for difference in &comparison.differences {
            let _ = writeln!(all, "{} ({}): {difference}", group.project, group.name);
            let what = format!("{}: {}", difference.kind.as_str(), difference.what);
            groups.add(&what, || format!("{} ({}): {difference}", group.project, group.name));
        }
    }
    (all, groups.render())
}

/// Things of one sort counted, with the first few as examples.
#[derive(Default)]
struct Groups(BTreeMap<String, (usize, Vec<String>)>);

impl Groups {
    /// Groups by `text` without its names and numbers.
    fn add(&mut self, text: &str, example: impl FnOnce() -> String) {
        self.add_exactly(general(text), example);
    }

    fn add_exactly(&mut self, key: String, example: impl FnOnce() -> String) {
        let (count, examples) = self.0.entry(key).or_default();
        *count += 1;
        if examples.len() < 4 {
            examples.push(example());
        }
    }

    fn render(&self) -> String {
        let mut sorted: Vec<_> = self.0.iter().collect();
        sorted.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        let mut out = String::new();
        for (key, (count, examples)) in sorted {
            let _ = writeln!(out, "{count:>6}  {key}");
            examples.iter().for_each(|example| out.push_str(&format!("      {example}\n")));
        }
        out
    }
}

/// The error without its names, so that errors of one sort are equal: quoted things become `?`, of the text after
/// `near` only the first word stays, what follows `missing:` goes.
fn general(text: &str) -> String {
    if let Some((_, near)) = text.split_once(" near \"") {
        let word: String = near.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let word = if word.is_empty() { near.chars().take(1).collect() } else { word.to_uppercase() };
        return format!("1064 syntax error near {word}");
    }
    let text = text.find(" missing: ").map_or(text, |at| &text[..at + 8]);
    let mut out = String::new();
    let mut quote = None;
    let mut before = ' ';
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            // Not the apostrophe of "doesn't".
            None if "'`\"".contains(c) && !before.is_alphanumeric() => {
                quote = Some(c);
                out.push('?');
            }
            None => out.push(c),
        }
        before = c;
    }
    out.chars().take(140).collect()
}

fn short(sql: &str) -> String {
    let one_line: String = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line.chars().take(240).collect()
}

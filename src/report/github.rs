//! GitHub's workflow commands: annotations as far as GitHub shows them, the rest as a folded list, and a job summary.

use super::issue::{FileIssues, Issue};
use crate::diagnostic::Level;
use std::fmt::Write;

/// GitHub shows so many annotations of a level for a step, and drops the others.
const SHOWN: usize = 10;
/// A job summary may have 1 MiB; people stop reading long before.
const ROWS: usize = 200;

/// What goes to standard output: annotations, the worst first.
pub fn annotations(files: &[FileIssues<'_>]) -> String {
    let mut out = String::new();
    let mut more = String::new();
    let mut left = 0;
    for level in [Level::Error, Level::Warning, Level::Info] {
        for (count, (file, issue)) in of_level(files, level).enumerate() {
            if count < SHOWN {
                annotation(&mut out, file, issue);
            } else {
                left += 1;
                let _ = writeln!(more, "{}", issue.concise(file));
            }
        }
    }
    if left > 0 {
        let _ = writeln!(out, "::group::{left} more findings of pg2tidb\n{more}::endgroup::");
    }
    out
}

fn of_level<'a>(files: &'a [FileIssues<'_>], level: Level) -> impl Iterator<Item = (&'a str, &'a Issue)> {
    let all = files.iter().flat_map(|file| file.issues.iter().map(|issue| (file.file, issue)));
    all.filter(move |(_, issue)| issue.level() == level)
}

fn annotation(out: &mut String, file: &str, issue: &Issue) {
    let finding = &issue.located.finding;
    let command = match finding.level {
        Level::Info => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let file = file.strip_prefix("./").unwrap_or(file);
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        let _ = write!(message, "\n{help}");
    }
    let _ =
        write!(out, "::{command} file={},line={},endLine={}", property(file), finding.line, finding.end_line);
    // columns of a range that goes over lines mean nothing to GitHub
    if finding.line == finding.end_line {
        let _ = write!(out, ",col={},endColumn={}", finding.column, finding.end_column);
    }
    let title = format!("{} {}", issue.rule.code, issue.rule.name);
    let _ = writeln!(out, ",title={}::{}", property(&title), data(&message));
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The job summary: a table of everything, Markdown.
pub fn summary(files: &[FileIssues<'_>]) -> String {
    let count = |level| of_level(files, level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let mut out = format!("### pg2tidb: {errors} errors, {warnings} warnings\n\n");
    let all: Vec<_> = [Level::Error, Level::Warning, Level::Info]
        .into_iter()
        .flat_map(|level| of_level(files, level))
        .collect();
    if all.is_empty() {
        out.push_str("Nothing found.\n");
        return out;
    }
    out.push_str("| level | where | rule | finding |\n|---|---|---|---|\n");
    for (file, issue) in all.iter().take(ROWS) {
        let finding = &issue.located.finding;
        let _ = writeln!(
            out,
            "| {} | {}:{} | {} {} | {} |",
            finding.level.as_str(),
            cell(file),
            finding.line,
            issue.rule.code,
            issue.rule.name,
            cell(&finding.message)
        );
    }
    if all.len() > ROWS {
        let _ = writeln!(out, "\nand {} more.", all.len() - ROWS);
    }
    out
}

fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}

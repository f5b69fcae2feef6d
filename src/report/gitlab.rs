//! GitLab's code quality report.

use super::issue::{FileIssues, Issue};
use crate::diagnostic::Level;
use serde_json::{Value, json};

/// A whole run as a JSON array.
pub fn gitlab(files: &[FileIssues<'_>]) -> String {
    let all: Vec<Value> =
        files.iter().flat_map(|file| file.issues.iter().map(|issue| entry(file.file, issue))).collect();
    // a value of strings and numbers can always be written
    serde_json::to_string_pretty(&Value::Array(all)).unwrap_or_default() + "\n"
}

fn entry(file: &str, issue: &Issue) -> Value {
    let finding = &issue.located.finding;
    // GitLab ignores an entry without a severity it knows
    let severity = match finding.level {
        Level::Info => "info",
        Level::Warning => "minor",
        Level::Error => "major",
    };
    json!({
        "description": finding.message,
        "check_name": format!("{} {}", issue.rule.code, issue.rule.name),
        "fingerprint": issue.fingerprint,
        "severity": severity,
        "location": {
            "path": file.strip_prefix("./").unwrap_or(file).replace('\\', "/"),
            "lines": { "begin": finding.line, "end": finding.end_line },
        },
    })
}

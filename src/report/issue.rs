//! A finding of the linter with all that is reported of it, and its one-line forms.

use super::finding::Located;
use super::record::Finding;
use crate::diagnostic::{Level, Rule};
use crate::lint::Fix;
use serde::Serialize;

/// A finding and all that is reported with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    pub rule: &'static Rule,
    pub located: Located,
    /// The same while lines move.
    pub fingerprint: String,
    /// What would remove it without changing the meaning.
    pub fix: Option<Fix>,
}

/// The findings of one file.
#[derive(Debug, Clone, Copy)]
pub struct FileIssues<'a> {
    pub file: &'a str,
    pub issues: &'a [Issue],
}

/// A finding as one line of JSON: `file`, what convert's records say of a diagnostic, and what only the linter knows.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    file: &'a str,
    rule: &'static str,
    #[serde(flatten)]
    finding: &'a Finding,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
}

/// Bytes of the file, and what stands there instead.
#[derive(Debug, Serialize)]
struct JsonFix<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

impl Issue {
    pub fn level(&self) -> Level {
        self.located.finding.level
    }

    /// One line of JSON, without its line end.
    pub fn json(&self, file: &str) -> String {
        let fix = self.fix.as_ref();
        let line = JsonLine {
            file,
            rule: self.rule.name,
            finding: &self.located.finding,
            fingerprint: &self.fingerprint,
            fix: fix.map(|fix| JsonFix { start: fix.span.start, end: fix.span.end, text: &fix.text }),
        };
        // made of strings and numbers: it can always be written
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// `file:line:column: level CODE name: message`, without a line end.
    pub fn concise(&self, file: &str) -> String {
        let Finding { line, column, level, code, message, .. } = &self.located.finding;
        let message = message.replace(['\n', '\r'], " ");
        format!("{file}:{line}:{column}: {} {code} {}: {message}", level.as_str(), self.rule.name)
    }
}

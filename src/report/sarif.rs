//! SARIF 2.1.0, which code scanning services read.

use super::issue::{FileIssues, Issue};
use crate::diagnostic::{Level, Rule};
use serde_json::{Value, json};

const INFORMATION: &str = "https://github.com/pg2tidb/pg2tidb";

/// A whole run as a SARIF log.
pub fn sarif(files: &[FileIssues<'_>]) -> String {
    let mut rules: Vec<&'static Rule> =
        files.iter().flat_map(|file| file.issues).map(|issue| issue.rule).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup_by_key(|rule| rule.code);
    let results: Vec<Value> = files
        .iter()
        .flat_map(|file| file.issues.iter().map(|issue| result(file.file, issue, &rules)))
        .collect();
    let described: Vec<Value> = rules.iter().map(|rule| describe(rule)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pg2tidb",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": INFORMATION,
                "rules": described,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    // a value of strings and numbers can always be written
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn describe(rule: &Rule) -> Value {
    let docs = rule.docs.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary.trim() },
        "fullDescription": { "text": docs.trim() },
        "help": { "text": docs.trim(), "markdown": docs.trim() },
        "defaultConfiguration": { "level": level(rule.fidelity.level()) },
        "properties": { "tags": [rule.family.as_str()] },
    })
}

fn result(file: &str, issue: &Issue, rules: &[&Rule]) -> Value {
    let finding = &issue.located.finding;
    let text = match &finding.help {
        Some(help) => format!("{}; {help}", finding.message),
        None => finding.message.clone(),
    };
    let artifact = json!({ "uri": uri(file) });
    let mut result = json!({
        "ruleId": issue.rule.code,
        "ruleIndex": rules.iter().position(|rule| *rule == issue.rule),
        "level": level(finding.level),
        "message": { "text": text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact,
            "region": {
                "startLine": finding.line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": finding.end_column,
            },
        }}],
        "partialFingerprints": { "pg2tidb/v1": issue.fingerprint },
    });
    if let Some(fix) = &issue.fix {
        result["fixes"] = json!([{
            "description": { "text": "keeps the meaning" },
            "artifactChanges": [{
                "artifactLocation": artifact,
                "replacements": [{
                    "deletedRegion": { "byteOffset": fix.span.start, "byteLength": fix.span.len() },
                    "insertedContent": { "text": fix.text },
                }],
            }],
        }]);
    }
    result
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Info => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

/// A path as a relative URI reference.
fn uri(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(byte.into())
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    // `a:b` would be read as a scheme, but a colon never stays
    uri.strip_prefix("./").map_or(uri.clone(), str::to_owned)
}

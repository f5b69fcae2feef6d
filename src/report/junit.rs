//! JUnit's XML, which most CI servers draw: a suite per file, a failed case per finding.

use super::issue::{FileIssues, Issue};
use crate::diagnostic::Level;
use std::fmt::Write;

/// A whole run as a JUnit report. A finding below the level of a warning does not fail.
pub fn junit(files: &[FileIssues<'_>]) -> String {
    let fails = |issue: &&Issue| issue.level() >= Level::Warning;
    let cases = |file: &FileIssues<'_>| file.issues.len().max(1);
    let total: usize = files.iter().map(cases).sum();
    let failed: usize = files.iter().map(|file| file.issues.iter().filter(fails).count()).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ =
        writeln!(out, "<testsuites name=\"pg2tidb\" tests=\"{total}\" failures=\"{failed}\" errors=\"0\">");
    for file in files {
        let name = escaped(file.file);
        let failures = file.issues.iter().filter(fails).count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
            cases(file)
        );
        if file.issues.is_empty() {
            let _ = writeln!(out, "    <testcase name=\"lint\" classname=\"{name}\"/>");
        }
        for issue in file.issues {
            case(&mut out, &name, file.file, issue);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, name: &str, file: &str, issue: &Issue) {
    let finding = &issue.located.finding;
    let title = format!("{} {} {}:{}", finding.code, issue.rule.name, finding.line, finding.column);
    let mut text = issue.concise(file);
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    let _ = write!(out, "    <testcase name=\"{}\" classname=\"{name}\">", escaped(&title));
    if finding.level >= Level::Warning {
        let _ = write!(
            out,
            "<failure message=\"{}\" type=\"{}\">{}</failure>",
            escaped(&finding.message),
            finding.level.as_str(),
            escaped(&text)
        );
    } else {
        let _ = write!(out, "<system-out>{}</system-out>", escaped(&text));
    }
    out.push_str("</testcase>\n");
}

/// As XML takes it: control characters have no escape there.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

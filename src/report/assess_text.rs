//! An assessment as plain text and as Markdown.

use super::assess::{Assessment, RuleRow, percent};
use super::markdown::{cell, code};
use crate::diagnostic::Fidelity;
use std::fmt::Write;

/// How many places of a rule are shown.
const PLACES: usize = 3;

/// For a terminal or a log.
pub fn human(assessment: &Assessment) -> String {
    let mut out = String::new();
    let Assessment { project, layout, target, files, statements, outcomes, .. } = assessment;
    let _ = writeln!(out, "{project} ({layout}), for TiDB {target}\n\n{}\n", assessment.verdict_line);
    let _ = writeln!(out, "{files} files, {statements} statements");
    let counts = [
        ("unchanged", outcomes.unchanged),
        ("rewritten", outcomes.rewritten),
        ("folded", outcomes.folded),
        ("dropped", outcomes.dropped),
        ("refused", outcomes.refused),
    ];
    for (name, count) in counts {
        let width = if *statements == 0 { 0 } else { (count * 40).div_ceil(*statements) };
        let line =
            format!("  {name:<10}{count:>7}  {:>6}  {}", percent(count, *statements), "#".repeat(width));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    for (fidelity, title) in sections() {
        let rows: Vec<&RuleRow> = assessment.rules.iter().filter(|row| row.fidelity == fidelity).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}");
        for row in rows {
            let _ = writeln!(
                out,
                "\n  {} {}: {} in {}, {}",
                row.code,
                row.name,
                many(row.findings, "finding"),
                many(row.files, "file"),
                many(usize::try_from(row.minutes).unwrap_or(usize::MAX), "minute")
            );
            let _ = writeln!(out, "    {}", row.summary);
            for place in row.places.iter().take(PLACES) {
                let _ = writeln!(out, "    {}:{}: {}", place.file, place.line, place.message);
            }
            if row.findings > PLACES {
                let _ = writeln!(out, "    … and {} more", row.findings - PLACES);
            }
            for advice in row.advice.iter().take(1) {
                let _ = writeln!(out, "    help: {advice}");
            }
        }
    }
    if !assessment.todo.is_empty() {
        out.push_str("\nFiles beside the SQL\n\n");
        for todo in &assessment.todo {
            let _ = writeln!(out, "  {}: {}", todo.file, todo.what);
        }
    }
    out
}

/// For a ticket or a wiki.
pub fn markdown(assessment: &Assessment) -> String {
    let mut out = String::new();
    let Assessment { project, layout, target, files, statements, outcomes, .. } = assessment;
    let _ = writeln!(out, "# {}: PostgreSQL to TiDB {target}\n", cell(project));
    let _ = writeln!(out, "**{}**\n", assessment.verdict_line);
    let _ = writeln!(out, "{files} files ({layout}), {statements} statements.\n");
    out.push_str("| outcome | statements | share |\n|---|--:|--:|\n");
    for (name, count) in [
        ("unchanged", outcomes.unchanged),
        ("rewritten", outcomes.rewritten),
        ("folded into another", outcomes.folded),
        ("dropped: nothing to keep", outcomes.dropped),
        ("refused", outcomes.refused),
    ] {
        let _ = writeln!(out, "| {name} | {count} | {} |", percent(count, *statements));
    }
    for (fidelity, title) in sections() {
        let rows: Vec<&RuleRow> = assessment.rules.iter().filter(|row| row.fidelity == fidelity).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n## {title}\n");
        out.push_str("| rule | what it is about | findings | files | minutes |\n|---|---|--:|--:|--:|\n");
        for row in &rows {
            let RuleRow { code, name, summary, findings, files, minutes, .. } = row;
            let _ = writeln!(out, "| {code} {name} | {} | {findings} | {files} | {minutes} |", cell(summary));
        }
        for row in rows {
            let _ = writeln!(out, "\n### {} {}\n", row.code, row.name);
            for advice in &row.advice {
                let _ = writeln!(out, "What to do: {}.\n", cell(advice));
            }
            for place in row.places.iter().take(PLACES) {
                let at = code(&format!("{}:{}", place.file, place.line));
                let _ = writeln!(out, "- {at}: {}", cell(&place.message));
            }
            if row.findings > PLACES {
                let _ = writeln!(out, "- … and {} more", row.findings - PLACES);
            }
        }
    }
    if !assessment.todo.is_empty() {
        out.push_str("\n## Files beside the SQL\n\n");
        for todo in &assessment.todo {
            let _ = writeln!(out, "- {}: {}", code(&todo.file), cell(&todo.what));
        }
    }
    let _ = writeln!(out, "\nMade by pg2tidb {}.", assessment.version);
    out
}

/// The parts of the report, the gravest first.
pub fn sections() -> [(Fidelity, &'static str); 3] {
    [
        (Fidelity::Refused, "Refused: a person has to do it another way"),
        (Fidelity::Lossy, "Lossy: something that was declared is gone"),
        (Fidelity::Approximate, "Approximate: the same for most values and uses"),
    ]
}

fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

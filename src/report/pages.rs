//! The generated pages of the documentation: rules, their index, the target table.

use crate::diagnostic::{Family, Fidelity, Rule};
use crate::target::{CAPABILITIES, Target};
use std::fmt::Write;

/// An example of a rule: its input and what comes of it, from the fixtures.
#[derive(Debug, Clone)]
pub struct Example {
    pub name: String,
    pub input: String,
    pub output: String,
}

/// A rule's page.
pub fn rule_page(rule: &Rule, examples: &[Example]) -> String {
    let mut page = format!("# `{}` ({})\n\n", rule.name, rule.code);
    if matches!(rule.family, Family::Dialect | Family::Portable | Family::Meta) {
        let level = rule.fidelity.level().as_str();
        let _ =
            writeln!(page, "Family: {}. Level: {level}. Only `pg2tidb lint` has it.\n", rule.family.as_str());
    } else {
        let _ = writeln!(page, "Family: {}. Keeps: {}.\n", rule.family.as_str(), keeps(rule.fidelity));
    }
    let _ = writeln!(page, "{}\n", rule.summary.trim());
    for line in rule.docs.lines() {
        let _ = writeln!(page, "{}", line.strip_prefix(' ').unwrap_or(line).trim_end());
    }
    if !rule.needs.is_empty() {
        page.push_str("\nDiffers by TiDB version:\n\n");
        for capability in rule.needs {
            let row = capability.row();
            let _ = writeln!(page, "- {} (see [targets](../targets.md))", row.meaning.trim());
        }
    }
    for example in examples {
        let fence = if example.input.contains("```") { "````" } else { "```" };
        let _ = write!(
            page,
            "\n## Example: {}\n\n{fence}sql\n{}\n{fence}\n\n",
            example.name,
            example.input.trim_end()
        );
        match rule.family {
            Family::Dialect | Family::Portable | Family::Meta => {
                let _ =
                    write!(page, "is reported as\n\n{fence}text\n{}\n{fence}\n", example.output.trim_end());
            }
            _ => {
                let _ = write!(page, "becomes\n\n{fence}sql\n{}\n{fence}\n", example.output.trim_end());
            }
        }
    }
    squeezed(&page)
}

fn keeps(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Exact => "the meaning, exactly",
        Fidelity::Approximate => "the meaning for most uses; the diagnostic says which differ",
        Fidelity::Lossy => "not all that was declared; the diagnostic says what is gone",
        Fidelity::Refused => "nothing: the statement is refused",
    }
}

/// The index of all rules.
pub fn rule_index<'r>(rules: impl Iterator<Item = &'r Rule>) -> String {
    let mut page = String::from(
        "# Rules\n\nMade from the declarations in `src/passes` and `src/lint` by `UPDATE_DOCS=1 cargo test docs`.\n\n\
         | code | name | family | fidelity | what it is about |\n|---|---|---|---|---|\n",
    );
    for rule in rules {
        let _ = writeln!(
            page,
            "| {} | [`{}`]({}.md) | {} | {} | {} |",
            rule.code,
            rule.name,
            rule.name,
            rule.family.as_str(),
            rule.fidelity.as_str(),
            rule.summary.trim()
        );
    }
    page
}

/// What differs between TiDB versions.
pub fn target_page() -> String {
    let mut page = String::from(
        "# Targets\n\nMade from `src/target/capability.rs` by `UPDATE_DOCS=1 cargo test docs`. A probe is a \
         statement that a version with the capability accepts and one without refuses (`;;` separates statements).\n\n",
    );
    let versions: Vec<_> = Target::ALL.iter().map(|target| target.as_str()).collect();
    let _ = writeln!(page, "| capability | {} | source | probe |", versions.join(" | "));
    let _ = writeln!(page, "|---{}|---|---|", "|---".repeat(versions.len()));
    for row in CAPABILITIES {
        let can = |target: &Target| if target.can(row.capability) { "yes" } else { "no" };
        let marks: Vec<_> = Target::ALL.iter().map(can).collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} | `{}` |",
            row.meaning.trim(),
            marks.join(" | "),
            row.source,
            row.probe
        );
    }
    page
}

/// At most one empty line in a row.
fn squeezed(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut empty = 0;
    for line in page.lines() {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

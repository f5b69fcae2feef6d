//! `pg2tidb rules`, `pg2tidb explain`, and what shells and manuals are told.

use super::args::Cli;
use super::lint_args::{CompletionsArgs, ExplainArgs, RulesArgs, RulesFormat};
use super::{DONE, FAILED};
use crate::diagnostic::Rule;
use crate::lint::all_rules;
use crate::report::pages::rule_page;
use clap::CommandFactory;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write;

/// Lists all rules.
pub fn rules(arguments: &RulesArgs) -> u8 {
    let text = match arguments.format {
        RulesFormat::Json => {
            let rules: Vec<Value> = all_rules().map(described).collect();
            serde_json::to_string_pretty(&rules).unwrap_or_default() + "\n"
        }
        RulesFormat::Text => {
            let mut text = String::new();
            for rule in all_rules() {
                let Rule { code, name, summary, .. } = rule;
                let _ = writeln!(text, "{code} {name:28} {:12} {}", rule.family.as_str(), summary.trim());
            }
            text
        }
    };
    print(&text)
}

fn described(rule: &'static Rule) -> Value {
    json!({
        "code": rule.code,
        "name": rule.name,
        "family": rule.family.as_str(),
        "fidelity": rule.fidelity.as_str(),
        "level": rule.fidelity.level().as_str(),
        "summary": rule.summary.trim(),
        "docs": rule.docs.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim(),
    })
}

/// Prints a rule's page.
pub fn explain(arguments: &ExplainArgs) -> u8 {
    let name = arguments.rule.as_str();
    match all_rules().find(|rule| rule.name == name || rule.code.eq_ignore_ascii_case(name)) {
        Some(rule) => print(&rule_page(rule, &[])),
        None => {
            let near = all_rules().filter(|rule| rule.name.contains(name) && name.len() > 2).take(5);
            let near: Vec<&str> = near.map(|rule| rule.name).collect();
            let hint =
                if near.is_empty() { String::new() } else { format!(" (did you mean {}?)", near.join(", ")) };
            eprintln!("error: there is no rule `{name}`{hint}; `pg2tidb rules` lists them");
            FAILED
        }
    }
}

/// Prints the completions of a shell.
pub fn completions(arguments: &CompletionsArgs) -> u8 {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "pg2tidb", &mut text);
    print(&String::from_utf8_lossy(&text))
}

/// Prints the manual page, with all subcommands in it.
pub fn man() -> u8 {
    let mut text = Vec::new();
    let mut command = Cli::command();
    command.build();
    // writing to memory does not fail
    let _ = clap_mangen::Man::new(command.clone()).render(&mut text);
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let sub = sub.clone().bin_name(format!("pg2tidb {}", sub.get_name()));
        let page = clap_mangen::Man::new(sub.clone());
        let _ = writeln!(text, ".SH \"PG2TIDB {}\"", sub.get_name().to_uppercase());
        let _ = page.render_synopsis_section(&mut text);
        let _ = page.render_description_section(&mut text);
        let _ = page.render_options_section(&mut text);
        let _ = page.render_extra_section(&mut text);
    }
    print(&String::from_utf8_lossy(&text))
}

fn print(text: &str) -> u8 {
    // a reader that has gone wants no more
    let _ = std::io::stdout().write_all(text.as_bytes());
    DONE
}

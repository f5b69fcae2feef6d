//! `pg2tidb assess`: what a project means for TiDB, before anyone decides.

use super::report_args::{Assess, AssessFormat};
use super::settings::{self, SettingsError};
use super::{DONE, failed};
use crate::config::Options;
use crate::passes::registry;
use crate::project::{Input, ProjectError, Settings, assess as material};
use crate::report::assess::Assessment;
use crate::report::{assess_text, html_assess};
use std::io::Write;
use std::path::PathBuf;

/// Runs the command and says how it ended.
pub fn assess(arguments: &Assess) -> u8 {
    let first = arguments.paths.first().map(PathBuf::as_path);
    let result = settings::read_for(arguments.config.as_ref(), first, arguments.target).and_then(|found| {
        let mut options = found.options;
        options.layout = arguments.layout.unwrap_or(options.layout);
        try_assess(arguments, &options).map_err(SettingsError::Io)
    });
    result.map_or_else(failed, |()| DONE)
}

fn try_assess(arguments: &Assess, options: &Options) -> Result<(), ProjectError> {
    let inputs: Vec<Input> = arguments.paths.iter().map(Input::new).collect();
    let name = arguments.name.clone().unwrap_or_else(|| name_of(&arguments.paths));
    let material =
        material(&inputs, options, Settings { threads: arguments.threads, ..Settings::default() }, name)?;
    let assessment =
        Assessment::new(material, &options.effort, |code| registry::rules().find(|rule| rule.code == code));
    let text = match arguments.format.unwrap_or_else(|| format_of(arguments)) {
        AssessFormat::Human => assess_text::human(&assessment),
        AssessFormat::Markdown => assess_text::markdown(&assessment),
        AssessFormat::Html => html_assess::assessment(&assessment),
        AssessFormat::Json => serde_json::to_string_pretty(&assessment).unwrap_or_default() + "\n",
    };
    super::deliver(&text, arguments.output.as_deref())?;
    if arguments.output.is_some() {
        // whoever sent the report to a file still wants the answer
        let _ = writeln!(std::io::stderr(), "{}", assessment.verdict_line);
    }
    Ok(())
}

/// What the file's name asks for.
fn format_of(arguments: &Assess) -> AssessFormat {
    let extension = arguments.output.as_deref().and_then(|path| path.extension()?.to_str());
    match extension {
        Some("html" | "htm") => AssessFormat::Html,
        Some("md" | "markdown") => AssessFormat::Markdown,
        Some("json") => AssessFormat::Json,
        _ => AssessFormat::Human,
    }
}

/// The folder's name, as far as it says something.
fn name_of(paths: &[PathBuf]) -> String {
    let Some(first) = paths.first() else { return String::new() };
    let full = std::fs::canonicalize(first).unwrap_or_else(|_| first.clone());
    let names: Vec<String> = full.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let plain = ["migrations", "migration", "sql", "db", "src", "schema", "database", "resources"];
    let last = names.iter().rposition(|name| !plain.contains(&name.as_str())).unwrap_or(0);
    names[last.min(names.len().saturating_sub(1))..].join("/")
}

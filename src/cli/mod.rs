//! The command: from arguments to an exit status.

mod args;
mod assess;
mod baseline;
mod check;
mod convert;
mod diff;
mod fix;
mod git;
mod guard;
mod init;
mod lint;
mod lint_args;
mod lint_files;
mod locked;
mod people;
mod preflight;
mod report_args;
mod rules;
mod settings;
mod sink;

use crate::config;
use crate::project::{AtomicFile, ProjectError};
use clap::Parser;
use settings::SettingsError;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Everything was translated.
const DONE: u8 = 0;
/// Something was refused, or `--check` found a difference.
const FOUND: u8 = 1;
/// It could not run.
const FAILED: u8 = 2;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let code = match cli.command {
        args::Command::Convert(arguments) => convert::convert(&arguments),
        args::Command::Assess(arguments) => assess::assess(&arguments),
        args::Command::Diff(arguments) => diff::diff(&arguments),
        args::Command::Init(arguments) => init::init(&arguments),
        args::Command::Lint(arguments) => lint::lint(&arguments),
        args::Command::Preflight(arguments) => preflight::preflight(&arguments),
        args::Command::Guard(arguments) => guard::guard(&arguments),
        args::Command::Rules(arguments) => rules::rules(&arguments),
        args::Command::Explain(arguments) => rules::explain(&arguments),
        args::Command::Completions(arguments) => rules::completions(&arguments),
        args::Command::Man => rules::man(),
        args::Command::Schema => {
            // a reader that has gone wants no schema
            let _ = std::io::stdout().write_all(config::schema().as_bytes());
            DONE
        }
    };
    ExitCode::from(code)
}

/// Says why the command could not run.
fn failed(error: SettingsError) -> u8 {
    let text = match error {
        // whoever reads us has seen enough
        SettingsError::Io(ProjectError::ReaderGone) => return DONE,
        SettingsError::Io(error) => format!("error: {error}\n"),
        SettingsError::Wrong(drawn) => drawn,
    };
    // when standard error is gone there is nobody left to tell
    let _ = std::io::stderr().write_all(text.as_bytes());
    FAILED
}

/// Writes a report to a file, or to standard output.
fn deliver(text: &str, output: Option<&Path>) -> Result<(), ProjectError> {
    match output {
        None => std::io::stdout().write_all(text.as_bytes()).map_err(ProjectError::stdout),
        Some(path) => {
            let mut file = AtomicFile::create(path, None)?;
            file.write_all(text.as_bytes()).map_err(|error| ProjectError::io("write", path, error))?;
            file.commit()
        }
    }
}

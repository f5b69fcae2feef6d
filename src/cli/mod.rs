//! The command: from arguments to an exit status.

mod args;
mod baseline;
mod check;
mod convert;
mod fix;
mod git;
mod guard;
mod lint;
mod lint_args;
mod lint_files;
mod people;
mod preflight;
mod rules;
mod settings;
mod sink;

use crate::config;
use clap::Parser;
use std::io::Write;
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

//! The command line.

use super::lint_args::{CompletionsArgs, ExplainArgs, GuardArgs, LintArgs, RulesArgs};
use super::report_args::{Assess, Diff, Init};
use crate::config::Layout;
use crate::target::Target;
use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Compiles PostgreSQL migrations to TiDB SQL with the same meaning, or says exactly where it can't.
#[derive(Debug, Parser)]
#[command(name = "pg2tidb", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Translate files and folders of PostgreSQL SQL
    Convert(Convert),
    /// Say what a project means for TiDB: what converts, what does not, and how long it may take
    Assess(Assess),
    /// Show what a change of the sources means for TiDB
    Diff(Diff),
    /// Write a configuration, a pre-commit hook and a workflow for a repository
    Init(Init),
    /// Report what won't work, or won't mean the same, on TiDB
    Lint(LintArgs),
    /// Print a query that finds what a TiDB session lacks for the translations to keep their meaning
    Preflight(Preflight),
    /// Turn a TiDB script into one that can be run again
    Guard(GuardArgs),
    /// List all rules
    Rules(RulesArgs),
    /// Say what a rule is about
    Explain(ExplainArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
    /// Print the JSON schema of pg2tidb.toml
    #[command(hide = true)]
    Schema,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 everything was translated; 1 something was refused, or --check found a \
                        difference; 2 it could not run."
)]
pub struct Convert {
    /// Files, folders, or - for standard input, as one run with one schema
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write the same tree to this folder; without it a single file goes to standard output
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Write nothing; print how the output folder differs from what would be written, and exit with 1 if it does
    #[arg(long, requires = "output")]
    pub check: bool,

    /// Keep pg2tidb.lock beside the output: what stands in it is not written again without --update
    #[arg(long, requires = "output")]
    pub lock: bool,

    /// Write what is locked again, too
    #[arg(long, requires = "output", conflicts_with = "check")]
    pub update: bool,

    /// The TiDB version to compile for (default: what pg2tidb.toml says, else 8.5)
    #[arg(long, value_name = "VERSION")]
    pub target: Option<Target>,

    /// The configuration (default: pg2tidb.toml in the first input's folder or one above it)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Whose layout the files have (default: what pg2tidb.toml says, else what the files show)
    #[arg(long, value_name = "TOOL")]
    pub layout: Option<Layout>,

    /// What goes to standard output
    #[arg(long, value_enum, default_value_t = Format::Sql, value_name = "FORMAT")]
    pub format: Format,

    /// Show errors only, and no summary
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Show remarks about exact rewrites, too
    #[arg(short, long)]
    pub verbose: bool,

    /// How many threads to use (default: one per core, or RAYON_NUM_THREADS)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
}

#[derive(Debug, Args)]
pub struct Preflight {
    /// The TiDB version that is compiled for (default: what pg2tidb.toml says, else 8.5)
    #[arg(long, value_name = "VERSION")]
    pub target: Option<Target>,

    /// The configuration (default: pg2tidb.toml in this folder or one above it)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// What is printed
    #[arg(long, value_enum, default_value_t = PreflightFormat::Sql, value_name = "FORMAT")]
    pub format: PreflightFormat,
}

/// The form of what a session must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PreflightFormat {
    /// A query with a row for each setting that is otherwise
    Sql,
    /// A JSON list of the settings, each with its check and its remedy
    Json,
}

/// What goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The translation of a single file
    Sql,
    /// A JSON object per statement and line (docs/json.md)
    Json,
}

impl ValueEnum for Target {
    fn value_variants<'a>() -> &'a [Self] {
        &Target::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for Layout {
    fn value_variants<'a>() -> &'a [Self] {
        &Layout::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

//! The arguments of `assess`, `diff` and `init`.

use crate::config::Layout;
use crate::target::Target;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 the report is made; 2 it could not run.")]
pub struct Assess {
    /// Files and folders of one project
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write the report to this file; its extension (html, md, json) decides the format
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The report's format (default: what the file's name says, else human)
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<AssessFormat>,

    /// What the report calls the project (default: the folder's name)
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// The TiDB version to compile for (default: what pg2tidb.toml says, else 8.5)
    #[arg(long, value_name = "VERSION")]
    pub target: Option<Target>,

    /// The configuration (default: pg2tidb.toml in the first input's folder or one above it)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Whose layout the files have (default: what pg2tidb.toml says, else what the files show)
    #[arg(long, value_name = "TOOL")]
    pub layout: Option<Layout>,

    /// How many threads to use (default: one per core, or RAYON_NUM_THREADS)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
}

/// How an assessment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AssessFormat {
    Human,
    Markdown,
    Json,
    /// One file that needs no network
    Html,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 the difference is shown; 1 with --exit-code, if there is one; 2 it could not run."
)]
pub struct Diff {
    /// Two folders (old, new), or one with --rev or -o
    #[arg(required = true, value_name = "PATH", num_args = 1..=2)]
    pub paths: Vec<PathBuf>,

    /// Compare two git revisions of the folder, OLD..NEW; without NEW, with the working tree
    #[arg(long, value_name = "OLD[..NEW]")]
    pub rev: Option<String>,

    /// Compare with what is written in this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// What the difference is written as
    #[arg(long, value_enum, default_value_t = DiffFormat::Human, value_name = "FORMAT")]
    pub format: DiffFormat,

    /// How many bytes of Markdown there may be: GitHub takes 65,536 characters
    #[arg(long, value_name = "BYTES", default_value_t = 60_000)]
    pub max_size: usize,

    /// Exit with 1 if there is a difference
    #[arg(long)]
    pub exit_code: bool,

    /// The TiDB version to compile for (default: what pg2tidb.toml says, else 8.5)
    #[arg(long, value_name = "VERSION")]
    pub target: Option<Target>,

    /// The configuration (default: pg2tidb.toml in the last input's folder or one above it)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Whose layout the files have (default: what pg2tidb.toml says, else what the files show)
    #[arg(long, value_name = "TOOL")]
    pub layout: Option<Layout>,

    /// How many threads to use (default: one per core, or RAYON_NUM_THREADS)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
}

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// What is new, then unified diffs
    Human,
    /// For a pull request's comment
    Markdown,
    /// One file that needs no network
    Html,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 done; 2 it could not run. Files that are there are never changed.")]
pub struct Init {
    /// The repository
    #[arg(default_value = ".", value_name = "DIR")]
    pub path: PathBuf,

    /// Print what would be written
    #[arg(long)]
    pub dry_run: bool,
}

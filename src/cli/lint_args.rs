//! The arguments of `lint`, `rules`, `explain`, `guard`, and of what shells and manuals need.

use crate::target::Target;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 nothing of level error; 1 errors (with --deny warnings: or warnings), or --diff found \
                  something to fix; 2 it could not run."
)]
pub struct LintArgs {
    /// Files, folders, or - for standard input, as one run with one schema
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// What the files are written in
    #[arg(long, value_enum, default_value_t = DialectArg::Auto)]
    pub dialect: DialectArg,

    /// The TiDB version to lint for (default: what pg2tidb.toml says, else 8.5)
    #[arg(long, value_name = "VERSION")]
    pub target: Option<Target>,

    /// The configuration (default: pg2tidb.toml in the first input's folder or one above it)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Report only these rules: codes, names or families
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Don't report these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// How findings are written to standard output
    #[arg(long, value_enum, default_value_t = LintFormat::Human, value_name = "FORMAT")]
    pub format: LintFormat,

    /// Exit with 1 for warnings, too
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub deny: Option<Deny>,

    /// The name that standard input has
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,

    /// Read these, too, for what they declare; nothing is reported on them
    #[arg(long, value_name = "PATH")]
    pub context: Vec<PathBuf>,

    /// Don't report the findings in this file; write it if it is not there
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write the baseline anew with what is found now
    #[arg(long, requires = "baseline")]
    pub update_baseline: bool,

    /// Report only on files that changed since this commit; the others are still read
    #[arg(long, value_name = "GIT_REF", conflicts_with = "staged")]
    pub since: Option<String>,

    /// Report only on files that are staged for the next commit
    #[arg(long)]
    pub staged: bool,

    /// Apply the fixes that keep the meaning
    #[arg(long, conflicts_with = "diff")]
    pub fix: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long)]
    pub diff: bool,

    /// Report errors only, and no summary
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Report remarks, too
    #[arg(short, long)]
    pub verbose: bool,

    /// How many threads to use (default: one per core, or RAYON_NUM_THREADS)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
}

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DialectArg {
    /// What pg2tidb.toml or the file's own syntax says
    Auto,
    Postgres,
    /// TiDB and MySQL
    Tidb,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// With the source lines
    Human,
    /// A line each
    Concise,
    /// A JSON object a line
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub's workflows, and the job summary
    Github,
    /// GitLab's code quality report
    Gitlab,
    Junit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}

#[derive(Debug, Args)]
pub struct RulesArgs {
    /// How the rules are listed
    #[arg(long, value_enum, default_value_t = RulesFormat::Text, value_name = "FORMAT")]
    pub format: RulesFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule's code or name
    #[arg(value_name = "RULE")]
    pub rule: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 the script can be run again; 1 some statements could not be made safe and stay as they are; 2 it \
                  could not run."
)]
pub struct GuardArgs {
    /// A TiDB or MySQL script, or - for standard input
    #[arg(value_name = "SCRIPT")]
    pub script: PathBuf,

    /// Where the guarded script goes (default: standard output)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Also write FILE.pre.sql (rows that its constraints would refuse), FILE.post.sql (whether everything is there) and FILE.rollback.sql
    #[arg(long, requires = "output")]
    pub verify_sql: bool,

    /// The TiDB version to write for (default: what pg2tidb.toml says, else 8.5)
    #[arg(long, value_name = "VERSION")]
    pub target: Option<Target>,

    /// The configuration (default: pg2tidb.toml in the script's folder or one above it)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

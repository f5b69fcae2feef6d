//! Converts files and folders: finds them, orders them as their layout runs, and puts the results together.

mod assemble;
mod assess;
mod batch;
mod discover;
mod error;
mod include;
mod layout;
pub mod layouts;
mod lint;
mod lint_rules;
mod lock;
mod look_ahead;
mod natural;
mod order;
mod output;
mod pieces;
mod pipeline;
mod psql;
mod recut;
mod refuse;
mod run;
mod stream;
mod texts;
mod window;
mod workers;

pub use assess::{assess, state};
pub use batch::{Chunk, Outcome};
pub use discover::{Change, CopiedFile, Input, Inputs, Project, SourceFile, discover};
pub use error::ProjectError;
pub use lint::{LintFile, LintInput, Linted, lint};
pub use lint_rules::{FileRules, LintRules};
pub use lock::{Hash, LOCK_NAME, Lock, Locked};
pub use output::{AtomicFile, OutputPlan};
pub use run::{Settings, Sink, convert_text, run};

use crate::config::Options;
use crate::report::finding::Located;

/// Everything that came out of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// In run order, each down file after its up.
    pub files: Vec<FileResult>,
    /// Files that were left as they are.
    pub copies: Vec<CopiedFile>,
    /// What people should know about files that were left alone.
    pub notes: Vec<String>,
}

/// What came out of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileResult {
    pub source: SourceFile,
    /// One per statement, in the order they stand in the file.
    pub outcomes: Vec<Outcome>,
    /// Findings about what is not a statement.
    pub notes: Vec<Located>,
    /// The converted file.
    pub output: Vec<u8>,
}

/// Converts files and folders and keeps everything in memory.
///
/// # Errors
/// When an input does not exist or can't be read. What can't be translated is not an error: its records say so.
pub fn convert(inputs: &[Input], options: &Options, settings: Settings) -> Result<Run, ProjectError> {
    let found = discover(inputs, None, options.layout)?;
    let mut collected = Collect::default();
    run(&found.files, options, settings, &mut collected)?;
    Ok(Run { files: collected.0, copies: found.copies, notes: found.notes })
}

#[derive(Default)]
struct Collect(Vec<FileResult>);

impl Sink for Collect {
    fn begin(&mut self, file: &SourceFile) -> Result<(), ProjectError> {
        let source = file.clone();
        self.0.push(FileResult { source, outcomes: Vec::new(), notes: Vec::new(), output: Vec::new() });
        Ok(())
    }

    fn chunk(&mut self, file: &SourceFile, chunk: Chunk) -> Result<(), ProjectError> {
        // Files that others include come in between.
        if let Some(result) = self.0.iter_mut().rev().find(|result| result.source.name == file.name) {
            result.outcomes.extend(chunk.outcomes);
            result.notes.extend(chunk.notes);
            result.output.extend(chunk.output);
        }
        Ok(())
    }

    fn end(&mut self, _file: &SourceFile) -> Result<(), ProjectError> {
        Ok(())
    }
}

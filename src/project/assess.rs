//! Converts a project for its assessment: every statement with its source is kept, nothing is written.

use super::batch::Chunk;
use super::discover::{Input, SourceFile, discover};
use super::error::ProjectError;
use super::layouts;
use super::run::{Settings, Sink, run};
use crate::config::{Layout, Options};
use crate::report::assess::{Entry, Material, Todo};
use crate::report::diff::{FileState, State};

/// Everything that an assessment is made of.
///
/// # Errors
/// When an input does not exist or can't be read, or holds no SQL.
pub fn assess(
    inputs: &[Input],
    options: &Options,
    settings: Settings,
    project: String,
) -> Result<Material, ProjectError> {
    let found = discover(inputs, None, options.layout)?;
    if found.files.is_empty() {
        return Err(ProjectError::Usage("no SQL file found".into()));
    }
    let mut kept = Kept::default();
    run(&found.files, options, Settings { sources: true, ..settings }, &mut kept)?;
    let layout = found.projects.first().map_or(Layout::Plain, |project| project.detected.layout);
    let todo = found.projects.iter().flat_map(|project| &project.todo);
    Ok(Material {
        project,
        layout: layouts::tool(layout).title.to_owned(),
        target: options.target.as_str(),
        files: found.files.len(),
        entries: kept.state.into_iter().flat_map(|(_, file)| file.entries).collect(),
        todo: todo.map(|(file, what)| Todo { file: file.clone(), what: what.clone() }).collect(),
    })
}

/// What becomes of a project, by the paths of its files below the folders that were given.
///
/// # Errors
/// When an input does not exist or can't be read.
pub fn state(inputs: &[Input], options: &Options, settings: Settings) -> Result<State, ProjectError> {
    let found = discover(inputs, None, options.layout)?;
    let mut kept = Kept { relative: true, ..Kept::default() };
    run(&found.files, options, Settings { sources: true, ..settings }, &mut kept)?;
    Ok(kept.state.into_iter().collect())
}

#[derive(Default)]
struct Kept {
    /// Files are called by their paths below what was given, not as they were given.
    relative: bool,
    /// In run order.
    state: Vec<(String, FileState)>,
}

impl Kept {
    fn called(&self, file: &SourceFile) -> String {
        match self.relative {
            true => file.relative.to_string_lossy().replace('\\', "/"),
            false => file.name.clone(),
        }
    }
}

impl Sink for Kept {
    fn begin(&mut self, file: &SourceFile) -> Result<(), ProjectError> {
        self.state.push((self.called(file), FileState::default()));
        Ok(())
    }

    fn chunk(&mut self, file: &SourceFile, chunk: Chunk) -> Result<(), ProjectError> {
        let called = self.called(file);
        if let Some((_, state)) = self.state.iter_mut().rev().find(|(name, _)| *name == called) {
            state.output.push_str(&String::from_utf8_lossy(&chunk.output));
            let entries = chunk
                .outcomes
                .into_iter()
                .map(|outcome| Entry { record: outcome.record, source: outcome.source });
            state.entries.extend(entries);
        }
        Ok(())
    }

    fn end(&mut self, _file: &SourceFile) -> Result<(), ProjectError> {
        Ok(())
    }
}

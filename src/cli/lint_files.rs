//! Which files a lint run reads, and on which of them it reports.

use super::git;
use super::lint_args::LintArgs;
use crate::config::Layout;
use crate::project::{Input, LintFile, ProjectError, SourceFile, discover};
use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files of a run, in the order they run.
///
/// # Errors
/// When an input does not exist or can't be read.
pub fn files(arguments: &LintArgs) -> Result<Vec<LintFile>, ProjectError> {
    let inputs = |paths: &[PathBuf]| paths.iter().map(Input::new).collect::<Vec<_>>();
    let given = discover(&inputs(&arguments.paths), None, Layout::Auto)?.files;
    let changed = changed(arguments)?;
    let wanted = |file: &SourceFile| match (&changed, &file.path) {
        (Some(changed), Some(path)) => changed.contains(&real(path)),
        _ => true,
    };
    let mut files: Vec<LintFile> = Vec::new();
    for source in given {
        let wanted = wanted(&source);
        match source.path {
            Some(_) => files.push(LintFile { source, text: None, wanted }),
            None => files.push(standard_input(arguments)?),
        }
    }
    if !arguments.context.is_empty() {
        files = in_context(files, discover(&inputs(&arguments.context), None, Layout::Auto)?.files);
    }
    Ok(files)
}

/// The files of the context in their order, with the given ones in their places.
fn in_context(given: Vec<LintFile>, context: Vec<SourceFile>) -> Vec<LintFile> {
    let mut given: Vec<Option<LintFile>> = given.into_iter().map(Some).collect();
    let place = |file: &SourceFile| real(file.path.as_deref().unwrap_or(&file.relative));
    let mut files: Vec<LintFile> = Vec::new();
    for source in context {
        let here = place(&source);
        let same = given.iter_mut().find(|file| file.as_ref().is_some_and(|f| place(&f.source) == here));
        match same.and_then(Option::take) {
            Some(file) => files.push(file),
            None => files.push(LintFile { source, text: None, wanted: false }),
        }
    }
    files.extend(given.into_iter().flatten());
    files
}

fn changed(arguments: &LintArgs) -> Result<Option<HashSet<PathBuf>>, ProjectError> {
    let first = arguments.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let folder = if first.is_file() { first.parent().unwrap_or(Path::new(".")) } else { first };
    let folder = if first == Path::new("-") { Path::new(".") } else { folder };
    match &arguments.since {
        Some(commit) => git::since(folder, commit).map(Some),
        None if arguments.staged => git::staged(folder).map(Some),
        None => Ok(None),
    }
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn standard_input(arguments: &LintArgs) -> Result<LintFile, ProjectError> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut text);
    read.map_err(|error| ProjectError::io("read", Path::new("standard input"), error))?;
    let name = arguments.stdin_filename.clone().unwrap_or_else(|| "-".into());
    Ok(LintFile::text(&name, text))
}

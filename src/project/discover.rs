//! Finds what to convert: files, folders and standard input, in the order they run.

use super::error::ProjectError;
use super::layout::is_sql;
use super::order::{Candidate, order_folder, order_given};
use crate::report::record::Direction;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What `convert` was pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Stdin,
    Path(PathBuf),
}

impl Input {
    /// `-` is standard input.
    pub fn new(argument: impl Into<PathBuf>) -> Self {
        let path = argument.into();
        if path.as_os_str() == OsStr::new("-") { Input::Stdin } else { Input::Path(path) }
    }
}

/// A file to convert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is; none for standard input.
    pub path: Option<PathBuf>,
    /// Its name in records: as given, or the folder's path joined.
    pub name: String,
    /// Where it goes in the output folder.
    pub relative: PathBuf,
    /// What its name says; runner directives inside may say more.
    pub direction: Direction,
    pub size: u64,
}

/// A file that is taken over as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFile {
    pub path: PathBuf,
    pub relative: PathBuf,
}

/// Everything a run works on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// In the order they run, each down file right after its up.
    pub files: Vec<SourceFile>,
    pub copies: Vec<CopiedFile>,
    /// What people should know about files that were left alone.
    pub notes: Vec<String>,
}

/// Finds the files behind `inputs`. `output` is left out of every folder, so that a second run does not read the first
/// one's result.
///
/// # Errors
/// When an input does not exist or can't be listed.
pub fn discover(inputs: &[Input], output: Option<&Path>) -> Result<Inputs, ProjectError> {
    let output = output.and_then(|path| fs::canonicalize(path).ok());
    let mut found = Inputs::default();
    let mut given = Vec::new();
    for input in inputs {
        let path = match input {
            Input::Stdin => {
                let name = "stdin.sql";
                given.push(Candidate::new(SourceFile {
                    path: None,
                    name: "-".into(),
                    relative: name.into(),
                    direction: Direction::Up,
                    size: 0,
                }));
                continue;
            }
            Input::Path(path) => path,
        };
        let metadata = fs::metadata(path).map_err(|e| ProjectError::io("read", path, e))?;
        if metadata.is_dir() {
            order_given(std::mem::take(&mut given), &mut found);
            walk(path, output.as_deref(), &mut found)?;
        } else {
            let relative = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
            given.push(Candidate::new(source(path, relative, metadata.len())));
        }
    }
    order_given(given, &mut found);
    Ok(found)
}

fn source(path: &Path, relative: PathBuf, size: u64) -> SourceFile {
    SourceFile {
        path: Some(path.to_owned()),
        name: path.to_string_lossy().into_owned(),
        relative,
        direction: Direction::Up,
        size,
    }
}

fn walk(folder: &Path, output: Option<&Path>, found: &mut Inputs) -> Result<(), ProjectError> {
    let wanted = |entry: &DirEntry| {
        let skipped = entry.file_name() == OsStr::new(".git")
            || (entry.file_type().is_dir()
                && entry.depth() > 0
                && output.is_some_and(|out| fs::canonicalize(entry.path()).is_ok_and(|path| path == out)));
        !skipped
    };
    let mut candidates = Vec::new();
    let mut others = Vec::new();
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(wanted)
    {
        let entry = match entry {
            Ok(entry) => entry,
            // a link back to a folder that holds it: everything in it was seen already
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                return Err(ProjectError::io("read", &path, error.into()));
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_owned();
        if is_sql(&entry.file_name().to_string_lossy()) {
            let size = entry.metadata().map(|m| m.len()).unwrap_or(0);
            candidates.push(Candidate::new(source(entry.path(), relative, size)));
        } else {
            others.push(CopiedFile { path: entry.path().to_owned(), relative });
        }
    }
    found.copies.extend(others);
    order_folder(folder, candidates, found);
    Ok(())
}

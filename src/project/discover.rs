//! Finds what to convert: files, folders and standard input, in the order they run.

use super::error::ProjectError;
use super::layout::is_sql;
use super::layouts::{self, Detected, Side, Tree};
use super::order::{Candidate, order_folder, order_given};
use crate::config::Layout;
use crate::report::record::Direction;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// How many names in a single file's folder are looked at.
const MANY: usize = 2_000;

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
    /// Whose file it is.
    pub layout: Layout,
}

/// A file that is not SQL, or not for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFile {
    pub path: PathBuf,
    pub relative: PathBuf,
    /// What is written instead of what it holds.
    pub change: Option<Change>,
}

/// What becomes of a file that speaks of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// This text is written.
    Text(String),
    /// Atlas's directory hash, made of what is written beside it.
    Sum,
}

/// A folder that was given, and whose layout it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub root: PathBuf,
    pub detected: Detected,
    /// Files that a person has to see to, and why; paths as people are shown them.
    pub todo: Vec<(String, String)>,
}

/// Everything a run works on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// In the order they run, each down file right after its up.
    pub files: Vec<SourceFile>,
    pub copies: Vec<CopiedFile>,
    /// The folders among the inputs.
    pub projects: Vec<Project>,
    /// What people should know about files that were left alone.
    pub notes: Vec<String>,
}

/// Finds the files behind `inputs`. `output` is left out of every folder, so that a second run does not read the first
/// one's result. `wanted` is the layout that the options ask for.
///
/// # Errors
/// When an input does not exist or can't be listed.
pub fn discover(inputs: &[Input], output: Option<&Path>, wanted: Layout) -> Result<Inputs, ProjectError> {
    let output = output.and_then(|path| fs::canonicalize(path).ok());
    let mut found = Inputs::default();
    let mut given = Vec::new();
    let mut around: HashMap<PathBuf, Layout> = HashMap::new();
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
                    layout: wanted,
                }));
                continue;
            }
            Input::Path(path) => path,
        };
        let metadata = fs::metadata(path).map_err(|e| ProjectError::io("read", path, e))?;
        if metadata.is_dir() {
            order_given(std::mem::take(&mut given), &mut found);
            walk(path, output.as_deref(), wanted, &mut found)?;
        } else {
            let relative = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let layout = *around
                .entry(folder.to_owned())
                .or_insert_with(|| layouts::detect(&beside(folder, &relative), wanted).layout);
            given.push(Candidate::new(source(path, relative, metadata.len(), layout)));
        }
    }
    order_given(given, &mut found);
    Ok(found)
}

/// A single file's folder, as far as it tells whose file it is.
fn beside<'a>(folder: &'a Path, file: &Path) -> Tree<'a> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().take(MANY).map(|e| e.file_name().into());
    let others = names.filter(|name: &PathBuf| !is_sql(&name.to_string_lossy())).collect();
    Tree::new(folder, vec![file.to_owned()], others)
}

fn source(path: &Path, relative: PathBuf, size: u64, layout: Layout) -> SourceFile {
    SourceFile {
        path: Some(path.to_owned()),
        name: path.to_string_lossy().into_owned(),
        relative,
        direction: Direction::Up,
        size,
        layout,
    }
}

fn walk(
    folder: &Path,
    output: Option<&Path>,
    wanted: Layout,
    found: &mut Inputs,
) -> Result<(), ProjectError> {
    let entered = |entry: &DirEntry| {
        let skipped = entry.file_name() == OsStr::new(".git")
            || (entry.file_type().is_dir() && entry.file_name() == OsStr::new("node_modules"))
            || (entry.file_type().is_dir()
                && entry.depth() > 0
                && output.is_some_and(|out| fs::canonicalize(entry.path()).is_ok_and(|path| path == out)));
        !skipped
    };
    let mut candidates = Vec::new();
    let mut others = Vec::new();
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(entered)
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
            candidates.push((entry.path().to_owned(), relative, size));
        } else {
            others.push(CopiedFile { path: entry.path().to_owned(), relative, change: None });
        }
    }
    let sql = candidates.iter().map(|(_, relative, _)| relative.clone()).collect();
    let tree = Tree::new(folder, sql, others.iter().map(|other| other.relative.clone()).collect());
    let detected = layouts::detect(&tree, wanted);
    let tool = layouts::tool(detected.layout);
    let mut project = Project { root: folder.to_owned(), detected, todo: Vec::new() };
    for other in &mut others {
        other.change = side(tool, other, &mut project)?;
    }
    for beside in tool.beside {
        let here =
            others.iter().find(|other| other.relative.ends_with(beside.name) && other.change.is_none());
        if let Some(path) = here.map(|other| other.path.clone()).or_else(|| tree.above(beside.name)) {
            let todo = (shown(&path), beside.todo.to_owned());
            if project.todo.iter().all(|(file, _)| *file != todo.0) {
                project.todo.push(todo);
            }
        }
    }
    let mut files = Vec::with_capacity(candidates.len());
    let several = candidates.len() > 1;
    for (path, relative, size) in candidates {
        match (tool.made)(&slashed(&relative)).filter(|_| several) {
            Some(why) => project.todo.push((shown(&path), why.to_owned())),
            None => files.push(Candidate::new(source(&path, relative, size, tool.layout))),
        }
    }
    found.copies.extend(others);
    order_folder(folder, files, &layouts::order(tool, &tree), found);
    found.projects.push(project);
    Ok(())
}

/// What is written instead of a file that speaks of the database.
fn side(
    tool: &layouts::Tool,
    file: &CopiedFile,
    project: &mut Project,
) -> Result<Option<Change>, ProjectError> {
    let relative = slashed(&file.relative);
    match (tool.side)(&relative).or_else(|| layouts::any_side(&relative)) {
        None => Ok(None),
        Some(Side::Person(todo)) => {
            project.todo.push((shown(&file.path), todo.to_owned()));
            Ok(None)
        }
        Some(Side::Sum) => Ok(Some(Change::Sum)),
        Some(Side::Rewrite { change, note }) => {
            let bytes = fs::read(&file.path).map_err(|e| ProjectError::io("read", &file.path, e))?;
            let text = String::from_utf8(bytes).ok().and_then(|text| change(&text));
            if text.is_some() {
                project.todo.push((shown(&file.path), note.to_owned()));
            }
            Ok(text.map(Change::Text))
        }
    }
}

fn slashed(relative: &Path) -> String {
    relative.to_string_lossy().replace('\\', "/")
}

/// A path as people are shown it: from where they stand, if it is below.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_string_lossy().into_owned()
}

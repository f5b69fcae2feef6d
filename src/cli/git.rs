//! What git says has changed.

use crate::project::ProjectError;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files, by their real paths, that changed since a commit: committed, staged, or not yet known to git.
///
/// # Errors
/// When git can't say.
pub fn since(folder: &Path, commit: &str) -> Result<HashSet<PathBuf>, ProjectError> {
    if commit.starts_with('-') {
        return Err(ProjectError::Usage(format!("`{commit}` is not a commit")));
    }
    let root = root(folder)?;
    let mut files = list(&root, &["diff", "--name-only", "-z", "--diff-filter=d", commit, "--"])?;
    files.extend(list(&root, &["ls-files", "--others", "--exclude-standard", "-z"])?);
    Ok(files)
}

/// The files that the next commit changes.
///
/// # Errors
/// When git can't say.
pub fn staged(folder: &Path) -> Result<HashSet<PathBuf>, ProjectError> {
    let root = root(folder)?;
    list(&root, &["diff", "--cached", "--name-only", "-z", "--diff-filter=d", "--"])
}

fn root(folder: &Path) -> Result<PathBuf, ProjectError> {
    let out = git(folder, &["rev-parse", "--show-toplevel"])?;
    Ok(PathBuf::from(String::from_utf8_lossy(&out).trim_end_matches(['\n', '\r'])))
}

fn list(root: &Path, arguments: &[&str]) -> Result<HashSet<PathBuf>, ProjectError> {
    let out = git(root, arguments)?;
    let names = out.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let paths = names.map(|name| root.join(String::from_utf8_lossy(name).as_ref()));
    Ok(paths.map(|path| std::fs::canonicalize(&path).unwrap_or(path)).collect())
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, ProjectError> {
    let folder = if folder.as_os_str() == OsStr::new("") { Path::new(".") } else { folder };
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| ProjectError::Usage(format!("git can't be run: {error}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(ProjectError::Usage(format!("git {}: {}", arguments.join(" "), said.trim())))
}

/// The files of a folder at a revision, by their paths below it.
///
/// # Errors
/// When git can't say.
pub fn files_at(folder: &Path, revision: &str) -> Result<Vec<(PathBuf, Vec<u8>)>, ProjectError> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(ProjectError::Usage(format!("`{revision}` is not a revision")));
    }
    // the folder may be gone from the working tree
    let mut from = folder;
    while !from.is_dir() {
        from = match from.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
    }
    let root = std::fs::canonicalize(root(from)?).map_err(|error| ProjectError::io("read", from, error))?;
    let full = std::fs::canonicalize(from).map_err(|error| ProjectError::io("read", from, error))?;
    let below = full
        .strip_prefix(&root)
        .unwrap_or(Path::new(""))
        .join(folder.strip_prefix(from).unwrap_or(Path::new("")));
    let below = below.to_string_lossy().replace('\\', "/").trim_end_matches('/').to_owned();
    let tree = if below.is_empty() { revision.to_owned() } else { format!("{revision}:{below}") };
    let listed = match git(&root, &["ls-tree", "-r", "-z", "--name-only", "--full-tree", &tree]) {
        Ok(listed) => listed,
        // a folder that was not there yet is empty; a revision that does not exist is an error
        Err(error) => {
            git(&root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
                .map_err(|_| error)?;
            return Ok(Vec::new());
        }
    };
    let mut files = Vec::new();
    for name in listed.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let name = String::from_utf8_lossy(name).into_owned();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        files.push((PathBuf::from(name), git(&root, &["show", &format!("{revision}:{path}")])?));
    }
    Ok(files)
}

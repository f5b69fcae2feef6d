//! Where results go: the mirrored tree, written atomically and never over a source.

use super::discover::Inputs;
use super::error::ProjectError;
use std::collections::{HashMap, HashSet};
use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};
use tempfile::NamedTempFile;

const BUFFER: usize = 256 * 1024;

/// An output folder that is known to be safe to write to.
#[derive(Debug, Clone)]
pub struct OutputPlan {
    root: PathBuf,
}

impl OutputPlan {
    /// Checks, before anything is written, that no output is one of the inputs and no two outputs are the same file.
    ///
    /// # Errors
    /// When they are, or when `root` is there and not a folder.
    pub fn new(root: &Path, given: &[PathBuf], inputs: &Inputs) -> Result<Self, ProjectError> {
        if fs::metadata(root).is_ok_and(|m| !m.is_dir()) {
            return Err(ProjectError::Usage(format!("{} is not a folder", root.display())));
        }
        let target = resolve(root);
        for folder in given.iter().filter(|path| path.is_dir()) {
            if resolve(folder) == target {
                return Err(overwrite(folder, root));
            }
        }
        let plan = OutputPlan { root: root.to_owned() };
        let sources = inputs.files.iter().filter_map(|f| Some((f.path.clone()?, &f.relative)));
        let copies = inputs.copies.iter().map(|c| (c.path.clone(), &c.relative));
        let all: Vec<(PathBuf, &PathBuf)> = sources.chain(copies).collect();
        let originals: HashSet<PathBuf> = all.iter().map(|(path, _)| resolve(path)).collect();
        let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
        for (path, relative) in &all {
            let target = plan.path(relative);
            if originals.contains(&resolve(&target)) {
                return Err(overwrite(path, &target));
            }
            if let Some(other) = taken.insert(target.clone(), path) {
                return Err(ProjectError::Usage(format!(
                    "{} and {} would both be written to {}",
                    other.display(),
                    path.display(),
                    target.display()
                )));
            }
        }
        Ok(plan)
    }

    /// Where a file of the tree goes.
    pub fn path(&self, relative: &Path) -> PathBuf {
        self.root.join(relative)
    }
}

fn overwrite(source: &Path, target: &Path) -> ProjectError {
    let (source, target) = (source.display(), target.display());
    ProjectError::Usage(format!(
        "writing to {target} would overwrite the source {source}: choose another folder"
    ))
}

/// The real path of what may not be there yet: links in the part that is there are followed.
fn resolve(path: &Path) -> PathBuf {
    let mut there = path.to_owned();
    let mut missing = Vec::new();
    loop {
        if let Ok(real) = fs::canonicalize(if there.as_os_str().is_empty() { Path::new(".") } else { &there })
        {
            return missing.into_iter().rev().fold(real, |path: PathBuf, part| path.join(part));
        }
        match there.components().next_back() {
            Some(Component::Normal(part)) => missing.push(part.to_owned()),
            _ => return path.to_owned(),
        }
        there.pop();
    }
}

/// A file that appears under its name only when it is complete.
#[derive(Debug)]
pub struct AtomicFile {
    writer: BufWriter<NamedTempFile>,
    target: PathBuf,
}

impl AtomicFile {
    /// Starts a file that will replace `target`, in the same folder. It keeps the permissions of the file it replaces,
    /// or gets those of `like`.
    ///
    /// # Errors
    /// When the folder can't be made or written to.
    pub fn create(target: &Path, like: Option<&Path>) -> Result<Self, ProjectError> {
        let failed = |e| ProjectError::io("write", target, e);
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let modes = [Some(target), like];
        let permissions =
            modes.iter().flatten().find_map(|path| fs::metadata(path).ok()).map(|m| m.permissions());
        let file = temporary(folder, permissions).map_err(failed)?;
        Ok(AtomicFile { writer: BufWriter::with_capacity(BUFFER, file), target: target.to_owned() })
    }

    /// Moves the complete file to its name.
    ///
    /// # Errors
    /// When what is left can't be written, or the file can't be renamed.
    pub fn commit(self) -> Result<(), ProjectError> {
        let target = self.target;
        let failed = |e| ProjectError::io("write", &target, e);
        let file = self.writer.into_inner().map_err(|e| failed(e.into_error()))?;
        file.persist(&target).map(drop).map_err(|e| failed(e.error))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn temporary(folder: &Path, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pg2tidb-");
    #[cfg(unix)]
    if permissions.is_none() {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

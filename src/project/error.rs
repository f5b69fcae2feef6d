//! Why a run could not take place at all (exit code 2), as opposed to what it found.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A run that could not take place or not finish.
#[derive(Debug)]
pub enum ProjectError {
    /// A file or folder could not be read or written.
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    /// What was asked for makes no sense, or would destroy something.
    Usage(String),
    /// Whoever reads our standard output has gone.
    ReaderGone,
}

impl ProjectError {
    pub fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        ProjectError::Io { doing, path: path.to_owned(), source }
    }

    /// For errors of standard output: a closed pipe is not an error of ours.
    pub fn stdout(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::BrokenPipe => ProjectError::ReaderGone,
            _ => ProjectError::io("write to", Path::new("standard output"), source),
        }
    }
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProjectError::Io { doing, path, source } => {
                write!(f, "cannot {doing} {}: {source}", path.display())
            }
            ProjectError::Usage(message) => f.write_str(message),
            ProjectError::ReaderGone => f.write_str("standard output was closed"),
        }
    }
}

impl std::error::Error for ProjectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ProjectError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

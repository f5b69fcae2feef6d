//! `--check`: compares what would be written with what is there.

use crate::project::ProjectError;
use similar::{ChangeTag, TextDiff};
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Outputs above this size are compared, but a difference is only named.
const DIFFED: usize = 8 * 1024 * 1024;
/// A diff that is not minimal is better than one that takes minutes.
const DIFF_TIME: Duration = Duration::from_secs(2);

/// Takes an output and compares it with the file at its place.
#[derive(Debug)]
pub struct Comparison {
    path: PathBuf,
    /// What is on disk, as far as it was not compared yet; none when nothing is there.
    there: Option<BufReader<File>>,
    wanted: Vec<u8>,
    length: usize,
    differs: bool,
}

impl Comparison {
    /// # Errors
    /// When the file is there and can't be opened.
    pub fn new(path: &Path) -> Result<Self, ProjectError> {
        let there = match File::open(path) {
            Ok(file) => Some(BufReader::new(file)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(ProjectError::io("read", path, e)),
        };
        let differs = there.is_none();
        Ok(Comparison { path: path.to_owned(), there, wanted: Vec::new(), length: 0, differs })
    }

    /// # Errors
    /// When the file can't be read.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ProjectError> {
        if self.length <= DIFFED {
            self.wanted.extend_from_slice(bytes);
        }
        self.length += bytes.len();
        if self.length > DIFFED {
            self.wanted = Vec::new();
        }
        if let Some(there) = self.there.as_mut().filter(|_| !self.differs) {
            let mut same = vec![0; bytes.len()];
            match there.read_exact(&mut same) {
                Ok(()) => self.differs = same != bytes,
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => self.differs = true,
                Err(e) => return Err(ProjectError::io("read", &self.path, e)),
            }
        }
        Ok(())
    }

    /// Whether the output differs. Writes the unified diff to `output`, from what is there to what is wanted.
    ///
    /// # Errors
    /// When the file can't be read or the diff can't be written.
    pub fn finish(mut self, output: Option<&mut dyn Write>) -> Result<bool, ProjectError> {
        let failed = |e| ProjectError::io("read", &self.path, e);
        if let Some(there) = self.there.as_mut().filter(|_| !self.differs) {
            self.differs = there.read(&mut [0]).map_err(failed)? > 0;
        }
        let Some(output) = output.filter(|_| self.differs) else { return Ok(self.differs) };
        let name = self.path.display();
        if self.length > DIFFED {
            writeln!(output, "{name} differs and is too large to be shown").map_err(ProjectError::stdout)?;
            return Ok(true);
        }
        let there = if self.there.is_some() { Some(fs::read(&self.path).map_err(failed)?) } else { None };
        let old = if there.is_some() { name.to_string() } else { "/dev/null".to_owned() };
        let there = there.unwrap_or_default();
        let drawn = unified(&there, &self.wanted, &old, &name.to_string());
        output.write_all(drawn.as_bytes()).map_err(ProjectError::stdout)?;
        Ok(true)
    }
}

fn unified(there: &[u8], wanted: &[u8], old: &str, new: &str) -> String {
    let (there, wanted) = (String::from_utf8_lossy(there), String::from_utf8_lossy(wanted));
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(there.as_ref(), wanted.as_ref());
    if old != new && wanted.is_empty() {
        return format!("{new} is missing\n");
    }
    if diff.iter_all_changes().all(|change| change.tag() == ChangeTag::Equal) {
        return format!("{new} differs in bytes that are not text\n");
    }
    diff.unified_diff().context_radius(3).header(old, new).to_string()
}

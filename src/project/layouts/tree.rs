//! What detection looks at: the names below a folder, the first bytes of its SQL files, and what stands above it.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// How much of a file is read for its marks, and of how many files.
const HEAD: u64 = 4096;
const HEADS: usize = 40;
/// How far above the folder a tool's own files are looked for.
const ABOVE: usize = 4;

/// A folder that is to be converted. Paths are relative to it.
#[derive(Debug)]
pub struct Tree<'a> {
    pub root: &'a Path,
    pub sql: Vec<PathBuf>,
    pub others: Vec<PathBuf>,
    heads: OnceCell<Vec<String>>,
}

impl<'a> Tree<'a> {
    pub fn new(root: &'a Path, sql: Vec<PathBuf>, others: Vec<PathBuf>) -> Self {
        Tree { root, sql, others, heads: OnceCell::new() }
    }

    /// Whether a file that is not SQL has this name.
    pub fn has(&self, name: &str) -> bool {
        self.others.iter().any(|path| path.file_name().is_some_and(|file| file == name))
    }

    /// The text of the first file of this name that is not SQL.
    pub fn text_of(&self, name: &str) -> Option<String> {
        let found = self.others.iter().find(|path| path.file_name().is_some_and(|file| file == name))?;
        fs::read_to_string(self.root.join(found)).ok()
    }

    /// The nearest file of this name in a folder above the files, the folder itself included.
    pub fn above(&self, name: &str) -> Option<PathBuf> {
        let root = fs::canonicalize(self.root).ok()?;
        root.ancestors().take(ABOVE).map(|folder| folder.join(name)).find(|path| path.is_file())
    }

    /// Whether a file of this name is among the files, or in a folder above them.
    pub fn near(&self, name: &str) -> bool {
        self.has(name) || self.above(name).is_some()
    }

    /// Whether a line near the top of one of the SQL files is such a one.
    pub fn says(&self, line: impl Fn(&str) -> bool) -> bool {
        self.heads().iter().any(|head| head.lines().any(&line))
    }

    /// Whether the first lines of all SQL files are such.
    pub fn all_say(&self, head: impl Fn(&str) -> bool) -> bool {
        !self.heads().is_empty() && self.heads().iter().all(|text| head(text))
    }

    /// The names of the SQL files, without their folders.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sql.iter().filter_map(|path| path.file_name()?.to_str())
    }

    /// Whether at least `share` percent of the SQL files have such a name, and at least one.
    pub fn most(&self, share: usize, such: impl Fn(&str) -> bool) -> bool {
        let count = self.names().filter(|name| such(name)).count();
        count > 0 && count * 100 >= self.sql.len() * share
    }

    fn heads(&self) -> &[String] {
        self.heads.get_or_init(|| {
            // of many files, some from all over: the newest may be of another tool than the first
            let step = self.sql.len().div_ceil(HEADS).max(1);
            let some = self.sql.iter().step_by(step);
            some.filter_map(|path| head(&self.root.join(path))).collect()
        })
    }
}

fn head(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(HEAD).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

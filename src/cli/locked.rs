//! What a lock file means for a run: which outputs are written, and which stay as they are.

use crate::config::Options;
use crate::project::{Hash, LOCK_NAME, Lock, Locked, ProjectError, SourceFile};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The lock of an output folder during a run.
#[derive(Debug)]
pub struct Locking {
    path: PathBuf,
    before: Lock,
    after: Lock,
    update: bool,
    source: String,
    output: Hash,
    /// Outputs that stay, because another pg2tidb or other options would write them differently.
    pub kept: Vec<String>,
    /// Outputs that stay although their sources changed.
    pub stale: Vec<String>,
}

/// What is known of a file whose output is not complete.
#[derive(Debug)]
pub struct Begun {
    source: String,
    output: Hash,
}

impl Locking {
    /// The lock of `root`, if there is one or `wanted` says that there shall be one.
    ///
    /// # Errors
    /// When the file is there and can't be read.
    pub fn of(
        root: &Path,
        options: &Options,
        wanted: bool,
        update: bool,
    ) -> Result<Option<Locking>, ProjectError> {
        let path = root.join(LOCK_NAME);
        let after = Lock::new(options);
        let before = match fs::read_to_string(&path) {
            Ok(text) => Lock::parse(&text)
                .map_err(|error| ProjectError::Usage(format!("{}: {error}", path.display())))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && wanted => after.clone(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ProjectError::io("read", &path, error)),
        };
        Ok(Some(Locking {
            path,
            before,
            after,
            update,
            source: String::new(),
            output: Hash::default(),
            kept: Vec::new(),
            stale: Vec::new(),
        }))
    }

    pub fn begin(&mut self, file: &SourceFile) -> Result<(), ProjectError> {
        self.output = Hash::default();
        self.source = match &file.path {
            Some(path) => hash_of(path).map_err(|error| ProjectError::io("read", path, error))?,
            None => String::new(),
        };
        Ok(())
    }

    /// Lets a file wait for one that it includes.
    pub fn pause(&mut self) -> Begun {
        Begun { source: std::mem::take(&mut self.source), output: std::mem::take(&mut self.output) }
    }

    pub fn go_on(&mut self, begun: Begun) {
        (self.source, self.output) = (begun.source, begun.output);
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.output.update(bytes);
    }

    /// Whether the file's output is written. `there` is where it goes.
    pub fn end(&mut self, relative: &Path, there: &Path) -> bool {
        let name = relative.to_string_lossy().replace('\\', "/");
        let now = Locked { source: self.source.clone(), output: std::mem::take(&mut self.output).finish() };
        let locked = self.before.files.get(&name).filter(|_| !self.update);
        match locked.filter(|locked| locked.output != now.output && there.exists()) {
            None => {
                self.after.files.insert(name, now);
                true
            }
            Some(locked) => {
                let list = if locked.source == now.source { &mut self.kept } else { &mut self.stale };
                list.push(name.clone());
                self.after.files.insert(name, locked.clone());
                false
            }
        }
    }

    /// Where the lock goes, and what it says now. While something stays as it was, so do the version and the options.
    pub fn finish(&self) -> (&Path, String) {
        let mut lock = self.after.clone();
        if !self.kept.is_empty() || !self.stale.is_empty() {
            let Lock { version, target, options, .. } = self.before.clone();
            lock = Lock { version, target, options, files: lock.files };
        }
        (&self.path, lock.text())
    }
}

fn hash_of(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Hash::default();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finish()),
            n => hash.update(&buffer[..n]),
        }
    }
}

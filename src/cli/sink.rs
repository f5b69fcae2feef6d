//! Takes what a run makes to where the arguments say: files, standard output, records, diagnostics.

use super::check::Comparison;
use super::locked::Locking;
use super::people::People;
use crate::diagnostic::Level;
use crate::project::layouts::Sum;
use crate::project::{AtomicFile, Change, Chunk, CopiedFile, OutputPlan, ProjectError, Sink, SourceFile};
use crate::report::summary::Summary;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Stdout, Write};
use std::path::{Path, PathBuf};

/// Where converted files go.
#[derive(Debug)]
pub enum Destination {
    /// Nowhere: only records are wanted.
    Nowhere,
    Stdout,
    Folder(OutputPlan),
    Check(OutputPlan),
}

/// The file that is being written.
enum Open {
    None,
    File(AtomicFile),
    Compared(Comparison),
}

/// A file that is not done while another is written.
struct Waiting {
    open: Open,
    headed: bool,
    lock: Option<super::locked::Begun>,
}

pub struct CliSink {
    pub destination: Destination,
    pub json: bool,
    pub people: People,
    pub summary: Summary,
    /// How many files `--check` found to differ.
    pub differing: usize,
    /// Errors about what is not a statement.
    pub errors: usize,
    /// A comment for the head of each file.
    pub header: Option<String>,
    /// The open file has it.
    headed: bool,
    /// Files that wait for one that they include.
    waiting: Vec<Waiting>,
    /// Standard output is within a line.
    in_line: bool,
    /// The lock of the output folder, if it has one.
    pub lock: Option<Locking>,
    stdout: BufWriter<Stdout>,
    open: Open,
    /// What was written to folders that Atlas keeps a hash of, by path.
    hashed: BTreeMap<PathBuf, Vec<u8>>,
    hashed_folders: Vec<PathBuf>,
}

impl CliSink {
    /// `copies` are the files that will be copied.
    pub fn new(destination: Destination, json: bool, people: People, copies: &[CopiedFile]) -> Self {
        let stdout = BufWriter::with_capacity(64 * 1024, io::stdout());
        CliSink {
            destination,
            json,
            people,
            summary: Summary::default(),
            differing: 0,
            errors: 0,
            header: None,
            headed: false,
            waiting: Vec::new(),
            in_line: false,
            lock: None,
            stdout,
            open: Open::None,
            hashed: BTreeMap::new(),
            hashed_folders: copies
                .iter()
                .filter(|copy| copy.change == Some(Change::Sum))
                .map(|copy| copy.relative.parent().unwrap_or(Path::new("")).to_owned())
                .collect(),
        }
    }

    /// Takes a file over as it is.
    pub fn copy(&mut self, copied: &CopiedFile) -> Result<(), ProjectError> {
        self.open(&copied.relative, Some(&copied.path))?;
        if let Some(change) = &copied.change {
            let text = match change {
                Change::Text(text) => text.clone(),
                Change::Sum => self.sum(copied.relative.parent().unwrap_or(Path::new(""))),
            };
            self.write(&copied.relative, text.as_bytes())?;
            return self.close();
        }
        if !matches!(self.open, Open::None) {
            let failed = |e| ProjectError::io("read", &copied.path, e);
            let mut file = File::open(&copied.path).map_err(failed)?;
            let mut buffer = vec![0; 256 * 1024];
            loop {
                match file.read(&mut buffer).map_err(failed)? {
                    0 => break,
                    n => self.write(&copied.relative, &buffer[..n])?,
                }
            }
        }
        self.close()
    }

    /// Atlas's hash of the files that were written to a folder.
    fn sum(&self, folder: &Path) -> String {
        let mut sum = Sum::default();
        let files = self.hashed.iter().filter(|(path, _)| path.parent().unwrap_or(Path::new("")) == folder);
        for (path, bytes) in files {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.ends_with(".down.sql") {
                sum.add(&name, bytes);
            }
        }
        sum.text()
    }

    /// Writes the lock, and tells what stayed because of it. Whether a source changed under a locked output.
    pub fn finish_lock(&mut self) -> Result<bool, ProjectError> {
        let Some(lock) = self.lock.take() else { return Ok(false) };
        if matches!(self.destination, Destination::Folder(_)) {
            let (path, text) = lock.finish();
            let mut file = AtomicFile::create(path, None)?;
            file.write_all(text.as_bytes()).map_err(|error| ProjectError::io("write", path, error))?;
            file.commit()?;
        }
        match lock.kept.len() {
            0 => {}
            1 => self
                .people
                .note(&format!("{} is locked and stays as it is; --update writes it anew", lock.kept[0])),
            count => self.people.note(&format!(
                "{count} files are locked and stay as they are, {} is the first; --update writes them anew",
                lock.kept[0]
            )),
        }
        for name in &lock.stale {
            self.people.note(&format!(
                "{name} is locked, but its source changed: write a new migration, or use --update"
            ));
        }
        Ok(!lock.stale.is_empty())
    }

    pub fn flush(&mut self) -> Result<(), ProjectError> {
        self.stdout.flush().map_err(ProjectError::stdout)
    }

    fn open(&mut self, relative: &Path, source: Option<&Path>) -> Result<(), ProjectError> {
        self.open = match &self.destination {
            Destination::Nowhere | Destination::Stdout => Open::None,
            Destination::Folder(plan) => Open::File(AtomicFile::create(&plan.path(relative), source)?),
            Destination::Check(plan) => Open::Compared(Comparison::new(&plan.path(relative))?),
        };
        Ok(())
    }

    fn write(&mut self, relative: &Path, bytes: &[u8]) -> Result<(), ProjectError> {
        match (&mut self.open, &self.destination) {
            (Open::File(file), _) => {
                file.write_all(bytes).map_err(|e| ProjectError::io("write", relative, e))
            }
            (Open::Compared(comparison), _) => comparison.push(bytes),
            (Open::None, Destination::Stdout) => {
                self.in_line = bytes.last().map_or(self.in_line, |&byte| byte != b'\n');
                self.stdout.write_all(bytes).map_err(ProjectError::stdout)
            }
            (Open::None, _) => Ok(()),
        }
    }

    fn close(&mut self) -> Result<(), ProjectError> {
        match std::mem::replace(&mut self.open, Open::None) {
            Open::None => Ok(()),
            Open::File(file) => file.commit(),
            Open::Compared(comparison) => {
                let diff: Option<&mut dyn Write> = if self.json { None } else { Some(&mut self.stdout) };
                self.differing += usize::from(comparison.finish(diff)?);
                Ok(())
            }
        }
    }
}

impl Sink for CliSink {
    fn begin(&mut self, file: &SourceFile) -> Result<(), ProjectError> {
        self.summary.files += 1;
        self.end_line()?;
        self.waiting.push(Waiting {
            open: std::mem::replace(&mut self.open, Open::None),
            headed: std::mem::take(&mut self.headed),
            lock: self.lock.as_mut().map(super::locked::Locking::pause),
        });
        if let Some(lock) = &mut self.lock {
            lock.begin(file)?;
        }
        self.open(&file.relative, file.path.as_deref())
    }

    fn chunk(&mut self, file: &SourceFile, mut chunk: Chunk) -> Result<(), ProjectError> {
        self.people.chunk(&file.name, &chunk);
        self.errors += chunk.notes.iter().filter(|note| note.finding.level == Level::Error).count();
        for outcome in &chunk.outcomes {
            self.summary.count(outcome.record.status);
            if self.json {
                let written =
                    serde_json::to_writer(&mut self.stdout, &outcome.record).map_err(io::Error::from);
                written.and_then(|()| self.stdout.write_all(b"\n")).map_err(ProjectError::stdout)?;
            }
        }
        if let (Some(header), false) = (&self.header, std::mem::replace(&mut self.headed, true)) {
            let at = after_comments(&chunk.output);
            chunk.output.splice(at..at, header.bytes());
        }
        if self.hashed_folders.iter().any(|folder| Some(folder.as_path()) == file.relative.parent()) {
            self.hashed.entry(file.relative.clone()).or_default().extend_from_slice(&chunk.output);
        }
        if let Some(lock) = &mut self.lock {
            lock.push(&chunk.output);
        }
        self.write(&file.relative, &chunk.output)?;
        self.people.advance(chunk.read);
        Ok(())
    }

    fn end(&mut self, file: &SourceFile) -> Result<(), ProjectError> {
        self.finish(file)?;
        if self.waiting.len() > 1 {
            self.end_line()?;
        }
        if let Some(before) = self.waiting.pop() {
            (self.open, self.headed) = (before.open, before.headed);
            if let (Some(lock), Some(begun)) = (&mut self.lock, before.lock) {
                lock.go_on(begun);
            }
        }
        Ok(())
    }
}

impl CliSink {
    /// A file that another one includes begins and ends on a line of its own.
    fn end_line(&mut self) -> Result<(), ProjectError> {
        match std::mem::take(&mut self.in_line) && !self.waiting.is_empty() {
            true => self.stdout.write_all(b"\n").map_err(ProjectError::stdout),
            false => Ok(()),
        }
    }

    fn finish(&mut self, file: &SourceFile) -> Result<(), ProjectError> {
        let (Destination::Folder(plan) | Destination::Check(plan)) = &self.destination else {
            return self.close();
        };
        let there = plan.path(&file.relative);
        if self.lock.as_mut().is_none_or(|lock| lock.end(&file.relative, &there)) {
            return self.close();
        }
        // what is locked stays, and Atlas's hash is of what stays
        self.open = Open::None;
        if let Some(hashed) = self.hashed.get_mut(&file.relative) {
            *hashed = fs::read(&there).map_err(|error| ProjectError::io("read", &there, error))?;
        }
        Ok(())
    }
}

/// The end of the comment lines that a text begins with: tools look for their directives in the first of them.
fn after_comments(text: &[u8]) -> usize {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.take_while(|line| line.starts_with(b"--") && line.ends_with(b"\n")).map(<[u8]>::len).sum()
}

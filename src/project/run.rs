//! One run: groups of small files at a time, large files streamed, all with one schema catalog.

use super::assemble::Assembler;
use super::batch::{Batch, Chunk};
use super::discover::SourceFile;
use super::error::ProjectError;
use super::include::{self, Converter};
use super::look_ahead::look_ahead;
use super::pieces::{Cursor, Included};
use super::pipeline::{self, Line, Load};
use super::psql::Psql;
use super::refuse;
use super::stream::stream;
use super::texts::Texts;
use super::workers::Workers;
use crate::config::{Layout, Options};
use crate::passes::Session;
use crate::report::finding::Located;
use crate::report::record::Direction;
use crate::script::{Piece, Splitter, Step};
use std::fs::File;
use std::io::{Read, Seek, Write};

/// Files up to this size are read whole.
pub const WHOLE: u64 = 1024 * 1024;
/// As many small files are worked on at a time as fit into this: a thread finds what it needs in its cache.
pub(super) const GROUP: u64 = 32 * 1024;

/// How a run is carried out; nothing here changes its result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// 0 lets the machine and `RAYON_NUM_THREADS` decide.
    pub threads: usize,
    /// Whether diagnostics carry the source lines that people are shown.
    pub snippets: bool,
    /// Whether only the diagnostics are wanted: nothing is written.
    pub findings_only: bool,
    /// Whether PostgreSQL is searched for spellings that both servers read (lint only).
    pub spellings: bool,
    /// Whether outcomes carry their sources.
    pub sources: bool,
}

/// Receives what a run makes, in run order.
pub trait Sink: Send {
    /// A file's first chunk is next.
    ///
    /// # Errors
    /// Any error ends the run.
    fn begin(&mut self, file: &SourceFile) -> Result<(), ProjectError>;

    /// The next part of a file.
    ///
    /// # Errors
    /// Any error ends the run.
    fn chunk(&mut self, file: &SourceFile, chunk: Chunk) -> Result<(), ProjectError>;

    /// The file is complete.
    ///
    /// # Errors
    /// Any error ends the run.
    fn end(&mut self, file: &SourceFile) -> Result<(), ProjectError>;
}

/// Converts `files`, in this order, as one run.
///
/// # Errors
/// When a file can't be read, or the sink fails.
pub fn run(
    files: &[SourceFile],
    options: &Options,
    settings: Settings,
    sink: &mut dyn Sink,
) -> Result<(), ProjectError> {
    let mut session = Session::new(options);
    let workers = Workers::new(settings.threads);
    let texts = Texts::of(files);
    let includes = include::find(files, &texts, &workers)?;
    let all = includes.as_ref().map_or(files, |includes| &includes.all);
    // One file is read as a whole before it is planned anyway.
    if all.len() > 1 {
        session.look_ahead(look_ahead(all, &texts, &workers)?);
    }
    let includes_others = |file: &SourceFile| includes.as_ref().is_some_and(|includes| includes.has(file));
    let alone = |file: &SourceFile| file.path.is_none() || includes_others(file) || file.size > WHOLE;
    let mut rest = includes.as_ref().map_or(files, |includes| &includes.top);
    while let Some(first) = rest.first() {
        let small = rest.iter().take_while(|file| !alone(file)).count();
        let (small, later) = rest.split_at(small);
        if !small.is_empty() {
            rest = later;
            let session = &mut session;
            let mut files = SmallFiles { rest: small, texts: &texts, session, settings, sink };
            pipeline::run(&mut files, small.iter().map(|file| file.size).sum(), &workers)?;
            continue;
        }
        rest = &rest[1..];
        match first {
            file if file.path.is_none() => standard_input(file, &mut session, &workers, settings, sink)?,
            file if includes_others(file) => {
                let Some(includes) = &includes else { continue };
                let session = &mut session;
                let mut converter =
                    Converter { includes, texts: &texts, session, workers: &workers, settings, sink };
                converter.file(file, Psql::default(), false)?;
            }
            file => stream(file, open(file)?, &mut session, &workers, settings, sink)?,
        }
    }
    Ok(())
}

/// Converts the text of one file with a session of the caller's.
pub fn convert_text(
    name: &str,
    text: Vec<u8>,
    direction: Direction,
    session: &mut Session,
    settings: Settings,
) -> Chunk {
    let mut file = Whole::new(text, direction, session.options.layout);
    let workers = Workers::new(settings.threads);
    file.batch.read(&workers);
    file.batch.plan_file(name, session);
    file.batch.emit(&workers, settings);
    file.chunk(name, settings)
}

/// A file in memory.
pub(super) struct Whole {
    pub(super) batch: Batch,
    cursor: Cursor,
    assembler: Assembler,
    /// How many items are converted and gone.
    done: usize,
}

impl Whole {
    pub(super) fn new(text: Vec<u8>, direction: Direction, layout: Layout) -> Self {
        Whole::cut(text, Cursor::new(direction), layout)
    }

    /// Cuts a text with a cursor of the caller's.
    pub(super) fn cut(text: Vec<u8>, mut cursor: Cursor, layout: Layout) -> Self {
        let mut items = Vec::new();
        let mut splitter = Splitter::new();
        let mut at = 0;
        while let Step::Piece(Piece { kind, span }) = splitter.next(&text[at..], true) {
            let problem = splitter.problem().map(|problem| refuse::since(problem, span.start));
            cursor.items(&text[span.start..span.end], kind, problem, span.start, &mut items);
            at = span.end;
        }
        Whole { batch: Batch { text, items }, cursor, assembler: Assembler::new(layout), done: 0 }
    }

    /// The commands that run other files, in order.
    pub(super) fn included(&mut self) -> &[Included] {
        self.cursor.included()
    }

    pub(super) fn take_included(&mut self) -> Vec<Included> {
        std::mem::take(self.cursor.included())
    }

    pub(super) fn keep(&mut self, command: &Included) {
        self.cursor.keep(command.start, &command.bytes);
    }

    pub(super) fn note(&mut self, notes: Vec<Located>) {
        self.cursor.note(notes);
    }

    /// Converts the items before this one, or all that are left, with a session that knows the file.
    pub(super) fn convert_until(
        &mut self,
        at: Option<usize>,
        name: &str,
        session: &mut Session,
        workers: &Workers,
        settings: Settings,
    ) -> Chunk {
        let rest = match at {
            Some(at) => self.batch.items.split_off(at - self.done),
            None => Vec::new(),
        };
        self.done = at.unwrap_or(self.done);
        self.batch.plan(Direction::Up, session);
        self.batch.emit(workers, settings);
        let mut chunk = self.batch.assemble(name, &mut self.assembler, settings);
        if at.is_none() {
            self.assembler.finish(&mut chunk.output);
            chunk.notes = self.cursor.notes();
        }
        self.batch.items = rest;
        chunk.read = 0;
        chunk
    }

    pub(super) fn chunk(&mut self, name: &str, settings: Settings) -> Chunk {
        let mut chunk = self.batch.assemble(name, &mut self.assembler, settings);
        self.assembler.finish(&mut chunk.output);
        chunk.notes = self.cursor.notes();
        chunk
    }
}

/// Files that are read as a whole, some at a time.
struct SmallFiles<'r> {
    rest: &'r [SourceFile],
    texts: &'r Texts,
    session: &'r mut Session,
    settings: Settings,
    sink: &'r mut dyn Sink,
}

/// A few of them.
struct Group<'r> {
    texts: &'r Texts,
    files: Vec<(&'r SourceFile, Whole, Chunk)>,
    settings: Settings,
    failed: Option<ProjectError>,
}

impl<'r> Line for SmallFiles<'r> {
    type Load = Group<'r>;

    fn next(&mut self) -> Result<Option<Group<'r>>, ProjectError> {
        let mut size = 0;
        let some = self.rest.iter().take_while(|file| {
            size += file.size;
            size <= GROUP
        });
        let (files, rest) = self.rest.split_at(some.count().max(1).min(self.rest.len()));
        self.rest = rest;
        let empty = |file: &'r SourceFile| {
            (file, Whole::new(Vec::new(), file.direction, file.layout), Chunk::default())
        };
        let files: Vec<_> = files.iter().map(empty).collect();
        let group = Group { texts: self.texts, files, settings: self.settings, failed: None };
        Ok((!group.files.is_empty()).then_some(group))
    }

    fn plan(&mut self, group: &mut Group<'r>) -> Result<(), ProjectError> {
        for (file, whole, _) in &mut group.files {
            whole.batch.plan_file(&file.name, self.session);
        }
        group.failed.take().map_or(Ok(()), Err)
    }

    fn give(&mut self, group: Group<'r>) -> Result<(), ProjectError> {
        for (file, _, chunk) in group.files {
            self.sink.begin(file)?;
            self.sink.chunk(file, chunk)?;
            self.sink.end(file)?;
        }
        Ok(())
    }
}

impl Load for Group<'_> {
    fn read(&mut self, workers: &Workers) {
        for (file, whole, _) in &mut self.files {
            match self.texts.read(file) {
                Ok(text) => {
                    *whole = Whole::new(text.into_owned(), file.direction, file.layout);
                    whole.batch.read(workers);
                }
                Err(error) => {
                    self.failed = Some(error);
                    return;
                }
            }
        }
    }

    fn emit(&mut self, workers: &Workers) {
        for (file, whole, chunk) in &mut self.files {
            whole.batch.emit(workers, self.settings);
            *chunk = whole.chunk(&file.name, self.settings);
            whole.batch = Batch::default();
        }
    }
}

/// Standard input is kept in memory while it is small, else in a file that has no name.
fn standard_input(
    file: &SourceFile,
    session: &mut Session,
    workers: &Workers,
    settings: Settings,
    sink: &mut dyn Sink,
) -> Result<(), ProjectError> {
    let failed = |e| ProjectError::io("read", "standard input".as_ref(), e);
    let mut text = Vec::new();
    let mut stdin = std::io::stdin().lock();
    stdin.by_ref().take(WHOLE + 1).read_to_end(&mut text).map_err(failed)?;
    if text.len() as u64 > WHOLE {
        let mut spool = tempfile::tempfile().map_err(failed)?;
        spool.write_all(&text).map_err(failed)?;
        drop(text);
        std::io::copy(&mut stdin, &mut spool).map_err(failed)?;
        spool.rewind().map_err(failed)?;
        return stream(file, spool, session, workers, settings, sink);
    }
    let chunk = convert_text(&file.name, text, file.direction, session, settings);
    sink.begin(file)?;
    sink.chunk(file, chunk)?;
    sink.end(file)
}

pub(super) fn load(file: &SourceFile) -> Result<Vec<u8>, ProjectError> {
    // Room for a byte more than there are: the end is found without asking for the size again.
    let mut text = Vec::with_capacity(usize::try_from(file.size).unwrap_or(0) + 1);
    let path = file.path.as_deref().unwrap_or("standard input".as_ref());
    let read = open(file)?.take(u64::MAX).read_to_end(&mut text);
    read.map_err(|e| ProjectError::io("read", path, e))?;
    Ok(text)
}

pub fn open(file: &SourceFile) -> Result<File, ProjectError> {
    let path = file.path.as_deref().unwrap_or("standard input".as_ref());
    File::open(path).map_err(|e| ProjectError::io("read", path, e))
}

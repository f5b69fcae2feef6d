//! One run: groups of small files at a time, large files streamed, all with one schema catalog.

use super::assemble::Assembler;
use super::batch::{Batch, Chunk};
use super::discover::SourceFile;
use super::error::ProjectError;
use super::include::{self, Converter};
use super::look_ahead::look_ahead;
use super::pieces::{Cursor, Included};
use super::psql::Psql;
use super::refuse;
use super::stream::stream;
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
/// As many small files are worked on at a time as fit into this: enough for several threads; one finds what it needs in
/// its cache with less.
const GROUP: u64 = 512 * 1024;
const GROUP_ALONE: u64 = 32 * 1024;

/// How many bytes of small files are worked on at a time.
pub(super) fn group_size(threads: usize) -> u64 {
    if threads == 1 { GROUP_ALONE } else { GROUP }
}

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
pub trait Sink {
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
    let group = group_size(settings.threads);
    let includes = include::find(files, &workers)?;
    let all = includes.as_ref().map_or(files, |includes| &includes.all);
    // One file is read as a whole before it is planned anyway.
    if all.len() > 1 {
        session.look_ahead(look_ahead(all, &workers)?);
    }
    let includes_others = |file: &SourceFile| includes.as_ref().is_some_and(|includes| includes.has(file));
    let mut line = Line::default();
    let mut rest = includes.as_ref().map_or(files, |includes| &includes.top);
    while let Some(first) = rest.first() {
        let mut size = first.size;
        let alone = first.path.is_none() || includes_others(first);
        let more = rest[1..].iter().take_while(|file| {
            size += file.size;
            size <= group && !alone && file.path.is_some() && !includes_others(file)
        });
        let (group, later) = rest.split_at(1 + more.count());
        rest = later;
        if !alone && first.size <= WHOLE {
            line.step(Some(group), &mut session, &workers, settings, sink)?;
            if settings.threads != 1 && !rest.is_empty() {
                continue;
            }
        }
        // One thread takes each group from its beginning to its end, and so does what is not held as a whole.
        for _ in 0..2 {
            line.step(None, &mut session, &workers, settings, sink)?;
        }
        match first {
            file if file.path.is_none() => standard_input(file, &mut session, &workers, settings, sink)?,
            file if includes_others(file) => {
                let Some(includes) = &includes else { continue };
                let session = &mut session;
                let mut converter = Converter { includes, session, workers: &workers, settings, sink };
                converter.file(file, Psql::default(), false)?;
            }
            file if file.size > WHOLE => {
                let source = open(file)?;
                stream(file, source, &mut session, &workers, settings, sink)?;
            }
            _ => {}
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

/// A group of small files on its way through the stages.
struct Group<'f> {
    files: Vec<(&'f SourceFile, Whole, Chunk)>,
    bytes: u64,
}

impl<'f> Group<'f> {
    fn read(files: &'f [SourceFile], workers: &Workers) -> Result<Self, ProjectError> {
        let bytes = files.iter().map(|file| file.size).sum();
        let mut slots: Vec<(&SourceFile, Result<Whole, ProjectError>)> = files
            .iter()
            .map(|file| (file, Ok(Whole::new(Vec::new(), file.direction, file.layout))))
            .collect();
        workers.each(bytes, &mut slots, |(file, whole)| {
            *whole = load(file).map(|text| {
                let mut whole = Whole::new(text, file.direction, file.layout);
                whole.batch.read(workers);
                whole
            });
        });
        let files = slots.into_iter().map(|(file, whole)| Ok((file, whole?, Chunk::default())));
        Ok(Group { files: files.collect::<Result<_, ProjectError>>()?, bytes })
    }

    fn plan(&mut self, session: &mut Session) {
        for (file, whole, _) in &mut self.files {
            whole.batch.plan_file(&file.name, session);
        }
    }

    fn emit(&mut self, workers: &Workers, settings: Settings) {
        workers.each(self.bytes, &mut self.files, |(file, whole, chunk)| {
            whole.batch.emit(workers, settings);
            *chunk = whole.chunk(&file.name, settings);
            whole.batch = Batch::default();
        });
    }

    fn hand_over(self, sink: &mut dyn Sink) -> Result<(), ProjectError> {
        for (file, _, chunk) in self.files {
            sink.begin(file)?;
            sink.chunk(file, chunk)?;
            sink.end(file)?;
        }
        Ok(())
    }
}

/// Groups one behind the other: while one is planned, which only one thread can do, others read the next and emit the
/// one before.
#[derive(Default)]
struct Line<'f> {
    read: Option<Result<Group<'f>, ProjectError>>,
    planned: Option<Group<'f>>,
}

impl<'f> Line<'f> {
    /// Moves every group a stage on, and takes the next one in.
    fn step(
        &mut self,
        next: Option<&'f [SourceFile]>,
        session: &mut Session,
        workers: &Workers,
        settings: Settings,
        sink: &mut dyn Sink,
    ) -> Result<(), ProjectError> {
        let (mut current, mut planned) = (self.read.take(), self.planned.take());
        let mut read = None;
        workers.both(
            || {
                if let Some(Ok(group)) = &mut current {
                    group.plan(session);
                }
            },
            || {
                if let Some(group) = &mut planned {
                    group.emit(workers, settings);
                }
                read = next.map(|files| Group::read(files, workers));
            },
        );
        if let Some(group) = planned {
            group.hand_over(sink)?;
        }
        self.planned = current.transpose()?;
        self.read = read;
        Ok(())
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
    let mut text = Vec::with_capacity(usize::try_from(file.size).unwrap_or(0));
    let path = file.path.as_deref().unwrap_or("standard input".as_ref());
    open(file)?.read_to_end(&mut text).map_err(|e| ProjectError::io("read", path, e))?;
    Ok(text)
}

pub fn open(file: &SourceFile) -> Result<File, ProjectError> {
    let path = file.path.as_deref().unwrap_or("standard input".as_ref());
    File::open(path).map_err(|e| ProjectError::io("read", path, e))
}

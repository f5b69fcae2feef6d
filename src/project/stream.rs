//! Converts a file that is too large to be held: what it declares is read first, then the rest in batches, and rows of
//! COPY pass through without being kept.

use super::assemble::Assembler;
use super::batch::{Batch, Chunk};
use super::discover::SourceFile;
use super::error::ProjectError;
use super::pieces::{Cursor, Item, State};
use super::pipeline::{self, Line, Load};
use super::refuse;
use super::run::{Settings, Sink};
use super::window::Window;
use super::workers::Workers;
use crate::config::CopyAs;
use crate::passes::{RowsLog, Session, is_about_rows};
use crate::report::record::Direction;
use crate::script::PieceKind;
use crate::syntax::Parsed;
use std::collections::VecDeque;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// How much source is worked on at a time: a thread finds what it needs in its cache.
const BATCH: usize = 32 * 1024;
/// How much of what a file declares is read at a time, on all threads.
const DECLARED: usize = 256 * 1024;

/// Converts one file, read twice.
///
/// # Errors
/// When the file can't be read, or the sink fails.
pub fn stream<R: Read + Seek + Send>(
    file: &SourceFile,
    mut source: R,
    session: &mut Session,
    workers: &Workers,
    settings: Settings,
    sink: &mut dyn Sink,
) -> Result<(), ProjectError> {
    let failed = |e| unreadable(file, e);
    let size = source.seek(SeekFrom::End(0)).map_err(failed)?;
    source.rewind().map_err(failed)?;
    let declared = declarations(&mut source, file.direction, workers).map_err(failed)?;
    source.rewind().map_err(failed)?;
    let mut stream = Stream {
        file,
        window: Window::new(source),
        settings,
        ups: session,
        downs: None,
        undone: false,
        declared,
        cursor: Cursor::new(file.direction),
        assembler: Assembler::new(file.layout),
        batch: Batch::default(),
        ready: VecDeque::new(),
        awaited: 0,
        ended: false,
        sink,
    };
    stream.begin();
    stream.sink.begin(file)?;
    pipeline::run(&mut stream, size, workers)?;
    let notes = stream.cursor.notes();
    let mut output = Vec::new();
    stream.assembler.finish(&mut output);
    stream.sink.chunk(file, Chunk { notes, output, ..Chunk::default() })?;
    stream.sink.end(file)
}

fn unreadable(file: &SourceFile, error: std::io::Error) -> ProjectError {
    ProjectError::io("read", file.path.as_deref().unwrap_or(Path::new("standard input")), error)
}

/// A statement that is read before its turn.
struct Declaration {
    index: usize,
    direction: Direction,
    parsed: Box<Parsed>,
}

/// What a file declares: its statements but those about rows, and which tables those touch.
#[derive(Default)]
struct Declared {
    statements: VecDeque<Declaration>,
    ups: (usize, RowsLog),
    downs: (usize, RowsLog),
    /// Statements that rows follow, and how many bytes of them.
    copies: VecDeque<(usize, u64)>,
}

impl Declared {
    fn count(&mut self, direction: Direction) -> &mut usize {
        if direction == Direction::Up { &mut self.ups.0 } else { &mut self.downs.0 }
    }

    fn rows(&mut self, direction: Direction) -> &mut RowsLog {
        if direction == Direction::Up { &mut self.ups.1 } else { &mut self.downs.1 }
    }
}

/// Reads all statements but those that only say what rows there are: a session wants to know what the whole file
/// declares before its first statement is planned.
fn declarations(source: impl Read, direction: Direction, workers: &Workers) -> std::io::Result<Declared> {
    let mut window = Window::new(source);
    let mut cursor = Cursor::new(direction);
    let mut declared = Declared::default();
    let mut batch = Batch::default();
    let mut others = Vec::new();
    let mut last = 0;
    loop {
        let cut = window.next()?;
        if batch.text.len() > DECLARED || cut.is_none() {
            batch.read(workers);
            for item in std::mem::take(&mut batch).items {
                if let Item::Statement(statement) = item
                    && let State::Read(parsed) = statement.state
                {
                    let (index, direction) = (statement.index, statement.direction);
                    declared.statements.push_back(Declaration { index, direction, parsed });
                }
            }
        }
        let Some(cut) = cut else { return Ok(declared) };
        match cut.kind {
            PieceKind::Statement if !is_about_rows(cut.bytes) => {
                if refuse::unreadable(cut.bytes).is_none() && cut.problem.is_none() {
                    *declared.count(cursor.direction) += 1;
                }
                batch.push(&cut, &mut cursor);
            }
            kind => {
                if kind == PieceKind::Statement {
                    let before = *declared.count(cursor.direction);
                    declared.rows(cursor.direction).note(before, cut.bytes);
                }
                if kind == PieceKind::CopyData {
                    match declared.copies.back_mut().filter(|(index, _)| *index == last) {
                        Some((_, bytes)) => *bytes += cut.bytes.len() as u64,
                        None => declared.copies.push_back((last, cut.bytes.len() as u64)),
                    }
                }
                cursor.items(cut.bytes, kind, cut.problem, 0, &mut others);
                for item in others.drain(..) {
                    if let Item::Statement(statement) = item {
                        last = statement.index;
                    }
                }
            }
        }
    }
}

/// A part of the file.
enum Part {
    Statements(Box<Statements>),
    /// Rows of COPY that go the way of their statement.
    Rows(Vec<u8>),
}

#[derive(Default)]
struct Statements {
    batch: Batch,
    settings: Settings,
    /// What the first of the downs has to know of those behind it.
    undoing: Vec<Parsed>,
}

impl Load for Part {
    fn read(&mut self, workers: &Workers) {
        if let Part::Statements(statements) = self {
            statements.batch.read(workers);
        }
    }

    fn emit(&mut self, workers: &Workers) {
        if let Part::Statements(statements) = self {
            statements.batch.emit(workers, statements.settings);
        }
    }
}

struct Stream<'a, R> {
    file: &'a SourceFile,
    window: Window<R>,
    settings: Settings,
    ups: &'a mut Session,
    /// The session of the part that undoes: a copy of what the ups before it left.
    downs: Option<Session>,
    /// A down was cut.
    undone: bool,
    declared: Declared,
    cursor: Cursor,
    assembler: Assembler,
    batch: Batch,
    /// Parts that are cut and not yet taken.
    ready: VecDeque<Part>,
    /// Bytes of rows that have to come into the batch.
    awaited: u64,
    ended: bool,
    sink: &'a mut dyn Sink,
}

impl<R: Read> Stream<'_, R> {
    fn begin(&mut self) {
        if self.file.direction == Direction::Up {
            self.ups.enter(&self.file.name, false);
            let ups = self.declared.statements.iter().filter(|d| d.direction == Direction::Up);
            let ups: Vec<_> = ups.map(|d| &*d.parsed).collect();
            self.ups.begin_file_with(&ups, &self.declared.ups.1);
        }
    }

    /// Cuts the next piece off the file.
    fn cut(&mut self) -> std::io::Result<()> {
        let Some(cut) = self.window.next()? else {
            self.ended = true;
            self.finish_batch();
            return Ok(());
        };
        if cut.kind == PieceKind::CopyData {
            if self.awaited == 0 {
                let rows = cut.bytes.to_vec();
                self.cursor.items(cut.bytes, cut.kind, cut.problem, 0, &mut Vec::new());
                self.finish_batch();
                self.ready.push_back(Part::Rows(rows));
                return Ok(());
            }
            self.awaited = self.awaited.saturating_sub(cut.bytes.len() as u64);
        }
        let direction = self.cursor.direction;
        self.batch.push(&cut, &mut self.cursor);
        if let Some(Item::Statement(statement)) = self.batch.items.last_mut()
            && self.declared.statements.front().is_some_and(|d| d.index == statement.index)
            && let Some(declaration) = self.declared.statements.pop_front()
            && matches!(statement.state, State::Cut)
        {
            statement.state = State::Read(declaration.parsed);
        }
        if let Some(Item::Statement(statement)) = self.batch.items.last_mut()
            && self.declared.copies.front().is_some_and(|(index, _)| *index == statement.index)
            && let Some((_, bytes)) = self.declared.copies.pop_front()
        {
            let options = &self.ups.options;
            match options.copy == CopyAs::Insert && bytes <= options.copy_limit {
                true => self.awaited = bytes,
                false => statement.rows = Some(bytes),
            }
        }
        if self.awaited == 0 && self.batch.text.len() > BATCH || self.cursor.direction != direction {
            self.finish_batch();
        }
        Ok(())
    }

    /// The batch is a part; the next piece begins another.
    fn finish_batch(&mut self) {
        if self.batch.items.is_empty() {
            return;
        }
        let mut statements = Statements { settings: self.settings, ..Statements::default() };
        std::mem::swap(&mut statements.batch, &mut self.batch);
        if !self.undone && statements.batch.has(Direction::Down) {
            self.undone = true;
            let downs = self.declared.statements.iter().filter(|d| d.direction == Direction::Down);
            statements.undoing = downs.map(|d| (*d.parsed).clone()).collect();
        }
        self.ready.push_back(Part::Statements(Box::new(statements)));
    }
}

impl<R: Read> Line for Stream<'_, R> {
    type Load = Part;

    fn next(&mut self) -> Result<Option<Part>, ProjectError> {
        while self.ready.is_empty() && !self.ended {
            self.cut().map_err(|e| unreadable(self.file, e))?;
        }
        Ok(self.ready.pop_front())
    }

    fn plan(&mut self, part: &mut Part) -> Result<(), ProjectError> {
        let Part::Statements(statements) = part else { return Ok(()) };
        let Statements { batch, undoing, .. } = &mut **statements;
        batch.plan(Direction::Up, self.ups);
        if batch.has(Direction::Down) {
            let session = self.downs.get_or_insert_with(|| {
                let mut session = self.ups.clone();
                let here = batch.parsed(Direction::Down).into_iter();
                let downs: Vec<_> = here.chain(undoing.iter()).collect();
                session.enter(&self.file.name, true);
                session.begin_undo(&downs);
                session
            });
            batch.plan(Direction::Down, session);
        }
        Ok(())
    }

    fn give(&mut self, part: Part) -> Result<(), ProjectError> {
        let chunk = match part {
            Part::Statements(mut statements) => {
                statements.batch.assemble(&self.file.name, &mut self.assembler, self.settings)
            }
            Part::Rows(rows) => {
                let mut output = Vec::with_capacity(rows.len() + rows.len() / 16);
                self.assembler.rows(&rows, &mut output);
                Chunk { output, read: rows.len() as u64, ..Chunk::default() }
            }
        };
        self.sink.chunk(self.file, chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;
    use crate::project::run::convert_text;
    use std::io;
    use std::path::PathBuf;

    #[derive(Default)]
    struct Collect(Chunk);

    impl Sink for Collect {
        fn begin(&mut self, _file: &SourceFile) -> Result<(), ProjectError> {
            Ok(())
        }

        fn chunk(&mut self, _file: &SourceFile, chunk: Chunk) -> Result<(), ProjectError> {
            self.0.outcomes.extend(chunk.outcomes);
            self.0.notes.extend(chunk.notes);
            self.0.output.extend(chunk.output);
            self.0.read += chunk.read;
            Ok(())
        }

        fn end(&mut self, _file: &SourceFile) -> Result<(), ProjectError> {
            Ok(())
        }
    }

    /// What a file converts to is the same whether it is streamed or held.
    fn same(text: &str) {
        let settings = Settings { threads: 1, ..Settings::default() };
        let options = Options::default();
        let whole = convert_text("a", text.into(), Direction::Up, &mut Session::new(&options), settings);
        let file = SourceFile {
            path: Some(PathBuf::from("a")),
            name: "a".into(),
            relative: "a".into(),
            direction: Direction::Up,
            size: 0,
            layout: crate::config::Layout::Auto,
        };
        let mut session = Session::new(&options);
        let mut sink = Collect::default();
        let source = io::Cursor::new(text.as_bytes());
        stream(&file, source, &mut session, &Workers::new(1), settings, &mut sink).expect("streamed");
        let Collect(streamed) = sink;
        assert_eq!(String::from_utf8_lossy(&streamed.output), String::from_utf8_lossy(&whole.output));
        assert_eq!(streamed, whole);
    }

    #[test]
    fn streaming_gives_what_holding_gives() {
        same("");
        same("-- only a comment");
        same(
            "\\connect x\ncreate table t (a serial primary key, b text);\ninsert into t values (1, 'x');\n\\quit\n",
        );
        same(
            "create table t (a text);\ncopy t from stdin;\nx\ny\n\\.\n\nalter table t add primary key (a);\nselect 'open",
        );
        same(
            "-- +goose Up\ncreate table t (a text);\n-- +goose Down\ndrop table t;\n-- +goose Up\ncreate table u (a int);",
        );
    }

    #[test]
    fn what_is_larger_than_a_batch_is_cut_between_statements() {
        let row = format!("insert into t values ('{}');\n", "x".repeat(1000));
        same(&format!("create table t (a text);\n{}create index i on t (a);\n", row.repeat(2500)));
        same(&format!("select '{}';\nselect 1;\n", "y".repeat(3 * BATCH)));
    }
}

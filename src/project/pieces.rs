//! A file cut into what the run works on: statements with their place and direction, and what stands between them.

use super::batch::Batch;
use super::include;
use super::psql::{self, Deed, Psql, Runs, Said};
use super::refuse;
use crate::diagnostic::Diagnostic;
use crate::passes::Plan;
use crate::reconcile::Translation;
use crate::report::finding::{Located, advance, locate};
use crate::report::record::Direction;
use crate::report::rules::NUL_BYTE;
use crate::script::{Directive, Piece, PieceKind, Problem, Splitter, Step};
use crate::syntax::Parsed;
use crate::text::{Position, Span};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A piece of a file, on its way through the stages.
#[derive(Debug)]
pub enum Item {
    Statement(Box<Statement>),
    Other(Piece),
    Nested(Box<Nested>),
}

/// Statements inside lines of Liquibase's: `--rollback DROP TABLE t;`.
#[derive(Debug)]
pub struct Nested {
    /// What stands before the SQL on every line.
    pub prefix: Vec<u8>,
    /// The lines, with blanks instead of the prefix, so that every column stays.
    pub batch: Batch,
    /// Where the first line starts.
    start: Position,
    first_index: usize,
}

/// A statement with all that is known about it.
#[derive(Debug)]
pub struct Statement {
    /// In the text that the items are of.
    pub span: Span,
    pub start: Position,
    pub index: usize,
    pub direction: Direction,
    pub state: State,
    /// Bytes of rows that follow and are not held.
    pub rows: Option<u64>,
    /// Its text as psql sends it, where that has values of variables in it.
    pub said: Option<Box<Said>>,
}

/// How far a statement has come.
#[derive(Debug)]
pub enum State {
    Cut,
    /// Its bytes can't be read as text.
    Unreadable(Diagnostic),
    Read(Box<Parsed>),
    Planned(Box<Parsed>, Plan),
    Emitted(Box<Translation>),
}

/// Follows positions, numbers and directions through a file, piece by piece.
#[derive(Debug, Clone)]
pub struct Cursor {
    position: Position,
    index: usize,
    pub direction: Direction,
    metas: usize,
    first_meta: Option<(Position, Vec<u8>)>,
    notes: Vec<Located>,
    psql: Psql,
    /// The files that are run in between, if they are followed.
    included: Option<Vec<Included>>,
}

/// A command that runs another file.
#[derive(Debug, Clone)]
pub struct Included {
    /// How many items stand before what follows it.
    pub at: usize,
    pub start: Position,
    pub bytes: Vec<u8>,
    pub path: String,
    /// The path counts from the file's own folder.
    pub relative: bool,
    /// The state of psql that the other file begins with.
    pub psql: Psql,
}

impl Cursor {
    /// One that leaves the files to be followed that commands of psql's run.
    pub fn following(direction: Direction, psql: Psql) -> Self {
        Cursor { psql, included: Some(Vec::new()), ..Cursor::new(direction) }
    }

    pub fn included(&mut self) -> &mut Vec<Included> {
        self.included.get_or_insert_default()
    }

    /// Counts a command that stays as a comment.
    pub fn keep(&mut self, start: Position, bytes: &[u8]) {
        self.metas += 1;
        self.first_meta.get_or_insert_with(|| (start, bytes.to_vec()));
    }

    pub fn note(&mut self, notes: Vec<Located>) {
        self.notes.extend(notes);
    }

    pub fn new(direction: Direction) -> Self {
        let position = Position { line: 1, column: 1 };
        Cursor {
            position,
            index: 0,
            direction,
            metas: 0,
            first_meta: None,
            notes: Vec::new(),
            psql: Psql::default(),
            included: None,
        }
    }

    /// Turns the file's next piece into items of a text in which it starts at `offset`. `problem` is in the piece.
    pub fn items(
        &mut self,
        bytes: &[u8],
        kind: PieceKind,
        problem: Option<Problem>,
        offset: usize,
        into: &mut Vec<Item>,
    ) {
        let start = self.position;
        // editors don't count a byte order mark
        let first = start == Position { line: 1, column: 1 };
        let counted = if first { bytes.strip_prefix(BOM).unwrap_or(bytes) } else { bytes };
        self.position = advance(start, counted);
        let span = Span::new(offset, offset + bytes.len());
        let problem = problem.map(refuse::problem);
        match (kind, problem) {
            (PieceKind::Statement | PieceKind::CopyData, _) if self.psql.runs == Runs::No => {
                into.push(Item::Other(Piece { kind: PieceKind::Meta, span }));
            }
            (PieceKind::Statement, problem) => {
                let problem = problem.or_else(|| self.psql.left_out(bytes));
                let mut item = self.statement(span, start, problem);
                if let Item::Statement(statement) = &mut item
                    && let Some(said) =
                        std::str::from_utf8(bytes).ok().and_then(|text| self.psql.interpolate(text))
                {
                    statement.said = Some(Box::new(said));
                }
                into.push(item);
            }
            // nothing after it can be read: it stands for the statement that PostgreSQL would fail on
            (PieceKind::Trivia, Some(problem)) => {
                // a comment without an end starts where it starts; a NUL's line is kept whole
                let lead = match problem.rule {
                    rule if *rule == NUL_BYTE => {
                        memchr::memrchr(b'\n', &bytes[..problem.span.start]).map_or(0, |n| n + 1)
                    }
                    _ => problem.span.start,
                };
                if lead > 0 {
                    let span = Span::new(offset, offset + lead);
                    into.push(Item::Other(Piece { kind, span }));
                }
                let at = advance(start, &counted[..lead - (bytes.len() - counted.len()).min(lead)]);
                let rest = Span::new(problem.span.start - lead, problem.span.end - lead);
                let problem = Diagnostic { span: rest, ..problem };
                into.push(self.statement(Span::new(offset + lead, span.end), at, Some(problem)));
            }
            (kind, problem) => {
                self.notes
                    .extend(problem.and_then(|problem| locate(bytes, start, b"", &[problem], true).pop()));
                match kind {
                    PieceKind::Directive(Directive::Up) => self.direction = Direction::Up,
                    PieceKind::Directive(Directive::Down) => self.direction = Direction::Down,
                    PieceKind::Directive(Directive::Rollback) if is_sql(bytes) => {
                        self.rollback(bytes, start, into);
                        return;
                    }
                    PieceKind::Meta => self.meta(bytes, start, into),
                    _ => {}
                }
                into.push(Item::Other(Piece { kind, span }));
            }
        }
    }

    /// Follows a command of psql's.
    fn meta(&mut self, bytes: &[u8], start: Position, into: &mut [Item]) {
        match self.psql.command(bytes) {
            Deed::Nothing => {}
            Deed::Kept => self.keep(start, bytes),
            Deed::Includes { path, relative } => {
                let (at, psql, bytes) = (into.len() + 1, self.psql.clone(), bytes.to_vec());
                let command = Included { at, start, bytes, path, relative, psql };
                match &mut self.included {
                    Some(included) => included.push(command),
                    None => {
                        let found = include::refused(&command);
                        self.notes.extend(locate(&command.bytes, start, b"", &[found], true));
                    }
                }
            }
            Deed::Said(found) => self.notes.extend(locate(bytes, start, b"", &[*found], true)),
            Deed::Before(found) => {
                let before = into.iter_mut().rev().find_map(|item| match item {
                    Item::Statement(statement) => Some(statement),
                    _ => None,
                });
                match before {
                    Some(statement) => {
                        let word = Span::new(0, statement.span.len().min("SELECT".len()));
                        statement.state = State::Unreadable(Diagnostic { span: word, ..*found });
                    }
                    None => self.notes.extend(locate(bytes, start, b"", &[*found], true)),
                }
            }
        }
    }

    /// Takes a line of SQL that undoes a changeset. Lines that follow each other are one text.
    fn rollback(&mut self, bytes: &[u8], start: Position, into: &mut Vec<Item>) {
        let (prefix, sql) = bytes.split_at(rollback_prefix(bytes));
        let line_end = matches!(into.last(), Some(Item::Other(piece))
            if piece.kind == PieceKind::Trivia && piece.span.len() <= 2 && start.line > 1);
        let at = into.len().checked_sub(if line_end { 2 } else { 1 });
        let mut text = vec![b' '; prefix.len()];
        let mut nested =
            Nested { prefix: prefix.to_vec(), batch: Batch::default(), start, first_index: self.index };
        if let Some(Item::Nested(before)) = at.and_then(|at| into.get(at))
            && advance(before.start, &before.batch.text).line + 1 == start.line
        {
            let before = into.drain(into.len() - if line_end { 2 } else { 1 }..).next();
            if let Some(Item::Nested(before)) = before {
                text.splice(..0, before.batch.text.iter().copied().chain([b'\n']));
                (nested.start, nested.first_index) = (before.start, before.first_index);
            }
        }
        text.extend_from_slice(sql);
        let mut inner =
            Cursor { position: nested.start, index: nested.first_index, ..Cursor::new(Direction::Down) };
        let mut splitter = Splitter::new();
        let mut done = 0;
        while let Step::Piece(Piece { kind, span }) = splitter.next(&text[done..], true) {
            let problem = splitter.problem().map(|problem| refuse::since(problem, span.start));
            inner.items(&text[span.start..span.end], kind, problem, span.start, &mut nested.batch.items);
            done = span.end;
        }
        self.index = inner.index;
        nested.batch.text = text;
        into.push(Item::Nested(Box::new(nested)));
    }

    fn statement(&mut self, span: Span, start: Position, problem: Option<Diagnostic>) -> Item {
        let index = self.index;
        self.index += 1;
        let state = problem.map_or(State::Cut, State::Unreadable);
        Item::Statement(Box::new(Statement {
            span,
            start,
            index,
            direction: self.direction,
            state,
            rows: None,
            said: None,
        }))
    }

    /// The findings about what is not a statement. One psql command's finding speaks for all of them.
    pub fn notes(&mut self) -> Vec<Located> {
        let mut notes = std::mem::take(&mut self.notes);
        if let Some((position, text)) = self.first_meta.take() {
            let diagnostic = psql::kept(self.metas, text.len());
            notes.extend(locate(&text, position, b"", &[diagnostic], true));
        }
        notes
    }
}

/// The length of `--rollback`, with the blanks before the word.
fn rollback_prefix(line: &[u8]) -> usize {
    let word = line.iter().position(u8::is_ascii_alphabetic).unwrap_or(line.len());
    (word + "rollback".len()).min(line.len())
}

/// Whether a rollback line holds SQL, and not one of the words that Liquibase knows there.
fn is_sql(line: &[u8]) -> bool {
    let rest = String::from_utf8_lossy(&line[rollback_prefix(line)..]).trim().to_ascii_lowercase();
    let words = ["empty", "not required", "changesetid", "changesetauthor", "changesetpath"];
    !rest.is_empty() && !words.iter().any(|word| rest.starts_with(word))
}

impl Statement {
    /// Reads the statement's text. May run on any thread.
    pub fn read(&mut self, text: &[u8]) {
        let bytes = &text[self.span.start..self.span.end];
        self.state = match refuse::unreadable(bytes) {
            Some(diagnostic) => State::Unreadable(diagnostic),
            None => State::Read(Box::new(Parsed::new(match &self.said {
                Some(said) => said.text.as_bytes(),
                None => bytes,
            }))),
        };
    }

    pub fn parsed(&self) -> Option<&Parsed> {
        match &self.state {
            State::Read(parsed) | State::Planned(parsed, _) => Some(parsed),
            State::Cut | State::Unreadable(_) | State::Emitted(_) => None,
        }
    }
}

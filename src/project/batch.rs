//! The three stages over a piece of text: read in parallel, plan in order, emit in parallel.

use super::assemble::Assembler;
use super::pieces::{Cursor, Item, State, Statement};
use super::run::Settings;
use super::window::Cut;
use super::workers::Workers;
use crate::passes::{CopyRows, Plan, Session, copied};
use crate::reconcile;
use crate::report::finding::{Located, locate};
use crate::report::record::{Direction, Record, Status};
use crate::script::{Piece, PieceKind};
use crate::syntax::Parsed;
use crate::text::Span;
use std::collections::BTreeMap;

/// A file, or as much of a large one as is worked on at a time.
#[derive(Debug, Default)]
pub struct Batch {
    pub text: Vec<u8>,
    pub items: Vec<Item>,
}

/// A record with what people are shown of its diagnostics, which are in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub record: Record,
    pub located: Vec<Located>,
    /// The merge failed its own check and the printed text was emitted instead.
    pub fell_back: bool,
    /// The statement as it stands in its file, where the settings ask for it.
    pub source: String,
}

/// What came out of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    pub outcomes: Vec<Outcome>,
    /// Findings about what is not a statement.
    pub notes: Vec<Located>,
    /// The next bytes of the output file.
    pub output: Vec<u8>,
    /// How many bytes of source this is the result of.
    pub read: u64,
}

impl Batch {
    /// Takes the next piece of a file.
    pub fn push(&mut self, cut: &Cut<'_>, cursor: &mut Cursor) {
        cursor.items(cut.bytes, cut.kind, cut.problem, self.text.len(), &mut self.items);
        self.text.extend_from_slice(cut.bytes);
    }

    fn each(&self) -> impl Iterator<Item = &Statement> {
        self.items.iter().flat_map(|item| {
            let (one, nested) = match item {
                Item::Statement(statement) => (Some(statement.as_ref()), Default::default()),
                Item::Nested(nested) => (None, nested.batch.items.iter()),
                Item::Other(_) => (None, Default::default()),
            };
            one.into_iter().chain(nested.filter_map(|item| match item {
                Item::Statement(statement) => Some(statement.as_ref()),
                Item::Nested(_) | Item::Other(_) => None,
            }))
        })
    }

    pub fn parsed(&self, direction: Direction) -> Vec<&Parsed> {
        let statements = self.each().filter(|statement| statement.direction == direction);
        statements.filter_map(Statement::parsed).collect()
    }

    pub fn has(&self, direction: Direction) -> bool {
        self.each().any(|statement| statement.direction == direction)
    }

    /// Reads every statement that was not read before.
    pub fn read(&mut self, workers: &Workers) {
        let Batch { text, items } = self;
        workers.each(text.len() as u64, items, |item| match item {
            Item::Statement(statement) if matches!(statement.state, State::Cut) => statement.read(text),
            Item::Nested(nested) => nested.batch.read(workers),
            Item::Statement(_) | Item::Other(_) => {}
        });
    }

    /// The rows that follow each COPY, by its number.
    fn rows(&self) -> BTreeMap<usize, Span> {
        let mut rows: BTreeMap<usize, Span> = BTreeMap::new();
        let mut last = None;
        for item in &self.items {
            match item {
                Item::Statement(statement) => last = Some(statement.index),
                Item::Other(Piece { kind: PieceKind::CopyData, span }) => {
                    if let Some(index) = last {
                        rows.entry(index).and_modify(|known| *known = known.join(*span)).or_insert(*span);
                    }
                }
                Item::Nested(_) | Item::Other(_) => {}
            }
        }
        rows
    }

    /// Plans the statements of one direction, in order. What undoes changesets runs from the last one to the first.
    pub fn plan(&mut self, direction: Direction, session: &mut Session) {
        if direction == Direction::Down {
            let nested = self.items.iter_mut().rev().filter_map(|item| match item {
                Item::Nested(nested) => Some(nested),
                Item::Statement(_) | Item::Other(_) => None,
            });
            for nested in nested {
                nested.batch.plan(direction, session);
            }
        }
        let rows = self.rows();
        let Batch { text, items } = self;
        let statements = items.iter_mut().filter_map(|item| match item {
            Item::Statement(statement) => Some(statement.as_mut()),
            Item::Nested(_) | Item::Other(_) => None,
        });
        for statement in statements.filter(|s| s.direction == direction) {
            let here = rows.get(&statement.index).and_then(|span| text.get(span.start..span.end));
            let copied = here.map(CopyRows::Here).or(statement.rows.map(CopyRows::Many));
            let state = std::mem::replace(&mut statement.state, State::Cut);
            statement.state = match state {
                State::Read(parsed) => {
                    let plan = match copied {
                        Some(rows) => session.plan_copy(&parsed, rows),
                        None => session.plan(&parsed),
                    };
                    State::Planned(parsed, plan)
                }
                other => other,
            };
        }
    }

    /// Plans the whole batch as a file of its own: its ups change the session, its downs see what its ups left.
    pub fn plan_file(&mut self, name: &str, session: &mut Session) {
        if self.has(Direction::Up) {
            session.enter(name, false);
            session.begin_file(&self.parsed(Direction::Up));
            self.plan(Direction::Up, session);
        }
        if self.has(Direction::Down) {
            let mut undo = session.clone();
            undo.enter(name, true);
            undo.begin_undo(&self.parsed(Direction::Down));
            self.plan(Direction::Down, &mut undo);
        }
    }

    pub fn emit(&mut self, workers: &Workers, settings: Settings) {
        let rows = self.rows();
        let Batch { text, items } = self;
        let with_rows = |index: usize, parsed: &Parsed, plan: Plan| {
            let rows = rows.get(&index).and_then(|span| text.get(span.start..span.end));
            copied(parsed, plan, rows.unwrap_or_default())
        };
        workers.each(text.len() as u64, items, |item| match item {
            Item::Statement(statement) => {
                let state = std::mem::replace(&mut statement.state, State::Cut);
                statement.state = match state {
                    State::Planned(mut parsed, plan) => {
                        let plan = with_rows(statement.index, &parsed, plan);
                        let mut translation = match settings.findings_only {
                            true => reconcile::findings(&parsed, plan),
                            false => reconcile::emit(&mut parsed, plan),
                        };
                        // The values of psql's variables stand in it now.
                        if statement.said.is_some() && translation.status == Status::Unchanged {
                            translation.status = Status::Rewritten;
                        }
                        State::Emitted(Box::new(translation))
                    }
                    other => other,
                };
            }
            Item::Nested(nested) => nested.batch.emit(workers, settings),
            Item::Other(_) => {}
        });
    }

    /// Makes records and output of emitted statements.
    pub fn assemble(&mut self, file: &str, assembler: &mut Assembler, settings: Settings) -> Chunk {
        let output = Vec::with_capacity(self.text.len() + self.text.len() / 8);
        let mut chunk = Chunk { output, read: self.text.len() as u64, ..Chunk::default() };
        for item in &mut self.items {
            assembler.push(&self.text, item, &mut chunk.output);
            match item {
                Item::Statement(statement) => {
                    chunk.outcomes.push(outcome(&self.text, statement, file, settings));
                }
                Item::Nested(nested) => {
                    let batch = &mut nested.batch;
                    chunk.outcomes.extend(batch.items.iter_mut().filter_map(|item| match item {
                        Item::Statement(statement) => Some(outcome(&batch.text, statement, file, settings)),
                        Item::Nested(_) | Item::Other(_) => None,
                    }));
                }
                Item::Other(_) => {}
            }
        }
        chunk
    }
}

fn outcome(text: &[u8], statement: &mut Statement, file: &str, settings: Settings) -> Outcome {
    let source = &text[statement.span.start..statement.span.end];
    let line_start = memchr::memrchr(b'\n', &text[..statement.span.start]).map_or(0, |n| n + 1);
    let before = &text[line_start..statement.span.start];
    let (status, sql, diagnostics, fell_back) = match std::mem::replace(&mut statement.state, State::Cut) {
        State::Emitted(translation) => {
            let translation = *translation;
            (translation.status, translation.sql, translation.diagnostics, translation.fell_back)
        }
        State::Unreadable(diagnostic) => (Status::Refused, Vec::new(), vec![diagnostic], false),
        State::Cut | State::Read(_) | State::Planned(..) => (Status::Refused, Vec::new(), Vec::new(), false),
    };
    let mut diagnostics = diagnostics;
    if let Some(said) = &statement.said {
        diagnostics.iter_mut().for_each(|diagnostic| diagnostic.span = said.source(diagnostic.span));
    }
    let located = locate(source, statement.start, before, &diagnostics, settings.snippets);
    let record = Record {
        file: file.to_owned(),
        index: statement.index,
        line: statement.start.line,
        direction: statement.direction,
        status,
        sql,
        diagnostics: located.iter().map(|l| l.finding.clone()).collect(),
    };
    let source = if settings.sources { String::from_utf8_lossy(source).into_owned() } else { String::new() };
    Outcome { record, located, fell_back, source }
}

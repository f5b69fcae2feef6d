//! A file cut into what the run works on: statements with their place and direction, and what stands between them.

use super::refuse;
use crate::diagnostic::Diagnostic;
use crate::passes::Plan;
use crate::reconcile::Translation;
use crate::report::finding::{Located, advance, locate};
use crate::report::record::Direction;
use crate::report::rules::PSQL_META_COMMAND;
use crate::script::{Directive, Piece, PieceKind};
use crate::syntax::Parsed;
use crate::text::{Position, Span};

/// A piece of a file, on its way through the stages.
#[derive(Debug)]
pub enum Item {
    Statement(Box<Statement>),
    Other(Piece),
}

/// A statement with all that is known about it.
#[derive(Debug)]
pub struct Statement {
    /// In the text that the items are of.
    pub span: Span,
    pub start: Position,
    /// Where its first line starts, in the same text.
    pub line_start: usize,
    pub index: usize,
    pub direction: Direction,
    pub state: State,
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
    pub position: Position,
    pub index: usize,
    pub direction: Direction,
    metas: usize,
    first_meta: Option<(Position, Vec<u8>)>,
}

impl Cursor {
    pub fn new(direction: Direction) -> Self {
        let position = Position { line: 1, column: 1 };
        Cursor { position, index: 0, direction, metas: 0, first_meta: None }
    }

    /// Turns the next piece of `text` into an item.
    pub fn item(&mut self, text: &[u8], piece: Piece) -> Item {
        let start = self.position;
        let bytes = &text[piece.span.start..piece.span.end];
        // editors don't count a byte order mark
        let first = start.line == 1 && start.column == 1;
        let counted = if first { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) } else { bytes };
        self.position = advance(start, counted);
        match piece.kind {
            PieceKind::Statement => {
                let index = self.index;
                self.index += 1;
                Item::Statement(Box::new(Statement {
                    span: piece.span,
                    start,
                    line_start: memchr::memrchr(b'\n', &text[..piece.span.start]).map_or(0, |n| n + 1),
                    index,
                    direction: self.direction,
                    state: State::Cut,
                }))
            }
            PieceKind::Directive(directive) => {
                match directive {
                    Directive::Up => self.direction = Direction::Up,
                    Directive::Down => self.direction = Direction::Down,
                    Directive::StatementBegin | Directive::StatementEnd | Directive::Other => {}
                }
                Item::Other(piece)
            }
            PieceKind::Meta => {
                self.metas += 1;
                self.first_meta.get_or_insert_with(|| (start, bytes.to_vec()));
                Item::Other(piece)
            }
            _ => Item::Other(piece),
        }
    }

    /// The finding about the psql commands seen so far; one says it for all of them.
    pub fn meta_finding(&self, snippets: bool) -> Option<Located> {
        let (position, text) = self.first_meta.as_ref()?;
        let message = match self.metas {
            1 => "a psql command is kept as a comment".to_owned(),
            count => format!("{count} psql commands of this file are kept as comments, this is the first"),
        };
        let diagnostic = Diagnostic::new(&PSQL_META_COMMAND, Span::new(0, text.len()), message)
            .help("do by other means what it did, such as choosing the database");
        locate(text, *position, b"", &[diagnostic], snippets).pop()
    }
}

impl Statement {
    /// Reads the statement's text. May run on any thread.
    pub fn read(&mut self, text: &[u8]) {
        let bytes = &text[self.span.start..self.span.end];
        self.state = match refuse::unreadable(bytes) {
            Some(diagnostic) => State::Unreadable(diagnostic),
            None => State::Read(Box::new(Parsed::new(bytes))),
        };
    }

    pub fn parsed(&self) -> Option<&Parsed> {
        match &self.state {
            State::Read(parsed) | State::Planned(parsed, _) => Some(parsed),
            State::Cut | State::Unreadable(_) | State::Emitted(_) => None,
        }
    }
}

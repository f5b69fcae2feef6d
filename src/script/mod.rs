//! Cuts a file losslessly into statements and everything between them.

pub mod copy;
mod data;
mod directive;
mod head;
mod lexer;
pub mod meta;
mod problem;
mod recover;
pub mod rules;
mod shape;
mod splitter;
mod template;

pub use problem::{Problem, ProblemKind};
pub use splitter::{Splitter, Step};

use crate::text::Span;

/// What a piece of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PieceKind {
    /// Blanks and comments between statements.
    Trivia,
    /// A comment line that a migration runner reads, such as `-- +goose Up`, without its line end.
    Directive(Directive),
    /// One statement, from its first token to its semicolon, or to its last token if it has none. Comments inside included.
    Statement,
    /// The semicolon that ends a statement. One that no statement precedes ends an empty statement.
    Terminator,
    /// A psql meta command, such as `\connect db`, without its line end. One in the middle of a statement (`\gexec`, and
    /// `\;`) ends it.
    Meta,
    /// Lines of `COPY … FROM stdin`, up to and with the `\.` line. A long run comes in several pieces.
    CopyData,
}

/// The runner directives that change what the statements after them are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Directive {
    /// What follows applies the migration.
    Up,
    /// What follows undoes it.
    Down,
    /// goose and sql-migrate send what stands between these two as one statement.
    StatementBegin,
    StatementEnd,
    /// Drizzle sends what stands between two of these as one query.
    Breakpoint,
    /// Liquibase's unit of change begins.
    Changeset,
    /// SQL that undoes a changeset of Liquibase's stands on this line.
    Rollback,
    /// Any other line a runner reads; kept as it is.
    Other,
}

impl Directive {
    /// Whether the statements after this line undo the migration; `None` when it says nothing about that.
    pub fn goes_down(self) -> Option<bool> {
        match self {
            Directive::Up => Some(false),
            Directive::Down => Some(true),
            _ => None,
        }
    }
}

/// A piece of a file. Pieces in order, put together, are the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub kind: PieceKind,
    pub span: Span,
}

/// The pieces of a whole text.
pub fn split(text: &[u8]) -> Vec<Piece> {
    split_with_problems(text).0
}

/// The pieces of a whole text, and what is wrong with it. A problem lies in the piece that holds its start.
pub fn split_with_problems(text: &[u8]) -> (Vec<Piece>, Vec<Problem>) {
    let mut splitter = Splitter::new();
    let (mut pieces, mut problems) = (Vec::new(), Vec::new());
    let mut rest = text;
    while let Step::Piece(piece) = splitter.next(rest, true) {
        rest = &rest[piece.span.len()..];
        pieces.push(piece);
        problems.extend(splitter.problem());
    }
    (pieces, problems)
}

/// Pairs each piece with whether it belongs to the part that undoes the migration.
pub fn with_direction(pieces: &[Piece]) -> impl Iterator<Item = (Piece, bool)> + '_ {
    pieces.iter().scan(false, |down, &piece| {
        if let PieceKind::Directive(directive) = piece.kind {
            *down = directive.goes_down().unwrap_or(*down);
        }
        Some((piece, *down))
    })
}

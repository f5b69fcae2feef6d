//! Cuts a file losslessly into statements and everything between them.

use crate::text::Span;

/// What a piece of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PieceKind {
    /// Blanks and comments between statements.
    Trivia,
    /// A comment line that a migration runner reads, such as `-- +goose Up`.
    Directive(Directive),
    /// One statement, from its first token to its last, comments inside included.
    Statement,
    /// The semicolon that ends a statement.
    Terminator,
    /// A psql meta command, such as `\connect db`, without its line end.
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
    /// Any other line a runner reads; kept as it is.
    Other,
}

/// A piece of a file. Pieces in order, put together, are the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub kind: PieceKind,
    pub span: Span,
}

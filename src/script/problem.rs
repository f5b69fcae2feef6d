//! What can be wrong with a file before anyone reads its SQL.

use crate::text::Span;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    UnterminatedString,
    UnterminatedIdentifier,
    UnterminatedDollarQuote,
    UnterminatedComment,
    /// The file ends inside COPY data: psql takes that for its end, no other reader should.
    UnterminatedCopyData,
    /// A zero byte, which PostgreSQL accepts nowhere.
    NulByte,
}

impl ProblemKind {
    /// The problem as a diagnostic says it.
    pub fn message(self) -> &'static str {
        match self {
            ProblemKind::UnterminatedString => "string is not closed before the end of the file",
            ProblemKind::UnterminatedIdentifier => {
                "quoted identifier is not closed before the end of the file"
            }
            ProblemKind::UnterminatedDollarQuote => "dollar quote is not closed before the end of the file",
            ProblemKind::UnterminatedComment => "comment is not closed before the end of the file",
            ProblemKind::UnterminatedCopyData => "COPY data ends without a `\\.` line",
            ProblemKind::NulByte => "zero byte in the text",
        }
    }
}

/// Something wrong, and where: at the opening quote or comment mark, at the first zero byte, or (an empty span)
/// where the data's `\.` is missing. Always within the piece it came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub span: Span,
}

//! Counts what became of the statements of a run.

use super::record::Status;
use std::fmt;
use std::time::Duration;

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub files: usize,
    pub unchanged: usize,
    pub rewritten: usize,
    pub folded: usize,
    pub dropped: usize,
    pub refused: usize,
    pub took: Duration,
}

impl Summary {
    pub fn count(&mut self, status: Status) {
        match status {
            Status::Unchanged => self.unchanged += 1,
            Status::Rewritten => self.rewritten += 1,
            Status::Folded => self.folded += 1,
            Status::Dropped => self.dropped += 1,
            Status::Refused => self.refused += 1,
        }
    }

    pub fn statements(&self) -> usize {
        self.unchanged + self.rewritten + self.folded + self.dropped + self.refused
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |count: usize, name: &str| match count {
            1 => format!("1 {name}"),
            _ => format!("{count} {name}s"),
        };
        write!(
            f,
            "{}, {}: {} unchanged, {} rewritten, {} folded, {} dropped, {} refused in {:.2} s",
            some(self.files, "file"),
            some(self.statements(), "statement"),
            self.unchanged,
            self.rewritten,
            self.folded,
            self.dropped,
            self.refused,
            self.took.as_secs_f64()
        )
    }
}

//! The verdict on one statement: what PostgreSQL answered against what TiDB answered, and whether it was announced.

use super::{Answer, Rows, Statement, value};
use crate::diagnostic::{Level, Status};
use crate::report::record::Record;
use std::fmt::Write;

/// What became of a statement's meaning. Worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Emitted, accepted, different, and nobody said so.
    Silent,
    /// Emitted, and TiDB refuses it.
    Rejected,
    DifferentFlagged,
    Refused,
    /// The same, but a warning said that it may not be.
    SameFlagged,
    Same,
    /// Fails only because of an earlier statement.
    Cascade,
    /// About the system or the session, or another answer every time.
    NotJudged,
}

impl Verdict {
    pub const ALL: [Verdict; 8] = [
        Verdict::Same,
        Verdict::SameFlagged,
        Verdict::DifferentFlagged,
        Verdict::Refused,
        Verdict::Rejected,
        Verdict::Silent,
        Verdict::Cascade,
        Verdict::NotJudged,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::SameFlagged => "same-flagged",
            Verdict::DifferentFlagged => "different-flagged",
            Verdict::Refused => "refused",
            Verdict::Rejected => "rejected",
            Verdict::Silent => "silent",
            Verdict::Cascade => "cascade",
            Verdict::NotJudged => "not judged",
        }
    }
}

/// A statement's verdict and all that it rests on.
#[derive(Debug, Clone)]
pub struct Judged {
    pub verdict: Verdict,
    /// Whether PostgreSQL took the statement.
    pub accepted: bool,
    pub statement: String,
    pub record: Option<Record>,
    /// What is different, a line each.
    pub differences: Vec<String>,
}

/// Compares two answers and the differences of the tables.
pub fn judge(
    statement: &Statement,
    record: &Record,
    original: &Answer,
    translated: &Answer,
    tables: &[String],
    shift: value::Shift,
) -> (Verdict, Vec<String>) {
    let flagged = record.diagnostics.iter().any(|finding| finding.level >= Level::Warning);
    let refused = record.status == Status::Refused;
    if let Answer::Error(error) = original {
        let fails = refused || matches!(translated, Answer::Error(_));
        return match fails {
            true => (Verdict::Same, Vec::new()),
            false if flagged => {
                (Verdict::DifferentFlagged, vec![format!("PostgreSQL: {error}"), "TiDB accepts it".into()])
            }
            false => (Verdict::Silent, vec![format!("PostgreSQL: {error}"), "TiDB accepts it".into()]),
        };
    }
    if refused {
        return (Verdict::Refused, Vec::new());
    }
    if let Answer::Error(error) = translated {
        return (Verdict::Rejected, vec![format!("TiDB: {error}")]);
    }
    let mut found = tables.to_vec();
    found.extend(answers(statement, original, translated, shift));
    let verdict = match (found.is_empty(), flagged) {
        (true, false) => Verdict::Same,
        (true, true) => Verdict::SameFlagged,
        (false, true) => Verdict::DifferentFlagged,
        (false, false) => Verdict::Silent,
    };
    (verdict, found)
}

/// How the answers differ. A SELECT's rows must be there; whatever else gives rows must give the same.
fn answers(
    statement: &Statement,
    original: &Answer,
    translated: &Answer,
    shift: value::Shift,
) -> Option<String> {
    let none = Rows::default();
    let (wanted, given) = match (original, translated) {
        (Answer::Rows(wanted), Answer::Rows(given)) => (wanted, given),
        (Answer::Rows(wanted), _) => (wanted, &none),
        // SELECT setval(…) becomes a statement that answers nothing on one side only when PostgreSQL does not ask.
        _ => return None,
    };
    let ordered = statement.is_ordered();
    if value::same_rows(&wanted.kinds, &wanted.rows, &given.rows, ordered, shift) {
        return None;
    }
    let mut text = String::from(if ordered { "rows, in order" } else { "rows" });
    for (side, rows) in [("PostgreSQL", wanted), ("TiDB", given)] {
        let _ = write!(text, "\n      {side}: {}", shown(rows));
    }
    Some(text)
}

/// At most a dozen rows.
pub fn shown(rows: &Rows) -> String {
    let row = |row: &Vec<value::Value>| {
        let values: Vec<String> = row.iter().map(ToString::to_string).collect();
        format!("({})", values.join(", "))
    };
    let mut text: Vec<String> = rows.rows.iter().take(12).map(row).collect();
    if rows.rows.len() > text.len() {
        text.push(format!("… {} rows", rows.rows.len()));
    }
    if text.is_empty() { "no rows".into() } else { text.join(" ") }
}

//! Which input statements PostgreSQL itself did not accept, from the lines that psql names.

use super::postgres::PsqlError;
use crate::report::record::Record;

/// For each record of one file, whether PostgreSQL refused its statement.
///
/// psql names the line where a statement ends. That line lies between the first line of the statement and the first
/// line of the next one; of several statements on one line the last is taken.
pub fn failed_on_postgres(records: &[Record], errors: &[PsqlError]) -> Vec<bool> {
    let mut failed = vec![false; records.len()];
    for error in errors {
        let after = records.partition_point(|record| record.line <= error.line);
        if let Some(slot) = after.checked_sub(1).and_then(|at| failed.get_mut(at)) {
            *slot = true;
        }
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::record::{Direction, Status};

    #[test]
    fn the_statement_around_the_line_is_blamed() {
        let record = |line| Record {
            file: "f.sql".into(),
            index: 0,
            line,
            direction: Direction::Up,
            status: Status::Unchanged,
            sql: Vec::new(),
            diagnostics: Vec::new(),
        };
        let records = [record(1), record(4), record(9)];
        let error = |line| PsqlError { line, message: String::new() };
        assert_eq!(failed_on_postgres(&records, &[error(6)]), [false, true, false]);
        assert_eq!(failed_on_postgres(&records, &[error(9), error(2)]), [true, false, true]);
    }
}

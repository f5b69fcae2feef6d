//! Turns what the servers did into the numbers of the issue.

use crate::corpus::Corpus;
use crate::lanes::Runs;
use pg2tidb::report::record::{Direction, Record, Status};
use pg2tidb::verify::compare::{ObjectKind, Tally};
use pg2tidb::verify::{Comparison, compare, failed_on_postgres};
use std::collections::HashMap;

/// The numbers of one project, or of all.
#[derive(Default, Clone)]
pub struct Numbers {
    pub name: String,
    /// Input statements that apply the migration.
    pub statements: usize,
    pub refused: usize,
    /// Emitted statements whose source PostgreSQL accepted, and those that TiDB accepts, by target.
    pub accepted: [Tally; 2],
    /// Statements called `unchanged` that TiDB 8.5 rejects, and not because something is missing that an earlier
    /// statement should have made: text that no rule understood was passed through.
    pub passed_through: usize,
    /// By kind of object, on TiDB 8.5.
    pub objects: [Tally; 8],
}

pub struct Measured {
    pub projects: Vec<Numbers>,
    pub total: Numbers,
    /// For each group, on TiDB 8.5.
    pub comparisons: Vec<Comparison>,
    /// For each target and group: which records are measured, and which of these PostgreSQL refused.
    pub sources: [Vec<Vec<Source>>; 2],
}

/// What to make of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Counted,
    /// PostgreSQL refused the statement itself: whatever TiDB says is no fault of the translation.
    FailedOnPostgres,
    /// A `down`, or something that only has to be there before.
    Outside,
}

impl Numbers {
    fn add(&mut self, other: &Numbers) {
        self.statements += other.statements;
        self.refused += other.refused;
        self.passed_through += other.passed_through;
        for (sum, more) in self.accepted.iter_mut().zip(other.accepted) {
            sum.add(more);
        }
        for (sum, more) in self.objects.iter_mut().zip(other.objects) {
            sum.add(more);
        }
    }

    /// Tables, columns and primary keys together: the measure.
    pub fn arrived(&self) -> Tally {
        self.sum(&[ObjectKind::Table, ObjectKind::Column, ObjectKind::PrimaryKey])
    }

    /// Everything else that is compared.
    pub fn others(&self) -> Tally {
        use ObjectKind::{Check, ForeignKey, Index, Unique, View};
        self.sum(&[Unique, ForeignKey, Check, Index, View])
    }

    fn sum(&self, kinds: &[ObjectKind]) -> Tally {
        let mut sum = Tally::default();
        for kind in kinds {
            sum.add(self.objects[*kind as usize]);
        }
        sum
    }
}

pub fn measure(corpus: &Corpus, runs: &Runs) -> Measured {
    let mut projects: Vec<Numbers> = Vec::new();
    let mut comparisons = Vec::new();
    let mut sources = [Vec::new(), Vec::new()];
    for (number, group) in corpus.groups.iter().enumerate() {
        let mut numbers = Numbers { name: group.project.clone(), ..Numbers::default() };
        // Each statement of the input has its record, whatever the target: none may be lost.
        let counts = [0, 1].map(|which: usize| runs.translated[which][number].records.len());
        assert_eq!(counts[0], counts[1], "records of {} for TiDB 8.5 and 7.5", group.name);
        for (which, sources) in sources.iter_mut().enumerate() {
            let translated = &runs.translated[which][number];
            let source = judge(corpus, runs, number, &translated.records);
            let counted = |at: usize| source[at] == Source::Counted;
            let tally = &mut numbers.accepted[which];
            for (_, record) in translated.records.iter().enumerate().filter(|(at, _)| counted(*at)) {
                tally.total += record.sql.len();
                if which == 0 {
                    numbers.statements += 1;
                    numbers.refused += usize::from(record.status == Status::Refused);
                }
            }
            let rejected = || translated.replay.rejected.iter().filter(|rejected| counted(rejected.record));
            tally.equivalent = tally.total - rejected().count();
            if which == 0 {
                let unchanged = |record: usize| translated.records[record].status == Status::Unchanged;
                let own_fault = rejected().filter(|rejected| !for_want_of_an_object(&rejected.error));
                numbers.passed_through = own_fault.filter(|rejected| unchanged(rejected.record)).count();
            }
            sources.push(source);
        }
        let comparison = compare(&runs.original[number].schema, &runs.translated[0][number].schema);
        for kind in ObjectKind::ALL {
            numbers.objects[kind as usize] = comparison.tally(kind);
        }
        comparisons.push(comparison);
        match projects.last_mut().filter(|last| last.name == group.project) {
            Some(project) => project.add(&numbers),
            None => projects.push(numbers),
        }
    }
    let mut total = Numbers { name: "total".into(), ..Numbers::default() };
    projects.iter().for_each(|project| total.add(project));
    Measured { projects, total, comparisons, sources }
}

/// Unknown database, table, column, key, or referenced table.
fn for_want_of_an_object(error: &str) -> bool {
    const CODES: [&str; 10] =
        ["1049", "1051", "1054", "1072", "1091", "1146", "1176", "1822", "1824", "3940"];
    error.split(' ').next().is_some_and(|code| CODES.contains(&code))
}

fn judge(corpus: &Corpus, runs: &Runs, number: usize, records: &[Record]) -> Vec<Source> {
    let group = &corpus.groups[number];
    let places: HashMap<String, usize> =
        group.files.iter().enumerate().map(|(at, file)| (file.path.display().to_string(), at)).collect();
    let mut source = Vec::with_capacity(records.len());
    for of_file in records.chunk_by(|one, two| one.file == two.file) {
        let Some(at) = places.get(&of_file[0].file) else {
            panic!("the converter names a file it was not given: {}", of_file[0].file)
        };
        let failed = failed_on_postgres(of_file, &runs.original[number].files[*at].errors);
        let counted = group.files[*at].counted;
        source.extend(of_file.iter().zip(failed).map(|(record, failed)| {
            if !counted || record.direction == Direction::Down {
                Source::Outside
            } else if failed {
                Source::FailedOnPostgres
            } else {
                Source::Counted
            }
        }));
    }
    source
}

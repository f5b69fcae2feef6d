//! Floors under the measures: committed, and only ever raised.

use crate::measure::{Measured, Numbers};
use crate::table::percent;
use pg2tidb::verify::compare::Tally;
use pg2tidb::verify::differential::Verdict;
use pg2tidb::verify::differential::report::Tally as Tallied;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const FILE: &str = "tests/oracle/floors.toml";
const HEAD: &str = "# Percentages that the oracle tests must reach; UPDATE_FLOORS=1 raises them, nothing lowers them.\n\
                    # accepted: emitted statements that TiDB takes; arrived: tables, columns and primary keys equivalent\n\
                    # on TiDB 8.5; others: uniques, foreign keys, checks, indexes and views.\n\n";

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    accepted_8_5: f64,
    accepted_7_5: f64,
    arrived: f64,
    others: f64,
}

impl Floor {
    fn of(numbers: &Numbers) -> Floor {
        // Rounded down, so that a floor is never above what was measured.
        let down = |tally: Tally| (percent(tally) * 10.0 + 1e-9).floor() / 10.0;
        Floor {
            accepted_8_5: down(numbers.accepted[0]),
            accepted_7_5: down(numbers.accepted[1]),
            arrived: down(numbers.arrived()),
            others: down(numbers.others()),
        }
    }

    fn parts(&mut self) -> [(&'static str, &mut f64); 4] {
        [
            ("accepted_8_5", &mut self.accepted_8_5),
            ("accepted_7_5", &mut self.accepted_7_5),
            ("arrived", &mut self.arrived),
            ("others", &mut self.others),
        ]
    }
}

/// `complete`: all projects were run, so the total has a meaning too.
pub fn check(measured: &Measured, complete: bool) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut floors: BTreeMap<String, Floor> =
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
    let mut below = Vec::new();
    let total = complete.then_some(&measured.total);
    for numbers in measured.projects.iter().chain(total) {
        let mut now = Floor::of(numbers);
        let floor = floors.entry(numbers.name.clone()).or_default();
        for ((what, floor), (_, now)) in floor.parts().into_iter().zip(now.parts()) {
            if *now < *floor {
                below.push(format!("{} {what}: {now} is below the floor of {floor}", numbers.name));
            }
            *floor = floor.max(*now);
        }
    }
    if std::env::var_os("UPDATE_FLOORS").is_some() {
        let text = toml::to_string(&floors).map_err(|error| error.to_string())?;
        std::fs::write(&path, format!("{HEAD}{text}"))
            .map_err(|error| format!("cannot write {FILE}: {error}"))?;
        println!("oracle: floors written to {FILE}");
    }
    if below.is_empty() { Ok(()) } else { Err(below.join("\n")) }
}

const DIFFERENTIAL: &str = "tests/oracle/differential.toml";
const DIFFERENTIAL_HEAD: &str = "# What the differential cases must reach, by TiDB and file: `same` is the percentage of the statements that\n\
     # PostgreSQL accepts, `silent` and `rejected` are the most there may be. UPDATE_FLOORS=1 improves them, nothing else does.\n\n";

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Same {
    same: f64,
    silent: usize,
    rejected: usize,
}

/// The floors of the differential cases, for the files that were run whole or in part.
pub fn differential(target: &str, files: &[(String, Tallied)]) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DIFFERENTIAL);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut floors: BTreeMap<String, BTreeMap<String, Same>> =
        toml::from_str(&text).map_err(|error| format!("{DIFFERENTIAL}: {error}"))?;
    let of_target = floors.entry(format!("tidb-{target}")).or_default();
    let mut below = Vec::new();
    for (name, tally) in files {
        let now = Same {
            same: (tally.percent(Verdict::Same) * 10.0 + 1e-9).floor() / 10.0,
            silent: tally.of(Verdict::Silent),
            rejected: tally.of(Verdict::Rejected),
        };
        let floor = of_target.entry(name.clone()).or_insert(now);
        if now.same < floor.same || now.silent > floor.silent || now.rejected > floor.rejected {
            below.push(format!("TiDB {target} {name}: {now:?} is worse than {floor:?}"));
        }
        floor.same = floor.same.max(now.same);
        floor.silent = floor.silent.min(now.silent);
        floor.rejected = floor.rejected.min(now.rejected);
    }
    if std::env::var_os("UPDATE_FLOORS").is_some() {
        let text = toml::to_string(&floors).map_err(|error| error.to_string())?;
        std::fs::write(&path, format!("{DIFFERENTIAL_HEAD}{text}"))
            .map_err(|error| format!("cannot write {DIFFERENTIAL}: {error}"))?;
    }
    if below.is_empty() || std::env::var_os("DIFFERENTIAL").is_some() {
        Ok(())
    } else {
        Err(below.join("\n"))
    }
}

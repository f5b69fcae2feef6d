//! Floors under the measures: committed, and only ever raised.

use crate::measure::{Measured, Numbers};
use crate::table::percent;
use pg2tidb::verify::compare::Tally;
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

//! The table that a run prints.

use crate::measure::{Measured, Numbers};
use pg2tidb::verify::compare::Tally;
use std::fmt::Write;

pub fn percent(tally: Tally) -> f64 {
    if tally.total == 0 { 100.0 } else { 100.0 * tally.equivalent as f64 / tally.total as f64 }
}

pub fn render(measured: &Measured) -> String {
    let mut out = String::new();
    let heads = ["tables", "columns", "pks", "uniques", "fks", "checks", "indexes", "views"];
    let _ = write!(
        out,
        "\n{:<18}{:>7}{:>8}{:>8}{:>8}{:>8}",
        "project", "stmts", "refused", "emitted", "8.5 %", "7.5 %"
    );
    heads.iter().for_each(|head| out.push_str(&format!("{head:>13}")));
    out.push('\n');
    for numbers in measured.projects.iter().chain([&measured.total]) {
        out.push_str(&row(numbers));
    }
    let total = &measured.total;
    let (newer, older, arrived, others) =
        (total.accepted[0], total.accepted[1], total.arrived(), total.others());
    let line = |what: &str, tally: Tally| {
        format!("{what}: {:.2} % ({} of {})\n", percent(tally), tally.equivalent, tally.total)
    };
    out.push('\n');
    out.push_str(&line("emitted statements that TiDB 8.5 accepts", newer));
    out.push_str(&line("emitted statements that TiDB 7.5 accepts", older));
    out.push_str(&line(
        "PostgreSQL's tables, columns and primary keys that arrive equivalent on TiDB 8.5",
        arrived,
    ));
    let _ = writeln!(
        out,
        "unchanged statements that TiDB 8.5 rejects for what they say: {}",
        total.passed_through
    );
    out.push_str(&line("uniques, foreign keys, checks, indexes and views that arrive equivalent", others));
    out
}

fn row(numbers: &Numbers) -> String {
    let mut row = format!(
        "{:<18}{:>7}{:>8}{:>8}{:>8.1}{:>8.1}",
        numbers.name,
        numbers.statements,
        numbers.refused,
        numbers.accepted[0].total,
        percent(numbers.accepted[0]),
        percent(numbers.accepted[1]),
    );
    for tally in numbers.objects {
        row.push_str(&format!("{:>13}", format!("{}/{}", tally.equivalent, tally.total)));
    }
    row.push('\n');
    row
}

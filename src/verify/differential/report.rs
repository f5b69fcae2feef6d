//! The table that a differential run prints, and the file in which its failures can be read.

use super::{Judged, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How often each verdict was given, by whether PostgreSQL accepts the statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    accepted: BTreeMap<Verdict, usize>,
    failing: BTreeMap<Verdict, usize>,
}

impl Tally {
    pub fn count(&mut self, judged: &Judged) {
        let side = if judged.accepted { &mut self.accepted } else { &mut self.failing };
        *side.entry(judged.verdict).or_default() += 1;
    }

    pub fn add(&mut self, other: &Tally) {
        for (sum, more) in [(&mut self.accepted, &other.accepted), (&mut self.failing, &other.failing)] {
            for (verdict, count) in more {
                *sum.entry(*verdict).or_default() += count;
            }
        }
    }

    /// Of all statements.
    pub fn of(&self, verdict: Verdict) -> usize {
        let count = |side: &BTreeMap<Verdict, usize>| side.get(&verdict).copied().unwrap_or(0);
        count(&self.accepted) + count(&self.failing)
    }

    /// Of the statements that PostgreSQL accepts and that are judged, in per cent.
    pub fn percent(&self, verdict: Verdict) -> f64 {
        let judged: usize =
            self.accepted.iter().filter(|(v, _)| **v != Verdict::NotJudged).map(|(_, n)| n).sum();
        let count = self.accepted.get(&verdict).copied().unwrap_or(0);
        if judged == 0 { 100.0 } else { 100.0 * count as f64 / judged as f64 }
    }
}

/// A line per file, and the total.
pub fn table(target: &str, files: &[(String, Tally)]) -> String {
    let mut out = format!("\n{:<32}", format!("TiDB {target}"));
    for verdict in Verdict::ALL {
        let _ = write!(out, "{:>18}", verdict.as_str());
    }
    let _ = writeln!(out, "{:>8}{:>10}", "same %", "flagged %");
    let mut total = Tally::default();
    files.iter().for_each(|(_, tally)| total.add(tally));
    let all = [("total".to_owned(), total)];
    for (name, tally) in files.iter().chain(&all) {
        let _ = write!(out, "{name:<32}");
        for verdict in Verdict::ALL {
            let _ = write!(out, "{:>18}", tally.of(verdict));
        }
        let _ = writeln!(
            out,
            "{:>8.1}{:>10.1}",
            tally.percent(Verdict::Same),
            tally.percent(Verdict::SameFlagged)
        );
    }
    out
}

/// Every statement that is not plainly the same, worst first.
pub fn failures(judged: &[(String, Judged)]) -> String {
    let mut failed: Vec<&(String, Judged)> =
        judged.iter().filter(|(_, j)| !matches!(j.verdict, Verdict::Same | Verdict::NotJudged)).collect();
    failed.sort_by_key(|(_, judged)| judged.verdict);
    let mut out = String::new();
    for (place, judged) in failed {
        let _ = writeln!(out, "== {} {place}", judged.verdict.as_str());
        let _ = writeln!(out, "  pg:   {}", cut(&judged.statement));
        if let Some(record) = &judged.record {
            for sql in &record.sql {
                let _ = writeln!(out, "  tidb: {}", cut(sql));
            }
            for finding in &record.diagnostics {
                let level = finding.level.as_str();
                let _ = writeln!(out, "  {level} {}: {}", finding.code, finding.message);
            }
        }
        for difference in &judged.differences {
            let _ = writeln!(out, "    {difference}");
        }
    }
    out
}

fn cut(text: &str) -> String {
    let cut: String = text.chars().take(2_000).collect();
    cut.replace('\n', "\n        ")
}

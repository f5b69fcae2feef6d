//! What a whole project means for TiDB, before anyone decides: what converts by itself, what has to be looked at, what
//! is refused, and how long it may take.

use super::record::{Record, Status};
use crate::config::Effort;
use crate::diagnostic::{Fidelity, Rule};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many places of a rule are kept.
const PLACES: usize = 50;

/// A statement with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub record: Record,
    pub source: String,
}

/// Something outside of the SQL that a person has to see to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Todo {
    pub file: String,
    pub what: String,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub message: String,
    /// The number of its statement in `Assessment::entries`.
    #[serde(skip)]
    pub entry: Option<usize>,
}

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleRow {
    pub code: String,
    pub name: &'static str,
    pub summary: &'static str,
    #[serde(skip)]
    pub docs: &'static str,
    pub fidelity: Fidelity,
    pub findings: usize,
    pub statements: usize,
    pub files: usize,
    pub minutes: u64,
    /// What to do instead, as the findings say it.
    pub advice: Vec<String>,
    pub places: Vec<Place>,
}

/// Counts of statements by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub unchanged: usize,
    pub rewritten: usize,
    pub folded: usize,
    pub dropped: usize,
    pub refused: usize,
}

/// The least that a statement's translation keeps, counted over statements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub exact: usize,
    pub approximate: usize,
    pub lossy: usize,
    pub refused: usize,
}

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ready,
    Review,
    Feasible,
    Partial,
    Redesign,
    Empty,
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    pub project: String,
    pub layout: String,
    pub target: &'static str,
    pub version: &'static str,
    pub verdict: Verdict,
    pub verdict_line: String,
    pub files: usize,
    pub statements: usize,
    pub outcomes: Counts,
    pub kept: Kept,
    pub minutes: u64,
    pub effort: String,
    pub rules: Vec<RuleRow>,
    pub todo: Vec<Todo>,
    #[serde(skip)]
    pub entries: Vec<Entry>,
}

/// What an assessment is made of.
#[derive(Debug, Clone, Default)]
pub struct Material {
    pub project: String,
    pub layout: String,
    pub target: &'static str,
    pub files: usize,
    pub entries: Vec<Entry>,
    pub todo: Vec<Todo>,
}

/// The least that a statement's findings say is kept.
pub fn fidelity(record: &Record) -> Fidelity {
    if record.status == Status::Refused {
        return Fidelity::Refused;
    }
    let all = record.diagnostics.iter().map(|finding| finding.fidelity);
    all.max_by_key(|fidelity| *fidelity as u8).unwrap_or(Fidelity::Exact)
}

impl Assessment {
    /// `rule` knows rules by their codes.
    pub fn new(
        material: Material,
        costs: &Effort,
        rule: impl Fn(&str) -> Option<&'static Rule>,
    ) -> Assessment {
        let Material { project, layout, target, files, entries, todo } = material;
        let (mut outcomes, mut kept) = (Counts::default(), Kept::default());
        for entry in &entries {
            *match entry.record.status {
                Status::Unchanged => &mut outcomes.unchanged,
                Status::Rewritten => &mut outcomes.rewritten,
                Status::Folded => &mut outcomes.folded,
                Status::Dropped => &mut outcomes.dropped,
                Status::Refused => &mut outcomes.refused,
            } += 1;
            *match fidelity(&entry.record) {
                Fidelity::Exact => &mut kept.exact,
                Fidelity::Approximate => &mut kept.approximate,
                Fidelity::Lossy => &mut kept.lossy,
                Fidelity::Refused => &mut kept.refused,
            } += 1;
        }
        let rules = rules(&entries, costs, rule);
        let beside = todo.len() as u64 * u64::from(costs.side_file);
        let minutes = rules.iter().map(|row| row.minutes).sum::<u64>() + beside;
        let effort = duration(minutes, costs);
        let verdict = verdict(&kept);
        let statements = entries.len();
        let verdict_line = sentence(verdict, &kept, statements, minutes, &effort);
        Assessment {
            project,
            layout,
            target,
            version: env!("CARGO_PKG_VERSION"),
            verdict,
            verdict_line,
            files,
            statements,
            outcomes,
            kept,
            minutes,
            effort,
            rules,
            todo,
            entries,
        }
    }

    /// The statements that people are shown, the gravest first: those that somebody should look at, then other changes.
    pub fn shown(&self, at_most: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.entries.len())
            .filter(|&at| self.entries[at].record.status != Status::Unchanged || self.grave(at) > 0)
            .collect();
        order.sort_by_key(|&at| std::cmp::Reverse(self.grave(at)));
        order.truncate(at_most);
        order
    }

    fn grave(&self, at: usize) -> u8 {
        fidelity(&self.entries[at].record) as u8
    }
}

fn rules(entries: &[Entry], costs: &Effort, rule: impl Fn(&str) -> Option<&'static Rule>) -> Vec<RuleRow> {
    #[derive(Default)]
    struct Found<'a> {
        fidelity: Option<Fidelity>,
        weighed: [usize; 4],
        statements: BTreeSet<usize>,
        files: BTreeSet<&'a str>,
        advice: BTreeMap<&'a str, usize>,
        places: Vec<Place>,
        findings: usize,
    }
    let mut found: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        for finding in &entry.record.diagnostics {
            let row = found.entry(finding.code.as_str()).or_default();
            row.findings += 1;
            row.weighed[finding.fidelity as usize] += 1;
            row.fidelity =
                row.fidelity.filter(|most| *most as u8 >= finding.fidelity as u8).or(Some(finding.fidelity));
            row.statements.insert(at);
            row.files.insert(&entry.record.file);
            if let Some(help) = &finding.help {
                let order = row.advice.len();
                row.advice.entry(help).or_insert(order);
            }
            if row.places.len() < PLACES {
                row.places.push(Place {
                    file: entry.record.file.clone(),
                    line: finding.line,
                    message: finding.message.clone(),
                    entry: Some(at),
                });
            }
        }
    }
    let mut rows: Vec<RuleRow> = found
        .into_iter()
        .filter_map(|(code, found)| {
            let rule = rule(code)?;
            let mut advice: Vec<(&str, usize)> = found.advice.into_iter().collect();
            advice.sort_by_key(|(_, order)| *order);
            Some(RuleRow {
                code: code.to_owned(),
                name: rule.name,
                summary: rule.summary.trim(),
                docs: rule.docs,
                fidelity: found.fidelity.unwrap_or(Fidelity::Exact),
                findings: found.findings,
                statements: found.statements.len(),
                files: found.files.len(),
                minutes: minutes(costs, rule, found.weighed),
                advice: advice.into_iter().take(3).map(|(help, _)| help.to_owned()).collect(),
                places: found.places,
            })
        })
        .collect();
    rows.sort_by(|a, b| {
        (b.fidelity as u8, b.minutes, b.findings, &a.code).cmp(&(
            a.fidelity as u8,
            a.minutes,
            a.findings,
            &b.code,
        ))
    });
    rows
}

/// What a rule's findings cost: getting to know it once, then each finding, and less for each once there are many.
fn minutes(costs: &Effort, rule: &Rule, weighed: [usize; 4]) -> u64 {
    let own = [rule.code, rule.name].iter().find_map(|name| costs.rules.get(*name)).copied();
    let [_, approximate, lossy, refused] = weighed;
    let each = [(approximate, costs.approximate), (lossy, costs.lossy), (refused, costs.refused)];
    let mut total = 0;
    for (count, cost) in each.into_iter().filter(|(count, _)| *count > 0) {
        let cost = u64::from(own.unwrap_or(cost));
        let (count, bulk) = (count as u64, u64::from(costs.bulk));
        total += count.min(bulk) * cost + (count.saturating_sub(bulk) * cost).div_ceil(10);
    }
    if total > 0 { total + u64::from(costs.rule) } else { 0 }
}

/// Minutes as people say them.
pub fn duration(minutes: u64, costs: &Effort) -> String {
    let day = u64::from(costs.hours_per_day.max(1)) * 60;
    match minutes {
        0 => "no work".to_owned(),
        1..60 => format!("{minutes} minutes"),
        _ if minutes < day => {
            let hours = minutes.div_ceil(60);
            if hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") }
        }
        _ => {
            let halves = (minutes * 2).div_ceil(day);
            match (halves / 2, halves % 2) {
                (1, 0) => "1 day".to_owned(),
                (days, 0) => format!("{days} days"),
                (days, _) => format!("{days}½ days"),
            }
        }
    }
}

fn verdict(kept: &Kept) -> Verdict {
    let all = kept.exact + kept.approximate + kept.lossy + kept.refused;
    match kept.refused {
        _ if all == 0 => Verdict::Empty,
        0 if kept.lossy + kept.approximate == 0 => Verdict::Ready,
        0 => Verdict::Review,
        refused if refused * 20 <= all => Verdict::Feasible,
        refused if refused * 4 <= all => Verdict::Partial,
        _ => Verdict::Redesign,
    }
}

/// A share in percent, never rounded up to all or down to none.
pub fn percent(part: usize, all: usize) -> String {
    match (part, all) {
        (0, _) | (_, 0) => "0 %".to_owned(),
        _ if part == all => "100 %".to_owned(),
        _ => {
            let tenths = (part * 1000 / all).clamp(1, 999);
            if !(10..990).contains(&tenths) {
                format!("{}.{} %", tenths / 10, tenths % 10)
            } else {
                format!("{} %", tenths / 10)
            }
        }
    }
}

fn sentence(verdict: Verdict, kept: &Kept, statements: usize, minutes: u64, effort: &str) -> String {
    let by_itself = percent(statements - kept.refused, statements);
    let count =
        |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let refused = count(kept.refused, "statement needs", "statements need");
    let look = count(kept.approximate + kept.lossy, "statement has", "statements have");
    let about = if minutes == 0 { String::new() } else { format!("; about {effort} of work") };
    match verdict {
        Verdict::Empty => "There is no SQL statement here.".to_owned(),
        Verdict::Ready => {
            format!("Ready: all {statements} statements convert and keep their meaning{about}.")
        }
        Verdict::Review => format!("Ready after review: everything converts, {look} to be looked at{about}."),
        Verdict::Feasible => format!("Feasible: {by_itself} converts by itself, {refused} a person{about}."),
        Verdict::Partial => {
            format!("Feasible with work: {by_itself} converts by itself, {refused} a person{about}.")
        }
        Verdict::Redesign => {
            format!(
                "Needs a redesign in part: only {by_itself} converts by itself, {refused} a person{about}."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_rounded_to_all_or_none() {
        for (part, all, text) in [
            (0, 10, "0 %"),
            (10, 10, "100 %"),
            (1, 100_000, "0.1 %"),
            (99_999, 100_000, "99.9 %"),
            (1, 3, "33 %"),
            (0, 0, "0 %"),
        ] {
            assert_eq!(percent(part, all), text);
        }
    }

    #[test]
    fn effort_is_said_in_round_numbers() {
        let costs = Effort::default();
        for (minutes, text) in [
            (0, "no work"),
            (59, "59 minutes"),
            (60, "1 hour"),
            (61, "2 hours"),
            (360, "1 day"),
            (361, "1½ days"),
            (1080, "3 days"),
        ] {
            assert_eq!(duration(minutes, &costs), text);
        }
    }

    #[test]
    fn many_findings_of_one_rule_are_seen_to_in_bulk() {
        let costs = Effort::default();
        let rule = &crate::report::rules::PSQL_META_COMMAND;
        let few = minutes(&costs, rule, [0, 0, 2, 0]);
        assert_eq!(few, 2 * u64::from(costs.lossy) + u64::from(costs.rule));
        let many = minutes(&costs, rule, [0, 0, 1010, 0]);
        assert_eq!(many, 110 * u64::from(costs.lossy) + u64::from(costs.rule));
        assert_eq!(minutes(&costs, rule, [7, 0, 0, 0]), 0);
        let own = Effort { rules: [("P010".to_owned(), 1)].into(), ..costs };
        assert_eq!(minutes(&own, rule, [0, 0, 2, 0]), 2 + u64::from(own.rule));
    }
}

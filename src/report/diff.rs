//! What a change of the sources means for TiDB: two states converted, file by file.

use super::assess::Entry;
use super::record::Status;
use crate::diagnostic::Fidelity;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// A diff that is not minimal is better than one that takes minutes.
const DIFF_TIME: Duration = Duration::from_secs(2);

/// One file of a state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileState {
    /// What is written for TiDB.
    pub output: String,
    /// None where only the output is known.
    pub entries: Vec<Entry>,
}

/// A state, by the paths of its files.
pub type State = BTreeMap<String, FileState>;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Added,
    Removed,
    Changed,
}

/// Something that is said of the new state and was not of the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct News {
    pub line: usize,
    pub code: String,
    pub fidelity: Fidelity,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    pub source: String,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileDiff {
    pub file: String,
    pub change: Change,
    /// Lines of the output.
    pub added: usize,
    pub removed: usize,
    pub news: Vec<News>,
    /// How many findings of the old state are gone.
    pub resolved: usize,
    /// The output, as a unified diff.
    pub diff: String,
}

/// All that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub old: String,
    pub new: String,
    pub target: &'static str,
    pub files: Vec<FileDiff>,
    /// Files whose output is the same.
    pub same: usize,
    pub refused: usize,
    pub lossy: usize,
    pub approximate: usize,
    pub resolved: usize,
}

impl Difference {
    pub fn new(old: (String, &State), new: (String, &State), target: &'static str) -> Difference {
        let mut files = Vec::new();
        let mut same = 0;
        let mut names: Vec<&String> =
            old.1.keys().chain(new.1.keys().filter(|name| !old.1.contains_key(*name))).collect();
        names.sort();
        for name in names {
            match file(name, old.1.get(name), new.1.get(name)) {
                Some(diff) => files.push(diff),
                None => same += 1,
            }
        }
        let gravest = |diff: &FileDiff| diff.news.iter().map(|news| news.fidelity as u8).max().unwrap_or(0);
        files.sort_by_key(|diff| std::cmp::Reverse(gravest(diff)));
        let count =
            |fidelity| files.iter().flat_map(|diff| &diff.news).filter(|n| n.fidelity == fidelity).count();
        let (refused, lossy, approximate) =
            (count(Fidelity::Refused), count(Fidelity::Lossy), count(Fidelity::Approximate));
        let resolved = files.iter().map(|diff| diff.resolved).sum();
        Difference { old: old.0, new: new.0, target, files, same, refused, lossy, approximate, resolved }
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The difference in a sentence.
    pub fn summary(&self) -> String {
        let some = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        if self.is_empty() {
            return format!("nothing changes for TiDB ({} the same)", some(self.same, "file"));
        }
        let (added, removed): (usize, usize) =
            self.files.iter().fold((0, 0), |(a, r), diff| (a + diff.added, r + diff.removed));
        let mut parts = vec![format!("{} differ, +{added} −{removed} lines", some(self.files.len(), "file"))];
        for (count, what) in
            [(self.refused, "refused"), (self.lossy, "lossy"), (self.approximate, "approximate")]
        {
            if count > 0 {
                parts.push(format!("{count} newly {what}"));
            }
        }
        if self.resolved > 0 {
            parts.push(format!("{} resolved", self.resolved));
        }
        parts.join("; ")
    }
}

fn file(name: &str, old: Option<&FileState>, new: Option<&FileState>) -> Option<FileDiff> {
    let nothing = FileState::default();
    let change = match (old, new) {
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    let (before, after) = (old.unwrap_or(&nothing), new.unwrap_or(&nothing));
    let (news, resolved) = news(before, after);
    if change == Change::Changed && before.output == after.output && news.is_empty() && resolved == 0 {
        return None;
    }
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(&before.output, &after.output);
    let lines = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    let label =
        |there: bool, side: &str| if there { format!("{side}/{name}") } else { "/dev/null".to_owned() };
    let (from, to) = (label(old.is_some(), "a"), label(new.is_some(), "b"));
    Some(FileDiff {
        file: name.to_owned(),
        change,
        added: lines(ChangeTag::Insert),
        removed: lines(ChangeTag::Delete),
        news,
        resolved,
        diff: diff.unified_diff().context_radius(3).header(&from, &to).to_string(),
    })
}

/// What is said of the new state and not of the old one, the gravest first, and how much is said no more. A finding that only moved is
/// the same.
fn news(old: &FileState, new: &FileState) -> (Vec<News>, usize) {
    let mut before: HashMap<(&str, &str), usize> = HashMap::new();
    for finding in old.entries.iter().flat_map(|entry| &entry.record.diagnostics) {
        if finding.fidelity != Fidelity::Exact {
            *before.entry((&finding.code, &finding.message)).or_default() += 1;
        }
    }
    let mut news = Vec::new();
    for entry in &new.entries {
        for finding in entry.record.diagnostics.iter().filter(|finding| finding.fidelity != Fidelity::Exact) {
            match before.get_mut(&(finding.code.as_str(), finding.message.as_str())) {
                Some(count) if *count > 0 => *count -= 1,
                // nothing is known of the old state but its text
                _ if old.entries.is_empty()
                    && !old.output.is_empty()
                    && entry.record.status != Status::Refused => {}
                _ => news.push(News {
                    line: finding.line,
                    code: finding.code.clone(),
                    fidelity: finding.fidelity,
                    message: finding.message.clone(),
                    help: finding.help.clone(),
                    source: entry.source.clone(),
                }),
            }
        }
    }
    news.sort_by_key(|news| (std::cmp::Reverse(news.fidelity as u8), news.line));
    (news, before.values().sum())
}

//! `lint --fix` and `lint --diff`: applies the fixes that keep the meaning.

use crate::lint::Fix;
use crate::project::{AtomicFile, LintFile, Linted, ProjectError, SourceFile};
use crate::report::issue::Issue;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::io::Write;

/// Fixes can make room for others. No chain of them is as long as this; one that were would be found out here.
const ROUNDS: usize = 10;

/// How many fixes of each rule.
type Counts = BTreeMap<&'static str, usize>;

/// A file with its fixes applied.
pub struct Fixed {
    pub source: SourceFile,
    before: Vec<u8>,
    text: Vec<u8>,
    counts: Counts,
}

impl Fixed {
    /// `3 reserved-name, 1 portable-spelling`
    pub fn said(&self) -> String {
        self.counts.iter().map(|(rule, count)| format!("{count} {rule}")).collect::<Vec<_>>().join(", ")
    }

    /// Writes the file in its place.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self) -> Result<(), ProjectError> {
        let Some(path) = &self.source.path else { return Ok(()) };
        let mut out = AtomicFile::create(path, None)?;
        out.write_all(&self.text).map_err(|error| ProjectError::io("write", path, error))?;
        out.commit()
    }

    /// The change as a unified diff.
    pub fn diff(&self) -> String {
        let (old, new) = (String::from_utf8_lossy(&self.before), String::from_utf8_lossy(&self.text));
        let name = self.source.name.trim_start_matches('/');
        TextDiff::from_lines(old.as_ref(), new.as_ref())
            .unified_diff()
            .context_radius(3)
            .header(&format!("a/{name}"), &format!("b/{name}"))
            .to_string()
    }
}

/// Applies fixes until none is left, in memory: what is found in the end, and the files that changed.
///
/// # Errors
/// When a file can't be read.
pub fn rounds(
    mut linted: Vec<Linted>,
    mut files: Vec<LintFile>,
    lint: impl Fn(Vec<LintFile>) -> Result<Vec<Linted>, ProjectError>,
) -> Result<(Vec<Linted>, Vec<Fixed>), ProjectError> {
    let mut changed: BTreeMap<String, Fixed> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let mut any = false;
        for file in &mut linted {
            let Some((text, counts)) = applied(file) else { continue };
            any = true;
            let before = std::mem::take(&mut file.text);
            let fixed = changed.entry(file.source.name.clone()).or_insert_with(|| Fixed {
                source: file.source.clone(),
                before,
                text: Vec::new(),
                counts: Counts::new(),
            });
            fixed.text = text;
            for (rule, count) in counts {
                *fixed.counts.entry(rule).or_default() += count;
            }
        }
        if !any {
            break;
        }
        for file in &mut files {
            if let Some(fixed) = changed.get(&file.source.name) {
                file.text = Some(fixed.text.clone());
            }
        }
        linted = lint(files.clone())?;
    }
    Ok((linted, changed.into_values().collect()))
}

/// What a file becomes, if anything of it can be fixed. Of fixes that overlap, the first is applied.
fn applied(file: &Linted) -> Option<(Vec<u8>, Counts)> {
    let fixable = |issue: &'_ Issue| issue.fix.as_ref().map(|fix| (fix.clone(), issue.rule.name));
    let mut fixes: Vec<(Fix, &'static str)> = file.issues.iter().filter_map(fixable).collect();
    fixes.sort_by(|(a, _), (b, _)| (a.span, &a.text).cmp(&(b.span, &b.text)));
    fixes.dedup_by(|(a, _), (b, _)| a == b);
    let mut text = Vec::with_capacity(file.text.len() + 64);
    let mut at = 0;
    let mut counts = Counts::new();
    for (fix, rule) in fixes {
        if fix.span.start < at || fix.span.end > file.text.len() {
            continue;
        }
        text.extend_from_slice(&file.text[at..fix.span.start]);
        text.extend_from_slice(fix.text.as_bytes());
        at = fix.span.end;
        *counts.entry(rule).or_default() += 1;
    }
    text.extend_from_slice(&file.text[at..]);
    (!counts.is_empty()).then_some((text, counts))
}

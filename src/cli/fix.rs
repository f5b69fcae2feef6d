//! `lint --fix` and `lint --diff`: applies the fixes that keep the meaning.

use crate::lint::Fix;
use crate::project::{AtomicFile, Linted, ProjectError};
use crate::report::issue::Issue;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::io::Write;

/// A file with its fixes applied.
pub struct Fixed {
    pub text: Vec<u8>,
    /// How many findings of each rule.
    pub counts: BTreeMap<&'static str, usize>,
}

impl Fixed {
    /// `3 reserved-name, 1 portable-spelling`
    pub fn said(&self) -> String {
        self.counts.iter().map(|(rule, count)| format!("{count} {rule}")).collect::<Vec<_>>().join(", ")
    }
}

/// What a file becomes, if anything of it can be fixed. Of fixes that overlap, the first is applied.
pub fn fixed(file: &Linted) -> Option<Fixed> {
    let fixable = |issue: &'_ Issue| issue.fix.as_ref().map(|fix| (fix.clone(), issue.rule.name));
    let mut fixes: Vec<(Fix, &'static str)> = file.issues.iter().filter_map(fixable).collect();
    fixes.sort_by(|(a, _), (b, _)| (a.span, &a.text).cmp(&(b.span, &b.text)));
    fixes.dedup_by(|(a, _), (b, _)| a == b);
    let mut text = Vec::with_capacity(file.text.len() + 64);
    let mut at = 0;
    let mut counts = BTreeMap::new();
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
    (!counts.is_empty()).then_some(Fixed { text, counts })
}

/// Writes a fixed file in its place.
///
/// # Errors
/// When it can't be written.
pub fn write(file: &Linted, fixed: &Fixed) -> Result<(), ProjectError> {
    let Some(path) = &file.source.path else { return Ok(()) };
    let mut out = AtomicFile::create(path, None)?;
    out.write_all(&fixed.text).map_err(|error| ProjectError::io("write", path, error))?;
    out.commit()
}

/// The change as a unified diff.
pub fn diff(file: &Linted, fixed: &Fixed) -> String {
    let (old, new) = (String::from_utf8_lossy(&file.text), String::from_utf8_lossy(&fixed.text));
    let name = &file.source.name;
    TextDiff::from_lines(old.as_ref(), new.as_ref())
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}

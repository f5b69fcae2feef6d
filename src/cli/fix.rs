//! `lint --fix` and `lint --diff`: applies the fixes that keep the meaning.

use crate::lint::Fix;
use crate::project::{AtomicFile, Linted, ProjectError};
use similar::TextDiff;
use std::io::Write;

/// A file with its fixes applied.
pub struct Fixed {
    pub text: Vec<u8>,
    pub count: usize,
}

/// What a file becomes, if anything of it can be fixed. Of fixes that overlap, the first is applied.
pub fn fixed(file: &Linted) -> Option<Fixed> {
    let mut fixes: Vec<&Fix> = file.issues.iter().filter_map(|issue| issue.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| (fix.span, fix.text.clone()));
    fixes.dedup();
    let mut text = Vec::with_capacity(file.text.len() + 64);
    let (mut at, mut count) = (0, 0);
    for fix in fixes {
        if fix.span.start < at || fix.span.end > file.text.len() {
            continue;
        }
        text.extend_from_slice(&file.text[at..fix.span.start]);
        text.extend_from_slice(fix.text.as_bytes());
        at = fix.span.end;
        count += 1;
    }
    text.extend_from_slice(&file.text[at..]);
    (count > 0).then_some(Fixed { text, count })
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

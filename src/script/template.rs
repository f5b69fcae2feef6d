//! Placeholders of template engines in SQL text, whose insides are not SQL.

use super::shape::{LOOKAHEAD, Look};
use memchr::memmem;

/// At `{{`, `{%`, `{#`, `${` or `<%`: how long the placeholder is. One that is not closed nearby is no placeholder:
/// `<%` is an operator too.
pub(super) fn placeholder(input: &[u8], last: bool) -> Look<usize> {
    let window = &input[..input.len().min(LOOKAHEAD)];
    let cut = window.len() < LOOKAHEAD && !last;
    let (end, one_line) = match window {
        [_] | [] => return if cut { Look::More } else { Look::No },
        [b'{', b'{', ..] => (memmem::find(&window[2..], b"}}"), false),
        [b'{', b'%', ..] => (memmem::find(&window[2..], b"%}"), false),
        [b'{', b'#', ..] => (memmem::find(&window[2..], b"#}"), false),
        [b'<', b'%', ..] => (memmem::find(&window[2..], b"%>"), true),
        [b'$', b'{', ..] => (braces_end(&window[2..]), true),
        _ => return Look::No,
    };
    let inside = &window[2..end.map_or(window.len(), |end| end + 2)];
    match end {
        _ if one_line && memchr::memchr(b'\n', inside).is_some() => Look::No,
        // The end mark has two bytes, but for the one brace of `${…}`.
        Some(end) => Look::Yes(end + if window[0] == b'$' { 3 } else { 4 }),
        None if cut => Look::More,
        None => Look::No,
    }
}

/// Where the brace closes that was opened before `text`.
fn braces_end(text: &[u8]) -> Option<usize> {
    let mut depth = 1;
    text.iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

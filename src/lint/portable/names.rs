//! Quotes that make no difference: of names, and of strings.

use super::view::{Spelling, View};
use crate::syntax::lex::Kind;
use crate::syntax::reserved::is_reserved;
use sqlparser::keywords::ALL_KEYWORDS;

pub fn at(view: &View<'_>, at: usize) -> Option<Spelling> {
    match view.kind(at)? {
        Kind::Quoted => name(view, at),
        Kind::Text => string(view, at),
        _ => None,
    }
}

/// `"users"` is `users` where it is lower case and no word of either server's grammar.
fn name(view: &View<'_>, at: usize) -> Option<Spelling> {
    let inside = view.at(at).strip_prefix('"')?.strip_suffix('"')?;
    let plain = inside.bytes().enumerate().all(|(i, byte)| match byte {
        b'a'..=b'z' | b'_' => true,
        b'0'..=b'9' => i > 0,
        _ => false,
    });
    // a word that PostgreSQL would cut is another name to TiDB
    if !plain || inside.is_empty() || inside.len() > 63 || is_word(inside) || is_reserved(inside) {
        return None;
    }
    let (before, after) = view.beside(at);
    let touches = |byte: u8| {
        byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'$' | b'\'' | b'"' | b'&')
    };
    if before.is_some_and(|byte| touches(byte) || byte == b':') || after.is_some_and(touches) {
        return None;
    }
    view.put(at, at + 1, inside, format!("`{inside}` needs no quotes"))
}

fn is_word(name: &str) -> bool {
    ALL_KEYWORDS.binary_search(&name.to_ascii_uppercase().as_str()).is_ok()
}

/// `E'x'` is `'x'` without a backslash.
fn string(view: &View<'_>, at: usize) -> Option<Spelling> {
    let text = view.at(at);
    let plain = text.strip_prefix(['e', 'E'])?;
    let (before, _) = view.beside(at);
    let alone = at.checked_sub(1).is_none_or(|before| view.kind(before) != Some(Kind::Text));
    if !plain.starts_with('\'') || plain.contains('\\') || !alone || before == Some(b'\'') {
        return None;
    }
    // the next literal would go on with this one, by its rules
    if view.kind(at + 1) == Some(Kind::Text) {
        return None;
    }
    let plain = if before.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        format!(" {plain}")
    } else {
        plain.to_owned()
    };
    view.put(at, at + 1, plain, "a string without a backslash needs no E")
}

//! `char(n)`: PostgreSQL keeps the blanks that fill it up, and shows them to what does not read it as text.

use super::literals::{call, number, string};
use super::overflow::declared;
use super::printing::printed;
use super::types::Ty;
use super::walk::{Typed, Walk};
use super::{Untranslatable, functions, literals};
use sqlparser::ast::{CharacterLength, DataType, Expr, Value};

/// The length that a column of `char(n)` is filled up to.
pub fn width(walk: &Walk<'_, '_>, expr: &Expr) -> Option<u64> {
    let (DataType::Char(length) | DataType::Character(length)) = declared(walk, expr)? else { return None };
    match length {
        None => Some(1),
        Some(CharacterLength::IntegerLength { length, .. }) => Some(length),
        Some(CharacterLength::Max) => None,
    }
}

/// An argument that must be a text, with the blanks that it has on PostgreSQL.
pub fn text(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Result<(), Untranslatable> {
    let width = width(walk, expr);
    walk.text(expr)?;
    fill(expr, width);
    Ok(())
}

/// Puts the blanks there that TiDB leaves out.
pub fn fill(expr: &mut Expr, width: Option<u64>) {
    let Some(width) = width.filter(|width| *width > 1) else { return };
    let value = Walk::take(expr);
    *expr = call("RPAD", vec![value, number(width.to_string()), string(" ")]);
}

/// PostgreSQL leaves the blanks behind a literal out where it compares it with a `char(n)`; TiDB's columns have none.
pub fn compared(walk: &Walk<'_, '_>, column: &Expr, literal: &mut Expr) {
    if width(walk, column).is_none() {
        return;
    }
    if let Expr::Value(value) = &*literal
        && let Some(text) = super::literals::text_of(&value.value)
        && text.ends_with(' ')
    {
        *literal = string(text.trim_end_matches(' '));
    }
}

/// The functions whose argument is no text, so that it keeps its blanks.
pub fn shown_by(function: &str) -> bool {
    const NAMES: [&str; 14] = [
        "octet_length",
        "concat",
        "concat_ws",
        "format",
        "to_json",
        "to_jsonb",
        "json_build_array",
        "jsonb_build_array",
        "json_build_object",
        "jsonb_build_object",
        "array_agg",
        "json_agg",
        "jsonb_agg",
        "quote_nullable",
    ];
    NAMES.contains(&function)
}

/// An argument of a function, translated; with its blanks where the function shows them.
pub fn argument(walk: &mut Walk<'_, '_>, function: &str, expr: &mut Expr) -> Result<Ty, Untranslatable> {
    let width = if shown_by(function) { width(walk, expr) } else { None };
    let ty = walk.expr(expr)?;
    fill(expr, width);
    Ok(ty)
}

/// Whether the blanks behind a text can decide if it is like this pattern: not where the pattern ends in a character
/// and `%`.
pub fn reads_blanks(pattern: &str) -> bool {
    let before = pattern.trim_end_matches('%');
    before.len() == pattern.len() || before.ends_with(' ') || before.contains(['_', '\\'])
}

/// The length that a cast to a character type cuts at.
pub fn length(data_type: &DataType) -> Option<u64> {
    use DataType as D;
    match data_type {
        D::Varchar(Some(CharacterLength::IntegerLength { length, .. }))
        | D::CharacterVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | D::CharVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | D::Char(Some(CharacterLength::IntegerLength { length, .. }))
        | D::Character(Some(CharacterLength::IntegerLength { length, .. })) => Some(*length),
        _ => None,
    }
}

/// A cast to varchar(n) cuts what is longer, silently.
pub fn shortened(walk: &mut Walk<'_, '_>, expr: &mut Expr, from: &Ty, length: u64) -> Typed {
    let Expr::Cast { expr: inner, data_type, .. } = expr else { return Ok(Ty::Text) };
    // Blanks at the end of a char(n) are none.
    let padded = matches!(data_type, DataType::Char(_) | DataType::Character(_));
    let fits = match inner.as_ref() {
        Expr::Value(value) => match &value.value {
            Value::Null => true,
            value => literals::text_of(value).is_some_and(|text| text.chars().count() as u64 <= length),
        },
        _ => false,
    };
    let value = Walk::take(inner);
    if fits {
        *expr = match functions::word(&value) {
            Some(text) if padded => string(text.trim_end_matches(' ')),
            _ => value,
        };
        return Ok(Ty::Text);
    }
    let at = expr.clone();
    let text = printed(walk, value, from, &at, false)?;
    *expr = call("LEFT", vec![text, number(length.to_string())]);
    if padded {
        *expr = call("RTRIM", vec![Walk::take(expr)]);
    }
    Ok(Ty::Text)
}

#[cfg(test)]
mod tests {
    use super::reads_blanks;

    #[test]
    fn patterns_that_end_open_do_not_see_blanks() {
        assert!(!["ab%", "%ab%", "%"].into_iter().any(reads_blanks));
        assert!(["ab", "%b", "a_%", "a %"].into_iter().all(reads_blanks));
    }
}

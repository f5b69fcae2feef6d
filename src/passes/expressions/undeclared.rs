//! `undeclared-type`: columns of a table that no file declares, whose types nobody says.

use super::types::Ty;
use super::walk::{Typed, Walk};
use super::{Scope, Untranslatable, literals};
use crate::config::{Options, UuidAs};
use crate::diagnostic::rule;
use crate::passes::Cx;
use sqlparser::ast::Expr;

rule! {
    /// A value that meets a column of a table that no file of the run declares.
    ///
    /// What a comparison or an assignment does depends on the column's type. Numbers, and texts that PostgreSQL and TiDB read alike as
    /// whatever they may be, are written as they stand. Values of other columns and calculated ones are too, but flagged: an
    /// enum, an interval or a `char(n)` would need another translation. A text that some type reads in a way of its own (`'t'`,
    /// `'{a,b}'`, `'\x00'`, a time with a zone) is refused. Convert the file together with those that create its tables.
    pub UNDECLARED_TYPE = "E207", "undeclared-type", Expressions, Approximate;
}

/// The type of a column that no file declares.
pub fn of(table: &str, column: &str) -> Ty {
    Ty::Other(format!("{NAME}{table}.{column}"))
}

pub fn is(ty: &Ty) -> bool {
    matches!(ty, Ty::Other(name) if name.starts_with(NAME))
}

const NAME: &str = "undeclared ";

/// A comparison in which one side at least is undeclared, and neither is a literal text.
pub fn compared(walk: &mut Walk<'_, '_>, right: &Expr, a: &Ty, b: &Ty) -> Typed {
    let other = if is(a) { b } else { a };
    match other {
        ty if ty.is_number() || *ty == Ty::Bool => Ok(ty.clone()),
        ty if is(ty) || ty.is_time() || matches!(ty, Ty::Text | Ty::Uuid) => {
            let message = format!("no file of this run says how {} compares with {}", a.name(), b.name());
            let span = super::span(walk.cx, right);
            walk.cx.report(&UNDECLARED_TYPE, span, message).help(HELP);
            Ok(ty.clone())
        }
        _ => {
            let what = format!("a comparison of {} with {}", a.name(), b.name());
            walk.refuse(right, what)
        }
    }
}

pub const HELP: &str = "convert it together with the files that create its tables";

/// Whether a value of this type is assigned alike on both, to a column that takes it at all.
pub fn takes(ty: &Ty) -> bool {
    ty.is_number() || ty.is_time() || is(ty) || matches!(ty, Ty::Text | Ty::Uuid | Ty::Bool)
}

/// A value for a column of any type.
pub fn assign(cx: &mut Cx<'_>, expr: &mut Expr, scope: &Scope<'_>) -> Result<(), Untranslatable> {
    let mut walk = Walk::new(cx, scope);
    let at = expr.clone();
    match &*expr {
        Expr::Identifier(ident) if ident.value.eq_ignore_ascii_case("default") => return Ok(()),
        Expr::Value(value) => {
            return match literals::text_of(&value.value) {
                Some(text) if !reads_alike(&text, walk.cx.options) => {
                    walk.refuse(&at, format!("the text '{text}' for a column that no file declares"))
                }
                _ => Ok(()),
            };
        }
        _ => {}
    }
    let ty = walk.expr(expr)?;
    if !takes(&ty) {
        return walk.refuse(&at, format!("a value of type {} for a column that no file declares", ty.name()));
    }
    let message = format!("no file of this run says what {} becomes in its column", ty.name());
    let span = super::span(walk.cx, &at);
    walk.cx.report(&UNDECLARED_TYPE, span, message).help(HELP);
    Ok(())
}

/// Whether a text is the same value on both, whatever the type of its column is.
pub fn reads_alike(text: &str, options: &Options) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let times = ["now", "today", "tomorrow", "yesterday", "epoch", "allballs"];
    let numbers = ["infinity", "inf", "nan"];
    // A truth value of one digit is a number as well.
    let truth = text.len() > 1 || !text.bytes().all(|b| b.is_ascii_digit());
    if truth && literals::boolean(text).is_ok()
        || times.contains(&lower.as_str())
        || numbers.contains(&lower.trim_start_matches(['+', '-']))
        || text.starts_with(['{', '[', '(', '<', '$', '\\'])
    {
        return false;
    }
    let bytes = text.as_bytes();
    let shape: String = bytes.iter().map(|b| if b.is_ascii_digit() { '0' } else { char::from(*b) }).collect();
    if shape.starts_with("0000-0") {
        return is_plain_time(&shape);
    }
    let uuid = bytes.len() == 36 && [8, 13, 18, 23].iter().all(|&at| bytes[at] == b'-');
    if uuid {
        return options.uuid == UuidAs::Char36 && lower == text;
    }
    // Days, times and spans in other words, and what has a unit.
    let digit = bytes.first().is_some_and(u8::is_ascii_digit);
    !(digit && (shape.contains("0/0") || shape.contains("0:0") || text.contains(' ')))
}

/// `2024-01-31`, with or without a time of day, without a zone.
fn is_plain_time(shape: &str) -> bool {
    let Some((day, clock)) = shape.split_once([' ', 'T']) else { return shape == "0000-00-00" };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    day == "0000-00-00"
        && whole == "00:00:00"
        && (1..=6).contains(&fraction.len())
        && fraction.bytes().all(|b| b == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_some_type_reads_in_its_own_way_is_told() {
        let options = Options::default();
        for text in ["x", "schema.version", "5.3", "-1", "2024-01-31", "2024-01-31 10:20:30.5", "it is", ""] {
            assert!(reads_alike(text, &options), "{text}");
        }
        for text in
            ["t", "No", "{a}", "[1]", "\\x00", "2024-01-31 10:20:30+02", "1/2/2024", "10:20", "3 days", "NaN"]
        {
            assert!(!reads_alike(text, &options), "{text}");
        }
        assert!(reads_alike("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", &options));
        assert!(!reads_alike("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", &options));
        let binary = Options { uuid: UuidAs::Binary16, ..Options::default() };
        assert!(!reads_alike("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", &binary));
    }
}

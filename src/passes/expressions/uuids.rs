//! Uuids: texts of 36 characters, or with `uuid = "binary16"` their 16 bytes.

use super::literals::call;
use super::walk::Walk;
use crate::config::UuidAs;
use sqlparser::ast::Expr;

fn is_binary(walk: &Walk<'_, '_>) -> bool {
    walk.cx.options.uuid == UuidAs::Binary16
}

/// The text of a uuid.
pub fn text(walk: &Walk<'_, '_>, uuid: Expr) -> Expr {
    turned(walk, uuid, "BIN_TO_UUID", "UUID_TO_BIN")
}

/// The uuid whose text, as PostgreSQL prints it, is known to be this.
pub fn stored(walk: &Walk<'_, '_>, text: Expr) -> Expr {
    turned(walk, text, "UUID_TO_BIN", "BIN_TO_UUID")
}

/// A uuid of any text: both databases read either case, with hyphens or without, in braces or not, and refuse the rest.
pub fn read(walk: &Walk<'_, '_>, text: Expr) -> Expr {
    let uuid = call("UUID_TO_BIN", vec![text]);
    if is_binary(walk) { uuid } else { call("BIN_TO_UUID", vec![uuid]) }
}

/// One form in the other, by a function or by leaving out the one that it would undo.
fn turned(walk: &Walk<'_, '_>, value: Expr, by: &str, back: &str) -> Expr {
    if !is_binary(walk) {
        return value;
    }
    inverse(&value, back).unwrap_or_else(|| call(by, vec![value]))
}

/// The argument of a call of that function, which the other one would only undo.
fn inverse(expr: &Expr, name: &str) -> Option<Expr> {
    let Expr::Function(function) = expr else { return None };
    if function.name.to_string() != name {
        return None;
    }
    match &super::functions::plain_args(function)[..] {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

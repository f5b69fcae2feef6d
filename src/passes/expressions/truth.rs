//! A text as a truth value: the words that PostgreSQL takes for one, and an error for any other.

use super::Untranslatable;
use super::functions::template;
use super::literals;
use super::walk::Walk;
use sqlparser::ast::{Expr, Value};

pub fn of_text(walk: &Walk<'_, '_>, value: Expr, at: &Expr) -> Result<Expr, Untranslatable> {
    if let Expr::Value(literal) = &value
        && let Some(text) = literals::text_of(&literal.value)
    {
        return match literals::boolean(&text) {
            Ok(truth) => Ok(Expr::value(Value::Boolean(truth))),
            Err(what) => walk.refuse(at, what),
        };
    }
    if !super::division::may_repeat(&value) {
        return walk.refuse(at, "the cast of a calculated text::boolean");
    }
    // ~0 is the greatest number there is; one more overflows.
    let sql = "CASE WHEN LOWER(TRIM($1)) IN ('t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1') THEN TRUE \
               WHEN LOWER(TRIM($1)) IN ('f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0') THEN FALSE \
               WHEN $1 IS NOT NULL THEN ~(0 * CHAR_LENGTH($1)) + 1 END";
    template::filled(sql, &[value]).map_or_else(|| walk.refuse(at, "the cast text::boolean"), Ok)
}

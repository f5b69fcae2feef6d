//! Values as text and inside documents, as PostgreSQL writes them.

use super::functions::template::{self, operand_of};
use super::literals;
use super::rules::PRINTED;
use super::types::Ty;
use super::walk::Walk;
use sqlparser::ast::{Expr, Value};

/// The text that PostgreSQL prints of a value. `letters`: booleans as `t` and `f`, as its output functions do.
pub fn printed(
    walk: &mut Walk<'_, '_>,
    value: Expr,
    ty: &Ty,
    at: &Expr,
    letters: bool,
) -> Result<Expr, super::Untranslatable> {
    let sql = match ty {
        Ty::Text | Ty::Unknown | Ty::Enum | Ty::Interval => return Ok(value),
        Ty::Uuid => return Ok(super::uuids::text(walk, value)),
        Ty::Int | Ty::Big | Ty::Decimal if matches!(at, Expr::Cast { .. }) => "CAST($1 AS CHAR)",
        Ty::Int | Ty::Big | Ty::Decimal => return Ok(operand_of(value)),
        Ty::Date => "CAST($1 AS CHAR)",
        Ty::Bool => {
            if let Expr::Value(literal) = &value
                && let Value::Boolean(literal) = literal.value
            {
                let (yes, no) = if letters { ("t", "f") } else { ("true", "false") };
                return Ok(literals::string(if literal { yes } else { no }));
            }
            if letters {
                "CASE WHEN $1 THEN 't' WHEN NOT $1 THEN 'f' END"
            } else {
                "CASE WHEN $1 THEN 'true' WHEN NOT $1 THEN 'false' END"
            }
        }
        // A DATETIME(6) always prints six digits, of which PostgreSQL prints those that are not zero.
        Ty::Timestamp => {
            "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CAST($1 AS DATETIME(6)) AS CHAR)))"
        }
        Ty::Timestamptz => {
            "CONCAT(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CAST($1 AS DATETIME(6)) AS CHAR))), '+00')"
        }
        Ty::Time => "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CAST($1 AS TIME(6)) AS CHAR)))",
        Ty::Numeric | Ty::Float => {
            let span = super::span(walk.cx, at);
            let what = format!("TiDB prints a {} with other digits or zeros", ty.name());
            walk.cx.report(&PRINTED, span, what);
            "CAST($1 AS CHAR)"
        }
        Ty::Json => {
            let span = super::span(walk.cx, at);
            walk.cx.report(
                &PRINTED,
                span,
                "TiDB prints the keys of a document by letters, PostgreSQL by length",
            );
            "CAST($1 AS CHAR)"
        }
        other => return walk.refuse(at, format!("the text of {}", other.name())),
    };
    template::filled(sql, &[value]).map_or_else(|| walk.refuse(at, "this cast to text"), Ok)
}

/// A value as it stands inside a JSON document: what TiDB would take for something else is made JSON.
pub fn as_json_value(
    walk: &mut Walk<'_, '_>,
    value: Expr,
    ty: &Ty,
    at: &Expr,
) -> Result<Expr, super::Untranslatable> {
    let sql = match ty {
        Ty::Unknown
        | Ty::Text
        | Ty::Enum
        | Ty::Int
        | Ty::Big
        | Ty::Decimal
        | Ty::Numeric
        | Ty::Float
        | Ty::Json
        | Ty::Array(_) => {
            return Ok(value);
        }
        Ty::Uuid => return Ok(super::uuids::text(walk, value)),
        Ty::Bool if matches!(value, Expr::Value(_)) => return Ok(value),
        Ty::Bool => "CAST(CASE WHEN $1 THEN 'true' WHEN NOT $1 THEN 'false' END AS JSON)",
        Ty::Date => "CAST($1 AS CHAR)",
        Ty::Timestamp => {
            "REPLACE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CAST($1 AS DATETIME(6)) AS CHAR))), ' ', 'T')"
        }
        Ty::Timestamptz => {
            "CONCAT(REPLACE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CAST($1 AS DATETIME(6)) AS CHAR))), ' ', 'T'), '+00:00')"
        }
        other => return walk.refuse(at, format!("{} in a document", other.name())),
    };
    template::filled(sql, &[value]).map_or_else(|| walk.refuse(at, "this value in a document"), Ok)
}

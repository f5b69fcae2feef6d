//! Percentiles: the values of a group in their order, as a JSON array from which one or two are taken.

use super::super::Untranslatable;
use super::super::arrays::element_value;
use super::super::division::decimal;
use super::super::types::Ty;
use super::super::walk::{Typed, Walk};
use super::aggregates::grouped;
use super::row::{Call, Row, rows};
use super::template;
use crate::passes::queries::order_terms;
use sqlparser::ast::{Expr, FunctionArguments};

pub static ROWS: &[Row] = rows! {
    "percentile_cont" (Number) Float: "the number there in the values in their order, or between two, each from a JSON array" by plain;
    "percentile_disc" (Number) First: "the value there in the values in their order, from a JSON array" by plain;
};

/// `percentile_cont(0.5)` needs WITHIN GROUP.
fn plain(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    walk.refuse(&call.at, format!("the function {} without WITHIN GROUP", call.name))
}

pub fn call(walk: &mut Walk<'_, '_>, expr: &mut Expr, name: &str) -> Typed {
    let at = expr.clone();
    let named = format!("the function {name}");
    let Expr::Function(function) = expr else { return Ok(Ty::Unknown) };
    let simple = function.over.is_none()
        && function.filter.is_none()
        && function.null_treatment.is_none()
        && matches!(function.parameters, FunctionArguments::None);
    let args = super::plain_args(function);
    let ([fraction], [term], true) = (&args[..], &function.within_group[..], simple) else {
        return walk.refuse(&at, named);
    };
    let Some(share) = decimal(fraction).filter(|share| (0.0..=1.0).contains(share)) else {
        return walk.refuse(&at, format!("{named} of what is no number from 0 to 1"));
    };
    let (mut value, mut terms) = (term.expr.clone(), vec![term.clone()]);
    let ty = walk.expr(&mut value)?;
    let between = name == "percentile_cont";
    if between && !ty.is_number() || matches!(ty, Ty::Enum | Ty::Json | Ty::Array(_)) {
        return walk.refuse(&at, format!("{named} of {}", ty.name()));
    }
    order_terms(walk, &mut terms)?;
    let made = |sql: &str, args: &[Expr]| {
        template::filled(sql, args)
            .ok_or_else(|| Untranslatable { span: super::super::span(walk.cx, &at), what: named.clone() })
    };
    let part = made("JSON_QUOTE(CAST($1 AS CHAR))", std::slice::from_ref(&value))?;
    let count = made("COUNT($1)", &[value])?;
    let (lower, upper, rest) = if between {
        let place = format!("({share} * (GREATEST($1, 1) - 1))");
        (
            made(&format!("FLOOR{place}"), std::slice::from_ref(&count))?,
            made(&format!("CEIL{place}"), std::slice::from_ref(&count))?,
            made(&format!("{place} - FLOOR{place}"), &[count])?,
        )
    } else {
        let place = made(&format!("GREATEST(CEIL({share} * $1) - 1, 0)"), &[count])?;
        (place.clone(), place.clone(), place)
    };
    let list = grouped(walk, &at, part, false, terms, ",".into());
    let element = if between { Ty::Float } else { ty };
    let mut values = Vec::with_capacity(2);
    for place in [lower, upper] {
        let sql = "JSON_EXTRACT(CAST(CONCAT('[', $1, ']') AS JSON), CONCAT('$[', $2, ']'))";
        let found = template::filled(sql, &[list.clone(), place]);
        let Some(value) = found.and_then(|found| element_value(walk, &element, found)) else {
            return walk.refuse(&at, format!("{named} of {}", element.name()));
        };
        values.push(value);
    }
    if !between {
        *expr = values.swap_remove(0);
        return Ok(element);
    }
    values.push(rest);
    match template::filled("($1 + ($3) * ($2 - $1))", &values) {
        Some(made) => {
            *expr = made;
            Ok(Ty::Float)
        }
        None => walk.refuse(&at, named),
    }
}

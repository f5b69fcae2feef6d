//! `array_agg`, `json_agg`, `jsonb_agg`: the values of a group as a JSON array.

use super::super::Untranslatable;
use super::super::literals;
use super::super::printing::as_json_value;
use super::super::types::Ty;
use super::super::walk::Walk;
use super::aggregates::{filtered, grouped};
use super::template;
use sqlparser::ast::{Expr, OrderByExpr};

/// The values of a group, those that pass the filter, in their order. A NULL is an element as any other.
pub fn collected(
    walk: &mut Walk<'_, '_>,
    at: &Expr,
    value: Expr,
    element: &Ty,
    filter: Option<&Expr>,
    distinct: bool,
    order: Vec<OrderByExpr>,
) -> Result<Expr, Untranslatable> {
    let value = as_json_value(walk, value, element, at)?;
    if order.is_empty() && filter.is_none() {
        return Ok(literals::call("JSON_ARRAYAGG", vec![value]));
    }
    let sql = match element {
        Ty::Text | Ty::Enum | Ty::Uuid | Ty::Date => "COALESCE(JSON_QUOTE($1), 'null')",
        _ => "COALESCE(CAST($1 AS CHAR), 'null')",
    };
    let made = template::filled(sql, &[value]).and_then(|part| {
        let list = grouped(walk, at, filtered(part, filter), distinct, order, ",".into());
        template::filled("CAST(CONCAT('[', $1, ']') AS JSON)", &[list])
    });
    made.map_or_else(|| walk.refuse(at, "this list of values"), Ok)
}

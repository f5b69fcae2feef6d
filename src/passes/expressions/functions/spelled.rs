//! Functions that TiDB does not have, spelled out in PostgreSQL's own words: a query over the elements of an array, or
//! other functions, which are then translated like what anyone writes.

use super::super::patterns::never_empty;
use super::super::types::Ty;
use super::super::walk::Walk;
use super::super::{Untranslatable, arrays, division, nulls_possible};
use super::row::{Call, Row, rows};
use super::template::operand_of;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{Array, Expr, Statement, Value, VisitorMut};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::ops::ControlFlow;

type Made = Result<Expr, Untranslatable>;

/// What stands for a function, by its name and the number of its arguments. A list's elements are `an_element`, the first
/// at `its_place` 1.
const SPELLED: [(&str, usize, &str); 11] = [
    (
        "array_remove",
        2,
        "ARRAY(SELECT an_element FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place) \
         WHERE an_element IS DISTINCT FROM $2 ORDER BY its_place)",
    ),
    (
        "array_replace",
        3,
        "ARRAY(SELECT CASE WHEN an_element IS NOT DISTINCT FROM $2 THEN $3 ELSE an_element END \
         FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place) ORDER BY its_place)",
    ),
    (
        "array_position",
        2,
        "(SELECT min(its_place) FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place) \
         WHERE an_element IS NOT DISTINCT FROM $2)",
    ),
    (
        "array_position",
        3,
        "(SELECT min(its_place) FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place) \
         WHERE an_element IS NOT DISTINCT FROM $2 AND its_place >= $3)",
    ),
    (
        "array_positions",
        2,
        "ARRAY(SELECT its_place FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place) \
         WHERE an_element IS NOT DISTINCT FROM $2 ORDER BY its_place)",
    ),
    (
        "array_to_string",
        2,
        "coalesce((SELECT string_agg(an_element::text, $2 ORDER BY its_place) \
         FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place)), '')",
    ),
    (
        "array_to_string",
        3,
        "coalesce((SELECT string_agg(coalesce(an_element::text, $3), $2 ORDER BY its_place) \
         FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place)), '')",
    ),
    (
        "trim_array",
        2,
        "ARRAY(SELECT an_element FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place) \
         WHERE its_place <= cardinality($1) - $2 ORDER BY its_place)",
    ),
    (
        "slice",
        3,
        "ARRAY(SELECT an_element FROM unnest($1) WITH ORDINALITY AS of_list(an_element, its_place) \
         WHERE its_place BETWEEN $2 AND $3 ORDER BY its_place)",
    ),
    ("regexp_count", 2, "(length(regexp_replace($1, $2, '\\&.', 'g')) - length($1))"),
    (
        "regexp_split_to_array",
        2,
        "CASE WHEN $1 = '' THEN ARRAY[''] \
         ELSE string_to_array(regexp_replace($1, $2, '␞␟', 'g'), '␞␟') END",
    ),
];

pub static ROWS: &[Row] = rows! {
    "array_remove" (Array, Any) First: "a query of the elements that are not $2" by of_list;
    "array_replace" (Array, Any, Any) First: "a query of the elements, $3 for $2" by of_list;
    "array_position" (Array, Any) Int: "a query of the first place of $2" by of_list;
    "array_position" (Array, Any, Int) Int: "a query of the first place of $2, from $3 on" by of_list;
    "array_positions" (Array, Any) Texts: "a query of the places of $2" by of_list;
    "array_to_string" (Array, Word) Text: "GROUP_CONCAT of the elements; the text, where the array is a literal" by to_text;
    "array_to_string" (Array, Word, Word) Text: "GROUP_CONCAT of the elements" by of_list;
    "trim_array" (Array, Count) First: "a query of the elements before" by of_list;
    "regexp_count" (Text, Words) Int: "what REGEXP_REPLACE adds, where it adds a character to every match" by out;
    "regexp_split_to_array" (Text, Words) Texts: "what REGEXP_REPLACE cuts" by out;
};

/// Whether a query may stand here: not in what TiDB keeps with a table.
fn queries_allowed(walk: &Walk<'_, '_>) -> bool {
    match walk.cx.parsed.tree.as_deref() {
        Ok(Statement::CreateTable(table)) => table.query.is_some(),
        Ok(Statement::CreateView(_)) => true,
        _ => walk.cx.runs_once(),
    }
}

/// A function of an array: NULL for NULL, otherwise the query.
fn of_list(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let args = super::arguments_of(&call.at);
    let (made, ty) = of_elements(walk, &call.name, &call.at, args)?;
    call.ty = Some(ty);
    Ok(made)
}

/// `array_to_string` of a literal array is a literal.
fn to_text(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    match super::lists::joined(&call.args) {
        Some(text) => Ok(text),
        None => of_list(walk, call),
    }
}

/// What stands for a function of the array that comes first.
pub fn of_elements(
    walk: &mut Walk<'_, '_>,
    name: &str,
    at: &Expr,
    mut args: Vec<Expr>,
) -> Result<(Expr, Ty), Untranslatable> {
    let what = match name {
        "slice" => "a slice of an array".to_owned(),
        name => format!("the function {name}"),
    };
    if !queries_allowed(walk) {
        return walk.refuse(at, format!("{what}, which needs a query,"));
    }
    let again = |arg: &Expr| division::may_repeat(arg) || matches!(arg, Expr::Array(_));
    if let Some(Expr::Nested(inner)) = args.first() {
        args[0] = inner.as_ref().clone();
    }
    let Some(list) = args.first_mut().filter(|list| again(list)) else {
        return walk.refuse(at, format!("{what} of a calculated array"));
    };
    if let Some(array) = written(walk, list) {
        *list = array;
    }
    let missing = nulls_possible(walk, list) && !matches!(list, Expr::Cast { .. } | Expr::Array(_));
    let Some(mut made) = spelled(name, &args) else { return walk.refuse(at, what) };
    if missing
        && let Some(guarded) =
            filled("CASE WHEN $1 IS NULL THEN NULL ELSE $2 END", &[args.swap_remove(0), made.clone()])
    {
        made = guarded;
    }
    let ty = walk
        .expr(&mut made)
        .map_err(|found| Untranslatable { what: format!("{what}: {}", found.what), ..found })?;
    Ok((made, ty))
}

/// A function in the words of others.
fn out(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let args = super::arguments_of(&call.at);
    if !args.first().is_some_and(division::may_repeat) {
        return walk.refuse(&call.at, format!("the function {} of this text", call.name));
    }
    // What matches nothing matches between any two characters.
    let pattern = args.get(1).and_then(super::word).filter(|pattern| never_empty(pattern));
    let Some(mut made) = spelled(&call.name, &args).filter(|_| pattern.is_some()) else {
        return walk.refuse(&call.at, format!("the function {} with this pattern", call.name));
    };
    walk.expr(&mut made)?;
    Ok(made)
}

/// `'{1,2}'::int[]` as `ARRAY[1, 2]::int[]`, whose elements a query can give.
fn written(walk: &Walk<'_, '_>, list: &Expr) -> Option<Expr> {
    let Expr::Cast { kind, expr, data_type, format: None } = list else { return None };
    let Ty::Array(element) = Ty::of(data_type, walk.cx.catalog) else { return None };
    let json = arrays::json(walk.cx, &super::word(expr)?, &element).ok()?;
    let values: Vec<serde_json::Value> = serde_json::from_str(&json).ok()?;
    let elem = values
        .into_iter()
        .map(|value| match value {
            serde_json::Value::Null => Some(Expr::value(Value::Null)),
            serde_json::Value::Bool(value) => Some(Expr::value(Value::Boolean(value))),
            serde_json::Value::Number(number) => Some(super::super::literals::number(number.to_string())),
            serde_json::Value::String(text) => Some(super::super::literals::string(text)),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()?;
    let array = Expr::Array(Array { elem, named: true });
    Some(Expr::Cast { kind: kind.clone(), expr: Box::new(array), data_type: data_type.clone(), format: None })
}

fn spelled(name: &str, args: &[Expr]) -> Option<Expr> {
    let (.., sql) = SPELLED.iter().find(|(known, count, _)| *known == name && *count == args.len())?;
    filled(sql, args)
}

/// PostgreSQL's expression with the arguments in it.
fn filled(sql: &str, args: &[Expr]) -> Option<Expr> {
    let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).ok()?;
    let mut expr = parser.parse_expr().ok()?;
    let mut fill = Fill { args, complete: true };
    let _ = expr.walk_mut(&mut fill);
    fill.complete.then_some(expr)
}

struct Fill<'a> {
    args: &'a [Expr],
    complete: bool,
}

impl VisitorMut for Fill<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Value(value) = &*expr
            && let Value::Placeholder(name) = &value.value
        {
            let at: Option<usize> = name.trim_start_matches('$').parse().ok();
            match at.and_then(|at| self.args.get(at.checked_sub(1)?)) {
                Some(arg @ Expr::Array(_)) => *expr = arg.clone(),
                Some(arg) => *expr = operand_of(arg.clone()),
                None => self.complete = false,
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_can_be_spelled_out() {
        for (name, count, sql) in SPELLED {
            let args = vec![Expr::value(Value::Null); count];
            assert!(filled(sql, &args).is_some(), "{name}: {sql}");
            assert!(filled(sql, &args[1..]).is_none(), "{name} does not use its last argument");
        }
    }
}

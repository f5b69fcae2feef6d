//! The functions that may pass, with what may stand inside their parentheses and behind them.

use super::{Checked, exprs, query, refuse};
use crate::passes::expressions::span;
use crate::passes::{Cx, parameters};
use crate::syntax::names;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, WindowType,
};

/// Functions that TiDB has and that the passes write or have approved.
const FUNCTIONS: [&str; 166] = [
    "abs",
    "acos",
    "ascii",
    "asin",
    "atan",
    "atan2",
    "avg",
    "bin_to_uuid",
    "bit_and",
    "bit_length",
    "bit_or",
    "bit_xor",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "coalesce",
    "concat",
    "concat_ws",
    "convert_tz",
    "cos",
    "cot",
    "count",
    "cume_dist",
    "curdate",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "curtime",
    "database",
    "date",
    "date_add",
    "date_format",
    "date_sub",
    "datediff",
    "dayofweek",
    "dayofyear",
    "default",
    "degrees",
    "dense_rank",
    "elt",
    "exp",
    "first_value",
    "floor",
    "format",
    "from_base64",
    "from_unixtime",
    "greatest",
    "group_concat",
    "hex",
    "if",
    "ifnull",
    "insert",
    "instr",
    "is_uuid",
    "json_array",
    "json_array_append",
    "json_array_insert",
    "json_arrayagg",
    "json_contains",
    "json_contains_path",
    "json_depth",
    "json_extract",
    "json_insert",
    "json_keys",
    "json_length",
    "json_merge_patch",
    "json_merge_preserve",
    "json_object",
    "json_objectagg",
    "json_overlaps",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_unquote",
    "json_valid",
    "lag",
    "last_insert_id",
    "last_value",
    "lastval",
    "lead",
    "least",
    "left",
    "length",
    "ln",
    "localtimestamp",
    "locate",
    "log",
    "log10",
    "log2",
    "lower",
    "lpad",
    "ltrim",
    "makedate",
    "max",
    "md5",
    "microsecond",
    "min",
    "mod",
    "month",
    "nextval",
    "now",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "ord",
    "percent_rank",
    "pi",
    "pow",
    "power",
    "quarter",
    "radians",
    "rand",
    "rank",
    "regexp_instr",
    "regexp_like",
    "regexp_replace",
    "regexp_substr",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "row_number",
    "rpad",
    "rtrim",
    "sha1",
    "sha2",
    "sign",
    "sin",
    "space",
    "sqrt",
    "std",
    "stddev_pop",
    "stddev_samp",
    "str_to_date",
    "substr",
    "substring",
    "substring_index",
    "sum",
    "tan",
    "timestamp",
    "timestampdiff",
    "to_base64",
    "to_seconds",
    "trim",
    "truncate",
    "unhex",
    "upper",
    "user",
    "utc_date",
    "utc_timestamp",
    "uuid",
    "uuid_to_bin",
    "values",
    "var_pop",
    "var_samp",
    "week",
    "weekday",
    "year",
    "yearweek",
];

/// Those that ORDER BY, DISTINCT, `*` or OVER may go with.
const AGGREGATES: [&str; 27] = [
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "count",
    "cume_dist",
    "dense_rank",
    "first_value",
    "group_concat",
    "json_arrayagg",
    "json_objectagg",
    "lag",
    "last_value",
    "lead",
    "max",
    "min",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
    "stddev_pop",
    "stddev_samp",
    "sum",
    "var_pop",
    "var_samp",
    "std",
];

pub fn check(cx: &Cx<'_>, expr: &Expr, function: &Function) -> Checked {
    if parameters::is_named(&function.name) {
        return Ok(());
    }
    let name = names::last(&function.name).map(names::folded).unwrap_or_default();
    let unknown = || refuse(span(cx, expr), format!("the function {}", function.name));
    let Function {
        name: parts,
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args,
        filter: None,
        null_treatment: _,
        over,
        within_group,
    } = function
    else {
        return unknown();
    };
    let aggregate = AGGREGATES.contains(&name.as_str());
    if parts.0.len() != 1 || !FUNCTIONS.contains(&name.as_str()) || !within_group.is_empty() {
        return unknown();
    }
    match over {
        Some(WindowType::WindowSpec(spec)) if aggregate => query::window(cx, spec)?,
        Some(WindowType::NamedWindow(_)) if aggregate => {}
        Some(_) => return unknown(),
        None => {}
    }
    let FunctionArguments::List(list) = args else { return Ok(()) };
    if list.duplicate_treatment.is_some() && !aggregate {
        return unknown();
    }
    for clause in &list.clauses {
        match clause {
            FunctionArgumentClause::OrderBy(terms) if name == "group_concat" => {
                terms.iter().try_for_each(|term| exprs::check(cx, &term.expr))?;
            }
            FunctionArgumentClause::Separator(_) if name == "group_concat" => {}
            _ => return unknown(),
        }
    }
    list.args.iter().try_for_each(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => exprs::check(cx, expr),
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "count" => Ok(()),
        _ => unknown(),
    })
}

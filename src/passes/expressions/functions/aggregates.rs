//! Aggregates and window functions: FILTER, DISTINCT and ORDER BY inside, and the types they give.

use super::super::Untranslatable;
use super::super::division;
use super::super::enums;
use super::super::literals::{self, number};
use super::super::operators::ordered;
use super::super::padded;
use super::super::printing::as_json_value;
use super::super::rules::{AGGREGATE, GROUPED_TEXT};
use super::super::types::Ty;
use super::super::uuids;
use super::super::walk::{Typed, Walk, binary};
use super::kinds::{WINDOWS, is_one};
use super::row::{Row, rows};
use super::{collected, template};
use crate::passes::queries::{order_terms, window};
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator as Op, CaseWhen, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArguments, NullTreatment, OrderByExpr,
};

/// What is translated; the code below does it, since ORDER BY, FILTER and OVER come in between.
pub static ROWS: &[Row] = rows! {
    "count" (Any) Big: "=";
    "sum" (Number) First: "=";
    "avg" (Exact) Numeric: "ROUND(AVG(CAST($1 AS DECIMAL(65, 30))), places as PostgreSQL has them)";
    "avg" (Number) Float: "=";
    "min" (Any) First: "=";
    "max" (Any) First: "=";
    "bool_and" (Bool) Bool: "MIN($1)";
    "bool_or" (Bool) Bool: "MAX($1)";
    "every" (Bool) Bool: "MIN($1)";
    "bit_and" (Int) First: "CAST(IF(COUNT($1) > 0, BIT_AND($1), NULL) AS SIGNED)";
    "bit_or" (Int) First: "CAST(IF(COUNT($1) > 0, BIT_OR($1), NULL) AS SIGNED)";
    "bit_xor" (Int) First: "CAST(IF(COUNT($1) > 0, BIT_XOR($1), NULL) AS SIGNED)";
    "string_agg" (Text, Word) Text: "GROUP_CONCAT($1 SEPARATOR $2)";
    "array_agg" (Any) Json: "JSON_ARRAYAGG($1)";
    "json_agg" (Any) Json: "JSON_ARRAYAGG($1)";
    "jsonb_agg" (Any) Json: "JSON_ARRAYAGG($1)";
    "json_object_agg" (Text, Any) Json: "JSON_OBJECTAGG($1, $2)";
    "jsonb_object_agg" (Text, Any) Json: "JSON_OBJECTAGG($1, $2)";
    "stddev" (Number) First: "STDDEV_SAMP($1)", differs "of integers and numerics it is a double on TiDB";
    "stddev_samp" (Number) First: "STDDEV_SAMP($1)", differs "of integers and numerics it is a double on TiDB";
    "stddev_pop" (Number) First: "STDDEV_POP($1)", differs "of integers and numerics it is a double on TiDB";
    "variance" (Number) First: "VAR_SAMP($1)", differs "of integers and numerics it is a double on TiDB";
    "var_samp" (Number) First: "VAR_SAMP($1)", differs "of integers and numerics it is a double on TiDB";
    "var_pop" (Number) First: "VAR_POP($1)", differs "of integers and numerics it is a double on TiDB";
    "row_number" () Big: "=";
    "rank" () Big: "=";
    "dense_rank" () Big: "=";
    "percent_rank" () Float: "=";
    "cume_dist" () Float: "=";
    "ntile" (Int) Int: "=";
    "lag" (Any, Rest) First: "=";
    "lead" (Any, Rest) First: "=";
    "first_value" (Any) First: "=";
    "last_value" (Any) First: "=";
    "nth_value" (Any, Int) First: "=";
};

/// A call taken apart.
struct Parts {
    args: Vec<Expr>,
    star: bool,
    distinct: bool,
    order: Vec<OrderByExpr>,
}

pub fn call(walk: &mut Walk<'_, '_>, expr: &mut Expr, name: &str) -> Typed {
    let at = expr.clone();
    let named = format!("the function {name}");
    let Expr::Function(function) = expr else { return Ok(Ty::Unknown) };
    let plain = function.within_group.is_empty()
        && matches!(function.null_treatment, None | Some(NullTreatment::RespectNulls))
        && matches!(function.parameters, FunctionArguments::None)
        && !function.uses_odbc_syntax;
    let windows = WINDOWS.contains(&name);
    if !plain || !is_one(name) || windows != (windows && function.over.is_some()) {
        return walk.refuse(&at, named);
    }
    let Some(mut parts) = parts(function) else { return walk.refuse(&at, named) };
    let windowed = function.over.is_some();
    if windowed && (parts.distinct || !parts.order.is_empty()) {
        return walk.refuse(&at, format!("DISTINCT or ORDER BY in {name} over a window"));
    }
    if windows {
        return windowed_call(walk, expr, name, parts);
    }
    if parts.distinct && parts.order.iter().any(|term| !parts.args.contains(&term.expr)) {
        return walk.refuse(&at, format!("DISTINCT in {name}, in an order of something else,"));
    }
    let outer = |arg: &Expr| walk.scope.is_of_outer(arg, walk.cx.catalog);
    if !parts.args.is_empty() && parts.args.iter().all(outer) {
        return walk.refuse(&at, format!("{name} of columns of the query around this one"));
    }
    let mut types = Vec::with_capacity(parts.args.len());
    // A row of NULLs is no NULL.
    if let ("count", true, [Expr::Tuple(values)]) = (name, parts.distinct, &parts.args[..]) {
        parts.args = vec![literals::call("jsonb_build_array", values.clone())];
    }
    for arg in &mut parts.args {
        types.push(padded::argument(walk, name, arg)?);
    }
    let filter = match function.filter.take() {
        Some(mut filter) => {
            let found = walk.expr(&mut filter)?;
            walk.coerce(&mut filter, &found, &Ty::Bool)?;
            Some(*filter)
        }
        None => None,
    };
    order_terms(walk, &mut parts.order)?;
    if let Some(window) = &mut function.over {
        window::over(walk, window)?;
    }
    let (made, ty) = aggregate(walk, function, name, parts, &types, filter, &at)?;
    *expr = made;
    Ok(ty)
}

/// Arguments, DISTINCT and ORDER BY; `None` for other clauses.
fn parts(function: &Function) -> Option<Parts> {
    let mut parts = Parts { args: Vec::new(), star: false, distinct: false, order: Vec::new() };
    let list = match &function.args {
        FunctionArguments::List(list) => list,
        FunctionArguments::None => return Some(parts),
        FunctionArguments::Subquery(_) => return None,
    };
    parts.distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    for clause in &list.clauses {
        match clause {
            FunctionArgumentClause::OrderBy(terms) => parts.order.clone_from(terms),
            _ => return None,
        }
    }
    for arg in &list.args {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => parts.args.push(expr.clone()),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => parts.star = true,
            _ => return None,
        }
    }
    Some(parts)
}

/// `CASE WHEN filter THEN value END`: what FILTER leaves out is NULL, which aggregates skip.
pub fn filtered(value: Expr, filter: Option<&Expr>) -> Expr {
    let Some(filter) = filter else { return value };
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition: filter.clone(), result: value }],
        else_result: None,
    }
}

fn aggregate(
    walk: &mut Walk<'_, '_>,
    function: &Function,
    name: &str,
    parts: Parts,
    types: &[Ty],
    filter: Option<Expr>,
    at: &Expr,
) -> Result<(Expr, Ty), Untranslatable> {
    let Parts { mut args, star, distinct, order } = parts;
    let filter = filter.as_ref();
    let over = &function.over;
    // A call of TiDB's with the same DISTINCT and OVER.
    let built = |name: &str, args: Vec<Expr>| {
        let mut made = literals::call(name, args);
        if let Expr::Function(made) = &mut made {
            made.over.clone_from(over);
            if let (FunctionArguments::List(list), true) = (&mut made.args, distinct) {
                list.duplicate_treatment = Some(DuplicateTreatment::Distinct);
            }
        }
        made
    };
    // The author's own way to write it, where nothing changes but the arguments.
    let kept = |arg: Expr| {
        let mut made = Function { filter: None, ..function.clone() };
        if let FunctionArguments::List(list) = &mut made.args {
            list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))];
            // The order of what is summed or counted does not matter.
            list.clauses.clear();
        }
        Expr::Function(made)
    };
    let refuse = |walk: &Walk<'_, '_>, what: &str| walk.refuse(at, format!("the function {name} {what}"));
    if name == "count" {
        if star || args.len() != 1 {
            return Ok(match filter {
                Some(_) => (built("COUNT", vec![filtered(number("1"), filter)]), Ty::Big),
                None if args.len() > 1 => return refuse(walk, "of several values"),
                None => (Expr::Function(function.clone()), Ty::Big),
            });
        }
        return Ok((kept(filtered(args.remove(0), filter)), Ty::Big));
    }
    let (Some(ty), false) = (types.first().cloned(), star) else { return refuse(walk, "without a value") };
    let unfiltered = args.remove(0);
    let first = filtered(unfiltered.clone(), filter);
    let result = match name {
        "sum" | "avg" if !ty.is_number() => return refuse(walk, &format!("of {}", ty.name())),
        "sum" => {
            let sum = match ty {
                Ty::Int => Ty::Big,
                Ty::Big => Ty::Decimal,
                other => other,
            };
            (kept(first), sum)
        }
        "avg" if ty == Ty::Float => (kept(first), Ty::Float),
        "avg" => (division::rounded(built("AVG", vec![division::wide(first)])), Ty::Numeric),
        "min" | "max" => match ty {
            Ty::Enum => {
                // TiDB compares enums as texts, but their numbers as numbers.
                let Some(labels) = labels(walk, at) else {
                    return refuse(walk, "of an enum, which TiDB compares as a text,");
                };
                let number = built(&name.to_uppercase(), vec![binary(first, Op::Plus, number("0"))]);
                let mut args = vec![number];
                args.extend(labels.into_iter().map(literals::string));
                (literals::call("ELT", args), ty)
            }
            Ty::Json | Ty::Array(_) | Ty::Bool | Ty::Other(_) | Ty::Interval => {
                return refuse(walk, &format!("of {}", ty.name()));
            }
            ty => {
                if ty == Ty::Text && !is_collated(at) {
                    ordered(walk, at, &ty)?;
                }
                (kept(first), ty)
            }
        },
        "bool_and" | "every" | "bool_or" => {
            if ty != Ty::Bool {
                return refuse(walk, &format!("of {}", ty.name()));
            }
            (built(if name == "bool_or" { "MAX" } else { "MIN" }, vec![first]), Ty::Bool)
        }
        "bit_and" | "bit_or" | "bit_xor" if ty.is_int() => {
            let bits = built(&name.to_uppercase(), vec![first.clone()]);
            let count = built("COUNT", vec![first]);
            let sql = "CAST(IF($1 > 0, $2, NULL) AS SIGNED)";
            match template::filled(sql, &[count, bits]) {
                Some(made) => (made, ty),
                None => return refuse(walk, ""),
            }
        }
        "string_agg" => {
            if !matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown) || over.is_some() {
                return refuse(walk, &format!("of {}", ty.name()));
            }
            let Some(separator) = args.first().and_then(super::word) else {
                return refuse(walk, "with a calculated delimiter");
            };
            (grouped(walk, at, first, distinct, order, separator), Ty::Text)
        }
        "array_agg" | "json_agg" | "jsonb_agg" => {
            if over.is_some() || distinct && order.is_empty() {
                return refuse(walk, "with OVER, or DISTINCT without an order");
            }
            let element = if ty == Ty::Unknown { Ty::Text } else { ty };
            let made = collected::collected(walk, at, unfiltered, &element, filter, distinct, order)?;
            (made, if name == "array_agg" { Ty::Array(Box::new(element)) } else { Ty::Json })
        }
        "json_object_agg" | "jsonb_object_agg" => {
            let (Some(value), Some(ty)) = (args.pop(), types.get(1)) else { return refuse(walk, "") };
            if filter.is_some() || over.is_some() || distinct || !order.is_empty() {
                return refuse(walk, "with FILTER, DISTINCT, ORDER BY or OVER");
            }
            let value = as_json_value(walk, value, ty, at)?;
            let key = if types.first() == Some(&Ty::Uuid) { uuids::text(walk, first) } else { first };
            (built("JSON_OBJECTAGG", vec![key, value]), Ty::Json)
        }
        "stddev" | "stddev_samp" | "stddev_pop" | "variance" | "var_samp" | "var_pop" if ty.is_number() => {
            let written = match name {
                "stddev" | "stddev_samp" => "STDDEV_SAMP",
                "stddev_pop" => "STDDEV_POP",
                "variance" | "var_samp" => "VAR_SAMP",
                _ => "VAR_POP",
            };
            if ty != Ty::Float {
                let span = super::super::span(walk.cx, at);
                let message = format!("{name} of {} is a double on TiDB: its last digits differ", ty.name());
                walk.cx.report(&AGGREGATE, span, message);
            }
            (built(written, vec![first]), if ty == Ty::Float { Ty::Float } else { Ty::Numeric })
        }
        _ => return refuse(walk, &format!("of {}", ty.name())),
    };
    Ok(result)
}

/// The labels of the enum that a call's column is of, in their order.
fn labels(walk: &Walk<'_, '_>, at: &Expr) -> Option<Vec<String>> {
    let args = super::arguments_of(at);
    enums::labels_of(walk, &super::super::overflow::declared(walk, args.first()?)?)
}

fn is_collated(at: &Expr) -> bool {
    let args = super::arguments_of(at);
    matches!(args.first(), Some(Expr::Collate { .. }))
}

/// `GROUP_CONCAT(value ORDER BY … SEPARATOR '…')`. TiDB cuts it at group_concat_max_len bytes.
pub fn grouped(
    walk: &mut Walk<'_, '_>,
    at: &Expr,
    value: Expr,
    distinct: bool,
    order: Vec<OrderByExpr>,
    separator: String,
) -> Expr {
    let span = super::super::span(walk.cx, at);
    grouped_text(walk, span);
    let mut made = literals::call("GROUP_CONCAT", vec![value]);
    if let Expr::Function(made) = &mut made
        && let FunctionArguments::List(list) = &mut made.args
    {
        list.duplicate_treatment = distinct.then_some(DuplicateTreatment::Distinct);
        if !order.is_empty() {
            list.clauses.push(FunctionArgumentClause::OrderBy(order));
        }
        let separator = sqlparser::ast::Value::SingleQuotedString(separator).with_empty_span();
        list.clauses.push(FunctionArgumentClause::Separator(separator));
    }
    made
}

/// A function that only a window has.
fn windowed_call(walk: &mut Walk<'_, '_>, expr: &mut Expr, name: &str, parts: Parts) -> Typed {
    let at = expr.clone();
    let Expr::Function(function) = expr else { return Ok(Ty::Unknown) };
    let Parts { mut args, .. } = parts;
    if function.filter.is_some() {
        return walk.refuse(&at, format!("FILTER of {name}"));
    }
    let mut types = Vec::with_capacity(args.len());
    for arg in &mut args {
        types.push(walk.expr(arg)?);
    }
    let first = types.first().cloned();
    if let ("lag" | "lead", Some(wanted), 3) = (name, &first, args.len()) {
        let found = types[2].clone();
        walk.coerce(&mut args[2], &found, wanted)?;
    }
    if matches!(name, "lag" | "lead" | "nth_value" | "ntile") {
        let offset = if name == "ntile" { args.first() } else { args.get(1) };
        if offset.is_some_and(|offset| super::whole(offset).is_none_or(|n| n < 0)) {
            return walk.refuse(&at, format!("{name} with a calculated or negative number"));
        }
    }
    if let Some(window) = &mut function.over {
        window::over(walk, window)?;
    }
    super::put(function, args);
    Ok(match name {
        "percent_rank" | "cume_dist" => Ty::Float,
        "ntile" => Ty::Int,
        "row_number" | "rank" | "dense_rank" => Ty::Big,
        _ => first.unwrap_or(Ty::Unknown),
    })
}

/// A hint raises the limit for a query or a change; a view takes no hint.
fn grouped_text(walk: &mut Walk<'_, '_>, span: crate::text::Span) {
    use sqlparser::ast::Statement;
    walk.cx.grouped = true;
    let hinted = match walk.cx.parsed.tree.as_deref() {
        Ok(Statement::CreateTable(create)) => create.query.is_some(),
        _ => walk.cx.runs_once(),
    };
    if !hinted {
        let found = walk.cx.report(&GROUPED_TEXT, span, "TiDB cuts the text at group_concat_max_len bytes");
        found.level = crate::diagnostic::Level::Warning;
        found.fidelity = crate::diagnostic::Fidelity::Approximate;
    }
}

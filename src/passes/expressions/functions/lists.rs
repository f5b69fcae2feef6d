//! Functions on arrays, which are JSON arrays on TiDB.

use super::super::Untranslatable;
use super::super::arrays::element_of;
use super::super::literals::{call, string};
use super::super::printing::as_json_value;
use super::super::types::Ty;
use super::super::walk::Walk;
use super::row::{Call, Row, rows};
use super::{template, word};
use sqlparser::ast::{
    Expr, Function, FunctionArgumentClause, FunctionArguments, GroupByExpr, OrderByKind, SelectItem, SetExpr,
};

type Made = Result<Expr, Untranslatable>;

pub static ROWS: &[Row] = rows! {
    "cardinality" (Array) Int: "JSON_LENGTH($1)" by cardinality;
    "array_length" (Array, Positive) Int: "NULLIF(JSON_LENGTH($1), 0)" by length;
    "array_upper" (Array, Positive) Int: "NULLIF(JSON_LENGTH($1), 0)" by length;
    "array_lower" (Array, Positive) Int: "IF(JSON_LENGTH($1) > 0, 1, NULL)" by lower;
    "array_ndims" (Array) Int: "NULLIF(JSON_DEPTH($1) - 1, 0)" by dimensions;
    "array_append" (Array, Any) First: "JSON_ARRAY_APPEND($1, '$', $2)" by append;
    "array_prepend" (Any, Array) Texts: "JSON_ARRAY_INSERT($2, '$[0]', $1)" by prepend;
    "array_cat" (Array, Array) First: "JSON_MERGE_PRESERVE($1, $2)" by cat;
    "array_to_json" (Array) Json: "$1";
};

fn filled(walk: &Walk<'_, '_>, call: &Call, sql: &str, args: &[Expr]) -> Made {
    template::filled(sql, args)
        .map_or_else(|| walk.refuse(&call.at, format!("the function {}", call.name)), Ok)
}

/// The elements of arrays in an array count one by one.
fn cardinality(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    fn leaves(values: &[serde_json::Value]) -> usize {
        values.iter().map(|value| value.as_array().map_or(1, |inner| leaves(inner))).sum()
    }
    match (element_of(&call.args[0]), call.types.first()) {
        (Some(values), Some(Ty::Array(element)))
            if **element != Ty::Json && values.iter().any(|v| v.is_array()) =>
        {
            Ok(super::super::literals::number(leaves(&values).to_string()))
        }
        (_, Some(Ty::Array(element))) if matches!(**element, Ty::Array(_)) => {
            walk.refuse(&call.at, "the cardinality of arrays in an array")
        }
        _ => filled(walk, call, "JSON_LENGTH($1)", &call.args),
    }
}

/// Only the first dimension is known: the length of an empty array is NULL on PostgreSQL.
fn length(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    match super::whole(&call.args[1]) {
        Some(1) => filled(walk, call, "NULLIF(JSON_LENGTH($1), 0)", &call.args),
        Some(nth @ 2..=6) if !of_documents(call) => {
            let sql = format!(
                "IF(JSON_DEPTH($1) > {nth}, JSON_LENGTH(JSON_EXTRACT($1, '${}')), NULL)",
                "[0]".repeat(usize::try_from(nth - 1).unwrap_or(1))
            );
            filled(walk, call, &sql, &call.args)
        }
        _ => walk.refuse(&call.at, "the length of this dimension"),
    }
}

/// Whether the elements are documents, whose depth is another matter.
fn of_documents(call: &Call) -> bool {
    matches!(call.types.first(), Some(Ty::Array(element)) if **element == Ty::Json)
}

fn dimensions(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    if of_documents(call) {
        return walk.refuse(&call.at, "the dimensions of an array of documents");
    }
    filled(walk, call, "NULLIF(JSON_DEPTH($1) - 1, 0)", &call.args)
}

fn lower(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    match super::whole(&call.args[1]) {
        Some(1) => filled(walk, call, "IF(JSON_LENGTH($1) > 0, 1, NULL)", &call.args),
        _ => walk.refuse(&call.at, "the bounds of a dimension other than the first"),
    }
}

/// An element as it stands in the JSON array.
fn element(walk: &mut Walk<'_, '_>, call: &Call, array: usize, value: usize) -> Result<Expr, Untranslatable> {
    let Some(Ty::Array(element)) = call.types.get(array) else { return walk.refuse(&call.at, "an array") };
    let (mut arg, found) = (call.args[value].clone(), call.types[value].clone());
    let element = element.as_ref().clone();
    let fits = found == element || found == Ty::Unknown || found.is_number() && element.is_number();
    if !fits {
        return walk.refuse(&call.at, format!("{} as an element of {}[]", found.name(), element.name()));
    }
    if found == Ty::Unknown {
        walk.coerce(&mut arg, &found, &element)?;
    }
    as_json_value(walk, arg, &element, &call.at)
}

/// An array that may be NULL is an empty one for what is put into it.
fn filled_array(walk: &mut Walk<'_, '_>, call: &Call, at: usize, array: Expr) -> Expr {
    let source = match &call.at {
        Expr::BinaryOp { left, right, .. } => [left, right].get(at).map(|side| side.as_ref().clone()),
        other => super::arguments_of(other).get(at).cloned(),
    };
    let nullable = source.is_none_or(|source| super::super::nulls_possible(walk, &source));
    let literal = matches!(&array, Expr::Cast { expr, .. } if matches!(expr.as_ref(), Expr::Value(_)));
    if nullable && !literal {
        self::call("COALESCE", vec![array, self::call("JSON_ARRAY", vec![])])
    } else {
        array
    }
}

/// NULL || array is the array.
fn cat(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let (right, left) = (call.args.pop(), call.args.pop());
    let (Some(left), Some(right)) = (left, right) else { return walk.refuse(&call.at, "array_cat") };
    let args = vec![filled_array(walk, call, 0, left.clone()), filled_array(walk, call, 1, right.clone())];
    let both = args.iter().all(|arg| arg.to_string().starts_with("COALESCE"));
    let merged = self::call("JSON_MERGE_PRESERVE", args);
    if !both {
        return Ok(merged);
    }
    let plain = self::call("JSON_MERGE_PRESERVE", vec![left.clone(), right.clone()]);
    Ok(self::call("COALESCE", vec![plain, left, right]))
}

fn append(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let value = element(walk, call, 0, 1)?;
    let array = call.args.remove(0);
    let array = filled_array(walk, call, 0, array);
    Ok(self::call("JSON_ARRAY_APPEND", vec![array, string("$"), value]))
}

fn prepend(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let value = element(walk, call, 1, 0)?;
    call.ty = call.types.get(1).cloned();
    let array = call.args.remove(1);
    let array = filled_array(walk, call, 1, array);
    Ok(self::call("JSON_ARRAY_INSERT", vec![array, string("$[0]"), value]))
}

/// The elements of a literal array, joined by a literal.
pub fn joined(args: &[Expr]) -> Option<Expr> {
    let [array, separator] = args else { return None };
    let elements = element_of(array)?;
    let shown: Option<Vec<String>> = elements
        .iter()
        .filter(|value| !value.is_null())
        .map(|value| match value {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            serde_json::Value::Bool(value) => Some(if *value { "t" } else { "f" }.to_owned()),
            _ => None,
        })
        .collect();
    Some(string(shown?.join(&word(separator)?)))
}

/// `ARRAY(SELECT x FROM … ORDER BY y)` as `(SELECT array_agg(x ORDER BY y) FROM …)`, where that is the same.
pub fn of_subquery(function: &Function) -> Option<Expr> {
    let FunctionArguments::Subquery(query) = &function.args else { return None };
    let mut query = query.clone();
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let GroupByExpr::Expressions(keys, _) = &select.group_by else { return None };
    let plain = keys.is_empty()
        && select.having.is_none()
        && select.distinct.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none();
    let [SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }] =
        &select.projection[..]
    else {
        return None;
    };
    if !plain || super::is_aggregate_call(value) {
        return None;
    }
    let order = match query.order_by.take().map(|order| order.kind) {
        None => Vec::new(),
        Some(OrderByKind::Expressions(terms)) => terms,
        Some(_) => return None,
    };
    let mut made = call("array_agg", vec![value.clone()]);
    if let Expr::Function(made) = &mut made
        && let FunctionArguments::List(list) = &mut made.args
        && !order.is_empty()
    {
        if order.iter().any(|term| matches!(term.expr, Expr::Value(_))) {
            return None;
        }
        list.clauses.push(FunctionArgumentClause::OrderBy(order));
    }
    select.projection = vec![SelectItem::UnnamedExpr(made)];
    Some(Expr::Subquery(query))
}

//! Whether an expression of PostgreSQL's can be NULL, as far as its columns and operators tell.

use super::literals;
use super::scope::{Lookup, Scope};
use crate::catalog::Catalog;
use crate::syntax::names;
use sqlparser::ast::{
    BinaryOperator as Op, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Value,
};

/// Functions that give NULL only for NULL.
const STRICT: [&str; 40] = [
    "abs",
    "ceil",
    "ceiling",
    "floor",
    "round",
    "trunc",
    "sign",
    "lower",
    "upper",
    "length",
    "char_length",
    "octet_length",
    "btrim",
    "ltrim",
    "rtrim",
    "trim",
    "left",
    "right",
    "substr",
    "substring",
    "replace",
    "reverse",
    "repeat",
    "lpad",
    "rpad",
    "strpos",
    "md5",
    "date_trunc",
    "date_part",
    "to_char",
    "mod",
    "power",
    "sqrt",
    "initcap",
    "concat_ws",
    "date",
    "encode",
    "starts_with",
    "cardinality",
    "ascii",
];

/// Functions that never give NULL.
const NEVER: [&str; 20] = [
    "count",
    "row_number",
    "rank",
    "dense_rank",
    "ntile",
    "percent_rank",
    "cume_dist",
    "now",
    "concat",
    "current_timestamp",
    "current_date",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "localtimestamp",
    "random",
    "gen_random_uuid",
    "uuid_generate_v4",
    "pi",
    "num_nulls",
];

/// Whether it can be NULL; `true` where that is not known.
pub fn possible(scope: &Scope<'_>, catalog: &Catalog, expr: &Expr) -> bool {
    let null = |expr: &Expr| possible(scope, catalog, expr);
    match expr {
        Expr::Identifier(ident) => may_hold(scope.column(&names::folded(ident), catalog)),
        Expr::CompoundIdentifier(parts) => match parts.split_last() {
            Some((last, table)) => {
                let table = ObjectName::from(table.to_vec());
                may_hold(scope.qualified(&table, &names::folded(last), catalog))
            }
            None => true,
        },
        Expr::Value(value) => matches!(value.value, Value::Null | Value::Placeholder(_)),
        Expr::TypedString(_)
        | Expr::Exists { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::Interval(_) => false,
        Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsUnknown(_)
        | Expr::IsNotUnknown(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::Array(_) => false,
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, .. }
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::Collate { expr: inner, .. }
        | Expr::Extract { expr: inner, .. }
        | Expr::Ceil { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::Trim { expr: inner, .. }
        | Expr::AtTimeZone { timestamp: inner, .. } => null(inner),
        Expr::BinaryOp { left, op, right } => {
            let strict = matches!(
                op,
                Op::Plus
                    | Op::Minus
                    | Op::Multiply
                    | Op::StringConcat
                    | Op::Eq
                    | Op::NotEq
                    | Op::Lt
                    | Op::LtEq
                    | Op::Gt
                    | Op::GtEq
                    | Op::And
                    | Op::Or
                    | Op::BitwiseAnd
                    | Op::BitwiseOr
            );
            // A division by zero is NULL on TiDB.
            let divides = matches!(op, Op::Divide | Op::Modulo) && nonzero(right);
            !(strict || divides) || null(left) || null(right)
        }
        Expr::Between { expr, low, high, .. } => null(expr) || null(low) || null(high),
        Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } => null(expr) || null(pattern),
        Expr::InList { expr, list, .. } => null(expr) || list.iter().any(null),
        Expr::Case { conditions, else_result, .. } => {
            else_result.as_deref().is_none_or(null) || conditions.iter().any(|when| null(&when.result))
        }
        Expr::Function(function) => called(scope, catalog, function),
        _ => true,
    }
}

fn may_hold(lookup: Lookup<'_>) -> bool {
    !matches!(lookup, Lookup::Column(found) if found.not_null)
}

fn nonzero(expr: &Expr) -> bool {
    matches!(super::arrays::bare(expr), Expr::Value(value)
        if matches!(&value.value, Value::Number(n, _) if n.bytes().any(|b| matches!(b, b'1'..=b'9'))))
}

fn called(scope: &Scope<'_>, catalog: &Catalog, function: &Function) -> bool {
    let Some(name) = literals::function_name(function) else { return true };
    let name = name.as_str();
    if NEVER.contains(&name) {
        return false;
    }
    let FunctionArguments::List(list) = &function.args else { return true };
    let mut args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => possible(scope, catalog, expr),
        _ => true,
    });
    match name {
        "coalesce" | "greatest" | "least" => args.all(|null| null),
        // Over the rows of a group, which is never empty.
        "min" | "max" | "sum" | "avg" | "bool_and" | "bool_or" | "every" => {
            !scope.grouped || function.filter.is_some() || function.over.is_some() || args.any(|null| null)
        }
        _ => !STRICT.contains(&name) || args.any(|null| null),
    }
}

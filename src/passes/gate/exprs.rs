//! The expressions that may pass: the forms that `expressions` and the rules for defaults write.

use super::{Checked, Found, refuse};
use crate::passes::Cx;
use crate::passes::expressions::span;
use crate::syntax::names;
use sqlparser::ast::{
    BinaryOperator as Op, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, UnaryOperator, Value,
};

/// Functions that TiDB has and that the passes write or have approved.
const FUNCTIONS: [&str; 87] = [
    "abs",
    "ascii",
    "bin_to_uuid",
    "bit_length",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "coalesce",
    "concat",
    "concat_ws",
    "current_date",
    "current_timestamp",
    "current_time",
    "curdate",
    "curtime",
    "date",
    "date_add",
    "date_format",
    "date_sub",
    "default",
    "exp",
    "floor",
    "from_unixtime",
    "greatest",
    "hex",
    "if",
    "ifnull",
    "instr",
    "is_uuid",
    "json_array",
    "json_contains",
    "json_contains_path",
    "json_extract",
    "json_length",
    "json_merge_patch",
    "json_object",
    "json_quote",
    "json_type",
    "json_unquote",
    "json_valid",
    "last_insert_id",
    "lastval",
    "least",
    "left",
    "length",
    "ln",
    "localtimestamp",
    "locate",
    "log10",
    "log2",
    "lower",
    "lpad",
    "ltrim",
    "md5",
    "mod",
    "nextval",
    "now",
    "nullif",
    "octet_length",
    "pi",
    "pow",
    "power",
    "rand",
    "regexp_like",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "rpad",
    "rtrim",
    "sha2",
    "sign",
    "sqrt",
    "str_to_date",
    "substr",
    "substring",
    "trim",
    "truncate",
    "unhex",
    "upper",
    "utc_timestamp",
    "uuid",
    "uuid_to_bin",
    "values",
];

/// Aggregates that TiDB has and that the passes write.
const AGGREGATES: [&str; 5] = ["count", "max", "min", "sum", "any_value"];

/// Functions that need a window.
const WINDOWS: [&str; 11] = [
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

pub fn check(cx: &Cx<'_>, expr: &Expr) -> Checked {
    let all = |exprs: &[&Expr]| exprs.iter().try_for_each(|expr| check(cx, expr));
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Ok(()),
        Expr::Value(value) => match &value.value {
            Value::Placeholder(_) => refuse(span(cx, expr), "a parameter"),
            _ => Ok(()),
        },
        Expr::TypedString(typed) => match &typed.data_type {
            DataType::Date | DataType::Timestamp(_, _) | DataType::Time(_, _) => Ok(()),
            other => refuse(span(cx, expr), format!("a literal of type {other}")),
        },
        Expr::Nested(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner)
        | Expr::IsUnknown(inner)
        | Expr::IsNotUnknown(inner)
        | Expr::Ceil { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::Extract { expr: inner, .. } => check(cx, inner),
        Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus | UnaryOperator::Not, expr } => {
            check(cx, expr)
        }
        Expr::BinaryOp { left, op, right } => {
            let known = matches!(
                op,
                Op::Plus
                    | Op::Minus
                    | Op::Multiply
                    | Op::Divide
                    | Op::Modulo
                    | Op::Gt
                    | Op::Lt
                    | Op::GtEq
                    | Op::LtEq
                    | Op::Spaceship
                    | Op::Eq
                    | Op::NotEq
                    | Op::And
                    | Op::Or
                    | Op::BitwiseOr
                    | Op::BitwiseAnd
                    | Op::MyIntegerDivide
                    | Op::Assignment
            );
            if !known {
                return refuse(span(cx, expr), format!("the operator {op}"));
            }
            all(&[left, right])
        }
        Expr::InList { expr, list, .. } => {
            check(cx, expr)?;
            list.iter().try_for_each(|item| check(cx, item))
        }
        Expr::Between { expr, low, high, .. } => all(&[expr, low, high]),
        Expr::Like { any: false, expr, pattern, .. } | Expr::ILike { any: false, expr, pattern, .. } => {
            all(&[expr, pattern])
        }
        Expr::Case { operand, conditions, else_result, .. } => {
            if let Some(operand) = operand {
                check(cx, operand)?;
            }
            for when in conditions {
                all(&[&when.condition, &when.result])?;
            }
            else_result.as_ref().map_or(Ok(()), |result| check(cx, result))
        }
        Expr::Cast { kind: CastKind::Cast, expr: inner, data_type, format: None } => {
            let known = matches!(
                data_type,
                DataType::Char(_)
                    | DataType::Signed
                    | DataType::Unsigned
                    | DataType::Date
                    | DataType::Datetime(_)
                    | DataType::Time(_, _)
                    | DataType::Decimal(_)
                    | DataType::Double(_)
                    | DataType::Float(_)
                    | DataType::JSON
                    | DataType::Binary(_)
            );
            // CAST(… AS CHAR(64) ARRAY), as multi-valued indexes have it.
            let array = matches!(data_type, DataType::Custom(name, modifiers)
                if modifiers.is_empty() && ["SIGNED ARRAY", "CHAR(36) ARRAY"].contains(&name.to_string().as_str()));
            if known || array {
                check(cx, inner)
            } else {
                refuse(span(cx, expr), format!("the cast to {data_type}"))
            }
        }
        Expr::Subquery(query) => super::query::query(cx, query),
        Expr::Exists { subquery, negated: _ } => super::query::query(cx, subquery),
        Expr::InSubquery { expr, subquery, negated: _ } => {
            check(cx, expr)?;
            super::query::query(cx, subquery)
        }
        Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. }
            if matches!(right.as_ref(), Expr::Subquery(_)) =>
        {
            all(&[left, right])
        }
        Expr::Tuple(items) => items.iter().try_for_each(|item| check(cx, item)),
        Expr::Function(function) => self::function(cx, expr, function),
        Expr::Trim { expr, .. } | Expr::Substring { expr, .. } => check(cx, expr),
        Expr::Position { expr, r#in } => all(&[expr, r#in]),
        Expr::Interval(_) => Ok(()),
        other => {
            let text = crate::passes::expressions::literals::shown(&other.to_string());
            Err(Found { what: format!("the expression {text}"), span: span(cx, other) })
        }
    }
}

fn function(cx: &Cx<'_>, expr: &Expr, function: &Function) -> Checked {
    let name = names::last(&function.name).map(names::folded).unwrap_or_default();
    if AGGREGATES.contains(&name.as_str()) || function.over.is_some() {
        return aggregate(cx, expr, function, &name);
    }
    let plain = function.filter.is_none()
        && function.over.is_none()
        && function.within_group.is_empty()
        && function.null_treatment.is_none();
    if function.name.0.len() != 1 || !FUNCTIONS.contains(&name.as_str()) || !plain {
        return refuse(span(cx, expr), format!("the function {}", function.name));
    }
    let FunctionArguments::List(list) = &function.args else { return Ok(()) };
    list.args.iter().try_for_each(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => check(cx, expr),
        _ => refuse(span(cx, expr), format!("the function {}", function.name)),
    })
}

/// An aggregate, or a function over a window.
fn aggregate(cx: &Cx<'_>, expr: &Expr, function: &Function, name: &str) -> Checked {
    use sqlparser::ast::WindowType;
    let plain = function.filter.is_none()
        && function.within_group.is_empty()
        && function.null_treatment.is_none()
        && function.name.0.len() == 1
        && (AGGREGATES.contains(&name) || WINDOWS.contains(&name));
    let FunctionArguments::List(list) = &function.args else {
        return refuse(span(cx, expr), format!("the function {}", function.name));
    };
    if !plain || !list.clauses.is_empty() {
        return refuse(span(cx, expr), format!("this form of the function {}", function.name));
    }
    match &function.over {
        None | Some(WindowType::NamedWindow(_)) => {}
        Some(WindowType::WindowSpec(spec)) => super::query::window(cx, spec)?,
    }
    list.args.iter().try_for_each(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => check(cx, expr),
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "count" => Ok(()),
        _ => refuse(span(cx, expr), format!("this form of the function {}", function.name)),
    })
}

//! The expressions that may pass: the forms that `expressions` and the rules for defaults write.

use super::{Checked, Found, refuse};
use crate::passes::expressions::span;
use crate::passes::{Cx, parameters};
use sqlparser::ast::{BinaryOperator as Op, CastKind, DataType, Expr, UnaryOperator, Value};

pub fn check(cx: &Cx<'_>, expr: &Expr) -> Checked {
    let all = |exprs: &[&Expr]| exprs.iter().try_for_each(|expr| check(cx, expr));
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Ok(()),
        Expr::Value(value) => match &value.value {
            value if parameters::is_placed(value) => Ok(()),
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
        Expr::UnaryOp {
            op: UnaryOperator::Minus | UnaryOperator::Plus | UnaryOperator::Not | UnaryOperator::BitwiseNot,
            expr,
        } => check(cx, expr),
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
                    | Op::BitwiseXor
                    | Op::PGBitwiseShiftLeft
                    | Op::PGBitwiseShiftRight
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
        // The bytes of a text, which a rule has written.
        Expr::Convert {
            is_try: false,
            expr: inner,
            data_type: None,
            charset: Some(_),
            target_before_value: false,
            styles,
        } if styles.is_empty() => check(cx, inner),
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
                if modifiers.is_empty() && name.to_string().ends_with(" ARRAY"));
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
        Expr::Function(function) => super::functions::check(cx, expr, function),
        Expr::Trim { expr, .. } | Expr::Substring { expr, .. } => check(cx, expr),
        Expr::Position { expr, r#in } => all(&[expr, r#in]),
        Expr::Collate { expr, collation } if collation.to_string().starts_with("utf8mb4_") => check(cx, expr),
        Expr::Interval(interval) => check(cx, &interval.value),
        other => {
            let text = crate::passes::expressions::literals::shown(&other.to_string());
            Err(Found { what: format!("the expression {text}"), span: span(cx, other) })
        }
    }
}

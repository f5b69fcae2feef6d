//! One value of a row.

use crate::catalog::{self, Column};
use crate::passes::Cx;
use crate::passes::expressions::literals::{self, Literal};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::{Scope, arrays, span, translate_to};
use crate::text::Span;
use sqlparser::ast::{ColumnOption, DataType, ExactNumberInfo, Expr, UnaryOperator, Value};

/// The column that a value goes to.
#[derive(Debug, Clone)]
pub struct Target {
    pub ty: Ty,
    /// Stored as the text that PostgreSQL would read.
    pub as_text: bool,
    /// TiDB makes an id where it finds a zero.
    pub makes_ids: bool,
    /// PostgreSQL keeps more digits after the point than TiDB's DECIMAL can.
    pub rounds: bool,
}

impl Target {
    pub fn of(cx: &Cx<'_>, column: &Column) -> Self {
        Target {
            ty: Ty::of(&column.pg, cx.catalog),
            as_text: literals::holds_text(&column.tidb),
            makes_ids: makes_ids(column),
            rounds: match &column.pg {
                DataType::Numeric(info) | DataType::Decimal(info) | DataType::Dec(info) => match info {
                    ExactNumberInfo::None => true,
                    ExactNumberInfo::Precision(_) => false,
                    ExactNumberInfo::PrecisionAndScale(_, scale) => *scale > 30,
                },
                _ => false,
            },
        }
    }
}

/// Whether the ids that TiDB makes are spread: it takes others only from a session that allows it.
pub fn is_random(column: &Column) -> bool {
    column.options.iter().any(|option| {
        matches!(option, ColumnOption::DialectSpecific(_)) && option.to_string().starts_with("AUTO_RANDOM")
    })
}

/// Whether TiDB makes an id where the column gets no value.
pub fn makes_ids(column: &Column) -> bool {
    column.options.iter().any(catalog::makes_ids)
}

/// Why a value can't be written.
pub enum Refusal {
    Value(Span, String),
    Untranslatable(Span, String),
    Zero(Span),
}

/// Makes a value what TiDB stores for it. Nothing is known of the target where its table is unknown.
pub fn convert(
    cx: &mut Cx<'_>,
    expr: &mut Expr,
    target: Option<&Target>,
    scope: &Scope<'_>,
) -> Result<(), Refusal> {
    let ty = target.map(|target| &target.ty);
    match expr {
        Expr::Value(value) => match (&value.value, ty) {
            (Value::Null, _) => return Ok(()),
            (Value::Number(number, _), _) => {
                let zero = !number.bytes().any(|b| matches!(b, b'1'..=b'9'));
                return number_into(cx, expr, zero, target);
            }
            (Value::Boolean(value), Some(Ty::Text)) => {
                *expr = literals::string(value.to_string());
                return Ok(());
            }
            (Value::Boolean(_), None | Some(Ty::Bool)) => return Ok(()),
            (
                Value::SingleQuotedString(_) | Value::EscapedStringLiteral(_),
                None | Some(Ty::Text | Ty::Enum | Ty::Json),
            ) => {
                return Ok(());
            }
            (Value::SingleQuotedByteStringLiteral(_), Some(Ty::Bit)) => return Ok(()),
            (literal, ty) => {
                if let Some(text) = literals::text_of(literal) {
                    return text_into(cx, expr, &text, ty, target);
                }
            }
        },
        Expr::Identifier(ident) if ident.value.eq_ignore_ascii_case("default") => {
            // A reserved word in both, so no column is meant.
            ident.quote_style = None;
            return Ok(());
        }
        Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr: inner }
            if matches!(inner.as_ref(), Expr::Value(v) if matches!(v.value, Value::Number(..)))
                && ty.is_none_or(|ty| ty.is_number() || *ty == Ty::Text) =>
        {
            return Ok(());
        }
        // 'x'::type, where the column has that very type.
        Expr::Cast { data_type, .. } => {
            let cast = Ty::of(data_type, cx.catalog);
            let text = match arrays::bare(expr) {
                Expr::Value(value) if matches!(value.value, Value::Null) => {
                    *expr = Expr::value(Value::Null);
                    return Ok(());
                }
                Expr::Value(value) => literals::text_of(&value.value),
                Expr::Array(array) => match ty {
                    Some(Ty::Array(element)) => {
                        let Some(json) = arrays::constructor(cx, array, element) else {
                            return Err(Refusal::Value(span(cx, expr), "this array".into()));
                        };
                        *expr = literals::string(json);
                        return Ok(());
                    }
                    _ => None,
                },
                _ => None,
            };
            if let (Some(text), true) = (text, ty.is_none_or(|ty| *ty == cast)) {
                return text_into(cx, expr, &text, Some(&cast), target);
            }
        }
        Expr::Array(array) => {
            if let Some(Ty::Array(element)) = ty
                && let Some(json) = arrays::constructor(cx, array, element)
            {
                *expr = literals::string(json);
                return Ok(());
            }
        }
        _ => {}
    }
    let Some(target) = target else {
        // What is calculated has a type of its own; where it goes, only the table tells.
        return Err(Refusal::Value(
            span(cx, expr),
            "a calculated value for a table that no file declares".into(),
        ));
    };
    let translated = translate_to(cx, expr, scope, &target.ty);
    translated.map(drop).map_err(|e| Refusal::Untranslatable(e.span, e.what))
}

fn number_into(cx: &Cx<'_>, expr: &Expr, zero: bool, target: Option<&Target>) -> Result<(), Refusal> {
    let Some(target) = target else { return Ok(()) };
    if target.makes_ids && zero {
        return Err(Refusal::Zero(span(cx, expr)));
    }
    if target.rounds && is_too_fine(expr) {
        return Err(Refusal::Value(
            span(cx, expr),
            "a number with more than 30 digits after its point".into(),
        ));
    }
    if target.ty.is_number() || matches!(target.ty, Ty::Text | Ty::Other(_)) {
        Ok(())
    } else {
        let what = format!("a number for a {} column", target.ty.name());
        Err(Refusal::Value(span(cx, expr), what))
    }
}

/// Whether TiDB's DECIMAL would round the number.
pub fn is_too_fine(expr: &Expr) -> bool {
    let Expr::Value(value) = expr else { return false };
    let Value::Number(number, _) = &value.value else { return false };
    let fraction = number.split_once('.').map_or("", |(_, fraction)| fraction);
    !fraction.contains(['e', 'E']) && fraction.trim_end_matches('0').len() > 30
}

fn text_into(
    cx: &Cx<'_>,
    expr: &mut Expr,
    text: &str,
    ty: Option<&Ty>,
    target: Option<&Target>,
) -> Result<(), Refusal> {
    let Some(ty) = ty else { return Ok(()) };
    if target.is_some_and(|target| target.makes_ids) && text.trim().bytes().all(|b| b == b'0') {
        return Err(Refusal::Zero(span(cx, expr)));
    }
    if matches!(ty, Ty::Other(_)) && target.is_some_and(|target| target.as_text) {
        *expr = bare(expr);
        return Ok(());
    }
    match literals::typed(cx, text, ty) {
        Ok(Literal::Same) => *expr = bare(expr),
        Ok(Literal::Text(other)) if other == text => *expr = bare(expr),
        Ok(Literal::Text(other)) => *expr = literals::string(other),
        Ok(Literal::Expr(other)) => *expr = other,
        Err(what) => return Err(Refusal::Value(span(cx, expr), what)),
    }
    Ok(())
}

/// The literal under its casts.
fn bare(expr: &mut Expr) -> Expr {
    let taken = std::mem::replace(expr, Expr::value(Value::Null));
    match taken {
        Expr::Cast { expr: mut inner, .. } | Expr::Nested(mut inner) => bare(&mut inner),
        other => other,
    }
}

//! One value of a row.

use crate::catalog::{self, Column};
use crate::passes::Cx;
use crate::passes::expressions::literals::{self, Literal};
use crate::passes::expressions::networks;
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::{Scope, arrays, span, translate_to, undeclared};
use crate::text::Span;
use sqlparser::ast::{CharacterLength, ColumnOption, DataType, ExactNumberInfo, Expr, UnaryOperator, Value};

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
    /// Bits, where the column is one of them: how many, and whether they may be fewer.
    pub bits: Option<(u64, bool)>,
    /// A `real`.
    pub single: bool,
    /// So many characters and no more, where PostgreSQL takes longer texts.
    pub most: Option<u64>,
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
            bits: match &column.pg {
                DataType::Bit(bits) => Some((bits.unwrap_or(1), false)),
                DataType::BitVarying(bits) | DataType::VarBit(bits) => Some((bits.unwrap_or(u64::MAX), true)),
                _ => None,
            },
            single: matches!(&column.pg, DataType::Real | DataType::Float4),
            most: narrowed(&column.pg, &column.tidb),
        }
    }

    /// Whether TiDB refuses a text that PostgreSQL takes.
    pub fn is_too_long(&self, text: &str) -> bool {
        self.most.is_some_and(|most| text.chars().count() as u64 > most)
    }

    /// Why a literal is no value of the column on PostgreSQL, or not the same one on TiDB.
    pub fn unfit(&self, literal: &Value) -> Option<String> {
        if self.takes_all() {
            return None;
        }
        match literal {
            Value::SingleQuotedByteStringLiteral(bits) => self.misfit(None, Some(bits), None),
            Value::HexStringLiteral(_) => None,
            Value::Number(number, _) => self.misfit(None, None, Some(number)),
            _ => self.unfit_text(&literals::text_of(literal)?),
        }
    }

    /// The same of a text.
    pub fn unfit_text(&self, text: &str) -> Option<String> {
        self.misfit(Some(text), Some(text), Some(text))
    }

    /// Nothing that fits the column on PostgreSQL is a misfit on TiDB.
    fn takes_all(&self) -> bool {
        self.most.is_none() && self.bits.is_none() && !self.single
    }

    fn misfit(&self, text: Option<&str>, bits: Option<&str>, number: Option<&str>) -> Option<String> {
        if let (Some(text), Some(most)) = (text, self.most)
            && self.is_too_long(text)
        {
            return Some(format!("a text of more than {most} characters in this key"));
        }
        match (self.bits, bits) {
            (Some((length, false)), Some(bits)) if bits.len() as u64 != length => {
                return Some(format!("{} bits in a column of {length}", bits.len()));
            }
            (Some((_, true)), Some(bits)) if bits.is_empty() || bits.starts_with('0') => {
                return Some("bits that begin with zeros, which TiDB does not tell from fewer bits,".into());
            }
            _ => {}
        }
        let number = number.filter(|_| self.single)?;
        let zero = !number.split(['e', 'E']).next()?.bytes().any(|b| matches!(b, b'1'..=b'9'));
        let value = number.trim().parse::<f32>().ok()?;
        (value.is_infinite() || value == 0.0 && !zero)
            .then(|| format!("the number {number}, which is out of range,"))
    }
}

/// The length of what became shorter than it was, so that a key can hold it.
fn narrowed(pg: &DataType, tidb: &DataType) -> Option<u64> {
    let length = |data_type: &DataType| match data_type {
        DataType::Varchar(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::CharacterVarying(Some(CharacterLength::IntegerLength { length, .. })) => Some(*length),
        _ => None,
    };
    let most = length(tidb)?;
    length(pg).is_none_or(|declared| declared > most).then_some(most)
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
    if let (Some(target), Expr::Value(value)) = (target, arrays::bare(expr))
        && let Some(what) = target.unfit(&value.value)
    {
        return Err(Refusal::Value(span(cx, expr), what));
    }
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
        return undeclared::assign(cx, expr, scope).map_err(|e| Refusal::Untranslatable(e.span, e.what));
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
    literals::is_too_fine(number)
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
    let other = matches!(ty, Ty::Other(name) if !networks::is_address(name));
    if other && target.is_some_and(|target| target.as_text) {
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

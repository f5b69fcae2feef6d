//! Overflow: PostgreSQL's smallint and integer fail where TiDB, which calculates everything as bigint, goes on.

use super::functions;
use super::literals::number;
use super::scope::Lookup;
use super::walk::{Walk, binary};
use crate::syntax::names;
use sqlparser::ast::{
    BinaryOperator as Op, CastKind, DataType, ExactNumberInfo, Expr, ObjectName, UnaryOperator,
};

/// What a whole number can be: between what it lies, and of how many bits its type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    bits: u32,
    low: i128,
    high: i128,
}

impl Range {
    fn of_bits(bits: u32) -> Range {
        let half = 1_i128 << (bits - 1);
        Range { bits, low: -half, high: half - 1 }
    }

    fn of_type(data_type: &DataType) -> Option<Range> {
        use DataType as D;
        let bits = match data_type {
            D::SmallInt(_) | D::Int2(_) => 16,
            D::Int(_) | D::Int4(_) | D::Integer(_) => 32,
            D::BigInt(_) | D::Int8(_) => 64,
            D::Custom(name, _) => match name.to_string().to_lowercase().as_str() {
                "smallserial" | "serial2" => 16,
                "serial" | "serial4" => 32,
                "bigserial" | "serial8" => 64,
                _ => return None,
            },
            _ => return None,
        };
        Some(Range::of_bits(bits))
    }

    /// How many digits the largest number has.
    pub fn digits(self) -> i32 {
        let most = self.low.unsigned_abs().max(self.high.unsigned_abs());
        most.checked_ilog10().map_or(1, |log| i32::try_from(log).unwrap_or(i32::MAX) + 1)
    }

    fn fits(self) -> bool {
        let most = Range::of_bits(self.bits);
        self.low >= most.low && self.high <= most.high
    }

    /// What comes of two, where the calculation does not fail.
    fn with(self, op: &Op, other: Range) -> Option<Range> {
        let bits = self.bits.max(other.bits);
        let (low, high) = match op {
            Op::Plus => (self.low + other.low, self.high + other.high),
            Op::Minus => (self.low - other.high, self.high - other.low),
            Op::Multiply => {
                let all = [
                    self.low * other.low,
                    self.low * other.high,
                    self.high * other.low,
                    self.high * other.high,
                ];
                (all.into_iter().min()?, all.into_iter().max()?)
            }
            Op::Modulo => {
                let most = other.low.abs().max(other.high.abs()) - 1;
                (if self.low < 0 { -most } else { 0 }, most)
            }
            Op::Divide if !(other.low..=other.high).contains(&0) => {
                let most = self.low.abs().max(self.high.abs());
                (if self.low < 0 || other.low < 0 { -most } else { 0 }, most)
            }
            _ => return Some(Range::of_bits(bits)),
        };
        Some(Range { bits, low, high })
    }

    fn clipped(self) -> Range {
        let most = Range::of_bits(self.bits);
        Range { bits: self.bits, low: self.low.max(most.low), high: self.high.min(most.high) }
    }
}

/// The range of an expression as PostgreSQL has it; `None` where it is no smallint, integer or bigint, or not known to be.
pub fn range(walk: &Walk<'_, '_>, expr: &Expr) -> Option<Range> {
    let of_type = |data_type: &DataType| Range::of_type(walk.cx.catalog.base_type(data_type));
    if let Some(value) = functions::whole(expr) {
        let value = i128::from(value);
        let bits = if Range::of_bits(32).low <= value && value <= Range::of_bits(32).high { 32 } else { 64 };
        return Some(Range { bits, low: value, high: value });
    }
    match expr {
        Expr::Nested(inner) => range(walk, inner),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => of_type(&declared(walk, expr)?),
        Expr::Cast { expr: inner, data_type, .. } => {
            let most = of_type(data_type)?;
            let known = range(walk, inner).map(|inner| Range { bits: most.bits, ..inner });
            Some(known.filter(|known| known.fits()).unwrap_or(most))
        }
        Expr::TypedString(typed) => of_type(&typed.data_type),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => {
            let inner = range(walk, inner)?;
            Some(Range { bits: inner.bits, low: -inner.high, high: -inner.low }.clipped())
        }
        Expr::BinaryOp { left, op, right } => {
            range(walk, left)?.with(op, range(walk, right)?).map(Range::clipped)
        }
        Expr::Function(function) => {
            let small = match function.name.to_string().to_lowercase().as_str() {
                // No table has so many rows that counting them as an integer fails.
                "count" | "row_number" | "rank" | "dense_rank" | "ntile" => {
                    Range { bits: 64, low: 0, high: i128::from(i32::MAX) }
                }
                "length" | "char_length" | "character_length" | "octet_length" | "ascii" | "strpos"
                | "cardinality" | "array_length" | "jsonb_array_length" | "json_array_length"
                | "position" => Range { bits: 32, low: 0, high: 1 << 30 },
                _ => return None,
            };
            Some(small)
        }
        _ => None,
    }
}

/// The type that the tables declare for a column.
pub fn declared(walk: &Walk<'_, '_>, expr: &Expr) -> Option<DataType> {
    let lookup = match expr {
        Expr::Nested(inner) => return declared(walk, inner),
        Expr::Identifier(ident) => walk.scope.column(&names::folded(ident), walk.cx.catalog),
        Expr::CompoundIdentifier(parts) => {
            let (last, table) = parts.split_last()?;
            walk.scope.qualified(&ObjectName::from(table.to_vec()), &names::folded(last), walk.cx.catalog)
        }
        _ => return None,
    };
    match lookup {
        Lookup::Column(found) => found.data_type.map(|found| walk.cx.catalog.base_type(found).clone()),
        _ => None,
    }
}

/// The factor that takes a number of so many bits to the end of bigint.
fn factor(bits: u32) -> Expr {
    number((1_u128 << (64 - bits)).to_string())
}

/// Lets a value of at most bigint's size fail where it does not fit into so many bits: it overflows on its way.
pub fn kept_to(value: Expr, bits: u32) -> Expr {
    let shifted = binary(functions::template::operand_of(value), Op::Multiply, factor(bits));
    Expr::Nested(Box::new(binary(shifted, Op::MyIntegerDivide, factor(bits))))
}

/// The sum, difference or product of two ranges, made to fail on TiDB where it fails on PostgreSQL.
pub fn guard(expr: &mut Expr, left: Option<Range>, right: Option<Range>) {
    let full = Range::of_bits(32);
    let (left, right) = (left.unwrap_or(full), right.unwrap_or(full));
    let Expr::BinaryOp { op, .. } = expr else { return };
    let Some(made) = left.with(op, right) else { return };
    if made.bits >= 64 || made.fits() {
        return;
    }
    *expr = kept_to(Walk::take(expr), made.bits);
}

/// Whether a calculation with constants is sure to fail.
pub fn fails(left: Option<Range>, op: &Op, right: Option<Range>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    let constant = left.low == left.high && right.low == right.high;
    let made = match op {
        Op::Divide if right.low != 0 => {
            let value = left.low / right.low;
            Some(Range { bits: left.bits.max(right.bits), low: value, high: value })
        }
        Op::Divide | Op::Modulo => None,
        op => left.with(op, right),
    };
    constant && made.is_some_and(|made| !made.fits())
}

/// Without the guard: where the value goes into a column that takes no larger one anyway, or into a smaller type.
pub fn unguarded(expr: Expr) -> Expr {
    let inner = match &expr {
        Expr::Nested(whole) => match whole.as_ref() {
            Expr::BinaryOp { left, op: Op::MyIntegerDivide, right } => match left.as_ref() {
                Expr::BinaryOp { left: inner, op: Op::Multiply, right: factor }
                    if factor == right && is_factor(right) =>
                {
                    // Its parentheses came with the guard.
                    match inner.as_ref() {
                        Expr::Nested(inner) => Some(inner.as_ref().clone()),
                        inner => Some(inner.clone()),
                    }
                }
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    inner.unwrap_or(expr)
}

fn is_factor(expr: &Expr) -> bool {
    [16, 32].iter().any(|bits| *expr == factor(*bits))
}

/// A whole number as a type that may be smaller.
pub fn narrowed(value: Expr, range: Option<Range>, to: &DataType) -> Expr {
    let Some(to) = Range::of_type(to).filter(|to| to.bits < 64) else { return value };
    let fits = range.is_some_and(|range| range.low >= to.low && range.high <= to.high);
    if fits { value } else { kept_to(unguarded(value), to.bits) }
}

/// A number with a fraction as a whole one. `digits`: how many it has at most before its point.
pub fn rounded(value: Expr, digits: Option<u64>, to: &DataType) -> Expr {
    let bits = Range::of_type(to).map_or(64, |range| range.bits);
    let fits = digits.is_some_and(|digits| {
        digits <= [(16, 4), (32, 9), (64, 18)].iter().find(|(b, _)| *b == bits).map_or(0, |(_, n)| *n)
    });
    if bits == 64 && !fits {
        // CAST takes the largest there is for what is larger, DIV fails.
        let whole = functions::template::filled("(INTDIV(ROUND($1), 1))", std::slice::from_ref(&value));
        return whole.unwrap_or(value);
    }
    let value = if let Expr::Nested(inner) = value { *inner } else { value };
    let whole =
        Expr::Cast { kind: CastKind::Cast, expr: Box::new(value), data_type: DataType::Signed, format: None };
    if fits { whole } else { kept_to(whole, bits) }
}

/// How many digits a numeric or a literal has at most before its point, where that is known.
pub fn digits(walk: &Walk<'_, '_>, expr: &Expr) -> Option<u64> {
    if let Some(value) = super::division::decimal(expr) {
        // What rounding may add is in it.
        return (0..=18)
            .find(|digits| value.abs() + 1.0 < 10_f64.powi(*digits))
            .and_then(|n| u64::try_from(n).ok());
    }
    let of_info = |info: ExactNumberInfo| match info {
        ExactNumberInfo::Precision(precision) => Some(precision),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => {
            Some(precision.saturating_add_signed(-scale) + 1)
        }
        ExactNumberInfo::None => None,
    };
    match expr {
        Expr::Nested(inner) | Expr::Ceil { expr: inner, .. } | Expr::Floor { expr: inner, .. } => {
            digits(walk, inner)
        }
        Expr::Function(function) => {
            let name = function.name.to_string().to_lowercase();
            let same = ["round", "trunc", "abs", "floor", "ceil", "ceiling"].contains(&name.as_str());
            functions::plain_args(function).first().filter(|_| same).and_then(|arg| digits(walk, arg))
        }
        Expr::Extract { field, .. } => {
            Some(if field.to_string().eq_ignore_ascii_case("epoch") { 12 } else { 9 })
        }
        _ => match declared(walk, expr)? {
            DataType::Numeric(info) | DataType::Decimal(info) | DataType::Dec(info) => of_info(info),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_calculated() {
        let small = Range::of_bits(16);
        let ten = Range { bits: 32, low: 10, high: 10 };
        assert!(small.with(&Op::Multiply, ten).is_some_and(Range::fits));
        assert!(!small.with(&Op::Plus, small).is_some_and(Range::fits));
        assert!(Range::of_bits(32).with(&Op::Modulo, ten).is_some_and(|r| r.low == -9 && r.high == 9));
    }

    #[test]
    fn a_guard_comes_off_again() {
        let value = number("7");
        assert_eq!(unguarded(kept_to(value.clone(), 32)).to_string(), "7");
        assert_eq!(kept_to(value, 16).to_string(), "(7 * 281474976710656 DIV 281474976710656)");
    }
}

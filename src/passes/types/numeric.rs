//! `numeric-type`

use super::TypeCx;
use crate::diagnostic::rule;
use sqlparser::ast::{DataType, ExactNumberInfo};

rule! {
    /// A `numeric` that no `DECIMAL` of TiDB holds exactly.
    ///
    /// Without a precision a `numeric` of PostgreSQL holds any number of digits; `DECIMAL` alone would be a whole number
    /// of 10 digits on TiDB. It becomes `DECIMAL(65,30)`, or what the option `numeric` says: values are rounded to
    /// that scale, are shown with all its digits, and larger ones are refused. A precision over 65 or a scale over 30 or
    /// below zero is cut to what TiDB has.
    pub NUMERIC_TYPE = "T004", "numeric-type", Types, Approximate;
}

const MAX_PRECISION: u64 = 65;
const MAX_SCALE: i64 = 30;

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let info = match data_type {
        DataType::Numeric(info) | DataType::Decimal(info) | DataType::Dec(info) => info,
        _ => return None,
    };
    let (precision, scale) = match *info {
        ExactNumberInfo::None => {
            let (precision, scale) = option(&cx.cx.options.numeric);
            let span = cx.span();
            cx.cx
                .report(
                    &NUMERIC_TYPE,
                    span,
                    format!(
                        "numeric without a precision becomes DECIMAL({precision},{scale}): more than {scale} digits after the \
                         point are rounded, more than {} before it are refused",
                        i64::try_from(precision).unwrap_or(MAX_SCALE) - scale
                    ),
                )
                .help = Some("declare the precision the values need, or set the option numeric".into());
            return Some(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)));
        }
        ExactNumberInfo::Precision(precision) => (precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (precision, scale),
    };
    if precision <= MAX_PRECISION && (0..=MAX_SCALE).contains(&scale) && to_signed(precision) >= scale {
        return None;
    }
    let whole = (to_signed(precision) - scale).max(1);
    let kept = scale.clamp(0, MAX_SCALE);
    let digits = (whole + kept).clamp(1, to_signed(MAX_PRECISION));
    let kept = kept.min(digits);
    let span = cx.span();
    let message = if scale < 0 {
        format!(
            "TiDB has no negative scale: DECIMAL({digits},{kept}) keeps the digits that PostgreSQL rounds off"
        )
    } else {
        format!(
            "TiDB's DECIMAL has at most {MAX_PRECISION} digits, {MAX_SCALE} of them after the point: it becomes DECIMAL({digits},{kept})"
        )
    };
    cx.cx.report(&NUMERIC_TYPE, span, message);
    Some(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(digits.unsigned_abs(), kept)))
}

fn to_signed(precision: u64) -> i64 {
    i64::try_from(precision).unwrap_or(i64::MAX)
}

/// The option reads `decimal(p,s)`; the configuration has checked it.
fn option(text: &str) -> (u64, i64) {
    let mut digits = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || digits.next().and_then(|part| part.parse::<u32>().ok());
    let precision = next().unwrap_or(65);
    let scale = next().unwrap_or(30);
    (u64::from(precision), i64::from(scale))
}

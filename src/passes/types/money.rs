//! `money-type`

use super::{TypeCx, alias};
use crate::diagnostic::rule;
use sqlparser::ast::{DataType, ExactNumberInfo};

rule! {
    /// A column of type `money`.
    ///
    /// It becomes `DECIMAL(19,2)`, which holds every value of a `money` in a currency of two digits. It reads and writes
    /// plain numbers: `'$1,000.00'` is not accepted, and no currency sign is shown.
    pub MONEY_TYPE = "T010", "money-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    if alias::bare(data_type)?.0 != "money" {
        return None;
    }
    let span = cx.span();
    cx.cx.report(
        &MONEY_TYPE,
        span,
        "money becomes DECIMAL(19,2): amounts are written and read as plain numbers, without a currency sign",
    );
    Some(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(19, 2)))
}

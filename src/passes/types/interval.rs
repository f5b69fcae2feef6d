//! `interval-type`

use super::{TypeCx, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `interval`.
    ///
    /// On TiDB `INTERVAL` stands only inside expressions, such as `t + INTERVAL 1 DAY`; no column can hold one. It becomes a
    /// `VARCHAR(255)` with the text of the interval, which does not compare, add or sort as an interval does. Where
    /// programs compute with it, a whole number of seconds in a `BIGINT` is usually the better column.
    pub INTERVAL_TYPE = "T009", "interval-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let DataType::Interval { .. } = data_type else { return None };
    let span = cx.span();
    cx.cx
        .report(
            &INTERVAL_TYPE,
            span,
            "TiDB has no interval columns: it holds the text, which can't be compared or added to a time",
        )
        .help = Some("a BIGINT of seconds or microseconds can be computed with".into());
    Some(text::varchar(255))
}

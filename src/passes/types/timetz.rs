//! `timetz-type`

use super::{TypeCx, text};
use crate::diagnostic::rule;
use sqlparser::ast::{DataType, TimezoneInfo};

rule! {
    /// A `time with time zone`.
    ///
    /// TiDB's `TIME` has no zone. The column becomes a `VARCHAR(32)` that holds the text, `12:30:00+02`, and compares as
    /// text: times of different zones are not put in the order of time.
    pub TIMETZ_TYPE = "T008", "timetz-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let DataType::Time(_, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone) = data_type else { return None };
    let span = cx.span();
    cx.cx.report(&TIMETZ_TYPE, span, "TiDB's TIME has no zone: the column holds text and compares as text");
    Some(text::varchar(32))
}

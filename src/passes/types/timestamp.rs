//! `timestamp-type`

use super::TypeCx;
use crate::diagnostic::rule;
use sqlparser::ast::{DataType, TimezoneInfo};

rule! {
    /// A `timestamp` without time zone, or a `time`.
    ///
    /// `timestamp` becomes `DATETIME(6)`: a date and a time that mean the same in every session, with PostgreSQL's
    /// microseconds (`TIMESTAMP` on TiDB is an instant, as `timestamptz` is). `timestamp(n)` becomes `DATETIME(n)`, `time`
    /// becomes `TIME(6)`. `DATETIME` holds the years 0001 to 9999, and no infinity.
    pub TIMESTAMP_TYPE = "T006", "timestamp-type", Types, Exact;
}

/// PostgreSQL keeps microseconds unless told to keep less.
pub fn precision(declared: Option<u64>) -> u64 {
    declared.map_or(6, |digits| digits.min(6))
}

pub fn convert(_cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Timestamp(digits, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            Some(DataType::Datetime(Some(precision(*digits))))
        }
        DataType::Time(digits, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            Some(DataType::Time(Some(precision(*digits)), TimezoneInfo::None))
        }
        _ => None,
    }
}

//! `timestamptz-type`

use super::{TypeCx, timestamp::precision};
use crate::config::TimestamptzAs;
use crate::diagnostic::rule;
use sqlparser::ast::{DataType, TimezoneInfo};

rule! {
    /// A `timestamp with time zone`.
    ///
    /// On both databases it is an instant that is shown in the session's time zone: `TIMESTAMP(6)` on TiDB. But TiDB's
    /// holds only the years 1970 to 2038 (UTC, up to 2038-01-19 03:14:07); other instants are refused when they are
    /// written, never changed: a literal here, by name, and what is calculated, on TiDB, with an error (1292; run on both
    /// versions). Comparing with other instants is right. So this is worth knowing, but nothing differs in silence.
    ///
    /// With `timestamptz = "datetime"` it becomes `DATETIME(6)`, which holds the years 0001 to 9999 and knows
    /// no time zone: programs must write and read UTC, with `time_zone = '+00:00'` in every session.
    pub TIMESTAMPTZ_TYPE = "T007", "timestamptz-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let DataType::Timestamp(digits, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone) = data_type else {
        return None;
    };
    let digits = Some(precision(*digits));
    let span = cx.span();
    Some(match cx.cx.options.timestamptz {
        TimestamptzAs::Timestamp => {
            cx.cx
                .note(
                    &TIMESTAMPTZ_TYPE,
                    span,
                    "TiDB's TIMESTAMP holds instants from 1970 to 2038-01-19 only: others are refused when they are written",
                )
                .help = Some("if the column needs others, set timestamptz = \"datetime\" and keep sessions in UTC".into());
            DataType::Timestamp(digits, TimezoneInfo::None)
        }
        TimestamptzAs::Datetime => {
            cx.cx.report(
                &TIMESTAMPTZ_TYPE,
                span,
                "DATETIME knows no time zone: programs must write and read UTC",
            );
            DataType::Datetime(digits)
        }
    })
}

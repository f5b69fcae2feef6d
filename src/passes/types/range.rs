//! `range-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of a range type: `int4range`, `tstzrange`, `datemultirange`.
    ///
    /// TiDB has no ranges. The column becomes a text that holds a range as it is written, `[1,10)`: its bounds are not
    /// checked, and there are no operators for it. Two columns for the two ends are the usual replacement.
    pub RANGE_TYPE = "T020", "range-type", Types, Lossy;
}

const ENDS: [&str; 6] = ["int4", "int8", "num", "ts", "tstz", "date"];

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let (name, _) = alias::bare(data_type)?;
    let (of, many) = match name.strip_suffix("multirange") {
        Some(of) => (of, true),
        None => (name.strip_suffix("range")?, false),
    };
    if !ENDS.contains(&of) {
        return None;
    }
    let span = cx.span();
    cx.cx
        .report(
            &RANGE_TYPE,
            span,
            format!("TiDB has no ranges: {name} becomes a text, without checks or operators"),
        )
        .help = Some("two columns, for the lower and the upper bound, can be compared and indexed".into());
    Some(if many { text::unbounded(cx.cx.options.text) } else { text::varchar(255) })
}

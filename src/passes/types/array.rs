//! `array-type`

use super::TypeCx;
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// An array column.
    ///
    /// TiDB has no arrays. The column becomes `JSON` and holds a JSON array: programs must write `["a", "b"]` where they
    /// wrote `{a,b}`, and use `MEMBER OF`, `JSON_CONTAINS` and `JSON_OVERLAPS` for `= ANY`, `@>` and `&&`. The type of
    /// the elements is not enforced. TiDB can index the elements with a multi-valued index.
    pub ARRAY_TYPE = "T015", "array-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let DataType::Array(_) = data_type else { return None };
    let span = cx.span();
    cx.cx.report(
        &ARRAY_TYPE,
        span,
        "an array becomes a JSON array: it is written and read as JSON, and its elements' type is not enforced",
    );
    Some(DataType::JSON)
}

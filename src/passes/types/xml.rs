//! `xml-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `xml`.
    ///
    /// TiDB has no such type and no functions for it. The column becomes a text that may hold anything.
    pub XML_TYPE = "T011", "xml-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    if alias::bare(data_type)?.0 != "xml" {
        return None;
    }
    let span = cx.span();
    cx.cx.report(
        &XML_TYPE,
        span,
        "TiDB has no xml type: the column is a text, not checked to be well-formed",
    );
    Some(text::unbounded(cx.cx.options.text))
}

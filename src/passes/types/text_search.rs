//! `text-search-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `tsvector` or `tsquery`.
    ///
    /// TiDB has no text search of this kind. The column becomes a text, so that the rest of the table can stay as it
    /// is, but nothing fills or searches it.
    pub TEXT_SEARCH_TYPE = "T021", "text-search-type", Types, Lossy;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let name = match data_type {
        DataType::TsVector => "tsvector".to_string(),
        DataType::TsQuery => "tsquery".to_string(),
        _ => {
            let (name, _) = alias::bare(data_type)?;
            (name == "gtsvector").then_some(name)?
        }
    };
    let span = cx.span();
    cx.cx.report(
        &TEXT_SEARCH_TYPE,
        span,
        format!("TiDB has no text search: {name} becomes a text that nothing searches"),
    );
    Some(text::unbounded(cx.cx.options.text))
}

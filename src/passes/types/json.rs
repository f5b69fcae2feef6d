//! `json-type`

use super::TypeCx;
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `json` or `jsonb`.
    ///
    /// Both become `JSON`, which is binary as `jsonb` is: keys are unique and in an order of their own. A `json` of
    /// PostgreSQL keeps the text as it was written, with its blanks, the order of its keys, and duplicates; TiDB's does
    /// not. Numbers that no 64-bit integer holds become doubles.
    pub JSON_TYPE = "T016", "json-type", Types, Exact;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::JSONB => Some(DataType::JSON),
        DataType::JSON => {
            let span = cx.span();
            cx.cx.note(
                &JSON_TYPE,
                span,
                "TiDB's JSON keeps the value, not the text: blanks, duplicate keys and the order of keys are lost",
            );
            Some(DataType::JSON)
        }
        _ => None,
    }
}

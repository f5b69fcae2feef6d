//! `text-type`

use super::{TypeCx, alias};
use crate::config::TextAs;
use crate::diagnostic::rule;
use sqlparser::ast::{CharacterLength, DataType};

rule! {
    /// A text without a length: `text`, `varchar`, `name`.
    ///
    /// `text` and `varchar` without a length hold up to 1 GB on PostgreSQL. TiDB's `TEXT` holds 64 KiB, so they become
    /// `LONGTEXT`, or what the option `text` says. Where a key or an index needs the column it becomes a `VARCHAR` (see
    /// `indexed-text`), as TiDB can't index the whole of a `LONGTEXT`, and where it has a default as well (see
    /// `text-default`). `name` and `"char"`, the types of PostgreSQL's own catalog, become `VARCHAR(63)` and `CHAR(1)`.
    pub TEXT_TYPE = "T002", "text-type", Types, Exact;
}

/// What a text of any length becomes.
pub fn unbounded(option: TextAs) -> DataType {
    match option {
        TextAs::LongText => DataType::LongText,
        TextAs::MediumText => DataType::MediumText,
        TextAs::Text => DataType::Text,
    }
}

/// `VARCHAR(n)`.
pub fn varchar(length: u64) -> DataType {
    DataType::Varchar(Some(CharacterLength::IntegerLength { length, unit: None }))
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Text
        | DataType::Varchar(None)
        | DataType::CharacterVarying(None)
        | DataType::CharVarying(None) => Some(unbounded(cx.cx.options.text)),
        _ if alias::is_quoted_char(data_type) => {
            // Not CHAR, which would be taken for the author's word in backticks.
            Some(DataType::Character(Some(CharacterLength::IntegerLength { length: 1, unit: None })))
        }
        _ => (alias::bare(data_type)?.0 == "name").then(|| varchar(63)),
    }
}

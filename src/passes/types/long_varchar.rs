//! `long-varchar`

use super::{TypeCx, text};
use crate::diagnostic::rule;
use sqlparser::ast::{CharacterLength, DataType};

rule! {
    /// A `varchar(n)` or `char(n)` that is longer than TiDB allows.
    ///
    /// A `VARCHAR` of TiDB holds at most 16383 characters (in utf8mb4), a `CHAR` at most 255. A longer `varchar` becomes
    /// `LONGTEXT` (or what the option `text` says), which does not enforce the length; a longer `char` becomes a
    /// `VARCHAR`, where trailing blanks are kept and count in comparisons, as they do not in PostgreSQL's `char`.
    pub LONG_VARCHAR = "T003", "long-varchar", Types, Approximate;
}

/// Most characters of a VARCHAR in utf8mb4.
pub const MAX_VARCHAR: u64 = 16_383;
const MAX_CHAR: u64 = 255;

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let (length, fixed) = match data_type {
        DataType::Varchar(Some(length))
        | DataType::CharacterVarying(Some(length))
        | DataType::CharVarying(Some(length)) => (length, false),
        DataType::Char(Some(length)) | DataType::Character(Some(length)) => (length, true),
        _ => return None,
    };
    let CharacterLength::IntegerLength { length, .. } = length else { return None };
    if *length > MAX_VARCHAR {
        let span = cx.span();
        cx.cx.report(
            &LONG_VARCHAR,
            span,
            format!("TiDB's VARCHAR holds at most {MAX_VARCHAR} characters: the length of {length} is not enforced"),
        );
        Some(text::unbounded(cx.cx.options.text))
    } else if fixed && *length > MAX_CHAR {
        let span = cx.span();
        cx.cx.report(
            &LONG_VARCHAR,
            span,
            format!("TiDB's CHAR holds at most {MAX_CHAR} characters: as a VARCHAR, trailing blanks count"),
        );
        Some(text::varchar(*length))
    } else {
        None
    }
}

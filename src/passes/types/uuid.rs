//! `uuid-type`

use super::TypeCx;
use crate::config::UuidAs;
use crate::diagnostic::rule;
use sqlparser::ast::{CharacterLength, DataType};

rule! {
    /// A column of type `uuid`.
    ///
    /// TiDB has no such type. By default the column becomes `CHAR(36)` and holds the text form, which sorts and compares
    /// as PostgreSQL's `uuid` does as long as programs write lower case, as PostgreSQL prints it. With
    /// `uuid = "binary16"` it becomes `BINARY(16)`, a third of the size, and programs convert with
    /// `UUID_TO_BIN` and `BIN_TO_UUID`.
    pub UUID_TYPE = "T001", "uuid-type", Types, Exact;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Uuid => Some(match cx.cx.options.uuid {
            UuidAs::Char36 => DataType::Char(Some(CharacterLength::IntegerLength { length: 36, unit: None })),
            UuidAs::Binary16 => DataType::Binary(Some(16)),
        }),
        _ => None,
    }
}

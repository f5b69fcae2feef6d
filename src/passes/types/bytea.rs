//! `bytea-type`

use super::TypeCx;
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `bytea`.
    ///
    /// It becomes `LONGBLOB`, or a `VARBINARY` where a key needs it. Bytes are written as `X'00ff'`, where PostgreSQL
    /// reads `'\x00ff'`.
    pub BYTEA_TYPE = "T017", "bytea-type", Types, Exact;
}

pub fn convert(_cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    matches!(data_type, DataType::Bytea).then_some(DataType::LongBlob)
}

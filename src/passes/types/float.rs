//! `float-type`

use super::TypeCx;
use crate::diagnostic::rule;
use sqlparser::ast::{DataType, ExactNumberInfo};

rule! {
    /// A floating-point type whose name means another width on TiDB.
    ///
    /// `real` has 4 bytes on PostgreSQL and 8 on TiDB; `float` has 8 on PostgreSQL and 4 on TiDB. They become `FLOAT`
    /// and `DOUBLE`. `float(n)`, `double precision`, `float4` and `float8` mean the same on both. TiDB has no `NaN`
    /// and no infinity.
    pub FLOAT_TYPE = "T005", "float-type", Types, Exact;
}

pub fn convert(_cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Real => Some(DataType::Float(ExactNumberInfo::None)),
        DataType::Float(ExactNumberInfo::None) => Some(DataType::Double(ExactNumberInfo::None)),
        _ => None,
    }
}

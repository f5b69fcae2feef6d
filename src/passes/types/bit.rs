//! `bit-type`

use super::TypeCx;
use crate::diagnostic::rule;
use sqlparser::ast::{BinaryLength, DataType};

rule! {
    /// A string of bits that TiDB's `BIT` does not hold exactly.
    ///
    /// `bit(n)` up to 64 bits is TiDB's `BIT(n)`, and literals are written `B'101'` on both. TiDB has no `bit varying`:
    /// up to 64 bits it becomes `BIT(n)`, else `VARBINARY`, or `LONGBLOB` without a length. These keep the bits but
    /// not how many there were: zeros are put in front.
    pub BIT_TYPE = "T018", "bit-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let (bits, varying) = match data_type {
        DataType::Bit(bits) => (Some(bits.unwrap_or(1)), false),
        DataType::BitVarying(bits) | DataType::VarBit(bits) => (*bits, true),
        _ => return None,
    };
    let becomes = match bits {
        Some(bits @ 1..=64) => DataType::Bit(Some(bits)),
        Some(bits) if bits <= 65_535 * 8 => {
            DataType::Varbinary(Some(BinaryLength::IntegerLength { length: bits.div_ceil(8) }))
        }
        _ => DataType::LongBlob,
    };
    if !varying && matches!(becomes, DataType::Bit(_)) {
        return None;
    }
    let span = cx.span();
    cx.cx.report(
        &BIT_TYPE,
        span,
        format!("it becomes {becomes}: the bits are kept, but not how many there were"),
    );
    Some(becomes)
}

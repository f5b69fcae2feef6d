//! The data types that TiDB has.

use sqlparser::ast::{CharacterLength, DataType, TimezoneInfo};

/// Whether TiDB has the type, and means by it what the passes do.
pub fn is_known(data_type: &DataType) -> bool {
    use DataType as D;
    let length = |length: &Option<CharacterLength>| {
        matches!(length, Some(CharacterLength::IntegerLength { unit: None, .. }))
    };
    match data_type {
        D::Character(None) | D::Char(None) => true,
        D::Character(n) | D::Char(n) | D::CharacterVarying(n) | D::CharVarying(n) | D::Varchar(n) => {
            length(n)
        }
        D::Binary(_) | D::Blob(_) | D::TinyBlob | D::MediumBlob | D::LongBlob => true,
        D::Varbinary(length) => length.is_some(),
        D::Numeric(_) | D::Decimal(_) | D::Dec(_) => true,
        D::Float(_) | D::Float4 | D::Float8 | D::Double(_) | D::DoublePrecision | D::Real => true,
        D::TinyInt(_) | D::SmallInt(_) | D::MediumInt(_) | D::Int(_) | D::Integer(_) | D::BigInt(_) => true,
        D::Int2(_) | D::Int4(_) | D::Int8(_) => true,
        D::TinyIntUnsigned(_)
        | D::SmallIntUnsigned(_)
        | D::MediumIntUnsigned(_)
        | D::IntUnsigned(_)
        | D::IntegerUnsigned(_)
        | D::BigIntUnsigned(_) => true,
        D::Bool | D::Boolean | D::Date | D::Datetime(_) | D::JSON => true,
        D::Time(_, zone) | D::Timestamp(_, zone) => *zone == TimezoneInfo::None,
        D::Text | D::TinyText | D::MediumText | D::LongText => true,
        D::Bit(_) => true,
        D::Enum(_, None) | D::Set(_) => true,
        D::Custom(name, _) => {
            let name = name.to_string().to_ascii_lowercase();
            ["vector", "year", "char", "varchar"].contains(&name.as_str())
        }
        _ => false,
    }
}

//! `unknown-type`

use super::TypeCx;
use crate::catalog::UserType;
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A type that is neither built in nor declared before.
    ///
    /// What the column could hold on TiDB is not known, so the statement is refused. A type that an earlier file
    /// declares is found when the files are converted together, in the order they run. Composite types and ranges of
    /// one's own have no counterpart on TiDB.
    pub UNKNOWN_TYPE = "T025", "unknown-type", Types, Refused;
}

/// The last word: what TiDB takes as it is stays, anything else is refused.
pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    if is_plain(data_type) {
        return None;
    }
    let span = cx.span();
    let message = match data_type {
        DataType::Custom(name, _) => match cx.cx.catalog.user_type(name) {
            Some(UserType::Other(what)) => format!("{name} is a {what}, which has no counterpart on TiDB"),
            _ => format!("the type {name} is not known"),
        },
        DataType::Unspecified => "the column has no type".to_string(),
        _ => format!("{data_type} is no type of PostgreSQL"),
    };
    cx.cx.report(&UNKNOWN_TYPE, span, message);
    cx.refused = true;
    None
}

/// Types that mean on TiDB what they mean on PostgreSQL, as they are written.
fn is_plain(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Int2(None)
            | DataType::SmallInt(None)
            | DataType::Int(None)
            | DataType::Int4(None)
            | DataType::Integer(None)
            | DataType::BigInt(None)
            | DataType::Int8(None)
            | DataType::Float4
            | DataType::Float8
            | DataType::Float(_)
            | DataType::DoublePrecision
            | DataType::Bool
            | DataType::Boolean
            | DataType::Date
            | DataType::Numeric(_)
            | DataType::Decimal(_)
            | DataType::Dec(_)
            | DataType::Char(_)
            | DataType::Character(_)
            | DataType::Varchar(_)
            | DataType::CharVarying(_)
            | DataType::CharacterVarying(_)
            | DataType::Bit(_)
    )
}

//! Kinds of types, as far as a change from one to another depends on them.

use sqlparser::ast::DataType;

/// How wide an integer type is.
fn integer(data_type: &DataType) -> Option<u8> {
    match data_type {
        DataType::TinyInt(_) => Some(1),
        DataType::SmallInt(_) | DataType::Int2(_) => Some(2),
        DataType::MediumInt(_) => Some(3),
        DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => Some(4),
        DataType::BigInt(_) | DataType::Int8(_) => Some(8),
        _ => None,
    }
}

/// Whether TiDB changes the one to the other without rewriting a key.
pub(super) fn grows(old: &DataType, new: &DataType) -> bool {
    if let (Some(old), Some(new)) = (integer(old), integer(new)) {
        return new >= old;
    }
    match (is_varchar(old), is_varchar(new), length(old), length(new)) {
        (true, true, Some(old), Some(new)) => new >= old,
        _ => false,
    }
}

/// Whether a column of a clustered primary key can have a new type, which PostgreSQL's words say. Texts without length
/// are as long there as keys let them be.
pub fn grows_in_key(old: &DataType, new: &DataType, text: u64) -> bool {
    match new {
        DataType::Text | DataType::Varchar(None) | DataType::CharacterVarying(None) => {
            is_varchar(old) && length(old).is_some_and(|old| old <= text)
        }
        _ => grows(old, new),
    }
}

fn length(data_type: &DataType) -> Option<u64> {
    use sqlparser::ast::CharacterLength::IntegerLength;
    match data_type {
        DataType::Varchar(Some(IntegerLength { length, .. }))
        | DataType::CharacterVarying(Some(IntegerLength { length, .. }))
        | DataType::CharVarying(Some(IntegerLength { length, .. })) => Some(*length),
        _ => None,
    }
}

pub(super) fn is_varchar(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Varchar(_) | DataType::CharacterVarying(_) | DataType::CharVarying(_))
}

/// Types that TiDB gives neither plain defaults nor whole keys.
pub fn is_lob(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::LongText
            | DataType::MediumText
            | DataType::TinyText
            | DataType::Text
            | DataType::LongBlob
            | DataType::MediumBlob
            | DataType::TinyBlob
            | DataType::Blob(_)
            | DataType::JSON
    )
}

pub fn is_text(data_type: &DataType) -> bool {
    is_varchar(data_type)
        || matches!(
            data_type,
            DataType::LongText
                | DataType::MediumText
                | DataType::TinyText
                | DataType::Text
                | DataType::Char(_)
                | DataType::Character(_)
                | DataType::Enum(..)
        )
}

/// What TiDB's conversion does to values that PostgreSQL's does not; `None` where they agree.
pub(super) fn difference(old: &DataType, new: &DataType) -> Option<String> {
    let boolean = |t: &DataType| matches!(t, DataType::Bool | DataType::Boolean | DataType::TinyInt(Some(1)));
    let decimal = |t: &DataType| matches!(t, DataType::Decimal(_) | DataType::Numeric(_) | DataType::Dec(_));
    let float = |t: &DataType| {
        matches!(
            t,
            DataType::Double(_)
                | DataType::DoublePrecision
                | DataType::Float(_)
                | DataType::Real
                | DataType::Float8
                | DataType::Float4
        )
    };
    let instant = |t: &DataType| matches!(t, DataType::Datetime(_) | DataType::Timestamp(..));
    let number = |t: &DataType| integer(t).is_some() || decimal(t) || float(t);
    let fine = (boolean(old) && integer(new).is_some())
        || (integer(old).is_some() && number(new) && !boolean(new))
        || (decimal(old) && (number(new)))
        || (float(old) && number(new))
        || (is_text(old) && is_text(new))
        || (is_text(old)
            && (number(new)
                || instant(new)
                || matches!(new, DataType::Date | DataType::JSON | DataType::Time(..)))
            && !boolean(new))
        || (integer(old).is_some() && is_text(new) && !boolean(old))
        || (matches!(old, DataType::Date) && (instant(new) || is_text(new)))
        || (instant(old) && matches!(new, DataType::Date | DataType::Datetime(_) | DataType::Timestamp(..)))
        || std::mem::discriminant(old) == std::mem::discriminant(new);
    if fine {
        return None;
    }
    Some(match () {
        () if boolean(old) && is_text(new) => {
            "PostgreSQL makes true and false of booleans, TiDB 1 and 0".into()
        }
        () if is_text(old) && boolean(new) => {
            "TiDB reads 1 and 0 as booleans, and refuses texts such as 't' and 'true'".into()
        }
        () if boolean(new) => "TiDB keeps numbers other than 0 and 1 in a boolean".into(),
        () if decimal(old) && is_text(new) => {
            "TiDB writes a number's zeros after the point up to the column's scale".into()
        }
        () if instant(old) && is_text(new) => "TiDB writes times with all digits of their fraction".into(),
        () => format!("TiDB converts the values from {old} to {new} as its CAST does"),
    })
}

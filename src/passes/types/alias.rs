//! One spelling for each built-in type: `pg_catalog.` prefixes, quoted names and aliases that the parser keeps as names.

use crate::syntax::names;
use sqlparser::ast::{CharacterLength, DataType, ExactNumberInfo, ObjectName, TimezoneInfo};

/// The name of a type that is no keyword, folded, if it stands in no schema but PostgreSQL's own, `public` or the one
/// that extensions are put in.
pub fn bare(data_type: &DataType) -> Option<(String, &[String])> {
    let DataType::Custom(name, modifiers) = data_type else { return None };
    Some((bare_name(name)?, modifiers))
}

fn bare_name(name: &ObjectName) -> Option<String> {
    let parts: Vec<_> = names::parts(name).collect();
    let (last, before) = parts.split_last()?;
    let known = |schema: &str| {
        ["pg_catalog", "public", "extensions"].iter().any(|known| schema.eq_ignore_ascii_case(known))
    };
    before.iter().all(|schema| known(&schema.value)).then(|| names::folded(last))
}

/// Whether the name is quoted `"char"`, PostgreSQL's type of one byte.
pub fn is_quoted_char(data_type: &DataType) -> bool {
    match data_type {
        DataType::Custom(name, _) => {
            names::last(name).is_some_and(|ident| ident.quote_style.is_some() && ident.value == "char")
        }
        _ => false,
    }
}

/// The same type in the parser's own form, where it has one and the source says it another way.
pub fn canonical(data_type: &DataType) -> Option<DataType> {
    if is_quoted_char(data_type) {
        return None;
    }
    let (name, modifiers) = bare(data_type)?;
    let number = |at: usize| modifiers.get(at).and_then(|text| text.trim().parse::<u64>().ok());
    let length = number(0).map(|length| CharacterLength::IntegerLength { length, unit: None });
    let exact = match (number(0), modifiers.get(1).and_then(|text| text.trim().parse::<i64>().ok())) {
        (Some(precision), Some(scale)) => ExactNumberInfo::PrecisionAndScale(precision, scale),
        (Some(precision), None) => ExactNumberInfo::Precision(precision),
        (None, _) => ExactNumberInfo::None,
    };
    // Another word each time: the same one would be taken for the author's, which is in backticks as a name.
    Some(match name.as_str() {
        "int2" => DataType::SmallInt(None),
        "smallint" => DataType::Int2(None),
        "int4" => DataType::Int(None),
        "int" | "integer" => DataType::Int4(None),
        "int8" => DataType::BigInt(None),
        "bigint" => DataType::Int8(None),
        "float4" => DataType::Real,
        "real" => DataType::Float4,
        "float8" => DataType::DoublePrecision,
        "numeric" => DataType::Decimal(exact),
        "decimal" => DataType::Numeric(exact),
        "bool" => DataType::Boolean,
        "boolean" => DataType::Bool,
        // The type of what input functions read, as in `uuid_in(….::cstring)`.
        "text" | "cstring" => DataType::Text,
        "varchar" => DataType::CharacterVarying(length),
        // Without a length `bpchar` is a text of any length whose trailing blanks don't count.
        "bpchar" => match length {
            Some(_) => DataType::Char(length),
            None => DataType::Text,
        },
        "char" | "nchar" => DataType::Character(length),
        "bytea" => DataType::Bytea,
        "date" => DataType::Date,
        "time" => DataType::Time(number(0), TimezoneInfo::None),
        "timetz" => DataType::Time(number(0), TimezoneInfo::Tz),
        "timestamp" => DataType::Timestamp(number(0), TimezoneInfo::None),
        "timestamptz" => DataType::Timestamp(number(0), TimezoneInfo::Tz),
        "interval" => DataType::Interval { fields: None, precision: None },
        "uuid" => DataType::Uuid,
        "json" => DataType::JSON,
        "jsonb" => DataType::JSONB,
        "bit" => DataType::Bit(number(0)),
        "varbit" => DataType::BitVarying(number(0)),
        "regclass" => DataType::Regclass,
        "tsvector" => DataType::TsVector,
        "tsquery" => DataType::TsQuery,
        _ => return None,
    })
}

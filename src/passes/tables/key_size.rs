//! How many bytes a key takes on TiDB, and how long its texts may be.

use sqlparser::ast::{BinaryLength, CharacterLength, DataType, EnumMember, ExactNumberInfo};

/// TiDB refuses longer keys (error 1071).
pub const MAX_BYTES: u64 = 3072;
/// Of a character in utf8mb4.
const CHAR_BYTES: u64 = 4;

/// How a column's type counts in a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    /// So many bytes, whatever the value.
    Fixed(u64),
    /// A VARCHAR or CHAR of so many characters.
    Characters(u64),
    /// A VARBINARY of so many bytes.
    Bytes(u64),
    /// TEXT of any length.
    Text,
    /// BLOB of any length.
    Blob,
    /// JSON and the like: never in a key.
    Impossible,
}

/// The VARCHAR that stands for a text with a default; a key may narrow it.
pub const LONGEST_VARCHAR: u64 = 16_383;

pub fn key_part(data_type: &DataType) -> KeyPart {
    use DataType as T;
    match data_type {
        T::Varchar(Some(CharacterLength::IntegerLength { length, .. }))
        | T::CharacterVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | T::CharVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | T::Char(Some(CharacterLength::IntegerLength { length, .. }))
        | T::Character(Some(CharacterLength::IntegerLength { length, .. })) => {
            if *length >= LONGEST_VARCHAR {
                KeyPart::Text
            } else {
                KeyPart::Characters(*length)
            }
        }
        T::Char(None) | T::Character(None) => KeyPart::Characters(1),
        T::Text | T::LongText | T::MediumText | T::TinyText => KeyPart::Text,
        T::Blob(_) | T::LongBlob | T::MediumBlob | T::TinyBlob => KeyPart::Blob,
        T::Varbinary(Some(BinaryLength::IntegerLength { length })) | T::Binary(Some(length)) => {
            KeyPart::Bytes(*length)
        }
        T::JSON | T::JSONB => KeyPart::Impossible,
        T::Numeric(info) | T::Decimal(info) | T::Dec(info) => KeyPart::Fixed(decimal(info)),
        T::TinyInt(_) | T::Bool | T::Boolean => KeyPart::Fixed(1),
        T::SmallInt(_) | T::Int2(_) => KeyPart::Fixed(2),
        T::Int(_) | T::Integer(_) | T::Int4(_) => KeyPart::Fixed(4),
        // TiDB counts the bytes of the longest label.
        T::Enum(members, _) => KeyPart::Fixed(members.iter().map(label).max().unwrap_or(2).max(2)),
        // A collation or character set after the type does not change how the type counts.
        T::Custom(name, modifiers) => custom(&name.to_string(), modifiers),
        _ => KeyPart::Fixed(8),
    }
}

fn label(member: &EnumMember) -> u64 {
    match member {
        EnumMember::Name(name) | EnumMember::NamedValue(name, _) => name.len() as u64,
    }
}

fn decimal(info: &ExactNumberInfo) -> u64 {
    match info {
        ExactNumberInfo::None => 5,
        ExactNumberInfo::Precision(p) => p / 9 * 4 + 4,
        ExactNumberInfo::PrecisionAndScale(p, _) => p / 9 * 4 + 8,
    }
}

/// Types that sqlparser has no form for, written out: `VARCHAR(20)`, `LONGTEXT COLLATE x`.
fn custom(name: &str, modifiers: &[String]) -> KeyPart {
    let upper = name.to_ascii_uppercase();
    let inside = upper.split_once('(').and_then(|(_, rest)| rest.split([')', ',']).next());
    let length = inside.or(modifiers.first().map(String::as_str)).and_then(|n| n.trim().parse().ok());
    match length {
        _ if upper.starts_with("JSON") || upper.starts_with("VECTOR") => KeyPart::Impossible,
        _ if upper.starts_with("LONGTEXT")
            || upper.starts_with("MEDIUMTEXT")
            || upper.starts_with("TEXT") =>
        {
            KeyPart::Text
        }
        _ if upper.contains("BLOB") => KeyPart::Blob,
        Some(n) if upper.starts_with("VARBINARY") || upper.starts_with("BINARY") => KeyPart::Bytes(n),
        Some(n) if upper.starts_with("VARCHAR") && n >= LONGEST_VARCHAR => KeyPart::Text,
        Some(n) if upper.starts_with("VARCHAR") || upper.starts_with("CHAR") => KeyPart::Characters(n),
        _ => KeyPart::Fixed(8),
    }
}

/// The most characters (bytes, for binary columns) that each part of a key may have, so that all of it fits; a text
/// without length asks for `text` characters. `None` when it does not fit whatever the lengths, or can't be a key.
pub fn fit(parts: &[KeyPart], text: u64) -> Option<Vec<Option<u64>>> {
    let mut fixed = 0;
    // What each flexible part asks for, in units of so many bytes.
    let mut wanted = Vec::with_capacity(parts.len());
    for part in parts {
        wanted.push(match *part {
            KeyPart::Fixed(bytes) => {
                fixed += bytes;
                None
            }
            KeyPart::Characters(n) => Some((n, CHAR_BYTES)),
            KeyPart::Text => Some((text, CHAR_BYTES)),
            KeyPart::Bytes(n) => Some((n, 1)),
            KeyPart::Blob => Some((text, 1)),
            KeyPart::Impossible => return None,
        });
    }
    // Where a text gives way anyway, narrow numbers beside it get the room to become BIGINT one day.
    if parts.iter().any(|part| matches!(part, KeyPart::Text | KeyPart::Blob)) {
        let slack = |part: &KeyPart| if let KeyPart::Fixed(n @ 1..8) = part { 8 - n } else { 0 };
        fixed = (fixed + parts.iter().map(slack).sum::<u64>()).min(MAX_BYTES);
    }
    let room = MAX_BYTES.checked_sub(fixed)?;
    let total = |cap: u64| wanted.iter().flatten().map(|&(n, unit)| n.min(cap) * unit).sum::<u64>();
    let (mut low, mut high) = (0, wanted.iter().flatten().map(|&(n, _)| n).max().unwrap_or(0));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if total(middle) <= room { low = middle } else { high = middle - 1 }
    }
    let cap = low;
    if cap == 0 && wanted.iter().flatten().any(|&(n, _)| n > 0) {
        return None;
    }
    Some(wanted.into_iter().map(|part| part.map(|(n, _)| n.min(cap))).collect())
}

#[cfg(test)]
mod tests {
    use super::KeyPart::*;
    use super::*;

    #[test]
    fn lengths_share_what_a_key_may_take() {
        assert_eq!(fit(&[Text], 768), Some(vec![Some(768)]));
        assert_eq!(fit(&[Text, Text], 768), Some(vec![Some(384), Some(384)]));
        assert_eq!(fit(&[Text, Characters(100)], 768), Some(vec![Some(668), Some(100)]));
        assert_eq!(fit(&[Fixed(8), Text], 768), Some(vec![None, Some(766)]));
        assert_eq!(fit(&[Fixed(4), Text], 768), Some(vec![None, Some(766)]));
        assert_eq!(fit(&[Fixed(4), Characters(767)], 768), Some(vec![None, Some(767)]));
        assert_eq!(fit(&[Characters(1000)], 768), Some(vec![Some(768)]));
        assert_eq!(fit(&[Impossible], 768), None);
        assert_eq!(fit(&[Blob], 768), Some(vec![Some(768)]));
    }
}

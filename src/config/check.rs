//! Values that a type alone does not describe; errors from here get the value's position from the TOML reader.

use serde::de::{Deserialize, Deserializer, Error};
use std::collections::BTreeMap;

pub fn indexed_text<'de, D: Deserializer<'de>>(value: D) -> Result<u32, D::Error> {
    let characters = i64::deserialize(value)?;
    match u32::try_from(characters) {
        Ok(characters @ 1..=768) => Ok(characters),
        _ => Err(D::Error::custom(format!(
            "`{characters}` characters can't be indexed: TiDB's keys hold 1 to 768 (3072 bytes)"
        ))),
    }
}

pub fn numeric<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    match read_decimal(&text) {
        Some((digits, scale)) if (1..=65).contains(&digits) && scale <= 30 && scale <= digits => {
            Ok(format!("decimal({digits},{scale})"))
        }
        Some(_) => Err(D::Error::custom(format!(
            "`{text}` is not a type of TiDB: at most 65 digits, at most 30 of them after the point"
        ))),
        None => Err(D::Error::custom(format!("`{text}` is not of the form `decimal(65,30)`"))),
    }
}

fn read_decimal(text: &str) -> Option<(u32, u32)> {
    let text = text.trim().to_ascii_lowercase();
    let inside = text.strip_prefix("decimal")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let (digits, scale) = inside.split_once(',')?;
    let number = |part: &str| {
        let part = part.trim();
        if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None }
    };
    Some((number(digits)?, number(scale)?))
}

/// A character set or collation: it is written into the output as it is.
pub fn name<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !text.is_empty() && text.bytes().all(plain) {
        return Ok(text);
    }
    Err(D::Error::custom(format!(
        "`{text}` is not a name of TiDB's: lower-case letters, digits and underscores"
    )))
}

/// `public` stays out of the output unless the file says otherwise.
pub fn schemas<'de, D: Deserializer<'de>>(value: D) -> Result<BTreeMap<String, String>, D::Error> {
    let mut schemas = BTreeMap::deserialize(value)?;
    schemas.entry("public".to_owned()).or_default();
    Ok(schemas)
}

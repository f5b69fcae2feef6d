//! Functions on bytes, and hashes.

use super::super::walk::Walk;
use super::super::{Untranslatable, casts, division};
use super::row::{Call, Row, rows};
use super::{template, word};
use sqlparser::ast::{DataType, Expr, Ident, ObjectName};

pub static ROWS: &[Row] = rows! {
    "length" (Bytea) Int: "=";
    "octet_length" (Bytea) Int: "=";
    "encode" (Bytea, Words) Text: "LOWER(HEX($1)), or TO_BASE64($1)" by encode;
    "decode" (Text, Words) Bytea: "UNHEX($1), or FROM_BASE64($1)" by decode;
    "md5" (Bytea) Text: "=";
    "sha224" (Bytea) Bytea: "UNHEX(SHA2($1, 224))";
    "sha256" (Bytea) Bytea: "UNHEX(SHA2($1, 256))";
    "sha384" (Bytea) Bytea: "UNHEX(SHA2($1, 384))";
    "sha512" (Bytea) Bytea: "UNHEX(SHA2($1, 512))";
    "convert_to" (Text, Words) Bytea: "CAST($1 AS BINARY)" by convert_to;
    "convert_from" (Bytea, Words) Text: "CONVERT($1 USING utf8mb4)" by convert_from;
    "digest" (Text, Words) Bytea: "UNHEX(SHA2($1, 256))" by digest;
    "digest" (Bytea, Words) Bytea: "UNHEX(SHA2($1, 256))" by digest;
};

fn filled(walk: &Walk<'_, '_>, call: &Call, sql: &str) -> Result<Expr, Untranslatable> {
    let made = template::filled(sql, &call.args);
    made.map_or_else(|| walk.refuse(&call.at, format!("the function {}", call.name)), Ok)
}

fn encode(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    match word(&call.args[1]).unwrap_or_default().to_lowercase().as_str() {
        "hex" => filled(walk, call, "LOWER(HEX($1))"),
        "base64" => filled(walk, call, "TO_BASE64($1)"),
        other => walk.refuse(&call.at, format!("the encoding {other}")),
    }
}

fn decode(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    match word(&call.args[1]).unwrap_or_default().to_lowercase().as_str() {
        "hex" => filled(walk, call, "UNHEX($1)"),
        "base64" => filled(walk, call, "FROM_BASE64($1)"),
        other => walk.refuse(&call.at, format!("the encoding {other}")),
    }
}

fn digest(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let sql = match word(&call.args[1]).unwrap_or_default().to_lowercase().as_str() {
        "md5" => "UNHEX(MD5($1))",
        "sha1" => "UNHEX(SHA1($1))",
        "sha224" => "UNHEX(SHA2($1, 224))",
        "sha256" => "UNHEX(SHA2($1, 256))",
        "sha384" => "UNHEX(SHA2($1, 384))",
        "sha512" => "UNHEX(SHA2($1, 512))",
        other => return walk.refuse(&call.at, format!("the digest {other}")),
    };
    filled(walk, call, sql)
}

fn is_utf8(call: &Call) -> bool {
    let name = word(&call.args[1]).unwrap_or_default().to_lowercase();
    ["utf8", "utf-8", "unicode"].contains(&name.as_str())
}

fn convert_to(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    if !is_utf8(call) {
        return walk.refuse(&call.at, "convert_to another encoding than UTF8");
    }
    Ok(casts::cast_to(call.args.remove(0), DataType::Binary(None)))
}

/// Bytes that are no UTF-8 fail on PostgreSQL, and are NULL on TiDB.
fn convert_from(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    if !is_utf8(call) {
        return walk.refuse(&call.at, "convert_from another encoding than UTF8");
    }
    let span = super::super::span(walk.cx, &call.at);
    walk.cx.report(&super::FUNCTION, span, "bytes that are no UTF-8 give NULL on TiDB instead of an error");
    Ok(Expr::Convert {
        is_try: false,
        expr: Box::new(call.args.remove(0)),
        data_type: None,
        charset: Some(ObjectName::from(vec![Ident::new("utf8mb4")])),
        target_before_value: false,
        styles: Vec::new(),
    })
}

/// A text as the bytes that PostgreSQL reads from it: two backslashes are one. Any other escape fails.
pub fn of_text(walk: &Walk<'_, '_>, text: Expr, at: &Expr) -> Result<Expr, Untranslatable> {
    let sql = "CASE WHEN LOCATE('\\', $1) = 0 THEN CAST($1 AS BINARY) \
               WHEN LOCATE('\\', REPLACE($1, '\\\\', '')) = 0 THEN CAST(REPLACE($1, '\\\\', '\\') AS BINARY) \
               WHEN $1 IS NOT NULL THEN CHAR_LENGTH($1) + 1 + 9223372036854775807 END";
    let made = division::may_repeat(&text).then(|| template::filled(sql, &[text])).flatten();
    made.map_or_else(|| walk.refuse(at, "the cast of this text::bytea"), Ok)
}

//! Functions on bytes, and hashes.

use super::super::Untranslatable;
use super::super::walk::Walk;
use super::row::{Call, Row, rows};
use super::{template, word};
use sqlparser::ast::Expr;

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

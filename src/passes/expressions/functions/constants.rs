//! Functions that TiDB does not have, calculated here where their arguments are literals.

use super::super::Untranslatable;
use super::super::literals::{number, string};
use super::super::walk::Walk;
use super::row::Call;
use super::{whole, word};
use sqlparser::ast::Expr;

type Made = Result<Expr, Untranslatable>;

/// Letters after what is neither letter nor digit are upper case, the others lower case.
pub fn initcap(_: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let mut inside = false;
    let mut out = String::new();
    for c in word(&call.args[0]).unwrap_or_default().chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphanumeric();
    }
    Ok(string(out))
}

pub fn ascii(_: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let first = word(&call.args[0]).unwrap_or_default().chars().next();
    Ok(number(first.map_or(0, u32::from).to_string()))
}

pub fn chr(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let code = whole(&call.args[0]).and_then(|code| char::from_u32(u32::try_from(code).ok()?));
    match code {
        Some(c) => Ok(string(c.to_string())),
        None => walk.refuse(&call.at, "the function chr of this number"),
    }
}

pub fn quote_literal(_: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    Ok(string(literal(&word(&call.args[0]).unwrap_or_default())))
}

pub fn quote_ident(_: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    Ok(string(identifier(&word(&call.args[0]).unwrap_or_default())))
}

/// The text as a literal of PostgreSQL's.
pub fn literal(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "''");
    if text.contains('\\') { format!("E'{escaped}'") } else { format!("'{escaped}'") }
}

/// The text as a name of PostgreSQL's.
pub fn identifier(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !is_keyword(text);
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// Words that PostgreSQL quotes: all of its keywords but the unreserved ones.
fn is_keyword(word: &str) -> bool {
    use sqlparser::keywords::ALL_KEYWORDS;
    ALL_KEYWORDS.binary_search(&word.to_ascii_uppercase().as_str()).is_ok() && RESERVED.contains(&word)
}

const RESERVED: [&str; 77] = [
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_literals_are_quoted_as_postgresql_quotes_them() {
        assert_eq!(identifier("my_col"), "my_col");
        assert_eq!(identifier("My Col"), "\"My Col\"");
        assert_eq!(identifier("select"), "\"select\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\b"), "E'a\\\\b'");
    }
}

//! `extension-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of a type that an extension brings: `ltree`, `cube`, `isbn`.
    ///
    /// The column becomes a text that holds what programs write into it. It is not checked, and the type's operators,
    /// functions and indexes are not there.
    pub EXTENSION_TYPE = "T024", "extension-type", Types, Lossy;
}

const NAMES: [&str; 24] = [
    "ltree",
    "lquery",
    "ltxtquery",
    "cube",
    "seg",
    "earth",
    "isbn",
    "isbn13",
    "issn",
    "issn13",
    "ismn",
    "ismn13",
    "ean13",
    "upc",
    "semver",
    "email",
    "uri",
    "url",
    "query_int",
    "ip4",
    "ip4r",
    "ip6",
    "ip6r",
    "iprange",
];

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let (name, _) = alias::bare(data_type)?;
    if !NAMES.contains(&name.as_str()) {
        return None;
    }
    let span = cx.span();
    cx.cx.report(
        &EXTENSION_TYPE,
        span,
        format!("TiDB has no type {name}: the column is a text, without checks, operators or functions"),
    );
    Some(match name.as_str() {
        "ltree" | "lquery" | "ltxtquery" | "cube" | "semver" | "email" | "uri" | "url" | "query_int" => {
            text::unbounded(cx.cx.options.text)
        }
        _ => text::varchar(255),
    })
}

//! `network-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `inet`, `cidr`, `macaddr` or `macaddr8`.
    ///
    /// It becomes a `VARCHAR` that holds the address as text, long enough for every one. It is not checked to be an
    /// address, is kept as it was written (PostgreSQL writes each address in one way), and sorts and compares as text.
    pub NETWORK_TYPE = "T012", "network-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let (name, _) = alias::bare(data_type)?;
    let length = match name.as_str() {
        "inet" | "cidr" => 49,
        "macaddr" => 17,
        "macaddr8" => 23,
        _ => return None,
    };
    let span = cx.span();
    cx.cx.report(
        &NETWORK_TYPE,
        span,
        format!("{name} becomes a text: addresses are not checked, and compare and sort as text"),
    );
    Some(text::varchar(length))
}

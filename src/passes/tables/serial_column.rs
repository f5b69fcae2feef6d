//! `serial-column`

use crate::diagnostic::rule;
use crate::passes::types::alias;
use sqlparser::ast::DataType;

rule! {
    /// A column of a serial type.
    ///
    /// `smallserial`, `serial` and `bigserial` become `SMALLINT`, `INT` and `BIGINT` with `AUTO_INCREMENT`: the same widths, so
    /// that foreign keys still match. With `ids = "auto_random"` a `BIGINT` primary key becomes `AUTO_RANDOM`. TiDB
    /// allows one such column in a table, and none to be added later: another one takes its numbers from a sequence, and rows
    /// that are there already get theirs by an UPDATE, as on PostgreSQL. TiDB's numbers grow but leave gaps, more and
    /// larger ones than PostgreSQL's, and `INSERT` of an explicit value moves the counter past it.
    pub SERIAL_COLUMN = "C020", "serial-column", Tables, Exact;
}

/// The integer type behind a serial one.
pub fn width(data_type: &DataType) -> Option<DataType> {
    let (name, modifiers) = alias::bare(data_type)?;
    if !modifiers.is_empty() {
        return None;
    }
    match name.as_str() {
        "smallserial" | "serial2" => Some(DataType::SmallInt(None)),
        "serial" | "serial4" => Some(DataType::Int(None)),
        "bigserial" | "serial8" => Some(DataType::BigInt(None)),
        _ => None,
    }
}

//! `system-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of a type of PostgreSQL's own catalog: `oid`, `xid`, `regclass`, `pg_lsn`.
    ///
    /// Numbers become `INT UNSIGNED` or `BIGINT UNSIGNED`, names a `VARCHAR(255)`. What they stand for, rows of PostgreSQL's
    /// catalog, its transactions and its log, is not there on TiDB.
    pub SYSTEM_TYPE = "T023", "system-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let name = match data_type {
        DataType::Regclass => "regclass".to_string(),
        _ => alias::bare(data_type)?.0,
    };
    let becomes = match name.as_str() {
        "oid" | "xid" | "cid" => DataType::IntUnsigned(None),
        "xid8" => DataType::BigIntUnsigned(None),
        "regclass" | "regproc" | "regprocedure" | "regoper" | "regoperator" | "regtype" | "regrole"
        | "regnamespace" | "regconfig" | "regdictionary" | "regcollation" | "tid" | "pg_lsn" | "aclitem" => {
            text::varchar(255)
        }
        "pg_snapshot" | "txid_snapshot" | "refcursor" | "jsonpath" => text::unbounded(cx.cx.options.text),
        _ => return None,
    };
    let span = cx.span();
    cx.cx.report(
        &SYSTEM_TYPE,
        span,
        format!("{name} becomes {becomes}: the value is kept, what it refers to is not there on TiDB"),
    );
    Some(becomes)
}

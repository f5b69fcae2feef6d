//! `hstore-type`

use super::{TypeCx, alias};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `hstore`.
    ///
    /// The pairs of an `hstore` become an object in a `JSON` column. Programs must write `{"a": "1"}` where they wrote
    /// `a=>1`, and use TiDB's JSON functions.
    pub HSTORE_TYPE = "T013", "hstore-type", Types, Approximate;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    if alias::bare(data_type)?.0 != "hstore" {
        return None;
    }
    let span = cx.span();
    cx.cx.report(&HSTORE_TYPE, span, "hstore becomes JSON: pairs are written and read as a JSON object");
    Some(DataType::JSON)
}

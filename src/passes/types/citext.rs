//! `citext-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of type `citext`.
    ///
    /// It becomes a text with the collation `utf8mb4_0900_ai_ci`, which takes upper and lower case for equal as `citext`
    /// does, but also letters with and without accents: `e` equals `é` there. TiDB has no collation that tells
    /// accents apart and case not.
    pub CITEXT_TYPE = "T014", "citext-type", Types, Approximate;
}

/// The collation that compares without regard to case.
pub const COLLATION: &str = "utf8mb4_0900_ai_ci";

/// Whether a type of the source is `citext`; the pass over collations then writes the clause.
pub fn is(data_type: &DataType) -> bool {
    alias::bare(data_type).is_some_and(|(name, _)| name == "citext")
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    if !is(data_type) {
        return None;
    }
    let span = cx.span();
    cx.cx.report(
        &CITEXT_TYPE,
        span,
        format!("the collation {COLLATION} ignores case as citext does, but also accents"),
    );
    Some(text::unbounded(cx.cx.options.text))
}

//! `vector-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::target::Capability;
use sqlparser::ast::{DataType, Ident, ObjectName};

rule! {
    /// A column of one of pgvector's types.
    ///
    /// `vector(n)` is `VECTOR(n)` on TiDB from 8.5 on, with the same text form `[1,2,3]`. `halfvec(n)` becomes `VECTOR(n)`
    /// as well, with four bytes for each number instead of two. Before 8.5 they become `JSON`, for which that text form is
    /// an array: values are kept, but there are no distances and no vector index. `sparsevec` becomes a text.
    pub VECTOR_TYPE = "T022", "vector-type", Types, Lossy, needs Vector;
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let (name, modifiers) = alias::bare(data_type)?;
    let span = cx.span();
    match name.as_str() {
        "vector" | "halfvec" if cx.cx.can(Capability::Vector) => {
            if name == "halfvec" {
                let found = cx.cx.report(
                    &VECTOR_TYPE,
                    span,
                    "halfvec becomes VECTOR: it keeps more digits than PostgreSQL",
                );
                (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
            }
            Some(DataType::Custom(ObjectName::from(vec![Ident::new("VECTOR")]), modifiers.to_vec()))
        }
        "vector" | "halfvec" => {
            cx.cx.report(
                &VECTOR_TYPE,
                span,
                "this TiDB has no VECTOR: a JSON array keeps the values, without distances and vector indexes",
            );
            Some(DataType::JSON)
        }
        "sparsevec" => {
            cx.cx.report(
                &VECTOR_TYPE,
                span,
                "TiDB has no sparse vectors: the column is a text, without distances",
            );
            Some(text::unbounded(cx.cx.options.text))
        }
        _ => None,
    }
}

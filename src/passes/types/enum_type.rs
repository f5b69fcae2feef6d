//! `enum-type`

use super::{TypeCx, text};
use crate::catalog::UserType;
use crate::diagnostic::{Fidelity, Level, rule};
use sqlparser::ast::{DataType, EnumMember};
use std::collections::BTreeSet;

rule! {
    /// An enum type, and columns of it.
    ///
    /// TiDB writes the labels in each column: `ENUM('new', 'done')`, in the order of the declaration, which is also the order
    /// they sort in on both databases. So CREATE TYPE is folded into the columns that follow, and DROP TYPE has nothing to
    /// do. Labels that TiDB can't tell apart (it drops trailing blanks) make the column a `VARCHAR`.
    pub ENUM_TYPE = "T026", "enum-type", Types, Exact;
}

const MAX_LABELS: usize = 65_535;

/// `ENUM('a', 'b')`, if TiDB can tell the labels apart.
pub fn of_labels(labels: &[String], collation: &str) -> Option<DataType> {
    let insensitive = collation.ends_with("_ci");
    let key = |label: &String| {
        let label = label.trim_end_matches(' ');
        if insensitive { label.to_lowercase() } else { label.to_string() }
    };
    let distinct: BTreeSet<String> = labels.iter().map(key).collect();
    let plain = labels.iter().all(|label| !label.ends_with(' '));
    if labels.is_empty() || labels.len() > MAX_LABELS || distinct.len() < labels.len() || !plain {
        return None;
    }
    Some(DataType::Enum(labels.iter().cloned().map(EnumMember::Name).collect(), None))
}

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let DataType::Custom(name, _) = data_type else { return None };
    let Some(UserType::Enum(labels)) = cx.cx.catalog.user_type(name) else { return None };
    if let Some(becomes) = of_labels(labels, &cx.cx.options.collation) {
        return Some(becomes);
    }
    let span = cx.span();
    let found = cx.cx.report(
        &ENUM_TYPE,
        span,
        "TiDB can't tell these labels apart: the column is a VARCHAR that holds any text and sorts as text",
    );
    (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
    Some(text::varchar(63))
}

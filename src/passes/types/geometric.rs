//! `geometric-type`

use super::{TypeCx, alias, text};
use crate::diagnostic::rule;
use sqlparser::ast::DataType;

rule! {
    /// A column of a geometric type: `point`, `box`, `polygon`, or PostGIS's `geometry` and `geography`.
    ///
    /// TiDB has no spatial types, functions or indexes. The column becomes a text that holds what programs write into
    /// it; everything computed from it has to be done in the program.
    pub GEOMETRIC_TYPE = "T019", "geometric-type", Types, Lossy;
}

const NAMES: [&str; 12] = [
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "geometry",
    "geography",
    "raster",
    "box2d",
    "box3d",
];

pub fn convert(cx: &mut TypeCx<'_, '_>, data_type: &DataType) -> Option<DataType> {
    let name = match data_type {
        DataType::GeometricType(kind) => kind.to_string().to_lowercase(),
        _ => alias::bare(data_type)?.0,
    };
    if !NAMES.contains(&name.as_str()) {
        return None;
    }
    let span = cx.span();
    cx.cx.report(
        &GEOMETRIC_TYPE,
        span,
        format!("TiDB has no spatial types: {name} becomes a text, without operators, functions or indexes"),
    );
    Some(text::unbounded(cx.cx.options.text))
}

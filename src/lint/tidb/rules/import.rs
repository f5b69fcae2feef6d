//! IMPORT INTO and its options.

use crate::diagnostic::rule;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;

rule! {
    /// An option of IMPORT INTO that TiDB refuses.
    ///
    /// Each option takes a text, a number, or nothing, and those of CSV files go with no other format.
    pub IMPORT_OPTION = "D056", "import-option", Dialect, Refused;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Text,
    Number,
    Any,
}

/// The options, what each takes, and whether it is for CSV files only.
#[rustfmt::skip]
static OPTIONS: &[(&str, Takes, bool)] = &[
    ("character_set", Takes::Text, true), ("fields_terminated_by", Takes::Text, true), ("fields_enclosed_by", Takes::Text, true), ("fields_escaped_by", Takes::Text, true),
    ("fields_defined_null_by", Takes::Text, true), ("lines_terminated_by", Takes::Text, true), ("skip_rows", Takes::Number, true), ("split_file", Takes::Nothing, true),
    ("disk_quota", Takes::Text, false), ("thread", Takes::Number, false), ("max_write_speed", Takes::Any, false), ("checksum_table", Takes::Text, false), ("record_errors", Takes::Any, false),
    ("detached", Takes::Nothing, false), ("disable_tikv_import_mode", Takes::Nothing, false), ("disable_precheck", Takes::Nothing, false), ("cloud_storage_uri", Takes::Text, false),
    ("max_engine_size", Takes::Text, false),
];

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    if !stmt.seq(0, &["IMPORT", "INTO"]) {
        return;
    }
    let Some(with) = stmt.find(2, stmt.len(), &["WITH"]) else { return };
    let format =
        stmt.find(2, with, &["FORMAT"]).and_then(|at| stmt.string(at + 1)).map(|f| f.to_ascii_lowercase());
    let other = format.is_some_and(|format| matches!(format.as_str(), "sql" | "parquet"));
    for (from, end) in stmt.parts(with + 1, stmt.len()) {
        let name = stmt.at(from).to_ascii_lowercase();
        if name.starts_with("__") || stmt.kind(from) != Some(Kind::Word) {
            continue;
        }
        let Some((_, takes, csv)) = OPTIONS.iter().find(|(known, _, _)| *known == name) else {
            continue;
        };
        let given = match stmt.kind(from + 2) {
            _ if end == from + 1 => Takes::Nothing,
            Some(Kind::Text) => Takes::Text,
            Some(Kind::Number) if stmt.number(from + 2).is_some() => Takes::Number,
            Some(Kind::Param | Kind::Variable) => continue,
            _ => Takes::Any,
        };
        let wants = match takes {
            Takes::Nothing => "no value",
            Takes::Text => "a text",
            Takes::Number => "a whole number",
            Takes::Any => continue,
        };
        if given != *takes {
            cx.on(&IMPORT_OPTION, from, end, format!("`{name}` takes {wants}"));
        } else if *csv && other {
            cx.on(&IMPORT_OPTION, from, end, format!("`{name}` is for CSV files")).help("leave it out");
        }
    }
}

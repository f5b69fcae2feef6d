//! goose: one file for both directions, parted by comment lines.

use super::{Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "a line `-- +goose Up`",
    ordered_by: "the number that a name begins with",
    directives: "`-- +goose Up`, `Down`, `StatementBegin`, `StatementEnd`, `NO TRANSACTION`, `ENVSUB ON`, `ENVSUB OFF`; a block whose statement becomes several is closed and opened between them",
    run: "`goose tidb \"user:password@tcp(host:4000)/db?parseTime=true\" up`",
    ..Tool::new(Layout::Goose, "goose", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let mark = |line: &str| {
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let rest = line.strip_prefix("--").map(str::trim_start);
        rest.is_some_and(|rest| {
            rest.get(..9).is_some_and(|up| up.eq_ignore_ascii_case("+goose up"))
                || rest.starts_with("+goose NO TRANSACTION")
        })
    };
    tree.says(mark).then_some("-- +goose Up")
}

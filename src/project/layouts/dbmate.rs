//! dbmate: one file for both directions, parted by comment lines.

use super::{Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "a line `-- migrate:up`",
    order: |_| Order::Bytes,
    ordered_by: "names, byte by byte",
    directives: "`-- migrate:up` and `-- migrate:down` with their options",
    made: |path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        (name == "schema.sql").then_some("dbmate writes it: make it anew with `dbmate dump`")
    },
    run: "`dbmate --url mysql://… up`; `--no-dump-schema` where there is no mysqldump",
    ..Tool::new(Layout::Dbmate, "dbmate", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let mark = |line: &str| {
        let rest = line.trim_start().strip_prefix("--").map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with("migrate:up"))
    };
    tree.says(mark).then_some("-- migrate:up")
}

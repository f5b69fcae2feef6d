//! node-pg-migrate: one file for both directions, parted by comments.

use super::{Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "a line `-- Up Migration`",
    ordered_by: "the number that a name begins with",
    directives: "`-- Up Migration` and `-- Down Migration`",
    run: "node-pg-migrate runs on PostgreSQL only: choose another tool for the result",
    ..Tool::new(Layout::NodePgMigrate, "node-pg-migrate", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let mark = |line: &str| {
        let rest = line.trim_start().strip_prefix("--").map(|rest| rest.trim_start_matches([' ', '\t', '-']));
        rest.and_then(|rest| rest.get(..12)).is_some_and(|up| up.eq_ignore_ascii_case("up migration"))
    };
    tree.says(mark).then_some("-- Up Migration")
}

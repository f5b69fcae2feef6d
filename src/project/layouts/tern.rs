//! tern: what undoes a migration stands below a line.

use super::{Beside, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "a line `---- create above / drop below ----`, or `tern.conf`",
    ordered_by: "the number that a name begins with",
    directives: "`---- create above / drop below ----`",
    beside: &[Beside {
        name: "tern.conf",
        todo: "tern runs on PostgreSQL only: choose another tool for TiDB",
    }],
    run: "tern runs on PostgreSQL only: choose another tool, such as goose, for the result",
    ..Tool::new(Layout::Tern, "tern", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    match () {
        () if tree.says(|line| line.trim_end() == "---- create above / drop below ----") => {
            Some("---- create above / drop below ----")
        }
        () if tree.near("tern.conf") => Some("tern.conf"),
        () => None,
    }
}

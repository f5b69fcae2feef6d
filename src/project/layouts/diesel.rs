//! Diesel: a folder per migration with one file for each direction.

use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "folders with `up.sql` and `down.sql`",
    order: |_| Order::Bytes,
    ordered_by: "names of the folders, byte by byte",
    directives: "none",
    beside: &[Beside {
        name: "diesel.toml",
        todo: "print the schema (`schema.rs`) anew with `diesel print-schema` on TiDB",
    }],
    run: "`diesel migration run` with a `mysql://` URL",
    ..Tool::new(Layout::Diesel, "Diesel", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let is = |name: &str| matches!(name, "up.sql" | "down.sql");
    tree.most(90, is).then_some("folders with up.sql and down.sql")
}

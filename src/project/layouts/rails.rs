//! Rails: the structure that its task dumps, with the versions that it holds.

use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "`structure.sql`, or rows for `schema_migrations` at a dump's end beside `database.yml`",
    order: |_| Order::Natural,
    ordered_by: "numbers and versions in names; `structure.sql` comes first",
    directives: "the INSERT into `schema_migrations` stays",
    beside: &[Beside { name: "config/database.yml", todo: "set the adapter to mysql2, trilogy or tidb" }],
    run: "`mysql < db/structure.sql`, or `rails db:schema:load` with a MySQL adapter",
    ..Tool::new(Layout::Rails, "Rails structure.sql", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    tree.names().any(|name| name == "structure.sql").then_some("structure.sql")
}

//! golang-migrate: numbered files for each direction.

use super::{Order, Tool, Tree, starts_with_digits};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "most names are `1_x.up.sql` and `1_x.down.sql`",
    order: |_| Order::Natural,
    ordered_by: "the number that a name begins with",
    directives: "none",
    run: "`migrate -database \"mysql://user:password@tcp(host:4000)/db?tidb_skip_isolation_level_check=1\" up`: it asks for SERIALIZABLE, which TiDB rejects without that; a migration that stops halfway stays half applied and dirty",
    ..Tool::new(Layout::GolangMigrate, "golang-migrate", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let is = |name: &str| {
        starts_with_digits(name, 1) && (name.ends_with(".up.sql") || name.ends_with(".down.sql"))
    };
    tree.most(51, is).then_some("names such as 1_x.up.sql")
}

//! Dumps that pg_dump made.

use super::{Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "all files begin with pg_dump's heading",
    order: |_| Order::Natural,
    ordered_by: "numbers and versions in names; what is called schema comes first, data last",
    directives: "none; psql commands become comments",
    run: "`mysql --comments < dump.sql`",
    ..Tool::new(Layout::PgDump, "pg_dump", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let heading = |text: &str| text.lines().take(12).any(|line| line == "-- PostgreSQL database dump");
    tree.all_say(heading).then_some("-- PostgreSQL database dump")
}

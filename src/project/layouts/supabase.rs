//! Supabase: timestamped files, much of them for roles and policies.

use super::side::Side;
use super::{Order, Tool, Tree, starts_with_digits};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "the folder `supabase/migrations`, or Supabase's `config.toml` above timestamped files",
    order: |_| Order::Natural,
    ordered_by: "timestamps; `seed.sql` last",
    directives: "none",
    side: |path| {
        (path.rsplit('/').next() == Some("config.toml"))
            .then_some(Side::Person("Supabase runs on PostgreSQL only: choose another tool for TiDB"))
    },
    run: "Supabase runs on PostgreSQL only: choose another tool, such as golang-migrate, for the result",
    ..Tool::new(Layout::Supabase, "Supabase", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let root = std::fs::canonicalize(tree.root).unwrap_or_default();
    let below = |path: &std::path::Path| {
        let text = path.to_string_lossy().replace('\\', "/");
        text.ends_with("supabase/migrations") || text.contains("supabase/migrations/")
    };
    let here = below(&root) || tree.sql.iter().any(|path| below(path));
    let configured = || {
        let config = tree.text_of("config.toml").unwrap_or_default();
        config.contains("project_id") && tree.most(50, |name| starts_with_digits(name, 14))
    };
    (here || configured()).then_some("supabase/migrations")
}

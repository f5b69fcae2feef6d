//! Pop and its kin (Ory): up and down files, some of them for one database only.

use super::{Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "names such as `1_x.postgres.up.sql`",
    order: |_| Order::Natural,
    ordered_by: "the number that a name begins with",
    directives: "none; files for other databases are copied, and PostgreSQL's variant of a file wins over the generic one",
    run: "the project's own migrator with a `mysql://` URL; it takes files without a dialect where there is none for mysql",
    ..Tool::new(Layout::Pop, "Pop (Ory)", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let suffixed = |name: &str| {
        [".up.sql", ".down.sql"].iter().any(|end| {
            let stem = name.strip_suffix(end).and_then(|stem| stem.rsplit_once('.'));
            stem.is_some_and(|(_, dialect)| {
                crate::project::layout::is_postgres(dialect)
                    || crate::project::layout::is_other_dialect(dialect)
            })
        })
    };
    tree.names().any(suffixed).then_some("names such as 1_x.postgres.up.sql")
}

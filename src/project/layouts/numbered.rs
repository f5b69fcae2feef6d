//! Files whose names begin with numbers, of no tool that is known.

use super::{Order, Tool, Tree};
use crate::config::Layout;
use crate::project::natural::NameKey;

pub static TOOL: Tool = Tool {
    detected_by: "most names, or the names of most folders, begin with a number or version",
    order: |tree| if timestamped(tree) { Order::Versions } else { Order::Natural },
    ordered_by: "numbers and versions in names, folder by folder; timestamps over all folders",
    directives: "none",
    run: "whatever runs the files now, in the same order, with a MySQL driver",
    ..Tool::new(Layout::Numbered, "numbered files", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let versioned = |path: &std::path::PathBuf| {
        path.iter().any(|part| !NameKey::new(&part.to_string_lossy()).version().is_empty())
    };
    let count = tree.sql.iter().filter(|path| versioned(path)).count();
    (count > 0 && count * 2 > tree.sql.len()).then_some("names begin with numbers")
}

/// Timestamps are one sequence wherever the files are.
fn timestamped(tree: &Tree<'_>) -> bool {
    tree.names().all(|name| {
        let key = NameKey::new(name);
        key.version().first().is_some_and(|first| first.len() >= "20240131".len())
    })
}

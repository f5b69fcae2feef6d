//! Files whose names begin with numbers, of no tool that is known.

use super::{Tool, Tree};
use crate::config::Layout;
use crate::project::natural::NameKey;

pub static TOOL: Tool = Tool {
    detected_by: "most names, or the names of most folders, begin with a number or version",
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

//! The migration tools whose folders are known: how each is told, in which order it runs its files, how it cuts them
//! into statements, and which files beside them speak of the database.

mod alembic;
mod atlas;
mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
mod kysely;
mod liquibase;
mod node_pg_migrate;
mod numbered;
mod pg_dump;
mod plain;
mod pop;
mod prisma;
mod rails;
mod side;
mod sqitch;
mod sql_migrate;
mod sqlc;
mod sqlx;
mod supabase;
mod tern;
mod tree;

pub use atlas::Sum;
pub use side::Side;
pub use tree::Tree;

use super::natural::NameKey;
use crate::config::Layout;

/// In which order a tool runs its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// By the numbers and versions in names, folder by folder.
    Natural,
    /// By the versions in names, whatever folder a file is in.
    Versions,
    /// By the bytes of paths.
    Bytes,
    /// As a list says; what it does not name comes after, by numbers and versions. Each entry is the end of a path,
    /// with or without `.sql`.
    Listed(Vec<String>),
}

/// What must stand between two statements for the tool's runner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Between {
    /// A semicolon: the whole file is sent at once, or the tool's splitter looks for them.
    #[default]
    Semicolon,
    /// Drizzle's line.
    Breakpoint,
}

/// A file, among those that are converted or above them, that a person has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    pub name: &'static str,
    pub todo: &'static str,
}

/// A migration tool.
pub struct Tool {
    pub layout: Layout,
    /// As its makers write it.
    pub title: &'static str,
    /// What tells that a folder is this tool's, if it is.
    pub detect: fn(&Tree<'_>) -> Option<&'static str>,
    /// What `detect` looks for, for the documentation.
    pub detected_by: &'static str,
    pub order: fn(&Tree<'_>) -> Order,
    pub ordered_by: &'static str,
    pub between: Between,
    /// The lines of a file that the tool reads and that are kept.
    pub directives: &'static str,
    /// What becomes of a file that is not SQL; its path has `/` between folders.
    pub side: fn(&str) -> Option<Side>,
    /// Whether a SQL file is one that the tool writes itself, so that it must be made anew: why.
    pub made: fn(&str) -> Option<&'static str>,
    pub beside: &'static [Beside],
    /// How the result is run on TiDB.
    pub run: &'static str,
}

impl Tool {
    /// A tool of which nothing is known but its name.
    const fn new(layout: Layout, title: &'static str, detect: fn(&Tree<'_>) -> Option<&'static str>) -> Tool {
        Tool {
            layout,
            title,
            detect,
            detected_by: "",
            order: |_| Order::Natural,
            ordered_by: "numbers and versions in names",
            between: Between::Semicolon,
            directives: "",
            side: |_| None,
            made: |_| None,
            beside: &[],
            run: "",
        }
    }
}

/// The order in which they are tried: what has marks of its own comes before what is told by names alone.
pub static TOOLS: [&Tool; 23] = [
    &prisma::TOOL,
    &drizzle::TOOL,
    &liquibase::TOOL,
    &goose::TOOL,
    &sql_migrate::TOOL,
    &dbmate::TOOL,
    &tern::TOOL,
    &node_pg_migrate::TOOL,
    &sqitch::TOOL,
    &flyway::TOOL,
    &diesel::TOOL,
    &sqlc::TOOL,
    &pop::TOOL,
    &supabase::TOOL,
    &sqlx::TOOL,
    &kysely::TOOL,
    &golang_migrate::TOOL,
    &atlas::TOOL,
    &rails::TOOL,
    &alembic::TOOL,
    &pg_dump::TOOL,
    &numbered::TOOL,
    &plain::TOOL,
];

/// A folder's tool, and what told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub layout: Layout,
    pub because: &'static str,
}

/// What becomes of a file that is not SQL in any tool's folder.
pub fn any_side(path: &str) -> Option<Side> {
    atlas::side(path)
}

/// The tool of a layout; of `Auto`, plain files.
pub fn tool(layout: Layout) -> &'static Tool {
    TOOLS.iter().find(|tool| tool.layout == layout).unwrap_or(&&plain::TOOL)
}

/// Whose folder this is. `wanted` is what the options say.
pub fn detect(tree: &Tree<'_>, wanted: Layout) -> Detected {
    if wanted != Layout::Auto {
        return Detected { layout: wanted, because: "the options say so" };
    }
    let found = TOOLS.iter().find_map(|tool| Some((tool.layout, (tool.detect)(tree)?)));
    let (layout, because) = found.unwrap_or((Layout::Plain, "nothing tells of a tool"));
    Detected { layout, because }
}

/// In which order a tool runs the files of a folder.
pub fn order(tool: &Tool, tree: &Tree<'_>) -> Order {
    match (tool.order)(tree) {
        Order::Natural if timestamped(tree) => Order::Versions,
        order => order,
    }
}

/// Timestamps are one sequence wherever the files are.
fn timestamped(tree: &Tree<'_>) -> bool {
    tree.names()
        .filter(|name| !name.ends_with(".down.sql"))
        .all(|name| NameKey::new(name).version().first().is_some_and(|first| first.len() >= "20240131".len()))
}

/// Whether a name starts with so many digits, and then an underscore or hyphen.
fn starts_with_digits(name: &str, at_least: usize) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits >= at_least && name[digits..].starts_with(['_', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_has_its_tool() {
        for layout in Layout::ALL {
            let count = TOOLS.iter().filter(|tool| tool.layout == layout).count();
            assert_eq!(count, usize::from(layout != Layout::Auto), "{}", layout.as_str());
        }
        for tool in TOOLS {
            assert!(!tool.detected_by.is_empty() && !tool.run.is_empty(), "{} is not described", tool.title);
        }
    }
}

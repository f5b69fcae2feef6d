//! sqlx: numbered files of a Rust project, with or without a direction.

use super::side::Side;
use super::{Beside, Order, Tool, Tree, starts_with_digits};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "numbered files below a `Cargo.toml` that names sqlx, `.sqlx`, or a first line `-- no-transaction`",
    order: |_| Order::Natural,
    ordered_by: "the number that a name begins with",
    directives: "`-- no-transaction`",
    side: |path| {
        (path.starts_with(".sqlx/") || path.contains("/.sqlx/")).then_some(Side::Person(
            "made from queries on PostgreSQL: make it anew with `cargo sqlx prepare`",
        ))
    },
    beside: &[Beside {
        name: "sqlx-data.json",
        todo: "made from queries on PostgreSQL: make it anew with `cargo sqlx prepare`",
    }],
    run: "`sqlx migrate run` with a `mysql://` URL; `$1` in the program's queries becomes `?`",
    ..Tool::new(Layout::Sqlx, "sqlx", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    if !tree.most(90, |name| starts_with_digits(name, 1)) {
        return None;
    }
    let cargo =
        tree.above("Cargo.toml").and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    match () {
        () if tree.says(|line| line.trim_end() == "-- no-transaction") => Some("-- no-transaction"),
        () if cargo.lines().any(|line| line.trim_start().starts_with("sqlx")) => Some("sqlx in Cargo.toml"),
        () if tree.others.iter().any(|path| path.iter().any(|part| part == ".sqlx")) => Some(".sqlx"),
        () => None,
    }
}

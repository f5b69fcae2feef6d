//! sqlc: schema files, and queries under a line with a name.

use super::side::{Side, to_mysql};
use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "`sqlc.yaml`, `sqlc.json`, or a line `-- name: X :one`",
    order: |_| Order::Natural,
    ordered_by: "numbers and versions in names; what is called schema comes first",
    directives: "`-- name: X :one` and its kin",
    side,
    beside: &[
        Beside { name: "sqlc.yaml", todo: "set the engine to mysql, and take out what is pgx's" },
        Beside { name: "sqlc.yml", todo: "set the engine to mysql, and take out what is pgx's" },
        Beside { name: "sqlc.json", todo: "set the engine to mysql, and take out what is pgx's" },
    ],
    run: "`sqlc generate` with `engine: mysql`; the schema runs with any tool",
    ..Tool::new(Layout::Sqlc, "sqlc", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let named = |line: &str| {
        let rest = line.strip_prefix("--").map(str::trim_start).and_then(|rest| rest.strip_prefix("name:"));
        rest.is_some_and(|rest| rest.split_whitespace().nth(1).is_some_and(|kind| kind.starts_with(':')))
    };
    match () {
        () if ["sqlc.yaml", "sqlc.yml", "sqlc.json"].iter().any(|name| tree.has(name)) => {
            Some("sqlc's configuration")
        }
        () if tree.says(named) => Some("-- name: X :one"),
        () => None,
    }
}

fn side(path: &str) -> Option<Side> {
    let name = path.rsplit('/').next()?;
    matches!(name, "sqlc.yaml" | "sqlc.yml" | "sqlc.json").then_some(Side::Rewrite {
        change: |text| to_mysql(text, "engine"),
        note: "the engine is now mysql; take out what is pgx's, such as `sql_package`, by hand",
    })
}

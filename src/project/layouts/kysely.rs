//! Kysely: migrations in TypeScript, some of them with SQL files beside.

use super::side::Side;
use super::{Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "SQL files below a `package.json` that names kysely",
    order: |_| Order::Bytes,
    ordered_by: "names, byte by byte, as Kysely's `Migrator` does",
    directives: "none",
    side: |path| {
        [".ts", ".js", ".mts", ".mjs"]
            .iter()
            .any(|end| path.ends_with(end))
            .then_some(Side::Person("a migration in code is not converted: change its `sql` strings by hand"))
    },
    run: "Kysely's `Migrator` with `MysqlDialect`; statements one by one, or mysql2 with `multipleStatements`",
    ..Tool::new(Layout::Kysely, "Kysely", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let package = tree.above("package.json").and_then(|path| std::fs::read_to_string(path).ok());
    package.is_some_and(|text| text.contains("\"kysely\"")).then_some("kysely in package.json")
}

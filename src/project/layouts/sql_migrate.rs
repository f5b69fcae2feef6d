//! sql-migrate: one file for both directions, parted by comment lines.

use super::side::{Side, replace_on_lines, value_of};
use super::{Beside, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "a line `-- +migrate Up`",
    ordered_by: "the number that a name begins with",
    directives: "`-- +migrate Up`, `Down`, `StatementBegin`, `StatementEnd`, `notransaction`; a block whose statement becomes several is closed and opened between them",
    side,
    beside: &[Beside {
        name: "dbconfig.yml",
        todo: "set the dialect to mysql and the data source to TiDB's, with `?parseTime=true`",
    }],
    run: "`sql-migrate up` with `dialect: mysql` and `parseTime=true` in the data source",
    ..Tool::new(Layout::SqlMigrate, "sql-migrate", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let mark = |line: &str| {
        let rest = line.trim_start_matches('\u{feff}').strip_prefix("--").map(str::trim_start);
        rest.and_then(|rest| rest.get(..11)).is_some_and(|up| up.eq_ignore_ascii_case("+migrate up"))
    };
    tree.says(mark).then_some("-- +migrate Up")
}

fn side(path: &str) -> Option<Side> {
    let name = path.rsplit('/').next()?;
    let change = |text: &str| {
        replace_on_lines(text, "mysql", |line| {
            value_of(line, "dialect").filter(|&(from, to)| &line[from..to] == "postgres")
        })
    };
    matches!(name, "dbconfig.yml" | "dbconfig.yaml").then_some(Side::Rewrite {
        change,
        note: "the dialect is now mysql; set the data source to TiDB's by hand, with `?parseTime=true`",
    })
}

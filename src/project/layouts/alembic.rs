//! Alembic: the SQL that `alembic upgrade --sql` prints.

use super::side::Side;
use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "a line `-- Running upgrade a -> b`",
    order: |_| Order::Natural,
    ordered_by: "numbers and versions in names",
    directives: "`-- Running upgrade` comments; the rows of `alembic_version` stay",
    side: |path| {
        let name = path.rsplit('/').next()?;
        match name {
            _ if path.starts_with("versions/") && name.ends_with(".py") || path.contains("/versions/") => {
                Some(Side::Person(
                    "a Python migration is not converted: convert what `alembic upgrade --sql` prints",
                ))
            }
            _ => None,
        }
    },
    beside: &[Beside { name: "alembic.ini", todo: "set `sqlalchemy.url` to `mysql+pymysql://…`" }],
    run: "the `mysql` client; Alembic itself goes on from the version that the rows of `alembic_version` say",
    ..Tool::new(Layout::Alembic, "Alembic offline SQL", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let mark = |line: &str| {
        ["-- Running upgrade ", "-- Running downgrade ", "-- Running stamp_revision "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    tree.says(mark).then_some("-- Running upgrade")
}

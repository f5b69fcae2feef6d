//! The page of the documentation that shows the tables.

use super::TABLES;
use super::aggregates;
use super::row::Row;
use std::fmt::Write;

/// Every function that is translated, a table per family.
pub fn page() -> String {
    let mut page = String::from(
        "# Functions\n\nMade from the tables in `src/passes/expressions/functions` by `UPDATE_DOCS=1 cargo test docs`. \
         `$1`, `$2` … are the arguments. A function that is in no table is refused by its name. An exact translation gives \
         what PostgreSQL gives; any other warns where it stands.\n",
    );
    for (family, rows) in TABLES.iter().copied().chain([("Aggregates and windows", aggregates::ROWS)]) {
        let _ = write!(page, "\n## {family}\n\n| PostgreSQL | TiDB | what differs |\n|---|---|---|\n");
        for row in rows {
            page.push_str(&line(row));
        }
    }
    page
}

fn line(row: &Row) -> String {
    let args: Vec<&str> = row.args.iter().map(|arg| arg.shown()).collect();
    let escaped = |text: &str| text.replace('|', "\\|");
    let sql = if row.sql == "=" { "the same".to_owned() } else { format!("`{}`", escaped(row.sql)) };
    format!("| `{}({})` | {sql} | {} |\n", row.name, args.join(", "), escaped(row.differs.unwrap_or("")))
}

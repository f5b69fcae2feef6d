//! Drizzle Kit: numbered files, a journal that lists them, and a line between statements.

use super::side::{Side, replace_on_lines, value_of};
use super::{Beside, Between, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "`meta/_journal.json`, `drizzle.config.*`, or a line `--> statement-breakpoint`",
    order,
    ordered_by: "the journal's entries",
    between: Between::Breakpoint,
    directives: "`--> statement-breakpoint`: one between every two statements of the output",
    side,
    beside: &[
        Beside {
            name: "drizzle.config.ts",
            todo: "set the dialect to \"mysql\" and the credentials to TiDB's",
        },
        Beside {
            name: "drizzle.config.js",
            todo: "set the dialect to \"mysql\" and the credentials to TiDB's",
        },
    ],
    run: "drizzle-orm's `migrate` of `drizzle-orm/mysql2/migrator`, or `drizzle-kit migrate`; the schema's `pg-core` becomes `mysql-core` by hand",
    ..Tool::new(Layout::Drizzle, "Drizzle Kit", detect)
};

pub(super) fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    match () {
        () if tree.near("_journal.json") || tree.above("meta/_journal.json").is_some() => {
            Some("meta/_journal.json")
        }
        () if tree.says(|line| line.contains("--> statement-breakpoint")) => Some("--> statement-breakpoint"),
        () if ["ts", "js", "mjs", "json"].iter().any(|end| tree.has(&format!("drizzle.config.{end}"))) => {
            Some("drizzle.config")
        }
        () => None,
    }
}

fn order(tree: &Tree<'_>) -> Order {
    let journal: Option<serde_json::Value> =
        tree.text_of("_journal.json").and_then(|text| serde_json::from_str(&text).ok());
    let entries = journal.as_ref().and_then(|journal| journal["entries"].as_array());
    let tags = entries.into_iter().flatten().filter_map(|entry| entry["tag"].as_str());
    match tags.map(str::to_owned).collect::<Vec<_>>() {
        none if none.is_empty() => Order::Natural,
        tags => Order::Listed(tags),
    }
}

fn side(path: &str) -> Option<Side> {
    let name = path.rsplit('/').next()?;
    match name {
        "_journal.json" => {
            Some(Side::Rewrite { change: dialect, note: "the journal's dialect is now mysql" })
        }
        _ if name.ends_with("snapshot.json") => Some(Side::Person(
            "a snapshot of the PostgreSQL schema: make it anew with drizzle-kit once the schema is mysql-core",
        )),
        _ => None,
    }
}

fn dialect(text: &str) -> Option<String> {
    replace_on_lines(text, "mysql", |line| {
        value_of(line, "dialect").filter(|&(from, to)| matches!(&line[from..to], "postgresql" | "pg"))
    })
    // a journal on one line
    .or_else(|| {
        let at = text.find("\"dialect\"")?;
        let (from, to) = value_of(&text[at..], "dialect")?;
        let (from, to) = (at + from, at + to);
        matches!(&text[from..to], "postgresql" | "pg")
            .then(|| format!("{}mysql{}", &text[..from], &text[to..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_is_found_in_any_style() {
        for text in
            ["{\n  \"version\": \"7\",\n  \"dialect\": \"postgresql\",\n}", "{\"dialect\":\"postgresql\"}"]
        {
            assert_eq!(dialect(text), Some(text.replace("postgresql", "mysql")));
        }
        assert_eq!(dialect("{\"dialect\":\"sqlite\"}"), None);
    }
}

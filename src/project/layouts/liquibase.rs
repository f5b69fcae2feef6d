//! Liquibase: changesets in formatted SQL, listed by a changelog.

use super::side::Side;
use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "a first line `--liquibase formatted sql`, or a changelog in XML, YAML or JSON",
    order,
    ordered_by: "where a changelog names them, else names",
    directives: "`--changeset`, `--rollback` with its SQL translated, `--comment`, `--precondition…`, `--property`; `dbms:postgresql` becomes `dbms:mysql`, and `splitStatements:false` is true where a statement became several",
    side: |path| {
        is_changelog(path).then_some(Side::Person(
            "changes written in XML, YAML or JSON are not converted; `dbms: postgresql` keeps them from TiDB",
        ))
    },
    beside: &[Beside {
        name: "liquibase.properties",
        todo: "set the URL to TiDB's: `jdbc:mysql://host:4000/db`",
    }],
    run: "`liquibase update` with a `jdbc:mysql://…:4000` URL",
    ..Tool::new(Layout::Liquibase, "Liquibase formatted SQL", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    let heading = |line: &str| {
        let rest = line.trim_start_matches('\u{feff}').strip_prefix("--").map(str::trim_start);
        rest.and_then(|rest| rest.get(..23))
            .is_some_and(|text| text.eq_ignore_ascii_case("liquibase formatted sql"))
    };
    match () {
        () if tree.says(heading) => Some("--liquibase formatted sql"),
        () if tree.others.iter().any(|path| is_changelog(&path.to_string_lossy())) => Some("a changelog"),
        () => None,
    }
}

fn is_changelog(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    let ends = [".xml", ".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
    ends && (name.contains("changelog") || name.contains("change-log"))
}

/// The files in the order in which changelogs name them, the master first.
fn order(tree: &Tree<'_>) -> Order {
    let mut logs: Vec<_> = tree.others.iter().filter(|path| is_changelog(&path.to_string_lossy())).collect();
    logs.sort_by_key(|path| {
        let name = path.to_string_lossy();
        (!(name.contains("master") || name.contains("root")), path.components().count(), name.into_owned())
    });
    let mut listed: Vec<String> = Vec::new();
    for log in logs {
        let text = std::fs::read_to_string(tree.root.join(log)).unwrap_or_default();
        let mut named: Vec<(usize, String)> = tree
            .sql
            .iter()
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?;
                let path = path.to_string_lossy().replace('\\', "/");
                Some((text.find(&path).or_else(|| text.find(name))?, path))
            })
            .collect();
        named.sort();
        listed.extend(named.into_iter().map(|(_, path)| path));
    }
    let mut seen = std::collections::HashSet::new();
    listed.retain(|path| seen.insert(path.clone()));
    if listed.is_empty() { Order::Bytes } else { Order::Listed(listed) }
}

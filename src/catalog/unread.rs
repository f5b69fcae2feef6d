//! What a statement without a tree would have declared: it is known, and known to be missing.

use super::{Catalog, Name, Table};
use crate::syntax::Parsed;
use sqlparser::ast::{Ident, ObjectName};
use std::sync::Arc;

impl Catalog {
    /// Notes the table or view that an unreadable CREATE is about.
    pub fn unread(&mut self, parsed: &Parsed, why: &str) {
        let source = parsed.source();
        let mut words =
            parsed.tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(source));
        if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("create")) {
            return;
        }
        let mut view = None;
        let mut parts: Vec<String> = Vec::new();
        for word in words.take(16) {
            let lower = word.to_ascii_lowercase();
            match (view, lower.as_str()) {
                (None, "view") => view = Some(true),
                (None, "table") => view = Some(false),
                (
                    None,
                    "or" | "replace" | "temp" | "temporary" | "unlogged" | "recursive" | "materialized",
                ) => {}
                (None, "global" | "local" | "foreign") => {}
                (None, _) => return,
                (Some(_), "if" | "not" | "exists") if parts.is_empty() => {}
                (Some(_), ".") => {}
                (Some(_), _) if parts.is_empty() || parts.last().is_some_and(String::is_empty) => {
                    parts.retain(|part| !part.is_empty());
                    parts.push(unquoted(word));
                    continue;
                }
                _ => break,
            }
            if lower == "." {
                parts.push(String::new());
            }
        }
        let name = match parts.as_slice() {
            [.., schema, name] if !name.is_empty() => Name::new(schema, name),
            [name] if !name.is_empty() => Name::new("", name),
            _ => return,
        };
        match view {
            Some(true) => {
                self.views.insert(name, super::View::new(false));
            }
            Some(false) if !self.tables.contains_key(&name) => {
                let parts = parts.iter().map(|part| Ident::with_quote('`', part.as_str()));
                let table = Table {
                    name: name.clone(),
                    tidb_name: ObjectName::from(parts.collect::<Vec<_>>()),
                    columns: Vec::new(),
                    constraints: Vec::new(),
                    indexes: Vec::new(),
                    missing: Some(why.to_string()),
                    temporary: false,
                    partitioning: None,
                    part_of: None,
                    parents: Vec::new(),
                    clustered: false,
                    explicit_ids: false,
                    triggers: Vec::new(),
                };
                self.tables.insert(name, Arc::new(table));
            }
            _ => {}
        }
    }
}

fn unquoted(word: &str) -> String {
    match word.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"').unwrap_or(inner).replace("\"\"", "\""),
        None => word.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_create_leaves_a_name_behind() {
        let mut catalog = Catalog::default();
        let view =
            Parsed::new(b"CREATE MATERIALIZED VIEW IF NOT EXISTS s.\"M v\" AS SELECT ??? WITH NO DATA");
        catalog.unread(&view, "it can't be read");
        assert!(catalog.views.get(&Name::new("s", "m v")).is_some_and(|view| !view.there));
        let table = Parsed::new(b"CREATE TABLE public.t (LIKE u INCLUDING ALL)");
        catalog.unread(&table, "it can't be read");
        assert!(catalog.table_named(&Name::new("", "t")).is_some_and(|t| t.missing.is_some()));
    }
}

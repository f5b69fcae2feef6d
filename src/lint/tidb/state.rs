//! What a script has set for the statements after it.

use super::stmt::Stmt;
use std::collections::BTreeMap;

/// The session as the script left it so far.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Variables that the script set, lower case, with the text of their values.
    pub variables: BTreeMap<String, String>,
    /// A transaction is open.
    pub transaction: bool,
    /// The transaction changed rows.
    pub changed_rows: bool,
}

impl State {
    pub fn is_off(&self, variable: &str) -> bool {
        self.variables
            .get(variable)
            .is_some_and(|value| matches!(value.as_str(), "0" | "off" | "'off'" | "false" | "\"off\""))
    }

    pub fn is_set(&self, variable: &str) -> bool {
        self.variables.contains_key(variable)
    }

    /// Whether the sql_mode may let bad values pass.
    pub fn is_lenient(&self) -> bool {
        self.is_set("sql_mode")
    }

    /// Remembers what a SET statement sets.
    pub fn set(&mut self, stmt: &Stmt<'_>) {
        for (from, end) in stmt.parts(1, stmt.len()) {
            let mut at = from;
            while stmt.is_any(at, &["GLOBAL", "SESSION", "LOCAL", "PERSIST"]) {
                at += 1;
            }
            let name = stmt.at(at).trim_start_matches('@').to_ascii_lowercase();
            let name = name.rsplit('.').next().unwrap_or_default().trim_matches('`').to_owned();
            let value = at + 1;
            if stmt.is_any(value, &["=", ":="]) && value + 1 < end {
                let text = stmt.slice(value + 1, end).to_ascii_lowercase();
                self.variables.insert(name, text);
            }
        }
    }
}

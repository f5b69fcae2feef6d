//! What translations rely on in a session and its server, as a query that finds what is otherwise.

use crate::config::{CharsetClause, Options};
use serde::Serialize;
use std::fmt::Write;

/// A setting that has to be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    pub setting: &'static str,
    pub wanted: String,
    /// True in a session where it is so.
    pub check: String,
    /// What it is now.
    pub found: &'static str,
    /// Makes it so.
    pub set: String,
    pub why: &'static str,
}

/// Everything, by the options of the run.
pub fn needs(options: &Options) -> Vec<Need> {
    let collation = &options.collation;
    let mut needs = vec![
        mode("STRICT_TRANS_TABLES", true, "a value that does not fit must be an error, not cut"),
        mode("ERROR_FOR_DIVISION_BY_ZERO", true, "a division by zero must fail where rows are written"),
        mode("NO_BACKSLASH_ESCAPES", false, "a backslash in a string is written as two"),
        mode("ANSI_QUOTES", false, "names are written in backticks, never in double quotes"),
        mode("PIPES_AS_CONCAT", false, "|| is OR, and texts are joined with CONCAT"),
        Need {
            setting: "time_zone",
            wanted: "UTC".into(),
            check: "TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), NOW()) = 0".into(),
            found: "@@SESSION.time_zone",
            set: "SET SESSION time_zone = '+00:00'".into(),
            why: "times without an offset are read and shown in the session's zone",
        },
        Need {
            setting: "foreign_key_checks",
            wanted: "ON".into(),
            check: "@@SESSION.foreign_key_checks = 1 AND @@GLOBAL.tidb_enable_foreign_key = 1".into(),
            found: "@@SESSION.foreign_key_checks",
            set: "SET SESSION foreign_key_checks = ON".into(),
            why: "foreign keys must be checked",
        },
        Need {
            setting: "tidb_enable_check_constraint",
            wanted: "ON".into(),
            check: "@@GLOBAL.tidb_enable_check_constraint = 1".into(),
            found: "@@GLOBAL.tidb_enable_check_constraint",
            set: "SET GLOBAL tidb_enable_check_constraint = ON".into(),
            why: "CHECK constraints are left out silently when tables are made without it",
        },
        Need {
            setting: "group_concat_max_len",
            wanted: "at least 1073741823".into(),
            check: "@@SESSION.group_concat_max_len >= 1073741823".into(),
            found: "@@SESSION.group_concat_max_len",
            set: "SET SESSION group_concat_max_len = 1073741823".into(),
            why: "texts that are put together from many rows must not be cut",
        },
        Need {
            setting: "character_set_connection",
            wanted: "utf8mb4".into(),
            check: "@@SESSION.character_set_client = 'utf8mb4' AND @@SESSION.character_set_connection = 'utf8mb4'".into(),
            found: "@@SESSION.character_set_connection",
            set: format!("SET NAMES utf8mb4 COLLATE {collation}"),
            why: "every character must arrive",
        },
        Need {
            setting: "collation_connection",
            wanted: collation.clone(),
            check: format!("@@SESSION.collation_connection = '{collation}'"),
            found: "@@SESSION.collation_connection",
            set: format!("SET NAMES utf8mb4 COLLATE {collation}"),
            why: "texts that are no column's are compared by it",
        },
        Need {
            setting: "auto_increment_increment",
            wanted: "1".into(),
            check: "@@SESSION.auto_increment_increment = 1 AND @@SESSION.auto_increment_offset = 1".into(),
            found: "@@SESSION.auto_increment_increment",
            set: "SET SESSION auto_increment_increment = 1, auto_increment_offset = 1".into(),
            why: "the ids of several new rows follow each other",
        },
    ];
    if options.charset_clause == CharsetClause::Database {
        needs.push(Need {
            setting: "collation_database",
            wanted: collation.clone(),
            check: format!("@@collation_database = '{collation}'"),
            found: "@@collation_database",
            set: format!("ALTER DATABASE CHARACTER SET {} COLLATE {collation}", options.charset),
            why: "tables take their collation from the database, by charset_clause = \"database\"",
        });
    }
    needs
}

/// A word in the session's sql_mode, or none of it.
fn mode(word: &'static str, there: bool, why: &'static str) -> Need {
    let (wanted, check, set) = if there {
        let set = format!("SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',{word}')");
        (format!("with {word}"), format!("FIND_IN_SET('{word}', @@SESSION.sql_mode) > 0"), set)
    } else {
        let set = format!("SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, '{word}', '')");
        (format!("without {word}"), format!("FIND_IN_SET('{word}', @@SESSION.sql_mode) = 0"), set)
    };
    Need { setting: "sql_mode", wanted, check, found: "@@SESSION.sql_mode", set, why }
}

/// One query: a row for each setting that is otherwise, none if all is well.
pub fn sql(options: &Options) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!(
        "-- What the translations of pg2tidb {version} for TiDB {} rely on: run it in a session of the kind that runs them.\n\
         -- Each row is a setting that is otherwise. No row means that all is well.\n\
         SELECT setting, wanted, found, remedy, why FROM (\n",
        options.target.as_str()
    );
    for (at, need) in needs(options).iter().enumerate() {
        let all = if at == 0 { "" } else { "UNION ALL " };
        let _ = writeln!(
            text,
            "  {all}SELECT {} AS setting, {} AS wanted, CAST({} AS CHAR) AS found, {} AS remedy, {} AS why, {} AS fits",
            quoted(need.setting),
            quoted(&need.wanted),
            need.found,
            quoted(&need.set),
            quoted(need.why),
            need.check
        );
    }
    text.push_str(") AS preflight WHERE NOT fits;\n");
    text
}

/// The same for machines.
pub fn json(options: &Options) -> String {
    let mut text = serde_json::to_string_pretty(&needs(options)).unwrap_or_default();
    text.push('\n');
    text
}

/// A comment for the head of a translated file.
pub fn header(options: &Options) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text =
        format!("-- pg2tidb {version} for TiDB {}; the session has to have:\n", options.target.as_str());
    for need in needs(options) {
        let _ = writeln!(text, "--   {}: {}", need.setting, need.wanted);
    }
    text
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_asks_for_everything() {
        let options = Options { charset_clause: CharsetClause::Database, ..Options::default() };
        let text = sql(&options);
        for need in needs(&options) {
            assert!(text.contains(&need.check), "{}", need.setting);
            assert!(header(&options).contains(&need.wanted));
        }
        assert!(
            text.contains("@@collation_database")
                && !sql(&Options::default()).contains("@@collation_database")
        );
        assert_eq!(text.matches(';').count(), 1);
    }
}

//! Puts a table that a statement left different right from PostgreSQL's side, so that a difference counts once.

use super::TableState;
use super::value::{Kind, Value};

/// The statements that make TiDB's table what PostgreSQL's is. `generated` columns make themselves; `bytes` hold a uuid's.
pub fn statements(table: &str, state: &TableState, generated: &[String], bytes: &[String]) -> Vec<String> {
    let mut out = vec!["SET foreign_key_checks = 0".to_owned(), format!("DELETE FROM {table}")];
    let kept: Vec<usize> = (0..state.columns.len())
        .filter(|at| !generated.iter().any(|name| name.eq_ignore_ascii_case(&state.columns[*at])))
        .collect();
    let names: Vec<String> = kept.iter().map(|at| quote(&state.columns[*at])).collect();
    let value = |at: usize, value: &Value| match (state.rows.kinds.get(at), value) {
        (Some(Kind::Uuid), Value::Text(_)) if bytes.contains(&state.columns[at].to_lowercase()) => {
            format!("UUID_TO_BIN({})", literal(value))
        }
        _ => literal(value),
    };
    for rows in state.rows.rows.chunks(200) {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let values: Vec<String> =
                    kept.iter().filter_map(|at| Some(value(*at, row.get(*at)?))).collect();
                format!("({})", values.join(", "))
            })
            .collect();
        if !names.is_empty() {
            out.push(format!("INSERT INTO {table} ({}) VALUES {}", names.join(", "), rows.join(", ")));
        }
    }
    out.push("SET foreign_key_checks = 1".to_owned());
    out
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::Number(text) => text.clone(),
        Value::Float(number) => format!("{number:e}"),
        Value::Text(text) => text_literal(text),
        Value::Json(json) => text_literal(&json.to_string()),
        Value::Bytes(bytes) if bytes.is_empty() => "''".into(),
        Value::Bytes(bytes) => format!("x'{}'", bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()),
    }
}

fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

pub fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

//! The options as a JSON schema for editors and as a reference for people; both are made from the types.

use super::Options;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The JSON schema of `pg2tidb.toml`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Options);
    // a schema is made of strings and maps: it can always be written
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The reference part of docs/configuration.md: a section per option.
pub fn reference() -> String {
    let schema = schemars::schema_for!(Options).to_value();
    let nothing = Map::new();
    let mut text = String::new();
    for (name, option) in schema["properties"].as_object().unwrap_or(&nothing) {
        let _ = write!(text, "### `{name}`\n\n{}\n\nDefault: `{}`\n\n", lines(option), default(name, option));
        let values = values(option, &schema["$defs"]);
        for value in &values {
            text.push_str(value);
        }
        if !values.is_empty() {
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The default as one writes it in TOML.
fn default(name: &str, option: &Value) -> String {
    match &option["default"] {
        Value::Object(table) => {
            let pairs: Vec<String> = table.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            format!("{name} = {{ {} }}", pairs.join(", "))
        }
        value => format!("{name} = {value}"),
    }
}

/// A list item per value, where an option takes a fixed set of them.
fn values(option: &Value, definitions: &Value) -> Vec<String> {
    let Some(name) = option["$ref"].as_str().and_then(|path| path.rsplit('/').next()) else {
        return Vec::new();
    };
    let definition = &definitions[name];
    if let Some(described) = definition["oneOf"].as_array() {
        return described.iter().map(|value| format!("- `{}`: {}\n", value["const"], lines(value))).collect();
    }
    let plain = definition["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
    plain.iter().map(|value| format!("- `{value}`\n")).collect()
}

fn lines(described: &Value) -> String {
    described["description"].as_str().unwrap_or_default().replace('\n', " ")
}

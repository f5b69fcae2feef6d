//! What SHOW CREATE TABLE alone tells on every version: CHECK constraints, AUTO_RANDOM, defaults that are expressions.

use super::model::{Check, DefaultValue, Table};

/// Adds what the text of SHOW CREATE TABLE says to what information_schema said.
pub(super) fn add(table: &mut Table, text: &str) {
    for line in text.lines() {
        let line = line.trim().trim_end_matches(',');
        if let Some(rest) = line.strip_prefix("CONSTRAINT ") {
            if let Some((name, rest)) = name(rest)
                && let Some(check) = rest.strip_prefix(" CHECK (")
            {
                let check = check.split(" /*").next().unwrap_or(check);
                let expression = check.strip_suffix(')').unwrap_or(check).to_owned();
                table.checks.push(Check { name, expression });
            }
        } else if let Some((name, rest)) = name(line) {
            let column = table.columns.iter_mut().find(|column| column.name == name);
            let Some(column) = column else { continue };
            if rest.contains("AUTO_RANDOM") {
                column.default = DefaultValue::Numbered;
            } else if default_is_expression(rest)
                && let DefaultValue::Literal(text) = &column.default
            {
                // TiDB 7.5 does not mark them in information_schema.
                column.default = DefaultValue::Expression(text.clone());
            }
        }
    }
}

/// TiDB 8.5 shows `DEFAULT (uuid())`, 7.5 `DEFAULT uuid()`; literals are quoted, as in `DEFAULT '1'` or `DEFAULT b'1'`.
fn default_is_expression(definition: &str) -> bool {
    let Some((_, default)) = definition.split_once(" DEFAULT ") else { return false };
    let word: String = default.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    default.starts_with('(') || (default[word.len()..].starts_with('(') && !word.starts_with("CURRENT_"))
}

/// A backticked name at the start, and what follows it.
fn name(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('`')?;
    let mut name = String::new();
    loop {
        let end = rest.find('`')?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('`') {
            Some(after) => {
                name.push('`');
                rest = after;
            }
            None => return Some((name, rest)),
        }
    }
}

/// The values of a list of quoted strings.
pub(super) fn strings(list: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut chars = list.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\'' {
            continue;
        }
        let mut value = String::new();
        while let Some(c) = chars.next() {
            if c != '\'' {
                value.push(c);
            } else if chars.next_if_eq(&'\'').is_some() {
                value.push('\'');
            } else {
                break;
            }
        }
        values.push(value);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::model::{Column, SqlType};

    #[test]
    fn checks_and_auto_random_are_found() {
        let column = |name: &str, default| Column {
            name: name.into(),
            ty: SqlType::default(),
            nullable: true,
            default,
            generated: None,
        };
        let mut table = Table {
            columns: vec![
                column("id", DefaultValue::Absent),
                column("u`x", DefaultValue::Literal("uuid()".into())),
                column("v", DefaultValue::Literal("uuid()".into())),
                column("w", DefaultValue::Literal("uuid()".into())),
            ],
            ..Table::default()
        };
        add(
            &mut table,
            "CREATE TABLE `t` (\n  `id` bigint(20) NOT NULL /*T![auto_rand] AUTO_RANDOM(5) */,\n  `u``x` char(36) DEFAULT (uuid()),\n  `v` char(36) DEFAULT uuid(),\n  `w` char(36) DEFAULT 'uuid()',\n\
             CONSTRAINT `c1` CHECK ((`id` > 1)),\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `b` (`c`)\n) ENGINE=InnoDB",
        );
        assert_eq!(table.columns[0].default, DefaultValue::Numbered);
        for column in &table.columns[1..3] {
            assert_eq!(column.default, DefaultValue::Expression("uuid()".into()));
        }
        assert_eq!(table.columns[3].default, DefaultValue::Literal("uuid()".into()));
        assert_eq!(table.checks, [Check { name: "c1".into(), expression: "(`id` > 1)".into() }]);
    }

    #[test]
    fn enum_values_are_unquoted() {
        assert_eq!(strings("'a','b''x',''"), ["a", "b'x", ""]);
    }
}

//! Reads a TiDB schema from information_schema, and from SHOW CREATE TABLE what only that tells on every version.

use super::model::{
    Action, Column, DefaultValue, ForeignKey, Index, ObjectName, Part, Schema, SqlType, Table,
};
use super::show_create;
use super::tidb::quote;
use mysql::prelude::Queryable;
use mysql::{Conn, Result, Row};

pub(super) fn read(connection: &mut Conn, home: &str, databases: &[String]) -> Result<Schema> {
    let mut schema = Schema::default();
    for database in databases {
        let local = if database.eq_ignore_ascii_case(home) { "" } else { database };
        read_database(connection, database, local, home, &mut schema)?;
    }
    Ok(schema)
}

fn read_database(
    connection: &mut Conn,
    database: &str,
    local: &str,
    home: &str,
    schema: &mut Schema,
) -> Result<()> {
    let tables: Vec<(String, String)> = connection.exec(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = ?",
        (database,),
    )?;
    for (name, kind) in &tables {
        let object = ObjectName::new(local, name);
        match kind.as_str() {
            "VIEW" => drop(schema.views.insert(object, Vec::new())),
            "SEQUENCE" => {}
            _ => drop(schema.tables.insert(object, Table::default())),
        }
    }
    read_columns(connection, database, local, schema)?;
    read_indexes(connection, database, local, schema)?;
    read_foreign_keys(connection, database, local, home, schema)?;
    let partitions: Vec<(String, String)> = connection.exec(
        "SELECT table_name, partition_name FROM information_schema.partitions
          WHERE table_schema = ? AND partition_name IS NOT NULL",
        (database,),
    )?;
    for (table, partition) in partitions {
        if let Some(table) = schema.tables.get_mut(&ObjectName::new(local, &table)) {
            table.partitions.push(partition);
        }
    }
    for (name, kind) in &tables {
        let Some(table) = schema.tables.get_mut(&ObjectName::new(local, name)) else { continue };
        if kind == "BASE TABLE" {
            let show = format!("SHOW CREATE TABLE {}.{}", quote(database), quote(name));
            if let Some((_, text)) = connection.query_first::<(String, String), _>(show)? {
                show_create::add(table, &text);
            }
        }
    }
    Ok(())
}

/// A column as text; NULL as an empty text.
fn text(row: &Row, column: usize) -> String {
    row.get_opt::<Option<String>, _>(column).and_then(|value| value.ok().flatten()).unwrap_or_default()
}

fn optional(row: &Row, column: usize) -> Option<String> {
    row.get_opt::<Option<String>, _>(column).and_then(|value| value.ok().flatten())
}

fn read_columns(connection: &mut Conn, database: &str, local: &str, schema: &mut Schema) -> Result<()> {
    let rows: Vec<Row> = connection.exec(
        "SELECT table_name, column_name, column_type, is_nullable, CAST(column_default AS CHAR), extra, generation_expression
           FROM information_schema.columns WHERE table_schema = ? ORDER BY table_name, ordinal_position",
        (database,),
    )?;
    for row in rows {
        let object = ObjectName::new(local, &text(&row, 0));
        if let Some(view) = schema.views.get_mut(&object) {
            view.push(text(&row, 1));
        }
        let Some(table) = schema.tables.get_mut(&object) else { continue };
        let extra = text(&row, 5).to_lowercase();
        let generation = text(&row, 6);
        let default = match optional(&row, 4) {
            _ if extra.contains("auto_increment") => DefaultValue::Numbered,
            Some(value) if value.to_lowercase().starts_with("nextval(") => DefaultValue::Numbered,
            Some(value) if extra.contains("default_generated") => DefaultValue::Expression(value),
            Some(value) => DefaultValue::Literal(value),
            None => DefaultValue::Absent,
        };
        table.columns.push(Column {
            name: text(&row, 1),
            ty: column_type(&text(&row, 2)),
            nullable: text(&row, 3) == "YES",
            default,
            generated: (!generation.is_empty()).then_some(generation),
        });
    }
    Ok(())
}

/// `decimal(10,2) unsigned`, `enum('a','b''c')`. TiDB 7.5 shows display widths of integers: they mean nothing, except
/// in `tinyint(1)`.
fn column_type(text: &str) -> SqlType {
    let (head, rest) = text.split_once('(').unwrap_or((text, ""));
    let (inside, tail) = rest.rsplit_once(')').unwrap_or(("", rest));
    let mut words = head.split_whitespace();
    let name = words.next().unwrap_or_default().to_lowercase();
    let unsigned = words.chain(tail.split_whitespace()).any(|word| word == "unsigned");
    let mut ty = SqlType { name, unsigned, ..SqlType::default() };
    if ty.name == "enum" || ty.name == "set" {
        ty.labels = show_create::strings(inside);
    } else {
        ty.args = inside.split(',').filter_map(|arg| arg.trim().parse().ok()).collect();
    }
    if ty.name.ends_with("int") && !(ty.name == "tinyint" && ty.args == [1]) {
        ty.args.clear();
    }
    ty
}

fn read_indexes(connection: &mut Conn, database: &str, local: &str, schema: &mut Schema) -> Result<()> {
    let rows: Vec<Row> = connection.exec(
        "SELECT table_name, index_name, CAST(non_unique AS CHAR), column_name, CAST(sub_part AS CHAR), expression
           FROM information_schema.statistics WHERE table_schema = ? ORDER BY table_name, index_name, seq_in_index",
        (database,),
    )?;
    for row in rows {
        let Some(table) = schema.tables.get_mut(&ObjectName::new(local, &text(&row, 0))) else { continue };
        let (name, column) = (text(&row, 1), text(&row, 3));
        if name == "PRIMARY" {
            table.primary_key.get_or_insert_default().push(column);
            continue;
        }
        let part = match optional(&row, 5) {
            Some(expression) => Part::Expression(expression),
            None => Part::Column { name: column, prefix: text(&row, 4).parse().ok() },
        };
        let list = if text(&row, 2) == "0" { &mut table.uniques } else { &mut table.indexes };
        match list.last_mut().filter(|index| index.name == name) {
            Some(index) => index.parts.push(part),
            None => {
                list.push(Index {
                    name,
                    parts: vec![part],
                    predicate: None,
                    nulls_are_equal: false,
                    method: String::new(),
                });
            }
        }
    }
    Ok(())
}

fn read_foreign_keys(
    connection: &mut Conn,
    database: &str,
    local: &str,
    home: &str,
    schema: &mut Schema,
) -> Result<()> {
    let rows: Vec<Row> = connection.exec(
        "SELECT table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name,
                referenced_column_name
           FROM information_schema.key_column_usage
          WHERE constraint_schema = ? AND referenced_table_name IS NOT NULL
          ORDER BY table_name, constraint_name, ordinal_position",
        (database,),
    )?;
    let rules: Vec<(String, String, String, String)> = connection.exec(
        "SELECT table_name, constraint_name, delete_rule, update_rule
           FROM information_schema.referential_constraints WHERE constraint_schema = ?",
        (database,),
    )?;
    for row in rows {
        let (table_name, name) = (text(&row, 0), text(&row, 1));
        let Some(table) = schema.tables.get_mut(&ObjectName::new(local, &table_name)) else { continue };
        let known = table.foreign_keys.last_mut().filter(|key| key.name == name);
        if let Some(key) = known {
            key.columns.push(text(&row, 2));
            key.references.push(text(&row, 5));
            continue;
        }
        let rule = rules.iter().find(|rule| rule.0 == table_name && rule.1 == name);
        let referenced = text(&row, 3);
        let referenced = if referenced.eq_ignore_ascii_case(home) { "" } else { &referenced };
        table.foreign_keys.push(ForeignKey {
            name,
            columns: vec![text(&row, 2)],
            table: ObjectName::new(referenced, &text(&row, 4)),
            references: vec![text(&row, 5)],
            on_delete: rule.map_or(Action::Refuse, |rule| action(&rule.2)),
            on_update: rule.map_or(Action::Refuse, |rule| action(&rule.3)),
        });
    }
    Ok(())
}

fn action(rule: &str) -> Action {
    match rule.to_uppercase().as_str() {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::Refuse,
    }
}

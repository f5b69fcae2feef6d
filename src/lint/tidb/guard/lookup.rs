//! Look-ups in information_schema: whether something is there.

use crate::lint::tidb::stmt::Name;

/// What can be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    Table,
    View,
    Sequence,
    Column,
    /// Any index, unique keys included.
    Index,
    ForeignKey,
    Check,
    Partition,
}

/// A text as a literal of TiDB's.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

pub fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

pub fn full(name: &Name) -> String {
    match &name.db {
        Some(db) => format!("{}.{}", quoted(db), quoted(&name.name)),
        None => quoted(&name.name),
    }
}

/// The query that counts how many of `names` are there. TiDB lists CHECKs in a view of their own, not among the table constraints.
pub fn count(object: Object, table: &Name, names: &[String]) -> String {
    let schema = table.db.as_ref().map_or_else(|| "DATABASE()".to_owned(), |db| literal(db));
    let list = names.iter().map(|name| literal(&name.to_lowercase())).collect::<Vec<_>>().join(", ");
    let on = literal(&table.name.to_lowercase());
    let (view, schema_column, more, name) = match object {
        Object::Table => ("tables", "table_schema", String::new(), "table_name"),
        Object::View => ("views", "table_schema", String::new(), "table_name"),
        Object::Sequence => ("sequences", "sequence_schema", String::new(), "sequence_name"),
        Object::Column => {
            ("columns", "table_schema", format!(" AND LOWER(table_name) = {on}"), "column_name")
        }
        Object::Index => {
            ("statistics", "table_schema", format!(" AND LOWER(table_name) = {on}"), "index_name")
        }
        Object::ForeignKey => (
            "referential_constraints",
            "constraint_schema",
            format!(" AND LOWER(table_name) = {on}"),
            "constraint_name",
        ),
        Object::Check => ("check_constraints", "constraint_schema", String::new(), "constraint_name"),
        Object::Partition => {
            ("partitions", "table_schema", format!(" AND LOWER(table_name) = {on}"), "partition_name")
        }
    };
    let what = match object {
        Object::Index => "COUNT(DISTINCT index_name)",
        _ => "COUNT(*)",
    };
    format!(
        "SELECT {what} FROM information_schema.{view} WHERE LOWER({schema_column}) = LOWER({schema}){more} AND LOWER({name}) IN ({list})"
    )
}

/// Runs `statement` only where the condition holds.
pub fn only_if(condition: &str, statement: &str) -> String {
    format!(
        "SET @pg2tidb_guard = IF({condition}, {}, 'DO 0');\nPREPARE pg2tidb_guard FROM @pg2tidb_guard;\nEXECUTE pg2tidb_guard;\n\
         DEALLOCATE PREPARE pg2tidb_guard",
        literal(statement)
    )
}

/// The condition that none of these is there.
pub fn absent(object: Object, table: &Name, names: &[String]) -> String {
    format!("({}) = 0", count(object, table, names))
}

/// The condition that one of these is there.
pub fn present(object: Object, table: &Name, names: &[String]) -> String {
    format!("({}) > 0", count(object, table, names))
}

/// Runs `statement` only if none of these is there.
pub fn unless(object: Object, table: &Name, names: &[String], statement: &str) -> String {
    only_if(&absent(object, table, names), statement)
}

/// Runs `statement` only if one of these is there.
pub fn when(object: Object, table: &Name, names: &[String], statement: &str) -> String {
    only_if(&present(object, table, names), statement)
}

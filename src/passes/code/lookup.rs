//! Whether an object is there, by what the migrations before declare.

use super::object::{Kind, Subject};
use crate::catalog::{Catalog, Column, Table, UserType};
use sqlparser::ast::{DataType, TimezoneInfo};

/// What the catalog says of an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    Yes,
    /// What it would be part of is known, and it is not there.
    No,
    /// No file of the run declares it, nor what it is part of.
    Absent,
    Unknown(String),
}

fn there(found: bool) -> Found {
    if found { Found::Yes } else { Found::Absent }
}

pub fn find(catalog: &Catalog, subject: &Subject) -> Found {
    let schema = subject.schema.as_deref();
    let name = subject.name.as_str();
    match subject.kind {
        Kind::Table => there(catalog.table_in(schema, name).is_some()),
        Kind::View => there(catalog.has_view(schema, name)),
        Kind::Sequence => there(catalog.has_sequence(schema, name)),
        Kind::Index => match subject.table.as_deref() {
            Some(table) => of_table(catalog, schema, table, |table| has_index(table, name)),
            None => there(indexed(catalog, schema, name)),
        },
        Kind::Relation => there(
            catalog.table_in(schema, name).is_some()
                || catalog.has_view(schema, name)
                || catalog.has_sequence(schema, name)
                || indexed(catalog, schema, name),
        ),
        Kind::Type => {
            there(catalog.type_named(schema, name).is_some() || catalog.table_in(schema, name).is_some())
        }
        Kind::Label => match catalog.type_named(schema, subject.table.as_deref().unwrap_or_default()) {
            Some(UserType::Enum(labels)) if labels.iter().any(|label| label == name) => Found::Yes,
            Some(UserType::Enum(_)) => Found::No,
            Some(_) => Found::Unknown("the condition asks for a value of a type that is no enum".into()),
            None => Found::Unknown(format!("no file of this run creates the type of {subject}")),
        },
        Kind::Column => {
            let table = subject.table.as_deref().unwrap_or_default();
            let Some(table) = catalog.table_in(schema, table) else {
                return Found::Unknown(format!("no file of this run creates the table {table}"));
            };
            if table.columns.is_empty() {
                return Found::Unknown(format!("the columns of {} are not known", table.tidb_name));
            }
            match table.column(name) {
                None => Found::No,
                Some(column) => column_is(column, subject),
            }
        }
        Kind::Constraint => match subject.table.as_deref() {
            Some(table) => of_table(catalog, schema, table, |table| table.constraint(name).is_some()),
            None => there(catalog.tables().any(|table| table.constraint(name).is_some())),
        },
        Kind::PrimaryKey => of_table(catalog, schema, name, |table| table.primary_key().is_some()),
        Kind::Trigger => {
            let has = |table: &Table| table.triggers.iter().any(|t| t.name.eq_ignore_ascii_case(name));
            match subject.table.as_deref() {
                Some(table) => of_table(catalog, schema, table, has),
                None => there(catalog.tables().any(has)),
            }
        }
        Kind::Schema if name.eq_ignore_ascii_case("public") => Found::Yes,
        Kind::Schema if catalog.tables().any(|table| table.name.schema.eq_ignore_ascii_case(name)) => {
            Found::Yes
        }
        Kind::Schema | Kind::Function | Kind::Extension | Kind::Role | Kind::Policy | Kind::Publication => {
            Found::Unknown(format!("whether {subject} is there is not known before it runs"))
        }
    }
}

fn of_table(catalog: &Catalog, schema: Option<&str>, name: &str, has: impl Fn(&Table) -> bool) -> Found {
    match catalog.table_in(schema, name) {
        None => Found::Unknown(format!("no file of this run creates the table {name}")),
        Some(table) if has(table) => Found::Yes,
        Some(table) if table.columns.is_empty() => {
            Found::Unknown(format!("what {} has is not known", table.tidb_name))
        }
        Some(_) => Found::No,
    }
}

fn has_index(table: &Table, name: &str) -> bool {
    table.indexes.iter().any(|index| index.name.eq_ignore_ascii_case(name))
}

fn indexed(catalog: &Catalog, schema: Option<&str>, name: &str) -> bool {
    catalog.tables().any(|table| schema.is_none_or(|s| table.name.schema == s) && has_index(table, name))
}

/// Whether the column is as the condition wants it.
fn column_is(column: &Column, subject: &Subject) -> Found {
    for (what, value) in &subject.also {
        let holds = match what.as_str() {
            "is_nullable" => Some(column.not_null() == value.eq_ignore_ascii_case("no")),
            _ => type_name(&column.pg).map(|name| name.eq_ignore_ascii_case(value)),
        };
        match holds {
            Some(true) => {}
            Some(false) => return Found::No,
            None => {
                return Found::Unknown(format!("whether it is so of {subject} is not known before it runs"));
            }
        }
    }
    Found::Yes
}

/// What information_schema calls a type.
fn type_name(data_type: &DataType) -> Option<&'static str> {
    Some(match data_type {
        DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => "integer",
        DataType::BigInt(_) | DataType::Int8(_) => "bigint",
        DataType::SmallInt(_) | DataType::Int2(_) => "smallint",
        DataType::Text => "text",
        DataType::Varchar(_) | DataType::CharacterVarying(_) | DataType::CharVarying(_) => {
            "character varying"
        }
        DataType::Char(_) | DataType::Character(_) => "character",
        DataType::Bool | DataType::Boolean => "boolean",
        DataType::Uuid => "uuid",
        DataType::JSON => "json",
        DataType::JSONB => "jsonb",
        DataType::Date => "date",
        DataType::Bytea => "bytea",
        DataType::Numeric(_) | DataType::Decimal(_) | DataType::Dec(_) => "numeric",
        DataType::Real | DataType::Float4 => "real",
        DataType::DoublePrecision | DataType::Float8 => "double precision",
        DataType::Array(_) => "ARRAY",
        DataType::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            "timestamp without time zone"
        }
        DataType::Timestamp(_, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone) => "timestamp with time zone",
        _ => return None,
    })
}

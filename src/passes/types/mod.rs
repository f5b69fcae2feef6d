//! Data types: for each a rule that says what it becomes, in one ordered list.

pub mod alias;
mod array;
mod bit;
mod bytea;
mod citext;
mod declaration;
pub mod domain;
pub mod domain_change;
mod enum_change;
mod enum_type;
mod extension;
mod float;
mod geometric;
mod hstore;
mod interval;
mod json;
mod long_varchar;
mod money;
mod network;
mod numeric;
mod range;
mod system;
mod text;
mod text_search;
mod timestamp;
mod timestamptz;
mod timetz;
mod unknown;
mod uuid;
mod vector;
mod xml;

pub use citext::{COLLATION as CITEXT_COLLATION, is as is_citext};
pub use declaration::{COMPOSITE_TYPE, drop_domains};
pub use long_varchar::MAX_VARCHAR;

use super::tables::serial_column;
use super::{Cx, Verdict, Work};
use crate::diagnostic::Rule;
use crate::text::Span;
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, CharacterLength, ColumnDef, DataType, Ident, ObjectName,
    Statement,
};

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &uuid::UUID_TYPE,
    &text::TEXT_TYPE,
    &long_varchar::LONG_VARCHAR,
    &numeric::NUMERIC_TYPE,
    &float::FLOAT_TYPE,
    &timestamp::TIMESTAMP_TYPE,
    &timestamptz::TIMESTAMPTZ_TYPE,
    &timetz::TIMETZ_TYPE,
    &interval::INTERVAL_TYPE,
    &money::MONEY_TYPE,
    &xml::XML_TYPE,
    &network::NETWORK_TYPE,
    &hstore::HSTORE_TYPE,
    &citext::CITEXT_TYPE,
    &array::ARRAY_TYPE,
    &json::JSON_TYPE,
    &bytea::BYTEA_TYPE,
    &bit::BIT_TYPE,
    &geometric::GEOMETRIC_TYPE,
    &range::RANGE_TYPE,
    &text_search::TEXT_SEARCH_TYPE,
    &vector::VECTOR_TYPE,
    &system::SYSTEM_TYPE,
    &extension::EXTENSION_TYPE,
    &unknown::UNKNOWN_TYPE,
    &enum_type::ENUM_TYPE,
    &domain::DOMAIN_TYPE,
    &declaration::COMPOSITE_TYPE,
    &enum_change::ENUM_CHANGE,
    &domain_change::ALTER_DOMAIN,
];

/// A rule's conversion: `None` when the type is not its business.
type Convert = fn(&mut TypeCx<'_, '_>, &DataType) -> Option<DataType>;

/// The first that answers decides; the last refuses what nobody knows.
static CONVERSIONS: &[Convert] = &[
    enum_type::convert,
    uuid::convert,
    text::convert,
    long_varchar::convert,
    numeric::convert,
    float::convert,
    timestamp::convert,
    timestamptz::convert,
    timetz::convert,
    interval::convert,
    money::convert,
    xml::convert,
    network::convert,
    hstore::convert,
    citext::convert,
    array::convert,
    json::convert,
    bytea::convert,
    bit::convert,
    geometric::convert,
    range::convert,
    text_search::convert,
    vector::convert,
    system::convert,
    extension::convert,
    unknown::convert,
];

/// The column whose type is converted.
pub struct TypeCx<'c, 'a> {
    pub cx: &'c mut Cx<'a>,
    pub column: Ident,
    /// Set when nothing stands for the type.
    pub refused: bool,
}

impl TypeCx<'_, '_> {
    /// Where the type stands in the source.
    pub fn span(&self) -> Span {
        self.cx.column_type(&self.column)
    }
}

/// Gives every column its TiDB type.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut refused = false;
    for site in work.types() {
        if serial_column::width(site.data_type).is_some() {
            continue;
        }
        let mut type_cx = TypeCx { cx, column: site.column, refused: false };
        let canonical = match &*site.data_type {
            DataType::Custom(name, _) if type_cx.cx.catalog.user_type(name).is_some() => None,
            data_type => alias::canonical(data_type),
        };
        let data_type = canonical.as_ref().unwrap_or(site.data_type);
        let converted = CONVERSIONS.iter().find_map(|convert| convert(&mut type_cx, data_type));
        refused |= type_cx.refused;
        if let Some(converted) = converted.or(canonical) {
            *site.data_type = converted;
        }
    }
    if refused {
        work.verdict = Verdict::Refuse;
    }
}

/// Statements about the types themselves, before anything else looks at the statement.
pub fn declarations(cx: &mut Cx<'_>, work: &mut Work) {
    declaration::pass(cx, work);
    enum_change::pass(cx, work);
}

/// Whether a column of this TiDB type stands for a text of any length: one of the TEXT types, or the longest VARCHAR,
/// which a text becomes that has a default.
pub fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Text | DataType::MediumText | DataType::LongText => true,
        DataType::Varchar(Some(CharacterLength::IntegerLength { length, .. })) => *length == MAX_VARCHAR,
        _ => false,
    }
}

/// A column's definition as the author wrote it.
pub fn source_column<'a>(cx: &Cx<'a>, name: &Ident) -> Option<&'a ColumnDef> {
    let tree = cx.parsed.tree.as_deref().ok()?;
    match tree {
        Statement::CreateTable(create) => create.columns.iter().find(|column| column.name == *name),
        Statement::AlterTable(alter) => alter.operations.iter().find_map(|operation| match operation {
            AlterTableOperation::AddColumn { column_def, .. } if column_def.name == *name => Some(column_def),
            _ => None,
        }),
        _ => None,
    }
}

/// The type that ALTER COLUMN … TYPE of this statement gives a column.
fn retyped<'a>(cx: &Cx<'a>, column: &Ident) -> Option<&'a DataType> {
    let Ok(Statement::AlterTable(alter)) = cx.parsed.tree.as_deref() else { return None };
    alter.operations.iter().find_map(|operation| match operation {
        AlterTableOperation::AlterColumn {
            column_name,
            op: AlterColumnOperation::SetDataType { data_type, .. },
        } if column_name.value.eq_ignore_ascii_case(&column.value) => Some(data_type),
        _ => None,
    })
}

/// The PostgreSQL type of a column of this statement or of an earlier one: a domain's base type, an alias by its name.
pub fn postgres_type(cx: &Cx<'_>, table: &ObjectName, column: &Ident) -> Option<DataType> {
    let declared = match source_column(cx, column) {
        Some(column) => &column.data_type,
        None => match retyped(cx, column) {
            Some(data_type) => data_type,
            None => &cx.catalog.table(table)?.column(&column.value)?.pg,
        },
    };
    let base = cx.catalog.base_type(declared);
    Some(alias::canonical(base).unwrap_or_else(|| base.clone()))
}

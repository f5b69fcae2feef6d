//! One model of a schema for both databases. Names are kept as written and matched case-insensitively.

use std::collections::BTreeMap;

/// Where a table or view lives: `schema` is empty for PostgreSQL's `public` and for the database a translation runs in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    pub schema: String,
    pub name: String,
}

impl ObjectName {
    /// Lower case, as names are matched.
    pub fn new(schema: &str, name: &str) -> Self {
        ObjectName { schema: schema.to_lowercase(), name: name.to_lowercase() }
    }
}

impl std::fmt::Display for ObjectName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.schema.is_empty() {
            write!(f, "{}.", self.schema)?;
        }
        f.write_str(&self.name)
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    pub tables: BTreeMap<ObjectName, Table>,
    /// Views (and PostgreSQL's materialised ones) with their column names.
    pub views: BTreeMap<ObjectName, Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub primary_key: Option<Vec<String>>,
    /// Unique constraints and unique indexes: TiDB knows one thing only.
    pub uniques: Vec<Index>,
    pub indexes: Vec<Index>,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<Check>,
    /// On PostgreSQL a partition is a table of its own: the table it is a part of.
    pub partition_of: Option<ObjectName>,
    /// On TiDB a partition belongs to its table: the names of its partitions.
    pub partitions: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub ty: SqlType,
    pub nullable: bool,
    pub default: DefaultValue,
    /// The expression of a generated column.
    pub generated: Option<String>,
}

/// A column's default as its database reports it.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultValue {
    Absent,
    /// The next number: serial and identity columns; AUTO_INCREMENT, AUTO_RANDOM and sequences.
    Numbered,
    /// A plain value, without quotes.
    Literal(String),
    /// SQL text.
    Expression(String),
}

/// A type of either database: PostgreSQL's internal names (`int4`, `bpchar`), TiDB's from COLUMN_TYPE (`int`, `char`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SqlType {
    pub name: String,
    /// Length, precision and scale.
    pub args: Vec<i64>,
    /// The values of an enum.
    pub labels: Vec<String>,
    pub array: bool,
    pub unsigned: bool,
    pub kind: Kind,
}

/// What sort of type a PostgreSQL type is, domains being resolved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Base,
    Enum,
    Composite,
    Range,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    pub name: String,
    pub parts: Vec<Part>,
    /// The condition of a partial index.
    pub predicate: Option<String>,
    /// NULLS NOT DISTINCT.
    pub nulls_are_equal: bool,
    /// `btree`, `gin`, …; empty on TiDB.
    pub method: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Column { name: String, prefix: Option<i64> },
    Expression(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKey {
    pub name: String,
    pub columns: Vec<String>,
    pub table: ObjectName,
    pub references: Vec<String>,
    pub on_delete: Action,
    pub on_update: Action,
}

/// RESTRICT and NO ACTION differ on PostgreSQL only for deferred constraints, on TiDB not at all: one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Refuse,
    Cascade,
    SetNull,
    SetDefault,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    pub name: String,
    pub expression: String,
}

impl std::fmt::Display for SqlType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        if !self.args.is_empty() {
            let args: Vec<String> = self.args.iter().map(i64::to_string).collect();
            write!(f, "({})", args.join(","))?;
        }
        if self.unsigned {
            f.write_str(" unsigned")?;
        }
        if self.array {
            f.write_str("[]")?;
        }
        Ok(())
    }
}

//! Objects of a schema that code asks for, and the system tables that hold them.

use std::fmt;

/// An object of the schema. Names are as PostgreSQL keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    pub kind: Kind,
    pub schema: Option<String>,
    /// The table that it is part of.
    pub table: Option<String>,
    pub name: String,
    /// What else must be so: the type of a column, say.
    pub also: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Table,
    Relation,
    View,
    Index,
    Sequence,
    Column,
    Type,
    Label,
    Constraint,
    PrimaryKey,
    Trigger,
    Schema,
    Function,
    Extension,
    Role,
    Policy,
    Publication,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Table => "the table",
            Kind::Relation => "the relation",
            Kind::View => "the view",
            Kind::Index => "the index",
            Kind::Sequence => "the sequence",
            Kind::Column => "the column",
            Kind::Type => "the type",
            Kind::Label => "the value",
            Kind::Constraint => "the constraint",
            Kind::PrimaryKey => "the primary key",
            Kind::Trigger => "the trigger",
            Kind::Schema => "the schema",
            Kind::Function => "the function",
            Kind::Extension => "the extension",
            Kind::Role => "the role",
            Kind::Policy => "the policy",
            Kind::Publication => "the publication",
        };
        match (&self.table, self.kind) {
            (Some(table), Kind::PrimaryKey) => write!(f, "{kind} of {table}"),
            (Some(table), Kind::Column) => write!(f, "{kind} {table}.{}", self.name),
            (Some(table), _) => write!(f, "{kind} {} of {table}", self.name),
            (None, _) => write!(f, "{kind} {}", self.name),
        }?;
        for (what, value) in &self.also {
            write!(f, " with {what} {value}")?;
        }
        Ok(())
    }
}

/// The system tables by what they hold. Where several are joined, the first of this list is what is asked for.
pub const KINDS: &[(&str, Kind)] = &[
    ("pg_enum", Kind::Label),
    ("pg_trigger", Kind::Trigger),
    ("triggers", Kind::Trigger),
    ("pg_constraint", Kind::Constraint),
    ("table_constraints", Kind::Constraint),
    ("constraint_column_usage", Kind::Constraint),
    ("constraint_table_usage", Kind::Constraint),
    ("key_column_usage", Kind::Constraint),
    ("referential_constraints", Kind::Constraint),
    ("check_constraints", Kind::Constraint),
    ("columns", Kind::Column),
    ("pg_attribute", Kind::Column),
    ("pg_policies", Kind::Policy),
    ("pg_policy", Kind::Policy),
    ("pg_publication_tables", Kind::Publication),
    ("pg_publication", Kind::Publication),
    ("pg_proc", Kind::Function),
    ("routines", Kind::Function),
    ("pg_extension", Kind::Extension),
    ("pg_available_extensions", Kind::Extension),
    ("pg_indexes", Kind::Index),
    ("pg_type", Kind::Type),
    ("pg_tables", Kind::Table),
    ("tables", Kind::Table),
    ("views", Kind::View),
    ("pg_views", Kind::View),
    ("pg_matviews", Kind::View),
    ("pg_sequences", Kind::Sequence),
    ("sequences", Kind::Sequence),
    ("pg_class", Kind::Relation),
    ("pg_roles", Kind::Role),
    ("pg_user", Kind::Role),
    ("pg_authid", Kind::Role),
    ("pg_namespace", Kind::Schema),
    ("schemata", Kind::Schema),
];

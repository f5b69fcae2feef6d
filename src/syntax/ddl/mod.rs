//! Statements of PostgreSQL's DDL that sqlparser has no tree for, as typed forms of their own.

mod read;

use crate::text::Span;
use sqlparser::ast::{Expr, Ident, ObjectName};

pub use read::read;

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Spelled for TiDB.
    pub name: ObjectName,
    /// Bytes in the statement.
    pub span: Span,
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// `ALTER TABLE table ATTACH PARTITION partition …`
    Attach {
        table: Named,
        partition: Named,
        bound: Bound,
    },
    /// `ALTER TABLE table DETACH PARTITION partition`
    Detach {
        table: Named,
        partition: Named,
    },
    /// `CREATE TABLE partition PARTITION OF table …`
    PartitionOf(Box<PartitionOf>),
    /// `ALTER INDEX index ATTACH PARTITION partition`
    AttachIndex {
        index: Named,
        partition: Named,
    },
    /// `ALTER TABLE table [NO] INHERIT parent`
    Inherit {
        table: Named,
        parent: Named,
        joins: bool,
    },
    /// `ALTER TABLE table ALTER column DROP EXPRESSION`
    DropExpression {
        table: Named,
        column: Ident,
        span: Span,
    },
    /// `ALTER TABLE table OF type`, `… NOT OF`
    OfType {
        table: Named,
    },
    /// `CREATE TABLE table OF type …`
    TypedTable {
        table: Named,
        of: Named,
    },
    /// `ALTER … SET SCHEMA`
    SetSchema {
        kind: String,
        object: Named,
        schema: Ident,
    },
    /// `ALTER VIEW … RENAME TO …`
    RenameView {
        view: Named,
        new: Ident,
    },
    AlterDomain {
        domain: Named,
        change: DomainChange,
        span: Span,
    },
    /// Attributes of a composite type, functions of a base type.
    AlterType {
        name: Named,
    },
    Analyze {
        tables: Vec<Named>,
    },
    DropDomains {
        domains: Vec<Named>,
        cascade: bool,
    },
    /// `CREATE SCHEMA … CREATE TABLE …`
    SchemaElements {
        span: Span,
    },
    /// Where PostgreSQL keeps its files, and what an extension takes along.
    NoEffect {
        span: Span,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionOf {
    pub table: Named,
    pub parent: Named,
    pub if_not_exists: bool,
    /// Columns' defaults and constraints of the partition alone.
    pub elements: Option<Span>,
    pub bound: Bound,
    /// It has partitions of its own.
    pub by: Option<Span>,
}

/// Which rows a partition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub kind: BoundKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum BoundKind {
    Default,
    Range { from: Vec<Datum>, to: Vec<Datum> },
    List(Vec<Datum>),
    Hash { modulus: u64, remainder: u64 },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    MinValue,
    MaxValue,
    Value(Box<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum DomainChange {
    SetNotNull,
    DropNotNull,
    SetDefault(Box<Expr>),
    DropDefault,
    AddCheck { name: Option<Ident>, check: Box<Expr>, not_valid: bool },
    DropConstraint { name: Ident, if_exists: bool },
    RenameConstraint { from: Ident, to: Ident },
    Validate,
    Rename(Ident),
}

//! A row of the function tables: what a function takes, what it gives, and how it is written on TiDB.

use super::super::types::Ty;
use super::super::walk::Walk;
use super::Untranslatable;
use sqlparser::ast::Expr;

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arg {
    Text,
    Int,
    /// bigint, integer or numeric: their arithmetic is exact on both.
    Exact,
    /// numeric alone.
    Numeric,
    Number,
    Bool,
    Json,
    Array,
    Bytea,
    /// A date, or a date with a time.
    Moment,
    /// A time of day.
    Clock,
    /// A literal that is no negative number.
    Count,
    /// A literal that is a positive number.
    Positive,
    /// A string literal.
    Word,
    /// A string literal that is not empty.
    Words,
    Any,
    /// Anything that PostgreSQL prints as TiDB does, or that can be made so.
    Printable,
    /// As many of the one before as there are.
    Rest,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    Bool,
    Int,
    Big,
    Decimal,
    Numeric,
    Float,
    Text,
    Bytea,
    Date,
    Clock,
    Timestamp,
    Timestamptz,
    Json,
    Texts,
    Uuid,
    /// What its arguments have in common.
    Args,
    /// What the first argument is.
    First,
}

/// A call with its arguments translated.
#[derive(Debug)]
pub struct Call {
    pub name: String,
    pub args: Vec<Expr>,
    pub types: Vec<Ty>,
    /// The call as it stands in the source.
    pub at: Expr,
    /// The type, where only the rewrite knows it.
    pub ty: Option<Ty>,
}

/// Makes the translation of a call that is more than a template.
pub type Make = fn(&mut Walk<'_, '_>, &mut Call) -> Result<Expr, Untranslatable>;

/// A function that is translated.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub args: &'static [Arg],
    pub gives: Gives,
    /// TiDB's expression with `$1`, `$2` … for the arguments; `=` is the same call. Where `make` makes it,
    /// this only says what it looks like.
    pub sql: &'static str,
    pub make: Option<Make>,
    /// What may differ, for a row that is not exact.
    pub differs: Option<&'static str>,
}

/// Rows, one a line: `"name" (Arg, Arg) Gives: "sql" by function, differs "why";`.
macro_rules! rows {
    ($($name:literal ($($arg:ident),*) $gives:ident: $sql:literal $(by $make:path)? $(, differs $differs:literal)?;)+) => {
        &[$($crate::passes::expressions::functions::row::Row {
            name: $name,
            args: &[$($crate::passes::expressions::functions::row::Arg::$arg),*],
            gives: $crate::passes::expressions::functions::row::Gives::$gives,
            sql: $sql,
            make: rows!(@option $($make)?),
            differs: rows!(@option $($differs)?),
        },)+]
    };
    (@option) => { None };
    (@option $value:expr) => { Some($value) };
}
pub(crate) use rows;

impl Gives {
    /// The type, where the arguments do not decide it.
    pub fn ty(self) -> Option<Ty> {
        Some(match self {
            Gives::Bool => Ty::Bool,
            Gives::Int => Ty::Int,
            Gives::Big => Ty::Big,
            Gives::Decimal => Ty::Decimal,
            Gives::Numeric => Ty::Numeric,
            Gives::Float => Ty::Float,
            Gives::Text => Ty::Text,
            Gives::Bytea => Ty::Bytea,
            Gives::Date => Ty::Date,
            Gives::Clock => Ty::Time,
            Gives::Timestamp => Ty::Timestamp,
            Gives::Timestamptz => Ty::Timestamptz,
            Gives::Json => Ty::Json,
            Gives::Texts => Ty::Array(Box::new(Ty::Text)),
            Gives::Uuid => Ty::Uuid,
            Gives::Args | Gives::First => return None,
        })
    }
}

impl Arg {
    /// PostgreSQL's word for it, for the documentation.
    pub fn shown(self) -> &'static str {
        match self {
            Arg::Text => "text",
            Arg::Int => "integer",
            Arg::Exact => "integer or numeric",
            Arg::Numeric => "numeric",
            Arg::Number => "number",
            Arg::Bool => "boolean",
            Arg::Json => "jsonb",
            Arg::Array => "array",
            Arg::Bytea => "bytea",
            Arg::Moment => "date or timestamp",
            Arg::Clock => "time",
            Arg::Count => "number ≥ 0, a literal",
            Arg::Positive => "number ≥ 1, a literal",
            Arg::Word | Arg::Words => "text, a literal",
            Arg::Any => "any",
            Arg::Printable => "any that prints",
            Arg::Rest => "…",
        }
    }
}

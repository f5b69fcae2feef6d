//! The kinds of values that PostgreSQL's types hold: what operators and functions are chosen by.

use crate::catalog::{Catalog, UserType};
use sqlparser::ast::{ArrayElemTypeDef, DataType, ExactNumberInfo, ObjectName};

/// The kind of an expression's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ty {
    /// A string literal that takes its type from what stands beside it, or NULL.
    Unknown,
    Bool,
    /// smallint and integer.
    Int,
    /// bigint.
    Big,
    /// numeric with a declared scale, or calculated so that both print it alike.
    Decimal,
    /// numeric of any scale.
    Numeric,
    Float,
    Text,
    Bytea,
    Date,
    Time,
    /// Without time zone.
    Timestamp,
    Timestamptz,
    /// A span of time; TiDB has it only as what is added to a time.
    Interval,
    Json,
    Array(Box<Ty>),
    Uuid,
    Enum,
    Bit,
    /// Anything else, by its name.
    Other(String),
}

impl Ty {
    /// The kind of values of a type as PostgreSQL names it.
    pub fn of(data_type: &DataType, catalog: &Catalog) -> Ty {
        use DataType as D;
        match data_type {
            D::Bool | D::Boolean => Ty::Bool,
            D::SmallInt(_) | D::Int2(_) | D::Int(_) | D::Int4(_) | D::Integer(_) => Ty::Int,
            D::BigInt(_) | D::Int8(_) => Ty::Big,
            D::Numeric(ExactNumberInfo::None)
            | D::Decimal(ExactNumberInfo::None)
            | D::Dec(ExactNumberInfo::None) => Ty::Numeric,
            D::Numeric(_) | D::Decimal(_) | D::Dec(_) => Ty::Decimal,
            D::Real | D::Float4 | D::Float8 | D::DoublePrecision | D::Double(_) | D::Float(_) => Ty::Float,
            D::Text
            | D::Varchar(_)
            | D::CharacterVarying(_)
            | D::CharVarying(_)
            | D::Char(_)
            | D::Character(_) => Ty::Text,
            D::Bytea => Ty::Bytea,
            D::Date => Ty::Date,
            D::Time(
                _,
                sqlparser::ast::TimezoneInfo::None | sqlparser::ast::TimezoneInfo::WithoutTimeZone,
            ) => Ty::Time,
            D::Timestamp(_, zone) => match zone {
                sqlparser::ast::TimezoneInfo::None | sqlparser::ast::TimezoneInfo::WithoutTimeZone => {
                    Ty::Timestamp
                }
                _ => Ty::Timestamptz,
            },
            D::Interval { .. } => Ty::Interval,
            D::JSON | D::JSONB => Ty::Json,
            D::Uuid => Ty::Uuid,
            D::Bit(_) | D::BitVarying(_) | D::VarBit(_) => Ty::Bit,
            D::Array(ArrayElemTypeDef::SquareBracket(inner, _) | ArrayElemTypeDef::Qualified(inner, _)) => {
                match Ty::of(inner, catalog) {
                    // `text[][]` holds nested arrays, but every one is an array of the element.
                    array @ Ty::Array(_) => array,
                    element => Ty::Array(Box::new(element)),
                }
            }
            D::Custom(name, _) => Ty::named(name, catalog),
            other => Ty::Other(other.to_string().to_lowercase()),
        }
    }

    fn named(name: &ObjectName, catalog: &Catalog) -> Ty {
        match catalog.user_type(name) {
            Some(UserType::Enum(_)) => return Ty::Enum,
            Some(UserType::Domain(domain)) => return Ty::of(&domain.base, catalog),
            _ => {}
        }
        let last = crate::syntax::names::last(name);
        if last.is_some_and(|ident| ident.quote_style.is_some() && ident.value == "char") {
            // One byte, with escapes of its own.
            return Ty::Other("\"char\"".to_string());
        }
        let last = last.map(|ident| ident.value.to_lowercase());
        match last.unwrap_or_default().as_str() {
            "serial" | "smallserial" | "serial2" | "serial4" | "int2" | "int4" => Ty::Int,
            "bigserial" | "serial8" | "int8" | "oid" => Ty::Big,
            "timestamptz" => Ty::Timestamptz,
            "bpchar" | "nchar" | "name" | "char" | "citext" | "varchar" | "text" | "cstring" => Ty::Text,
            "bool" => Ty::Bool,
            "float4" | "float8" => Ty::Float,
            "json" | "jsonb" => Ty::Json,
            "uuid" => Ty::Uuid,
            "bytea" => Ty::Bytea,
            "numeric" => Ty::Numeric,
            "_text" | "_varchar" => Ty::Array(Box::new(Ty::Text)),
            "_int4" | "_int2" => Ty::Array(Box::new(Ty::Int)),
            "_int8" => Ty::Array(Box::new(Ty::Big)),
            other => Ty::Other(other.to_string()),
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Ty::Int | Ty::Big | Ty::Decimal | Ty::Numeric | Ty::Float)
    }

    pub fn is_int(&self) -> bool {
        matches!(self, Ty::Int | Ty::Big)
    }

    /// numeric, of whatever scale.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Ty::Decimal | Ty::Numeric)
    }

    /// Whether values are dates or times of day, with or without a zone.
    pub fn is_time(&self) -> bool {
        matches!(self, Ty::Date | Ty::Timestamp | Ty::Timestamptz)
    }

    /// The type of a calculation with both.
    pub fn widest(&self, other: &Ty) -> Ty {
        match (self, other) {
            (Ty::Unknown, ty) | (ty, Ty::Unknown) => ty.clone(),
            (Ty::Float, _) | (_, Ty::Float) => Ty::Float,
            (Ty::Numeric, _) | (_, Ty::Numeric) => Ty::Numeric,
            (Ty::Decimal, _) | (_, Ty::Decimal) => Ty::Decimal,
            (Ty::Big, _) | (_, Ty::Big) => Ty::Big,
            (Ty::Date, time) | (time, Ty::Date) if time.is_time() => time.clone(),
            (Ty::Timestamp, Ty::Timestamptz) => Ty::Timestamptz,
            (ty, _) => ty.clone(),
        }
    }

    /// PostgreSQL's name of it, for messages.
    pub fn name(&self) -> String {
        let name = match self {
            Ty::Unknown => "unknown",
            Ty::Bool => "boolean",
            Ty::Int => "integer",
            Ty::Big => "bigint",
            Ty::Decimal | Ty::Numeric => "numeric",
            Ty::Float => "double precision",
            Ty::Text => "text",
            Ty::Bytea => "bytea",
            Ty::Date => "date",
            Ty::Time => "time",
            Ty::Timestamp => "timestamp",
            Ty::Timestamptz => "timestamptz",
            Ty::Interval => "interval",
            Ty::Json => "jsonb",
            Ty::Array(element) => return format!("{}[]", element.name()),
            Ty::Uuid => "uuid",
            Ty::Enum => "enum",
            Ty::Bit => "bit",
            Ty::Other(name) => name,
        };
        name.to_string()
    }
}

//! Column types as TiDB's grammar has them.

use super::lexer::Kind;
use super::stmt::Stmt;
use crate::text::Span;

/// What kind of values a type holds, as far as rules tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Int,
    Decimal,
    Float,
    Bit,
    Char,
    Varchar,
    Binary,
    Varbinary,
    Text,
    Blob,
    Json,
    Enum,
    Set,
    Date,
    Time,
    Datetime,
    Timestamp,
    Year,
    Vector,
    /// A type that TiDB does not have.
    Foreign,
}

impl Class {
    pub fn is_lob(self) -> bool {
        matches!(self, Class::Text | Class::Blob)
    }

    pub fn is_text(self) -> bool {
        matches!(self, Class::Char | Class::Varchar | Class::Text)
    }

    pub fn is_temporal(self) -> bool {
        matches!(self, Class::Date | Class::Datetime | Class::Timestamp)
    }
}

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    pub class: Class,
    /// The first word, upper case.
    pub word: String,
    pub args: Vec<u64>,
    /// The values of an enum or set.
    pub values: Vec<String>,
    pub unsigned: bool,
    pub charset: Option<String>,
    /// SERIAL: `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`.
    pub serial: bool,
    pub span: Span,
    /// Its first word.
    pub head: Span,
}

impl Type {
    pub fn bytes_of_int(&self) -> u64 {
        match self.word.as_str() {
            "TINYINT" | "INT1" | "BOOL" | "BOOLEAN" => 1,
            "SMALLINT" | "INT2" => 2,
            "MEDIUMINT" | "INT3" | "MIDDLEINT" => 3,
            "BIGINT" | "INT8" | "SERIAL" => 8,
            _ => 4,
        }
    }
}

/// Reads a type; the position after it comes with it. A word that is no type of TiDB's gives a foreign one.
pub fn read(stmt: &Stmt<'_>, at: usize) -> Option<(Type, usize)> {
    if stmt.kind(at) != Some(Kind::Word) {
        return None;
    }
    let word = stmt.at(at).to_ascii_uppercase();
    let (class, mut next) = class(stmt, at, &word);
    let mut read = Type {
        class,
        word,
        args: Vec::new(),
        values: Vec::new(),
        unsigned: false,
        charset: None,
        serial: false,
        span: Span::default(),
        head: stmt.span(at, at + 1),
    };
    read.serial = read.word == "SERIAL";
    if stmt.is(next, "<") {
        next = stmt.find(next, stmt.len(), &[">"])? + 1;
    }
    if stmt.is(next, "(") {
        let close = stmt.close(next);
        for (from, end) in stmt.parts(next + 1, close) {
            read.args.extend(stmt.number(from).filter(|_| end == from + 1));
            read.values.extend(stmt.string(from));
        }
        next = close + 1;
    }
    if class != Class::Foreign {
        next = attributes(stmt, next, &mut read);
    }
    read.span = stmt.span(at, next);
    Some((read, next))
}

fn attributes(stmt: &Stmt<'_>, mut next: usize, read: &mut Type) -> usize {
    loop {
        if stmt.is_any(next, &["UNSIGNED", "ZEROFILL"]) {
            read.unsigned = true;
            next += 1;
        } else if stmt.is_any(next, &["SIGNED", "BINARY", "BYTE"]) {
            next += 1;
        } else if stmt.is_any(next, &["ASCII", "UNICODE"]) {
            read.charset = Some(if stmt.is(next, "ASCII") { "latin1" } else { "ucs2" }.to_owned());
            next += 1;
        } else if stmt.is(next, "CHARSET")
            || stmt.seq(next, &["CHARACTER", "SET"])
            || stmt.seq(next, &["CHAR", "SET"])
        {
            next += if stmt.is(next, "CHARSET") { 1 } else { 2 };
            next += usize::from(stmt.is(next, "="));
            read.charset =
                stmt.ident(next).or_else(|| stmt.string(next)).map(|name| name.to_ascii_lowercase());
            next += 1;
        } else {
            return next;
        }
    }
}

fn class(stmt: &Stmt<'_>, at: usize, word: &str) -> (Class, usize) {
    let next = at + 1;
    let varying =
        |at: usize| if stmt.is(at, "VARYING") { (Class::Varchar, at + 1) } else { (Class::Char, at) };
    match word {
        "TINYINT" | "INT1" | "SMALLINT" | "INT2" | "MEDIUMINT" | "INT3" | "MIDDLEINT" | "INT" | "INT4"
        | "INTEGER" | "BIGINT" | "INT8" | "BOOL" | "BOOLEAN" | "SERIAL" => (Class::Int, next),
        "DECIMAL" | "DEC" | "NUMERIC" | "FIXED" => (Class::Decimal, next),
        "DOUBLE" => (Class::Float, next + usize::from(stmt.is(next, "PRECISION"))),
        "FLOAT" | "FLOAT4" | "FLOAT8" | "REAL" => (Class::Float, next),
        "BIT" => (Class::Bit, next),
        "CHAR" | "CHARACTER" | "NCHAR" => varying(next),
        "NATIONAL" if stmt.is_any(next, &["VARCHAR", "VARCHARACTER"]) => (Class::Varchar, next + 1),
        "NATIONAL" if stmt.is_any(next, &["CHAR", "CHARACTER"]) => varying(next + 1),
        "VARCHAR" | "VARCHARACTER" | "NVARCHAR" => (Class::Varchar, next),
        "BINARY" => (Class::Binary, next),
        "VARBINARY" => (Class::Varbinary, next),
        "TINYTEXT" | "TEXT" | "MEDIUMTEXT" | "LONGTEXT" => (Class::Text, next),
        "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "LONGBLOB" => (Class::Blob, next),
        "LONG" if stmt.is(next, "VARBINARY") => (Class::Blob, next + 1),
        "LONG" if stmt.is_any(next, &["VARCHAR", "VARCHARACTER"]) => (Class::Text, next + 1),
        "LONG" => (Class::Text, next),
        "ENUM" => (Class::Enum, next),
        "SET" => (Class::Set, next),
        "JSON" => (Class::Json, next),
        "DATE" => (Class::Date, next),
        "TIME" => (Class::Time, next),
        "DATETIME" => (Class::Datetime, next),
        "TIMESTAMP" => (Class::Timestamp, next),
        "YEAR" | "SQL_TSI_YEAR" => (Class::Year, next),
        "VECTOR" => (Class::Vector, next),
        _ => (Class::Foreign, next),
    }
}

//! Keys: their length, their columns, their expressions.

use crate::diagnostic::rule;
use crate::lint::tidb::catalog::{ColumnInfo, Table, column_info};
use crate::lint::tidb::create::{CreateIndex, CreateTable};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::{Constraint, Key, KeyKind, Part};
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::stmt::Name;
use crate::lint::tidb::types::Class;
use crate::syntax::reserved::is_reserved;

rule! {
    /// A key that is too long.
    ///
    /// A key has at most 3072 bytes: 768 characters of utf8mb4. Index the first characters: `KEY (a(255))`.
    pub KEY_TOO_LONG = "D026", "key-too-long", Dialect, Refused;
}

rule! {
    /// A column that TiDB does not index, or not like this.
    ///
    /// TEXT and BLOB need a length, JSON can't be indexed but through an expression, and a key's columns must be there, each once.
    pub KEY_COLUMN = "D027", "key-column", Dialect, Refused;
}

rule! {
    /// An expression that TiDB does not index.
    ///
    /// An expression stands in brackets of its own and calls no functions but LOWER, UPPER, MD5, REVERSE, VITESS_HASH, TIDB_SHARD and those for JSON; it returns neither
    /// JSON nor TEXT.
    pub KEY_EXPRESSION = "D028", "key-expression", Dialect, Refused;
}

rule! {
    /// FULLTEXT and SPATIAL indexes.
    ///
    /// TiDB has neither. A FULLTEXT index inside CREATE TABLE or ALTER TABLE is left out with a warning only; CREATE FULLTEXT INDEX is an error.
    pub FULLTEXT_KEY = "D029", "fulltext-index", Dialect, Refused;
}

#[rustfmt::skip]
static SAFE: &[&str] = &[
    "LOWER", "UPPER", "MD5", "REVERSE", "VITESS_HASH", "TIDB_SHARD", "CAST", "JSON_TYPE", "JSON_EXTRACT", "JSON_UNQUOTE", "JSON_ARRAY", "JSON_OBJECT", "JSON_SET", "JSON_INSERT",
    "JSON_REPLACE", "JSON_REMOVE", "JSON_CONTAINS", "JSON_CONTAINS_PATH", "JSON_VALID", "JSON_ARRAY_APPEND", "JSON_ARRAY_INSERT", "JSON_MERGE_PATCH", "JSON_MERGE_PRESERVE", "JSON_PRETTY",
    "JSON_QUOTE", "JSON_SCHEMA_VALID", "JSON_SEARCH", "JSON_STORAGE_SIZE", "JSON_DEPTH", "JSON_KEYS", "JSON_LENGTH", "IN", "CASE", "AND", "OR", "NOT", "WHEN", "THEN", "ELSE", "CHAR", "BINARY", "DECIMAL",
    "DATETIME", "TIME", "SIGNED", "UNSIGNED", "OF", "AS", "VARCHAR",
];
/// Functions that TiDB has and calls unsafe here.
#[rustfmt::skip]
static UNSAFE: &[&str] = &[
    "CONCAT", "COALESCE", "IF", "IFNULL", "SUBSTRING", "SUBSTR", "LEFT", "RIGHT", "LENGTH", "CHAR_LENGTH", "SHA1", "SHA2", "DATE", "YEAR", "MONTH", "DAY", "HOUR", "TRIM", "LTRIM", "RTRIM",
    "ABS", "FLOOR", "CEIL", "ROUND", "DATE_FORMAT", "UNIX_TIMESTAMP", "HEX", "UNHEX", "CRC32", "REPLACE", "NULLIF", "DATEDIFF", "CONCAT_WS", "LOCATE", "INSTR", "GREATEST", "LEAST", "MOD", "TO_DAYS",
];

pub fn create_table(cx: &mut Cx<'_>, create: &CreateTable) {
    let columns: Vec<ColumnInfo> = create.columns.iter().map(column_info).collect();
    let table = Table {
        columns,
        known: create.others.is_empty() && create.select.is_none() && create.like.is_none(),
        charset: create.charset.clone(),
        collate: create.collate.clone(),
        ..Table::default()
    };
    for constraint in &create.constraints {
        if let Constraint::Key(key) = constraint {
            check(cx, Some(&table), key, false);
        }
    }
    for column in &create.columns {
        for span in [column.primary, column.unique].into_iter().flatten() {
            if column.ty.serial {
                continue;
            }
            let name = column.name.clone();
            let part = Part { column: Some(name), length: None, span: column.name_span, from: 0, end: 0 };
            let key = Key {
                kind: KeyKind::Unique,
                name: None,
                name_span: span,
                parts: vec![part],
                span,
                head: span,
                global: false,
                clustered: None,
                clustered_span: None,
                options: (0, 0),
            };
            check(cx, Some(&table), &key, false);
        }
    }
}

pub fn create_index(cx: &mut Cx<'_>, create: &CreateIndex) {
    added(cx, &create.table, &create.key, true);
}

/// A key that is added to a table of the run, or to one that is not known.
pub fn added(cx: &mut Cx<'_>, name: &Name, key: &Key, statement: bool) {
    let catalog = cx.catalog;
    check(cx, catalog.get(name), key, statement);
}

fn check(cx: &mut Cx<'_>, table: Option<&Table>, key: &Key, statement: bool) {
    match key.kind {
        KeyKind::Fulltext if statement => {
            cx.report(&FULLTEXT_KEY, key.head, "TiDB has no FULLTEXT indexes")
                .help("use LIKE, or a search service");
            return;
        }
        KeyKind::Fulltext => {
            let found = cx.report(&FULLTEXT_KEY, key.head, "TiDB leaves a FULLTEXT index out");
            found.help("use LIKE, or a search service").warning();
            return;
        }
        KeyKind::Spatial => {
            cx.report(&FULLTEXT_KEY, key.head, "TiDB has no SPATIAL indexes");
            return;
        }
        KeyKind::Columnar => return,
        KeyKind::Primary | KeyKind::Unique | KeyKind::Plain => {}
    }
    let mut bytes = Some(0u64);
    let mut seen: Vec<&str> = Vec::new();
    for part in &key.parts {
        match &part.column {
            None => {
                bytes = None;
                expression(cx, part);
                if let Some(table) = table {
                    returns_text(cx, part, table);
                }
            }
            Some(name) => {
                let stmt = cx.stmt;
                if part.end > part.from + 1 && stmt.is(part.from + 1, "(") && part.length.is_none() {
                    let found = cx.report(
                        &KEY_EXPRESSION,
                        part.span,
                        "an expression in a key needs brackets of its own",
                    );
                    let text = stmt.slice(part.from, part.end).to_owned();
                    found.help(format!("write (({text}))"));
                    continue;
                }
                if seen.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                    cx.report(&KEY_COLUMN, part.span, format!("the column `{name}` is in this key twice"));
                }
                seen.push(name);
                let size = table.and_then(|table| column(cx, table, name, part));
                bytes = bytes.zip(size).map(|(a, b)| a + b);
            }
        }
    }
    if bytes.is_some_and(|bytes| bytes > 3072) && !cx.state.is_lenient() {
        let bytes = bytes.unwrap_or_default();
        let span = if key.parts.len() == 1 {
            key.parts.first().map_or(key.span, |part| part.span)
        } else {
            key.head
        };
        let found =
            cx.report(&KEY_TOO_LONG, span, format!("the key has {bytes} bytes, TiDB's limit is 3072"));
        found.help("index the first characters: a(255)");
    }
}

/// Looks at a column of a key; gives how many bytes it takes there, if that is known.
fn column(cx: &mut Cx<'_>, table: &Table, name: &str, part: &Part) -> Option<u64> {
    let Some(column) = table.column(name) else {
        if table.known && !table.view {
            cx.report(&KEY_COLUMN, part.span, format!("the table has no column `{name}`"));
        }
        return None;
    };
    let class = column.ty.class;
    if class == Class::Json {
        let found = cx.report(&KEY_COLUMN, part.span, "a JSON column can't be a key");
        found.help("index an expression: ((CAST(a->'$.x' AS CHAR(64) ARRAY)))");
        return None;
    }
    if class.is_lob() && part.length.is_none() {
        let found = cx.report(&KEY_COLUMN, part.span, "a TEXT or BLOB column in a key needs a length");
        found.help(format!("write {name}(255)"));
        return None;
    }
    bytes(table, column, part.length)
}

fn bytes(table: &Table, column: &ColumnInfo, length: Option<u64>) -> Option<u64> {
    let ty = &column.ty;
    let own = ty.args.first().copied();
    Some(match ty.class {
        Class::Char => length.or(own).unwrap_or(1) * width(table, column)?,
        Class::Varchar => length.or(own)? * width(table, column)?,
        Class::Text => length? * width(table, column)?,
        Class::Blob => length?,
        Class::Binary => length.or(own).unwrap_or(1),
        Class::Varbinary => length.or(own)?,
        Class::Int => ty.bytes_of_int(),
        Class::Datetime => 8,
        Class::Timestamp => 4,
        Class::Date | Class::Time => 3,
        Class::Float => 4,
        Class::Bit => own.unwrap_or(1).div_ceil(8),
        // at least that much
        _ => 1,
    })
}

/// Bytes of a character; none where the database's own character set decides.
fn width(table: &Table, column: &ColumnInfo) -> Option<u64> {
    let of_collation =
        |collate: &Option<String>| collate.as_deref().and_then(|c| c.split('_').next()).map(str::to_owned);
    let charset = column.ty.charset.clone().or_else(|| of_collation(&column.collate));
    let charset = charset.or_else(|| table.charset.clone()).or_else(|| of_collation(&table.collate));
    match charset.as_deref() {
        None | Some("utf8mb4") => Some(4),
        Some("utf8" | "utf8mb3") => Some(3),
        Some("latin1" | "ascii" | "binary") => Some(1),
        _ => None,
    }
}

/// A CASE that gives a TEXT column as it is.
fn returns_text(cx: &mut Cx<'_>, part: &Part, table: &Table) {
    let stmt = cx.stmt;
    let given = (part.from..part.end)
        .filter(|at| stmt.is_any(*at, &["THEN", "ELSE"]) && stmt.is_any(at + 2, &["WHEN", "ELSE", "END"]));
    let text = |at: usize| {
        stmt.ident(at + 1).and_then(|name| table.column(&name).map(|column| column.ty.class.is_lob()))
    };
    if given.into_iter().any(|at| text(at) == Some(true)) {
        cx.report(&KEY_EXPRESSION, part.span, "TiDB does not index texts without a length")
            .help("write CAST(… AS CHAR(255))");
    }
}

fn expression(cx: &mut Cx<'_>, part: &Part) {
    let stmt = cx.stmt;
    let open = part.from;
    let close = stmt.close(open);
    for at in open + 1..close {
        let name = stmt.at(at).to_ascii_uppercase();
        if stmt.kind(at) != Some(Kind::Word) || !stmt.is(at + 1, "(") || SAFE.contains(&name.as_str()) {
            continue;
        }
        if UNSAFE.contains(&name.as_str())
            || (!is_reserved(&name)
                && super::builtins::arguments(&name.to_ascii_lowercase(), false).is_some())
        {
            let message =
                format!("TiDB does not index {name}() unless its configuration allows all expressions");
            let found = cx.on(&KEY_EXPRESSION, at, at + 1, message);
            found.help("make it a generated column and index that; or set allow-expression-index").warning();
            return;
        }
    }
    // the whole expression is a JSON value, or a text without a length
    let inner = open + 1;
    let whole_call = stmt.is(inner + 1, "(") && stmt.close(inner + 1) + 1 == close;
    let arrow = close == inner + 3 || (close == inner + 5 && stmt.is(inner + 1, "."));
    let operator = close.saturating_sub(2);
    if (whole_call && stmt.is_any(inner, &["JSON_EXTRACT", "JSON_ARRAY", "JSON_OBJECT", "JSON_SET"]))
        || (arrow && stmt.is(operator, "->"))
    {
        cx.report(&KEY_EXPRESSION, part.span, "TiDB does not index JSON values")
            .help("write ((CAST(a->>'$.x' AS CHAR(64))))");
    } else if (whole_call && stmt.is(inner, "JSON_UNQUOTE")) || (arrow && stmt.is(operator, "->>")) {
        cx.report(&KEY_EXPRESSION, part.span, "TiDB does not index texts without a length")
            .help("write ((CAST(a->>'$.x' AS CHAR(64))))");
    }
}

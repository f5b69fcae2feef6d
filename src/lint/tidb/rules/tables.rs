//! Tables as a whole: options, partitioning, TTL, AUTO_RANDOM.

use super::column_rules::COLUMN_OPTION;
use super::options;
use crate::diagnostic::rule;
use crate::lint::tidb::catalog::Table;
use crate::lint::tidb::columns::Column;
use crate::lint::tidb::create::{CreateTable, Partition};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::{Constraint, Key, KeyKind};
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::stmt::Stmt;
use crate::lint::tidb::types::Class;
use crate::syntax::reserved::is_reserved;
use crate::text::Span;

rule! {
    /// CREATE TABLE … SELECT.
    ///
    /// TiDB has not implemented it. Create the table, then INSERT INTO … SELECT.
    pub CREATE_TABLE_SELECT = "D032", "create-table-select", Dialect, Refused;
}

rule! {
    /// An option of a table that TiDB refuses or ignores.
    ///
    /// Collations and character sets that TiDB does not have, PostgreSQL's INHERITS and WITH (…), options that contradict each other or the table's key.
    pub TABLE_OPTION = "D033", "table-option", Dialect, Refused;
}

rule! {
    /// Partitioning that TiDB refuses.
    ///
    /// Every unique key must hold the partitioning columns (from 8.1 on it may be GLOBAL instead), RANGE and LIST need their partitions, TIMESTAMP columns
    /// partition by UNIX_TIMESTAMP() only, and foreign keys don't go with partitions.
    pub PARTITIONING = "D034", "partitioning", Dialect, Refused;
}

rule! {
    /// TTL on a column that holds no time.
    ///
    /// TTL wants a DATE, DATETIME or TIMESTAMP column of the table.
    pub TTL_COLUMN = "D035", "ttl-column", Dialect, Refused;
}

#[rustfmt::skip]
static COLLATIONS: &[&str] = &[
    "ascii_bin", "binary", "gbk_bin", "gbk_chinese_ci", "latin1_bin", "utf8_bin", "utf8_general_ci", "utf8_unicode_ci",
    "utf8mb3_bin", "utf8mb3_general_ci", "utf8mb3_unicode_ci", "utf8mb4_0900_ai_ci", "utf8mb4_0900_bin", "utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_zh_pinyin_tidb_as_cs", "default",
];
static CHARSETS: &[&str] = &["ascii", "binary", "gbk", "latin1", "utf8", "utf8mb3", "utf8mb4", "default"];

pub fn check(cx: &mut Cx<'_>, create: &CreateTable) {
    let stmt = cx.stmt;
    if let Some(select) = create.select {
        let found = cx.report(&CREATE_TABLE_SELECT, select, "TiDB can't create a table from a query");
        found.help("create the table, then INSERT INTO … SELECT");
        return;
    }
    if create.like.is_some() {
        like(cx, create);
        return;
    }
    for (from, end) in &create.others {
        if *end == from + 1 && matches!(stmt.kind(*from), Some(Kind::Word | Kind::Quoted)) {
            cx.on(&TABLE_OPTION, *from, *end, "a column needs a type");
        } else if from >= end {
            cx.on(&TABLE_OPTION, from.saturating_sub(1), from + 1, "there is a comma too many here");
        }
    }
    collations(cx);
    postgres_options(cx, create);
    options::check(cx, create);
    if let Some(partition) = &create.partition {
        partitioning(cx, create, partition);
    }
    autos(cx, create);
    let options_end = stmt.find(create.options, stmt.len(), &["PARTITION"]).unwrap_or(stmt.len());
    if let Some(ttl) = stmt.find(create.options, options_end, &["TTL"]) {
        let at = ttl + 1 + usize::from(stmt.is(ttl + 1, "="));
        let column = stmt
            .ident(at)
            .and_then(|name| create.columns.iter().find(|c| c.name.eq_ignore_ascii_case(&name)));
        match column {
            Some(column) if column.class().is_temporal() => {}
            Some(_) => drop(cx.on(&TTL_COLUMN, at, at + 1, "TTL wants a DATE, DATETIME or TIMESTAMP column")),
            None => drop(cx.on(&TTL_COLUMN, at, at + 1, "the table has no such column")),
        }
    }
    let shard = stmt.find(create.options, options_end, &["SHARD_ROW_ID_BITS"]);
    if let Some(at) =
        shard.filter(|at| stmt.number(at + 1 + usize::from(stmt.is(at + 1, "="))).is_some_and(|n| n > 0))
    {
        let clustered = create.columns.iter().any(|c| c.primary.is_some() && c.clustered != Some(false));
        if clustered {
            cx.on(&TABLE_OPTION, at, at + 1, "a clustered primary key leaves no row ids to spread")
                .help("make the key NONCLUSTERED, or use AUTO_RANDOM");
        }
    }
}

fn like(cx: &mut Cx<'_>, create: &CreateTable) {
    let stmt = cx.stmt;
    if let Some(at) = (create.options..stmt.len()).find(|at| stmt.is_any(*at, &["INCLUDING", "EXCLUDING"])) {
        cx.on(&TABLE_OPTION, at, at + 2, "TiDB's LIKE always takes columns and indexes, and nothing else")
            .help("leave it out");
    }
}

/// After these, CHARSET is the name of a column.
#[rustfmt::skip]
static BEFORE_NAME: &[&str] = &[".", "(", ",", "ADD", "COLUMN", "CHANGE", "MODIFY", "DROP", "EXISTS", "AFTER", "INDEX", "KEY", "BY", "RENAME", "TO", "ALTER", "SELECT"];

/// COLLATE and CHARSET anywhere in a table's definition.
pub fn collations(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    for at in 3..stmt.len() {
        let set = stmt.is_any(at, &["CHARACTER", "CHAR"]) && stmt.is(at + 1, "SET");
        let name = |at: usize| at + usize::from(stmt.is(at, "="));
        if stmt.is(at, "COLLATE") && !stmt.is(at - 1, ".") {
            let value = name(at + 1);
            let said =
                stmt.ident(value).or_else(|| stmt.string(value)).unwrap_or_default().to_ascii_lowercase();
            if !said.is_empty() && !COLLATIONS.contains(&said.as_str()) {
                let known = said.contains("_ci") || said.contains("_bin") || said.contains("_cs");
                let message = format!("TiDB has no collation `{said}`");
                let help = if known {
                    "write utf8mb4_unicode_ci, utf8mb4_0900_ai_ci, utf8mb4_bin or utf8mb4_0900_bin"
                } else {
                    "write utf8mb4_0900_bin"
                };
                cx.on(&TABLE_OPTION, value, value + 1, message).help(help);
            }
        } else if (stmt.is(at, "CHARSET") && !stmt.is_any(at - 1, BEFORE_NAME) && stmt.kind(at + 1).is_some())
            || set
        {
            let value = name(at + 1 + usize::from(set));
            let said =
                stmt.ident(value).or_else(|| stmt.string(value)).unwrap_or_default().to_ascii_lowercase();
            if !said.is_empty()
                && !CHARSETS.contains(&said.as_str())
                && stmt.is_any(0, &["CREATE", "ALTER", "SET"])
            {
                cx.on(&TABLE_OPTION, value, value + 1, format!("TiDB has no character set `{said}`"))
                    .help("write utf8mb4");
            }
        }
    }
}

fn postgres_options(cx: &mut Cx<'_>, create: &CreateTable) {
    let stmt = cx.stmt;
    let at = create.options;
    if stmt.is(at, "INHERITS") {
        cx.on(&TABLE_OPTION, at, stmt.close(at + 1) + 1, "TiDB's tables inherit nothing")
            .help("list the columns");
    } else if stmt.seq(at, &["WITH", "("]) || stmt.seq(at, &["WITHOUT", "OIDS"]) {
        cx.on(&TABLE_OPTION, at, stmt.len(), "TiDB has no storage parameters").help("leave them out");
    }
    let (charset, collate) = (create.charset.as_deref(), create.collate.as_deref());
    if let (Some(charset), Some(collate)) = (charset, collate) {
        let of = |name: &str| name.replace("utf8mb3", "utf8");
        let fits = of(collate).split('_').next() == Some(of(charset).as_str());
        if !fits
            && CHARSETS.contains(&charset)
            && COLLATIONS.contains(&collate)
            && collate != "default"
            && charset != "default"
        {
            let span = stmt.span(at, stmt.len());
            cx.report(&TABLE_OPTION, span, format!("`{collate}` is not a collation of `{charset}`"));
        }
    }
}

fn autos(cx: &mut Cx<'_>, create: &CreateTable) {
    let autos: Vec<Span> = create.columns.iter().filter_map(|column| column.auto_increment).collect();
    if let Some(second) = autos.get(1) {
        cx.report(&COLUMN_OPTION, *second, "a table has one column that counts up");
    }
    for column in &create.columns {
        let Some(span) = column.auto_random else { continue };
        let problem = if column.ty.word != "BIGINT" && column.ty.word != "INT8" {
            "AUTO_RANDOM wants a BIGINT"
        } else if column.auto_increment.is_some() {
            "a column is AUTO_RANDOM or AUTO_INCREMENT, not both"
        } else if column.default.is_some() {
            "an AUTO_RANDOM column has no default"
        } else if let Some(problem) = options::random_bits(cx, span) {
            problem
        } else if !is_clustered_key(create, column) {
            "AUTO_RANDOM wants the clustered primary key"
        } else {
            continue;
        };
        cx.report(&COLUMN_OPTION, span, problem);
    }
}

fn is_clustered_key(create: &CreateTable, column: &Column) -> bool {
    if column.primary.is_some() {
        return column.clustered != Some(false);
    }
    create.constraints.iter().any(|constraint| {
        let Constraint::Key(key) = constraint else { return false };
        let first = key.parts.first().and_then(|part| part.column.as_deref());
        key.kind == KeyKind::Primary
            && key.clustered != Some(false)
            && first.is_some_and(|name| name.eq_ignore_ascii_case(&column.name))
    })
}

/// Columns of a table that an expression's tokens mention.
pub fn columns_in<'c>(stmt: &Stmt<'_>, from: usize, end: usize, columns: &'c [Column]) -> Vec<&'c Column> {
    let mut found = Vec::new();
    for at in from..end.min(stmt.len()) {
        let name = match stmt.kind(at) {
            Some(Kind::Word) if stmt.is(at + 1, "(") || is_reserved(stmt.at(at)) => continue,
            Some(Kind::Word | Kind::Quoted) => stmt.ident(at),
            _ => None,
        };
        let Some(name) = name else { continue };
        found.extend(columns.iter().find(|column| column.name.eq_ignore_ascii_case(&name)));
    }
    found
}

/// A unique key that is added to a partitioned table.
pub fn unique_in_partitions(cx: &mut Cx<'_>, table: Option<&Table>, key: &Key) {
    let Some(table) = table.filter(|_| matches!(key.kind, KeyKind::Primary | KeyKind::Unique)) else {
        return;
    };
    let holds = |name: &String| {
        key.parts.iter().any(|part| part.column.as_ref().is_some_and(|c| c.eq_ignore_ascii_case(name)))
    };
    let global = key.global || cx.state.is_set("tidb_enable_global_index");
    if !table.partition_columns.iter().all(holds) && (!global || cx.before_8()) {
        cx.report(&PARTITIONING, key.head, KEY_HOLDS).help(KEY_HELP);
    } else if key.global && !table.partitioned {
        cx.report(&PARTITIONING, key.head, "TiDB has GLOBAL indexes on partitioned tables only")
            .help("leave GLOBAL out");
    }
}

const KEY_HOLDS: &str = "a unique key must hold all columns that partition the table";
const KEY_HELP: &str = "add the columns to the key, or (from TiDB 8.1 on) write GLOBAL after it";

fn partitioning(cx: &mut Cx<'_>, create: &CreateTable, partition: &Partition) {
    let stmt = cx.stmt;
    let by = columns_in(&stmt, partition.from, partition.end, &create.columns);
    let listed = matches!(partition.kind.as_str(), "RANGE" | "LIST");
    if create.temporary {
        cx.report(&PARTITIONING, partition.span, "a temporary table has no partitions on TiDB");
    }
    if listed && !partition.defined {
        let found =
            cx.report(&PARTITIONING, partition.span, format!("{} partitions must be listed", partition.kind));
        found.help("write (PARTITION p0 VALUES …)");
        return;
    }
    if partition.by_columns && listed {
        if let Some(column) = by.iter().find(|c| {
            matches!(
                c.class(),
                Class::Timestamp | Class::Float | Class::Text | Class::Blob | Class::Json | Class::Decimal
            )
        }) {
            let found = cx.report(
                &PARTITIONING,
                partition.span,
                format!("`{}` is of a type that TiDB does not partition by", column.name),
            );
            if column.class() == Class::Timestamp {
                found.help("write PARTITION BY RANGE (UNIX_TIMESTAMP(a)), or make it a DATETIME");
            }
        }
    } else if matches!(partition.kind.as_str(), "RANGE" | "LIST" | "HASH")
        && partition.end == partition.from + 1
        && let Some(column) = by.first()
        && !matches!(column.class(), Class::Int | Class::Bit | Class::Year | Class::Foreign)
    {
        let found = cx.report(
            &PARTITIONING,
            partition.span,
            format!("`{}` is no number to partition by", column.name),
        );
        found.help("write COLUMNS after RANGE or LIST, or KEY for HASH");
    }
    if create.constraints.iter().any(|c| matches!(c, Constraint::Foreign(_)))
        && !cx.state.is_off("foreign_key_checks")
    {
        cx.report(&PARTITIONING, partition.span, "a table with foreign keys has no partitions on TiDB");
    }
    if by.is_empty() {
        return;
    }
    let missing = |names: &[String]| {
        by.iter().any(|column| !names.iter().any(|name| name.eq_ignore_ascii_case(&column.name)))
    };
    let (message, help) = (KEY_HOLDS, KEY_HELP);
    for constraint in &create.constraints {
        let Constraint::Key(key) = constraint else { continue };
        let names: Vec<String> = key.parts.iter().filter_map(|part| part.column.clone()).collect();
        let unique = matches!(key.kind, KeyKind::Primary | KeyKind::Unique);
        let global = key.global || cx.state.is_set("tidb_enable_global_index");
        if unique && missing(&names) && (!global || cx.before_8()) {
            cx.report(&PARTITIONING, key.head, message).help(help);
        } else if key.global && cx.before_8() {
            cx.report(&PARTITIONING, key.head, "TiDB 7.5 has no GLOBAL indexes")
                .help("add the partitioning columns to the key");
        }
    }
    for column in &create.columns {
        let names = [column.name.clone()];
        let global = stmt.find(0, 1, &["GLOBAL"]).is_some();
        for span in [column.primary, column.unique].into_iter().flatten() {
            let text =
                stmt.text.get(column.span.start..column.span.end).unwrap_or_default().to_ascii_uppercase();
            if missing(&names)
                && !global
                && !text.contains("GLOBAL")
                && !cx.state.is_set("tidb_enable_global_index")
            {
                cx.report(&PARTITIONING, span, message).help(help);
            }
        }
    }
}

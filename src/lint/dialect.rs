//! Which server a script is written for, by what only one of the two would understand.

use super::tidb::lexer::{Kind, Lexed};
use serde::{Deserialize, Serialize};

/// The SQL that a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    Postgres,
    /// TiDB's, and MySQL's.
    Tidb,
}

/// How much of a file is looked at.
const LOOK: usize = 256 * 1024;

#[rustfmt::skip]
static TIDB_WORDS: &[&str] = &[
    "AUTO_INCREMENT", "AUTO_RANDOM", "AUTO_ID_CACHE", "AUTO_RANDOM_BASE", "SHARD_ROW_ID_BITS", "PRE_SPLIT_REGIONS",
    "NONCLUSTERED", "ENGINE", "TINYINT", "MEDIUMINT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "TINYBLOB", "BLOB", "MEDIUMBLOB",
    "LONGBLOB", "DATETIME", "UNSIGNED", "ZEROFILL", "DELIMITER", "CHARSET", "INNODB", "UTF8MB4", "VARBINARY",
    "STRAIGHT_JOIN", "FORCE_INDEX", "DATABASES", "IFNULL", "UUID_TO_BIN", "TTL_ENABLE", "TIFLASH", "DUPLICATE",
];
#[rustfmt::skip]
static POSTGRES_WORDS: &[&str] = &[
    "SERIAL4", "SERIAL8", "BIGSERIAL", "SMALLSERIAL", "JSONB", "BYTEA", "TIMESTAMPTZ", "RETURNING", "PLPGSQL", "EXTENSION",
    "ILIKE", "CITEXT", "TSVECTOR", "UUID", "CONFLICT", "REGCLASS", "GEN_RANDOM_UUID", "UUID_GENERATE_V4", "OWNER", "SEARCH_PATH",
    "CONCURRENTLY", "DEFERRABLE", "VACUUM", "PG_CATALOG", "INT4RANGE", "NUMRANGE", "TSTZRANGE", "DOMAIN", "COPY", "STDIN",
    "ARRAY_AGG", "STRING_AGG", "UNNEST", "GENERATE_SERIES", "TO_TIMESTAMP", "MATERIALIZED", "INHERITS", "UNLOGGED",
];

/// The dialect that a file's own words give away, if they do.
pub fn detect(text: &str) -> Option<Dialect> {
    let mut end = text.len().min(LOOK);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let lexed = Lexed::new(text);
    let (mut tidb, mut postgres) = (0, 0);
    if text.contains("/*T!") || text.contains("/*!") {
        tidb += 4;
    }
    let tokens = &lexed.tokens;
    for (i, token) in tokens.iter().enumerate() {
        let word = &text[token.span.start..token.span.end];
        match token.kind {
            Kind::Quoted if word.starts_with('`') => tidb += 2,
            Kind::Word => {
                let upper = word.to_ascii_uppercase();
                if TIDB_WORDS.contains(&upper.as_str()) {
                    tidb += if upper == "AUTO_INCREMENT" || upper == "ENGINE" { 3 } else { 1 };
                } else if POSTGRES_WORDS.contains(&upper.as_str()) {
                    let call = tokens.get(i + 1).is_some_and(|t| t.text(text) == "(");
                    postgres += if upper == "UUID" && call { 0 } else { 1 };
                } else if upper == "SERIAL" || word.contains("$$") || word.starts_with('$') {
                    postgres += 1;
                }
                if matches!(upper.as_str(), "MODIFY" | "REPLACE")
                    && tokens.get(i + 1).is_some_and(|t| t.is("COLUMN", text) || t.is("INTO", text))
                    || upper == "IGNORE" && i > 0 && tokens[i - 1].is("INSERT", text)
                    || upper == "USE" && i == 0
                {
                    tidb += 2;
                }
            }
            Kind::Punct if word == "::" => postgres += 2,
            Kind::Param => postgres += 1,
            Kind::Variable => tidb += 1,
            _ => {}
        }
        if text[token.span.start..].starts_with("$$") {
            postgres += 3;
        }
    }
    match tidb.cmp(&postgres) {
        std::cmp::Ordering::Greater => Some(Dialect::Tidb),
        std::cmp::Ordering::Less => Some(Dialect::Postgres),
        std::cmp::Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmistakable_syntax_decides() {
        let of = |text| detect(text);
        assert_eq!(of("create table t (id bigint auto_increment primary key)"), Some(Dialect::Tidb));
        assert_eq!(of("alter table `t` add column a int;"), Some(Dialect::Tidb));
        assert_eq!(of("create table t (id bigserial, at timestamptz)"), Some(Dialect::Postgres));
        assert_eq!(of("select '1'::int"), Some(Dialect::Postgres));
        assert_eq!(of("create function f() returns trigger as $$ begin end $$"), Some(Dialect::Postgres));
        assert_eq!(of("create table t (a int, b varchar(10))"), None);
        assert_eq!(of("-- `x` bigserial\nselect 'jsonb'"), None);
    }
}

//! `charset-clause`

use crate::config::CharsetClause;
use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use sqlparser::ast::{CreateTableOptions, Expr, Ident, SqlOption};

rule! {
    /// A new table, whose texts need PostgreSQL's way of comparing.
    ///
    /// TiDB's own default collation ignores trailing blanks. `utf8mb4_0900_bin` compares code point by code point, as
    /// PostgreSQL's deterministic collations do for equality, so every CREATE TABLE says it. With
    /// `charset_clause = "database"` the database says it once and tables stay as they are.
    pub CHARSET_CLAUSE = "C002", "charset-clause", Tables, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if cx.options.charset_clause == CharsetClause::Database {
        return;
    }
    let (charset, collation) = (cx.options.charset.clone(), cx.options.collation.clone());
    let Some(create) = work.create_table() else { return };
    // LIKE takes the other table's.
    if create.like.is_some() {
        return;
    }
    let option = |key: &str, value: &str| SqlOption::KeyValue {
        key: Ident::new(key),
        value: Expr::Identifier(Ident::new(value)),
    };
    let mut options = match std::mem::take(&mut create.table_options) {
        CreateTableOptions::Plain(options) => options,
        CreateTableOptions::None => Vec::new(),
        other => {
            // The gate names what is left of PostgreSQL's own options.
            create.table_options = other;
            return;
        }
    };
    options.push(option("DEFAULT CHARSET", &charset));
    options.push(option("COLLATE", &collation));
    create.table_options = CreateTableOptions::Plain(options);
}

//! `auto-id-cache`: numbered columns of tables whose rows TiDB numbers as well.

use super::nonclustered_key::primary_key;
use crate::catalog::{is_nonclustered, makes_ids};
use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use sqlparser::ast::{CreateTableOptions, Ident, SqlOption};

rule! {
    /// A numbered column of a table that has no clustered primary key.
    ///
    /// TiDB gives each row of such a table a hidden number, and takes it from the counter of the AUTO_INCREMENT column: the ids of
    /// rows inserted one by one are 1, 3, 5. With `AUTO_ID_CACHE = 1` the column has a counter of its own, and ids follow each other
    /// as PostgreSQL's do. TiDB can't set that later.
    pub AUTO_ID_CACHE = "C401", "auto-id-cache", Tables, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(create) = work.create_table() else { return };
    let numbered = create.columns.iter().find(|c| c.options.iter().any(|o| makes_ids(&o.option)));
    let Some(column) = numbered.map(|column| column.name.clone()) else { return };
    if primary_key(create).is_some() && !is_nonclustered(create) {
        return;
    }
    let option = SqlOption::KeyValue {
        key: Ident::new("AUTO_ID_CACHE"),
        value: super::super::expressions::literals::number("1"),
    };
    match &mut create.table_options {
        CreateTableOptions::Plain(options) => options.push(option),
        CreateTableOptions::None => create.table_options = CreateTableOptions::Plain(vec![option]),
        _ => return,
    }
    let span = cx.column_type(&column);
    cx.note(&AUTO_ID_CACHE, span, "AUTO_ID_CACHE = 1 keeps its numbers apart from those of the rows");
}

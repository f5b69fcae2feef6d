//! `table-storage`, `temporary-table`

use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use sqlparser::ast::{CreateTableOptions, OnCommit};

rule! {
    /// Where and how PostgreSQL stores a table.
    ///
    /// `UNLOGGED`, `TABLESPACE`, `WITH (fillfactor = …)` and `WITHOUT OIDS` say nothing about the data. TiDB has its own
    /// storage, so they are dropped.
    pub TABLE_STORAGE = "C003", "table-storage", Tables, Exact;
}

rule! {
    /// A temporary table.
    ///
    /// TiDB has temporary tables, visible to one session, dropped at its end, as PostgreSQL's are. `ON COMMIT DROP` has
    /// no counterpart: the table stays until the session ends, and a second CREATE in the same session fails.
    /// `ON COMMIT DELETE ROWS` on a local temporary table has none either.
    pub TEMPORARY_TABLE = "C004", "temporary-table", Tables, Approximate;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(create) = work.create_table() else { return };
    let mut dropped = Vec::new();
    if std::mem::take(&mut create.unlogged) {
        dropped.push(("UNLOGGED", cx.words(&["unlogged"])));
    }
    if let CreateTableOptions::With(_) = create.table_options {
        create.table_options = CreateTableOptions::None;
        dropped.push(("WITH (…)", cx.words(&["with"])));
    }
    if std::mem::take(&mut create.without_rowid) {
        dropped.push(("WITHOUT", cx.words(&["without"])));
    }
    for (what, span) in dropped {
        cx.note(&TABLE_STORAGE, span, format!("{what} is about PostgreSQL's storage and is dropped"));
    }
    if !create.temporary {
        return;
    }
    // LOCAL and GLOBAL are noise words to PostgreSQL; TiDB's GLOBAL TEMPORARY is another thing.
    create.global = None;
    match create.on_commit.take() {
        None | Some(OnCommit::PreserveRows) => {}
        Some(on_commit) => {
            let what = if on_commit == OnCommit::Drop { "ON COMMIT DROP" } else { "ON COMMIT DELETE ROWS" };
            let span = cx.words(&["on", "commit"]);
            cx.report(
                &TEMPORARY_TABLE,
                span,
                format!(
                    "TiDB's local temporary tables have no {what}: table and rows stay until the session ends"
                ),
            )
            .help("drop the table, or delete its rows, at the end of the transaction");
        }
    }
}

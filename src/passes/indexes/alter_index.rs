//! `alter-index`: RENAME belongs to the table on TiDB.

use crate::diagnostic::rule;
use crate::passes::statements::drop_object::UNDECLARED_INDEX;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{AlterIndexOperation, Statement};

rule! {
    /// A renamed index.
    ///
    /// Indexes belong to their table on TiDB: `ALTER TABLE t RENAME INDEX a TO b`. Which table it is, the statements
    /// before tell.
    pub ALTER_INDEX = "I011", "alter-index", Indexes, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::AlterIndex { name, operation }) = cx.parsed.tree.as_deref() else { return };
    let AlterIndexOperation::RenameIndex { index_name } = operation;
    let span = cx.node(name);
    let Some((table, index)) = cx.catalog.index(name) else {
        let message = format!("TiDB renames an index by its table, and no file of this run declares {name}");
        cx.report(&UNDECLARED_INDEX, span, message)
            .help("convert this file together with the one that creates the index");
        work.verdict = Verdict::Refuse;
        return;
    };
    let (Some(old), Some(new)) = (names::last(name), names::last(index_name)) else { return };
    if index.tidb_name.is_none() || index.tidb_name.as_deref() == Some("PRIMARY") {
        cx.note(&ALTER_INDEX, span, format!("{name} has no name of its own on TiDB"));
        work.verdict = Verdict::Drop;
        return;
    }
    work.items = vec![Item::Text(format!("ALTER TABLE {} RENAME INDEX {old} TO {new}", table.tidb_name))];
}

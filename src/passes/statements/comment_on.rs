//! `comment-on`, `comment-on-other`, `comment-cut`: comments become part of the table.

use crate::diagnostic::rule;
use crate::passes::alter::{UNDECLARED_COLUMN, modify, table_comment};
use crate::passes::{Cx, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{ColumnOption, CommentObject, ObjectName, Statement};

rule! {
    /// `COMMENT ON TABLE` and `COMMENT ON COLUMN`.
    ///
    /// TiDB keeps a table's comment as an option of the table, and a column's in its definition, which `MODIFY COLUMN`
    /// says again as a whole.
    pub COMMENT_ON = "S074", "comment-on", Statements, Exact;
}

rule! {
    /// A comment on anything but a table or a column.
    ///
    /// TiDB has no place for it. It stays in the file, as a comment there.
    pub COMMENT_ON_OTHER = "S075", "comment-on-other", Statements, Exact;
}

rule! {
    /// A comment that is too long for TiDB.
    ///
    /// A column's comment has at most 1024 characters, a table's 2048. The rest is cut off.
    pub COMMENT_CUT = "S076", "comment-cut", Statements, Lossy;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::Comment { object_type, object_name, comment, .. }) = cx.parsed.tree.as_deref() else {
        return;
    };
    let comment = comment.clone().unwrap_or_default();
    match object_type {
        CommentObject::Table => table(cx, work, object_name, &comment),
        CommentObject::Column => column(cx, work, object_name, &comment),
        other => {
            let span = cx.head();
            cx.note(
                &COMMENT_ON_OTHER,
                span,
                format!("TiDB keeps comments on tables and columns only, none on {other}"),
            );
            work.verdict = Verdict::Drop;
        }
    }
}

fn cut(cx: &mut Cx<'_>, comment: &str, most: usize) -> String {
    if comment.chars().count() <= most {
        return comment.to_string();
    }
    let span = cx.words(&["is"]);
    cx.report(&COMMENT_CUT, span, format!("TiDB keeps {most} characters of this comment"));
    comment.chars().take(most).collect()
}

fn table(cx: &mut Cx<'_>, work: &mut Work, name: &ObjectName, comment: &str) {
    if cx.catalog.view(name).is_some() {
        let span = cx.head();
        cx.note(&COMMENT_ON_OTHER, span, "TiDB has no place for a comment on a view");
        work.verdict = Verdict::Drop;
        return;
    }
    if absent(cx, work, name) {
        return;
    }
    let comment = cut(cx, comment, 2048);
    let written = match work.trees().next() {
        Some(Statement::Comment { object_name, .. }) => object_name.clone(),
        _ => name.clone(),
    };
    work.items = vec![table_comment(&written, &comment)];
}

/// A comment on what TiDB does not have is left out with it.
fn absent(cx: &mut Cx<'_>, work: &mut Work, name: &ObjectName) -> bool {
    let missing = cx.catalog.table(name).is_some_and(|table| table.missing.is_some());
    if missing {
        let span = cx.node(name);
        cx.note(&COMMENT_ON_OTHER, span, format!("{name} is not on TiDB"));
        work.verdict = Verdict::Drop;
    }
    missing
}

fn column(cx: &mut Cx<'_>, work: &mut Work, name: &ObjectName, comment: &str) {
    let mut owner = name.clone();
    let Some(last) = owner.0.pop() else { return };
    let Some(ident) = last.as_ident().cloned() else { return };
    if cx.catalog.view(&owner).is_some() {
        let span = cx.head();
        cx.note(&COMMENT_ON_OTHER, span, "TiDB has no place for a comment on a view's column");
        work.verdict = Verdict::Drop;
        return;
    }
    if absent(cx, work, &owner) {
        return;
    }
    let table = cx.catalog.table(&owner);
    let found = table.and_then(|t| Some((t.tidb_name.clone(), t.column(&names::folded(&ident))?.clone())));
    let Some((owner, mut found)) = found else {
        let span = cx.ident(&ident);
        let message = format!(
            "TiDB comments a column by its whole definition, and no file of this run declares {name}"
        );
        cx.report(&UNDECLARED_COLUMN, span, message);
        work.verdict = Verdict::Refuse;
        return;
    };
    let had = found.options.iter().any(|o| matches!(o, ColumnOption::Comment(_)));
    if comment.is_empty() && !had {
        let span = cx.ident(&ident);
        cx.note(&COMMENT_ON, span, format!("{name} has no comment"));
        work.verdict = Verdict::Drop;
        return;
    }
    found.options.retain(|o| !matches!(o, ColumnOption::Comment(_)));
    if !comment.is_empty() {
        found.options.push(ColumnOption::Comment(cut(cx, comment, 1024)));
    }
    found.ident = ident;
    work.items = vec![modify(&owner, &found)];
}

//! `truncate`: one statement for each table, where TiDB may run it.

use crate::catalog::{ConstraintKind, Name, Table};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::{Cx, Item, Verdict, Work};
use sqlparser::ast::{ColumnOption, ObjectName, Statement, Truncate, TruncateIdentityOption};

rule! {
    /// TRUNCATE.
    ///
    /// TiDB truncates one table at a time, so several tables become several statements. It always starts the ids anew,
    /// as RESTART IDENTITY does. It refuses a table that foreign keys refer to, even when the other table is emptied
    /// as well, so such a statement is refused here; DELETE does the same there. Unlike PostgreSQL's, TRUNCATE commits.
    pub TRUNCATE = "S044", "truncate", Statements, Approximate;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(Statement::Truncate(truncate)) = work.first() else { return };
    let truncate = truncate.clone();
    for target in &truncate.table_names {
        let span = cx.node(&target.name);
        if let Some(reason) = cx.catalog.table(&target.name).and_then(|table| table.missing.clone()) {
            refuse(cx, work, span, format!("the table is not on TiDB: {reason}"), "");
            return;
        }
        if let Some(other) = referrer(cx, &target.name) {
            let message = format!("a foreign key of {other} refers to this table, so TiDB can't truncate it");
            refuse(cx, work, span, message, "delete the rows with DELETE FROM, the referring table first");
            return;
        }
        let goes_on = truncate.identity != Some(TruncateIdentityOption::Restart);
        if goes_on && cx.catalog.table(&target.name).is_none_or(makes_ids) {
            cx.report(&TRUNCATE, span, "on TiDB the ids of the table start anew").help =
                Some("say ALTER TABLE … AUTO_INCREMENT = n afterwards if they must go on".into());
        }
    }
    let single = |target: &sqlparser::ast::TruncateTableTarget| {
        let mut target = target.clone();
        target.only = false;
        target.has_asterisk = false;
        Item::tree(Statement::Truncate(Truncate {
            table_names: vec![target],
            identity: None,
            cascade: None,
            ..truncate.clone()
        }))
    };
    work.items = truncate.table_names.iter().map(single).collect();
}

fn refuse(cx: &mut Cx<'_>, work: &mut Work, span: crate::text::Span, message: String, help: &str) {
    let diagnostic = cx.report(&TRUNCATE, span, message);
    diagnostic.level = Level::Error;
    diagnostic.fidelity = Fidelity::Refused;
    diagnostic.help = (!help.is_empty()).then(|| help.to_string());
    work.verdict = Verdict::Refuse;
}

/// Another table with a foreign key to this one.
fn referrer(cx: &Cx<'_>, table: &ObjectName) -> Option<String> {
    let name = Name::of(table);
    let refers = |other: &&Table| {
        other.name != name
            && other
                .constraints
                .iter()
                .any(|c| matches!(&c.kind, ConstraintKind::ForeignKey { table, .. } if *table == name))
    };
    cx.catalog.tables().find(refers).map(|other| other.name.name.clone())
}

/// Whether TiDB makes ids for one of its columns.
fn makes_ids(table: &Table) -> bool {
    let auto = |option: &ColumnOption| {
        let text = option.to_string().to_ascii_uppercase();
        text.contains("AUTO_INCREMENT") || text.contains("AUTO_RANDOM")
    };
    table.columns.iter().any(|column| column.options.iter().any(auto))
}

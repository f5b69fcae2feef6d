//! `truncate`: a statement for each table, TRUNCATE or DELETE as foreign keys, ids and transactions want it.

use crate::catalog::{ConstraintKind, Name, Table};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::lacking::untriggered;
use crate::passes::rows::makes_ids;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::text::Span;
use sqlparser::ast::{CascadeOption, ObjectName, Statement, Truncate, TruncateIdentityOption};

rule! {
    /// TRUNCATE.
    ///
    /// TiDB truncates one table at a time, commits with it, starts the table's ids anew, and refuses a table that a foreign
    /// key refers to. So several tables become several statements, and `DELETE FROM` stands where TRUNCATE would do something
    /// else: where ids must go on, inside a transaction, and where foreign keys refer to the table, the referring tables
    /// first. With RESTART IDENTITY the ids are set back after it. A DELETE of very many rows may be more than one
    /// transaction of TiDB holds: it fails then, and the table can be emptied with TRUNCATE or BATCH by hand.
    pub TRUNCATE = "S044", "truncate", Statements, Approximate;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(Statement::Truncate(truncate)) = work.first() else { return };
    let truncate = truncate.clone();
    match statements(cx, &truncate) {
        Ok(items) => work.items = items,
        Err((span, message)) => {
            let diagnostic = cx.report(&TRUNCATE, span, message);
            diagnostic.level = Level::Error;
            diagnostic.fidelity = Fidelity::Refused;
            work.verdict = Verdict::Refuse;
        }
    }
}

/// A table to empty.
struct Target<'t> {
    /// As TiDB writes it.
    name: ObjectName,
    table: Option<&'t Table>,
    span: Span,
}

fn statements(cx: &mut Cx<'_>, truncate: &Truncate) -> Result<Vec<Item>, (Span, String)> {
    let catalog = cx.catalog;
    let mut targets = Vec::new();
    for target in &truncate.table_names {
        let table = catalog.table(&target.name);
        let span = cx.node(&target.name);
        if let Some(reason) = table.and_then(|table| table.missing.as_ref()) {
            return Err((span, format!("the table is not on TiDB: {reason}")));
        }
        let name = table.map_or_else(|| target.name.clone(), |table| table.tidb_name.clone());
        targets.push(Target { name, table, span });
        let below = if target.only { Vec::new() } else { catalog.descendants(&Name::of(&target.name)) };
        let below = below.into_iter().filter(|child| child.missing.is_none());
        targets.extend(below.map(|child| Target { name: child.tidb_name.clone(), table: Some(child), span }));
    }
    let cascades = truncate.cascade == Some(CascadeOption::Cascade);
    let mut at = 0;
    while at < targets.len() {
        let Some(table) = targets[at].table else {
            at += 1;
            continue;
        };
        for other in catalog.tables().filter(|other| other.name != table.name && refers(other, &table.name)) {
            if targets.iter().any(|target| target.table.is_some_and(|t| t.name == other.name)) {
                continue;
            }
            let span = targets[at].span;
            if !cascades {
                let message = format!(
                    "a foreign key of {} refers to this table, so PostgreSQL fails here",
                    other.name.name
                );
                return Err((span, message));
            }
            targets.push(Target { name: other.tidb_name.clone(), table: Some(other), span });
        }
        at += 1;
    }
    let restart = truncate.identity == Some(TruncateIdentityOption::Restart);
    let mut items = Vec::new();
    for target in ordered(targets)? {
        empty(cx, &target, restart, truncate, &mut items);
    }
    Ok(items)
}

/// Referring tables before those they refer to.
fn ordered(mut targets: Vec<Target<'_>>) -> Result<Vec<Target<'_>>, (Span, String)> {
    let mut order = Vec::with_capacity(targets.len());
    while !targets.is_empty() {
        let free = |target: &Target<'_>| {
            let Some(table) = target.table else { return true };
            let waits = |other: &Target<'_>| {
                other.table.is_some_and(|other| other.name != table.name && refers(other, &table.name))
            };
            !targets.iter().any(waits)
        };
        let Some(at) = targets.iter().position(free) else {
            return Err((targets[0].span, "these tables refer to each other in a circle".into()));
        };
        order.push(targets.remove(at));
    }
    Ok(order)
}

fn empty(cx: &mut Cx<'_>, target: &Target<'_>, restart: bool, truncate: &Truncate, items: &mut Vec<Item>) {
    let Target { name, table, span } = target;
    if let Some(table) = table {
        untriggered(cx, table, *span, "TRUNCATE");
    }
    let referred = table.is_some_and(|table| cx.catalog.tables().any(|other| refers(other, &table.name)));
    let ids = table.is_some_and(|table| table.columns.iter().any(makes_ids));
    let column =
        table.and_then(|table| table.columns.iter().find(|column| makes_ids(column)).map(|c| (table, c)));
    let sequence = column.and_then(|(table, column)| cx.catalog.sequence_of(&table.name, &column.name));
    // TiDB's TRUNCATE starts at 1, whatever the table says.
    let start = sequence.map_or(1, |(_, sequence)| sequence.start);
    let delete = referred || cx.in_transaction || ids && (!restart || start != 1);
    if table.is_none() && !restart && !delete {
        cx.report(&TRUNCATE, *span, "if the table makes ids, they start anew on TiDB").help =
            Some("have the files that create it in the same run".into());
    }
    if !delete {
        let mut single = truncate.clone();
        single.table_names.truncate(1);
        for only in &mut single.table_names {
            only.name = name.clone();
            only.only = false;
            only.has_asterisk = false;
        }
        (single.identity, single.cascade) = (None, None);
        items.push(Item::tree(Statement::Truncate(single)));
        return;
    }
    items.push(Item::Text(format!("DELETE FROM {name}")));
    if restart && (ids || table.is_none()) {
        if cx.in_transaction {
            cx.report(&TRUNCATE, *span, "setting the ids back commits the transaction on TiDB");
        }
        items.push(Item::Text(format!("ALTER TABLE {name} FORCE AUTO_INCREMENT = {start}")));
    }
}

/// Whether a table has a foreign key to this one.
fn refers(table: &Table, name: &Name) -> bool {
    let refers =
        |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey { table, .. } if table == name);
    table.constraints.iter().any(|c| refers(&c.kind))
}

//! `several-actions`, `alter-if-exists`, `missing-table`: one ALTER TABLE per kind of change.

use super::no_effect::{Fate, fate};
use super::{add_column, build};
use crate::diagnostic::rule;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use crate::syntax::walk::Walk;
use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation as Op, Ident, ObjectName, Statement,
    TableConstraint, Visitor,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

rule! {
    /// Several actions in one ALTER TABLE.
    ///
    /// TiDB checks all actions of a statement against the table as it was before, and refuses many combinations, so
    /// each kind of change gets a statement of its own, in an order that works: what the author wrote, unless an
    /// action needs what a later one makes. Columns that are added or dropped one after the other stay together.
    pub SEVERAL_ACTIONS = "A001", "several-actions", Alter, Exact;
}

rule! {
    /// `ALTER TABLE IF EXISTS`.
    ///
    /// TiDB has no such clause. Where an earlier statement of the run declares the table, it is there and the clause
    /// is not needed. Where none does, the statement fails on TiDB if the table does not exist. What only takes something from a table that
    /// the same file drops, as a dump made with `--clean` begins, is left out.
    pub ALTER_IF_EXISTS = "A002", "alter-if-exists", Alter, Approximate;
}

rule! {
    /// A change to a table that was refused.
    ///
    /// The statement that creates the table has no translation, so there is nothing on TiDB to change.
    pub MISSING_TABLE = "A003", "missing-table", Alter, Refused;
}

rule! {
    /// A change to a temporary table.
    ///
    /// TiDB changes no temporary table and makes no index on one: what it is to have, CREATE TABLE has to say. An index that is not
    /// unique only makes queries faster, and is left out.
    pub TEMPORARY_CHANGE = "A723", "temporary-change", Alter, Refused;
}

/// Whether a declared table is a temporary one.
pub fn is_temporary(cx: &Cx<'_>, table: &ObjectName) -> bool {
    cx.catalog.table(table).is_some_and(|table| table.temporary)
}

/// Refuses what is about a table that TiDB does not have.
pub fn refuse_missing(cx: &mut Cx<'_>, work: &mut Work, table: &ObjectName) -> bool {
    let Some(why) = cx.catalog.table(table).and_then(|t| t.missing.clone()) else { return false };
    let span = cx.node(table);
    cx.report(&MISSING_TABLE, span, format!("{table} is not on TiDB: {why}"));
    work.verdict = Verdict::Refuse;
    true
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let [Item::Tree(tree)] = &mut work.items[..] else { return };
    let Statement::AlterTable(alter) = tree.as_mut() else { return };
    let mut alter = alter.clone();
    let Some(kept) = kept(cx, &alter) else {
        work.verdict = Verdict::Refuse;
        return;
    };
    if kept.is_empty() {
        work.verdict = Verdict::Drop;
        return;
    }
    let source = match cx.parsed.tree.as_deref() {
        Ok(Statement::AlterTable(source)) => source.name.clone(),
        _ => alter.name.clone(),
    };
    if refuse_missing(cx, work, &source) {
        return;
    }
    let declared = cx.catalog.table(&source).is_some();
    if !declared && cx.file.drops(&source) && kept.iter().all(takes_away) {
        // So begins a dump that is to replace what is there.
        let span = cx.node(&source);
        cx.note(&ALTER_IF_EXISTS, span, format!("the file drops {source}, and this with it"));
        work.verdict = Verdict::Drop;
        return;
    }
    if alter.if_exists && !declared {
        let span = cx.words(&["if", "exists"]);
        // A run that starts from nothing has declared every table there is.
        if cx.catalog.tables().next().is_some() {
            let message = format!("no file of this run declares {source}: there is nothing to change");
            cx.report(&ALTER_IF_EXISTS, span, message)
                .help("if the table exists, convert the files that create it together with this one");
            work.verdict = Verdict::Drop;
            return;
        }
        let message = format!("TiDB has no ALTER TABLE IF EXISTS, and no file of this run declares {source}");
        cx.report(&ALTER_IF_EXISTS, span, message)
            .help("the statement fails on TiDB where the table does not exist");
    }
    alter.if_exists = false;
    alter.only = false;
    alter.operations = ordered(kept);
    let expanded = add_column::expand(cx, &source, &alter);
    work.items = grouped(&alter, expanded);
}

/// Whether an action takes something from the table that goes with the table as well.
fn takes_away(action: &Op) -> bool {
    match action {
        Op::DropConstraint { .. } | Op::DropColumn { .. } => true,
        Op::AlterColumn { op, .. } => matches!(op, AlterColumnOperation::DropDefault),
        _ => false,
    }
}

/// The actions that mean something on TiDB; `None` when one is refused.
fn kept(cx: &mut Cx<'_>, alter: &AlterTable) -> Option<Vec<Op>> {
    let mut kept = Vec::new();
    let mut refused = false;
    for (n, action) in alter.operations.iter().enumerate() {
        match fate(cx, &alter.name, action, n) {
            None => kept.push(action.clone()),
            Some(Fate::Dropped) => {}
            Some(Fate::Refused) => refused = true,
        }
    }
    (!refused).then_some(kept)
}

/// PostgreSQL runs the actions of a statement kind by kind. The author's order stays unless it matters.
fn ordered(mut actions: Vec<Op>) -> Vec<Op> {
    let facts: Vec<_> = actions.iter().map(|action| (phase(action), mentioned(action))).collect();
    let conflict = facts.iter().enumerate().any(|(n, (phase, names))| {
        facts[n + 1..].iter().any(|(later, others)| later < phase && !names.is_disjoint(others))
    });
    if conflict {
        actions.sort_by_key(phase);
    }
    actions
}

fn phase(action: &Op) -> u8 {
    match action {
        Op::DropColumn { .. } | Op::DropConstraint { .. } => 0,
        Op::AlterColumn { op, .. } => match op {
            AlterColumnOperation::DropNotNull | AlterColumnOperation::DropDefault => 0,
            AlterColumnOperation::SetDataType { .. } => 1,
            AlterColumnOperation::SetNotNull => 3,
            AlterColumnOperation::SetDefault { .. } | AlterColumnOperation::AddGenerated { .. } => 6,
        },
        Op::AddColumn { .. } => 2,
        Op::AddConstraint {
            constraint: TableConstraint::ForeignKey(_) | TableConstraint::Check(_), ..
        } => 5,
        Op::AddConstraint { .. } => 4,
        _ => 7,
    }
}

fn mentioned(action: &Op) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_ident(&mut self, ident: &Ident) -> ControlFlow<()> {
            self.0.insert(names::folded(ident));
            ControlFlow::Continue(())
        }
    }
    let mut found = Names(BTreeSet::new());
    let _ = action.walk(&mut found);
    found.0
}

/// Which actions TiDB takes side by side.
#[derive(PartialEq, Eq)]
enum Kind {
    AddColumn,
    DropColumn,
    AlterColumn,
    Alone,
}

fn kind(action: &Op) -> Kind {
    match action {
        Op::AddColumn { .. } => Kind::AddColumn,
        Op::DropColumn { .. } => Kind::DropColumn,
        Op::AlterColumn { .. } => Kind::AlterColumn,
        _ => Kind::Alone,
    }
}

fn grouped(alter: &AlterTable, actions: Vec<Op>) -> Vec<Item> {
    let mut groups: Vec<Vec<Op>> = Vec::new();
    for action in actions {
        match groups.last_mut() {
            Some(group) if kind(&action) != Kind::Alone && kind(&group[0]) == kind(&action) => {
                group.push(action);
            }
            _ => groups.push(vec![action]),
        }
    }
    groups.into_iter().map(|group| build::alter(&alter.name, group)).collect()
}

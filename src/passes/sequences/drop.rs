//! DROP SEQUENCE, and the sequences that PostgreSQL drops with a table or a column.

use super::SEQUENCE;
use super::identity::ALLOW_REMOVING;
use super::statement::{call, same_call};
use crate::catalog::{Name, Place, Sequence};
use crate::passes::alter::{auto_increment, modify};
use crate::passes::statements::dependents::drop;
use crate::passes::statements::drop_object::{DROP_ABSENT, HELD_OBJECT};
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{AlterTableOperation, ColumnOption, ObjectName, ObjectType, Statement};

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(tree) = cx.parsed.tree.as_deref() else { return };
    match tree {
        Statement::Drop { object_type: ObjectType::Sequence, names, cascade, .. } => {
            sequences(cx, work, names, *cascade);
        }
        Statement::Drop { object_type: ObjectType::Table, names, .. } => {
            for name in names {
                along(cx, work, &Name::of(name), None);
            }
        }
        Statement::AlterTable(alter) => {
            let table = Name::of(&alter.name);
            for operation in &alter.operations {
                if let AlterTableOperation::DropColumn { column_names, .. } = operation {
                    for column in column_names {
                        along(cx, work, &table, Some(&names::folded(column)));
                    }
                }
            }
        }
        _ => {}
    }
}

/// The sequences that belong to what is dropped go after it.
fn along(cx: &mut Cx<'_>, work: &mut Work, table: &Name, column: Option<&str>) {
    let belongs = |sequence: &Sequence| column.is_none_or(|column| sequence.belongs_to(table, column));
    let written = cx.catalog.sequences_of(table).filter(|(_, sequence)| belongs(sequence));
    let written: Vec<ObjectName> = written
        .filter_map(|(_, sequence)| match &sequence.place {
            Place::Sequence(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    for name in written {
        let span = cx.head();
        cx.note(&SEQUENCE, span, format!("the sequence {name} goes with it"));
        work.items.push(drop(ObjectType::Sequence, name, false));
    }
}

fn sequences(cx: &mut Cx<'_>, work: &mut Work, dropped: &[ObjectName], cascade: bool) {
    let mut before = Vec::new();
    let mut kept = Vec::new();
    for name in dropped {
        let span = cx.node(name);
        let found = cx.catalog.sequence(&Name::of(name)).cloned();
        match found.as_ref().map(|sequence| (&sequence.place, &sequence.owner)) {
            None => kept.push(super::on_tidb(cx.options, name)),
            Some((Place::Missing(why), _)) => {
                cx.note(&DROP_ABSENT, span, format!("the sequence {name} is not on TiDB: {why}"));
            }
            Some((Place::Counter, owner)) => {
                let owner = owner.as_ref().filter(|_| cascade);
                before
                    .extend(owner.and_then(|(table, column)| stopped(cx, table, column)).unwrap_or_default());
                let message = format!("{name} is the AUTO_INCREMENT of its column on TiDB");
                cx.note(&DROP_ABSENT, span, message);
            }
            Some((Place::Sequence(written), _)) => {
                let defaults = without_default(cx, written);
                if !cascade && !defaults.is_empty() {
                    let message = format!(
                        "PostgreSQL does not drop {name} while a default takes from it, and TiDB would"
                    );
                    cx.report(&HELD_OBJECT, span, message).help("drop the default before, or say CASCADE");
                    work.verdict = Verdict::Refuse;
                    return;
                }
                before.extend(defaults);
                kept.push(written.clone());
            }
        }
    }
    if let Some(Statement::Drop { names, cascade, restrict, .. }) = work.first() {
        names.clone_from(&kept);
        (*cascade, *restrict) = (false, false);
    }
    if kept.is_empty() {
        work.items.clear();
    }
    work.items.splice(0..0, before);
    if work.items.is_empty() {
        work.verdict = Verdict::Drop;
    }
}

/// CASCADE takes the column's numbers away.
fn stopped(cx: &Cx<'_>, table: &Name, column: &str) -> Option<Vec<Item>> {
    let table = cx.catalog.table_named(table)?;
    let mut column = table.column(column).filter(|column| auto_increment(column))?.clone();
    column.options.retain(|option| !matches!(option, ColumnOption::DialectSpecific(_)));
    Some(vec![Item::Text(ALLOW_REMOVING.into()), modify(&table.tidb_name, &column)])
}

/// The defaults that take from a sequence: on TiDB they would stay, and each INSERT would fail.
fn without_default(cx: &Cx<'_>, sequence: &ObjectName) -> Vec<Item> {
    let wanted = call(sequence);
    let mut items = Vec::new();
    for table in cx.catalog.tables().filter(|table| table.missing.is_none()) {
        for column in &table.columns {
            let uses =
                |o: &ColumnOption| matches!(o, ColumnOption::Default(expr) if same_call(expr, &wanted));
            if column.options.iter().any(uses) {
                let mut column = column.clone();
                column.options.retain(|option| !uses(option));
                items.push(modify(&table.tidb_name, &column));
            }
        }
    }
    items
}

//! `rebuilt-index`: indexes that compute with a column which changes.

use super::build;
use super::conversion::TYPE_BLOCKED;
use super::state::State;
use crate::catalog::{Index, Table};
use crate::diagnostic::rule;
use crate::passes::indexes::helper;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{AlterTableOperation as Op, CreateIndex, ObjectName, Statement};

rule! {
    /// An index that computes with a column which changes.
    ///
    /// TiDB changes neither the definition nor the name of a column while an index has it in an expression, or as the condition of
    /// a partial index that became one: `MODIFY COLUMN` fails even where only the comment is another. The index is dropped before
    /// and created again after.
    pub REBUILT_INDEX = "A722", "rebuilt-index", Alter, Exact;
}

/// The statements that drop an index which computes with a column, and that create it again as `change` has it.
fn around(
    cx: &mut Cx<'_>,
    table: &ObjectName,
    index: &Index,
    column: &str,
    span: Span,
    change: &dyn Fn(&mut CreateIndex),
) -> Option<(Vec<Item>, Vec<Item>)> {
    let (name, written) = (index.tidb_name.as_ref()?, index.written.as_ref()?);
    let message = format!("the index {name} computes with {column}: it is dropped, and created again after");
    cx.note(&REBUILT_INDEX, span, message);
    let mut drop = vec![build::alter(table, vec![Op::DropIndex { name: names::ident(name) }])];
    drop.extend(helper::dropped(table, &index.helpers));
    let mut written = written.as_ref().clone();
    written.table_name.clone_from(table);
    written.name = Some(ObjectName::from(vec![names::ident(name)]));
    change(&mut written);
    Some((drop, helper::creation(written, cx.catalog.table(table))))
}

/// What goes before a column gets another name, and what comes after it, as `change` has it.
pub fn rebuilt(
    cx: &mut Cx<'_>,
    state: &State,
    column: &str,
    span: Span,
    change: &dyn Fn(&mut CreateIndex),
) -> (Vec<Item>, Vec<Item>) {
    let Some(table) = &state.table else { return (Vec::new(), Vec::new()) };
    let computing = |i: &&Index| i.tidb_name.is_some() && i.computes_with(column);
    let indexes = table.indexes.iter().filter(computing);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (drop, create) in indexes.filter_map(|index| around(cx, &state.name, index, column, span, change)) {
        before.extend(drop);
        after.extend(create);
    }
    (before, after)
}

/// A column that a statement of the translation restates.
struct Restated {
    at: usize,
    table: ObjectName,
    column: String,
}

/// Whatever restates a column does it without the indexes that compute with it.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let restated = restated(&work.items);
    if restated.is_empty() || work.verdict != Verdict::Emit {
        return;
    }
    let catalog = cx.catalog;
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut tables: Vec<&Table> = restated.iter().filter_map(|r| catalog.on_tidb(&r.table)).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables.dedup_by(|a, b| a.name == b.name);
    for table in tables.into_iter().filter(|table| table.missing.is_none()) {
        let here: Vec<&Restated> =
            restated.iter().filter(|r| names::same(&r.table, &table.tidb_name)).collect();
        for index in table.indexes.iter().filter(|index| index.tidb_name.is_some()) {
            let held: Vec<&&Restated> = here.iter().filter(|r| index.computes_with(&r.column)).collect();
            let (Some(first), Some(last)) = (held.first(), held.last()) else { continue };
            let span = cx.head();
            match around(cx, &table.tidb_name, index, &first.column, span, &|_| {}) {
                Some((drop, create)) => {
                    before.extend(drop.into_iter().map(|item| (first.at, item)));
                    after.extend(create.into_iter().map(|item| (last.at, item)));
                }
                None => {
                    let message = format!(
                        "TiDB can't change {} while the index {} computes with it",
                        first.column, index.name
                    );
                    cx.report(&TYPE_BLOCKED, span, message)
                        .help("drop the index before, and create it again after");
                    work.verdict = Verdict::Refuse;
                    return;
                }
            }
        }
    }
    let mut items = Vec::with_capacity(work.items.len());
    for (at, item) in std::mem::take(&mut work.items).into_iter().enumerate() {
        items.extend(before.extract_if(.., |(place, _)| *place == at).map(|(_, item)| item));
        items.push(item);
        items.extend(after.extract_if(.., |(place, _)| *place == at).map(|(_, item)| item));
    }
    work.items = items;
}

fn restated(items: &[Item]) -> Vec<Restated> {
    let mut found = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let Item::Tree(tree) = item else { continue };
        let Statement::AlterTable(alter) = tree.as_ref() else { continue };
        found.extend(alter.operations.iter().filter_map(|operation| match operation {
            Op::ModifyColumn { col_name, .. } => {
                Some(Restated { at, table: alter.name.clone(), column: names::folded(col_name) })
            }
            _ => None,
        }));
    }
    found
}

/// An index that computes with a column, and can't be said again.
pub fn unknown_index<'t>(table: &'t Table, column: &str) -> Option<&'t Index> {
    table.indexes.iter().find(|index| {
        index.tidb_name.is_some() && index.written.is_none() && index.mentions.iter().any(|m| m == column)
    })
}

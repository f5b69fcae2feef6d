//! Rows.

mod conflict;
mod delete;
mod insert;
mod joined;
mod refused;
mod returning;
mod rules;
mod select;
mod set_default;
mod table;
mod unchanged;
mod update;
pub mod value;
pub mod values;
mod with;

use super::{Cx, Item, Work};
use crate::diagnostic::Rule;
use crate::syntax::names;
use refused::Refused;
use sqlparser::ast::Statement;

pub use unchanged::outcome as unchanged;
pub use value::makes_ids;
pub use with::changes;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &rules::INSERT_QUERY,
    &rules::ON_CONFLICT,
    &rules::RETURNING,
    &rules::INSERTED_VALUE,
    &rules::ZERO_ID,
    &rules::CONFLICT_OTHER_KEY,
    &rules::CONFLICT_SAME_ROW,
    &rules::CONFLICT_UNDECLARED,
    &rules::EXPLICIT_ID,
    &rules::ID_AFTER_EXPLICIT,
    &rules::SEVERAL_MATCHES,
    &set_default::FOREIGN_KEY_DEFAULT,
];

/// Translates every change of rows, each into the statements it takes.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if !work.items.iter().any(|item| matches!(item, Item::Tree(statement) if changes_rows(statement))) {
        return;
    }
    for item in std::mem::take(&mut work.items) {
        let done = match item {
            Item::Tree(statement) if changes_rows(&statement) => {
                work.reprint |= matches!(*statement, Statement::Query(_));
                change(cx, *statement)
            }
            other => Ok(vec![other]),
        };
        match done {
            Ok(mut items) => {
                items.iter_mut().for_each(partition_first);
                work.items.extend(items);
            }
            Err(refused) => return refused.report(cx, work),
        }
    }
}

/// TiDB has the partition before the columns.
fn partition_first(item: &mut Item) {
    if let Item::Tree(statement) = item
        && let Statement::Insert(insert) = statement.as_mut()
        && insert.partitioned.is_some()
    {
        let columns = std::mem::take(&mut insert.columns);
        insert.after_columns = columns.iter().filter_map(|column| names::last(column).cloned()).collect();
    }
}

fn changes_rows(statement: &Statement) -> bool {
    match statement {
        Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => true,
        Statement::Query(query) => with::changes(query),
        _ => false,
    }
}

fn change(cx: &mut Cx<'_>, statement: Statement) -> Result<Vec<Item>, Refused> {
    match statement {
        Statement::Insert(insert) => insert::statement(cx, insert),
        Statement::Update(update) => update::statement(cx, update),
        Statement::Delete(delete) => delete::statement(cx, delete),
        Statement::Query(query) => with::statement(cx, *query),
        other => Ok(vec![Item::tree(other)]),
    }
}

//! Indexes.

pub mod alter_index;
mod columns;
pub mod create_index;
mod partial;

use super::alter::State;
use super::expressions::Scope;
use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &create_index::CREATE_INDEX,
    &create_index::INDEX_METHOD,
    &create_index::INDEX_ON_VIEW,
    &partial::PARTIAL_UNIQUE_INDEX,
    &partial::PARTIAL_INDEX,
    &partial::PARTIAL_INDEX_BLOCKED,
    &columns::INDEX_PREFIX,
    &columns::INDEX_EXPRESSION,
    &columns::INDEX_EXPRESSION_BLOCKED,
    &columns::INDEX_ON_JSON,
    &alter_index::ALTER_INDEX,
];

/// The table's columns, for expressions.
fn scope(state: &State) -> Scope {
    let columns = state
        .table
        .as_ref()
        .map(|table| table.columns.iter().map(|column| (column.name.clone(), column.pg.clone())).collect());
    Scope { columns: columns.unwrap_or_default() }
}

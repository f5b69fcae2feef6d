//! Indexes.

pub mod alter_index;
mod columns;
pub mod create_index;
mod partial;
mod spell;

use super::Cx;
pub use columns::prefixes;
pub use spell::spell_out_nullif;

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
    &create_index::MULTI_VALUED_INDEX,
];

/// The table's columns, for expressions.
fn scope(cx: &Cx<'_>, state: &State) -> Scope<'static> {
    let columns = state.table.iter().flat_map(|table| &table.columns);
    Scope::of_columns(cx, columns.map(|column| (column.name.clone(), column.pg.clone())))
}

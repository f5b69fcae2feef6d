//! Indexes.

pub mod alter_index;
mod columns;
pub mod create_index;
pub mod helper;
mod partial;
mod prefix;
mod spell;

pub use prefix::prefixes;
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
    &prefix::INDEX_PREFIX,
    &columns::INDEX_EXPRESSION,
    &columns::INDEX_EXPRESSION_BLOCKED,
    &helper::INDEX_COLUMN,
    &columns::INDEX_ON_JSON,
    &alter_index::ALTER_INDEX,
    &create_index::MULTI_VALUED_INDEX,
];

/// The table's columns, for expressions.
fn scope(state: &State) -> Scope<'_> {
    state.table.as_ref().map_or_else(Scope::default, |table| Scope::of_table(table, None))
}

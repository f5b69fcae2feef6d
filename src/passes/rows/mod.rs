//! Rows.

mod conflict;
pub mod change;
pub mod insert;
mod refused;
mod rules;
mod value;

use crate::diagnostic::Rule;
use refused::Refused;
use insert::Into;

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
];

//! Rows.

pub mod change;
pub mod insert;
mod rules;
mod value;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] =
    &[&rules::INSERT_QUERY, &rules::ON_CONFLICT, &rules::RETURNING, &rules::INSERTED_VALUE, &rules::ZERO_ID];

//! Changes to what exists.

pub mod actions;
pub mod column_change;
pub mod constraint_change;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[];

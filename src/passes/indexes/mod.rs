//! Indexes.

pub mod create_index;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[];

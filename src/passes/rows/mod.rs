//! Rows.

pub mod insert;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[];

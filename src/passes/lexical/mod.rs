//! Names.

pub mod case_only;
pub mod schema_name;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[&schema_name::SCHEMA_NAME, &case_only::CASE_ONLY_NAME];

//! Tables: columns, defaults, constraints, options.

pub mod charset;
pub mod check;
pub mod collation;
pub mod default_value;
pub mod exclusion;
pub mod foreign_key;
pub mod generated_column;
pub mod identity_column;
pub mod indexed_text;
pub mod inline_constraint;
pub mod key_options;
pub mod serial_column;
pub mod storage;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[];

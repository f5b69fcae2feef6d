//! Statements that are about no table: sessions, transactions, comments, drops, and all that is refused.

pub mod comment_on;
pub mod drop_object;
pub mod session_setting;
pub mod transaction;
pub mod unsupported;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[&unsupported::UNPARSED];

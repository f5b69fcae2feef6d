//! The linter: rules for scripts that are TiDB's already, and what all findings go through before they are reported.

pub mod dialect;
pub mod fingerprint;
pub mod meta;
pub mod portable;
pub mod select;
pub mod suppress;
pub mod tidb;

use crate::diagnostic::Rule;

/// The rules that only the linter has.
pub fn own_rules() -> impl Iterator<Item = &'static Rule> {
    meta::RULES.iter().chain(portable::RULES).chain(tidb::RULES).copied()
}

/// Every rule of convert and of the linter.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    crate::passes::registry::rules().chain(own_rules())
}

/// A change that removes a finding without changing what the script means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Bytes in the file.
    pub span: crate::text::Span,
    pub text: String,
}

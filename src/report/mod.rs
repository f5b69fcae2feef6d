//! Renders diagnostics and outcomes for people and machines.

pub mod assess;
pub mod assess_text;
pub mod diff;
pub mod diff_text;
pub mod finding;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod html_assess;
pub mod human;
pub mod issue;
pub mod junit;
pub mod markdown;
pub mod pages;
pub mod preflight;
pub mod record;
pub mod sarif;
pub use crate::script::rules;
pub mod summary;

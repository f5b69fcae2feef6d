//! Renders diagnostics and outcomes for people and machines.

pub mod finding;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod issue;
pub mod junit;
pub mod pages;
pub mod preflight;
pub mod record;
pub mod sarif;
pub use crate::script::rules;
pub mod summary;

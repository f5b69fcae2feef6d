//! Renders diagnostics and outcomes for people and machines.

pub mod finding;
pub mod human;
pub mod pages;
pub mod record;
pub use crate::script::rules;
pub mod summary;

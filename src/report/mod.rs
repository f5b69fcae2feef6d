//! Renders diagnostics and outcomes for people and machines.

pub mod finding;
pub mod human;
pub mod record;
pub mod rules;
pub mod summary;

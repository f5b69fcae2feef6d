//! Renders diagnostics and outcomes for people and machines.

pub mod record;

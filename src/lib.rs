//! pg2tidb compiles PostgreSQL migrations to TiDB SQL with the same meaning, or says exactly where it can't.

pub mod catalog;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod lint;
pub mod memory;
pub mod passes;
pub mod project;
pub mod reconcile;
pub mod report;
pub mod script;
pub mod syntax;
pub mod target;
pub mod text;
#[cfg(feature = "verify")]
pub mod verify;

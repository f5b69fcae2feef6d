//! Proof by execution: runs an original on PostgreSQL and its translation on TiDB, and compares the two schemas.
//!
//! The parts, in the order a check uses them: [`postgres::Postgres`] runs the files as they are, [`tidb::Tidb`] runs the
//! records of the translation, each reads what came out into the same [`model::Schema`], and [`compare::compare`] says
//! which objects arrived. Needs the cargo feature `verify`; everything else of the crate works without a database.

pub mod accepts;
pub mod blame;
pub mod compare;
pub mod differential;
pub mod error;
pub mod expr;
mod json;
pub mod model;
pub mod original;
pub mod postgres;
mod read_postgres;
mod read_tidb;
pub mod run;
mod show_create;
pub mod tidb;
mod types;
mod value;

pub use accepts::accepts;
pub use blame::failed_on_postgres;
pub use compare::{Comparison, compare};
pub use error::{Error, Result};
pub use postgres::Postgres;
pub use run::{Rejected, Replay, replay};
pub use tidb::{Session, Tidb};

//! Turns the text of a statement into its syntax tree.

pub mod access;
pub mod ddl;
mod depth;
pub mod lex;
pub mod names;
mod parse;
pub mod plpgsql;
pub mod ranges;
pub mod reserved;
pub mod rows;
pub mod sequence;
pub mod skip;
mod skip_insert;
pub mod template;
mod tokens;
pub mod walk;
mod words;

pub use parse::{Failure, Left, Parsed};

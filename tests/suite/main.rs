//! Every test that needs no server, in one binary: twenty would each link the whole crate, for minutes and gigabytes.

#[macro_use]
mod snapshot;

mod cli;
mod cli_ahead;
mod cli_common;
mod cli_docs;
mod cli_order;
mod cli_preflight;
mod convert;
mod docs;
mod fixtures;
mod guard;
mod includes;
mod layers;
mod layouts;
mod lint;
mod lint_common;
mod lint_fix;
mod lint_laws;
mod lint_lists;
mod lint_rules;
mod lock;
mod recognised;
mod reports;
mod script;
mod script_laws;
mod script_psql;
mod shared;

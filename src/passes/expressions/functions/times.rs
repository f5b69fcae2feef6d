//! The present, and parts of dates.

use super::super::literals::{call, number};
use super::{Arg, Gives, Row, To};
use sqlparser::ast::Expr;

pub static ROWS: &[Row] = &[
    row("now", &[], Gives::Timestamptz, To::Made(now)),
    row("transaction_timestamp", &[], Gives::Timestamptz, To::Made(now)),
    row("statement_timestamp", &[], Gives::Timestamptz, To::Made(now)),
    row("clock_timestamp", &[], Gives::Timestamptz, To::Made(now)),
    row("current_timestamp", &[], Gives::Timestamptz, To::Made(now)),
    row("localtimestamp", &[], Gives::Timestamp, To::Made(now)),
    row("current_timestamp", &[Arg::Count], Gives::Timestamptz, To::Same),
    row("localtimestamp", &[Arg::Count], Gives::Timestamp, To::Named("CURRENT_TIMESTAMP")),
    row("current_date", &[], Gives::Date, To::Same),
    row("date", &[Arg::Time], Gives::Date, To::Same),
];

const fn row(name: &'static str, args: &'static [Arg], gives: Gives, to: To) -> Row {
    Row { name, args, gives, to }
}

/// With the microseconds that PostgreSQL's has.
fn now(_: Vec<Expr>) -> Expr {
    call("CURRENT_TIMESTAMP", vec![number("6")])
}

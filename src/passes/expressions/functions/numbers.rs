//! Functions on numbers. Rounding of double precision is left out: the two round halves differently.

use super::super::literals::number;
use super::{Arg, Gives, Row, To, with};

pub static ROWS: &[Row] = &[
    row("abs", &[Arg::Number], Gives::Args, To::Same),
    row("ceil", &[Arg::Number], Gives::Args, To::Same),
    row("ceiling", &[Arg::Number], Gives::Args, To::Same),
    row("floor", &[Arg::Number], Gives::Args, To::Same),
    row("round", &[Arg::Exact], Gives::Args, To::Same),
    row("round", &[Arg::Exact, Arg::Count], Gives::Args, To::Same),
    row("trunc", &[Arg::Exact], Gives::Args, To::Made(|args| with("TRUNCATE", args, vec![number("0")]))),
    row("trunc", &[Arg::Exact, Arg::Count], Gives::Args, To::Named("TRUNCATE")),
    row("sign", &[Arg::Number], Gives::Int, To::Same),
    row("mod", &[Arg::Int, Arg::Int], Gives::Int, To::Same),
    row("power", &[Arg::Number, Arg::Number], Gives::Float, To::Same),
    row("pow", &[Arg::Number, Arg::Number], Gives::Float, To::Same),
    row("sqrt", &[Arg::Number], Gives::Float, To::Same),
    row("exp", &[Arg::Number], Gives::Float, To::Same),
    row("ln", &[Arg::Number], Gives::Float, To::Same),
    row("log", &[Arg::Number], Gives::Float, To::Named("LOG10")),
    row("log10", &[Arg::Number], Gives::Float, To::Same),
    row("pi", &[], Gives::Float, To::Same),
];

const fn row(name: &'static str, args: &'static [Arg], gives: Gives, to: To) -> Row {
    Row { name, args, gives, to }
}

//! Functions on texts.

use super::super::literals::{call, number, string};
use super::{Arg, Gives, Row, To, with};
use sqlparser::ast::Expr;

pub static ROWS: &[Row] = &[
    row("length", &[Arg::Text], Gives::Int, To::Named("CHAR_LENGTH")),
    row("char_length", &[Arg::Text], Gives::Int, To::Same),
    row("character_length", &[Arg::Text], Gives::Int, To::Same),
    row("octet_length", &[Arg::Text], Gives::Int, To::Same),
    row("bit_length", &[Arg::Text], Gives::Int, To::Same),
    row("length", &[Arg::Bytea], Gives::Int, To::Same),
    row("octet_length", &[Arg::Bytea], Gives::Int, To::Same),
    row("lower", &[Arg::Text], Gives::Text, To::Same),
    row("upper", &[Arg::Text], Gives::Text, To::Same),
    row("btrim", &[Arg::Text], Gives::Text, To::Named("TRIM")),
    row("ltrim", &[Arg::Text], Gives::Text, To::Same),
    row("rtrim", &[Arg::Text], Gives::Text, To::Same),
    // PostgreSQL's leaves NULLs out, as CONCAT_WS does.
    row("concat", &[Arg::Printable, Arg::Rest], Gives::Text, To::Made(concat)),
    row("concat_ws", &[Arg::Text, Arg::Printable, Arg::Rest], Gives::Text, To::Same),
    row("left", &[Arg::Text, Arg::Count], Gives::Text, To::Same),
    row("right", &[Arg::Text, Arg::Count], Gives::Text, To::Same),
    row("substr", &[Arg::Text, Arg::Positive], Gives::Text, To::Same),
    row("substr", &[Arg::Text, Arg::Positive, Arg::Count], Gives::Text, To::Same),
    row("substring", &[Arg::Text, Arg::Positive], Gives::Text, To::Same),
    row("substring", &[Arg::Text, Arg::Positive, Arg::Count], Gives::Text, To::Same),
    row("replace", &[Arg::Text, Arg::Text, Arg::Text], Gives::Text, To::Same),
    row("reverse", &[Arg::Text], Gives::Text, To::Same),
    row("repeat", &[Arg::Text, Arg::Int], Gives::Text, To::Same),
    row("lpad", &[Arg::Text, Arg::Count, Arg::Text], Gives::Text, To::Same),
    row("rpad", &[Arg::Text, Arg::Count, Arg::Text], Gives::Text, To::Same),
    row(
        "lpad",
        &[Arg::Text, Arg::Count],
        Gives::Text,
        To::Made(|args| with("LPAD", args, vec![string(" ")])),
    ),
    row(
        "rpad",
        &[Arg::Text, Arg::Count],
        Gives::Text,
        To::Made(|args| with("RPAD", args, vec![string(" ")])),
    ),
    row("strpos", &[Arg::Text, Arg::Text], Gives::Int, To::Named("INSTR")),
    row("starts_with", &[Arg::Text, Arg::Text], Gives::Bool, To::Made(starts_with)),
    row("md5", &[Arg::Text], Gives::Text, To::Same),
];

const fn row(name: &'static str, args: &'static [Arg], gives: Gives, to: To) -> Row {
    Row { name, args, gives, to }
}

fn concat(args: Vec<Expr>) -> Expr {
    let mut all = vec![string("")];
    all.extend(args);
    call("CONCAT_WS", all)
}

fn starts_with(args: Vec<Expr>) -> Expr {
    let place = call("INSTR", args);
    super::super::walk::binary(place, sqlparser::ast::BinaryOperator::Eq, number("1"))
}

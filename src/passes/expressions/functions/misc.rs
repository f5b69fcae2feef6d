//! Functions on whatever there is: NULLs, JSON, arrays, uuids.

use super::super::literals::{call, number};
use super::super::walk::binary;
use super::{Arg, Gives, Row, To};
use sqlparser::ast::{BinaryOperator, Expr};

pub static ROWS: &[Row] = &[
    row("coalesce", &[Arg::Any, Arg::Rest], Gives::Args, To::Same),
    row("nullif", &[Arg::Any, Arg::Any], Gives::Args, To::Same),
    row("num_nonnulls", &[Arg::Any, Arg::Rest], Gives::Int, To::Made(|args| count(args, Expr::IsNotNull))),
    row("num_nulls", &[Arg::Any, Arg::Rest], Gives::Int, To::Made(|args| count(args, Expr::IsNull))),
    row("jsonb_array_length", &[Arg::Json], Gives::Int, To::Named("JSON_LENGTH")),
    row("json_array_length", &[Arg::Json], Gives::Int, To::Named("JSON_LENGTH")),
    row("cardinality", &[Arg::Array], Gives::Int, To::Named("JSON_LENGTH")),
    row("array_length", &[Arg::Array, Arg::Positive], Gives::Int, To::Made(array_length)),
    row("gen_random_uuid", &[], Gives::Uuid, To::Named("UUID")),
    row("uuid_generate_v4", &[], Gives::Uuid, To::Named("UUID")),
    row("uuid_generate_v1", &[], Gives::Uuid, To::Named("UUID")),
    row("random", &[], Gives::Float, To::Named("RAND")),
];

const fn row(name: &'static str, args: &'static [Arg], gives: Gives, to: To) -> Row {
    Row { name, args, gives, to }
}

/// A sum of ones for each that is, or is not, NULL.
fn count(args: Vec<Expr>, test: fn(Box<Expr>) -> Expr) -> Expr {
    let tested = |arg| Expr::Nested(Box::new(test(Box::new(arg))));
    let sum = args.into_iter().map(tested).reduce(|sum, one| binary(sum, BinaryOperator::Plus, one));
    Expr::Nested(Box::new(sum.unwrap_or_else(|| number("0"))))
}

/// The length of an empty array is NULL on PostgreSQL.
fn array_length(mut args: Vec<Expr>) -> Expr {
    args.truncate(1);
    call("NULLIF", vec![call("JSON_LENGTH", args), number("0")])
}

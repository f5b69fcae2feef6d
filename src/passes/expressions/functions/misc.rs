//! Functions on whatever there is: NULLs, uuids, the system.

use super::super::Untranslatable;
use super::super::literals::{call, number, string};
use super::super::types::Ty;
use super::super::uuids;
use super::super::walk::{Walk, binary};
use super::row::{Call, Row, rows};
use sqlparser::ast::{BinaryOperator, Expr, Value};

type Made = Result<Expr, Untranslatable>;

pub static ROWS: &[Row] = rows! {
    "coalesce" (Any, Rest) Args: "=";
    "nullif" (Any, Any) Args: "NULLIF($1, $2)" by null_if;
    "greatest" (Any, Rest) Args: "GREATEST(COALESCE($1, $2), COALESCE($2, $1)), where they may be NULL" by extreme;
    "least" (Any, Rest) Args: "LEAST(COALESCE($1, $2), COALESCE($2, $1)), where they may be NULL" by extreme;
    "num_nonnulls" (Any, Rest) Int: "(($1 IS NOT NULL) + …)" by count_values;
    "num_nulls" (Any, Rest) Int: "(($1 IS NULL) + …)" by count_nulls;
    "gen_random_uuid" () Uuid: "UUID()" by uuid;
    "uuid_generate_v4" () Uuid: "UUID()" by uuid;
    "uuid_generate_v1" () Uuid: "UUID()" by uuid;
    "uuid_nil" () Uuid: "'00000000-0000-0000-0000-000000000000'" by nil;
    "uuid_in" (Text) Uuid: "BIN_TO_UUID(UUID_TO_BIN($1))" by read_uuid;
    "current_database" () Text: "DATABASE()";
    "current_user" () Text: "SUBSTRING_INDEX(USER(), '@', 1)" by user_name;
    "session_user" () Text: "SUBSTRING_INDEX(USER(), '@', 1)" by user_name;
    "user" () Text: "SUBSTRING_INDEX(USER(), '@', 1)" by user_name;
    "pg_typeof" (Any) Text: "the name of the type" by type_name;
};

fn nil(walk: &mut Walk<'_, '_>, _: &mut Call) -> Made {
    Ok(uuids::stored(walk, string("00000000-0000-0000-0000-000000000000")))
}

fn read_uuid(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let Some(text) = call.args.pop() else { return walk.refuse(&call.at, "uuid_in") };
    Ok(uuids::read(walk, text))
}

/// TiDB's names end with the host.
fn user_name(_: &mut Walk<'_, '_>, _: &mut Call) -> Made {
    Ok(call("SUBSTRING_INDEX", vec![call("USER", vec![]), string("@"), number("1")]))
}

fn uuid(walk: &mut Walk<'_, '_>, _: &mut Call) -> Made {
    Ok(uuids::stored(walk, call("UUID", vec![])))
}

/// The two are compared.
fn null_if(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let (right, left) = (call.args.pop(), call.args.pop());
    let (Some(mut left), Some(mut right)) = (left, right) else { return walk.refuse(&call.at, "nullif") };
    let (a, b) = (call.types[0].clone(), call.types[1].clone());
    super::super::operators::comparable(walk, &mut left, &a, &mut right, &b)?;
    call.ty = Some(if a == Ty::Unknown { Ty::Text } else { a });
    Ok(self::call("NULLIF", vec![left, right]))
}

/// TiDB's GREATEST is NULL as soon as one value is; PostgreSQL's leaves NULLs out.
fn extreme(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let name = call.name.to_uppercase();
    let ty = call.types.iter().fold(Ty::Unknown, |common, ty| common.widest(ty));
    if ty == Ty::Enum {
        return walk.refuse(&call.at, format!("{name} of enums, which TiDB compares as texts,"));
    }
    super::super::operators::ordered(walk, &call.at.clone(), &ty)?;
    let source = super::arguments_of(&call.at);
    let is_null = |arg: &Expr| matches!(arg, Expr::Value(value) if matches!(value.value, Value::Null));
    let given = std::mem::take(&mut call.args);
    let mut args: Vec<(Expr, bool)> = given
        .into_iter()
        .enumerate()
        .filter(|(_, arg)| !is_null(super::super::arrays::bare(arg)))
        .map(|(at, arg)| {
            let nullable = source.get(at).is_none_or(|source| super::super::nulls_possible(walk, source));
            (arg, nullable)
        })
        .collect();
    if args.len() <= 1 {
        return Ok(args.pop().map_or_else(|| Expr::value(Value::Null), |(arg, _)| arg));
    }
    if args.iter().all(|(_, nullable)| !nullable) {
        return Ok(self::call(&name, args.into_iter().map(|(arg, _)| arg).collect()));
    }
    // Each value that may be NULL has the others in its place.
    let certain = args.iter().find(|(_, nullable)| !nullable).map(|(arg, _)| arg.clone());
    let filled = |at: usize| {
        let (arg, nullable) = &args[at];
        if !nullable {
            return arg.clone();
        }
        let others: Vec<Expr> = match &certain {
            Some(certain) => vec![certain.clone()],
            None => (1..args.len()).map(|next| args[(at + next) % args.len()].0.clone()).collect(),
        };
        self::call("COALESCE", std::iter::once(arg.clone()).chain(others).collect())
    };
    Ok(self::call(&name, (0..args.len()).map(filled).collect()))
}

fn count_values(_: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    Ok(count(std::mem::take(&mut call.args), Expr::IsNotNull))
}

fn count_nulls(_: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    Ok(count(std::mem::take(&mut call.args), Expr::IsNull))
}

/// A sum of ones for each that is, or is not, NULL.
fn count(args: Vec<Expr>, test: fn(Box<Expr>) -> Expr) -> Expr {
    let tested = |arg| {
        let arg = super::template::operand_of(arg);
        Expr::Nested(Box::new(test(Box::new(arg))))
    };
    let sum = args.into_iter().map(tested).reduce(|sum, one| binary(sum, BinaryOperator::Plus, one));
    Expr::Nested(Box::new(sum.unwrap_or_else(|| number("0"))))
}

fn type_name(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    match &call.types[0] {
        Ty::Enum | Ty::Array(_) | Ty::Text | Ty::Json | Ty::Int | Ty::Bit => {
            walk.refuse(&call.at, "the function pg_typeof of this expression")
        }
        Ty::Timestamp => Ok(string("timestamp without time zone")),
        Ty::Timestamptz => Ok(string("timestamp with time zone")),
        Ty::Time => Ok(string("time without time zone")),
        other => Ok(string(other.name())),
    }
}

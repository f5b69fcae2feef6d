//! Functions: a table with a row for each that TiDB has, under whatever name.

mod misc;
mod numbers;
mod texts;
mod times;

use super::literals::{self, call as call_of};
use super::types::Ty;
use super::walk::{Typed, Walk};
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName,
    Value,
};

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arg {
    Text,
    Int,
    /// An integer or a numeric: their arithmetic is exact on both.
    Exact,
    Number,
    Json,
    Array,
    Bytea,
    Time,
    /// A literal that is no negative number.
    Count,
    /// A literal that is a positive number.
    Positive,
    Any,
    /// Text or a whole number: what prints alike.
    Printable,
    /// As many of the one before as there are.
    Rest,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    Bool,
    Int,
    Float,
    Text,
    Date,
    Timestamp,
    Timestamptz,
    Uuid,
    /// What its arguments have in common.
    Args,
}

/// How it is written on TiDB.
#[derive(Debug, Clone, Copy)]
pub enum To {
    /// Under the same name.
    Same,
    Named(&'static str),
    /// Some other expression, made of the translated arguments.
    Made(fn(Vec<Expr>) -> Expr),
}

/// A function that is translated.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub args: &'static [Arg],
    pub gives: Gives,
    pub to: To,
}

/// Every function, by family.
static TABLES: &[&[Row]] = &[texts::ROWS, numbers::ROWS, times::ROWS, misc::ROWS];

pub fn call(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Function(function) = expr else { return Ok(Ty::Unknown) };
    let Some(name) = literals::function_name(function) else {
        let what = format!("the function {}", function.name);
        return walk.refuse(expr, what);
    };
    let named = format!("the function {name}");
    let plain = function.filter.is_none()
        && function.over.is_none()
        && function.null_treatment.is_none()
        && function.within_group.is_empty()
        && !function.uses_odbc_syntax
        && matches!(function.parameters, FunctionArguments::None);
    let args = arguments(function);
    let (true, Some(mut args)) = (plain, args) else {
        return walk.refuse(expr, named);
    };
    // TiDB's own form, which the rule for sequences has written.
    if let ("nextval" | "lastval", [Expr::Identifier(_) | Expr::CompoundIdentifier(_)]) =
        (name.as_str(), &args[..])
    {
        return Ok(Ty::Int);
    }
    let mut types = Vec::with_capacity(args.len());
    for arg in &mut args {
        types.push(walk.expr(arg)?);
    }
    let rows = TABLES.iter().copied().flatten().filter(|row| row.name == name);
    let Some(row) = rows.into_iter().find(|row| fits(row, &args, &types)) else {
        let known = TABLES.iter().copied().flatten().any(|row| row.name == name);
        let given: Vec<String> = types.iter().map(Ty::name).collect();
        let what = if known { format!("{named}({})", given.join(", ")) } else { named };
        return walk.refuse(expr, what);
    };
    let common = common(walk, row, &mut args, &types)?;
    let gives = match row.gives {
        Gives::Bool => Ty::Bool,
        Gives::Int => Ty::Int,
        Gives::Float => Ty::Float,
        Gives::Text => Ty::Text,
        Gives::Date => Ty::Date,
        Gives::Timestamp => Ty::Timestamp,
        Gives::Timestamptz => Ty::Timestamptz,
        Gives::Uuid => Ty::Uuid,
        Gives::Args => common,
    };
    let Expr::Function(function) = expr else { return Ok(gives) };
    match row.to {
        To::Same => {
            put(function, args);
            if function.name.0.len() > 1 {
                function.name = ObjectName::from(vec![Ident::new(row.name)]);
            }
        }
        To::Named(new) => {
            function.name = ObjectName::from(vec![Ident::new(new)]);
            put(function, args);
        }
        To::Made(make) => *expr = make(args),
    }
    Ok(gives)
}

/// The arguments of a call of the plain kind.
fn arguments(function: &Function) -> Option<Vec<Expr>> {
    match &function.args {
        FunctionArguments::None => Some(Vec::new()),
        FunctionArguments::Subquery(_) => None,
        FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses })
            if clauses.is_empty() =>
        {
            let expr = |arg: &FunctionArg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
                _ => None,
            };
            args.iter().map(expr).collect()
        }
        FunctionArguments::List(_) => None,
    }
}

fn put(function: &mut Function, args: Vec<Expr>) {
    if let FunctionArguments::List(list) = &mut function.args {
        list.args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    }
}

fn fits(row: &Row, args: &[Expr], types: &[Ty]) -> bool {
    let rest = row.args.last() == Some(&Arg::Rest);
    let fixed = if rest { &row.args[..row.args.len() - 1] } else { row.args };
    if args.len() < fixed.len() || (!rest && args.len() > fixed.len()) {
        return false;
    }
    let wanted = fixed.iter().chain(std::iter::repeat(fixed.last().unwrap_or(&Arg::Any)));
    args.iter().zip(types).zip(wanted).all(|((arg, ty), wanted)| accepts(*wanted, arg, ty))
}

fn accepts(wanted: Arg, arg: &Expr, ty: &Ty) -> bool {
    let literal = |least: u64| match arg {
        Expr::Value(value) => {
            matches!(&value.value, Value::Number(n, _) if n.parse::<u64>().is_ok_and(|n| n >= least))
        }
        _ => false,
    };
    match wanted {
        Arg::Text => matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown),
        Arg::Printable => matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown | Ty::Int | Ty::Uuid),
        Arg::Int => *ty == Ty::Int,
        Arg::Exact => matches!(ty, Ty::Int | Ty::Numeric),
        Arg::Number => ty.is_number(),
        Arg::Json => *ty == Ty::Json,
        Arg::Array => matches!(ty, Ty::Array(_)),
        Arg::Bytea => *ty == Ty::Bytea,
        Arg::Time => ty.is_time(),
        Arg::Count => literal(0),
        Arg::Positive => literal(1),
        Arg::Any | Arg::Rest => !matches!(ty, Ty::Other(_)),
    }
}

/// The type that the arguments share where the function gives one of them back.
fn common(walk: &mut Walk<'_, '_>, row: &Row, args: &mut [Expr], types: &[Ty]) -> Typed {
    if row.gives != Gives::Args {
        return Ok(Ty::Unknown);
    }
    let ty = types.iter().fold(Ty::Unknown, |common, ty| common.widest(ty));
    for (arg, found) in args.iter_mut().zip(types) {
        walk.coerce(arg, found, &ty)?;
    }
    Ok(if ty == Ty::Unknown { Ty::Text } else { ty })
}

/// A call of another function with the same arguments before its own.
pub(super) fn with(name: &str, mut args: Vec<Expr>, more: Vec<Expr>) -> Expr {
    args.extend(more);
    call_of(name, args)
}

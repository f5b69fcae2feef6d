//! Functions: a table with a row for each that TiDB has, under whatever name and in whatever form.

mod aggregates;
pub mod bytes;
pub mod changes;
mod collected;
mod constants;
mod documents;
mod figures;
mod formats;
mod kinds;
mod lists;
mod misc;
mod numbers;
mod page;
mod percentiles;
mod readings;
pub mod row;
pub mod spelled;
mod syntax;
pub mod template;
mod texts;
mod times;
pub mod units;
mod whole_rows;

use super::Untranslatable;
use super::literals::{self, text_of};
use super::padded;
use super::rules::FUNCTION;
use super::types::Ty;
use super::walk::{Typed, Walk};
use row::{Arg, Call, Gives, Row};
use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, OrderByExpr, OrderByOptions, UnaryOperator,
    Value,
};

pub use kinds::is_aggregate;
pub use page::page;
pub use syntax::{ceiling, extract, overlay, position, substring, trim};

/// Every function, by family.
pub static TABLES: &[(&str, &[Row])] = &[
    ("Texts", texts::ROWS),
    ("Bytes and hashes", bytes::ROWS),
    ("Numbers", numbers::ROWS),
    ("Formats of numbers", figures::ROWS),
    ("Dates and times", times::ROWS),
    ("JSON", documents::ROWS),
    ("Changes of documents", changes::ROWS),
    ("Arrays", lists::ROWS),
    ("Functions spelled out", spelled::ROWS),
    ("Percentiles", percentiles::ROWS),
    ("Others", misc::ROWS),
];

/// The rows of a function.
fn rows(name: &str) -> impl Iterator<Item = &'static Row> {
    TABLES.iter().flat_map(|(_, rows)| rows.iter()).filter(move |row| row.name == name)
}

pub fn call(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Function(function) = expr else { return Ok(Ty::Unknown) };
    let Some(name) = literals::function_name(function) else {
        let what = format!("the function {}", function.name);
        return walk.refuse(expr, what);
    };
    let name = match whole_rows::spelled_out(walk, &name, function) {
        Some(instead) => instead.to_owned(),
        None => name,
    };
    if name == "array"
        && let Some(mut aggregate) = lists::of_subquery(function)
    {
        // An aggregate of no rows is NULL, where the array is empty.
        let ty = super::subqueries::scalar(walk, &mut aggregate)?;
        *expr = literals::call("COALESCE", vec![aggregate, literals::call("JSON_ARRAY", Vec::new())]);
        return Ok(ty);
    }
    sorted(function, &name);
    if name.starts_with("percentile_") {
        return percentiles::call(walk, expr, &name);
    }
    if name == "make_interval" {
        return super::spans::literal(walk, expr);
    }
    if kinds::is_one(&name) || function.over.is_some() {
        return aggregates::call(walk, expr, &name);
    }
    let named = format!("the function {name}");
    let plain = function.filter.is_none()
        && function.null_treatment.is_none()
        && function.within_group.is_empty()
        && !function.uses_odbc_syntax
        && matches!(function.parameters, FunctionArguments::None);
    let args = arguments(function);
    let (true, Some(args)) = (plain, args) else {
        return walk.refuse(expr, named);
    };
    // TiDB's own form, which the rule for sequences has written.
    if let ("nextval" | "lastval", [Expr::Identifier(_) | Expr::CompoundIdentifier(_)]) =
        (name.as_str(), &args[..])
    {
        return Ok(Ty::Big);
    }
    let at = Expr::Function(function.clone());
    let mut call = Call { name, args, types: Vec::new(), at, ty: None };
    if let ("date_part", [field, value]) = (call.name.as_str(), &call.args[..])
        && let Some(field) = word(field)
        && let Some(made) = super::zones::extracted(walk, value, &field.to_lowercase())?
    {
        *expr = template::filled("($1 + 0e0)", &[made]).unwrap_or_else(|| call.at.clone());
        return Ok(Ty::Float);
    }
    let rounds = matches!(call.name.as_str(), "round" | "trunc") && call.args.len() == 2;
    let outer = std::mem::replace(&mut walk.rounds, rounds);
    for arg in &mut call.args {
        call.types.push(padded::argument(walk, &call.name, arg)?);
    }
    walk.rounds = outer;
    let Some(row) = rows(&call.name).find(|row| fits(row, &call.args, &call.types)) else {
        let given: Vec<String> = call.types.iter().map(Ty::name).collect();
        let known = rows(&call.name).next().is_some();
        let what = if known { format!("{named}({})", given.join(", ")) } else { named };
        return walk.refuse(expr, what);
    };
    let (made, ty) = apply(walk, row, &mut call)?;
    match made {
        Some(made) => *expr = made,
        None => {
            if let Expr::Function(function) = expr {
                put(function, call.args);
                if function.name.0.len() > 1 {
                    function.name = ObjectName::from(vec![Ident::new(row.name)]);
                }
            }
        }
    }
    Ok(ty)
}

/// PostgreSQL sorts the values to leave out the doubles, and they stay so in the array.
fn sorted(function: &mut Function, name: &str) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    if let (
        true,
        "array_agg" | "json_agg" | "jsonb_agg" | "string_agg",
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(value)), ..],
    ) = (distinct && list.clauses.is_empty(), name, &list.args[..])
    {
        let options = OrderByOptions { sort: None, nulls_first: None };
        let term = OrderByExpr { expr: value.clone(), options, with_fill: None };
        list.clauses.push(FunctionArgumentClause::OrderBy(vec![term]));
    }
}

/// What a row makes of a call; `None` is the same call.
fn apply(walk: &mut Walk<'_, '_>, row: &Row, call: &mut Call) -> Result<(Option<Expr>, Ty), Untranslatable> {
    coerce(walk, row, call)?;
    let shared = common(walk, row, call)?;
    if let Some(differs) = row.differs {
        let span = super::span(walk.cx, &call.at);
        walk.cx.report(&FUNCTION, span, differs);
    }
    let made = match (row.make, row.sql) {
        (Some(make), _) => Some(make(walk, call)?),
        (None, "=") => None,
        (None, sql) => Some(
            template::filled(sql, &call.args)
                .map_or_else(|| walk.refuse(&call.at, format!("the function {}", row.name)), Ok)?,
        ),
    };
    let ty = call.ty.take().or_else(|| row.gives.ty()).unwrap_or(shared);
    Ok((made, ty))
}

/// Calls a function on arguments that are translated already.
pub fn made(
    walk: &mut Walk<'_, '_>,
    name: &str,
    at: &Expr,
    args: Vec<Expr>,
    types: Vec<Ty>,
) -> Result<(Expr, Ty), Untranslatable> {
    let mut call = Call { name: name.to_owned(), args, types, at: at.clone(), ty: None };
    let Some(row) = rows(name).find(|row| fits(row, &call.args, &call.types)) else {
        return walk.refuse(at, format!("the function {name}"));
    };
    let (made, ty) = apply(walk, row, &mut call)?;
    Ok((made.unwrap_or_else(|| literals::call(row.name, call.args)), ty))
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

/// Whether an aggregate is called.
pub fn is_aggregate_call(expr: &Expr) -> bool {
    matches!(expr, Expr::Function(function)
        if literals::function_name(function).is_some_and(|name| is_aggregate(&name)))
}

/// The plain arguments of a call, translated or not.
pub fn plain_args(function: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    list.args
        .iter()
        .filter_map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        })
        .collect()
}

/// The arguments of a call, copied.
pub fn arguments_of(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::Function(function) => plain_args(function).into_iter().cloned().collect(),
        _ => Vec::new(),
    }
}

fn put(function: &mut Function, args: Vec<Expr>) {
    if let FunctionArguments::List(list) = &mut function.args {
        list.args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    }
}

/// The argument kinds of a row, as many as are given.
fn wanted(row: &Row) -> (impl Iterator<Item = Arg> + '_, usize, bool) {
    let rest = row.args.last() == Some(&Arg::Rest);
    let fixed = if rest { &row.args[..row.args.len() - 1] } else { row.args };
    let last = *fixed.last().unwrap_or(&Arg::Any);
    (fixed.iter().copied().chain(std::iter::repeat(last)), fixed.len(), rest)
}

fn fits(row: &Row, args: &[Expr], types: &[Ty]) -> bool {
    let (wanted, fixed, rest) = wanted(row);
    if args.len() < fixed || (!rest && args.len() > fixed) {
        return false;
    }
    args.iter().zip(types).zip(wanted).all(|((arg, ty), wanted)| accepts(wanted, arg, ty))
}

fn accepts(wanted: Arg, arg: &Expr, ty: &Ty) -> bool {
    let word =
        || if let Expr::Value(value) = super::arrays::bare(arg) { text_of(&value.value) } else { None };
    let null = matches!(arg, Expr::Value(value) if matches!(value.value, Value::Null));
    match wanted {
        Arg::Text => matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown),
        Arg::Printable => !matches!(ty, Ty::Other(_) | Ty::Bytea | Ty::Bit),
        Arg::Int => ty.is_int(),
        Arg::Exact => ty.is_int() || ty.is_numeric(),
        Arg::Numeric => ty.is_numeric(),
        Arg::Number => ty.is_number(),
        Arg::Bool => *ty == Ty::Bool,
        Arg::Json => matches!(ty, Ty::Json | Ty::Unknown),
        Arg::Array => matches!(ty, Ty::Array(_)),
        Arg::Bytea => *ty == Ty::Bytea,
        Arg::Moment => ty.is_time() || *ty == Ty::Unknown && !null,
        Arg::Clock => *ty == Ty::Time,
        Arg::Count => whole(arg).is_some_and(|n| n >= 0),
        Arg::Positive => whole(arg).is_some_and(|n| n >= 1),
        Arg::Word => word().is_some(),
        Arg::Words => word().is_some_and(|word| !word.is_empty()),
        Arg::Any | Arg::Rest => !matches!(ty, Ty::Other(_)),
    }
}

/// The value of an integer literal.
pub fn whole(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => whole(expr)?.checked_neg(),
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } | Expr::Nested(expr) => whole(expr),
        _ => None,
    }
}

/// The text of a string literal.
pub fn word(expr: &Expr) -> Option<String> {
    match super::arrays::bare(expr) {
        Expr::Value(value) => text_of(&value.value),
        _ => None,
    }
}

/// Gives untyped literals the type that the row wants of them.
fn coerce(walk: &mut Walk<'_, '_>, row: &Row, call: &mut Call) -> Result<(), Untranslatable> {
    let (wanted, ..) = wanted(row);
    for ((arg, ty), wanted) in call.args.iter_mut().zip(&mut call.types).zip(wanted) {
        if *ty != Ty::Unknown {
            continue;
        }
        let to = match wanted {
            Arg::Json => Ty::Json,
            Arg::Moment => Ty::Timestamptz,
            _ => continue,
        };
        walk.coerce(arg, ty, &to)?;
        *ty = to;
    }
    Ok(())
}

/// The type that the arguments share where the function gives one of them back.
fn common(walk: &mut Walk<'_, '_>, row: &Row, call: &mut Call) -> Typed {
    match row.gives {
        Gives::First => Ok(call.types.first().cloned().unwrap_or(Ty::Unknown)),
        Gives::Args => {
            let ty = call.types.iter().fold(Ty::Unknown, |common, ty| common.widest(ty));
            for (arg, found) in call.args.iter_mut().zip(&call.types) {
                walk.coerce(arg, found, &ty)?;
            }
            Ok(if ty == Ty::Unknown { Ty::Text } else { ty })
        }
        _ => Ok(Ty::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for row in TABLES.iter().flat_map(|(_, rows)| rows.iter()) {
            let many = row.args.last() == Some(&Arg::Rest);
            let args = if many { 9 } else { row.args.len() };
            let sound = row.make.is_some() || row.sql == "=" || template::is_sound(row.sql, args);
            assert!(sound, "{}: {}", row.name, row.sql);
        }
    }
}

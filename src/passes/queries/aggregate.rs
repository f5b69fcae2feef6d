//! Aggregates and window functions that are the same on TiDB but for their clauses.

use super::{output, window};
use crate::passes::expressions::literals;
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::{Typed, Walk};
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    CaseWhen, DataType, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, Value,
};

/// What a function gives, by its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    Int,
    Float,
    Bool,
    /// The type of its first argument.
    Same,
    Sum,
}

/// Its name, TiDB's, the least and the most arguments, what it gives, and whether it needs a window.
type Row = (&'static str, &'static str, usize, usize, Gives, bool);

static ROWS: &[Row] = &[
    ("count", "COUNT", 1, 1, Gives::Int, false),
    ("sum", "SUM", 1, 1, Gives::Sum, false),
    ("min", "MIN", 1, 1, Gives::Same, false),
    ("max", "MAX", 1, 1, Gives::Same, false),
    ("bool_and", "MIN", 1, 1, Gives::Bool, false),
    ("every", "MIN", 1, 1, Gives::Bool, false),
    ("bool_or", "MAX", 1, 1, Gives::Bool, false),
    ("row_number", "ROW_NUMBER", 0, 0, Gives::Int, true),
    ("rank", "RANK", 0, 0, Gives::Int, true),
    ("dense_rank", "DENSE_RANK", 0, 0, Gives::Int, true),
    ("percent_rank", "PERCENT_RANK", 0, 0, Gives::Float, true),
    ("cume_dist", "CUME_DIST", 0, 0, Gives::Float, true),
    ("ntile", "NTILE", 1, 1, Gives::Int, true),
    ("lag", "LAG", 1, 3, Gives::Same, true),
    ("lead", "LEAD", 1, 3, Gives::Same, true),
    ("first_value", "FIRST_VALUE", 1, 1, Gives::Same, true),
    ("last_value", "LAST_VALUE", 1, 1, Gives::Same, true),
    ("nth_value", "NTH_VALUE", 2, 2, Gives::Same, true),
];

/// Whether a call is one of these; the rest is the function table's.
pub fn is_known(function: &Function) -> bool {
    literals::function_name(function).is_some_and(|name| ROWS.iter().any(|row| row.0 == name))
}

pub fn call(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let source = expr.clone();
    let Expr::Function(function) = expr else { return Ok(Ty::Unknown) };
    let name = literals::function_name(function).unwrap_or_default();
    let Some(&(_, written, least, most, gives, needs_window)) = ROWS.iter().find(|row| row.0 == name) else {
        return Ok(Ty::Unknown);
    };
    let Function {
        name: called,
        uses_odbc_syntax,
        parameters,
        args,
        filter,
        null_treatment,
        over,
        within_group,
    } = function;
    let plain = !*uses_odbc_syntax
        && matches!(parameters, FunctionArguments::None)
        && null_treatment.is_none()
        && within_group.is_empty()
        && (over.is_some() || !needs_window);
    let FunctionArguments::List(FunctionArgumentList { duplicate_treatment, args, clauses }) = args else {
        return walk.refuse(&source, format!("the function {name}"));
    };
    let distinct = *duplicate_treatment == Some(DuplicateTreatment::Distinct);
    if !plain || !clauses.is_empty() || args.len() > most || distinct && over.is_some() {
        return walk.refuse(&source, format!("this form of the function {name}"));
    }
    let condition = match filter.take() {
        Some(mut condition) => {
            let ty = walk.expr(&mut condition)?;
            walk.coerce(&mut condition, &ty, &Ty::Bool)?;
            Some(condition)
        }
        None => None,
    };
    let mut ty = Ty::Unknown;
    let mut data_type = None;
    for (at, arg) in args.iter_mut().enumerate() {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => {
                let before = value.clone();
                let found = walk.expr(value)?;
                if at == 0 {
                    data_type = output::data_type(walk.cx, walk.scope, &before, &found);
                    ty = found;
                } else if at == 1 && !matches!(value, Expr::Value(_)) {
                    return walk.refuse(&source, format!("the function {name} with a calculated distance"));
                } else if at == 2 {
                    walk.coerce(value, &found, &ty)?;
                }
            }
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "count" && !distinct => {}
            _ => return walk.refuse(&source, format!("this form of the function {name}")),
        }
    }
    if args.len() < least {
        return walk.refuse(&source, format!("the function {name} without arguments"));
    }
    if let Some(condition) = condition {
        filtered(args, condition);
    }
    if let Some(over) = over {
        window::over(walk, over)?;
    }
    let gives = match gives {
        Gives::Int => Ty::Int,
        Gives::Float => Ty::Float,
        Gives::Bool if ty == Ty::Bool => Ty::Bool,
        Gives::Sum if ty.is_number() => match data_type {
            // PostgreSQL adds up bigints to a numeric.
            Some(DataType::BigInt(_) | DataType::Int8(_)) => Ty::Numeric,
            _ => ty.clone(),
        },
        // TiDB takes the labels of an enum in the order of their letters here.
        Gives::Same
            if matches!(ty, Ty::Json | Ty::Array(_) | Ty::Enum) && matches!(name.as_str(), "min" | "max") =>
        {
            return walk.refuse(&source, format!("the function {name}({})", ty.name()));
        }
        Gives::Same if matches!(ty, Ty::Unknown) => Ty::Text,
        Gives::Same => ty.clone(),
        Gives::Bool | Gives::Sum => {
            return walk.refuse(&source, format!("the function {name}({})", ty.name()));
        }
    };
    let same = called.0.len() == 1 && called.to_string().eq_ignore_ascii_case(written);
    if !same {
        *called = ObjectName::from(vec![Ident::new(written)]);
    }
    Ok(gives)
}

/// FILTER: what does not fulfil the condition is NULL, which aggregates leave out.
fn filtered(args: &mut [FunctionArg], condition: Box<Expr>) {
    let Some(arg) = args.first_mut() else { return };
    let result = match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => {
            std::mem::replace(value, Expr::value(Value::Null))
        }
        _ => literals::number("1"),
    };
    let case = Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition: *condition, result }],
        else_result: None,
    };
    *arg = FunctionArg::Unnamed(FunctionArgExpr::Expr(case));
}

//! Calls of PostgreSQL's sequence functions, as an expression says them.

use crate::catalog::Name;
use crate::syntax::names;
use crate::syntax::sequence::name_in_text;
use crate::syntax::walk::Walk;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Query, SelectItem, SetExpr,
    TableFactor, TableWithJoins, UnaryOperator, Value, Visit, Visitor,
};
use std::ops::ControlFlow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Next,
    Current,
    /// `lastval()`, of whatever sequence gave the last number.
    Last,
    Set,
}

/// A call, with the sequence it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Call<'e> {
    pub what: What,
    pub named: Named,
    /// What setval is given after the sequence.
    pub rest: Vec<&'e Expr>,
}

/// How a call names its sequence.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    /// As TiDB writes it.
    Sequence(ObjectName),
    /// `pg_get_serial_sequence('table', 'column')`
    Of(ObjectName, String),
    /// By an expression.
    Unknown,
}

impl Call<'_> {
    pub fn sequence(&self) -> Option<Name> {
        match &self.named {
            Named::Sequence(name) => Some(Name::of(name)),
            _ => None,
        }
    }
}

/// The call that an expression is.
pub fn of(expr: &Expr) -> Option<Call<'_>> {
    let Expr::Function(function) = expr else { return None };
    let name = function_name(&function.name)?;
    let what = match name.as_str() {
        "nextval" => What::Next,
        "currval" => What::Current,
        "lastval" => What::Last,
        "setval" => What::Set,
        _ => return None,
    };
    let arguments = arguments(function)?;
    let (first, rest) = match arguments.split_first() {
        Some((first, rest)) => (*first, rest.to_vec()),
        None if what == What::Last => return Some(Call { what, named: Named::Unknown, rest: Vec::new() }),
        None => return None,
    };
    Some(Call { what, named: named(first), rest })
}

/// A function of pg_catalog, by its name in lower case.
fn function_name(name: &ObjectName) -> Option<String> {
    let mut parts = names::parts(name);
    let (first, second) = (parts.next()?, parts.next());
    match second {
        None => Some(names::folded(first)),
        Some(second) if names::folded(first) == "pg_catalog" => Some(names::folded(second)),
        Some(_) => None,
    }
}

fn arguments(function: &Function) -> Option<Vec<&Expr>> {
    let list = match &function.args {
        FunctionArguments::None => return Some(Vec::new()),
        FunctionArguments::Subquery(_) => return None,
        FunctionArguments::List(list) => list,
    };
    let plain = |arg| match arg {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    list.args.iter().map(plain).collect()
}

/// The text of a literal under casts and parentheses.
fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => text(expr),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(text),
            _ => None,
        },
        Expr::TypedString(typed) => match &typed.value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn named(expr: &Expr) -> Named {
    if let Some(name) = text(expr).and_then(name_in_text) {
        return Named::Sequence(name);
    }
    match expr {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => named(expr),
        Expr::Function(function)
            if function_name(&function.name).is_some_and(|name| name == "pg_get_serial_sequence") =>
        {
            match arguments(function).as_deref() {
                Some([table, column]) => match (text(table).and_then(name_in_text), text(column)) {
                    // The column is taken as it stands, the table is read as SQL.
                    (Some(table), Some(column)) => Named::Of(table, column.to_lowercase()),
                    _ => Named::Unknown,
                },
                _ => Named::Unknown,
            }
        }
        _ => Named::Unknown,
    }
}

/// The only call of `SELECT setval(…) [FROM table]`, which may name its column and says nothing else.
pub fn selected(query: &Query) -> Option<(Call<'_>, Option<&ObjectName>)> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let ([SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }], true) =
        (&select.projection[..], query.with.is_none() && query.limit_clause.is_none())
    else {
        return None;
    };
    let bare = select.selection.is_none() && select.having.is_none() && select.distinct.is_none();
    let call = of(expr).filter(|_| bare)?;
    match &select.from[..] {
        [] => Some((call, None)),
        [TableWithJoins { relation: TableFactor::Table { name, .. }, joins }] if joins.is_empty() => {
            Some((call, Some(name)))
        }
        _ => None,
    }
}

/// A whole number, with its sign.
pub fn number(expr: &Expr) -> Option<i128> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            Value::SingleQuotedString(digits) => digits.trim().parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr).map(|n| -n),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => number(inner),
        _ => None,
    }
}

/// The next number after `setval(…, n [, called])`, where the numbers are literals.
pub fn next_after(call: &Call<'_>, increment: i128) -> Option<i128> {
    match call.rest[..] {
        [value] => Some(number(value)? + increment),
        [value, called] => match called {
            Expr::Value(v) if v.value == Value::Boolean(true) => Some(number(value)? + increment),
            Expr::Value(v) if v.value == Value::Boolean(false) => number(value),
            Expr::Value(v) => match &v.value {
                Value::SingleQuotedString(text) => match text.as_str() {
                    "t" | "true" => Some(number(value)? + increment),
                    "f" | "false" => number(value),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// The sequences that calls anywhere in a tree name, each as often as it is called.
pub fn all(tree: &impl Visit) -> Vec<(What, Name)> {
    struct Calls(Vec<(What, Name)>);
    impl Visitor for Calls {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let Some(call) = of(expr)
                && let Some(name) = call.sequence()
            {
                self.0.push((call.what, name));
            }
            ControlFlow::Continue(())
        }
    }
    let mut calls = Calls(Vec::new());
    let _ = tree.walk(&mut calls);
    calls.0
}

//! Whether a condition of PL/pgSQL holds, as far as the migrations before say.

use super::constant::{self, Variables};
use super::lookup::{Found, find};
use super::object::Subject;
use super::subject;
use crate::passes::Session;
use sqlparser::ast::{
    BinaryOperator as Op, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query, SelectItem,
    SetExpr, UnaryOperator, Value,
};

/// What is known of a condition, and why.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    Known(bool, String),
    /// No file of the run declares what it asks for.
    Assumed(bool, String),
    Unknown(String),
}

impl Test {
    fn not(self) -> Test {
        match self {
            Test::Known(truth, why) => Test::Known(!truth, why),
            Test::Assumed(truth, why) => Test::Assumed(!truth, why),
            unknown => unknown,
        }
    }

    fn truth(&self) -> Option<bool> {
        match self {
            Test::Known(truth, _) | Test::Assumed(truth, _) => Some(*truth),
            Test::Unknown(_) => None,
        }
    }
}

const UNREAD: &str = "the condition can't be decided before it runs";

pub fn test(text: &str, session: &Session, variables: &Variables) -> Test {
    match constant::parse(text) {
        Some(expr) => of(&expr, session, variables),
        None => Test::Unknown(UNREAD.into()),
    }
}

/// What a condition asks for, where it is nothing but that: whether it is there (`true`), or is not.
pub fn asks(text: &str) -> Option<(Subject, bool)> {
    asked(&constant::parse(text)?)
}

fn asked(expr: &Expr) -> Option<(Subject, bool)> {
    match expr {
        Expr::Nested(inner) => asked(inner),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
            asked(expr).map(|(subject, there)| (subject, !there))
        }
        Expr::Exists { subquery, negated } => Some((subject::of(subquery).ok()?, !negated)),
        Expr::BinaryOp { left, op, right } => {
            let (query, there) = counted(left, op, right)?;
            Some((subject::of(query).ok()?, there))
        }
        Expr::IsNull(inner) => subject::looked_up(inner).map(|subject| (subject, false)),
        Expr::IsNotNull(inner) => subject::looked_up(inner).map(|subject| (subject, true)),
        Expr::Subquery(query) => asked(inner_condition(query)?),
        _ => None,
    }
}

fn of(expr: &Expr, session: &Session, variables: &Variables) -> Test {
    if let Some((subject, there)) = asked(expr) {
        let test = exists(&subject, session);
        return if there { test } else { test.not() };
    }
    match expr {
        Expr::Nested(inner) => of(inner, session, variables),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => of(expr, session, variables).not(),
        Expr::BinaryOp { left, op: Op::And, right } => {
            both(of(left, session, variables), of(right, session, variables))
        }
        Expr::BinaryOp { left, op: Op::Or, right } => {
            both(of(left, session, variables).not(), of(right, session, variables).not()).not()
        }
        Expr::Value(value) => match value.value {
            Value::Boolean(truth) => Test::Known(truth, "the condition is a constant".into()),
            _ => Test::Unknown(UNREAD.into()),
        },
        Expr::Subquery(query) => match inner_condition(query) {
            Some(inner) => of(inner, session, variables),
            None => Test::Unknown(UNREAD.into()),
        },
        Expr::Identifier(name) => {
            match variables.get(&name.value.to_lowercase()).and_then(Option::as_deref) {
                Some(value @ ("true" | "false")) => {
                    Test::Known(value == "true", format!("{name} is {value}"))
                }
                _ => Test::Unknown(UNREAD.into()),
            }
        }
        Expr::BinaryOp { left, op: op @ (Op::Gt | Op::GtEq | Op::Lt | Op::LtEq), right } => {
            let side = |expr: &Expr| constant::value(&expr.to_string(), variables)?.parse::<i64>().ok();
            match (side(left), side(right)) {
                (Some(left), Some(right)) => {
                    let truth = match op {
                        Op::Gt => left > right,
                        Op::GtEq => left >= right,
                        Op::Lt => left < right,
                        _ => left <= right,
                    };
                    Test::Known(truth, "the condition compares constants".into())
                }
                _ => Test::Unknown(UNREAD.into()),
            }
        }
        Expr::Exists { subquery, .. } => {
            Test::Unknown(subject::of(subquery).err().unwrap_or_else(|| UNREAD.into()))
        }
        Expr::BinaryOp { left, op: op @ (Op::Eq | Op::NotEq), right } => {
            let side = |expr: &Expr| constant::value(&expr.to_string(), variables);
            match (side(left), side(right)) {
                (Some(left), Some(right)) => {
                    Test::Known((left == right) == (*op == Op::Eq), "the condition compares constants".into())
                }
                _ => Test::Unknown(UNREAD.into()),
            }
        }
        _ => Test::Unknown(UNREAD.into()),
    }
}

/// Both of them hold.
fn both(left: Test, right: Test) -> Test {
    match (left.truth(), right.truth()) {
        (Some(false), _) if matches!(left, Test::Known(..)) => left,
        (_, Some(false)) if matches!(right, Test::Known(..)) => right,
        (Some(false), _) => left,
        (_, Some(false)) => right,
        (None, _) => left,
        (_, None) => right,
        _ if matches!(left, Test::Assumed(..)) => left,
        _ => right,
    }
}

/// The value of an expression that the migrations before decide.
pub fn value(text: &str, session: &Session, variables: &Variables) -> Option<String> {
    match test(text, session, variables) {
        Test::Known(truth, _) => Some(truth.to_string()),
        Test::Assumed(truth, _) if session.whole_run => Some(truth.to_string()),
        Test::Assumed(..) | Test::Unknown(_) => None,
    }
}

pub fn exists(subject: &Subject, session: &Session) -> Test {
    match find(&session.catalog, subject) {
        Found::Yes => Test::Known(true, format!("{subject} is there")),
        Found::No => Test::Known(false, format!("{subject} is not there")),
        Found::Absent => Test::Assumed(false, format!("nothing in this run makes {subject}")),
        Found::Unknown(why) => Test::Unknown(why),
    }
}

/// `(SELECT count(*) FROM …) = 0` and the like: the query, and whether it must find something.
fn counted<'e>(left: &'e Expr, op: &Op, right: &'e Expr) -> Option<(&'e Query, bool)> {
    let Expr::Subquery(query) = left else { return None };
    let Expr::Value(value) = right else { return None };
    let Value::Number(number, _) = &value.value else { return None };
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let [
        SelectItem::UnnamedExpr(Expr::Function(function))
        | SelectItem::ExprWithAlias { expr: Expr::Function(function), .. },
    ] = &select.projection[..]
    else {
        return None;
    };
    if !function.name.to_string().eq_ignore_ascii_case("count") {
        return None;
    }
    let there = match (op, number.as_str()) {
        (Op::Eq, "0") | (Op::Lt, "1") => false,
        (Op::Gt | Op::NotEq, "0") | (Op::GtEq | Op::Eq, "1") => true,
        _ => return None,
    };
    Some((query, there))
}

/// The condition in `(SELECT EXISTS (…))`.
fn inner_condition(query: &Query) -> Option<&Expr> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    match &select.projection[..] {
        [SelectItem::UnnamedExpr(expr @ (Expr::Exists { .. } | Expr::UnaryOp { .. }))]
            if select.from.is_empty() =>
        {
            Some(expr)
        }
        _ => None,
    }
}

/// The one argument of a call.
pub fn argument(function: &Function) -> Option<&Expr> {
    match &function.args {
        FunctionArguments::List(list) => match &list.args[..] {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => Some(expr),
            _ => None,
        },
        _ => None,
    }
}

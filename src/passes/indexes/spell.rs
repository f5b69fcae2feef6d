//! Functions that are short for a CASE, written as it.

use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value,
    VisitorMut,
};
use std::ops::ControlFlow;

/// Writes calls that TiDB allows in no index as the CASE or the CAST that they are short for: `coalesce`, `nullif`, `greatest`, `least`,
/// `abs`, `date`.
pub fn spell_out(expr: &mut Expr) {
    let _ = expr.walk_mut(&mut SpellOut { only: None });
}

/// The same for `nullif` alone, which TiDB allows in no generated column.
pub fn spell_out_nullif(expr: &mut Expr) {
    let _ = expr.walk_mut(&mut SpellOut { only: Some("nullif") });
}

struct SpellOut {
    only: Option<&'static str>,
}

impl VisitorMut for SpellOut {
    type Break = ();
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && self.only.is_none_or(|only| {
                names::last(&function.name).is_some_and(|name| name.value.eq_ignore_ascii_case(only))
            })
            && let Some(case) = as_case(function)
        {
            *expr = case;
        }
        ControlFlow::Continue(())
    }
}

fn as_case(function: &Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let value = |arg: &FunctionArg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    let mut values: Vec<Expr> = list.args.iter().map(value).collect::<Option<_>>()?;
    let name = names::last(&function.name).map(names::folded)?;
    let boxed = |expr: &Expr| match expr {
        Expr::Identifier(_) | Expr::Value(_) => Box::new(expr.clone()),
        _ => Box::new(Expr::Nested(Box::new(expr.clone()))),
    };
    match (name.as_str(), values.len()) {
        ("coalesce" | "ifnull", 2..) => {
            let last = values.pop()?;
            let when =
                |value: &Expr| CaseWhen { condition: Expr::IsNotNull(boxed(value)), result: value.clone() };
            Some(case(values.iter().map(when).collect(), Some(Box::new(last))))
        }
        ("nullif", 2) => {
            // A comparison with NULL is not true: then the first value stands.
            let equal = Expr::BinaryOp {
                left: boxed(&values[0]),
                op: sqlparser::ast::BinaryOperator::Eq,
                right: boxed(&values[1]),
            };
            let null = CaseWhen { condition: equal, result: Expr::value(Value::Null) };
            Some(case(vec![null], Some(Box::new(values.swap_remove(0)))))
        }
        ("greatest" | "least", 2..) => {
            use sqlparser::ast::BinaryOperator::{Gt, GtEq, Lt, LtEq};
            let (keeps, other) = if name == "greatest" { (GtEq, Lt) } else { (LtEq, Gt) };
            let compared = |left: &Expr, op: &sqlparser::ast::BinaryOperator, right: &Expr| Expr::BinaryOp {
                left: boxed(left),
                op: op.clone(),
                right: boxed(right),
            };
            // Without ELSE: of a NULL comes NULL, as TiDB's own has it.
            let two = |left: Expr, right: Expr| {
                let first = compared(&left, &keeps, &right);
                let second = compared(&left, &other, &right);
                let whens = [(first, left), (second, right)];
                case(whens.map(|(condition, result)| CaseWhen { condition, result }).into(), None)
            };
            values.into_iter().reduce(two)
        }
        ("abs", 1) => {
            let value = values.pop()?;
            let minus = sqlparser::ast::UnaryOperator::Minus;
            let negative = Expr::BinaryOp {
                left: boxed(&value),
                op: sqlparser::ast::BinaryOperator::Lt,
                right: Box::new(Expr::value(Value::Number("0".into(), false))),
            };
            let negated =
                CaseWhen { condition: negative, result: Expr::UnaryOp { op: minus, expr: boxed(&value) } };
            Some(case(vec![negated], Some(Box::new(value))))
        }
        ("date", 1) => Some(Expr::Cast {
            kind: CastKind::Cast,
            expr: Box::new(values.pop()?),
            data_type: DataType::Date,
            format: None,
        }),
        _ => None,
    }
}

pub fn case(conditions: Vec<CaseWhen>, else_result: Option<Box<Expr>>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions,
        else_result,
    }
}

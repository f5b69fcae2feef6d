//! Functions that are short for a CASE, written as it.

use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value, VisitorMut,
};
use std::ops::ControlFlow;

/// Writes `coalesce(a, b)` and `nullif(a, b)`, which TiDB allows in no index, as the CASE that they are short for.
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
    let boxed = |expr: &Expr| Box::new(Expr::Nested(Box::new(expr.clone())));
    match (name.as_str(), values.len()) {
        ("coalesce" | "ifnull", 2..) => {
            let last = values.pop()?;
            let when = |value: &Expr| CaseWhen {
                condition: Expr::IsNotNull(match value {
                    Expr::Identifier(_) => Box::new(value.clone()),
                    _ => boxed(value),
                }),
                result: value.clone(),
            };
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

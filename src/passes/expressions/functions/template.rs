//! Templates: TiDB's expression for a function, with `$1`, `$2` … where the arguments go.
//!
//! `INTDIV(a, b)` stands for `a DIV b`, which the dialect that reads templates does not have.

use super::super::literals::number;
use super::super::walk::{Walk, binary};
use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// The expression with the arguments in it; `None` when the template can't be read, which a test excludes.
pub fn filled(template: &str, args: &[Expr]) -> Option<Expr> {
    let mut expr = read(template)?;
    fill(&mut expr, args, false);
    Some(expr)
}

fn read(template: &str) -> Option<Expr> {
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(template).ok()?;
    let expr = parser.parse_expr().ok()?;
    (parser.peek_token_ref().token == sqlparser::tokenizer::Token::EOF).then_some(expr)
}

/// Puts the arguments in; `operand` says that an operator stands beside the place.
fn fill(expr: &mut Expr, args: &[Expr], operand: bool) {
    match expr {
        Expr::Value(value) => {
            let Value::Placeholder(name) = &value.value else { return };
            let at: Option<usize> = name.trim_start_matches('$').parse().ok();
            let arg = at.and_then(|at| args.get(at.checked_sub(1)?)).cloned();
            let arg = arg.unwrap_or_else(|| number("0"));
            *expr = if operand { operand_of(arg) } else { arg };
        }
        Expr::Function(function) => {
            if let FunctionArguments::List(list) = &mut function.args {
                for arg in &mut list.args {
                    if let FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) = arg {
                        fill(inner, args, false);
                    }
                }
                for clause in &mut list.clauses {
                    if let FunctionArgumentClause::OrderBy(terms) = clause {
                        terms.iter_mut().for_each(|term| fill(&mut term.expr, args, false));
                    }
                }
                if function.name.to_string() == "INTDIV" && list.args.len() == 2 {
                    let mut sides = std::mem::take(&mut list.args).into_iter().filter_map(|arg| match arg {
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => Some(operand_of(inner)),
                        _ => None,
                    });
                    if let (Some(left), Some(right)) = (sides.next(), sides.next()) {
                        *expr = binary(left, BinaryOperator::MyIntegerDivide, right);
                    }
                }
            }
        }
        Expr::BinaryOp { left, right, .. } => {
            fill(left, args, true);
            fill(right, args, true);
        }
        Expr::UnaryOp { expr, .. } => fill(expr, args, true),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::Extract { expr: inner, .. } => {
            fill(inner, args, false);
        }
        Expr::IsNull(inner) | Expr::IsNotNull(inner) => fill(inner, args, true),
        // TiDB takes INTERVAL ( for a function.
        Expr::Interval(interval) => fill(&mut interval.value, args, false),
        Expr::Trim { expr, trim_what, .. } => {
            fill(expr, args, false);
            if let Some(what) = trim_what {
                fill(what, args, false);
            }
        }
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            fill(expr, args, false);
            for part in [substring_from, substring_for].into_iter().flatten() {
                fill(part, args, false);
            }
        }
        Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => fill(expr, args, false),
        Expr::Between { expr, low, high, .. } => {
            for part in [expr, low, high] {
                fill(part, args, true);
            }
        }
        Expr::InList { expr, list, .. } => {
            fill(expr, args, true);
            list.iter_mut().for_each(|item| fill(item, args, false));
        }
        Expr::Case { operand, conditions, else_result, .. } => {
            for part in [operand, else_result].into_iter().flatten() {
                fill(part, args, false);
            }
            for when in conditions {
                fill(&mut when.condition, args, false);
                fill(&mut when.result, args, false);
            }
        }
        _ => {}
    }
}

/// In parentheses, where an operator beside it could tear it apart.
pub fn operand_of(expr: Expr) -> Expr {
    let whole = matches!(
        expr,
        Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::Value(_)
            | Expr::Nested(_)
            | Expr::Function(_)
            | Expr::Cast { .. }
            | Expr::Case { .. }
            | Expr::Extract { .. }
            | Expr::Trim { .. }
            | Expr::Substring { .. }
            | Expr::Ceil { .. }
            | Expr::Floor { .. }
            | Expr::Subquery(_)
            | Expr::Exists { .. }
            | Expr::TypedString(_)
            | Expr::Tuple(_)
            | Expr::Position { .. }
    );
    if whole { expr } else { Expr::Nested(Box::new(expr)) }
}

/// A value that may stand beside any operator.
pub fn nested(expr: &mut Expr) -> Expr {
    operand_of(Walk::take(expr))
}

/// Whether a template can be read and mentions no more arguments than there are.
#[cfg(test)]
pub fn is_sound(template: &str, args: usize) -> bool {
    let most = (1..=9).rev().find(|n| template.contains(&format!("${n}"))).unwrap_or(0);
    read(template).is_some() && most <= args
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_kept_together() {
        let sum = binary(number("1"), BinaryOperator::Plus, number("2"));
        let shown = |template: &str| filled(template, std::slice::from_ref(&sum)).map(|e| e.to_string());
        assert_eq!(shown("LEFT($1, 2)").as_deref(), Some("LEFT(1 + 2, 2)"));
        assert_eq!(shown("($1 * 2)").as_deref(), Some("((1 + 2) * 2)"));
        assert_eq!(shown("INTDIV($1, 4)").as_deref(), Some("(1 + 2) DIV 4"));
        assert!(!is_sound("LEFT($1", 1));
        assert!(!is_sound("LEFT($2)", 1));
    }
}

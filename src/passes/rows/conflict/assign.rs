//! The assignments of DO UPDATE in an order that reads only old values: TiDB makes them one after the other.

use crate::passes::expressions::literals::call;
use crate::syntax::names;
use crate::syntax::walk::Walk;
use sqlparser::ast::{
    AssignmentTarget, BinaryOperator, Expr, GroupByExpr, Ident, ObjectName, OrderBy, OrderByKind, Query,
    SelectItem, SetExpr, Value, Visitor,
};
use std::ops::ControlFlow;

/// One column that is set.
#[derive(Debug, Clone)]
pub struct Set {
    /// Folded.
    pub column: String,
    pub ident: Ident,
    pub value: Expr,
    /// Folded names of the columns of the old row that the value reads.
    pub reads: Vec<String>,
}

/// Why assignments can't be split into columns.
pub enum Split {
    /// `(a, b) = …` of something that is no list of as many values.
    Row,
}

/// The assignments column by column: `(a, b) = (1, 2)` is two of them.
pub fn split(assignments: &[sqlparser::ast::Assignment]) -> Result<Vec<Set>, Split> {
    let mut sets = Vec::with_capacity(assignments.len());
    for assignment in assignments {
        match &assignment.target {
            AssignmentTarget::ColumnName(name) => sets.push(set(name, &assignment.value)),
            AssignmentTarget::Tuple(columns) => {
                let values = row(&assignment.value, columns.len()).ok_or(Split::Row)?;
                sets.extend(columns.iter().zip(values).map(|(name, value)| set(name, &value)));
            }
        }
    }
    Ok(sets)
}

/// The values of `(1, 2)`, `ROW(1, 2)`, or of a single value in parentheses.
fn row(value: &Expr, width: usize) -> Option<Vec<Expr>> {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    let values: Vec<Expr> = match value {
        Expr::Tuple(values) => values.clone(),
        Expr::Nested(inner) if width == 1 => vec![inner.as_ref().clone()],
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("row") => {
            let FunctionArguments::List(list) = &function.args else { return None };
            let value = |arg: &FunctionArg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
                _ => None,
            };
            list.args.iter().map(value).collect::<Option<_>>()?
        }
        Expr::Subquery(query) => columns_apart(query)?,
        _ => return None,
    };
    (values.len() == width).then_some(values)
}

/// A subquery for each column of one, where they give the same row.
fn columns_apart(query: &Query) -> Option<Vec<Expr>> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let text = query.to_string().to_ascii_lowercase();
    let varies =
        ["random(", "nextval(", "clock_timestamp(", "gen_random_uuid("].iter().any(|f| text.contains(f));
    // Names and places of the columns would mean others.
    let named = select.projection.iter().any(|item| !matches!(item, SelectItem::UnnamedExpr(_)));
    let places = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    if varies
        || named
        || !places
        || select.distinct.is_some()
        || query.order_by.is_some() && query.limit_clause.is_none()
    {
        return None;
    }
    if let Some(OrderBy { kind, .. }) = &query.order_by {
        let OrderByKind::Expressions(terms) = kind else { return None };
        if terms.iter().any(|term| matches!(term.expr, Expr::Value(_))) {
            return None;
        }
    }
    // Without its aggregates a query would give as many rows as it reads.
    let counts = |item: &SelectItem| matches!(item, SelectItem::UnnamedExpr(expr) if aggregates(expr));
    let counted = select.projection.iter().filter(|item| counts(item)).count();
    if counted != 0 && counted != select.projection.len() {
        return None;
    }
    let column = |at: usize| {
        let mut one = query.clone();
        if let SetExpr::Select(select) = one.body.as_mut() {
            select.projection = select.projection.get(at).cloned().into_iter().collect();
        }
        Expr::Subquery(Box::new(one))
    };
    Some((0..select.projection.len()).map(column).collect())
}

/// Whether an aggregate stands in an expression.
fn aggregates(expr: &Expr) -> bool {
    struct Finds;
    impl Visitor for Finds {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match crate::passes::queries::is_aggregate(expr) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }
    expr.walk(&mut Finds).is_break()
}

fn set(name: &ObjectName, value: &Expr) -> Set {
    let ident = names::last(name).cloned().unwrap_or_else(|| Ident::new(""));
    Set { column: names::folded(&ident), ident, value: value.clone(), reads: old_reads(value) }
}

/// The columns that an expression reads, other than those of EXCLUDED.
pub fn old_reads(expr: &Expr) -> Vec<String> {
    struct Reads(Vec<String>);
    impl Visitor for Reads {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            let name = match expr {
                Expr::Identifier(name) => name,
                Expr::CompoundIdentifier(parts) => match &parts[..] {
                    [table, _] if names::folded(table) == "excluded" => return ControlFlow::Continue(()),
                    [.., name] => name,
                    [] => return ControlFlow::Continue(()),
                },
                _ => return ControlFlow::Continue(()),
            };
            self.0.push(names::folded(name));
            ControlFlow::Continue(())
        }
    }
    let mut reads = Reads(Vec::new());
    let _ = expr.walk(&mut reads);
    reads.0
}

/// Puts the assignments into an order in which each reads only what is not set yet, the author's where it does. `None`
/// where they read each other in a circle.
pub fn ordered(sets: &[Set]) -> Option<Vec<usize>> {
    let mut left: Vec<usize> = (0..sets.len()).collect();
    let mut order = Vec::with_capacity(sets.len());
    while !left.is_empty() {
        // The first one that none of the others still has to read.
        let at = left.iter().position(|&set| {
            left.iter().all(|&other| other == set || !sets[other].reads.contains(&sets[set].column))
        })?;
        order.push(left.remove(at));
    }
    Some(order)
}

/// The assignments under a condition of DO UPDATE … WHERE. It is looked at once, before anything is set: where it reads
/// what several of them set, the first keeps what came of it.
pub fn guarded(sets: &mut [Set], condition: &Expr, reads: &[String], old: impl Fn(&Ident) -> Expr) -> Guard {
    let set: Vec<&String> = sets.iter().map(|set| &set.column).collect();
    let read = reads.iter().filter(|read| set.contains(read)).count();
    let guard = if read > 1 || sets.len() > 1 && read == 1 && !reads_last(sets, reads) {
        Guard::Kept
    } else {
        Guard::Repeated
    };
    for set in sets.iter_mut() {
        let value = std::mem::replace(&mut set.value, Expr::value(Value::Null));
        let own = old(&set.ident);
        set.value = call("IF", vec![condition.clone(), value, own]);
        if guard == Guard::Repeated {
            set.reads.extend(reads.iter().cloned());
        }
    }
    guard
}

/// How a condition stands in the assignments.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Guard {
    /// In each.
    Repeated,
    /// In the first, which keeps it in a variable for the others.
    Kept,
}

/// Whether the assignments can be ordered with the one that the condition reads at the end.
fn reads_last(sets: &[Set], reads: &[String]) -> bool {
    let mut trial = sets.to_vec();
    trial.iter_mut().for_each(|set| set.reads.extend(reads.iter().cloned()));
    ordered(&trial).is_some()
}

/// The variable that keeps a condition while a row is changed.
const KEPT: &str = "@pg2tidb_matched";

/// In the first assignment, keeps the condition; in the others, asks for it.
pub fn keep(sets: &mut [Set], order: &[usize]) {
    for (at, &set) in order.iter().enumerate() {
        let Expr::Function(function) = &mut sets[set].value else { continue };
        let sqlparser::ast::FunctionArguments::List(list) = &mut function.args else { continue };
        let Some(sqlparser::ast::FunctionArg::Unnamed(sqlparser::ast::FunctionArgExpr::Expr(condition))) =
            list.args.first_mut()
        else {
            continue;
        };
        let variable = Expr::Identifier(Ident::new(KEPT));
        let asked = std::mem::replace(condition, variable);
        if at == 0 {
            // NULL would leave the variable as the row before left it.
            let decided = Expr::IsTrue(Box::new(Expr::Nested(Box::new(asked))));
            *condition = Expr::BinaryOp {
                left: Box::new(Expr::Identifier(Ident::new(KEPT))),
                op: BinaryOperator::Assignment,
                right: Box::new(Expr::Nested(Box::new(decided))),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(column: &str, reads: &[&str]) -> Set {
        let reads = reads.iter().map(ToString::to_string).collect();
        Set { column: column.into(), ident: Ident::new(column), value: Expr::value(Value::Null), reads }
    }

    #[test]
    fn what_is_read_is_set_last() {
        assert_eq!(ordered(&[set("a", &[]), set("b", &["a"])]), Some(vec![1, 0]));
        assert_eq!(ordered(&[set("a", &["a"]), set("b", &["b"]), set("c", &[])]), Some(vec![0, 1, 2]));
        assert_eq!(ordered(&[set("a", &["b"]), set("b", &["a"])]), None);
        let chain = [set("a", &[]), set("b", &["a"]), set("c", &["b"])];
        assert_eq!(ordered(&chain), Some(vec![2, 1, 0]));
    }
}

//! FULL JOIN: the rows of a LEFT JOIN, and those of the right side that no row of the left one meets.

use super::sets::derived;
use super::values::select_of;
use crate::passes::Cx;
use crate::passes::expressions::scope::{Column, Columns, Source};
use crate::passes::expressions::walk::binary;
use crate::passes::expressions::{Untranslatable, literals};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{
    BinaryOperator, Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, SelectItem, SetExpr,
    SetOperator, SetQuantifier, TableFactor, TableWithJoins, Value,
};
use std::rc::Rc;

/// Stands where a tree was taken away.
pub fn nothing() -> TableWithJoins {
    TableWithJoins { relation: super::values::table_of(ObjectName(Vec::new())), joins: Vec::new() }
}

/// The two sides of a join, translated.
pub struct Sides<'s> {
    pub left: TableWithJoins,
    pub left_tables: Vec<Source<'s>>,
    pub right: TableFactor,
    pub right_tables: Vec<Source<'s>>,
    /// The columns of USING, folded.
    pub merged: Vec<String>,
    /// The condition of ON.
    pub condition: Option<Expr>,
}

/// Makes the join a derived table; its columns stand for those of the tables that were joined.
pub fn translate<'s>(
    cx: &Cx<'_>,
    sides: Sides<'s>,
    span: Span,
    number: usize,
) -> Result<(TableWithJoins, Vec<Source<'s>>), Untranslatable> {
    let Sides { left, left_tables, right, right_tables, merged, condition } = sides;
    let unknown = || Untranslatable { span, what: "a FULL JOIN of tables that no file declares".into() };
    let name = format!("full_{number}");
    let mut taken: Vec<String> = Vec::new();
    let mut both = Vec::new();
    let mut right_only = Vec::new();
    let mut sources = Vec::new();
    let mut keys: Vec<Column> = Vec::new();
    let mut pairs: Vec<Expr> = Vec::new();
    let mut first_of: Vec<(String, Expr, Expr, Column)> = Vec::new();
    for (table, is_left) in
        left_tables.iter().map(|t| (t, true)).chain(right_tables.iter().map(|t| (t, false)))
    {
        let mut columns = Vec::new();
        for column in table.all(cx.catalog).ok_or_else(unknown)? {
            let expr = match &column.written {
                Some(written) => written.clone(),
                None => Expr::CompoundIdentifier(vec![table.written_name(), column.ident.clone()]),
            };
            let mut alias = format!("{}_{}", table.name, column.name);
            while taken.contains(&alias) {
                alias.push('_');
            }
            taken.push(alias.clone());
            let alias = names::ident(&alias);
            both.push(SelectItem::ExprWithAlias { expr: expr.clone(), alias: alias.clone() });
            right_only.push(SelectItem::UnnamedExpr(if is_left {
                Expr::value(Value::Null)
            } else {
                expr.clone()
            }));
            let seen = Expr::CompoundIdentifier(vec![Ident::new(name.clone()), alias]);
            if merged.contains(&column.name) {
                let other = first_of.iter().find(|(key, ..)| *key == column.name);
                match other {
                    None if is_left => {
                        first_of.push((column.name.clone(), expr, seen.clone(), column.clone()))
                    }
                    Some((_, left_expr, left_seen, left_column)) if !is_left => {
                        pairs.push(binary(left_expr.clone(), BinaryOperator::Eq, expr));
                        let written = literals::call("COALESCE", vec![left_seen.clone(), seen.clone()]);
                        let not_null = left_column.not_null && column.not_null;
                        keys.push(Column { written: Some(written), not_null, ..left_column.clone() });
                    }
                    _ => {}
                }
            }
            columns.push(Column { written: Some(seen), not_null: false, ..column });
        }
        let mut source = Source::new(table.name.clone(), Columns::Made(Rc::from(columns)));
        source.schema.clone_from(&table.schema);
        source.merged.clone_from(&table.merged);
        source.merged.extend(merged.iter().cloned());
        sources.push(source);
    }
    if !merged.is_empty() {
        // Where the two sides' types differ, the value's would too.
        sources.insert(0, Source::new("", Columns::Made(Rc::from(keys))));
    }
    let using = pairs.into_iter().reduce(|all, pair| binary(all, BinaryOperator::And, pair));
    let condition = condition.or(using).unwrap_or_else(|| Expr::value(Value::Boolean(true)));
    let mut met = select_of(vec![(literals::number("1"), None)], None);
    met.from = vec![left.clone()];
    met.selection = Some(condition.clone());
    let exists = Expr::Subquery(Box::new(super::values::query_of(met)));
    let Expr::Subquery(query) = exists else { return Err(unknown()) };
    let exists = Expr::Exists { subquery: query, negated: true };
    let mut first = select_of(Vec::new(), None);
    first.projection = both;
    let mut joined = left;
    joined.joins.push(Join {
        relation: right.clone(),
        global: false,
        join_operator: JoinOperator::Left(JoinConstraint::On(condition)),
    });
    first.from = vec![joined];
    let mut second = select_of(Vec::new(), None);
    second.projection = right_only;
    second.from = vec![TableWithJoins { relation: right, joins: Vec::new() }];
    second.selection = Some(exists);
    let body = SetExpr::SetOperation {
        left: Box::new(SetExpr::Select(Box::new(first))),
        op: SetOperator::Union,
        set_quantifier: SetQuantifier::All,
        right: Box::new(SetExpr::Select(Box::new(second))),
    };
    Ok((derived(body, &name), sources))
}

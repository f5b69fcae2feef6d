//! VALUES lists as queries, which are SELECTs joined by UNION ALL on TiDB; and small queries that passes make.

use super::{Naming, sets};
use crate::passes::Cx;
use crate::passes::expressions::scope::{Column, Scope};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::Walk;
use crate::passes::expressions::{Untranslatable, nulls};
use crate::syntax::names;
pub use crate::syntax::rows::query_of_body;
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    Expr, GroupByExpr, Ident, ObjectName, Query, Select, SelectFlavor, SelectItem, SetExpr, SetOperator,
    SetQuantifier, TableFactor, TableWithJoins, Values,
};

/// Makes VALUES a chain of SELECTs.
pub fn translate(
    cx: &mut Cx<'_>,
    values: &mut Values,
    scope: &Scope<'_>,
    naming: Naming<'_>,
) -> Result<(SetExpr, Vec<Column>), Untranslatable> {
    let rows = std::mem::take(&mut values.rows);
    let width = rows.first().map_or(0, |row| row.content.len());
    let given: &[Ident] = match naming {
        Naming::Given(names) => names,
        _ => &[],
    };
    let mut columns: Vec<Column> = Vec::with_capacity(width);
    let mut body: Option<SetExpr> = None;
    for row in rows {
        let mut items = Vec::with_capacity(width);
        let mut types: Vec<(Ty, Option<sqlparser::ast::DataType>, bool)> = Vec::with_capacity(width);
        for mut expr in row.content {
            let not_null = !nulls::possible(scope, cx.catalog, &expr);
            let source = expr.clone();
            let ty = Walk::new(cx, scope).expr(&mut expr)?;
            let data_type = super::output::data_type(cx, scope, &source, &ty);
            types.push((ty, data_type, not_null));
            items.push((expr, None));
        }
        let Some(left) = body.take() else {
            let made = types.into_iter().enumerate().map(|(at, (ty, data_type, not_null))| {
                let ident = given.get(at).cloned().unwrap_or_else(|| Ident::new(format!("column{}", at + 1)));
                Column { name: names::folded(&ident), ident, ty, data_type, not_null, written: None }
            });
            columns = made.collect();
            for (item, column) in items.iter_mut().zip(&columns) {
                item.1 = (!matches!(naming, Naming::AsIs)).then(|| column.ident.clone());
            }
            body = Some(SetExpr::Select(Box::new(select_of(items, None))));
            continue;
        };
        let right = SetExpr::Select(Box::new(select_of(items, None)));
        let mut whole = SetExpr::SetOperation {
            left: Box::new(left),
            op: SetOperator::Union,
            set_quantifier: SetQuantifier::All,
            right: Box::new(right),
        };
        let others: Vec<Column> = types
            .into_iter()
            .map(|(ty, data_type, not_null)| Column {
                name: String::new(),
                ident: Ident::new(""),
                ty,
                data_type,
                not_null,
                written: None,
            })
            .collect();
        sets::unify(cx, &mut whole, &mut columns, &others, scope)?;
        body = Some(whole);
    }
    match body {
        Some(body) => Ok((body, columns)),
        None => Err(Untranslatable { span: cx.head(), what: "VALUES without rows".into() }),
    }
}

/// `SELECT items [FROM table]`.
pub fn select_of(items: Vec<(Expr, Option<Ident>)>, from: Option<ObjectName>) -> Select {
    let item = |(expr, alias)| match alias {
        Some(alias) => SelectItem::ExprWithAlias { expr, alias },
        None => SelectItem::UnnamedExpr(expr),
    };
    let table = |name| TableWithJoins { relation: table_of(name), joins: Vec::new() };
    Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: items.into_iter().map(item).collect(),
        exclude: None,
        into: None,
        from: from.into_iter().map(table).collect(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}

/// A table by its name alone.
pub fn table_of(name: ObjectName) -> TableFactor {
    TableFactor::Table {
        name,
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

/// A query that is only a SELECT.
pub fn query_of(select: Select) -> Query {
    query_of_body(SetExpr::Select(Box::new(select)))
}

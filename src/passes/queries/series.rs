//! Functions in FROM: generate_series, unnest and the elements of documents, as queries that count.

use super::from::{factor_span, plain_alias};
use super::values::{query_of, select_of};
use super::written_out;
use crate::passes::Cx;
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::collations;
use crate::passes::expressions::literals::{self, call, number};
use crate::passes::expressions::scope::{Column, Columns, Scope, Source};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::{Walk, binary};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    Array, BinaryOperator as Op, CastKind, Cte, DataType, Expr, FunctionArg, FunctionArgExpr, Ident,
    Interval, ObjectName, Query, Select, SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor, Value,
    With,
};
use std::rc::Rc;

/// A function in FROM, taken apart.
pub struct Call<'c> {
    pub name: String,
    pub args: Vec<Expr>,
    pub alias: Option<&'c TableAlias>,
    pub ordinality: bool,
    pub span: Span,
}

/// The arguments, if they are plain.
pub fn arguments(args: &[FunctionArg]) -> Option<Vec<Expr>> {
    args.iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
            _ => None,
        })
        .collect()
}

/// The derived table for a call, and what it brings.
pub fn translate<'s>(
    cx: &mut Cx<'_>,
    call: Call<'_>,
    scope: &Scope<'_>,
) -> Result<(TableFactor, Source<'s>), Untranslatable> {
    let Call { name, args, alias, ordinality, span } = call;
    let refuse = |what: String| Err(Untranslatable { span, what });
    let table = alias.map_or_else(|| names::ident(&name), |alias| alias.name.clone());
    let listed = alias.map_or(&[][..], |alias| &alias.columns);
    if listed.iter().any(|column| column.data_type.is_some()) {
        return refuse(format!("the function {name} with the types of its columns"));
    }
    if !ordinality && let Some(rows) = written_out::rows(cx, &name, &args) {
        return written_out::table(cx, rows, &table, listed, scope, span);
    }
    // A single column is called like the alias.
    let column = listed.first().map_or_else(|| table.clone(), |column| column.name.clone());
    let place = listed.get(1).map_or_else(|| Ident::new("ordinality"), |column| column.name.clone());
    let (query, ty) = match (name.as_str(), &args[..]) {
        ("generate_series", [_, _] | [_, _, _]) if !ordinality => series(cx, args, scope, &column, span)?,
        ("unnest", [list]) => elements(cx, list.clone(), scope, &column, ordinality.then_some(&place), span)?,
        _ => return refuse(format!("the function {name} in FROM")),
    };
    let made = |ident: &Ident, ty: Ty, not_null: bool| Column {
        name: names::folded(ident),
        ident: ident.clone(),
        data_type: super::output::plain(&ty),
        ty,
        not_null,
        written: None,
    };
    let mut columns = vec![made(&column, ty, name == "generate_series")];
    if ordinality {
        columns.push(made(&place, Ty::Int, true));
    }
    let source = Source::new(names::folded(&table), Columns::Made(Rc::from(columns)));
    let factor = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(query),
        alias: Some(plain_alias(table)),
        sample: None,
    };
    Ok((factor, source))
}

/// The elements of an array that is written out: a SELECT for each.
fn elements(
    cx: &mut Cx<'_>,
    list: Expr,
    scope: &Scope<'_>,
    column: &Ident,
    place: Option<&Ident>,
    span: Span,
) -> Result<(Query, Ty), Untranslatable> {
    let refuse = |what: &str| Err(Untranslatable { span, what: what.into() });
    let (array, element) = match list {
        Expr::Cast { expr, data_type, .. } => match (*expr, Ty::of(&data_type, cx.catalog)) {
            (Expr::Array(array), Ty::Array(element)) => (array, Some(*element)),
            _ => return refuse("unnest of what is no ARRAY[…]"),
        },
        Expr::Array(array) => (array, None),
        _ => return refuse("unnest of what is no ARRAY[…]"),
    };
    let Array { elem, .. } = array;
    let mut rows = Vec::new();
    let mut ty = element.unwrap_or(Ty::Unknown);
    let wanted = ty.clone();
    for mut expr in elem {
        let mut walk = Walk::new(cx, scope);
        let found = walk.expr(&mut expr)?;
        let found = if wanted == Ty::Unknown { found } else { walk.coerce(&mut expr, &found, &wanted)? };
        ty = ty.widest(&found);
        rows.push(expr);
    }
    if matches!(ty, Ty::Array(_)) {
        return refuse("unnest of arrays in arrays");
    }
    let mut body: Option<SetExpr> = None;
    for (at, mut expr) in rows.into_iter().enumerate() {
        let first = body.is_none();
        if first && matches!(ty, Ty::Text | Ty::Unknown) {
            collations::collate(&mut expr, &number("0"));
        }
        let mut items = vec![(expr, first.then(|| column.clone()))];
        if let Some(place) = place {
            items.push((number((at + 1).to_string()), first.then(|| place.clone())));
        }
        let select = SetExpr::Select(Box::new(select_of(items, None)));
        body = Some(match body {
            None => select,
            Some(left) => union_all(left, select),
        });
    }
    match body {
        Some(body) => Ok((super::values::query_of_body(body), if ty == Ty::Unknown { Ty::Text } else { ty })),
        None => refuse("unnest of no elements"),
    }
}

pub fn union_all(left: SetExpr, right: SetExpr) -> SetExpr {
    SetExpr::SetOperation {
        left: Box::new(left),
        op: SetOperator::Union,
        set_quantifier: SetQuantifier::All,
        right: Box::new(right),
    }
}

/// `generate_series(first, last[, step])`: a recursive query.
fn series(
    cx: &mut Cx<'_>,
    mut args: Vec<Expr>,
    scope: &Scope<'_>,
    column: &Ident,
    span: Span,
) -> Result<(Query, Ty), Untranslatable> {
    let refuse = |what: &str| Err(Untranslatable { span, what: what.into() });
    let step = (args.len() == 3).then(|| args.remove(2));
    let mut types = Vec::new();
    for arg in &mut args {
        let mut walk = Walk::new(cx, scope);
        types.push(walk.expr(arg)?);
    }
    // A literal has the type of the other end.
    for (one, other) in [(0, 1), (1, 0)] {
        if let (Some(Ty::Unknown), Some(wanted)) = (types.get(one), types.get(other).cloned())
            && wanted.is_time()
            && let Some(arg) = args.get_mut(one)
        {
            types[one] = Walk::new(cx, scope).coerce(arg, &Ty::Unknown, &wanted)?;
        }
    }
    let (Some(last), Some(first)) = (args.pop(), args.pop()) else {
        return refuse("this form of generate_series");
    };
    let current = Expr::Identifier(Ident::new("i"));
    let (first, last, next, down, ty) = match &types[..] {
        [Ty::Int | Ty::Big, Ty::Int | Ty::Big] => {
            let step = match step.as_ref().map_or(Some(1), whole) {
                Some(0) | None => return refuse("generate_series with a calculated step"),
                Some(step) => step,
            };
            let op = if step < 0 { Op::Minus } else { Op::Plus };
            let next = binary(current.clone(), op, number(step.unsigned_abs().to_string()));
            (signed(first), last, next, step < 0, Ty::Int)
        }
        [Ty::Date | Ty::Timestamp | Ty::Timestamptz, Ty::Date | Ty::Timestamp | Ty::Timestamptz] => {
            let Some((count, unit)) = step.as_ref().and_then(interval) else {
                return refuse("generate_series with this step");
            };
            let zoned = types.iter().any(|ty| *ty != Ty::Timestamp);
            let interval = Expr::Interval(Interval {
                value: Box::new(number(count.unsigned_abs().to_string())),
                leading_field: Some(unit),
                leading_precision: None,
                last_field: None,
                fractional_seconds_precision: None,
            });
            let name = if count < 0 { "DATE_SUB" } else { "DATE_ADD" };
            let ty = if zoned { Ty::Timestamptz } else { Ty::Timestamp };
            (dated(first), dated(last), call(name, vec![current.clone(), interval]), count < 0, ty)
        }
        _ => return refuse("generate_series of these types"),
    };
    cx.recursive = true;
    super::rules::deep(cx, span);
    let compare = if down { Op::GtEq } else { Op::LtEq };
    let end = Expr::Identifier(Ident::new("last_one"));
    let bounds =
        select_of(vec![(first, Some(Ident::new("first_one"))), (last, Some(Ident::new("last_one")))], None);
    let mut seed = select_of(
        vec![(Expr::Identifier(Ident::new("first_one")), Some(Ident::new("i"))), (end.clone(), None)],
        Some(ObjectName::from(vec![Ident::new("bounds")])),
    );
    seed.selection = Some(binary(Expr::Identifier(Ident::new("first_one")), compare.clone(), end.clone()));
    let mut step = select_of(
        vec![(next.clone(), None), (end.clone(), None)],
        Some(ObjectName::from(vec![Ident::new("series")])),
    );
    step.selection = Some(binary(next, compare, end));
    let counted =
        select_of(vec![(current, Some(column.clone()))], Some(ObjectName::from(vec![Ident::new("series")])));
    let mut query = query_of(counted);
    query.with = Some(With {
        with_token: AttachedToken::empty(),
        recursive: true,
        cte_tables: vec![
            cte("bounds", query_of(bounds)),
            cte("series", super::values::query_of_body(union_all(selected(seed), selected(step)))),
        ],
    });
    Ok((query, ty))
}

/// The numbers from zero on that are below the one that a query gives as `most`.
pub fn counted(of: &str, sizes: Select, nth: &Ident) -> Query {
    let named = |kind: &str| Ident::new(format!("{kind}_of_{of}"));
    let table = |name: &Ident| Some(ObjectName::from(vec![name.clone()]));
    let (bounds, places) = (named("size"), named("places"));
    let most = Expr::Identifier(Ident::new("most"));
    let next = binary(Expr::Identifier(nth.clone()), Op::Plus, number("1"));
    let seed = select_of(vec![(number("0"), Some(nth.clone())), (most.clone(), None)], table(&bounds));
    let mut step = select_of(vec![(next.clone(), None), (most.clone(), None)], table(&places));
    step.selection = Some(binary(next, Op::Lt, most));
    let mut query = query_of(select_of(vec![(Expr::Identifier(nth.clone()), None)], table(&places)));
    query.with = Some(With {
        with_token: AttachedToken::empty(),
        recursive: true,
        cte_tables: vec![
            cte(&bounds.value, query_of(sizes)),
            cte(&places.value, super::values::query_of_body(union_all(selected(seed), selected(step)))),
        ],
    });
    query
}

fn selected(select: Select) -> SetExpr {
    SetExpr::Select(Box::new(select))
}

fn cte(name: &str, query: Query) -> Cte {
    Cte {
        alias: TableAlias { explicit: false, ..plain_alias(Ident::new(name)) },
        query: Box::new(query),
        from: None,
        materialized: None,
        closing_paren_token: AttachedToken::empty(),
    }
}

/// What is no literal may be narrower than what is counted to.
fn signed(expr: Expr) -> Expr {
    match expr {
        Expr::Value(_) => expr,
        other => cast(other, DataType::Signed),
    }
}

fn dated(expr: Expr) -> Expr {
    cast(expr, DataType::Datetime(Some(6)))
}

fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, format: None }
}

/// The value of a whole number.
fn whole(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Nested(inner) => whole(inner),
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => number.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: sqlparser::ast::UnaryOperator::Minus, expr } => whole(expr)?.checked_neg(),
        _ => None,
    }
}

/// An interval of one unit.
fn interval(expr: &Expr) -> Option<(i64, sqlparser::ast::DateTimeField)> {
    use sqlparser::ast::DateTimeField as F;
    let text = match expr {
        Expr::Nested(inner) => return interval(inner),
        Expr::Interval(Interval { value, leading_field: None, last_field: None, .. }) => match value.as_ref()
        {
            Expr::Value(value) => literals::text_of(&value.value)?,
            _ => return None,
        },
        Expr::Cast { expr, data_type: DataType::Interval { .. }, .. } => match expr.as_ref() {
            Expr::Value(value) => literals::text_of(&value.value)?,
            _ => return None,
        },
        Expr::Value(value) => literals::text_of(&value.value)?,
        _ => return None,
    };
    let (count, unit) = text.trim().split_once(' ')?;
    let count: i64 = count.parse().ok().filter(|count| *count != 0)?;
    let unit = match unit.trim().to_ascii_lowercase().trim_end_matches('s') {
        "second" | "sec" => F::Second,
        "minute" | "min" => F::Minute,
        "hour" => F::Hour,
        "day" => F::Day,
        "week" => F::Week(None),
        "month" | "mon" => F::Month,
        "year" => F::Year,
        _ => return None,
    };
    Some((count, unit))
}

/// Where a function stands in FROM: its name, arguments and alias.
pub fn call_of<'f>(cx: &Cx<'_>, factor: &'f TableFactor) -> Option<Call<'f>> {
    // Only where there is a call: looking for its place is not cheap.
    let span = || factor_span(cx, factor);
    let named = |name: &ObjectName| {
        let parts: Vec<String> = names::parts(name).map(names::folded).collect();
        let (last, schema) = parts.split_last()?;
        schema.iter().all(|schema| schema == "pg_catalog").then(|| last.clone())
    };
    match factor {
        TableFactor::Table { name, alias, args: Some(args), with_ordinality, .. }
            if args.settings.is_none() =>
        {
            Some(Call {
                name: named(name)?,
                args: arguments(&args.args)?,
                alias: alias.as_ref(),
                ordinality: *with_ordinality,
                span: span(),
            })
        }
        TableFactor::Function { lateral: _, name, args, with_ordinality, alias } => Some(Call {
            name: named(name)?,
            args: arguments(args)?,
            alias: alias.as_ref(),
            ordinality: *with_ordinality,
            span: span(),
        }),
        TableFactor::UNNEST {
            alias,
            array_exprs,
            with_offset: false,
            with_offset_alias: None,
            with_ordinality,
        } => Some(Call {
            name: "unnest".into(),
            args: array_exprs.clone(),
            alias: alias.as_ref(),
            ordinality: *with_ordinality,
            span: span(),
        }),
        _ => None,
    }
}

//! `unnest(column)` and the elements of a document in a column: a join with the places that they may have.

use super::from::plain_alias;
use super::series::{Call, counted};
use super::values::select_of;
use crate::passes::Cx;
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::arrays;
use crate::passes::expressions::functions::template::filled;
use crate::passes::expressions::literals::call;
use crate::passes::expressions::scope::{Column, Columns, Scope, Source};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::Walk;
use crate::passes::expressions::{json_only, json_text};
use crate::syntax::{names, walk};
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArguments, GroupByExpr, Ident, ObjectName, Select, SelectItem,
    TableFactor, TableWithJoins,
};
use std::ops::ControlFlow;
use std::rc::Rc;

/// What a function in FROM becomes: the table of places, what its columns are, and which places each row has.
pub struct Places<'s> {
    pub factor: TableFactor,
    pub source: Source<'s>,
    pub condition: Expr,
}

/// Whether a function makes rows of what another table, or a query around this one, has in a column.
pub fn is_of_column(call: &Call<'_>) -> bool {
    let named = |name: &str| matches!(name, "unnest") || documents(name).is_some();
    let [arg] = &call.args[..] else { return false };
    named(&call.name) && !columns_of(arg).is_empty()
}

/// The name of a function that takes a document, without its kind.
fn documents(name: &str) -> Option<&str> {
    let plain = name.strip_prefix("jsonb_").or_else(|| name.strip_prefix("json_"))?;
    ["array_elements", "array_elements_text", "object_keys", "each", "each_text"]
        .contains(&plain)
        .then_some(plain)
}

/// The table of places for a call that sees the tables of `scope`.
pub fn translate<'s>(cx: &mut Cx<'_>, of: Call<'_>, scope: &Scope<'_>) -> Result<Places<'s>, Untranslatable> {
    let Call { name, mut args, alias, ordinality, span } = of;
    let refuse = |what: String| Err(Untranslatable { span, what });
    let table = alias.map_or_else(|| names::ident(&name), |alias| alias.name.clone());
    let listed = alias.map_or(&[][..], |alias| &alias.columns);
    if listed.iter().any(|column| column.data_type.is_some()) {
        return refuse(format!("the function {name} with the types of its columns"));
    }
    let Some(mut document) = args.pop() else { return refuse(format!("the function {name} in FROM")) };
    let owner = owner(cx, scope, &document).and_then(|owner| match &owner.columns {
        Columns::Table(table) => Some((table.tidb_name.clone(), owner.written_name())),
        _ => None,
    });
    let Some((owner, known_as)) = owner else {
        return refuse(format!("the function {name} of what is no column of one table"));
    };
    let ty = Walk::new(cx, scope).expr(&mut document)?;
    let plain = documents(&name);
    let (size, keys) = match (&ty, plain) {
        (Ty::Array(_), None) => ("JSON_LENGTH($1)".to_owned(), false),
        (Ty::Json, Some("array_elements" | "array_elements_text")) => {
            (json_only("= 'ARRAY'", "JSON_LENGTH($1)"), false)
        }
        (Ty::Json, Some(_)) => (json_only("= 'OBJECT'", "JSON_LENGTH($1)"), true),
        _ => return refuse(format!("the function {name}({})", ty.name())),
    };
    let made =
        |sql: &str, args: &[Expr]| filled(sql, args).ok_or(Untranslatable { span, what: name.clone() });
    let nth = Ident::new(format!("nth_of_{}", names::folded(&table)));
    let place = Expr::CompoundIdentifier(vec![table.clone(), nth.clone()]);
    let condition = made(&format!("$2 < {size}"), &[document.clone(), place.clone()])?;
    let path = made("CONCAT('$[', $1, ']')", std::slice::from_ref(&place))?;
    let key = call("JSON_EXTRACT", vec![call("JSON_KEYS", vec![document.clone()]), path.clone()]);
    let whole = match keys {
        true => made("JSON_EXTRACT($1, CONCAT('$.', $2))", &[document.clone(), key.clone()])?,
        false => call("JSON_EXTRACT", vec![document.clone(), path]),
    };
    let key = call("JSON_UNQUOTE", vec![key]);
    // What PostgreSQL calls the columns: a single one without a name is called like the table.
    let columns: Vec<(Option<&str>, Ty, Expr)> = match (plain, ty) {
        (Some("array_elements"), _) => vec![(Some("value"), Ty::Json, whole)],
        (Some("array_elements_text"), _) => vec![(Some("value"), Ty::Text, json_text(whole))],
        (Some("object_keys"), _) => vec![(None, Ty::Text, key)],
        (Some("each"), _) => vec![(Some("key"), Ty::Text, key), (Some("value"), Ty::Json, whole)],
        (Some(_), _) => vec![(Some("key"), Ty::Text, key), (Some("value"), Ty::Text, json_text(whole))],
        (None, Ty::Array(element)) => {
            let walk = Walk::new(cx, scope);
            let Some(value) = arrays::element_value(&walk, &element, whole) else {
                return refuse(format!("the elements of {}[]", element.name()));
            };
            vec![(None, *element, value)]
        }
        _ => return refuse(format!("the function {name} in FROM")),
    };
    let scalar = (columns.len() == 1 && !ordinality).then(|| columns[0].2.clone());
    let mut all: Vec<Column> = Vec::new();
    let ordinal = made("$1 + 1", &[place])?;
    let numbered = ordinality.then_some((Some("ordinality"), Ty::Big, ordinal));
    for (at, (own, ty, written)) in columns.into_iter().chain(numbered).enumerate() {
        let ident = match (listed.get(at), own) {
            (Some(listed), _) => listed.name.clone(),
            (None, Some(own)) => names::ident(own),
            (None, None) => table.clone(),
        };
        all.push(Column {
            name: names::folded(&ident),
            ident,
            data_type: super::output::plain(&ty),
            ty,
            not_null: false,
            written: Some(written),
        });
    }
    let mut source = Source::new(names::folded(&table), Columns::Made(Rc::from(all)));
    source.scalar = scalar;
    super::rules::deep(cx, span);
    let longest = call("MAX", vec![call("JSON_LENGTH", vec![document])]);
    let mut sizes = select_of(vec![(longest, Some(Ident::new("most")))], Some(owner.clone()));
    if names::last(&owner) != Some(&known_as)
        && let Some(TableFactor::Table { alias, .. }) = sizes.from.first_mut().map(|from| &mut from.relation)
    {
        *alias = Some(plain_alias(known_as));
    }
    cx.recursive = true;
    let query = counted(&names::folded(&table), sizes, &nth);
    let factor = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(query),
        alias: Some(plain_alias(table)),
        sample: None,
    };
    Ok(Places { factor, source, condition })
}

/// The names of columns in an expression.
fn columns_of(expr: &Expr) -> Vec<Expr> {
    let mut found = Vec::new();
    let _ = walk::expressions(expr, &mut |expr| {
        if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
            found.push(expr.clone());
        }
        ControlFlow::Continue(())
    });
    found
}

/// The one table that all columns of an expression are of.
fn owner<'o, 's>(cx: &Cx<'_>, scope: &'o Scope<'s>, expr: &Expr) -> Option<&'o Source<'s>> {
    let mut owner: Option<&Source<'_>> = None;
    for column in columns_of(expr) {
        let found = table_of(cx, scope, &column)?;
        if owner.is_some_and(|owner| !std::ptr::eq(owner, found)) {
            return None;
        }
        owner = Some(found);
    }
    owner
}

fn table_of<'o, 's>(cx: &Cx<'_>, scope: &'o Scope<'s>, column: &Expr) -> Option<&'o Source<'s>> {
    let (table, name) = match column {
        Expr::Identifier(ident) => (None, names::folded(ident)),
        Expr::CompoundIdentifier(parts) => {
            let (name, tables) = parts.split_last()?;
            (tables.last().map(names::folded), names::folded(name))
        }
        _ => return None,
    };
    let has = |source: &&Source<'_>| {
        table.as_ref().is_none_or(|table| *table == source.name) && source.find(&name, cx.catalog).is_some()
    };
    let mut own = scope.tables.iter().filter(has);
    match (own.next(), own.next()) {
        (Some(found), None) => Some(found),
        (Some(_), Some(_)) => None,
        (None, _) => table_of(cx, scope.outer?, column),
    }
}

/// A function of the SELECT list that gives rows, as a table of FROM: `SELECT id, unnest(tags) FROM t`.
pub fn out_of_list(select: &mut Select) {
    const NAME: &str = "unnested";
    let called = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(Expr::Function(function))
        | SelectItem::ExprWithAlias { expr: Expr::Function(function), .. } => rows_of(function),
        _ => None,
    };
    let mut found = select.projection.iter().enumerate().filter_map(|(at, item)| Some((at, called(item)?)));
    let (Some((at, (name, args))), None) = (found.next(), found.next()) else { return };
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(exprs, _) if exprs.is_empty());
    if grouped || select.having.is_some() || super::lateral::calls(select) {
        return;
    }
    // A window is calculated before there are more rows.
    let windowed = |item: &SelectItem| {
        let mut over = |expr: &Expr| match expr {
            Expr::Function(function) if function.over.is_some() => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        walk::expressions(item, &mut over).is_break()
    };
    if select.projection.iter().any(windowed) {
        return;
    }
    let column = if name.contains("array_elements") { "value" } else { NAME };
    let alias = match &select.projection[at] {
        SelectItem::ExprWithAlias { alias, .. } => alias.clone(),
        _ => names::ident(&name),
    };
    let expr = Expr::CompoundIdentifier(vec![Ident::new(NAME), Ident::new(column)]);
    select.projection[at] = SelectItem::ExprWithAlias { expr, alias };
    let relation = TableFactor::Function {
        lateral: false,
        name: ObjectName::from(vec![Ident::new(name)]),
        args,
        with_ordinality: false,
        alias: Some(plain_alias(Ident::new(NAME))),
    };
    select.from.push(TableWithJoins { relation, joins: Vec::new() });
}

/// The name and the arguments of a function that gives rows of one column.
fn rows_of(function: &Function) -> Option<(String, Vec<FunctionArg>)> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = names::folded(names::last(&function.name)?);
    let gives_rows = matches!(name.as_str(), "unnest" | "generate_series")
        || documents(&name).is_some_and(|plain| !plain.starts_with("each"));
    let plain = function.over.is_none() && function.filter.is_none() && list.clauses.is_empty();
    (gives_rows && plain).then(|| (name, list.args.clone()))
}

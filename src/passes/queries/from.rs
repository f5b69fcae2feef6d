//! FROM: tables, derived tables, joins. Fills the scope with what they bring.

use super::{joins, named, series, unnested};
use crate::catalog::Name;
use crate::passes::Cx;
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::scope::{Column, Columns, Scope, Source, relation, sources};
use crate::passes::partitions::part;
use crate::passes::tables::like::{INHERITED_TABLE, without_children};
use crate::syntax::names;
use sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, TableAlias, TableFactor, TableWithJoins,
};
use std::rc::Rc;

/// Translates FROM. What has to be asked in WHERE for it comes back.
pub fn translate<'a: 's, 's>(
    cx: &mut Cx<'a>,
    from: &mut Vec<TableWithJoins>,
    scope: &mut Scope<'s>,
) -> Result<Vec<Expr>, Untranslatable> {
    after_comma(from);
    let mut conditions = Vec::new();
    for tree in from {
        let mut tables = Vec::new();
        joins::tree(cx, tree, scope, &mut tables, &mut conditions)?;
        scope.tables.append(&mut tables);
    }
    Ok(conditions)
}

/// `a, LATERAL (…)` is a cross join.
fn after_comma(from: &mut Vec<TableWithJoins>) {
    let mut at = 1;
    while at < from.len() {
        if !matches!(from[at].relation, TableFactor::Derived { lateral: true, .. }) {
            at += 1;
            continue;
        }
        let TableWithJoins { relation, joins } = from.remove(at);
        let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
        if let Some(before) = from.get_mut(at - 1) {
            before.joins.push(Join { relation, global: false, join_operator });
            before.joins.extend(joins);
        }
    }
}

pub fn factor<'a: 's, 's>(
    cx: &mut Cx<'a>,
    factor: &mut TableFactor,
    scope: &Scope<'s>,
    tables: &mut Vec<Source<'s>>,
    conditions: &mut Vec<Expr>,
) -> Result<(), Untranslatable> {
    if let Some(call) = series::call_of(cx, factor) {
        if unnested::is_of_column(&call) {
            let before = joins::before(scope, tables);
            let places = unnested::translate(cx, call, &before)?;
            *factor = places.factor;
            tables.push(places.source);
            conditions.push(places.condition);
            return Ok(());
        }
        let outside = Scope { ctes: scope.ctes.clone(), outer: scope.outer, ..Scope::default() };
        let (derived, source) = series::translate(cx, call, &outside)?;
        *factor = derived;
        tables.push(source);
        return Ok(());
    }
    match factor {
        TableFactor::Table { name, partitions, .. } => {
            let own = partitions.is_empty()
                && !(name.0.len() == 1 && scope.cte(&Name::of(name).name).is_some())
                && part::named(cx, factor);
            let source = table(cx, factor, scope, own)?;
            tables.push(source);
        }
        TableFactor::Derived { lateral, subquery, alias, sample } => {
            if sample.is_some() {
                return Err(Untranslatable { span: cx.words(&["tablesample"]), what: "TABLESAMPLE".into() });
            }
            // There is nothing before it that it could refer to.
            *lateral = false;
            let listed = listed(cx, alias.as_mut())?;
            // What is joined before is not seen from inside, but what is outside of the whole query is.
            let outside = Scope { ctes: scope.ctes.clone(), outer: scope.outer, ..Scope::default() };
            let columns = named(cx, subquery, &outside, &listed)?;
            super::collate(&mut subquery.body, &columns);
            let alias = alias.get_or_insert_with(|| made_alias(scope, tables));
            let name = names::folded(&alias.name);
            tables.push(Source::new(name, Columns::Made(Rc::from(columns))));
        }
        TableFactor::NestedJoin { table_with_joins, alias: None } => {
            let mut inner = Vec::new();
            joins::tree(cx, table_with_joins, scope, &mut inner, conditions)?;
            tables.append(&mut inner);
        }
        TableFactor::NestedJoin { alias: Some(alias), .. } => {
            return Err(Untranslatable { span: cx.ident(&alias.name), what: "a join with an alias".into() });
        }
        TableFactor::Function { name, .. } => {
            let what = format!("the function {name} in FROM");
            return Err(Untranslatable { span: cx.node(&*name), what });
        }
        other => {
            let span = cx.node(&*other);
            let text = crate::passes::expressions::literals::shown(&other.to_string());
            return Err(Untranslatable { span, what: format!("{text} in FROM") });
        }
    }
    Ok(())
}

/// Where a factor stands, as near as its name tells.
pub fn factor_span(cx: &Cx<'_>, factor: &TableFactor) -> crate::text::Span {
    match factor {
        TableFactor::Table { name, .. } | TableFactor::Function { name, .. } => cx.node(name),
        TableFactor::UNNEST { .. } => cx.words(&["unnest"]),
        _ => cx.head(),
    }
}

/// An alias that no table has, for a query that PostgreSQL lets go without.
pub fn made_alias(scope: &Scope<'_>, tables: &[Source<'_>]) -> TableAlias {
    let taken = |name: &str| scope.tables.iter().chain(tables).any(|table| table.name == name);
    let mut number = 1;
    while taken(&format!("t{number}")) {
        number += 1;
    }
    plain_alias(Ident::new(format!("t{number}")))
}

pub fn plain_alias(name: Ident) -> TableAlias {
    TableAlias { explicit: true, name, columns: Vec::new(), at: None }
}

/// The columns that an alias names; they leave it, since TiDB has no such list.
pub fn listed(cx: &Cx<'_>, alias: Option<&mut TableAlias>) -> Result<Vec<Ident>, Untranslatable> {
    let Some(alias) = alias else { return Ok(Vec::new()) };
    if let Some(column) = alias.columns.iter().find(|column| column.data_type.is_some()) {
        return Err(Untranslatable { span: cx.ident(&column.name), what: "a table alias with types".into() });
    }
    Ok(std::mem::take(&mut alias.columns).into_iter().map(|column| column.name).collect())
}

fn table<'a: 's, 's>(
    cx: &mut Cx<'a>,
    factor: &mut TableFactor,
    scope: &Scope<'s>,
    of_part: bool,
) -> Result<Source<'s>, Untranslatable> {
    let TableFactor::Table {
        name,
        alias,
        args,
        with_hints,
        version,
        with_ordinality,
        partitions,
        json_path,
        sample,
        index_hints,
    } = factor
    else {
        return Err(Untranslatable { span: cx.head(), what: "this in FROM".into() });
    };
    let span = cx.node(&*name);
    if args.is_some() || *with_ordinality {
        return Err(Untranslatable { span, what: format!("the function {name} in FROM") });
    }
    let plain = with_hints.is_empty()
        && version.is_none()
        && (of_part || partitions.is_empty())
        && json_path.is_none()
        && index_hints.is_empty();
    if !plain {
        return Err(Untranslatable { span, what: "this form of a table".into() });
    }
    if let Some(kind) = sample.take()
        && !whole_sample(&kind)
    {
        return Err(Untranslatable { span: cx.words(&["tablesample"]), what: "TABLESAMPLE".into() });
    }
    // `FROM ONLY t` reads as a table `only` under another name. Tables have no children on TiDB.
    let mut only = false;
    if name.0.len() == 1
        && name.to_string().eq_ignore_ascii_case("only")
        && let Some(meant) = alias.take()
    {
        *name = ObjectName::from(vec![meant.name]);
        only = true;
    }
    let listed = listed(cx, alias.as_mut())?;
    let folded = Name::of(name);
    let cte = (name.0.len() == 1).then(|| scope.cte(&folded.name)).flatten().cloned();
    let columns = match cte {
        Some(columns) => Columns::Made(columns),
        None => declared(cx, name, span, only)?,
    };
    let mut source = match &alias {
        Some(alias) => Source::new(names::folded(&alias.name), columns),
        None => {
            let mut source = Source::new(folded.name.clone(), columns);
            // A qualifier may use any of the schemas that the database stands for.
            source.schema = Some(folded.schema.clone());
            source
        }
    };
    if listed.is_empty() {
        return Ok(source);
    }
    if of_part {
        return Err(Untranslatable { span, what: "names for the columns of a partition".into() });
    }
    // t AS x (a, b): a derived table gives the columns their names.
    let Some(columns) = source.all(cx.catalog) else {
        return Err(Untranslatable {
            span,
            what: format!("names for the columns of {name}, which no file declares"),
        });
    };
    let alias = alias.take().unwrap_or_else(|| plain_alias(names::ident(&folded.name)));
    if listed.len() > columns.len() {
        return Err(Untranslatable { span, what: format!("more names than {name} has columns") });
    }
    let (derived, columns) = renamed(name.clone(), columns, &listed);
    source.columns = Columns::Made(Rc::from(columns));
    *factor = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(derived),
        alias: Some(alias),
        sample: None,
    };
    Ok(source)
}

/// `SELECT a AS x, … FROM t`.
fn renamed(name: ObjectName, columns: Vec<Column>, listed: &[Ident]) -> (sqlparser::ast::Query, Vec<Column>) {
    use super::values::{query_of, select_of};
    let mut listed = listed.iter();
    let mut items = Vec::new();
    let mut renamed = Vec::new();
    for column in columns {
        let expr = Expr::Identifier(column.ident.clone());
        match listed.next() {
            Some(ident) => {
                items.push((expr, Some(ident.clone())));
                renamed.push(Column { name: names::folded(ident), ident: ident.clone(), ..column });
            }
            None => {
                items.push((expr, None));
                renamed.push(column);
            }
        }
    }
    (query_of(select_of(items, Some(name))), renamed)
}

/// The columns of a table or view of the catalog.
fn declared<'a: 's, 's>(
    cx: &mut Cx<'a>,
    name: &ObjectName,
    span: crate::text::Span,
    only: bool,
) -> Result<Columns<'s>, Untranslatable> {
    if let Some(table) = relation(cx, name) {
        return match &table.missing {
            Some(_) => Err(Untranslatable { span, what: format!("the table {name}, which is not on TiDB,") }),
            None => {
                if cx.catalog.has_children(&table.name) && !only {
                    cx.report(&INHERITED_TABLE, span, without_children(table));
                }
                Ok(Columns::Table(table))
            }
        };
    }
    for source in sources(cx, name) {
        if let Some(view) = cx.catalog.view_named(&source) {
            if !view.there {
                return Err(Untranslatable { span, what: format!("the view {name}, which is not on TiDB,") });
            }
            let column = |(ident, data_type, not_null): &(Ident, sqlparser::ast::DataType, bool)| {
                let mut column = Column::of(cx, ident.clone(), data_type.clone());
                column.not_null = *not_null;
                column
            };
            return Ok(Columns::Made(view.columns.iter().map(column).collect()));
        }
    }
    let written = Name::of(name);
    let own = ["pg_catalog", "information_schema"].contains(&written.schema.as_str());
    if own || written.schema.is_empty() && written.name.starts_with("pg_") {
        return Err(Untranslatable { span, what: format!("the system table {name}") });
    }
    Ok(Columns::Undeclared)
}

/// A sample of all the rows.
fn whole_sample(kind: &sqlparser::ast::TableSampleKind) -> bool {
    use sqlparser::ast::{TableSampleKind, TableSampleQuantity, Value};
    let (TableSampleKind::BeforeTableAlias(sample) | TableSampleKind::AfterTableAlias(sample)) = kind;
    match &sample.quantity {
        Some(TableSampleQuantity { value: Expr::Value(value), .. }) => {
            matches!(&value.value, Value::Number(number, _) if number.parse::<f64>().is_ok_and(|n| n == 100.0))
        }
        _ => false,
    }
}

//! INSERT: where its rows go, and what becomes of them.

use super::rules::{EXPLICIT_ID, ID_AFTER_EXPLICIT, INSERT_QUERY, INSERTED_VALUE};
use super::value::{is_random, makes_ids};
use super::{Refused, conflict, returning, select, values};
use crate::catalog::Table;
use crate::passes::alter::actions::MISSING_TABLE;
use crate::passes::expressions::scope;
use crate::passes::queries::query_of_body;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::{
    ColumnOption, DataType, Expr, Ident, Insert, ObjectName, Parens, Query, SetExpr, Statement, TableObject,
    Value, Values,
};

/// The table that rows go to.
pub struct Into<'a> {
    /// If a file of the run declares it.
    pub table: Option<&'a Table>,
    /// As TiDB writes it.
    pub name: ObjectName,
    pub alias: Option<Ident>,
    /// Folded names of the columns that get values; empty where the table is not declared and none are listed.
    pub columns: Vec<String>,
    /// The rows are a query's: its columns' names stand beside the table's.
    pub query: bool,
}

impl Into<'_> {
    /// A column of the old row, as ON DUPLICATE KEY UPDATE names it.
    pub fn old(&self, column: &Ident) -> Expr {
        match names::last(&self.name) {
            Some(table) if self.query => Expr::CompoundIdentifier(vec![table.clone(), column.clone()]),
            _ => Expr::Identifier(column.clone()),
        }
    }
}

/// Translates an INSERT into the statements it takes.
pub fn statement(cx: &mut Cx<'_>, mut insert: Insert) -> Result<Vec<Item>, Refused> {
    let TableObject::TableName(name) = &insert.table else {
        // The gate names it.
        return Ok(vec![Item::tree(Statement::Insert(insert))]);
    };
    let name = name.clone();
    let table = scope::relation(cx, &name);
    if let Some(reason) = table.and_then(|table| table.missing.as_ref()) {
        let message = format!("{} is not on TiDB: {reason}", name.to_string().replace('`', ""));
        return Err(Refused::new(&MISSING_TABLE, cx.node(&name), message));
    }
    if table.is_none() && scope::is_view(cx, &name) {
        let message =
            format!("{} is a view, into which TiDB inserts no rows", name.to_string().replace('`', ""));
        return Err(
            Refused::new(&INSERT_QUERY, cx.node(&name), message).help("insert into the table behind it")
        );
    }
    let alias = insert.table_alias.take().map(|alias| alias.alias);
    let mut source = match insert.source.take() {
        Some(source) => source,
        None if insert.assignments.is_empty() => Box::new(defaults()),
        None => return Ok(vec![Item::tree(Statement::Insert(insert))]),
    };
    let width = list(&source).map(|rows| rows.rows.first().map_or(0, |row| row.content.len()));
    list_columns(&mut insert, table, width);
    let columns = filled(&insert, table, width);
    if let Some(column) = table.and_then(|table| first_label(table, &columns)) {
        let message =
            format!("{column} is NOT NULL and gets no value: PostgreSQL fails, TiDB takes the first label");
        return Err(Refused::new(&INSERTED_VALUE, cx.node(&name), message).help("give it a value"));
    }
    let into = Into { table, name, alias, columns, query: width.is_none() };
    let brings_ids = identity(cx, &mut source, &into)?;
    let mut does = None;
    if let Some(on) = insert.on.take() {
        // What the author wrote tells rows apart; the values are translated after.
        let (on, done) = conflict::clause(cx, on, &source, &into)?;
        insert.on = Some(on);
        does = Some(done);
    }
    let asked = insert.returning.take();
    let zero = if into.query {
        let width = select::convert(cx, &mut source, &into)?;
        list_columns(&mut insert, table, Some(width));
        false
    } else {
        list_mut(&mut source).map_or(Ok(false), |rows| values::convert(cx, rows, &into))?
    };
    let shown = match asked {
        Some(asked) => Some(returning::inserted(cx, asked, &into, &source, does)?),
        None => None,
    };
    insert.source = Some(source);
    let mut items = vec![Item::tree(Statement::Insert(insert))];
    if zero {
        items = values::keeping_zero(items);
    }
    if brings_ids {
        items = values::bringing_ids(items);
    }
    items.extend(shown);
    Ok(items)
}

/// A column that gets no value and may not be NULL, for which TiDB takes the first label of its enum.
pub fn first_label<'t>(table: &'t Table, filled: &[String]) -> Option<&'t Ident> {
    let found = table.columns.iter().find(|column| {
        matches!(column.tidb, DataType::Enum(..))
            && column.not_null()
            && !filled.is_empty()
            && !filled.contains(&column.name)
            && !column
                .options
                .iter()
                .any(|o| matches!(o, ColumnOption::Default(_) | ColumnOption::Generated { .. }))
    });
    found.map(|column| &column.ident)
}

/// The rows of a plain VALUES list.
pub fn list(query: &Query) -> Option<&Values> {
    match query.body.as_ref() {
        SetExpr::Values(values) if is_plain(query) && !values.explicit_row => Some(values),
        _ => None,
    }
}

fn list_mut(query: &mut Query) -> Option<&mut Values> {
    let plain = is_plain(query);
    match query.body.as_mut() {
        SetExpr::Values(values) if plain && !values.explicit_row => Some(values),
        _ => None,
    }
}

fn is_plain(query: &Query) -> bool {
    query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none()
        && query.pipe_operators.is_empty()
}

/// DEFAULT VALUES: a row without a value.
fn defaults() -> Query {
    let rows = vec![Parens::with_empty_span(Vec::new())];
    query_of_body(SetExpr::Values(Values { explicit_row: false, value_keyword: false, rows }))
}

/// PostgreSQL gives the columns that are left their defaults; TiDB wants as many values as columns.
fn list_columns(insert: &mut Insert, table: Option<&Table>, width: Option<usize>) {
    let (Some(table), Some(width), true) = (table, width, insert.columns.is_empty()) else { return };
    if width > 0 && (width < table.columns.len() || table.has_helpers()) {
        let listed = table.columns.iter().take(width);
        insert.columns = listed.map(|column| ObjectName::from(vec![column.ident.clone()])).collect();
    }
}

/// The columns that get values.
fn filled(insert: &Insert, table: Option<&Table>, width: Option<usize>) -> Vec<String> {
    if !insert.columns.is_empty() {
        let name = |name: &ObjectName| names::last(name).map(names::folded).unwrap_or_default();
        return insert.columns.iter().map(name).collect();
    }
    let columns = table.map_or(&[][..], |table| &table.columns);
    columns.iter().take(width.unwrap_or(columns.len())).map(|column| column.name.clone()).collect()
}

/// Values for a column that makes its own: what GENERATED ALWAYS refuses, what OVERRIDING ignores, what comes after others.
/// Whether they need a session that lets ids into an AUTO_RANDOM column.
fn identity(cx: &mut Cx<'_>, source: &mut Query, into: &Into<'_>) -> Result<bool, Refused> {
    let Some(table) = into.table else { return Ok(false) };
    let made = table.columns.iter().find(|column| makes_ids(column));
    let Some(column) = made.or_else(|| table.columns.iter().find(|column| column.always)) else {
        return Ok(false);
    };
    let random = is_random(column);
    let at = into.columns.iter().position(|name| *name == column.name);
    let given = |row: &Parens<Vec<Expr>>| {
        at.and_then(|at| row.content.get(at)).is_some_and(|value| !is_default(value))
    };
    let explicit = match list(source) {
        Some(rows) => rows.rows.iter().any(given),
        None => at.is_some(),
    };
    // Words that sqlparser does not read make a tree incomplete.
    let says = |word: &str| {
        cx.parsed.incomplete
            && cx.parsed.tokens.iter().any(|t| t.text(cx.parsed.source()).eq_ignore_ascii_case(word))
    };
    let overriding = says("overriding");
    if !explicit {
        if table.explicit_ids && made.is_some() && !random {
            let span = cx.node(&into.name);
            let message = format!(
                "the new {} comes after those that were inserted with the row, where PostgreSQL goes on counting",
                column.name
            );
            cx.report(&ID_AFTER_EXPLICIT, span, message).help = Some(
                "set the sequence with setval before, as PostgreSQL needs it too where the ids meet".into(),
            );
        }
        made_ids(source, at.filter(|_| random));
        return Ok(false);
    }
    if overriding && says("user") {
        let span = cx.words(&["overriding"]);
        let Some(rows) = list_mut(source) else {
            return Err(Refused::new(
                &EXPLICIT_ID,
                span,
                "OVERRIDING USER VALUE of a query's rows has no translation",
            ));
        };
        let at = at.unwrap_or_default();
        for value in rows.rows.iter_mut().filter_map(|row| row.content.get_mut(at)) {
            *value = Expr::Identifier(Ident::new("DEFAULT"));
        }
        made_ids(source, Some(at).filter(|_| random));
        return Ok(false);
    }
    if column.always && !overriding {
        let message = format!("{} is GENERATED ALWAYS, so PostgreSQL takes no value for it", column.name);
        return Err(Refused::new(&EXPLICIT_ID, cx.head(), message)
            .help("say OVERRIDING SYSTEM VALUE where the value is meant"));
    }
    let null = |row: &Parens<Vec<Expr>>| {
        let value = at.and_then(|at| row.content.get(at));
        matches!(value, Some(Expr::Value(value)) if value.value == Value::Null)
    };
    if list(source).is_some_and(|rows| rows.rows.iter().any(null)) {
        let message = format!("PostgreSQL takes no NULL for {}; TiDB would make an id", column.name);
        return Err(Refused::new(&EXPLICIT_ID, cx.head(), message).help("write DEFAULT for a new id"));
    }
    made_ids(source, at.filter(|_| random));
    Ok(random)
}

/// An AUTO_RANDOM column has no DEFAULT that could be named: NULL asks for an id.
fn made_ids(source: &mut Query, at: Option<usize>) {
    let (Some(at), Some(rows)) = (at, list_mut(source)) else { return };
    for value in rows.rows.iter_mut().filter_map(|row| row.content.get_mut(at)) {
        if is_default(value) {
            *value = Expr::Value(Value::Null.into());
        }
    }
}

pub fn is_default(value: &Expr) -> bool {
    matches!(value, Expr::Identifier(ident) if ident.value.eq_ignore_ascii_case("default"))
}

/// A query whose rows have no translation.
pub fn query_refused(e: crate::passes::expressions::Untranslatable) -> Refused {
    Refused::of(&INSERT_QUERY, e)
}

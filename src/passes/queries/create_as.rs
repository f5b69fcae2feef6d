//! CREATE TABLE … AS and SELECT … INTO: the table first, with the types of the query's columns, then its rows.

use super::rules::TABLE_OF_QUERY;
use super::{named, output, statement};
use crate::diagnostic::{Fidelity, Level};
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::scope::{Column, Scope};
use crate::passes::{Cx, Item, Verdict, Work, gate};
use sqlparser::ast::helpers::stmt_create_table::CreateTableBuilder;
use sqlparser::ast::{ColumnDef, CreateTable, DataType, Expr, Ident, ObjectName, Query, Select, Statement};

/// Makes the statement two.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let found = match work.first() {
        Some(Statement::CreateTable(create)) if create.query.is_some() => of_create(create),
        Some(Statement::Query(query)) => {
            if output::leftmost(&query.body).is_none_or(|select| select.into.is_none()) {
                return;
            }
            let create = output::leftmost_mut(&mut query.body).and_then(of_select);
            create.map(|create| CreateTable { query: Some(query.clone()), ..create })
        }
        _ => return,
    };
    let span = cx.head();
    let made = found
        .ok_or_else(|| Untranslatable { span, what: "this form of a table made of a query".into() })
        .and_then(|create| self::made(cx, create));
    match made {
        Ok(items) => work.items = items,
        Err(Untranslatable { span, what }) => {
            let found = cx.report(&TABLE_OF_QUERY, span, format!("{what} has no translation"));
            (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
            work.verdict = Verdict::Refuse;
        }
    }
}

fn of_create(create: &CreateTable) -> Option<CreateTable> {
    create.constraints.is_empty().then(|| create.clone())
}

/// The table that SELECT … INTO names; INTO leaves the query.
fn of_select(select: &mut Select) -> Option<CreateTable> {
    let into = select.into.take()?;
    let [target] = &into.targets[..] else { return None };
    let name = match target {
        Expr::Identifier(ident) => ObjectName::from(vec![ident.clone()]),
        Expr::CompoundIdentifier(parts) => ObjectName::from(parts.clone()),
        _ => return None,
    };
    Some(CreateTableBuilder::new(name).temporary(into.temporary).build())
}

fn made(cx: &mut Cx<'_>, mut create: CreateTable) -> Result<Vec<Item>, Untranslatable> {
    let span = cx.node(&create.name);
    let refuse = |what: String| Err(Untranslatable { span, what });
    let Some(mut query) = create.query.take() else { return refuse("a table without a query".into()) };
    let listed: Vec<Ident> = create.columns.iter().map(|column| column.name.clone()).collect();
    let columns = named(cx, &mut query, &Scope::default(), &listed)?;
    if let Err(found) = gate::query_passes(cx, &query) {
        return Err(Untranslatable { span: found.span, what: found.what });
    }
    let mut definitions = Vec::with_capacity(columns.len());
    for column in &columns {
        let Some(data_type) = declared(column) else {
            return refuse(format!("a column of type {}", column.ty.name()));
        };
        definitions.push(ColumnDef { name: column.ident.clone(), data_type, options: Vec::new() });
    }
    create.columns = definitions;
    // Twice the same rows would be worse than an error.
    create.if_not_exists = false;
    let empty = create.with_data.take().is_some_and(|with| !with.data);
    cx.stand_in = Some(Box::new(Statement::CreateTable(create.clone())));
    cx.note(&TABLE_OF_QUERY, span, "the table is created first, then filled");
    let names: Vec<String> = columns.iter().map(|column| column.ident.to_string()).collect();
    let insert = insert(&create.name, &names, &query, &statement::unbound_hint(cx.recursive, cx.grouped));
    let mut items = vec![Item::tree(Statement::CreateTable(create))];
    if !empty {
        items.push(Item::Text(insert));
    }
    Ok(items)
}

fn insert(table: &ObjectName, names: &[String], query: &Query, hint: &str) -> String {
    format!("INSERT {hint}INTO {table} ({}) {query}", names.join(", "))
}

fn declared(column: &Column) -> Option<DataType> {
    let declared = column.data_type.as_ref().map(output::unserial);
    declared.or_else(|| output::plain(&column.ty))
}

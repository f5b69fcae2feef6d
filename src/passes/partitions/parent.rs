//! CREATE TABLE … PARTITION BY.

use super::PARTITIONED_TABLE;
use super::clause;
use crate::catalog::{Method, Name, Part, Partitioning};
use crate::passes::{Cx, Work};
use crate::syntax::ddl::{BoundKind, Datum};
use crate::syntax::names;
use sqlparser::ast::{
    ColumnOption, CreateTable, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    Statement, TableConstraint,
};

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::CreateTable(source)) = cx.parsed.tree.as_deref() else { return };
    let Some(by) = &source.partition_by else { return };
    let name = Name::of(&source.name);
    let Some((method, columns)) = read(by) else { return };
    let parts: Vec<Part> = cx.file.parts(&name).to_vec();
    let mut p = Partitioning { method, columns, unpartitioned: None, parts };
    let span = cx.words(&["partition", "by"]);
    let Some(create) = work.create_table() else { return };
    let written = if cx.file.has_foreign_key(&name) {
        Err("TiDB has no foreign keys on partitioned tables".to_string())
    } else if p.parts.iter().any(|part| cx.file.is_partitioned(&part.name)) {
        Err("TiDB has no partitions of partitions".to_string())
    } else {
        clause::kinds(&p, |column| type_of(create, column)).and_then(|kinds| clause::clause(&p, &kinds))
    };
    create.partition_by = None;
    match written {
        Ok(clause) => {
            create.partition_by = Some(Box::new(Expr::Identifier(Ident::new(clause))));
            if method == Method::Range && !takes_all_before(&p, source) {
                let message = "TiDB's range partitions have upper ends only: rows before or between PostgreSQL's partitions are accepted";
                cx.report(&PARTITIONED_TABLE, span, message)
                    .help("add CHECK constraints if such rows must be rejected");
            } else {
                cx.note(&PARTITIONED_TABLE, span, "the partitions of this file become the table's own");
            }
        }
        Err(why) => {
            cx.report(&PARTITIONED_TABLE, span, format!("the table is in one piece on TiDB: {why}"))
                .help("partition it by hand with ALTER TABLE … PARTITION BY if partitions are to be dropped");
            p.unpartitioned = Some(why);
        }
    }
    work.partitioning = Some(p);
}

/// The method and the columns of `RANGE (a, b)`.
pub fn read(by: &Expr) -> Option<(Method, Vec<String>)> {
    let Expr::Function(function) = by else { return None };
    let method = match names::last(&function.name)?.value.to_ascii_lowercase().as_str() {
        "range" => Method::Range,
        "list" => Method::List,
        "hash" => Method::Hash,
        _ => return None,
    };
    let FunctionArguments::List(list) = &function.args else { return None };
    let columns: Option<Vec<String>> = list.args.iter().map(column).collect();
    Some((method, columns.unwrap_or_default()))
}

fn column(arg: &FunctionArg) -> Option<String> {
    fn of(expr: &Expr) -> Option<String> {
        match expr {
            Expr::Identifier(ident) => Some(names::folded(ident)),
            Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => of(inner),
            _ => None,
        }
    }
    match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => of(expr),
        _ => None,
    }
}

fn type_of(create: &CreateTable, name: &str) -> Option<DataType> {
    let found = create.columns.iter().find(|column| names::folded(&column.name) == name)?;
    Some(found.data_type.clone())
}

/// Whether PostgreSQL takes every row that TiDB's range partitions take: their ranges follow one another from the beginning
/// and no key is NULL, or there is one for the rest.
fn takes_all_before(p: &Partitioning, create: &CreateTable) -> bool {
    let mut ranges = Vec::new();
    for part in &p.parts {
        match &part.bound {
            BoundKind::Default => return true,
            BoundKind::Range { from, to } => ranges.push((from, to)),
            _ => return false,
        }
    }
    let first = ranges.iter().position(|(from, _)| from.iter().all(|datum| *datum == Datum::MinValue));
    let Some(mut at) = first else { return false };
    let mut seen = 1;
    while let Some(next) = ranges.iter().position(|(from, _)| texts(from) == texts(ranges[at].1)) {
        (at, seen) = (next, seen + 1);
        if seen > ranges.len() {
            return false;
        }
    }
    let not_null = |column: &String| {
        create.columns.iter().any(|own| {
            let required =
                |option: &ColumnOption| matches!(option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_));
            names::folded(&own.name) == *column && own.options.iter().any(|o| required(&o.option))
        }) || create.constraints.iter().any(|constraint| {
            matches!(constraint, TableConstraint::PrimaryKey(key)
                if crate::passes::index_columns(&key.columns).contains(column))
        })
    };
    seen == ranges.len() && !p.columns.is_empty() && p.columns.iter().all(not_null)
}

/// A bound to compare: where it stands is no part of it.
fn texts(bound: &[Datum]) -> Vec<String> {
    let text = |datum: &Datum| match datum {
        Datum::Value(value) => value.to_string(),
        end => format!("{end:?}"),
    };
    bound.iter().map(text).collect()
}

//! CREATE TABLE … PARTITION BY.

use super::PARTITIONED_TABLE;
use super::clause;
use crate::catalog::{Method, Name, Part, Partitioning};
use crate::passes::{Cx, Work};
use crate::syntax::names;
use sqlparser::ast::{
    CreateTable, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Statement,
};

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::CreateTable(source)) = &cx.parsed.tree else { return };
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
            if method == Method::Range {
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

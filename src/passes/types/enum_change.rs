//! `enum-change`

use super::enum_type;
use crate::catalog::{Column, Name, Table, UserType, changed_labels};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::rebuild::modify_column;
use crate::passes::{Cx, Item, Verdict, Work};
use sqlparser::ast::{
    AlterType, AlterTypeOperation, ColumnOption, DataType, Expr, ObjectName, Statement, Value,
};

rule! {
    /// ALTER TYPE on an enum: ADD VALUE, RENAME VALUE, RENAME TO.
    ///
    /// On TiDB the labels stand in each column, so every column of the type is restated with the new list, its options
    /// kept. A new label keeps its place. To rename one, the column takes both labels first, its rows are updated, and then
    /// the old label goes. Only columns that the files converted together declare are known.
    pub ENUM_CHANGE = "T029", "enum-change", Types, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(Item::Tree(statement)) = work.items.first() else { return };
    let Statement::AlterType(AlterType { name, operation }) = statement.as_ref() else { return };
    let (name, operation) = (name.clone(), operation.clone());
    let head = cx.head();
    let Some(UserType::Enum(labels)) = cx.catalog.user_type(&name) else {
        if !matches!(operation, AlterTypeOperation::Rename(_)) {
            let found = cx.report(
                &ENUM_CHANGE,
                head,
                format!("the type {name} is not known, nor which columns have it"),
            );
            (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
            work.verdict = Verdict::Refuse;
            return;
        }
        cx.note(&ENUM_CHANGE, head, "TiDB has no named types: there is nothing to rename");
        work.verdict = Verdict::Fold;
        return;
    };
    let items = match &operation {
        AlterTypeOperation::Rename(_) => Vec::new(),
        AlterTypeOperation::AddValue(add) if labels.contains(&add.value.value) => Vec::new(),
        AlterTypeOperation::AddValue(_) => restated(cx, &name, &changed_labels(labels, &operation)),
        AlterTypeOperation::RenameValue(rename) => {
            let mut items = Vec::new();
            let both: Vec<String> = labels
                .iter()
                .flat_map(|label| {
                    let new = (*label == rename.from.value).then(|| rename.to.value.clone());
                    [Some(label.clone()), new]
                })
                .flatten()
                .collect();
            for (table, column) in cx.catalog.columns_of_type(&name) {
                if table.missing.is_some() {
                    continue;
                }
                let text = |value: &str| Value::SingleQuotedString(value.to_string());
                let mut column = column.clone();
                for option in &mut column.options {
                    if let ColumnOption::Default(Expr::Value(default)) = option
                        && default.value == text(&rename.from.value)
                    {
                        default.value = text(&rename.to.value);
                    }
                }
                items.extend(restate(cx, table, &column, &both));
                items.push(Item::Text(format!(
                    "UPDATE {} SET {column} = {} WHERE {column} = {}",
                    table.tidb_name,
                    text(&rename.to.value),
                    text(&rename.from.value),
                    column = column.ident,
                )));
                items.extend(restate(cx, table, &column, &changed_labels(labels, &operation)));
            }
            items.extend(in_arrays(cx, &name, &rename.from.value, &rename.to.value));
            items
        }
    };
    if items.is_empty() {
        cx.note(&ENUM_CHANGE, head, "TiDB has no named types: the columns that follow carry the change");
        work.verdict = Verdict::Fold;
    } else {
        work.items = items;
    }
}

/// The label in columns that are arrays of the type: there it is a text in a document.
fn in_arrays(cx: &Cx<'_>, name: &ObjectName, from: &str, to: &str) -> Vec<Item> {
    let quoted = |label: &str| {
        Value::SingleQuotedString(serde_json::Value::from(label).to_string().replace('\\', "\\\\"))
    };
    let (from, to) = (quoted(from), quoted(to));
    let mut items = Vec::new();
    for table in cx.catalog.tables().filter(|table| table.missing.is_none()) {
        for column in table.columns.iter().filter(|column| is_array_of(&column.pg, name)) {
            items.push(Item::Text(format!(
                "UPDATE {} SET {column} = CAST(REPLACE(CAST({column} AS CHAR), {from}, {to}) AS JSON) \
                 WHERE JSON_CONTAINS({column}, {from})",
                table.tidb_name,
                column = column.ident,
            )));
        }
    }
    items
}

fn is_array_of(data_type: &DataType, name: &ObjectName) -> bool {
    use sqlparser::ast::ArrayElemTypeDef as Of;
    match data_type {
        DataType::Array(Of::SquareBracket(inner, _) | Of::AngleBracket(inner) | Of::Parenthesis(inner)) => {
            matches!(inner.as_ref(), DataType::Custom(of, _) if Name::of(of) == Name::of(name))
                || is_array_of(inner, name)
        }
        _ => false,
    }
}

fn restated(cx: &Cx<'_>, name: &ObjectName, labels: &[String]) -> Vec<Item> {
    let columns = cx.catalog.columns_of_type(name).filter(|(table, _)| table.missing.is_none());
    columns.filter_map(|(table, column)| restate(cx, table, column, labels)).collect()
}

/// The whole definition of a column again, with these labels.
fn restate(cx: &Cx<'_>, table: &Table, column: &Column, labels: &[String]) -> Option<Item> {
    if !matches!(column.tidb, DataType::Enum(..)) {
        return None;
    }
    let data_type = enum_type::of_labels(labels, &cx.options.collation)?;
    Some(Item::tree(modify_column(table, column, data_type)))
}

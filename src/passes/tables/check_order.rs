//! The order of CHECKs and foreign keys: TiDB adds no CHECK to a column whose foreign key says an action, but such a key to
//! a column with a CHECK, and checks what the action writes. The keys go before the CHECK and come back after it.

use super::check::{CHECK_CONSTRAINT, acting};
use crate::catalog::mentioned_names;
use crate::passes::alter::build;
use crate::passes::{Cx, Item, Work};
use crate::syntax::names;
use sqlparser::ast::{
    AlterTable, AlterTableOperation as Op, BinaryOperator, Expr, Ident, Statement, TableConstraint, Value,
};

/// A foreign key that says an action.
struct Key {
    name: Ident,
    written: TableConstraint,
    /// Its place among the statements, if this one adds it.
    at: Option<usize>,
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    work.trees().for_each(enclose);
    if !work.items.iter().filter_map(altered).any(|alter| !read(alter).is_empty()) {
        return;
    }
    let Some(table) = work.items.iter().find_map(altered).map(|alter| alter.name.clone()) else { return };
    let Ok(Statement::AlterTable(source)) = cx.parsed.tree.as_deref() else { return };
    let known = cx.catalog.table(&source.name).map(|table| table.constraints.as_slice()).unwrap_or_default();
    let mut keys: Vec<Key> = known
        .iter()
        .filter_map(|key| {
            let name = names::ident(key.tidb_name.as_ref()?);
            let written = key.written.clone().filter(|written| !acting(written, |_| true).is_empty())?;
            Some(Key { name, written, at: None })
        })
        .collect();
    let mut items: Vec<Option<Item>> = Vec::with_capacity(work.items.len());
    let mut again = Vec::new();
    let mut moved = Vec::new();
    for item in std::mem::take(&mut work.items) {
        if let Some(alter) = altered(&item) {
            let read = read(alter);
            keys.retain(|key| {
                if !acting(&key.written, |_| true).iter().any(|column| read.contains(column)) {
                    return true;
                }
                match key.at.and_then(|at| items.get_mut(at)).and_then(Option::take) {
                    Some(add) => again.push(add),
                    None => {
                        items.push(Some(build::alter(
                            &table,
                            vec![build::drop_foreign_key(key.name.clone())],
                        )));
                        again.push(build::add_constraint(&table, key.written.clone()));
                    }
                }
                moved.push(key.name.to_string());
                false
            });
            follow(&mut keys, alter, items.len());
        }
        items.push(Some(item));
    }
    if !moved.is_empty() {
        let message = format!("TiDB takes the CHECK only before the foreign key {}", moved.join(", "));
        cx.note(&CHECK_CONSTRAINT, cx.head(), message);
    }
    work.items = items.into_iter().flatten().chain(again).collect();
}

/// TiDB looks for rows that break an added CHECK with NOT before it, and nothing around it: of `a OR b`, it is `a` that
/// is negated.
fn enclose(statement: &mut Statement) {
    let Statement::AlterTable(alter) = statement else { return };
    for operation in &mut alter.operations {
        if let Op::AddConstraint { constraint: TableConstraint::Check(check), .. } = operation
            && matches!(
                check.expr.as_ref(),
                Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor, .. }
            )
        {
            let bare = std::mem::replace(check.expr.as_mut(), Expr::value(Value::Null));
            *check.expr = Expr::Nested(Box::new(bare));
        }
    }
}

fn altered(item: &Item) -> Option<&AlterTable> {
    match item {
        Item::Tree(tree) => match tree.as_ref() {
            Statement::AlterTable(alter) => Some(alter),
            _ => None,
        },
        Item::Text(_) => None,
    }
}

/// The columns that the CHECKs which a statement adds read.
fn read(alter: &AlterTable) -> Vec<String> {
    let checks = alter.operations.iter().filter_map(|operation| match operation {
        Op::AddConstraint { constraint: TableConstraint::Check(check), .. } => Some(check),
        _ => None,
    });
    checks.flat_map(|check| mentioned_names(&check.expr, |_| true)).collect()
}

/// What a statement at this place does to the keys.
fn follow(keys: &mut Vec<Key>, alter: &AlterTable, at: usize) {
    for operation in &alter.operations {
        match operation {
            Op::DropForeignKey { name, .. } | Op::DropConstraint { name, .. } => {
                keys.retain(|key| names::folded(&key.name) != names::folded(name));
            }
            Op::AddConstraint { constraint: written @ TableConstraint::ForeignKey(key), .. } => {
                if let Some(name) = key.name.clone().filter(|_| !acting(written, |_| true).is_empty()) {
                    let alone = (alter.operations.len() == 1).then_some(at);
                    keys.push(Key { name, written: written.clone(), at: alone });
                }
            }
            Op::RenameColumn { old_column_name, new_column_name } => {
                let old = names::folded(old_column_name);
                for key in keys.iter_mut() {
                    if let TableConstraint::ForeignKey(written) = &mut key.written {
                        let columns = written.columns.iter_mut();
                        columns
                            .filter(|column| names::folded(column) == old)
                            .for_each(|column| column.clone_from(new_column_name));
                    }
                }
            }
            _ => {}
        }
    }
}

//! Walks the statements that an ALTER TABLE became and makes each TiDB's.

use super::actions::TEMPORARY_CHANGE;
use super::state::State;
use super::{add_column, build, column, constraint, drop_column, rename, views};
use crate::catalog::Column;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{AlterTable, AlterTableOperation as Op, ObjectName, RenameTableNameKind, Statement};

/// Runs when types, defaults and constraints are TiDB's.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if !matches!(cx.parsed.tree.as_deref(), Ok(Statement::AlterTable(_))) {
        return;
    }
    let mut state: Option<State> = None;
    let (mut items, mut refused) = (Vec::new(), false);
    let mut rest = std::mem::take(&mut work.items).into_iter();
    while let Some(item) = rest.next() {
        let Item::Tree(tree) = &item else {
            items.push(item);
            continue;
        };
        let Statement::AlterTable(alter) = tree.as_ref() else {
            items.push(item);
            continue;
        };
        let state = state.get_or_insert_with(|| State::new(cx, alter));
        if names::last(&alter.name) != names::last(&state.name) {
            items.push(item);
            continue;
        }
        match one(cx, state, alter, rest.len() == 0) {
            Ok(changed) => items.extend(changed),
            Err(()) => refused = true,
        }
    }
    let temporary = state.as_ref().and_then(|state| state.table.as_ref()).is_some_and(|t| t.temporary);
    if temporary && !refused && !items.is_empty() {
        let span = cx.head();
        cx.report(&TEMPORARY_CHANGE, span, "TiDB changes no temporary table")
            .help("say all of it in CREATE TEMPORARY TABLE");
        refused = true;
    }
    if refused {
        work.verdict = Verdict::Refuse;
    } else if items.is_empty() {
        work.verdict = Verdict::Drop;
    }
    work.items = items;
}

/// Makes one ALTER TABLE TiDB's. All its actions are of one kind.
fn one(cx: &mut Cx<'_>, state: &mut State, alter: &AlterTable, last: bool) -> Result<Vec<Item>, ()> {
    let Some(first) = alter.operations.first() else { return Ok(Vec::new()) };
    match first {
        Op::AddColumn { .. } => {
            let items = add_column::steps(cx, alter, state.table.is_some());
            // Nobody asks for them after the last.
            if !last && let Some(table) = state.table_mut() {
                table.columns.extend(alter.operations.iter().filter_map(added));
            }
            Ok(items)
        }
        Op::AlterColumn { .. } | Op::ModifyColumn { .. } => column::change(cx, state, alter),
        Op::DropColumn { .. } => drop_column::change(cx, state, alter),
        Op::RenameColumn { old_column_name, new_column_name } => {
            rename::column(cx, state, old_column_name, new_column_name)
        }
        Op::RenameTable { table_name: RenameTableNameKind::To(new) | RenameTableNameKind::As(new) } => {
            let span = cx.node(new);
            let mut new = new.clone();
            if new.0.len() == 1 && state.name.0.len() > 1 {
                // Else the table would move to the database the script runs in.
                new = ObjectName(state.name.0.iter().rev().skip(1).rev().cloned().chain(new.0).collect());
            }
            let views = views::of_table(cx, &state.key(), &new, span);
            let rename = Op::RenameTable { table_name: RenameTableNameKind::To(new) };
            let mut items = vec![build::alter(&alter.name, vec![rename])];
            items.extend(views);
            Ok(items)
        }
        Op::RenameConstraint { old_name, new_name } => rename::constraint(cx, state, old_name, new_name),
        Op::DropConstraint { if_exists, name, drop_behavior } => {
            constraint::drop(cx, state, name, *if_exists, drop_behavior.as_ref())
        }
        Op::AddConstraint { constraint, not_valid } => constraint::add(cx, state, constraint, *not_valid),
        Op::ValidateConstraint { name } => Ok(constraint::validate(cx, state, name)),
        _ => Ok(vec![Item::tree(Statement::AlterTable(alter.clone()))]),
    }
}

/// A column as the catalog will know it.
fn added(action: &Op) -> Option<Column> {
    let Op::AddColumn { column_def, .. } = action else { return None };
    Some(Column {
        name: names::folded(&column_def.name),
        ident: column_def.name.clone(),
        pg: column_def.data_type.clone(),
        tidb: column_def.data_type.clone(),
        options: column_def.options.iter().map(|o| o.option.clone()).collect(),
        always: false,
        lost_default: None,
    })
}

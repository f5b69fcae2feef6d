//! `column-dependents`, `drop-key-column`: what goes along with a column.

use super::build;
use super::column::auto_increment;
use super::constraint::stand_in;
use super::conversion::computes_with;
use super::state::{State, tidb_ident};
use super::views;
use crate::catalog::{ConstraintKind, Name};
use crate::diagnostic::rule;
use crate::passes::gate::UNTRANSLATED_CONSTRUCT;
use crate::passes::indexes::helper;
use crate::passes::statements::dependents;
use crate::passes::statements::drop_object::HELD_OBJECT;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::{AlterTable, AlterTableOperation as Op, Statement};

rule! {
    /// A dropped column with keys, indexes or constraints.
    ///
    /// PostgreSQL drops them with the column. TiDB does so for an index or a CHECK on the column alone, and refuses
    /// the rest: those are dropped first, each by a statement of its own. Foreign keys of other tables and generated
    /// columns go along where the author says CASCADE.
    pub COLUMN_DEPENDENTS = "A016", "column-dependents", Alter, Exact;
}

rule! {
    /// A dropped column of the primary key.
    ///
    /// TiDB stores a table's rows by its primary key and can neither drop the key nor a column of it.
    pub DROP_KEY_COLUMN = "A017", "drop-key-column", Alter, Refused;
}

pub fn change(cx: &mut Cx<'_>, state: &mut State, alter: &AlterTable) -> Result<Vec<Item>, ()> {
    let mut items = Vec::new();
    let mut refused = false;
    let mut numbered = false;
    for action in &alter.operations {
        let Op::DropColumn { column_names, drop_behavior, .. } = action else { continue };
        let cascade =
            drop_behavior.as_ref().is_some_and(|b| matches!(b, sqlparser::ast::DropBehavior::Cascade));
        for column in column_names {
            numbered |= state.column(column).is_some_and(auto_increment);
            match dependents(cx, state, column, cascade) {
                Ok(before) => items.extend(before),
                Err(()) => refused = true,
            }
        }
    }
    let drop = build::alter(&alter.name, alter.operations.clone());
    if numbered {
        // Otherwise TiDB drops no AUTO_INCREMENT column.
        items.push(allow_removal("ON"));
        items.extend([drop, allow_removal("OFF")]);
    } else {
        items.push(drop);
    }
    if refused { Err(()) } else { Ok(items) }
}

/// What there is to do where TiDB can't take the primary key away.
pub const REBUILD: &str = "convert this file together with the one that creates the table, which makes the key NONCLUSTERED; \
     where the table is there already, copy it into a new one";

/// Lets a session remove AUTO_INCREMENT columns, or forbids it again.
pub fn allow_removal(state: &str) -> Item {
    Item::Text(format!("SET SESSION tidb_allow_remove_auto_inc = {state}"))
}

/// Whether the statement adds a column as well.
fn adds_another(cx: &Cx<'_>) -> bool {
    matches!(cx.parsed.tree.as_deref(), Ok(Statement::AlterTable(alter))
        if alter.operations.iter().any(|operation| matches!(operation, Op::AddColumn { .. })))
}

/// The statements that have to run before a column can go.
fn dependents(
    cx: &mut Cx<'_>,
    state: &mut State,
    ident: &sqlparser::ast::Ident,
    cascade: bool,
) -> Result<Vec<Item>, ()> {
    let column = names::folded(ident);
    let Some(table) = state.table.clone() else { return Ok(Vec::new()) };
    if table.column(&column).is_none() {
        return Ok(Vec::new());
    }
    let span = cx.ident(ident);
    if table.columns.len() == 1 && !adds_another(cx) {
        let message = format!("{ident} is the only column: a table without columns has no translation");
        cx.report(&UNTRANSLATED_CONSTRUCT, span, message).help = Some("drop the table".into());
        return Err(());
    }
    let mut items = Vec::new();
    let mut gone = Vec::new();
    let readers = views::reading(cx, &state.key(), &column);
    match readers.first() {
        Some(view) if !cascade => {
            let message = format!(
                "PostgreSQL does not drop {ident} while the view {} reads it, and TiDB would",
                view.name
            );
            cx.report(&HELD_OBJECT, span, message).help("drop the view before, or say CASCADE");
            return Err(());
        }
        Some(_) => {
            let over = cx.catalog.views_over(&readers).into_iter().map(|(name, _)| name.clone());
            let all: Vec<Name> = over.chain(readers.iter().cloned()).collect();
            items.extend(all.iter().filter_map(|name| dependents::drop_view(cx, name)));
            gone.extend(all.iter().map(|name| format!("the view {}", name.name)));
        }
        None => {}
    }
    if cascade {
        let referring: Vec<_> = state
            .referring(cx)
            .filter(|(_, _, columns)| columns.contains(&column))
            .filter_map(|(owner, key, _)| Some((owner, tidb_ident(key)?)))
            .collect();
        for (owner, key) in referring {
            gone.push(format!("the foreign key {key} of {owner}"));
            items.push(build::alter(&owner, vec![build::drop_foreign_key(key)]));
        }
    }
    let on_it = || table.constraints.iter().filter(|c| c.has_column(&column));
    for key in on_it().filter(|c| matches!(c.kind, ConstraintKind::ForeignKey { .. })) {
        let Some(name) = tidb_ident(key) else { continue };
        gone.push(format!("the foreign key {name}"));
        items.push(build::alter(&state.name, vec![build::drop_foreign_key(name.clone())]));
        if key.columns.len() > 1 {
            // TiDB keeps the index that it made for the key.
            items.push(Item::Text(format!("ALTER TABLE {} DROP INDEX IF EXISTS {name}", state.name)));
        }
        state.forget(&key.name);
    }
    let without_keys = state.table.clone().unwrap_or_else(|| table.clone());
    for key in on_it() {
        let Some(name) = tidb_ident(key) else { continue };
        match key.kind {
            ConstraintKind::PrimaryKey if table.clustered => {
                let message =
                    format!("TiDB can't drop {ident}: the rows are stored by the primary key it is in");
                cx.report(&DROP_KEY_COLUMN, span, message).help = Some(REBUILD.into());
                return Err(());
            }
            ConstraintKind::PrimaryKey => {
                items.extend(stand_in(&without_keys, &key.name, &key.columns, &state.name));
                items.push(build::alter(&state.name, vec![Op::DropPrimaryKey { drop_behavior: None }]));
                gone.push("the primary key".into());
            }
            ConstraintKind::Check if key.columns.len() > 1 => {
                gone.push(format!("the check {name}"));
                items.push(build::alter(&state.name, vec![build::drop_check(name)]));
            }
            _ => {}
        }
    }
    for index in table.indexes.iter().filter(|i| i.uses(&column)) {
        let Some(name) = index.tidb_name.as_deref().map(names::ident) else { continue };
        let primary = index.constraint
            && table.constraint(&index.name).is_some_and(|c| c.kind == ConstraintKind::PrimaryKey);
        if !primary && (index.columns.len() > 1 || index.computes_with(&column)) {
            gone.push(format!("the index {name}"));
            items.extend(stand_in(&without_keys, &index.name, &index.columns, &state.name));
            items.push(build::alter(&state.name, vec![Op::DropIndex { name }]));
            items.extend(helper::dropped(&state.name, &index.helpers));
        }
    }
    for generated in table.columns.iter().filter(|c| c.options.iter().any(|o| computes_with(o, &column))) {
        gone.push(format!("the generated column {}", generated.ident));
        items.push(build::alter(&state.name, vec![build::drop_column(generated.ident.clone())]));
    }
    if !gone.is_empty() {
        cx.note(&COLUMN_DEPENDENTS, span, format!("PostgreSQL drops {} along with {ident}", gone.join(", ")));
    }
    if let Some(table) = state.table_mut() {
        table.columns.retain(|c| c.name != column);
        table.constraints.retain(|c| !c.has_column(&column));
        table.indexes.retain(|i| !i.uses(&column));
    }
    Ok(items)
}

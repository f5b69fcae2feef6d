//! `rename-column`, `rename-constraint`: new names, and what stands in their way on TiDB.

use super::build;
use super::column::COLUMN_CHANGE;
use super::constraint::UNDECLARED_CONSTRAINT;
use super::conversion::{TYPE_BLOCKED, computes_with};
use super::rebuilt::{rebuilt, unknown_index};
use super::state::{State, tidb_ident};
use super::views;
use crate::catalog::ConstraintKind;
use crate::diagnostic::rule;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{AlterTableOperation as Op, CreateIndex, Expr, Ident, TableConstraint, VisitorMut};
use std::ops::ControlFlow;

rule! {
    /// A renamed column that a CHECK mentions.
    ///
    /// TiDB refuses to rename it. The CHECK is dropped and added again with the new name.
    pub RENAME_COLUMN = "A018", "rename-column", Alter, Exact;
}

rule! {
    /// A renamed constraint.
    ///
    /// On TiDB a unique constraint is an index, which `RENAME INDEX` renames. A CHECK or a foreign key is dropped and
    /// added again under its new name. A primary key has no name of its own.
    pub RENAME_CONSTRAINT = "A019", "rename-constraint", Alter, Exact;
}

/// Replaces a column's name in an expression.
struct Replace<'n> {
    old: String,
    new: &'n Ident,
}

impl VisitorMut for Replace<'_> {
    type Break = ();
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(ident) = expr
            && names::folded(ident) == self.old
        {
            *ident = self.new.clone();
        }
        ControlFlow::Continue(())
    }
}

pub fn column(cx: &mut Cx<'_>, state: &mut State, old: &Ident, new: &Ident) -> Result<Vec<Item>, ()> {
    let rename = Op::RenameColumn { old_column_name: old.clone(), new_column_name: new.clone() };
    let Some(table) = state.table.clone() else {
        return Ok(vec![build::alter(&state.name, vec![rename])]);
    };
    let folded = names::folded(old);
    let span = cx.ident(old);
    let generated = table.columns.iter().find(|c| c.options.iter().any(|o| computes_with(o, &folded)));
    let index = unknown_index(&table, &folded);
    let blocker = generated.map(|c| format!("{} is generated from it", c.ident));
    if let Some(why) = blocker.or_else(|| index.map(|i| format!("the index {} computes with it", i.name))) {
        cx.report(&TYPE_BLOCKED, span, format!("TiDB can't rename {old} while {why}")).help =
            Some("drop it before, and make it again after".into());
        return Err(());
    }
    let views = views::of_column(cx, state, old, new, span)?;
    let replace = |index: &mut CreateIndex| {
        let _ = index.walk_mut(&mut Replace { old: folded.clone(), new });
    };
    let (mut items, mut again) = rebuilt(cx, state, &folded, span, &replace);
    for check in table.constraints.iter().filter(|c| c.kind == ConstraintKind::Check && c.has_column(&folded))
    {
        let (Some(name), Some(mut written)) = (tidb_ident(check), check.written.clone()) else { continue };
        cx.note(
            &RENAME_COLUMN,
            span,
            format!("TiDB renames no column of a CHECK: {name} is dropped and added again"),
        );
        let _ = written.walk_mut(&mut Replace { old: folded.clone(), new });
        items.push(build::alter(&state.name, vec![build::drop_check(name)]));
        again.push(build::add_constraint(&state.name, written));
    }
    items.push(build::alter(&state.name, vec![rename]));
    items.append(&mut again);
    items.extend(views);
    Ok(items)
}

pub fn constraint(cx: &mut Cx<'_>, state: &mut State, old: &Ident, new: &Ident) -> Result<Vec<Item>, ()> {
    let span = cx.ident(old);
    let table = state.table.as_ref();
    let Some(constraint) = table.and_then(|t| t.constraint(&names::folded(old))).cloned() else {
        let message = format!(
            "what {old} is on {} decides how TiDB renames it, and no file of this run declares it",
            state.name
        );
        cx.report(&UNDECLARED_CONSTRAINT, span, message).help =
            Some("convert this file together with the one that declares the constraint".into());
        return Err(());
    };
    let Some(name) = tidb_ident(&constraint) else {
        cx.note(&RENAME_CONSTRAINT, span, format!("{old} is not on TiDB"));
        return Ok(Vec::new());
    };
    match (constraint.kind, constraint.written) {
        (ConstraintKind::PrimaryKey, _) => {
            cx.note(&RENAME_CONSTRAINT, span, "a primary key has no name of its own on TiDB");
            Ok(Vec::new())
        }
        (ConstraintKind::Unique, _) => {
            Ok(vec![Item::Text(format!("ALTER TABLE {} RENAME INDEX {name} TO {new}", state.name))])
        }
        (ConstraintKind::ForeignKey { .. }, Some(TableConstraint::ForeignKey(mut key))) => {
            key.name = Some(new.clone());
            let drop = build::alter(&state.name, vec![build::drop_foreign_key(name)]);
            Ok(vec![drop, build::add_constraint(&state.name, TableConstraint::ForeignKey(key))])
        }
        (ConstraintKind::Check, Some(TableConstraint::Check(mut check))) => {
            check.name = Some(new.clone());
            let drop = build::alter(&state.name, vec![build::drop_check(name)]);
            Ok(vec![drop, build::add_constraint(&state.name, TableConstraint::Check(check))])
        }
        _ => {
            cx.report(&UNDECLARED_CONSTRAINT, span, format!("{old} can't be said again on TiDB"));
            let _ = &COLUMN_CHANGE;
            Err(())
        }
    }
}

//! Several changes in one ALTER TABLE: all of them look at the table as it was before.

use super::key_rules::KEY_COLUMN;
use crate::diagnostic::rule;
use crate::lint::tidb::alter::{Action, Alter, What};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::Constraint;
use crate::text::Span;
use std::collections::BTreeMap;

rule! {
    /// Changes that TiDB does not make in one ALTER TABLE.
    ///
    /// Every change of an ALTER TABLE sees the table as it was before the statement: a key or CHECK on a column that the same statement adds fails, and so do two changes of
    /// one column. CHECKs and RENAME TO stand alone. Write an ALTER TABLE for each.
    pub SEVERAL_CHANGES = "D023", "several-changes", Dialect, Refused;
}

const HELP: &str = "write an ALTER TABLE of its own for it";

pub fn check(cx: &mut Cx<'_>, alter: &Alter) {
    let real: Vec<&Action> = alter.actions.iter().filter(|action| !is_remark(cx, action)).collect();
    let added: Vec<String> = alter
        .actions
        .iter()
        .filter_map(|action| match &action.what {
            // with IF NOT EXISTS the column may be there already
            What::AddColumns { columns, if_not_exists: false } => {
                Some(columns.iter().map(|column| column.name.to_lowercase()))
            }
            _ => None,
        })
        .flatten()
        .collect();
    for action in &real {
        alone(cx, action, real.len());
        new_columns(cx, action, &added);
    }
    instant(cx, alter);
    same_column(cx, &real);
    same_index(cx, &real);
    twice(cx, &real);
}

/// ALGORITHM = INSTANT beside a change that reads every row.
fn instant(cx: &mut Cx<'_>, alter: &Alter) {
    let stmt = cx.stmt;
    let adds_key =
        |action: &Action| matches!(&action.what, What::AddConstraint { constraint: Constraint::Key(_), .. });
    let asked = alter
        .actions
        .iter()
        .find(|action| stmt.is(action.from, "ALGORITHM") && stmt.is(action.end.wrapping_sub(1), "INSTANT"));
    if let Some(asked) = asked.filter(|_| alter.actions.iter().any(adds_key)) {
        cx.report(&SEVERAL_CHANGES, asked.span, "TiDB adds no index with ALGORITHM = INSTANT")
            .help("write INPLACE");
    }
}

/// A column or an index that two changes add, or one drops and the other needs.
fn twice(cx: &mut Cx<'_>, actions: &[&Action]) {
    let lower = |name: &str| name.to_lowercase();
    let mut columns = std::collections::BTreeSet::new();
    let mut indexes = std::collections::BTreeSet::new();
    let changed: Vec<String> = actions
        .iter()
        .filter_map(|action| match &action.what {
            What::Change { old, .. } => Some(lower(old)),
            What::DropColumn { name, .. } => Some(lower(name)),
            _ => None,
        })
        .collect();
    for action in actions {
        let same = match &action.what {
            What::AddColumns { columns: added, if_not_exists: false } => {
                let generated = added.iter().filter_map(|column| column.generated.as_ref());
                let uses = generated
                    .flat_map(|generated| (generated.from..generated.end).filter_map(|at| cx.stmt.ident(at)))
                    .find(|name| changed.contains(&lower(name)));
                added
                    .iter()
                    .map(|column| column.name.clone())
                    .find(|name| !columns.insert(lower(name)))
                    .or(uses)
            }
            What::DropIndex { name, .. } => Some(name.clone()).filter(|name| !indexes.insert(lower(name))),
            What::AddConstraint { constraint: Constraint::Key(key), .. } => {
                let taken = key.name.clone().filter(|name| !indexes.insert(lower(name)));
                let column = |part: &crate::lint::tidb::keys::Part| match &part.column {
                    Some(name) => Some(name.clone()).filter(|name| changed.contains(&lower(name))),
                    None => (part.from..part.end)
                        .filter_map(|at| cx.stmt.ident(at))
                        .find(|name| changed.contains(&lower(name))),
                };
                taken.or_else(|| key.parts.iter().find_map(column))
            }
            _ => None,
        };
        if let Some(name) = same.filter(|_| {
            !cx.found.iter().any(|found| {
                action_holds(action, found.diagnostic.span) && *found.diagnostic.rule == SEVERAL_CHANGES
            })
        }) {
            let message = format!("another change of the same statement is about `{name}`, too");
            cx.report(&SEVERAL_CHANGES, action.span, message).help(HELP);
        }
    }
}

/// ALGORITHM and LOCK are no changes.
fn is_remark(cx: &Cx<'_>, action: &Action) -> bool {
    cx.stmt.is_any(action.from, &["ALGORITHM", "LOCK", "WITH", "WITHOUT"])
}

fn alone(cx: &mut Cx<'_>, action: &Action, count: usize) {
    if count < 2 {
        return;
    }
    let what = match &action.what {
        What::AddConstraint { constraint: Constraint::Check(_), .. } => "a CHECK is added",
        What::DropConstraint { .. } => "a CHECK is dropped",
        What::RenameTable(_) => "a table is renamed",
        What::DropForeignKey { .. } if cx.before_8() => "a foreign key is dropped",
        _ => return,
    };
    cx.report(&SEVERAL_CHANGES, action.span, format!("{what} in a statement of its own on TiDB")).help(HELP);
}

/// Keys, checks and places that need a column which is only there after the statement.
fn new_columns(cx: &mut Cx<'_>, action: &Action, added: &[String]) {
    let is_new = |name: &str| added.iter().any(|a| *a == name.to_lowercase());
    let stmt = cx.stmt;
    let new = match &action.what {
        What::AddConstraint { constraint: Constraint::Key(key), .. } => {
            key.parts.iter().filter_map(|part| part.column.clone()).find(|name| is_new(name))
        }
        What::AddConstraint { constraint: Constraint::Foreign(foreign), .. } => {
            foreign.columns.iter().find(|name| is_new(name)).cloned()
        }
        What::AddColumns { columns, .. } if columns.iter().any(|column| column.generated.is_some()) => {
            let own: Vec<String> = columns.iter().map(|column| column.name.to_lowercase()).collect();
            let generated = columns.iter().filter_map(|column| column.generated.as_ref());
            generated
                .flat_map(|generated| (generated.from..generated.end).filter_map(|at| stmt.ident(at)))
                .find(|name| is_new(name) && !own.contains(&name.to_lowercase()))
        }
        What::AddColumns { columns, .. } if stmt.is(action.end.wrapping_sub(2), "AFTER") => {
            let own: Vec<String> = columns.iter().map(|column| column.name.to_lowercase()).collect();
            stmt.ident(action.end - 1).filter(|name| is_new(name) && !own.contains(&name.to_lowercase()))
        }
        _ => None,
    };
    if let Some(name) = new {
        // that the table has no such column yet is the same finding
        cx.found.retain(|found| {
            *found.diagnostic.rule != KEY_COLUMN || !action_holds(action, found.diagnostic.span)
        });
        let message = format!("`{name}` is added by the same statement: to TiDB it is not there yet");
        cx.report(&SEVERAL_CHANGES, action.span, message).help(HELP);
    }
}

fn action_holds(action: &Action, span: Span) -> bool {
    action.span.start <= span.start && span.end <= action.span.end
}

fn same_column(cx: &mut Cx<'_>, actions: &[&Action]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for action in actions {
        let name = match &action.what {
            What::Change { old, .. } => old,
            What::DropColumn { name, .. } => name,
            What::SetDefault { column, .. } | What::DropDefault { column } => column,
            What::RenameColumn { old, .. } => old,
            _ => continue,
        };
        let count = seen.entry(name.to_lowercase()).or_insert(0);
        *count += 1;
        if *count == 2 {
            let message = format!("one statement changes `{name}` once on TiDB");
            cx.report(&SEVERAL_CHANGES, action.span, message).help(HELP);
        }
    }
    for action in actions {
        let new = match &action.what {
            What::Change { old, column, .. } if !old.eq_ignore_ascii_case(&column.name) => &column.name,
            What::AddColumns { columns, .. } if columns.len() == 1 => match columns.first() {
                Some(column) => &column.name,
                None => continue,
            },
            _ => continue,
        };
        let leaves = |other: &&Action| match &other.what {
            What::Change { old, column, .. } => {
                old.eq_ignore_ascii_case(new) && !old.eq_ignore_ascii_case(&column.name)
            }
            What::RenameColumn { old, .. } => old.eq_ignore_ascii_case(new),
            _ => false,
        };
        if actions.iter().any(|other| other.from != action.from && leaves(other)) {
            let message = format!("`{new}` is still taken while the statement runs");
            cx.report(&SEVERAL_CHANGES, action.span, message).help(HELP);
        }
    }
}

fn same_index(cx: &mut Cx<'_>, actions: &[&Action]) {
    for action in actions {
        let What::AddConstraint { constraint: Constraint::Key(key), .. } = &action.what else { continue };
        let Some(name) = &key.name else { continue };
        let dropped = actions.iter().any(|other| matches!(&other.what, What::DropIndex { name: old, .. } if old.eq_ignore_ascii_case(name)));
        if dropped {
            cx.report(
                &SEVERAL_CHANGES,
                action.span,
                format!("the index `{name}` is still there while the statement runs"),
            )
            .help(HELP);
        }
    }
}

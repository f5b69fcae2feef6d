//! The statements that undo a script, in the order that undoes it.

use super::lookup::{Object, full, quoted, when};
use crate::lint::tidb::alter::What;
use crate::lint::tidb::keys::{Constraint, KeyKind};
use crate::lint::tidb::rules::Read;
use crate::lint::tidb::stmt::{Name, Stmt};

/// Collected in the order of the script.
#[derive(Debug, Default)]
pub struct Undo(Vec<String>);

impl Undo {
    pub fn statement(&mut self, stmt: &Stmt<'_>, read: &Read) {
        let mut steps = Vec::new();
        match read {
            Read::CreateTable(create) if !create.temporary => {
                steps.push(made("TABLE", &create.name, create.if_not_exists));
            }
            Read::CreateTable(_) => {}
            Read::CreateIndex(create) => {
                if let Some(name) = &create.key.name {
                    let text = format!("DROP INDEX IF EXISTS {} ON {};", quoted(name), full(&create.table));
                    steps.push(if create.if_not_exists { perhaps(&text) } else { text });
                }
            }
            Read::Alter(alter) => {
                let mut table = alter.table.clone();
                for action in &alter.actions {
                    action_undo(stmt, &table, &action.what, (action.from, action.end), &mut steps);
                    if let What::RenameTable(new) = &action.what {
                        table = new.clone();
                    }
                }
            }
            Read::Other => other(stmt, &mut steps),
        }
        self.0.extend(steps);
    }

    pub fn finish(mut self) -> String {
        self.0.reverse();
        let mut text =
            String::from("-- undoes the script; what was dropped or changed is not brought back\n");
        for step in self.0 {
            text.push_str(&step);
            text.push('\n');
        }
        text
    }
}

fn made(what: &str, name: &Name, if_not_exists: bool) -> String {
    let text = format!("DROP {what} IF EXISTS {};", full(name));
    if if_not_exists { perhaps(&text) } else { text }
}

/// The script makes it only if it is not there: who knows whether it did.
fn perhaps(text: &str) -> String {
    format!("-- only if the script made it: {text}")
}

fn lost(text: &str) -> String {
    format!("-- can't be undone: {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn action_undo(
    stmt: &Stmt<'_>,
    table: &Name,
    what: &What,
    (from, end): (usize, usize),
    steps: &mut Vec<String>,
) {
    let alter = format!("ALTER TABLE {}", full(table));
    let one = |name: &str| vec![name.to_owned()];
    let guarded = |object, name: &str, text: String| format!("{};", when(object, table, &one(name), &text));
    match what {
        What::AddColumns { columns, if_not_exists } => {
            for column in columns {
                let text = format!("{alter} DROP COLUMN IF EXISTS {};", quoted(&column.name));
                steps.push(if *if_not_exists { perhaps(&text) } else { text });
            }
        }
        What::AddConstraint { constraint, .. } => match constraint {
            Constraint::Check(check) => {
                if let Some(name) = &check.name {
                    steps.push(guarded(
                        Object::Check,
                        name,
                        format!("{alter} DROP CONSTRAINT {}", quoted(name)),
                    ));
                }
            }
            Constraint::Foreign(foreign) => {
                if let Some(name) = &foreign.name {
                    steps.push(guarded(
                        Object::ForeignKey,
                        name,
                        format!("{alter} DROP FOREIGN KEY {}", quoted(name)),
                    ));
                }
            }
            Constraint::Key(key) if key.kind == KeyKind::Primary => {
                steps.push(guarded(Object::Index, "PRIMARY", format!("{alter} DROP PRIMARY KEY")));
            }
            Constraint::Key(key) => {
                if let Some(name) = &key.name {
                    steps.push(format!("{alter} DROP INDEX IF EXISTS {};", quoted(name)));
                }
            }
            Constraint::Other => steps.push(lost(stmt.slice(from, end))),
        },
        What::RenameColumn { old, new, .. } => {
            let text = format!("{alter} RENAME COLUMN {} TO {}", quoted(new), quoted(old));
            steps.push(guarded(Object::Column, new, text));
        }
        What::RenameIndex { old, new } => {
            let text = format!("{alter} RENAME INDEX {} TO {}", quoted(new), quoted(old));
            steps.push(guarded(Object::Index, new, text));
        }
        What::RenameTable(new) => steps.push(renamed(table, new)),
        _ => steps.push(lost(&format!("{alter} {}", stmt.slice(from, end)))),
    }
}

fn renamed(old: &Name, new: &Name) -> String {
    let text = format!("RENAME TABLE {} TO {}", full(new), full(old));
    format!("{};", when(Object::Table, new, std::slice::from_ref(&new.name), &text))
}

fn other(stmt: &Stmt<'_>, steps: &mut Vec<String>) {
    match stmt.at(0).to_ascii_uppercase().as_str() {
        "CREATE" => {
            let kinds = ["VIEW", "SEQUENCE", "DATABASE", "SCHEMA"];
            let Some(at) = (1..stmt.len().min(14)).find(|at| stmt.is_any(*at, &kinds)) else { return };
            let after = stmt.after_if(at + 1);
            let Some(name) = stmt.name(after) else { return };
            let unsure = after > at + 1 || stmt.is(1, "OR");
            steps.push(made(&stmt.at(at).to_ascii_uppercase(), &name, unsure));
        }
        "RENAME" if stmt.is(1, "TABLE") => {
            for (from, _) in stmt.parts(2, stmt.len()) {
                let Some(old) = stmt.name(from) else { continue };
                let Some(new) = stmt.name(old.end + 1) else { continue };
                steps.push(renamed(&old, &new));
            }
        }
        "DROP" | "TRUNCATE" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" => {
            let mut text = stmt.slice(0, stmt.len()).to_owned();
            if let Some((cut, _)) = text.char_indices().nth(120) {
                text.truncate(cut);
                text.push('…');
            }
            steps.push(lost(&text));
        }
        _ => {}
    }
}

//! One statement, made safe to be run again.

use super::lookup::{Object, absent, full, only_if, present, unless, when};
use super::remade::{Holds, Remade};
use super::renames::Renames;
use super::unguarded;
use crate::lint::tidb::alter::{Action, Alter, What};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::{Constraint, KeyKind};
use crate::lint::tidb::rules::Read;
use crate::lint::tidb::stmt::{Name, Stmt};

/// The statement's new text; none if it stays as it is.
pub fn statement(
    cx: &mut Cx<'_>,
    read: &Read,
    (renames, remade): (&Renames, &Remade),
    index: usize,
) -> Option<String> {
    if removes(cx, read, remade, index) {
        return None;
    }
    match read {
        Read::CreateTable(create) => {
            let names = renames.names(index, Object::Table, "", &create.name.name);
            let text = cx.stmt.slice(0, cx.stmt.len());
            if names.len() > 1 && !create.temporary {
                return Some(unless(Object::Table, &create.name, &names, text));
            }
            let at = (0..cx.stmt.len()).find(|at| cx.stmt.is(*at, "TABLE"))? + 1;
            insert(&cx.stmt, at, "IF NOT EXISTS", create.if_not_exists)
        }
        Read::CreateIndex(create) => {
            let name = create.key.name.clone()?;
            let names = renames.names(index, Object::Index, &create.table.name, &name);
            let text = cx.stmt.slice(0, cx.stmt.len());
            if renames.names(index, Object::Table, "", &create.table.name).len() > 1 {
                let there = present(Object::Table, &create.table, std::slice::from_ref(&create.table.name));
                let condition = format!("{there} AND {}", absent(Object::Index, &create.table, &names));
                return Some(only_if(&condition, text));
            }
            if names.len() > 1 {
                return Some(unless(Object::Index, &create.table, &names, text));
            }
            let at = (0..cx.stmt.len()).find(|at| cx.stmt.is(*at, "INDEX"))? + 1;
            insert(&cx.stmt, at, "IF NOT EXISTS", create.if_not_exists)
        }
        Read::Alter(alter) => alter_table(cx, alter, renames, index),
        Read::Other => other(cx),
    }
}

/// Whether it removes rows that another run must not: then it stays as it is.
fn removes(cx: &mut Cx<'_>, read: &Read, remade: &Remade, index: usize) -> bool {
    let stmt = cx.stmt;
    let again = |holds, name: &Name| remade.again(index, holds, "", &name.name);
    let gone = match read {
        Read::Alter(alter) => alter.actions.iter().any(|action| match &action.what {
            What::DropColumn { name, .. } | What::RenameColumn { old: name, .. } => {
                remade.again(index, Holds::Column, &alter.table.name, name)
            }
            What::Change { old, column, .. } => {
                !old.eq_ignore_ascii_case(&column.name)
                    && remade.again(index, Holds::Column, &alter.table.name, old)
            }
            What::RenameTable(_) => again(Holds::Table, &alter.table),
            _ => false,
        }),
        Read::Other if stmt.seq(0, &["RENAME", "TABLE"]) => stmt
            .parts(2, stmt.len())
            .into_iter()
            .filter_map(|(from, _)| stmt.name(from))
            .any(|old| again(Holds::Table, &old)),
        Read::Other if stmt.is(0, "DROP") => {
            let holds = match stmt.at(1).to_ascii_uppercase().as_str() {
                "TABLE" => Holds::Table,
                "SEQUENCE" => Holds::Sequence,
                "DATABASE" | "SCHEMA" => Holds::Database,
                _ => return false,
            };
            let names = stmt.parts(stmt.after_if(2), stmt.len()).into_iter();
            names.filter_map(|(from, _)| stmt.name(from)).any(|name| again(holds, &name))
        }
        Read::Other
            if stmt.is(0, "TRUNCATE")
                || stmt.is(0, "DELETE") && stmt.find(1, stmt.len(), &["WHERE"]).is_none() =>
        {
            unguarded(
                cx,
                "run again, this removes the rows that have come in since",
                "say in a WHERE which rows are meant, or run it by hand",
            );
            return true;
        }
        _ => false,
    };
    if gone {
        unguarded(
            cx,
            "run again, this takes away what the script makes under the same name, with the rows that have come in since",
            "run it by hand, or make what is new under a name of its own",
        );
    }
    gone
}

/// The statement with some words before the token at `at`.
fn insert(stmt: &Stmt<'_>, at: usize, words: &str, there: bool) -> Option<String> {
    if there {
        return None;
    }
    let (start, place) = (stmt.span(0, 1).start, stmt.span(at, at + 1).start);
    let text = stmt.slice(0, stmt.len());
    let (before, after) = text.split_at_checked(place.checked_sub(start)?)?;
    Some(format!("{before}{words} {after}"))
}

fn other(cx: &mut Cx<'_>) -> Option<String> {
    let stmt = cx.stmt;
    let plain = |at: usize| stmt.after_if(at) > at;
    match stmt.at(0).to_ascii_uppercase().as_str() {
        "CREATE" if stmt.is_any(1, &["DATABASE", "SCHEMA", "SEQUENCE", "USER", "ROLE"]) => {
            insert(&stmt, 2, "IF NOT EXISTS", plain(2))
        }
        "CREATE" if stmt.seq(1, &["PLACEMENT", "POLICY"]) || stmt.seq(1, &["RESOURCE", "GROUP"]) => {
            insert(&stmt, 3, "IF NOT EXISTS", plain(3))
        }
        "CREATE" if stmt.is(1, "VIEW") => insert(&stmt, 1, "OR REPLACE", false),
        "DROP"
            if stmt
                .is_any(1, &["TABLE", "VIEW", "SEQUENCE", "DATABASE", "SCHEMA", "USER", "ROLE", "INDEX"]) =>
        {
            insert(&stmt, 2, "IF EXISTS", plain(2))
        }
        "RENAME" if stmt.is(1, "TABLE") => {
            let mut all = Vec::new();
            for (from, _) in stmt.parts(2, stmt.len()) {
                let old = stmt.name(from)?;
                let new = stmt.name(old.end + 1)?;
                all.push(rename_table(&old, &new));
            }
            Some(all.join(";\n"))
        }
        "INSERT" => {
            let safe = stmt.find(1, 4, &["IGNORE"]).is_some()
                || stmt.find(1, stmt.len(), &["ON"]).is_some_and(|at| stmt.seq(at, &["ON", "DUPLICATE"]));
            // INSERT … SELECT … WHERE NOT EXISTS (…)
            let asks = (1..stmt.len()).any(|at| stmt.seq(at, &["NOT", "EXISTS"]));
            if !safe && !asks {
                unguarded(
                    cx,
                    "this inserts its rows again each time",
                    "write INSERT IGNORE, ON DUPLICATE KEY UPDATE, or SELECT … WHERE NOT EXISTS",
                );
            }
            None
        }
        "UPDATE" => {
            counts(cx);
            None
        }
        "CREATE" if !stmt.is(1, "OR") && !stmt.is_any(1, &["GLOBAL", "TEMPORARY", "BINDING"]) => {
            unguarded(cx, "this can be run once only, and has no form that asks first", "run it by hand");
            None
        }
        _ => None,
    }
}

/// `SET a = a + 1` changes the rows each time.
fn counts(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let Some(set) = stmt.find(1, stmt.len(), &["SET"]) else { return };
    let end = stmt.find(set, stmt.len(), &["WHERE", "ORDER", "LIMIT"]).unwrap_or(stmt.len());
    for (from, end) in stmt.parts(set + 1, end) {
        let Some(name) = stmt.name(from) else { continue };
        let same = |at: usize| stmt.ident(at).is_some_and(|other| other.eq_ignore_ascii_case(&name.name));
        if (name.end + 1..end).any(same) {
            unguarded(
                cx,
                "this changes its rows each time: the new value is made from the old one",
                "add a WHERE that leaves out rows that were changed",
            );
            return;
        }
    }
}

fn rename_table(old: &Name, new: &Name) -> String {
    let statement = format!("RENAME TABLE {} TO {}", full(old), full(new));
    when(Object::Table, old, std::slice::from_ref(&old.name), &statement)
}

fn alter_table(cx: &mut Cx<'_>, alter: &Alter, renames: &Renames, index: usize) -> Option<String> {
    // under its old name the table is there in the first run only
    let leaves = renames.names(index, Object::Table, "", &alter.table.name).len() > 1;
    let mut parts: Vec<(String, Option<String>)> = Vec::new();
    let mut table = alter.table.clone();
    for action in &alter.actions {
        let text = cx.stmt.slice(action.from, action.end).to_owned();
        let (text, condition) = match &action.what {
            What::RenameTable(new) => {
                let there = present(Object::Table, &table, std::slice::from_ref(&table.name));
                let old = std::mem::replace(&mut table, new.clone());
                (format!("ALTER TABLE {} {text}", full(&old)), Some(there))
            }
            _ => {
                let (text, condition) = action_text(cx, &table, action, renames, index);
                let there = leaves.then(|| present(Object::Table, &table, std::slice::from_ref(&table.name)));
                let both = match (there, condition) {
                    (Some(there), Some(condition)) => Some(format!("{there} AND {condition}")),
                    (there, condition) => there.or(condition),
                };
                (
                    if both.is_some() {
                        format!("ALTER TABLE {} {}", full(&table), without_if(&text))
                    } else {
                        text
                    },
                    both,
                )
            }
        };
        parts.push((text, condition));
    }
    if parts.iter().all(|(_, condition)| condition.is_none()) {
        // every change can stay in the statement
        let written = cx.stmt.slice(0, table_end(&cx.stmt));
        let actions: Vec<String> = parts.into_iter().map(|(text, _)| text).collect();
        let text = format!("{written} {}", actions.join(", "));
        let before = cx.stmt.slice(0, cx.stmt.len());
        let same = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        return (same(before) != same(&text)).then_some(text);
    }
    let statements = parts.into_iter().map(|(text, condition)| match condition {
        Some(condition) => only_if(&condition, &text),
        None => format!("ALTER TABLE {} {text}", full(&alter.table)),
    });
    Some(statements.collect::<Vec<_>>().join(";\n"))
}

fn table_end(stmt: &Stmt<'_>) -> usize {
    let at = (0..stmt.len()).find(|at| stmt.is(*at, "TABLE")).map_or(2, |at| at + 1);
    stmt.name(stmt.after_if(at)).map_or(at + 1, |name| name.end)
}

/// The text of a change, and the condition under which it is to be made, if TiDB has no form that asks.
fn action_text(
    cx: &mut Cx<'_>,
    table: &Name,
    action: &Action,
    renames: &Renames,
    index: usize,
) -> (String, Option<String>) {
    let stmt = cx.stmt;
    let text = stmt.slice(action.from, action.end).to_owned();
    let one = |name: &str| vec![name.to_owned()];
    let names = |object, name: &str| renames.names(index, object, &table.name, name);
    let with = |at: usize, words: &str, there: bool| {
        let sub = Stmt { tokens: stmt.tokens.get(action.from..action.end).unwrap_or_default(), ..stmt };
        insert(&sub, at - action.from, words, there).unwrap_or_else(|| text.clone())
    };
    match &action.what {
        What::AddColumns { columns, if_not_exists } => {
            let renamed: Vec<String> =
                columns.iter().flat_map(|column| names(Object::Column, &column.name)).collect();
            if renamed.len() > columns.len() {
                return (text, Some(absent(Object::Column, table, &renamed)));
            }
            let at = action.from + 1 + usize::from(stmt.is(action.from + 1, "COLUMN"));
            (with(at, "IF NOT EXISTS", *if_not_exists), None)
        }
        What::AddConstraint { constraint, if_not_exists } => {
            let condition = match constraint {
                Constraint::Check(check) => {
                    check.name.as_ref().map(|name| absent(Object::Check, table, &one(name)))
                }
                Constraint::Foreign(foreign) => {
                    foreign.name.as_ref().map(|name| absent(Object::ForeignKey, table, &one(name)))
                }
                Constraint::Key(key) if key.kind == KeyKind::Primary => {
                    Some(absent(Object::Index, table, &one("PRIMARY")))
                }
                Constraint::Key(key) => match &key.name {
                    Some(name) if key.kind == KeyKind::Plain && names(Object::Index, name).len() == 1 => {
                        return (with(action.from + 2, "IF NOT EXISTS", *if_not_exists), None);
                    }
                    name => {
                        name.as_ref().map(|name| absent(Object::Index, table, &names(Object::Index, name)))
                    }
                },
                Constraint::Other => return (text, None),
            };
            if condition.is_none() {
                unguarded(cx, "this constraint has no name to look for", "give it one: CONSTRAINT name …");
            }
            (text, condition)
        }
        What::DropColumn { if_exists, .. } => {
            let at = action.from + 1 + usize::from(stmt.is(action.from + 1, "COLUMN"));
            (with(at, "IF EXISTS", *if_exists), None)
        }
        What::DropIndex { if_exists, .. } => (with(action.from + 2, "IF EXISTS", *if_exists), None),
        What::DropForeignKey { name, .. } => (text, Some(present(Object::ForeignKey, table, &one(name)))),
        What::DropPrimaryKey => (text, Some(present(Object::Index, table, &one("PRIMARY")))),
        What::DropConstraint { name, .. } => (text, Some(present(Object::Check, table, &one(name)))),
        What::Change { old, column, .. } => {
            let leaves = !old.eq_ignore_ascii_case(&column.name) || names(Object::Column, old).len() > 1;
            (text, leaves.then(|| present(Object::Column, table, &one(old))))
        }
        What::SetDefault { column, .. } | What::DropDefault { column } => {
            let leaves = names(Object::Column, column).len() > 1;
            (text, leaves.then(|| present(Object::Column, table, &one(column))))
        }
        What::RenameColumn { old, .. } => (text, Some(present(Object::Column, table, &one(old)))),
        What::RenameIndex { old, .. } => (text, Some(present(Object::Index, table, &one(old)))),
        What::Partition => partition(cx, table, action, text),
        What::RenameTable(_) | What::Other => (text, None),
    }
}

/// The guard asks itself: the words that TiDB does not take here go.
fn without_if(text: &str) -> String {
    text.replace(" IF NOT EXISTS", "")
        .replace(" if not exists", "")
        .replace(" IF EXISTS", "")
        .replace(" if exists", "")
}

fn partition(cx: &mut Cx<'_>, table: &Name, action: &Action, text: String) -> (String, Option<String>) {
    let stmt = cx.stmt;
    let at = action.from;
    if stmt.seq(at, &["ADD", "PARTITION", "(", "PARTITION"])
        && let Some(name) = stmt.ident(at + 4)
    {
        return (text, Some(absent(Object::Partition, table, &[name])));
    }
    if stmt.seq(at, &["DROP", "PARTITION"])
        && let Some(name) = stmt.ident(at + 2)
        && action.end == at + 3
    {
        return (text, Some(present(Object::Partition, table, &[name])));
    }
    if stmt.is_any(at, &["ADD", "DROP", "REORGANIZE", "COALESCE", "EXCHANGE"]) {
        unguarded(cx, "this changes the partitions each time", "run it by hand");
    }
    (text, None)
}

//! ALTER TABLE as a list of actions.

use super::columns::{self, Column, ColumnDefault};
use super::keys::{self, Constraint};
use super::stmt::{Name, Stmt};
use crate::text::Span;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alter {
    pub table: Name,
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub what: What,
    pub span: Span,
    pub from: usize,
    pub end: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    AddColumns {
        columns: Vec<Column>,
        if_not_exists: bool,
    },
    AddConstraint {
        constraint: Constraint,
        if_not_exists: bool,
    },
    DropColumn {
        name: String,
        name_span: Span,
        if_exists: bool,
    },
    DropIndex {
        name: String,
        name_span: Span,
        if_exists: bool,
    },
    DropForeignKey {
        name: String,
        if_exists: bool,
    },
    DropPrimaryKey,
    /// DROP CONSTRAINT and DROP CHECK.
    DropConstraint {
        name: String,
        name_span: Span,
        check: bool,
    },
    /// MODIFY and CHANGE: the old name, and the column as it is to be.
    Change {
        old: String,
        column: Box<Column>,
        if_exists: bool,
    },
    RenameColumn {
        old: String,
        old_span: Span,
        new: String,
    },
    RenameIndex {
        old: String,
        new: String,
    },
    RenameTable(Name),
    SetDefault {
        column: String,
        value: ColumnDefault,
    },
    DropDefault {
        column: String,
    },
    /// PARTITION BY and other partition management.
    Partition,
    /// Everything else.
    Other,
}

/// Reads an ALTER TABLE; none for anything else.
pub fn alter(stmt: &Stmt<'_>) -> Option<Alter> {
    if !stmt.is(0, "ALTER") {
        return None;
    }
    let mut at = 1;
    at += usize::from(stmt.is(at, "IGNORE"));
    if !stmt.is(at, "TABLE") {
        return None;
    }
    let table = stmt.name(stmt.after_if(at + 1))?;
    let mut actions = Vec::new();
    for (from, end) in stmt.parts(table.end, stmt.len()) {
        if from < end {
            let what = what(stmt, from, end);
            actions.push(Action { what, span: stmt.span(from, end), from, end });
        }
    }
    Some(Alter { table, actions })
}

fn what(stmt: &Stmt<'_>, at: usize, end: usize) -> What {
    read(stmt, at, end).unwrap_or(What::Other)
}

fn read(stmt: &Stmt<'_>, at: usize, end: usize) -> Option<What> {
    let next = at + 1;
    Some(match stmt.at(at).to_ascii_uppercase().as_str() {
        "ADD" => add(stmt, next, end)?,
        "DROP" => drop(stmt, next)?,
        "MODIFY" | "CHANGE" => {
            let at_if = next + usize::from(stmt.is(next, "COLUMN"));
            let mut name = stmt.after_if(at_if);
            let if_exists = name > at_if;
            let old = stmt.ident(name)?;
            if stmt.is(at, "CHANGE") {
                name += 1;
            }
            // `t.a` names the column, too
            let name = if stmt.is(name + 1, ".") { name + 2 } else { name };
            let column = Box::new(columns::read(stmt, name, placed(stmt, name, end))?);
            What::Change {
                old: if stmt.is(at, "CHANGE") { old } else { column.name.clone() },
                column,
                if_exists,
            }
        }
        "RENAME" if stmt.is(next, "COLUMN") => What::RenameColumn {
            old: stmt.ident(next + 1)?,
            old_span: stmt.span(next + 1, next + 2),
            new: stmt.ident(next + 3)?,
        },
        "RENAME" if stmt.is_any(next, &["INDEX", "KEY"]) => {
            What::RenameIndex { old: stmt.ident(next + 1)?, new: stmt.ident(next + 3)? }
        }
        "RENAME" => What::RenameTable(stmt.name(next + usize::from(stmt.is_any(next, &["TO", "AS", "="])))?),
        "ALTER" if !stmt.is_any(next, &["INDEX", "CONSTRAINT", "CHECK", "PARTITION"]) => {
            let name = next + usize::from(stmt.is(next, "COLUMN"));
            let column = stmt.ident(name)?;
            if stmt.seq(name + 1, &["SET", "DEFAULT"]) {
                What::SetDefault { column, value: columns::default_value(stmt, name + 3).0 }
            } else if stmt.seq(name + 1, &["DROP", "DEFAULT"]) {
                What::DropDefault { column }
            } else {
                return None;
            }
        }
        "PARTITION" | "REMOVE" | "TRUNCATE" | "COALESCE" | "REORGANIZE" | "EXCHANGE" => What::Partition,
        _ => return None,
    })
}

fn add(stmt: &Stmt<'_>, at: usize, end: usize) -> Option<What> {
    if stmt.is(at, "PARTITION") || stmt.seq(at, &["STATS_EXTENDED"]) {
        return Some(What::Partition);
    }
    if keys::starts(stmt, at) {
        let if_not_exists =
            stmt.find(at, end, &["IF"]).is_some_and(|at| stmt.seq(at, &["IF", "NOT", "EXISTS"]));
        return Some(What::AddConstraint { constraint: keys::constraint(stmt, at, end), if_not_exists });
    }
    let at_if = at + usize::from(stmt.is(at, "COLUMN"));
    let name = stmt.after_if(at_if);
    let if_not_exists = name > at_if;
    let columns: Option<Vec<Column>> = if stmt.is(name, "(") {
        let close = stmt.close(name);
        let parts = stmt.parts(name + 1, close).into_iter();
        parts
            .filter(|(from, _)| !keys::starts(stmt, *from))
            .map(|(from, end)| columns::read(stmt, from, end))
            .collect()
    } else {
        columns::read(stmt, name, placed(stmt, name, end)).map(|column| vec![column])
    };
    Some(What::AddColumns { columns: columns?, if_not_exists })
}

/// Where a column's own tokens end, before `FIRST` or `AFTER x`.
fn placed(stmt: &Stmt<'_>, from: usize, end: usize) -> usize {
    if end > from + 2 && stmt.is(end - 1, "FIRST") {
        return end - 1;
    }
    if end > from + 3 && stmt.is(end - 2, "AFTER") { end - 2 } else { end }
}

fn drop(stmt: &Stmt<'_>, at: usize) -> Option<What> {
    let word = stmt.at(at).to_ascii_uppercase();
    let name = stmt.after_if(at + 1);
    let if_exists = name > at + 1;
    let name_span = stmt.span(name, name + 1);
    Some(match word.as_str() {
        "INDEX" | "KEY" => What::DropIndex { name: stmt.ident(name)?, name_span, if_exists },
        "PRIMARY" => What::DropPrimaryKey,
        "FOREIGN" => {
            let name = stmt.after_if(at + 2);
            What::DropForeignKey { name: stmt.ident(name)?, if_exists: name > at + 2 }
        }
        "CONSTRAINT" | "CHECK" => {
            What::DropConstraint { name: stmt.ident(name)?, name_span, check: word == "CHECK" }
        }
        "PARTITION" | "STATS_EXTENDED" => What::Partition,
        "COLUMN" => What::DropColumn { name: stmt.ident(name)?, name_span, if_exists },
        _ => {
            let name = stmt.after_if(at);
            let name_span = stmt.span(name, name + 1);
            What::DropColumn { name: stmt.ident(name)?, name_span, if_exists: name > at }
        }
    })
}

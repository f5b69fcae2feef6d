//! `drop-constraint`, `drop-primary-key`, `not-valid`, `using-index`: constraints by what they are on TiDB.

use super::build;
use super::conversion::in_primary_key;
use super::drop_column::REBUILD;
use super::kinds::grows;
use super::state::{State, tidb_ident};
use crate::catalog::{Column, Constraint, ConstraintKind, Name, Table};
use crate::diagnostic::rule;
use crate::passes::tables::foreign_key::{FOREIGN_KEY, FOREIGN_KEY_LEFT_OUT, compatible};
use crate::passes::tables::indexed_text::{INDEXED_TEXT, KEY_ON_JSON, narrowed};
use crate::passes::tables::key_size::{KeyPart, fit, key_part};
use crate::passes::{Cx, Item, index_columns};
use crate::syntax::names;
use sqlparser::ast::{
    AlterTableOperation as Op, DropBehavior, ForeignKeyConstraint, Ident, IndexColumn, ObjectName,
    PrimaryKeyConstraint, TableConstraint,
};

rule! {
    /// `DROP CONSTRAINT`.
    ///
    /// TiDB drops a unique constraint as an index, a foreign key by `DROP FOREIGN KEY`, and a CHECK as the author
    /// wrote it. What the name stands for is known from the statements before, the names that PostgreSQL makes up
    /// included. A constraint that TiDB never got is not dropped either.
    pub DROP_CONSTRAINT = "A020", "drop-constraint", Alter, Exact;
}

rule! {
    /// A constraint that no statement declares.
    ///
    /// Whether a name is an index, a foreign key or a CHECK decides which statement TiDB needs. Convert the
    /// migrations that declare it together with this one.
    pub UNDECLARED_CONSTRAINT = "A021", "undeclared-constraint", Alter, Refused;
}

rule! {
    /// A dropped primary key.
    ///
    /// TiDB stores a table's rows by the primary key that CREATE TABLE declares, and can't drop such a key. One that
    /// was added by ALTER TABLE can be dropped, and one that is NONCLUSTERED, which a key is where the statement that drops
    /// it is converted together with the one that creates the table.
    pub DROP_PRIMARY_KEY = "A022", "drop-primary-key", Alter, Refused;
}

rule! {
    /// A constraint added as NOT VALID.
    ///
    /// PostgreSQL checks only new rows until `VALIDATE CONSTRAINT`. A foreign key is added with `foreign_key_checks` off, so
    /// that TiDB does not look at the rows that are there either, and `VALIDATE CONSTRAINT` adds it anew with the checks on. A CHECK
    /// is added with a look at the rows: the statement fails if one of them violates it, and a later `VALIDATE CONSTRAINT` has
    /// nothing to do.
    pub NOT_VALID = "A023", "not-valid", Alter, Approximate;
}

rule! {
    /// A constraint made from an index.
    ///
    /// On TiDB a unique index is a unique constraint already; it is only renamed.
    pub USING_INDEX = "A024", "using-index", Alter, Exact;
}

/// The variable that switches the checks of foreign keys.
pub const CHECKS: &str = "foreign_key_checks";

/// VALIDATE CONSTRAINT: a foreign key whose rows are not checked yet is added anew.
pub fn validate(cx: &mut Cx<'_>, state: &State, name: &Ident) -> Vec<Item> {
    let span = cx.ident(name);
    let known = state.table.as_ref().and_then(|table| table.constraint(&names::folded(name)));
    let unchecked = known.filter(|constraint| constraint.unchecked);
    let written = unchecked.and_then(|key| Some((tidb_ident(key)?, key.written.clone()?)));
    let Some((ident, written)) = written else {
        cx.note(&NOT_VALID, span, "TiDB has checked the rows when the constraint was added");
        return Vec::new();
    };
    cx.note(&NOT_VALID, span, "the foreign key is added anew, with a check of the rows that are there");
    let add = Op::AddConstraint { constraint: written, not_valid: false };
    vec![
        build::alter(&state.name, vec![build::drop_foreign_key(ident)]),
        build::alter(&state.name, vec![add]),
    ]
}

pub fn drop(
    cx: &mut Cx<'_>,
    state: &mut State,
    name: &Ident,
    if_exists: bool,
    behavior: Option<&DropBehavior>,
) -> Result<Vec<Item>, ()> {
    let span = cx.ident(name);
    let folded = names::folded(name);
    let Some(table) = state.table.clone() else {
        let message = format!(
            "what {name} is on {} decides how TiDB drops it, and no file of this run declares it",
            state.name
        );
        cx.report(&UNDECLARED_CONSTRAINT, span, message).help =
            Some("convert this file together with the one that creates the table".into());
        return Err(());
    };
    let Some(constraint) = table.constraint(&folded).cloned() else {
        if if_exists {
            cx.note(&DROP_CONSTRAINT, span, format!("{} has no constraint {name}", state.name));
            return Ok(Vec::new());
        }
        let message = format!("no file of this run declares a constraint {name} on {}", state.name);
        cx.report(&UNDECLARED_CONSTRAINT, span, message);
        return Err(());
    };
    state.forget(&folded);
    let Some(ident) = tidb_ident(&constraint) else {
        cx.note(&DROP_CONSTRAINT, span, format!("{name} is not on TiDB: there is nothing to drop"));
        return Ok(Vec::new());
    };
    let mut items = Vec::new();
    let key = matches!(constraint.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
    if key && matches!(behavior, Some(DropBehavior::Cascade)) {
        items.extend(referring(cx, state, &table, &constraint));
    }
    let on = |operation| build::alter(&state.name, vec![operation]);
    match constraint.kind {
        ConstraintKind::PrimaryKey if table.clustered => {
            let message =
                format!("TiDB can't drop the primary key of {}: its rows are stored by it", state.name);
            cx.report(&DROP_PRIMARY_KEY, span, message).help = Some(REBUILD.into());
            return Err(());
        }
        ConstraintKind::PrimaryKey => {
            items.extend(stand_in(&table, &constraint.name, &constraint.columns, &state.name));
            items.push(on(Op::DropPrimaryKey { drop_behavior: None }));
        }
        ConstraintKind::Unique => {
            items.extend(stand_in(&table, &constraint.name, &constraint.columns, &state.name));
            items.push(on(Op::DropIndex { name: spelled(name, ident) }));
        }
        ConstraintKind::ForeignKey { .. } => items.push(on(build::drop_foreign_key(spelled(name, ident)))),
        ConstraintKind::Check => items.push(on(build::drop_check(spelled(name, ident)))),
        ConstraintKind::Exclude => {}
    }
    Ok(items)
}

/// The author's spelling of a name, where it is the same name.
fn spelled(written: &Ident, ident: Ident) -> Ident {
    if written.value.eq_ignore_ascii_case(&ident.value) { written.clone() } else { ident }
}

/// CASCADE: the foreign keys that need the key.
fn referring(cx: &mut Cx<'_>, state: &State, table: &Table, dropped: &Constraint) -> Vec<Item> {
    let primary = dropped.kind == ConstraintKind::PrimaryKey;
    let needs = |columns: &[String]| {
        let same =
            columns.len() == dropped.columns.len() && columns.iter().all(|c| dropped.columns.contains(c));
        same || (columns.is_empty() && primary)
    };
    let _ = table;
    let found = state.referring(cx).filter(|(_, _, columns)| needs(columns));
    found
        .filter_map(|(owner, key, _)| {
            Some(build::alter(&owner, vec![build::drop_foreign_key(tidb_ident(key)?)]))
        })
        .collect()
}

/// Foreign keys that live on an index need others before that one can go.
pub fn stand_in(table: &Table, dropped: &str, columns: &[String], name: &ObjectName) -> Vec<Item> {
    let lives_on = |c: &&Constraint| {
        matches!(c.kind, ConstraintKind::ForeignKey { .. })
            && c.tidb_name.is_some()
            && columns.starts_with(&c.columns)
    };
    let has_other = |key: &Constraint| {
        let mut others = table.indexes.iter().filter(|i| i.tidb_name.is_some() && i.name != dropped);
        others.any(|i| i.columns.starts_with(&key.columns))
    };
    let keys = table.constraints.iter().filter(lives_on).filter(|key| !has_other(key));
    let made = keys.filter_map(|key| {
        let columns: Vec<String> = key.columns.iter().map(|c| names::quoted(c)).collect();
        let index = names::quoted(key.tidb_name.as_deref()?);
        let text = format!("ALTER TABLE {name} ADD INDEX IF NOT EXISTS {index} ({})", columns.join(", "));
        Some(Item::Text(text))
    });
    made.collect()
}

/// Columns that a new key needs short enough are changed first. So many bytes of the key are for something else.
pub fn key_columns(
    cx: &mut Cx<'_>,
    state: &mut State,
    columns: &[String],
    reserved: u64,
) -> Result<Vec<Item>, ()> {
    let Some(table) = state.table_mut() else { return Ok(Vec::new()) };
    let found: Vec<_> = columns.iter().filter_map(|name| table.column(name)).collect();
    let parts: Vec<_> = found.iter().map(|column| key_part(&column.tidb)).collect();
    if let Some(at) = parts.iter().position(|part| *part == KeyPart::Impossible) {
        let message = format!("`{}` is JSON on TiDB and can't be in a key", found[at].name);
        let span = cx.action(0);
        cx.report(&KEY_ON_JSON, span, message)
            .refused()
            .help("check for duplicates in the program, or keep a hash of the value in a column of its own");
        return Err(());
    }
    let mut parts = parts;
    parts.push(KeyPart::Fixed(reserved));
    let Some(lengths) = fit(&parts, u64::from(cx.options.indexed_text)) else { return Ok(Vec::new()) };
    let mut changed = Vec::new();
    for (column, length) in found.iter().zip(lengths) {
        let Some(length) = length else { continue };
        if changed.iter().any(|done: &Column| done.name == column.name) {
            continue;
        }
        if let Some((narrow, message)) = narrowed(&column.tidb, &column.name, length) {
            let span = column_in_action(cx, &column.name);
            cx.report(&INDEXED_TEXT, span, message).help(
                "check that no value is longer; `indexed_text` in pg2tidb.toml sets the length where a key leaves room",
            );
            changed.push(Column { tidb: narrow, ..(*column).clone() });
        }
    }
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let modify = changed.iter().map(build::modify).collect();
    let names: Vec<String> = changed.iter().map(|column| column.name.clone()).collect();
    for column in changed {
        if let Some(slot) = table.column_mut(&column.name) {
            *slot = column;
        }
    }
    let modify = vec![build::alter(&state.name, modify)];
    Ok(super::linked::without_keys(cx, state, &names, modify))
}

/// The last word of the statement that is this column's name.
fn column_in_action(cx: &Cx<'_>, column: &str) -> crate::text::Span {
    cx.words(&[column])
}

/// TiDB wants both sides of a foreign key alike: the referring column takes the other's type.
fn like_referred(cx: &mut Cx<'_>, state: &mut State, key: &ForeignKeyConstraint) -> Result<Vec<Item>, ()> {
    let own = state.key();
    let parent = Name::of(&key.foreign_table);
    let mut changes = Vec::new();
    for (from, to) in key.columns.iter().zip(&key.referred_columns) {
        let referred = if parent == own {
            state.column(to).map(|c| c.tidb.clone())
        } else {
            cx.catalog.table_named(&parent).and_then(|t| t.column(&to.value)).map(|c| c.tidb.clone())
        };
        let (Some(referred), Some(column)) = (referred, state.column(from).cloned()) else { continue };
        if compatible(&column.tidb, &referred) {
            continue;
        }
        let span = cx.ident(from);
        if in_primary_key(state, &column.name) && !grows(&column.tidb, &referred) {
            let message = format!(
                "`{}` is a {} and refers to a {referred}: TiDB wants both alike, and changes no column of a primary key",
                from.value, column.tidb
            );
            cx.report(&FOREIGN_KEY_LEFT_OUT, span, message)
                .refused()
                .help("give both columns one type where their tables are created");
            return Err(());
        }
        let message = format!(
            "`{}` takes the type of the column it refers to, {referred}: TiDB wants both alike",
            from.value
        );
        cx.note(&FOREIGN_KEY, span, message);
        let changed = Column { tidb: referred, ..column };
        changes.push(build::modify(&changed));
        if let Some(slot) = state.table_mut().and_then(|t| t.column_mut(&changed.name)) {
            *slot = changed;
        }
    }
    Ok(if changes.is_empty() { Vec::new() } else { vec![build::alter(&state.name, changes)] })
}

pub fn add(
    cx: &mut Cx<'_>,
    state: &mut State,
    constraint: &TableConstraint,
    not_valid: bool,
) -> Result<Vec<Item>, ()> {
    if not_valid {
        let span = cx.words(&["not", "valid"]);
        if let TableConstraint::ForeignKey(key) = constraint {
            cx.note(
                &NOT_VALID,
                span,
                "the rows that are there are not checked, on TiDB by foreign_key_checks = 0",
            );
            let mut items = like_referred(cx, state, key)?;
            items.push(Item::Text(format!("SET {CHECKS} = 0")));
            let add = Op::AddConstraint { constraint: constraint.clone(), not_valid: false };
            items.push(build::alter(&state.name, vec![add]));
            items.push(Item::Text(format!("SET {CHECKS} = 1")));
            return Ok(items);
        }
        cx.report(&NOT_VALID, span, "TiDB checks the rows that are there when it adds the constraint").help =
            Some("mend or delete the rows that violate it before".into());
    }
    let name = state.name.clone();
    let plain = |constraint: TableConstraint| Ok(vec![build::add_constraint(&name, constraint)]);
    let (using, primary) = match constraint {
        TableConstraint::PrimaryKeyUsingIndex(using) => (using, true),
        TableConstraint::UniqueUsingIndex(using) => (using, false),
        TableConstraint::PrimaryKey(key) => {
            if state.table.as_ref().is_some_and(|t| t.clustered) {
                let span = cx.around(key);
                let message =
                    format!("the primary key that {} was created with is still there on TiDB", state.name);
                cx.report(&DROP_PRIMARY_KEY, span, message).help(REBUILD);
                return Err(());
            }
            let columns = index_columns(&key.columns);
            let mut items = key_columns(cx, state, &columns, 0)?;
            items.extend(plain(constraint.clone())?);
            return Ok(items);
        }
        TableConstraint::Unique(key) => {
            let columns = index_columns(&key.columns);
            let mut items = key_columns(cx, state, &columns, 0)?;
            items.extend(plain(constraint.clone())?);
            return Ok(items);
        }
        TableConstraint::ForeignKey(key) => {
            let mut items = like_referred(cx, state, key)?;
            items.extend(plain(constraint.clone())?);
            return Ok(items);
        }
        _ => return plain(constraint.clone()),
    };
    let span = cx.ident(&using.index_name);
    let index = state.table.as_ref().and_then(|t| {
        let folded = names::folded(&using.index_name);
        t.indexes.iter().find(|i| i.name == folded)
    });
    let Some(index) = index.cloned().filter(|i| i.tidb_name.is_some()) else {
        let message =
            format!("the index {} is not on TiDB, or no file of this run declares it", using.index_name);
        cx.report(&UNDECLARED_CONSTRAINT, span, message);
        return Err(());
    };
    if primary {
        let columns = index.columns.iter().map(|c| IndexColumn::from(names::ident(c))).collect();
        let drop = build::alter(&state.name, vec![Op::DropIndex { name: using.index_name.clone() }]);
        let add = match build::primary_key(columns) {
            Op::AddConstraint { constraint: TableConstraint::PrimaryKey(key), not_valid } => {
                let key = PrimaryKeyConstraint { name: using.name.clone(), ..key };
                Op::AddConstraint { constraint: TableConstraint::PrimaryKey(key), not_valid }
            }
            other => other,
        };
        return Ok(vec![drop, build::alter(&state.name, vec![add])]);
    }
    match &using.name {
        Some(name) if !name.value.eq_ignore_ascii_case(&using.index_name.value) => {
            let text = format!("ALTER TABLE {} RENAME INDEX {} TO {name}", state.name, using.index_name);
            Ok(vec![Item::Text(text)])
        }
        _ => {
            cx.note(&USING_INDEX, span, "on TiDB a unique index is a unique constraint already");
            Ok(Vec::new())
        }
    }
}

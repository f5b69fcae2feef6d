//! `type-conversion`, `type-using`, `type-blocked`: ALTER COLUMN … TYPE, and what becomes of the values.

use super::build;
use super::kinds::{difference, grows, is_lob, is_text, is_varchar};
use super::state::{State, tidb_ident};
use crate::catalog::{Column, Table};
use crate::config::UuidAs;
use crate::diagnostic::rule;
use crate::passes::expressions::types::Ty;
use crate::passes::statements::drop_object::HELD_OBJECT;
use crate::passes::tables::default_value::DEFAULT_LEFT_OUT;
use crate::passes::tables::foreign_key::compatible as compatible_types;
use crate::passes::tables::indexed_text::{INDEXED_TEXT, narrowed};
use crate::passes::tables::key_size::{KeyPart, MAX_BYTES, fit, key_part};
use crate::passes::types::postgres_type;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use crate::syntax::walk::Walk;
use crate::text::Span;
use sqlparser::ast::{AlterTableOperation as Op, ColumnOption, DataType, Expr, Ident, TableConstraint};

rule! {
    /// A column's type changed to one that holds the values differently.
    ///
    /// `MODIFY COLUMN` converts the values as TiDB's casts do. For most types that is what PostgreSQL does; the
    /// message says where it is not.
    pub TYPE_CONVERSION = "A013", "type-conversion", Alter, Approximate;
}

rule! {
    /// A column's type changed by an expression.
    ///
    /// `MODIFY COLUMN` has no `USING`. Where the expression only casts the column, it converts as PostgreSQL does and
    /// the clause is not needed. For any other expression, and for bytes that become a text, a column is added beside the
    /// old one, filled by an UPDATE, and takes the old one's place and name. Where a key, an index, a constraint or a
    /// generated column holds on to the column, or the expression has no translation, the statement is refused.
    pub TYPE_USING = "A014", "type-using", Alter, Exact;
}

rule! {
    /// A column change that TiDB does not make.
    ///
    /// TiDB does not change the kind of type of a column in the primary key, nor a column that a generated column or
    /// an index on an expression computes with.
    pub TYPE_BLOCKED = "A015", "type-blocked", Alter, Refused;
}

rule! {
    /// A new type for a column of the primary key.
    ///
    /// TiDB does not change such a column in place. The primary key is dropped, the column changed, and the key added again,
    /// without the foreign keys that hold it meanwhile. It needs a key that is NONCLUSTERED, which it is where the
    /// statement is converted together with the one that creates the table.
    pub REKEYED = "A400", "primary-key-column", Alter, Exact;
}

pub enum Converted {
    /// MODIFY COLUMN does it.
    Modify,
    /// More than one statement does it.
    Steps(Vec<Item>),
}

/// Prepares a column for its new type. `Err` when it is refused.
pub fn convert(
    cx: &mut Cx<'_>,
    state: &mut State,
    name: &Ident,
    (old, new): (&Column, &mut Column),
    using: Option<&Expr>,
) -> Result<Converted, ()> {
    let span = cx.column_type(name);
    if let Some(using) = using
        && !casts_only(using, &old.name)
    {
        left_out(cx, new, span);
        let span = cx.words_from(&["using"], span);
        return super::using::steps(cx, state, name, (old, new), using, span).map(Converted::Steps);
    }
    new.options.retain(|option| match option {
        ColumnOption::Collation(_) | ColumnOption::CharacterSet(_) => is_text(&new.tidb),
        _ => true,
    });
    if let Some(view) = super::views::reading(cx, &state.key(), &old.name).first()
        && postgres_type(cx, &state.name, &old.ident).is_some()
    {
        let message =
            format!("PostgreSQL does not change the type of {name} while the view {} reads it", view.name);
        cx.report(&HELD_OBJECT, span, message).help("drop the view before, and create it again after");
        return Err(());
    }
    if old.tidb == new.tidb {
        return Ok(Converted::Modify);
    }
    left_out(cx, new, span);
    // MODIFY COLUMN would take the bytes for the text's own.
    if Ty::of(&old.pg, cx.catalog) == Ty::Bytea
        && is_text(&new.tidb)
        && let Some(printed) = super::using::printed_bytes(&old.ident)
    {
        return super::using::steps(cx, state, name, (old, new), &printed, span).map(Converted::Steps);
    }
    uuids(cx, state, old, span)?;
    blocked(cx, state, old, new, span)?;
    if old.tidb == new.tidb {
        return Ok(Converted::Modify);
    }
    if let Some(message) = difference(&old.tidb, &new.tidb) {
        cx.report(&TYPE_CONVERSION, span, message);
    }
    match in_primary_key(state, &old.name) && !grows(&old.tidb, &new.tidb) {
        true => rekeyed(cx, state, old, new, span),
        false => foreign_keys(cx, state, old, new, span),
    }
}

/// TiDB takes no default for a text or a document but a few forms: one that is calculated goes.
fn left_out(cx: &mut Cx<'_>, new: &mut Column, span: Span) {
    let calculated = |option: &ColumnOption| match option {
        ColumnOption::Default(expr) => !matches!(expr, Expr::Value(_)),
        _ => false,
    };
    if is_lob(&new.tidb) && is_text(&new.tidb) && new.options.iter().any(calculated) {
        let message =
            format!("{} has no calculated default as {}: an INSERT has to name it", new.ident, new.tidb);
        cx.report(&DEFAULT_LEFT_OUT, span, message);
        new.options.retain(|option| !calculated(option));
    }
}

/// Texts that become uuids, or the other way round. PostgreSQL reads and prints them; MODIFY COLUMN keeps what is there.
fn uuids(cx: &mut Cx<'_>, state: &State, old: &Column, span: Span) -> Result<(), ()> {
    let Some(declared) = postgres_type(cx, &state.name, &old.ident) else { return Ok(()) };
    let is_uuid = |data_type: &DataType| Ty::of(data_type, cx.catalog) == Ty::Uuid;
    let (before, after) = (is_uuid(&old.pg), is_uuid(&declared));
    if before == after {
        return Ok(());
    }
    if cx.options.uuid == UuidAs::Binary16 {
        let (function, what) = if after {
            ("UUID_TO_BIN", "the texts into the bytes of uuids")
        } else {
            ("BIN_TO_UUID", "the bytes of uuids into texts")
        };
        let message = format!("TiDB can't make {what} by changing the type of {}", old.ident);
        cx.report(&TYPE_BLOCKED, span, message).help =
            Some(format!("add a new column, UPDATE it with {function}(), drop the old one and rename"));
        return Err(());
    }
    if after && is_text(&old.tidb) {
        let message = "TiDB keeps the texts as they are: a uuid in upper case or in braces is another value than the same as PostgreSQL prints it";
        cx.report(&TYPE_CONVERSION, span, message);
    }
    Ok(())
}

/// Whether TiDB's primary key has the column.
pub fn in_primary_key(state: &State, column: &str) -> bool {
    let key = state.table.as_ref().and_then(|table| table.primary_key());
    key.is_some_and(|key| key.tidb_name.is_some() && key.has_column(column))
}

/// TiDB changes no column of a primary key: the key goes and comes again.
fn rekeyed(cx: &mut Cx<'_>, state: &State, old: &Column, new: &Column, span: Span) -> Result<Converted, ()> {
    let key = state.table.as_ref().and_then(|table| table.primary_key()).cloned();
    let Some(key) = key else { return Ok(Converted::Modify) };
    let message = format!(
        "TiDB changes no column of a primary key: the key is dropped, {} changed, and the key added",
        old.ident
    );
    cx.note(&REKEYED, span, message);
    let drop = Op::DropPrimaryKey { drop_behavior: None };
    let columns = key.columns.iter().map(|c| sqlparser::ast::IndexColumn::from(names::ident(c))).collect();
    let add = build::primary_key(columns);
    let steps = [drop, build::modify(new), add].map(|action| build::alter(&state.name, vec![action]));
    let steps = super::linked::without_keys(cx, state, &key.columns, steps.to_vec());
    Ok(Converted::Steps(steps))
}

/// `a`, `a::type`, `CAST(a AS type)`, `(a::text)::type`.
fn casts_only(expr: &Expr, column: &str) -> bool {
    match expr {
        Expr::Identifier(ident) => names::folded(ident) == column,
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|i| names::folded(i) == column),
        Expr::Nested(inner) => casts_only(inner, column),
        Expr::Cast { expr, .. } => casts_only(expr, column),
        _ => false,
    }
}

/// Refuses what TiDB is known to refuse.
fn blocked(cx: &mut Cx<'_>, state: &State, old: &Column, new: &mut Column, span: Span) -> Result<(), ()> {
    let Some(table) = &state.table else { return Ok(()) };
    let name = &old.name;
    let generated = table.columns.iter().find(|c| c.options.iter().any(|o| computes_with(o, name)));
    if let Some(generated) = generated {
        let message =
            format!("TiDB can't change {} while {} is generated from it", old.ident, generated.ident);
        cx.report(&TYPE_BLOCKED, span, message);
        return Err(());
    }
    if table.is_keyed(name) && is_lob(&new.tidb) {
        let Some((narrow, message)) = key_length(cx, table, name).and_then(|n| narrowed(&new.tidb, name, n))
        else {
            let message = format!("{} has a key, and TiDB has no keys on {}", old.ident, new.tidb);
            cx.report(&TYPE_BLOCKED, span, message);
            return Err(());
        };
        cx.report(&INDEXED_TEXT, span, message)
            .help("check that no value is longer; `indexed_text` in pg2tidb.toml sets the length where a key leaves room");
        new.tidb = narrow;
    }
    // A key that covers the column whole holds no more than this; one that covers its beginning does not mind.
    if table.is_keyed(name)
        && let KeyPart::Characters(before) = key_part(&old.tidb)
        && let Some(length) = key_length(cx, table, name).filter(|length| before <= *length)
        && let Some((narrow, message)) = narrowed(&new.tidb, name, length)
    {
        cx.report(&INDEXED_TEXT, span, message).help("check that no value is longer, or drop the key before");
        new.tidb = narrow;
    }
    if table.clustered && in_primary_key(state, name) && !grows(&old.tidb, &new.tidb) && old.tidb != new.tidb
    {
        let message = format!(
            "TiDB can't change {} from {} to {} while it is in the primary key",
            old.ident, old.tidb, new.tidb
        );
        cx.report(&TYPE_BLOCKED, span, message).help(super::drop_column::REBUILD);
        return Err(());
    }
    Ok(())
}

/// How long a text may be in all keys that cover the column.
fn key_length(cx: &Cx<'_>, table: &Table, name: &str) -> Option<u64> {
    let text = u64::from(cx.options.indexed_text);
    let mut most = text;
    for index in table.indexes.iter().filter(|index| index.columns.iter().any(|c| c == name)) {
        let part = |column: &String| match table.column(column) {
            _ if column == name => KeyPart::Text,
            Some(column) => key_part(&column.tidb),
            None => KeyPart::Fixed(8),
        };
        let parts: Vec<KeyPart> = index.columns.iter().map(part).collect();
        let lengths = fit(&parts, text)?;
        let at = index.columns.iter().position(|c| c == name)?;
        // The others stay as long as they are.
        let others: u64 =
            parts.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, part)| bytes(*part)).sum();
        let room = (MAX_BYTES.saturating_sub(others)) / 4;
        most = most.min(lengths[at].unwrap_or(text).max(room.min(text))).min(room);
    }
    (most > 0).then_some(most)
}

fn bytes(part: KeyPart) -> u64 {
    match part {
        KeyPart::Fixed(n) | KeyPart::Bytes(n) => n,
        KeyPart::Characters(n) => 4 * n,
        KeyPart::Text | KeyPart::Blob | KeyPart::Impossible => 0,
    }
}

/// Whether a generated column's option mentions a column.
pub fn computes_with(option: &ColumnOption, column: &str) -> bool {
    match option {
        ColumnOption::Generated { generation_expr: Some(expr), .. } => mentions(expr, column),
        _ => false,
    }
}

pub fn mentions(expr: &Expr, column: &str) -> bool {
    use sqlparser::ast::{Ident, Visitor};
    use std::ops::ControlFlow;
    struct Find<'n>(&'n str);
    impl Visitor for Find<'_> {
        type Break = ();
        fn pre_visit_ident(&mut self, ident: &Ident) -> ControlFlow<()> {
            if names::folded(ident) == self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    expr.walk(&mut Find(column)).is_break()
}

/// Foreign keys want both sides equal: they are dropped, every column of them gets the new type, and they come back.
fn foreign_keys(
    cx: &mut Cx<'_>,
    state: &State,
    old: &Column,
    new: &mut Column,
    span: Span,
) -> Result<Converted, ()> {
    let name = &old.name;
    let Some(table) = &state.table else { return Ok(Converted::Modify) };
    let compatible =
        is_text(&old.tidb) && is_text(&new.tidb) && is_varchar(&old.tidb) == is_varchar(&new.tidb);
    let own = table.constraints.iter().any(|c| {
        c.tidb_name.is_some()
            && c.has_column(name)
            && matches!(c.kind, crate::catalog::ConstraintKind::ForeignKey { .. })
    });
    let referred = state.referring(cx).any(|(_, _, columns)| columns.iter().any(|c| c == name));
    if !(own || referred) || compatible && grows(&old.tidb, &new.tidb) {
        return Ok(Converted::Modify);
    }
    if compatible {
        let modify = vec![build::alter(&state.name, vec![build::modify(new)])];
        let steps = super::linked::without_keys(cx, state, std::slice::from_ref(name), modify);
        return Ok(Converted::Steps(steps));
    }
    let group = super::linked::columns(cx, state, name);
    if !grows(&old.tidb, &new.tidb) || group.columns.iter().any(|c| !joins(&c.2.tidb, &old.tidb, &new.tidb)) {
        let message = format!(
            "{} is in a foreign key, whose other side would have to change from {} to {} with it",
            old.ident, old.tidb, new.tidb
        );
        cx.report(&TYPE_BLOCKED, span, message).help =
            Some("drop the foreign key, change both columns, and add it again".into());
        return Err(());
    }
    let others: Vec<String> =
        group.columns.iter().map(|(table, _, column)| format!("{table}.{}", column.ident)).collect();
    let message = format!(
        "TiDB wants both sides of a foreign key equal: this changes {} to {} too",
        others.join(", "),
        new.tidb
    );
    cx.note(&TYPE_CONVERSION, span, message);
    let mut items = Vec::new();
    for (owner, constraint) in &group.keys {
        if let Some(ident) = tidb_ident(constraint) {
            items.push(build::alter(owner, vec![build::drop_foreign_key(ident)]));
        }
    }
    items.push(build::alter(&state.name, vec![build::modify(new)]));
    for (owner, _, column) in group.columns.iter().filter(|c| !compatible_types(&c.2.tidb, &new.tidb)) {
        let mut changed = column.clone();
        changed.tidb = new.tidb.clone();
        items.push(build::alter(owner, vec![build::modify(&changed)]));
    }
    for (owner, constraint) in &group.keys {
        if let Some(written @ TableConstraint::ForeignKey(_)) = &constraint.written {
            let add = Op::AddConstraint { constraint: written.clone(), not_valid: false };
            items.push(build::alter(owner, vec![add]));
        }
    }
    Ok(Converted::Steps(items))
}

/// Whether the other column of a foreign key can take the new type as well. It may have it already.
fn joins(other: &DataType, old: &DataType, new: &DataType) -> bool {
    compatible_types(other, old) || compatible_types(other, new)
}

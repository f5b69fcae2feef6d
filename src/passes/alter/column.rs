//! `column-change`, `undeclared-column`: ALTER COLUMN restates the whole column.

use super::build;
use super::conversion::{self, Converted};
use super::kinds::is_lob;
use super::state::State;
use crate::catalog::Column;
use crate::diagnostic::rule;
use crate::passes::tables::default_value::kept;
use crate::passes::types::postgres_type;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::{
    AlterColumnOperation as Change, AlterTable, AlterTableOperation as Op, ColumnOption, DataType, Expr,
    Ident, Value,
};

rule! {
    /// A change to a column's definition.
    ///
    /// TiDB's `MODIFY COLUMN` takes the whole definition, and what it does not say is lost. So everything that the
    /// migrations declared so far is said again: type, nullability, default, comment, `AUTO_INCREMENT`, collation.
    /// Several changes to one column become one `MODIFY COLUMN`. A default alone is changed by `ALTER COLUMN`. `DROP
    /// DEFAULT` of a column that may be NULL is `SET DEFAULT NULL`: after TiDB's `DROP DEFAULT` an INSERT must name the
    /// column.
    pub COLUMN_CHANGE = "A011", "column-change", Alter, Exact;
}

rule! {
    /// A change to a column whose definition is not known.
    ///
    /// TiDB wants the whole definition of the column, and no file of this run declares it. Convert the migrations
    /// that create the table together with this one.
    pub UNDECLARED_COLUMN = "A012", "undeclared-column", Alter, Refused;
}

/// All changes of one ALTER TABLE to one column.
struct Changes<'o> {
    column: &'o Ident,
    changes: Vec<&'o Change>,
    /// What the rule for defaults restated.
    restated: Option<(&'o DataType, &'o [ColumnOption])>,
}

fn by_column(alter: &AlterTable) -> Vec<Changes<'_>> {
    let mut all: Vec<Changes<'_>> = Vec::new();
    for action in &alter.operations {
        let column = match action {
            Op::AlterColumn { column_name: name, .. } | Op::ModifyColumn { col_name: name, .. } => name,
            _ => continue,
        };
        let at = all.iter().position(|c| names::folded(c.column) == names::folded(column));
        let at = at.unwrap_or_else(|| {
            all.push(Changes { column, changes: Vec::new(), restated: None });
            all.len() - 1
        });
        match action {
            Op::AlterColumn { op, .. } => all[at].changes.push(op),
            Op::ModifyColumn { data_type, options, .. } => all[at].restated = Some((data_type, options)),
            _ => {}
        }
    }
    all
}

/// Translates an ALTER TABLE of ALTER COLUMNs. `Err` when it is refused.
pub fn change(cx: &mut Cx<'_>, state: &mut State, alter: &AlterTable) -> Result<Vec<Item>, ()> {
    let mut items: Vec<Item> = Vec::new();
    let mut actions: Vec<Op> = Vec::new();
    let mut refused = false;
    for found in by_column(alter) {
        match one(cx, state, &found) {
            Ok(Changed::Nothing) => {}
            Ok(Changed::Action(action)) => actions.push(action),
            Ok(Changed::Steps(steps)) => {
                if !actions.is_empty() {
                    items.push(build::alter(&alter.name, std::mem::take(&mut actions)));
                }
                items.extend(steps);
            }
            Err(()) => refused = true,
        }
    }
    if !actions.is_empty() {
        items.push(build::alter(&alter.name, actions));
    }
    if refused { Err(()) } else { Ok(items) }
}

#[allow(clippy::large_enum_variant, reason = "one at a time, on its way out of a function")]
enum Changed {
    Nothing,
    Action(Op),
    Steps(Vec<Item>),
}

fn one(cx: &mut Cx<'_>, state: &mut State, found: &Changes<'_>) -> Result<Changed, ()> {
    let (name, changes) = (found.column, found.changes.as_slice());
    if let Some(Change::AddGenerated { .. }) =
        changes.iter().find(|c| matches!(c, Change::AddGenerated { .. }))
    {
        let span = cx.ident(name);
        cx.report(
            &conversion::TYPE_BLOCKED,
            span,
            format!("TiDB can't make the existing column {name} generate its values"),
        )
        .help = Some("declare the identity in CREATE TABLE".into());
        return Err(());
    }
    let Some(old) = state.column(name).cloned() else {
        return undeclared(cx, state, name, changes);
    };
    let mut new = old.clone();
    let mut conversion = None;
    for change in changes {
        match change {
            Change::SetNotNull => new.set_not_null(),
            Change::DropNotNull => new.options.retain(|o| *o != ColumnOption::NotNull),
            Change::DropDefault => new.options.retain(|o| !matches!(o, ColumnOption::Default(_))),
            Change::SetDefault { value } => set_default(&mut new, value.clone()),
            Change::SetDataType { data_type, using, .. } => {
                new.tidb = data_type.clone();
                conversion = Some(using.clone());
            }
            Change::AddGenerated { .. } => {}
        }
    }
    let sets_default = changes.iter().any(|c| matches!(c, Change::SetDefault { .. }));
    if conversion.is_some() && !sets_default && found.restated.is_none() {
        default_of_type(cx, state, name, &mut new);
    }
    if let Some((data_type, options)) = found.restated {
        let value = options.iter().find_map(|o| match o {
            ColumnOption::Default(value) => Some(value.clone()),
            _ => None,
        });
        new.tidb = data_type.clone();
        // A column added and numbered in this statement.
        if changes.is_empty() && options.contains(&ColumnOption::NotNull) {
            new.set_not_null();
        }
        match value {
            Some(value) => set_default(&mut new, value),
            None => new.options.retain(|o| !matches!(o, ColumnOption::Default(_))),
        }
    }
    if let Some(using) = conversion {
        match conversion::convert(cx, state, name, (&old, &mut new), using.as_ref())? {
            Converted::Modify => {}
            Converted::Steps(steps) => {
                replace(state, &new);
                return Ok(Changed::Steps(steps));
            }
        }
    }
    if same_definition(&old, &new) {
        let span = cx.ident(name);
        cx.note(&COLUMN_CHANGE, span, format!("{name} is so on TiDB already: {}", definition(&new)));
        replace(state, &new);
        return Ok(Changed::Nothing);
    }
    let action = match changes {
        [Change::SetDefault { value }] if plain_default(&new.tidb, value) => {
            alter_column(name, value.clone())
        }
        [Change::DropDefault] if auto_increment(&old) => {
            let span = cx.ident(name);
            cx.report(&conversion::TYPE_BLOCKED, span, format!("TiDB can't take AUTO_INCREMENT from {name}"));
            return Err(());
        }
        [Change::DropDefault] if new.not_null() => {
            Op::AlterColumn { column_name: name.clone(), op: Change::DropDefault }
        }
        [Change::DropDefault] => alter_column(name, Expr::value(Value::Null)),
        _ => build::modify(&Column { ident: name.clone(), ..new.clone() }),
    };
    replace(state, &new);
    Ok(Changed::Action(action))
}

/// The default stays, as the new type writes it.
fn default_of_type(cx: &mut Cx<'_>, state: &State, name: &Ident, new: &mut Column) {
    let at = new.options.iter().position(|o| matches!(o, ColumnOption::Default(_)));
    let Some(at) = at else { return };
    let ColumnOption::Default(expr) = &new.options[at] else { return };
    let Some(postgres) = postgres_type(cx, &state.name, name) else { return };
    let span = cx.column_type(name);
    match kept(cx, expr, &postgres, &new.tidb, span) {
        Some((expr, data_type)) => {
            new.options[at] = ColumnOption::Default(expr);
            new.tidb = data_type;
        }
        None => {
            new.options.remove(at);
        }
    }
}

fn alter_column(name: &Ident, value: Expr) -> Op {
    Op::AlterColumn { column_name: name.clone(), op: Change::SetDefault { value } }
}

/// What can be said without the definition: a literal as the default.
fn undeclared(cx: &mut Cx<'_>, state: &State, name: &Ident, changes: &[&Change]) -> Result<Changed, ()> {
    if state.table.is_none()
        && let [Change::SetDefault { value: value @ Expr::Value(_) }] = changes
    {
        return Ok(Changed::Action(alter_column(name, value.clone())));
    }
    let span = cx.ident(name);
    let message = format!(
        "TiDB changes a column by its whole definition, and no file of this run declares {name} of {}",
        state.name
    );
    cx.report(&UNDECLARED_COLUMN, span, message).help =
        Some("convert this file together with the one that creates the table".into());
    Err(())
}

fn replace(state: &mut State, new: &Column) {
    if let Some(column) = state.table_mut().and_then(|t| t.column_mut(&new.name)) {
        *column = new.clone();
    }
}

fn set_default(column: &mut Column, value: Expr) {
    column.options.retain(|o| !matches!(o, ColumnOption::Default(_)));
    // After NOT NULL and before everything else, as people write it.
    let at = usize::from(column.options.first() == Some(&ColumnOption::NotNull));
    column.options.insert(at, ColumnOption::Default(value));
}

/// Whether ALTER COLUMN … SET DEFAULT takes the value.
fn plain_default(data_type: &DataType, value: &Expr) -> bool {
    let literal = match value {
        Expr::Value(_) => true,
        Expr::UnaryOp { expr, .. } => matches!(expr.as_ref(), Expr::Value(_)),
        _ => false,
    };
    let null = matches!(value, Expr::Value(v) if v.value == Value::Null);
    literal && (null || !is_lob(data_type))
}

pub fn auto_increment(column: &Column) -> bool {
    column.options.iter().any(|option| match option {
        ColumnOption::DialectSpecific(tokens) => {
            tokens.iter().any(|t| t.to_string().to_ascii_uppercase().starts_with("AUTO_"))
        }
        _ => false,
    })
}

fn same_definition(old: &Column, new: &Column) -> bool {
    let sorted = |column: &Column| {
        let mut options: Vec<_> = build::restated(&column.options).iter().map(ToString::to_string).collect();
        options.sort();
        options
    };
    old.tidb == new.tidb && sorted(old) == sorted(new)
}

fn definition(column: &Column) -> String {
    let mut text = column.tidb.to_string();
    for option in build::restated(&column.options) {
        text.push(' ');
        text.push_str(&option.to_string());
    }
    text
}

//! `added-constraint`, `added-not-null`, `added-expression-default`: what ADD COLUMN can't say on TiDB.

use super::{build, undeclared};
use crate::catalog::{Table, constraint_name, generated_name, mentioned};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::{Scope, translate_to};
use crate::passes::tables::default_value::DEFAULT_LEFT_OUT;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::{
    AlterTable, AlterTableOperation as Op, ColumnDef, ColumnOption, ColumnOptionDef, Expr,
    ForeignKeyConstraint, Ident, ObjectName, PrimaryKeyConstraint, Statement, TableConstraint,
    UniqueConstraint,
};

rule! {
    /// A column added together with a key or a constraint.
    ///
    /// TiDB refuses `ADD COLUMN … UNIQUE` and `… PRIMARY KEY`, and forgets `REFERENCES` and `CHECK` there without a
    /// word. The column is added first and the constraint after it, under the name that PostgreSQL would give it.
    pub ADDED_CONSTRAINT = "A008", "added-constraint", Alter, Exact;
}

rule! {
    /// A column added as NOT NULL without a default.
    ///
    /// PostgreSQL refuses it when the table has rows. TiDB would fill them with the type's zero: 0, an empty string, an
    /// impossible date, a JSON null. So a query goes before it that fails where there are rows.
    /// With `IF NOT EXISTS`, where the table is not known, the column is added as it stands.
    pub ADDED_NOT_NULL = "A009", "added-not-null", Alter, Exact;
}

rule! {
    /// A column added with an expression as its default.
    ///
    /// PostgreSQL computes the default for the rows that are there. TiDB refuses such a column, so it is added
    /// without the default, the rows are updated, and then the column gets its default.
    pub ADDED_EXPRESSION_DEFAULT = "A010", "added-expression-default", Alter, Exact;
}

/// Takes constraints out of the columns that are added.
pub fn expand(cx: &mut Cx<'_>, source: &ObjectName, alter: &AlterTable) -> Vec<Op> {
    let undeclared = undeclared(source);
    let table = cx.catalog.table(source).unwrap_or(&undeclared);
    let mut taken: Vec<String> = Vec::new();
    let (mut out, mut after) = (Vec::new(), Vec::new());
    for action in &alter.operations {
        match action {
            Op::AddColumn { column_keyword, if_not_exists, column_def, column_position } => {
                let mut column = column_def.clone();
                let constraints = extract(table, &mut column, &mut taken);
                after.extend(constraints.into_iter().map(add));
                out.push(Op::AddColumn {
                    column_keyword: *column_keyword,
                    if_not_exists: *if_not_exists,
                    column_def: column,
                    column_position: column_position.clone(),
                });
            }
            _ => {
                // Constraints follow the run of columns they came from.
                out.append(&mut after);
                let mut action = action.clone();
                if let Op::AddConstraint { constraint, .. } = &mut action {
                    name(table, constraint, &mut taken);
                }
                out.push(action);
            }
        }
    }
    out.append(&mut after);
    out
}

fn add(constraint: TableConstraint) -> Op {
    Op::AddConstraint { constraint, not_valid: false }
}

/// Takes the constraints out of a column definition.
fn extract(table: &Table, column: &mut ColumnDef, taken: &mut Vec<String>) -> Vec<TableConstraint> {
    let mut moved = Vec::new();
    let mut kept = Vec::new();
    for ColumnOptionDef { name: given, option } in std::mem::take(&mut column.options) {
        let mut constraint = match option {
            ColumnOption::PrimaryKey(key) => TableConstraint::PrimaryKey(PrimaryKeyConstraint {
                columns: vec![column.name.clone().into()],
                ..key
            }),
            ColumnOption::Unique(key) => {
                TableConstraint::Unique(UniqueConstraint { columns: vec![column.name.clone().into()], ..key })
            }
            ColumnOption::ForeignKey(key) => TableConstraint::ForeignKey(ForeignKeyConstraint {
                columns: vec![column.name.clone()],
                ..key
            }),
            ColumnOption::Check(check) => TableConstraint::Check(check),
            option => {
                kept.push(ColumnOptionDef { name: None, option });
                continue;
            }
        };
        let slot = match &mut constraint {
            TableConstraint::PrimaryKey(c) => &mut c.name,
            TableConstraint::Unique(c) => &mut c.name,
            TableConstraint::ForeignKey(c) => &mut c.name,
            TableConstraint::Check(c) => &mut c.name,
            _ => continue,
        };
        *slot = given.or(slot.take());
        name_with(table, &mut constraint, Some(&column.name), taken);
        moved.push(constraint);
    }
    column.options = kept;
    moved
}

fn name(table: &Table, constraint: &mut TableConstraint, taken: &mut Vec<String>) {
    name_with(table, constraint, None, taken);
}

/// Gives a constraint the name that PostgreSQL makes up, where it has none.
fn name_with(
    table: &Table,
    constraint: &mut TableConstraint,
    column: Option<&Ident>,
    taken: &mut Vec<String>,
) {
    let given = match constraint {
        TableConstraint::Unique(c) => c.name.as_ref(),
        TableConstraint::ForeignKey(c) => c.name.as_ref(),
        TableConstraint::Check(c) => c.name.as_ref(),
        _ => return,
    };
    if let Some(given) = given {
        taken.push(names::folded(given));
        return;
    }
    let label = match constraint {
        TableConstraint::Unique(_) => "key",
        TableConstraint::ForeignKey(_) => "fkey",
        _ => "check",
    };
    let made_up = match (&*constraint, column) {
        // The column is not in the catalog yet.
        (TableConstraint::Check(check), Some(column)) => {
            let others = mentioned(&check.expr, table);
            let columns = if others.is_empty() { names::folded(column) } else { String::new() };
            generated_name(&table.name.name, &columns, label, |n| table.has_name(n))
        }
        _ => constraint_name(table, constraint, label),
    };
    let made_up = match taken.contains(&made_up) {
        false => made_up,
        true => {
            let free = |n: &str| table.has_name(n) || taken.iter().any(|t| t == n);
            let stem = made_up.trim_end_matches(|c: char| c.is_ascii_digit());
            let stem = stem.strip_suffix(label).unwrap_or(stem).trim_end_matches('_');
            generated_name(stem, "", label, free)
        }
    };
    taken.push(made_up.clone());
    let slot = match constraint {
        TableConstraint::Unique(c) => &mut c.name,
        TableConstraint::ForeignKey(c) => &mut c.name,
        TableConstraint::Check(c) => &mut c.name,
        _ => return,
    };
    *slot = Some(names::ident(&made_up));
}

/// Adds columns in steps: those whose defaults are expressions, and NOT NULL ones that have none. Runs when types and
/// defaults are TiDB's.
pub fn steps(cx: &mut Cx<'_>, alter: &AlterTable, known: bool) -> Vec<Item> {
    let mut plain = Vec::new();
    let (mut updates, mut modified, mut asks) = (Vec::new(), Vec::new(), false);
    for action in &alter.operations {
        let mut action = action.clone();
        if let Op::AddColumn { column_def, if_not_exists, .. } = &mut action {
            let sure = known || !*if_not_exists;
            if let Some(value) = expression_default(column_def) {
                let at = cx.column_option(&column_def.name, "default");
                cx.note(
                    &ADDED_EXPRESSION_DEFAULT,
                    at,
                    "TiDB adds no column with an expression as its default: it is added, filled, then changed",
                );
                modified.push(whole(column_def));
                updates.push(format!("{} = {}", column_def.name, value));
                let bare = |o: &ColumnOptionDef| {
                    !matches!(o.option, ColumnOption::Default(_) | ColumnOption::NotNull)
                };
                column_def.options.retain(bare);
            } else if !is_filled(column_def)
                && let Some(value) = lost_default(cx, &column_def.name)
            {
                if column_def.options.iter().any(|o| o.option == ColumnOption::NotNull) {
                    modified.push(whole(column_def));
                    column_def.options.retain(|o| o.option != ColumnOption::NotNull);
                }
                updates.push(format!("{} = {}", column_def.name, value));
            } else if is_bare_not_null(column_def) {
                asks |= asks_before(cx, column_def, sure);
            }
        }
        plain.push(action);
    }
    let mut items = Vec::new();
    if asks {
        // A query that gives two rows where one may be is an error: nothing has changed yet.
        let name = &alter.name;
        items.push(Item::Text(format!("DO (SELECT 1 UNION ALL (SELECT 1 FROM {name} LIMIT 1))")));
    }
    items.push(build::alter(&alter.name, plain));
    if !updates.is_empty() {
        items.push(Item::Text(format!("UPDATE {} SET {}", alter.name, updates.join(", "))));
    }
    if !modified.is_empty() {
        items.push(build::alter(&alter.name, modified));
    }
    items
}

/// What PostgreSQL gives the rows that are there: the default of a new column that TiDB's column can't have.
fn lost_default(cx: &mut Cx<'_>, name: &Ident) -> Option<Expr> {
    let Ok(Statement::AlterTable(source)) = cx.parsed.tree.as_deref() else { return None };
    let column = source.operations.iter().find_map(|operation| match operation {
        Op::AddColumn { column_def, .. } if column_def.name == *name => Some(column_def),
        _ => None,
    })?;
    let default = column.options.iter().find_map(|option| match &option.option {
        ColumnOption::Default(value) => Some(value),
        _ => None,
    })?;
    // TiDB fills the rows by the default that it has.
    let said = cx.diagnostics.iter().any(|found| found.rule.code == DEFAULT_LEFT_OUT.code);
    let mut value = default.clone();
    let ty = Ty::of(&column.data_type, cx.catalog);
    let before = cx.diagnostics.len();
    let done = said && translate_to(cx, &mut value, &Scope::default(), &ty).is_ok();
    cx.diagnostics.truncate(before);
    done.then_some(value)
}

/// `MODIFY COLUMN` with all that a column says.
fn whole(column: &ColumnDef) -> Op {
    Op::ModifyColumn {
        col_name: column.name.clone(),
        data_type: column.data_type.clone(),
        options: column.options.iter().map(|o| o.option.clone()).collect(),
        column_position: None,
    }
}

/// The default, if TiDB does not take it in ADD COLUMN.
fn expression_default(column: &ColumnDef) -> Option<Expr> {
    column.options.iter().find_map(|option| match &option.option {
        ColumnOption::Default(expr) if is_computed(expr) => Some(unwrapped(expr).clone()),
        _ => None,
    })
}

fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => unwrapped(inner),
        _ => expr,
    }
}

/// Whether TiDB calls a default an expression: a function other than the current time and date.
fn is_computed(expr: &Expr) -> bool {
    match unwrapped(expr) {
        Expr::Function(function) => {
            let name = names::last(&function.name).map(names::folded).unwrap_or_default();
            !matches!(
                name.as_str(),
                "current_timestamp" | "now" | "current_date" | "localtimestamp" | "localtime"
            )
        }
        _ => false,
    }
}

/// Whether a column is NOT NULL and nothing gives the rows that are there a value.
fn is_bare_not_null(column: &ColumnDef) -> bool {
    !is_filled(column) && column.options.iter().any(|o| o.option == ColumnOption::NotNull)
}

fn is_filled(column: &ColumnDef) -> bool {
    column.options.iter().any(|o| {
        matches!(
            o.option,
            ColumnOption::Default(_) | ColumnOption::Generated { .. } | ColumnOption::DialectSpecific(_)
        )
    })
}

/// Says that a query before fails where the table has rows, where that can be.
fn asks_before(cx: &mut Cx<'_>, column: &ColumnDef, sure: bool) -> bool {
    let at = cx.column_option(&column.name, "not");
    let name = &column.name;
    if sure {
        let message = format!(
            "where the table has rows, PostgreSQL refuses to add {name} without a default: a query before it fails then"
        );
        cx.note(&ADDED_NOT_NULL, at, message);
        return true;
    }
    let message = format!(
        "where the table has rows, PostgreSQL refuses to add {name} without a default; TiDB fills it with the type's zero"
    );
    let found = cx.report(&ADDED_NOT_NULL, at, message);
    (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
    false
}

//! `generated-column`

use crate::diagnostic::rule;
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::{Scope, translate, unguarded};
use crate::passes::types::source_column;
use crate::passes::{Cx, Item, Work};
use crate::syntax::names;
use sqlparser::ast::{
    AlterTableOperation, ColumnDef, ColumnOption, CreateTable, DataType, Expr, GeneratedExpressionMode,
    Ident, ObjectName, Statement,
};

rule! {
    /// A generated column.
    ///
    /// `GENERATED ALWAYS AS (…) STORED` is the same on TiDB; its expression is translated like any other. TiDB can't add
    /// a stored one to a table that is there: it becomes `VIRTUAL`, with the same values, computed when they are read.
    pub GENERATED_COLUMN = "C025", "generated-column", Tables, Exact;
}

rule! {
    /// A generated column whose expression TiDB can't compute.
    ///
    /// The column stays, as a plain one of its type, so that the table and everything that is built on it arrive; but
    /// nothing computes its value any more. It is NULL until a program, or a job, fills it. In CREATE TABLE a NOT NULL
    /// stays: then TiDB rejects rows that bring no value, which shows where programs have to compute it. A column that is
    /// added to a table may be NULL, since there is nothing to fill the rows with that are there.
    pub GENERATED_COLUMN_LEFT_OUT = "C600", "generated-column-left-out", Tables, Lossy;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    for item in &mut work.items {
        let Item::Tree(statement) = item else { continue };
        match statement.as_mut() {
            Statement::CreateTable(create) if create.columns.iter().any(is_generated) => {
                let scope = of_table(cx, create);
                for column in &mut create.columns {
                    generated(cx, column, &scope, false);
                }
            }
            Statement::AlterTable(alter) => {
                let table = alter.name.clone();
                for operation in &mut alter.operations {
                    if let AlterTableOperation::AddColumn { column_def, .. } = operation
                        && is_generated(column_def)
                    {
                        let scope = known(cx, &table);
                        generated(cx, column_def, &scope, true);
                    }
                }
            }
            _ => {}
        }
    }
}

fn is_generated(column: &ColumnDef) -> bool {
    column
        .options
        .iter()
        .any(|o| matches!(o.option, ColumnOption::Generated { generation_expr: Some(_), .. }))
}

/// The columns of a new table with their PostgreSQL types.
pub fn of_table(cx: &Cx<'_>, create: &CreateTable) -> Scope<'static> {
    let postgres = |name: &Ident| source_column(cx, name).map(|column| column.data_type.clone());
    let column = |column: &ColumnDef| {
        let declared = postgres(&column.name).unwrap_or_else(|| column.data_type.clone());
        (names::folded(&column.name), cx.catalog.base_type(&declared).clone())
    };
    Scope::of_columns(cx, create.columns.iter().map(column))
}

/// The columns of a table that is there, and those that this statement adds to it.
pub fn known(cx: &Cx<'_>, table: &ObjectName) -> Scope<'static> {
    let declared = cx.catalog.table(table).map(|table| table.columns.iter());
    let declared = declared.into_iter().flatten().map(|column| (column.name.clone(), &column.pg));
    let operations = match cx.parsed.tree.as_deref() {
        Ok(Statement::AlterTable(alter)) => alter.operations.as_slice(),
        _ => &[],
    };
    let added = operations.iter().filter_map(|operation| match operation {
        AlterTableOperation::AddColumn { column_def, .. } => {
            Some((names::folded(&column_def.name), &column_def.data_type))
        }
        _ => None,
    });
    let base = |(name, declared): (String, &DataType)| (name, cx.catalog.base_type(declared).clone());
    Scope::of_columns(cx, declared.chain(added).map(base))
}

/// Translates the expression; a column that TiDB can't compute becomes a plain one.
fn generated(cx: &mut Cx<'_>, column: &mut ColumnDef, scope: &Scope<'_>, added: bool) {
    let name = column.name.clone();
    let integer = Ty::of(&column.data_type, cx.catalog) == Ty::Int;
    let Some((at, expr, mode)) =
        column.options.iter_mut().enumerate().find_map(|(at, o)| generation(at, &mut o.option))
    else {
        return;
    };
    if let Err(missing) = translate(cx, expr, scope) {
        cx.report(
            &GENERATED_COLUMN_LEFT_OUT,
            missing.span,
            format!("TiDB can't compute {name}, which needs {}: it is a plain column", missing.what),
        )
        .help("fill the column in the program, or write a generated column for TiDB by hand");
        column.options.remove(at);
        if added {
            column.options.retain(|o| o.option != ColumnOption::NotNull);
        }
        return;
    }
    if integer {
        // The column takes no larger number either.
        *expr = unguarded(std::mem::replace(expr, Expr::value(sqlparser::ast::Value::Null)));
    }
    crate::passes::indexes::spell_out_nullif(expr);
    if added && *mode != Some(GeneratedExpressionMode::Virtual) {
        *mode = Some(GeneratedExpressionMode::Virtual);
        let span = cx.column_option(&name, "GENERATED");
        let message = "TiDB can't add a stored generated column: it is computed when it is read";
        cx.note(&GENERATED_COLUMN, span, message);
    }
}

/// The expression of a generated column, and how it is kept.
fn generation(
    at: usize,
    option: &mut ColumnOption,
) -> Option<(usize, &mut Expr, &mut Option<GeneratedExpressionMode>)> {
    match option {
        ColumnOption::Generated { generation_expr: Some(expr), generation_expr_mode, .. } => {
            Some((at, expr, generation_expr_mode))
        }
        _ => None,
    }
}

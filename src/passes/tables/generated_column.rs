//! `generated-column`

use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::expressions::{Scope, translate};
use crate::passes::types::source_column;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{
    AlterTableOperation, ColumnDef, ColumnOption, CreateTable, DataType, GeneratedExpressionMode, Ident,
    ObjectName, Statement,
};

rule! {
    /// A generated column.
    ///
    /// `GENERATED ALWAYS AS (…) STORED` is the same on TiDB; its expression is translated like any other. TiDB can't add
    /// a stored one to a table that is there: it becomes `VIRTUAL`, with the same values, computed when they are read.
    pub GENERATED_COLUMN = "C025", "generated-column", Tables, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut refused = false;
    for item in &mut work.items {
        let Item::Tree(statement) = item else { continue };
        match statement.as_mut() {
            Statement::CreateTable(create) => {
                let scope = of_table(cx, create);
                for column in &mut create.columns {
                    refused |= !generated(cx, column, &scope, false);
                }
            }
            Statement::AlterTable(alter) => {
                let table = alter.name.clone();
                for operation in &mut alter.operations {
                    if let AlterTableOperation::AddColumn { column_def, .. } = operation {
                        let scope = known(cx, &table);
                        refused |= !generated(cx, column_def, &scope, true);
                    }
                }
            }
            _ => {}
        }
    }
    if refused {
        work.verdict = Verdict::Refuse;
    }
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
    let operations = match &cx.parsed.tree {
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

/// Translates the expression; false when it has no translation.
fn generated(cx: &mut Cx<'_>, column: &mut ColumnDef, scope: &Scope<'_>, added: bool) -> bool {
    let name = column.name.clone();
    for option in &mut column.options {
        let ColumnOption::Generated { generation_expr: Some(expr), generation_expr_mode, .. } =
            &mut option.option
        else {
            continue;
        };
        if let Err(missing) = translate(cx, expr, scope) {
            let found = cx.report(
                &GENERATED_COLUMN,
                missing.span,
                format!("the generated column {name} needs {}, which TiDB does not have", missing.what),
            );
            (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
            found.help = Some("compute the value in the program, or generate the column another way".into());
            return false;
        }
        if added && *generation_expr_mode != Some(GeneratedExpressionMode::Virtual) {
            *generation_expr_mode = Some(GeneratedExpressionMode::Virtual);
            let span = cx.column_option(&name, "GENERATED");
            cx.note(
                &GENERATED_COLUMN,
                span,
                "TiDB can't add a stored generated column: it is computed when it is read",
            );
        }
    }
    true
}

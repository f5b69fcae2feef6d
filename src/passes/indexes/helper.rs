//! `index-column`: what TiDB computes in no index is computed in a column of its own.

use super::columns::safe;
use crate::catalog::{Table, generated_name};
use crate::diagnostic::rule;
use crate::passes::Item;
use crate::passes::alter::build;
use crate::passes::rebuild::call;
use crate::syntax::names;
use sqlparser::ast::{
    AlterTableOperation as Op, CastKind, CharacterLength, ColumnDef, ColumnOption, ColumnOptionDef,
    CreateIndex, DataType, Expr, GeneratedAs, GeneratedExpressionMode, Ident, ObjectName, Statement,
};

rule! {
    /// A unique index on an expression that TiDB has no index on.
    ///
    /// The md5 of the expression is a virtual generated column, and the index is on that column. PostgreSQL has no such column: an
    /// application that reads `SELECT *` sees it, and an INSERT without a list of columns fails, since it would have to give it a
    /// value. The statements that are converted together name their columns instead. The column goes with the index.
    pub INDEX_COLUMN = "I012", "index-column", Indexes, Approximate;
}

/// The md5 of an expression, which has one length whatever it is of.
pub fn hashed(expr: Expr) -> Expr {
    let text = Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type: DataType::Char(None),
        format: None,
    };
    call("md5", vec![text])
}

/// The statements that make an index, with columns for what it can't compute.
pub fn creation(mut index: CreateIndex, table: Option<&Table>) -> Vec<Item> {
    let own = index.name.as_ref().and_then(names::last).map(|name| name.value.clone()).unwrap_or_default();
    let mut items = Vec::new();
    let mut made: Vec<String> = Vec::new();
    for column in &mut index.columns {
        let Expr::Nested(inner) = &column.column.expr else { continue };
        if safe(inner).is_ok() {
            continue;
        }
        let taken = |name: &str| {
            made.iter().any(|made| made == name) || table.is_some_and(|table| table.column(name).is_some())
        };
        let name = generated_name(&own, "", "md5", taken);
        let ident = names::ident(&name);
        items.push(build::alter(&index.table_name, vec![added(ident.clone(), inner.as_ref().clone())]));
        made.push(name);
        column.column.expr = Expr::Identifier(ident);
    }
    items.push(Item::tree(Statement::CreateIndex(index)));
    items
}

/// `ADD COLUMN name CHAR(32) GENERATED ALWAYS AS (expression) VIRTUAL`: none that is stored can be added later.
fn added(name: Ident, expr: Expr) -> Op {
    let generated = ColumnOption::Generated {
        generated_as: GeneratedAs::Always,
        sequence_options: None,
        generation_expr: Some(expr),
        generation_expr_mode: Some(GeneratedExpressionMode::Virtual),
        generated_keyword: true,
    };
    let length = CharacterLength::IntegerLength { length: 32, unit: None };
    Op::AddColumn {
        column_keyword: true,
        if_not_exists: false,
        column_def: ColumnDef {
            name,
            data_type: DataType::Char(Some(length)),
            options: vec![ColumnOptionDef { name: None, option: generated }],
        },
        column_position: None,
    }
}

/// The statements that drop the columns of an index, which comes before.
pub fn dropped(table: &ObjectName, columns: &[String]) -> impl Iterator<Item = Item> {
    columns.iter().map(|column| build::alter(table, vec![build::drop_column(names::ident(column))]))
}

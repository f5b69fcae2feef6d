//! Statements that passes make: one ALTER TABLE action, a column restated.

use crate::catalog::{Column, Table};
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    AlterTable, AlterTableOperation, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, Statement,
};

/// `ALTER TABLE name …` with one action.
pub fn alter_table(name: &ObjectName, operation: AlterTableOperation) -> Statement {
    Statement::AlterTable(AlterTable {
        name: name.clone(),
        if_exists: false,
        only: false,
        operations: vec![operation],
        location: None,
        on_cluster: None,
        table_type: None,
        end_token: AttachedToken::empty(),
    })
}

/// `MODIFY COLUMN` with another type and everything else that the column says. Keys and checks stay without being said again.
pub fn modify_column(table: &Table, column: &Column, data_type: DataType) -> Statement {
    let options = super::alter::restated(&column.options);
    let col_name = column.ident.clone();
    alter_table(
        &table.tidb_name,
        AlterTableOperation::ModifyColumn { col_name, data_type, options, column_position: None },
    )
}

/// A call of a function of TiDB's.
pub fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

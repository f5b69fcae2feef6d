//! Statements that a change needs beside the author's own.

use crate::catalog::says_nonclustered;
use crate::passes::Item;
use crate::passes::rebuild::call;
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    AlterTable, AlterTableOperation as Op, ColumnOption, DataType, DropBehavior, Expr, Ident, IndexColumn,
    ObjectName, PrimaryKeyConstraint, Statement, TableConstraint, TimezoneInfo, Value,
};

/// `ALTER TABLE name …`.
pub fn alter_table(name: &ObjectName, operations: Vec<Op>) -> AlterTable {
    AlterTable {
        name: name.clone(),
        if_exists: false,
        only: false,
        operations,
        location: None,
        on_cluster: None,
        table_type: None,
        end_token: AttachedToken::empty(),
    }
}

/// `ALTER TABLE name …` as an item of the work.
pub fn alter(name: &ObjectName, operations: Vec<Op>) -> Item {
    Item::tree(Statement::AlterTable(alter_table(name, operations)))
}

/// `MODIFY COLUMN` with the whole definition.
pub fn modify(column: &crate::catalog::Column) -> Op {
    Op::ModifyColumn {
        col_name: column.ident.clone(),
        data_type: column.tidb.clone(),
        options: restated(&column.options)
            .into_iter()
            .filter_map(|option| fitting(&column.tidb, option))
            .collect(),
        column_position: None,
    }
}

/// `ON UPDATE CURRENT_TIMESTAMP` must have the digits of its column.
fn fitting(data_type: &DataType, option: ColumnOption) -> Option<ColumnOption> {
    let ColumnOption::OnUpdate(_) = option else { return Some(option) };
    let digits = match data_type {
        DataType::Datetime(digits) | DataType::Timestamp(digits, TimezoneInfo::None) => digits.unwrap_or(0),
        _ => return None,
    };
    let precision = Expr::Value(Value::Number(digits.to_string(), false).into());
    let arguments = if digits == 0 { Vec::new() } else { vec![precision] };
    Some(ColumnOption::OnUpdate(call("CURRENT_TIMESTAMP", arguments)))
}

/// What MODIFY COLUMN must say again: keys and constraints stay without it, and may not be said.
pub fn restated(options: &[ColumnOption]) -> Vec<ColumnOption> {
    let constraint = |option: &ColumnOption| {
        matches!(
            option,
            ColumnOption::PrimaryKey(_)
                | ColumnOption::Unique(_)
                | ColumnOption::Check(_)
                | ColumnOption::ForeignKey(_)
                | ColumnOption::Null
        ) || says_nonclustered(option)
    };
    options.iter().filter(|option| !constraint(option)).cloned().collect()
}

/// `ADD PRIMARY KEY (…)`.
pub fn primary_key(columns: Vec<IndexColumn>) -> Op {
    let key = PrimaryKeyConstraint {
        name: None,
        index_name: None,
        index_type: None,
        columns,
        include: Vec::new(),
        index_options: Vec::new(),
        characteristics: None,
    };
    Op::AddConstraint { constraint: TableConstraint::PrimaryKey(key), not_valid: false }
}

/// `ALTER TABLE … ADD` of a constraint.
pub fn add_constraint(table: &ObjectName, constraint: TableConstraint) -> Item {
    alter(table, vec![Op::AddConstraint { constraint, not_valid: false }])
}

pub fn drop_foreign_key(name: Ident) -> Op {
    Op::DropForeignKey { name, drop_behavior: None }
}

pub fn drop_check(name: Ident) -> Op {
    Op::DropConstraint { if_exists: false, name, drop_behavior: None::<DropBehavior> }
}

pub fn drop_column(name: Ident) -> Op {
    Op::DropColumn {
        has_column_keyword: true,
        column_names: vec![name],
        if_exists: false,
        drop_behavior: None,
    }
}

//! ALTER TABLE.

use super::{Checked, columns, exprs, names, none_of, refuse, types};
use crate::passes::Cx;
use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation as Action, Ident, RenameTableNameKind,
};

pub fn table(cx: &Cx<'_>, alter: &AlterTable) -> Checked {
    let AlterTable { name, if_exists, only, operations, location, on_cluster, table_type, end_token: _ } =
        alter;
    names::object(cx, name)?;
    let said = [
        (*if_exists, "IF EXISTS"),
        (*only, "ONLY"),
        (location.is_some(), "LOCATION"),
        (on_cluster.is_some(), "ON CLUSTER"),
        (table_type.is_some(), "a kind of table"),
    ];
    none_of(cx, &said, "ALTER TABLE")?;
    operations.iter().enumerate().try_for_each(|(n, action)| self::action(cx, n, action))
}

fn action(cx: &Cx<'_>, n: usize, action: &Action) -> Checked {
    let ident = |name: &Ident| names::ident(cx, name);
    match action {
        Action::AddColumn { column_keyword: _, if_not_exists: _, column_def, column_position: _ } => {
            columns::column(cx, column_def)
        }
        Action::AddConstraint { constraint, not_valid } => {
            if *not_valid {
                return refuse(cx.action(n), "NOT VALID");
            }
            columns::constraint(cx, constraint)
        }
        Action::DropColumn { has_column_keyword: _, column_names, if_exists: _, drop_behavior: _ } => {
            column_names.iter().try_for_each(ident)
        }
        Action::ModifyColumn { col_name, data_type, options, column_position: _ } => {
            if !types::is_known(data_type) {
                return refuse(cx.column_type(col_name), format!("the type {data_type}"));
            }
            options.iter().try_for_each(|option| columns::option(cx, col_name, option))
        }
        Action::ChangeColumn { old_name: _, new_name, data_type, options, column_position: _ } => {
            if !types::is_known(data_type) {
                return refuse(cx.action(n), format!("the type {data_type}"));
            }
            ident(new_name)?;
            options.iter().try_for_each(|option| columns::option(cx, new_name, option))
        }
        Action::RenameColumn { old_column_name: _, new_column_name } => ident(new_column_name),
        Action::RenameTable { table_name: RenameTableNameKind::To(name) | RenameTableNameKind::As(name) } => {
            names::object(cx, name)
        }
        Action::AlterColumn { column_name: _, op } => match op {
            AlterColumnOperation::SetDefault { value } => exprs::check(cx, value),
            AlterColumnOperation::DropDefault => Ok(()),
            AlterColumnOperation::SetNotNull
            | AlterColumnOperation::DropNotNull
            | AlterColumnOperation::SetDataType { .. }
            | AlterColumnOperation::AddGenerated { .. } => {
                refuse(cx.action(n), format!("ALTER COLUMN … {}", first_words(&op.to_string())))
            }
        },
        Action::DropConstraint { if_exists: false, name: _, drop_behavior: None }
        | Action::DropPrimaryKey { drop_behavior: None }
        | Action::DropForeignKey { name: _, drop_behavior: None }
        | Action::DropIndex { name: _ }
        | Action::AutoIncrement { equals: _, value: _ } => Ok(()),
        // TiDB's partitions are given as text.
        other => refuse(cx.action(n), format!("ALTER TABLE … {}", first_words(&other.to_string()))),
    }
}

/// What kind of action it is.
fn first_words(text: &str) -> String {
    text.split_whitespace()
        .take_while(|word| word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        .collect::<Vec<_>>()
        .join(" ")
}

//! Changes to what exists.

pub mod actions;
mod add_column;
pub mod build;
mod change;
mod column;
mod constraint;
mod conversion;
mod drop_column;
mod kinds;
mod linked;
mod no_effect;
mod rebuilt;
mod rename;
pub mod renamed;
mod state;
mod unread;
mod using;
mod views;

pub use actions::{MISSING_TABLE, TEMPORARY_CHANGE, is_temporary, refuse_missing};
pub use build::restated;
pub use change::pass as change;
pub use column::{UNDECLARED_COLUMN, auto_increment};
pub use constraint::{CHECKS, key_columns};
pub use conversion::TYPE_BLOCKED;
pub use kinds::{grows_in_key, is_lob};
pub use no_effect::STORAGE_SETTING;
pub use rebuilt::pass as rebuilt_indexes;
pub use state::State;
pub use unread::unread;
pub use views::of_table as renamed_in_views;

use crate::catalog::{Column, Constraint, Index, Name, Table};
use crate::diagnostic::Rule;
use crate::passes::Item;
use sqlparser::ast::{Ident, ObjectName};

/// `ALTER TABLE … DROP FOREIGN KEY …`, where TiDB has the key.
pub fn drop_foreign_key_of(table: &Table, key: &Constraint) -> Option<Item> {
    Some(build::alter(&table.tidb_name, vec![build::drop_foreign_key(state::tidb_ident(key)?)]))
}

/// `ALTER TABLE … DROP COLUMN … CASCADE` with all that goes along; `Err` where it is refused.
pub fn drop_column_of(
    cx: &mut crate::passes::Cx<'_>,
    table: &ObjectName,
    column: &Ident,
) -> Result<Vec<Item>, ()> {
    let written = cx.catalog.table(table).map_or_else(|| table.clone(), |table| table.tidb_name.clone());
    let mut state = State::of(cx, table, &written);
    let drop = sqlparser::ast::AlterTableOperation::DropColumn {
        has_column_keyword: true,
        column_names: vec![Ident { span: sqlparser::tokenizer::Span::empty(), ..column.clone() }],
        if_exists: false,
        drop_behavior: Some(sqlparser::ast::DropBehavior::Cascade),
    };
    drop_column::change(cx, &mut state, &build::alter_table(&written, vec![drop]))
}

/// A table that no file of the run declares.
pub fn undeclared(name: &ObjectName) -> Table {
    Table {
        name: Name::of(name),
        tidb_name: name.clone(),
        columns: Vec::new(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        missing: None,
        temporary: false,
        partitioning: None,
        part_of: None,
        parents: Vec::new(),
        clustered: false,
        explicit_ids: false,
        triggers: Vec::new(),
    }
}

/// The index that a foreign key needs once this one is gone.
pub fn stand_in_for(table: &Table, index: &Index) -> Vec<Item> {
    constraint::stand_in(table, &index.name, &index.columns, &table.tidb_name)
}

/// `ALTER TABLE … MODIFY COLUMN …` with the whole definition.
pub fn modify(table: &ObjectName, column: &Column) -> Item {
    build::alter(table, vec![build::modify(column)])
}

/// `ALTER TABLE … COMMENT = '…'`.
pub fn table_comment(table: &ObjectName, comment: &str) -> Item {
    Item::Text(format!("ALTER TABLE {table} COMMENT = '{}'", comment.replace('\'', "''")))
}

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &actions::SEVERAL_ACTIONS,
    &actions::ALTER_IF_EXISTS,
    &actions::MISSING_TABLE,
    &no_effect::OWNER,
    &no_effect::STORAGE_SETTING,
    &no_effect::TRIGGER_SWITCH,
    &no_effect::ROW_SECURITY,
    &add_column::ADDED_CONSTRAINT,
    &add_column::ADDED_NOT_NULL,
    &add_column::ADDED_EXPRESSION_DEFAULT,
    &column::COLUMN_CHANGE,
    &column::UNDECLARED_COLUMN,
    &conversion::TYPE_CONVERSION,
    &conversion::TYPE_USING,
    &conversion::TYPE_BLOCKED,
    &drop_column::COLUMN_DEPENDENTS,
    &drop_column::DROP_KEY_COLUMN,
    &rename::RENAME_COLUMN,
    &rename::RENAME_CONSTRAINT,
    &constraint::DROP_CONSTRAINT,
    &constraint::UNDECLARED_CONSTRAINT,
    &constraint::DROP_PRIMARY_KEY,
    &constraint::NOT_VALID,
    &constraint::USING_INDEX,
    &conversion::REKEYED,
    &views::RENAMED_IN_VIEW,
    &views::RENAME_BLOCKED_BY_VIEW,
    &rebuilt::REBUILT_INDEX,
    &actions::TEMPORARY_CHANGE,
];

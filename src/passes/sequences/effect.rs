//! What a statement about a sequence changes in the catalog.

use crate::catalog::{Catalog, Name, Sequence, makes_ids};
use sqlparser::ast::{ColumnOption, DataType};

/// One change, made after the statement is planned.
#[derive(Debug, Clone)]
pub enum Effect {
    Set(Name, Sequence),
    Rename(Name, Name, Sequence),
    /// A column's definition on TiDB.
    Column {
        table: Name,
        column: String,
        tidb: DataType,
        options: Vec<ColumnOption>,
    },
    /// An identity refuses explicit values, or takes them.
    Generated {
        table: Name,
        column: String,
        always: bool,
    },
}

impl Effect {
    pub fn apply(self, catalog: &mut Catalog) {
        match self {
            Effect::Set(name, sequence) => catalog.set_sequence(name, sequence),
            Effect::Rename(old, new, sequence) => {
                catalog.drop_sequence(&old);
                catalog.set_sequence(new, sequence);
            }
            Effect::Column { table, column, tidb, options } => {
                if let Some(column) = catalog.table_mut(&table).and_then(|table| table.column_mut(&column)) {
                    // DROP IDENTITY leaves neither.
                    let numbers = |o: &ColumnOption| makes_ids(o) || matches!(o, ColumnOption::Default(_));
                    column.always &= options.iter().any(numbers);
                    (column.tidb, column.options) = (tidb, options);
                }
            }
            Effect::Generated { table, column, always } => {
                if let Some(column) = catalog.table_mut(&table).and_then(|table| table.column_mut(&column)) {
                    column.always = always;
                }
            }
        }
    }
}

//! Primary keys that TiDB can drop: those it does not store the rows by.

use sqlparser::ast::{ColumnOption, CreateTable, IndexOption, IndexType, TableConstraint};

/// What the option of a table's primary key says, for which sqlparser has no form. The mark keeps it apart from all
/// that a script can say.
pub const NONCLUSTERED: &str = "\u{1}NONCLUSTERED";

/// Whether a written table's primary key is NONCLUSTERED.
pub fn is_nonclustered(create: &CreateTable) -> bool {
    let options = create.columns.iter().flat_map(|column| &column.options);
    options.map(|option| &option.option).any(says_nonclustered)
        || create.constraints.iter().any(|constraint| {
            match constraint {
            TableConstraint::PrimaryKey(key) => key.index_options.iter().any(|option| {
                matches!(option, IndexOption::Using(IndexType::Custom(word)) if word.value == NONCLUSTERED)
            }),
            _ => false,
        }
        })
}

/// Whether it is the word after a column's PRIMARY KEY.
pub fn says_nonclustered(option: &ColumnOption) -> bool {
    match option {
        ColumnOption::DialectSpecific(tokens) => tokens.iter().any(|t| t.to_string() == "NONCLUSTERED"),
        _ => false,
    }
}

/// A printed statement with the option as TiDB reads it.
pub fn with_clustering(printed: String) -> String {
    match printed.contains(NONCLUSTERED) {
        true => printed.replace(&format!("USING {NONCLUSTERED}"), "NONCLUSTERED"),
        false => printed,
    }
}

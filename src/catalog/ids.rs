//! Ids that a table makes itself: which columns refuse others, and whether rows have brought their own.

use super::{Catalog, Name};
use crate::syntax::names;
use sqlparser::ast::{
    AssignmentTarget, ColumnOption, Expr, GeneratedAs, Insert, ObjectName, Query, SetExpr, Statement,
    TableFactor, TableObject, Update,
};
use sqlparser::tokenizer::Token;

/// GENERATED ALWAYS AS IDENTITY.
pub(super) fn always(option: &ColumnOption) -> bool {
    matches!(option, ColumnOption::Generated { generated_as: GeneratedAs::Always, generation_expr: None, .. })
}

/// Whether TiDB makes an id where a column with this option gets no value.
pub fn makes_ids(option: &ColumnOption) -> bool {
    match option {
        ColumnOption::DialectSpecific(tokens) => {
            matches!(tokens.first(), Some(Token::Word(word)) if word.value.starts_with("AUTO_"))
        }
        _ => false,
    }
}

impl Catalog {
    /// Notes rows that bring ids which the table would have made.
    pub(super) fn insert(&mut self, insert: &Insert) {
        let TableObject::TableName(name) = &insert.table else { return };
        let name = Name::of(name);
        let Some(table) = self.tables.get(&name) else { return };
        if table.explicit_ids {
            return;
        }
        let Some(at) = table.columns.iter().position(|column| column.options.iter().any(makes_ids)) else {
            return;
        };
        let column = &table.columns[at].name;
        let place = match insert.columns.is_empty() {
            true => Some(at),
            false => insert
                .columns
                .iter()
                .position(|c| names::last(c).is_some_and(|c| names::folded(c) == *column)),
        };
        let brought =
            place.is_some_and(|place| insert.source.as_deref().is_some_and(|rows| brings(rows, place)));
        if brought && let Some(table) = self.table_mut(&name) {
            table.explicit_ids = true;
        }
    }

    /// TiDB counts on from an id that an UPDATE has set.
    pub(super) fn update(&mut self, update: &Update) {
        let TableFactor::Table { name, .. } = &update.table.relation else { return };
        let name = Name::of(name);
        let Some(table) = self.tables.get(&name).filter(|table| !table.explicit_ids) else { return };
        let Some(column) = table.columns.iter().find(|column| column.options.iter().any(makes_ids)) else {
            return;
        };
        let is_id =
            |name: &ObjectName| names::last(name).is_some_and(|last| names::folded(last) == column.name);
        let sets = update.assignments.iter().any(|assignment| match &assignment.target {
            AssignmentTarget::ColumnName(name) => is_id(name),
            AssignmentTarget::Tuple(names) => names.iter().any(is_id),
        });
        if sets && let Some(table) = self.table_mut(&name) {
            table.explicit_ids = true;
        }
    }

    /// A query that calls setval brings sequences up to the ids that are there.
    pub(super) fn query(&mut self, statement: &Statement) {
        let named: Vec<Name> =
            self.tables.values().filter(|table| table.explicit_ids).map(|table| table.name.clone()).collect();
        if !named.is_empty() && statement.to_string().to_ascii_lowercase().contains("setval") {
            for name in named {
                if let Some(table) = self.table_mut(&name) {
                    table.explicit_ids = false;
                }
            }
        }
    }
}

/// Whether rows have a value of their own in this place.
fn brings(rows: &Query, place: usize) -> bool {
    let SetExpr::Values(values) = rows.body.as_ref() else { return true };
    // The sequence's own next number is what the table would have made.
    let own = |expr: &Expr| match expr {
        Expr::Identifier(ident) => !ident.value.eq_ignore_ascii_case("default"),
        Expr::Function(function) => {
            names::last(&function.name).is_none_or(|name| names::folded(name) != "nextval")
        }
        _ => true,
    };
    values.rows.iter().any(|row| row.content.get(place).is_some_and(own))
}

//! Sequences: what stands for each on TiDB, and the column it belongs to.

use super::{Catalog, Name, generated_name};
use crate::syntax::names;
use sqlparser::ast::{ColumnDef, ColumnOption, GeneratedAs, Ident, ObjectName, Statement};
use std::sync::Arc;

/// What stands on TiDB for a sequence.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// The counter of its column, which is AUTO_INCREMENT.
    Counter,
    /// A sequence of TiDB's, under this name.
    Sequence(ObjectName),
    /// Nothing, and why.
    Missing(String),
}

/// A sequence as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    pub place: Place,
    /// The table and the column, folded, that it is dropped with.
    pub owner: Option<(Name, String)>,
    pub start: i128,
    pub increment: i128,
}

impl Sequence {
    /// The counter of a column.
    pub fn counter(table: &Name, column: &str) -> Sequence {
        Sequence {
            place: Place::Counter,
            owner: Some((table.clone(), column.to_string())),
            start: 1,
            increment: 1,
        }
    }

    pub fn belongs_to(&self, table: &Name, column: &str) -> bool {
        self.owner.as_ref().is_some_and(|(owner, of)| owner == table && of.eq_ignore_ascii_case(column))
    }
}

impl Catalog {
    pub fn sequence(&self, name: &Name) -> Option<&Sequence> {
        self.sequences.get(name).map(Arc::as_ref)
    }

    /// The sequence behind a column.
    pub fn sequence_of(&self, table: &Name, column: &str) -> Option<(&Name, &Sequence)> {
        let mut all = self.sequences.iter().map(|(name, sequence)| (name, sequence.as_ref()));
        all.find(|(_, sequence)| sequence.belongs_to(table, column))
    }

    /// The sequences that are dropped with a table.
    pub fn sequences_of<'c>(&'c self, table: &'c Name) -> impl Iterator<Item = (&'c Name, &'c Sequence)> {
        let all = self.sequences.iter().map(|(name, sequence)| (name, sequence.as_ref()));
        all.filter(move |(_, sequence)| sequence.owner.as_ref().is_some_and(|(owner, _)| owner == table))
    }

    pub fn set_sequence(&mut self, name: Name, sequence: Sequence) {
        self.sequences.insert(name, Arc::new(sequence));
    }

    pub fn drop_sequence(&mut self, name: &Name) -> Option<Arc<Sequence>> {
        self.sequences.remove(name)
    }

    /// The sequence of a numbered column has a name of its own, not the one that PostgreSQL makes up.
    pub fn name_counter(&mut self, name: Name, table: &Name, column: &str) {
        self.sequences.retain(|_, sequence| !sequence.belongs_to(table, column));
        self.set_sequence(name, Sequence::counter(table, column));
    }

    /// Notes the sequence that PostgreSQL makes for a serial or an identity column.
    pub(super) fn number_column(&mut self, table: &Name, column: &ColumnDef, translated: &[&Statement]) {
        if !is_numbered(column) {
            return;
        }
        let folded = names::folded(&column.name);
        let schema = table.schema.clone();
        let taken = |name: &str| {
            let name = Name { schema: schema.clone(), name: name.to_string() };
            self.sequences.contains_key(&name) || self.tables.contains_key(&name)
        };
        let own = Name { schema: schema.clone(), name: generated_name(&table.name, &folded, "seq", taken) };
        let made = translated.iter().find_map(|statement| match statement {
            Statement::CreateSequence { name, .. } if Name::of(name).name == own.name => Some(name.clone()),
            _ => None,
        });
        let place = match made {
            Some(name) => Place::Sequence(name),
            None if translated.is_empty() => Place::Missing("its table is not on TiDB".into()),
            None => Place::Counter,
        };
        self.set_sequence(own, Sequence { place, ..Sequence::counter(table, &folded) });
    }

    /// Drops the sequences that belong to a table, or to one of its columns.
    pub(super) fn drop_sequences_of(&mut self, table: &Name, column: Option<&str>) {
        self.sequences.retain(|_, sequence| match column {
            Some(column) => !sequence.belongs_to(table, column),
            None => sequence.owner.as_ref().is_none_or(|(owner, _)| owner != table),
        });
    }

    /// Follows a new name of a table or of a column.
    pub(super) fn rename_owner(&mut self, old: &Name, new: &Name, column: Option<(&Ident, &Ident)>) {
        for sequence in self.sequences.values_mut() {
            let Some((owner, of)) = &sequence.owner else { continue };
            if owner != old {
                continue;
            }
            let of = match column {
                Some((from, to)) if names::folded(from) == *of => names::folded(to),
                _ => of.clone(),
            };
            Arc::make_mut(sequence).owner = Some((new.clone(), of));
        }
    }
}

/// Whether PostgreSQL makes a sequence for the column.
fn is_numbered(column: &ColumnDef) -> bool {
    let identity = |option: &ColumnOption| {
        matches!(
            option,
            ColumnOption::Generated {
                generation_expr: None,
                generated_as: GeneratedAs::Always | GeneratedAs::ByDefault,
                ..
            }
        )
    };
    let serial = || {
        let name = column.data_type.to_string().to_ascii_lowercase();
        ["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"].contains(&name.as_str())
    };
    column.options.iter().any(|option| identity(&option.option))
        || matches!(column.data_type, sqlparser::ast::DataType::Custom(..)) && serial()
}

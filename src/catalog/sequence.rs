//! Sequences: what stands for each on TiDB, and the column it belongs to.

use super::{Catalog, Name, generated_name};
use crate::syntax::names;
use sqlparser::ast::{ColumnDef, ColumnOption, GeneratedAs, Ident, ObjectName, SequenceOptions, Statement};
use std::collections::{BTreeMap, BTreeSet};
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

/// All sequences, found by their names and by the tables that they belong to.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequences {
    named: BTreeMap<Name, Arc<Sequence>>,
    owned: BTreeMap<Name, BTreeSet<Name>>,
}

impl Sequences {
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        self.named.keys()
    }

    fn of(&self, table: &Name) -> impl Iterator<Item = (&Name, &Sequence)> {
        let names = self.owned.get(table).into_iter().flatten();
        names.filter_map(|name| self.named.get_key_value(name)).map(|(name, found)| (name, found.as_ref()))
    }

    fn set(&mut self, name: Name, sequence: Sequence) {
        self.remove(&name);
        if let Some((table, _)) = &sequence.owner {
            self.owned.entry(table.clone()).or_default().insert(name.clone());
        }
        self.named.insert(name, Arc::new(sequence));
    }

    fn remove(&mut self, name: &Name) -> Option<Arc<Sequence>> {
        let removed = self.named.remove(name)?;
        if let Some((table, _)) = &removed.owner
            && let Some(names) = self.owned.get_mut(table)
        {
            names.remove(name);
            if names.is_empty() {
                self.owned.remove(table);
            }
        }
        Some(removed)
    }

    /// Removes the sequences of a table for which `which` holds.
    fn remove_of(&mut self, table: &Name, which: impl Fn(&Sequence) -> bool) {
        let gone: Vec<Name> =
            self.of(table).filter(|(_, found)| which(found)).map(|(name, _)| name.clone()).collect();
        gone.iter().for_each(|name| _ = self.remove(name));
    }

    pub(super) fn drop_schema(&mut self, schema: &str) {
        let gone: Vec<Name> = self.names().filter(|name| name.schema == schema).cloned().collect();
        gone.iter().for_each(|name| _ = self.remove(name));
    }
}

impl Catalog {
    pub fn sequence(&self, name: &Name) -> Option<&Sequence> {
        self.sequences.named.get(name).map(Arc::as_ref)
    }

    /// The sequence behind a column.
    pub fn sequence_of(&self, table: &Name, column: &str) -> Option<(&Name, &Sequence)> {
        self.sequences.of(table).find(|(_, sequence)| sequence.belongs_to(table, column))
    }

    /// The sequences that are dropped with a table.
    pub fn sequences_of(&self, table: &Name) -> impl Iterator<Item = (&Name, &Sequence)> {
        self.sequences.of(table)
    }

    pub fn set_sequence(&mut self, name: Name, sequence: Sequence) {
        self.sequences.set(name, sequence);
    }

    pub fn drop_sequence(&mut self, name: &Name) -> Option<Arc<Sequence>> {
        self.sequences.remove(name)
    }

    /// The sequence of a numbered column has a name of its own, not the one that PostgreSQL makes up.
    pub fn name_counter(&mut self, name: Name, table: &Name, column: &str) {
        self.sequences.remove_of(table, |sequence| sequence.belongs_to(table, column));
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
            self.sequence(&name).is_some() || self.tables.contains_key(&name)
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
        let counter = Sequence::counter(table, &folded);
        let start = identity_start(column).unwrap_or(counter.start);
        self.set_sequence(own, Sequence { place, start, ..counter });
    }

    /// Drops the sequences that belong to a table, or to one of its columns.
    pub(super) fn drop_sequences_of(&mut self, table: &Name, column: Option<&str>) {
        self.sequences
            .remove_of(table, |sequence| column.is_none_or(|column| sequence.belongs_to(table, column)));
    }

    /// Follows a new name of a table or of a column.
    pub(super) fn rename_owner(&mut self, old: &Name, new: &Name, column: Option<(&Ident, &Ident)>) {
        let owned: Vec<(Name, Sequence)> =
            self.sequences.of(old).map(|(name, sequence)| (name.clone(), sequence.clone())).collect();
        for (name, mut sequence) in owned {
            if let Some((owner, of)) = &mut sequence.owner {
                owner.clone_from(new);
                if let Some((from, to)) = column
                    && names::folded(from) == *of
                {
                    *of = names::folded(to);
                }
            }
            self.set_sequence(name, sequence);
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

/// What `GENERATED … AS IDENTITY (START WITH 10)` says.
fn identity_start(column: &ColumnDef) -> Option<i128> {
    let options = column.options.iter().find_map(|option| match &option.option {
        ColumnOption::Generated { sequence_options, .. } => sequence_options.as_ref(),
        _ => None,
    });
    options?.iter().find_map(|option| match option {
        SequenceOptions::StartWith(start, _) => start.to_string().replace(' ', "").parse().ok(),
        _ => None,
    })
}

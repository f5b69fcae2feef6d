//! Which of what is said later can be folded without a difference.

use super::scan::{Counting, Created, Said, Scanned};
use super::{Change, Folds, Gone, RowsLog, Taken};
use crate::catalog::{Catalog, Name, generated_name};
use crate::syntax::sequence::Options;
use std::collections::BTreeMap;

pub fn decide(scanned: Scanned, rows: &RowsLog, catalog: &Catalog) -> Folds {
    let mut decide =
        Decide { scanned: &scanned, rows, catalog, folds: Folds::default(), numbered: BTreeMap::new() };
    let keys = decide.keys();
    decide.identities();
    decide.sequences(&keys);
    decide.comments();
    decide.folds
}

struct Decide<'s> {
    scanned: &'s Scanned,
    rows: &'s RowsLog,
    catalog: &'s Catalog,
    folds: Folds,
    /// The column that numbers the rows of a created table.
    numbered: BTreeMap<usize, String>,
}

impl<'s> Decide<'s> {
    /// Whether nothing between the CREATE TABLE and a later statement could make a difference.
    fn undisturbed(&self, created: &Created, at: usize) -> bool {
        let opaque = self.scanned.opaque.iter().any(|&other| other > created.at && other < at);
        at < created.until
            && !opaque
            && !self.rows.changes(&created.table, created.at, at)
            && self.catalog.table_named(&created.table).is_none()
    }

    fn fold(&mut self, created: &Created, change: Option<Change>, gone: impl IntoIterator<Item = usize>) {
        let message = format!("CREATE TABLE {} says it", shown(&created.table));
        if let Some(change) = change {
            let taken = Taken { table: created.table.clone(), changes: Vec::new() };
            self.folds.into.entry(created.at).or_insert(taken).changes.push(change);
        }
        for at in gone {
            self.folds.gone.insert(at, Gone { table: created.table.clone(), message: message.clone() });
        }
    }

    /// Primary keys that are added later; the key of each created table.
    fn keys(&mut self) -> BTreeMap<usize, Vec<String>> {
        let scanned = self.scanned;
        let mut keys: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (place, created) in scanned.created.iter().enumerate() {
            keys.extend(created.key.clone().map(|key| (place, key)));
        }
        for later in &scanned.later {
            let Said::Key(constraint, columns) = &later.what else { continue };
            let created = &scanned.created[later.created];
            let known = columns.iter().all(|c| created.columns.iter().any(|column| column.name == *c));
            if !known
                || created.undone
                || keys.contains_key(&later.created)
                || !self.undisturbed(created, later.at)
            {
                continue;
            }
            keys.insert(later.created, columns.clone());
            self.fold(created, Some(Change::Key(constraint.as_ref().clone())), [later.at]);
        }
        keys
    }

    /// Whether a column of a created table can become the one that numbers its rows.
    fn may_number(&self, place: usize, name: &str, keys: Option<&Vec<String>>) -> bool {
        let created = &self.scanned.created[place];
        let Some(column) = created.columns.iter().find(|column| column.name == name) else { return false };
        let not_null = column.not_null || keys.is_some_and(|key| key.iter().any(|c| c == name));
        column.integer
            && not_null
            && !created.columns.iter().any(|column| column.numbered)
            && !self.numbered.contains_key(&place)
            && self.catalog.table_named(&created.table).is_none()
    }

    fn identities(&mut self) {
        let scanned = self.scanned;
        for later in &scanned.later {
            let Said::Identity { column, always, options } = &later.what else { continue };
            let created = &scanned.created[later.created];
            let Some(start) = counts_up(options) else { continue };
            let default = created.columns.iter().any(|c| c.name == *column && c.counts.is_some());
            if default
                || !self.may_number(later.created, column, None)
                || !self.undisturbed(created, later.at)
                || self.rows.leaves_out(&created.table, column, created.at, later.at)
            {
                continue;
            }
            let sequence = match &options.name {
                Some(name) => Name::of(name),
                None => Name::new(
                    &created.table.schema,
                    &generated_name(&created.table.name, column, "seq", |_| false),
                ),
            };
            let counting = scanned.sequences.get(&sequence);
            let (start, sets) = self.start(created, column, start, counting);
            let change = Change::Numbered { column: column.clone(), sequence, start, always: *always };
            self.numbered.insert(later.created, column.clone());
            self.fold(created, Some(change), sets.into_iter().chain([later.at]));
        }
    }

    /// Sequences that do nothing but number the rows of one column.
    fn sequences(&mut self, keys: &BTreeMap<usize, Vec<String>>) {
        let scanned = self.scanned;
        for (name, counting) in &scanned.sequences {
            let Some(at) = counting.at else { continue };
            let Some((place, column, default)) = self.only_user(name) else { continue };
            let created = &scanned.created[place];
            let key = keys.get(&place);
            let owns = match &counting.owner {
                Some((table, of)) => *table == created.table && *of == column,
                None => {
                    key.is_some_and(|key| *key == [column.clone()])
                        || scanned.keyed.contains(&(created.table.clone(), column.clone()))
                }
            };
            let Some(start) = counts_up(&counting.options) else { continue };
            if !owns
                || counting.changed
                || self.catalog.sequence(name).is_some()
                || !self.may_number(place, &column, key)
            {
                continue;
            }
            if let Some(default) = default
                && (!self.undisturbed(created, default)
                    || self.rows.leaves_out(&created.table, &column, created.at, default))
            {
                continue;
            }
            let (start, sets) = self.start(created, &column, start, Some(counting));
            let change =
                Change::Numbered { column: column.clone(), sequence: name.clone(), start, always: false };
            self.numbered.insert(place, column);
            let gone = counting.owned.iter().chain(&counting.idle).copied();
            let gone: Vec<usize> = gone.chain([at]).chain(default).chain(sets).collect();
            self.fold(created, Some(change), gone);
        }
    }

    /// The only column whose default takes from a sequence, with the statement that gave it this default later.
    fn only_user(&self, name: &Name) -> Option<(usize, String, Option<usize>)> {
        let scanned = self.scanned;
        if scanned.calls.get(name) != Some(&1) {
            return None;
        }
        let inline = scanned.created.iter().enumerate().find_map(|(place, created)| {
            let column = created.columns.iter().find(|column| column.counts.as_ref() == Some(name))?;
            Some((place, column.name.clone(), None))
        });
        inline.or_else(|| {
            scanned.later.iter().find_map(|later| match &later.what {
                Said::Default { column, sequence } if sequence == name => {
                    Some((later.created, column.clone(), Some(later.at)))
                }
                _ => None,
            })
        })
    }

    /// The first number after what setval says in the file, and the statements that say it.
    fn start(
        &self,
        created: &Created,
        column: &str,
        start: i128,
        counting: Option<&Counting>,
    ) -> (i128, Vec<usize>) {
        let sets = counting.map_or(&[][..], |counting| &counting.set);
        let Some(&(last, next)) = sets.last() else { return (start, Vec::new()) };
        let first = sets.iter().map(|(at, _)| *at).min().unwrap_or(last);
        let quiet = first > created.at
            && next >= 1
            && self.undisturbed(created, last)
            && !self.rows.leaves_out(&created.table, column, created.at, last);
        match quiet {
            true => (next, sets.iter().map(|(at, _)| *at).collect()),
            false => (start, Vec::new()),
        }
    }

    fn comments(&mut self) {
        let scanned = self.scanned;
        let target = |said: &'s Said| match said {
            Said::TableComment(_) => Some(None),
            Said::ColumnComment { column, .. } => Some(Some(column.as_str())),
            _ => None,
        };
        let mut said: BTreeMap<_, usize> = BTreeMap::new();
        for later in &scanned.later {
            if let Some(of) = target(&later.what) {
                *said.entry((later.created, of)).or_default() += 1;
            }
        }
        for later in &scanned.later {
            let created = &scanned.created[later.created];
            let Some(of) = target(&later.what) else { continue };
            if said.get(&(later.created, of)) != Some(&1) || !self.undisturbed(created, later.at) {
                continue;
            }
            let change = match &later.what {
                Said::TableComment(text) => Change::TableComment(text.clone()),
                Said::ColumnComment { column, text } if created.columns.iter().any(|c| c.name == *column) => {
                    Change::ColumnComment { column: column.clone(), text: text.clone() }
                }
                _ => continue,
            };
            self.fold(created, Some(change), [later.at]);
        }
    }
}

/// Where a sequence starts that counts up by one to the end of an integer type, as AUTO_INCREMENT does.
fn counts_up(options: &Options) -> Option<i128> {
    let to_the_end = match options.max {
        None | Some(None) => true,
        Some(Some(max)) => [i128::from(i16::MAX), i128::from(i32::MAX), i128::from(i64::MAX)].contains(&max),
    };
    let start = options.start.or(options.min.flatten()).unwrap_or(1);
    let restarted = options.restart.is_some();
    let plain = options.increment.unwrap_or(1) == 1 && options.cycle != Some(true);
    (to_the_end && plain && !restarted && start >= 1).then_some(start)
}

fn shown(name: &Name) -> String {
    match name.schema.as_str() {
        "" => name.name.clone(),
        schema => format!("{schema}.{}", name.name),
    }
}

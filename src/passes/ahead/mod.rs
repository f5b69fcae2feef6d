//! What later statements of the run do to a table: what TiDB can decide only when the table is created depends on it.
//!
//! A light reading of the run's files comes first (`read`): only words of CREATE, ALTER and DROP TABLE are looked at.
//! Then each table is followed from its creation on through its new names until it is dropped.

mod read;

pub use read::{Event, created, events};

use crate::catalog::Name;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A later change to a table that matters when it is created. Names are those the table is created with, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    DropConstraint(String),
    DropColumn(String),
    /// The column, and the words of its new type.
    Retype(String, String),
    /// A primary key is added.
    AddPrimaryKey,
    /// The column is made to number its rows: a default of nextval(…), or an identity.
    Number(String),
}

/// A change and the file it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    pub change: Change,
    pub file: Arc<str>,
}

/// Where a table is created: the file, whether in its part that undoes, and the how-manieth of its name there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Birth {
    pub file: Arc<str>,
    pub undoes: bool,
    pub table: Name,
    pub nth: u32,
}

/// The later changes of every table of a run.
#[derive(Debug, Clone, Default)]
pub struct Ahead {
    later: HashMap<Birth, Vec<Later>>,
}

impl Ahead {
    pub fn of(&self, birth: &Birth) -> &[Later] {
        self.later.get(birth).map_or(&[], Vec::as_slice)
    }
}

/// A table while it lives.
#[derive(Debug, Clone, Default)]
struct Live {
    births: Vec<Birth>,
    /// New names of columns, constraints and indexes, and those they were created with.
    columns: BTreeMap<String, String>,
    constraints: BTreeMap<String, String>,
}

impl Live {
    fn renamed(names: &mut BTreeMap<String, String>, old: &str, new: &str) {
        let first = names.remove(old).unwrap_or_else(|| old.to_string());
        names.insert(new.to_string(), first);
    }
}

/// Follows the tables through the events of a run, in order.
#[derive(Debug, Default)]
pub struct Follow {
    live: BTreeMap<Name, Live>,
    ahead: Ahead,
}

impl Follow {
    /// The events of a file, or of its part that undoes: then what lives before lives after as well.
    pub fn file(&mut self, file: &Arc<str>, undoes: bool, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        let before = undoes.then(|| self.live.clone());
        let mut counts: HashMap<&Name, u32> = HashMap::new();
        for event in events {
            match event {
                Event::Create { table, if_not_exists } => {
                    let nth = counts.entry(table).or_default();
                    *nth += 1;
                    let birth = Birth { file: file.clone(), undoes, table: table.clone(), nth: *nth };
                    let live = self.live.entry(table.clone()).or_default();
                    if !if_not_exists {
                        *live = Live::default();
                    }
                    live.births.push(birth);
                }
                Event::Drop(table) => {
                    self.live.remove(table);
                }
                Event::Rename(old, new) => {
                    if let Some(live) = self.live.remove(old) {
                        self.live.insert(new.clone(), live);
                    }
                }
                Event::RenameColumn { table, old, new } => {
                    if let Some(live) = self.live.get_mut(table) {
                        Live::renamed(&mut live.columns, old, new);
                    }
                }
                Event::RenameConstraint { table, old, new } => {
                    // An index's new name is also its constraint's, and the statement does not name the table.
                    for (name, live) in &mut self.live {
                        if table.as_ref().is_none_or(|table| table == name) {
                            Live::renamed(&mut live.constraints, old, new);
                        }
                    }
                }
                Event::Change(table, change) => self.change(table, change, file),
            }
        }
        if let Some(before) = before {
            self.live = before;
        }
    }

    fn change(&mut self, table: &Name, change: &Change, file: &Arc<str>) {
        let Some(live) = self.live.get(table) else { return };
        let column = |name: &String| live.columns.get(name).unwrap_or(name).clone();
        let change = match change {
            Change::DropConstraint(name) => {
                Change::DropConstraint(live.constraints.get(name).unwrap_or(name).clone())
            }
            Change::DropColumn(name) => Change::DropColumn(column(name)),
            Change::Retype(name, to) => Change::Retype(column(name), to.clone()),
            Change::Number(name) => Change::Number(column(name)),
            Change::AddPrimaryKey => Change::AddPrimaryKey,
        };
        for birth in &live.births {
            let later = Later { change: change.clone(), file: file.clone() };
            self.ahead.later.entry(birth.clone()).or_default().push(later);
        }
    }

    pub fn done(self) -> Ahead {
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(files: &[(&str, bool, &str)]) -> Ahead {
        let mut follow = Follow::default();
        for (file, undoes, text) in files {
            let mut found = Vec::new();
            text.split_inclusive(';').for_each(|statement| events(statement.trim(), &mut found));
            follow.file(&Arc::from(*file), *undoes, &found);
        }
        follow.done()
    }

    fn birth(file: &str, table: &str) -> Birth {
        Birth { file: file.into(), undoes: false, table: Name::new("", table), nth: 1 }
    }

    #[test]
    fn a_table_is_followed_through_its_names() {
        let ahead = follow(&[
            ("1", false, "CREATE TABLE a (id int PRIMARY KEY);"),
            ("1", true, "DROP TABLE a;"),
            ("2", false, "ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME COLUMN id TO x;"),
            (
                "3",
                false,
                "ALTER TABLE IF EXISTS ONLY public.b DROP COLUMN x CASCADE, DROP CONSTRAINT a_pkey;",
            ),
            ("4", false, "DROP TABLE b; CREATE TABLE b (id int); ALTER TABLE b ADD PRIMARY KEY (id);"),
        ]);
        let later: Vec<_> = ahead.of(&birth("1", "a")).iter().map(|l| (&*l.file, l.change.clone())).collect();
        assert_eq!(
            later,
            [("3", Change::DropColumn("id".into())), ("3", Change::DropConstraint("a_pkey".into()))]
        );
        assert_eq!(ahead.of(&birth("4", "b")).len(), 1);
    }

    #[test]
    fn the_last_word_of_a_rename_is_a_constraint_too() {
        let ahead = follow(&[
            ("1", false, "create table t (a int constraint k primary key);"),
            (
                "2",
                false,
                "ALTER INDEX k RENAME TO \"K2\"; ALTER TABLE t ALTER a SET DATA TYPE varchar(20) USING a::text, DROP CONSTRAINT IF EXISTS \"K2\";",
            ),
        ]);
        let later: Vec<_> = ahead.of(&birth("1", "t")).iter().map(|l| l.change.clone()).collect();
        let retyped = Change::Retype("a".into(), "varchar ( 20 )".into());
        assert_eq!(later, [retyped, Change::DropConstraint("k".into())]);
    }
}

//! What a script renames: what it makes under one name is there under another when it is run again.

use super::lookup::Object;
use crate::lint::tidb::Script;
use crate::lint::tidb::alter::What;
use crate::lint::tidb::rules::Read;

/// Renames in the order of the script.
#[derive(Debug, Default)]
pub struct Renames(Vec<Rename>);

#[derive(Debug)]
struct Rename {
    index: usize,
    object: Object,
    /// The table it is on, lower case; empty for tables themselves.
    table: String,
    old: String,
    new: String,
}

impl Renames {
    pub fn of(script: &Script) -> Renames {
        let mut renames = Vec::new();
        for (index, statement) in script.statements.iter().enumerate() {
            let mut add = |object, table: &str, old: &str, new: &str| {
                let (table, old) = (table.to_lowercase(), old.to_lowercase());
                renames.push(Rename { index, object, table, old, new: new.to_owned() });
            };
            if let Read::Alter(alter) = &statement.read {
                for action in &alter.actions {
                    let table = alter.table.name.as_str();
                    match &action.what {
                        What::RenameColumn { old, new, .. } => add(Object::Column, table, old, new),
                        What::Change { old, column, .. } if !old.eq_ignore_ascii_case(&column.name) => {
                            add(Object::Column, table, old, &column.name);
                        }
                        What::RenameIndex { old, new } => add(Object::Index, table, old, new),
                        What::RenameTable(new) => add(Object::Table, "", table, &new.name),
                        _ => {}
                    }
                }
            }
            let stmt = statement.view(script);
            if stmt.seq(0, &["RENAME", "TABLE"]) {
                for (from, _) in stmt.parts(2, stmt.len()) {
                    let Some(old) = stmt.name(from) else { continue };
                    let Some(new) = stmt.name(old.end + 1) else { continue };
                    add(Object::Table, "", &old.name, &new.name);
                }
            }
        }
        Renames(renames)
    }

    /// The name, and all that it is renamed to after the statement `index`.
    pub fn names(&self, index: usize, object: Object, table: &str, name: &str) -> Vec<String> {
        let table = if object == Object::Table { String::new() } else { table.to_lowercase() };
        let mut names = vec![name.to_owned()];
        for rename in self.0.iter().filter(|r| r.index > index && r.object == object && r.table == table) {
            if names.iter().any(|name| name.to_lowercase() == rename.old) {
                names.push(rename.new.clone());
            }
        }
        names
    }
}

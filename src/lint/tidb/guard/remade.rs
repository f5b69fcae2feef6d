//! What a script removes and makes again: run twice, it would remove what has come in since.

use crate::lint::tidb::Script;
use crate::lint::tidb::alter::What;
use crate::lint::tidb::rules::Read;

/// What holds rows or counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Database,
    Table,
    Column,
    Sequence,
}

/// Everything that the script makes, under whatever statement.
#[derive(Debug, Default)]
pub struct Remade(Vec<Made>);

#[derive(Debug)]
struct Made {
    index: usize,
    holds: Holds,
    /// The table of a column, lower case.
    table: String,
    name: String,
}

impl Remade {
    pub fn of(script: &Script) -> Remade {
        let mut made = Vec::new();
        for (index, statement) in script.statements.iter().enumerate() {
            let mut add = |holds, table: &str, name: &str| {
                made.push(Made { index, holds, table: table.to_lowercase(), name: name.to_lowercase() });
            };
            match &statement.read {
                Read::CreateTable(create) => add(Holds::Table, "", &create.name.name),
                Read::Alter(alter) => {
                    let table = alter.table.name.as_str();
                    for action in &alter.actions {
                        match &action.what {
                            What::AddColumns { columns, .. } => {
                                columns.iter().for_each(|column| add(Holds::Column, table, &column.name));
                            }
                            What::RenameColumn { new, .. } => add(Holds::Column, table, new),
                            What::Change { old, column, .. } if !old.eq_ignore_ascii_case(&column.name) => {
                                add(Holds::Column, table, &column.name);
                            }
                            What::RenameTable(new) => add(Holds::Table, "", &new.name),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            let stmt = statement.view(script);
            if stmt.seq(0, &["RENAME", "TABLE"]) {
                for (from, _) in stmt.parts(2, stmt.len()) {
                    let new = stmt.name(from).and_then(|old| stmt.name(old.end + 1));
                    new.iter().for_each(|new| add(Holds::Table, "", &new.name));
                }
            }
            if stmt.is(0, "CREATE") {
                let holds = match stmt.at(1).to_ascii_uppercase().as_str() {
                    "DATABASE" | "SCHEMA" => Holds::Database,
                    "SEQUENCE" => Holds::Sequence,
                    _ => continue,
                };
                let name = stmt.name(stmt.after_if(2));
                name.iter().for_each(|name| add(holds, "", &name.name));
            }
        }
        Remade(made)
    }

    /// Whether it is made in the statement `index` or after it.
    pub fn again(&self, index: usize, holds: Holds, table: &str, name: &str) -> bool {
        let (table, name) = (table.to_lowercase(), name.to_lowercase());
        let same = |made: &&Made| made.holds == holds && made.table == table && made.name == name;
        self.0.iter().filter(same).any(|made| made.index >= index)
    }
}

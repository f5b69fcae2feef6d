//! Sequences: those that number a column become its AUTO_INCREMENT, the others sequences of TiDB's.

pub mod calls;
pub mod drop;
mod effect;
mod identity;
pub mod setval;
pub mod statement;
pub mod values;

use crate::catalog::{Catalog, Name, Place, Sequence};
use crate::config::Options;
use crate::diagnostic::{Rule, rule};
use crate::passes::alter::auto_increment;
use crate::syntax::names;
use sqlparser::ast::{ColumnOption, Ident, ObjectName, ObjectNamePart, Statement};

pub use effect::Effect;

rule! {
    /// A sequence: CREATE, ALTER or DROP SEQUENCE.
    ///
    /// A sequence that only numbers the rows of one integer key column becomes that column's `AUTO_INCREMENT`, with its start
    /// value (see `folded-statement`). Any other becomes a sequence of TiDB's, with PostgreSQL's limits: `AS integer` gives
    /// its `MAXVALUE`, and `CACHE 1`, PostgreSQL's default, is said where TiDB would take 1000. `OWNED BY` goes; the sequence
    /// is dropped where its table or column is. A renamed sequence takes the defaults that use it along.
    pub SEQUENCE = "S030", "sequence", Statements, Exact;
}

rule! {
    /// What a sequence of TiDB's, or AUTO_INCREMENT, can't be.
    ///
    /// TiDB has no temporary sequences. Its sequences give only numbers that are a whole number of steps from the start:
    /// with an increment other than 1, `RESTART` and `setval` go on at the next such number. `AUTO_INCREMENT` counts up by
    /// one, never back, and never starts again at its end.
    pub SEQUENCE_LIMIT = "S501", "sequence-limit", Statements, Approximate;
}

rule! {
    /// A call of `nextval`, `currval`, `lastval` or `setval`.
    ///
    /// `nextval('s')` becomes `nextval(s)` and `currval('s')` `lastval(s)`. In the row of an INSERT, the next number of the
    /// sequence that numbers that very column is `DEFAULT`. `SELECT setval('s', n)` becomes `ALTER SEQUENCE s RESTART WITH …`,
    /// since TiDB's own `setval` never goes back, or `ALTER TABLE t AUTO_INCREMENT = …`. A `setval` to the largest id that
    /// the table has is left out for `AUTO_INCREMENT`, which is always past it.
    pub SEQUENCE_VALUE = "S502", "sequence-value", Statements, Exact;
}

rule! {
    /// A call that asks the sequence behind an AUTO_INCREMENT column.
    ///
    /// The numbers of such a column can't be had without inserting a row, and `lastval()` does not say whose number it
    /// was. Insert the row first and read its id with `LAST_INSERT_ID()`.
    pub COUNTER_VALUE = "S503", "counter-value", Statements, Refused;
}

rule! {
    /// A sequence that no file of the run creates.
    ///
    /// Whether it became a sequence of TiDB's or the AUTO_INCREMENT of a column, only the statement that creates it tells.
    /// Convert the migrations that create it together with this one. A key column that takes its numbers from
    /// such a sequence becomes `AUTO_INCREMENT`, starting at 1.
    pub UNDECLARED_SEQUENCE = "S504", "undeclared-sequence", Statements, Refused;
}

rule! {
    /// A change of an identity column.
    ///
    /// TiDB can't make an existing column `AUTO_INCREMENT`: `ADD GENERATED … AS IDENTITY` makes a sequence, and the column
    /// takes its default from it. `DROP IDENTITY` takes `AUTO_INCREMENT` away, for which the session has to allow it.
    /// `SET GENERATED` says only whether explicit values are refused, which TiDB never does.
    pub IDENTITY_CHANGE = "A500", "identity-change", Alter, Exact;
}

/// The rules of sequences.
pub static RULES: &[&Rule] =
    &[&SEQUENCE, &SEQUENCE_LIMIT, &SEQUENCE_VALUE, &COUNTER_VALUE, &UNDECLARED_SEQUENCE, &IDENTITY_CHANGE];

/// A name of the source as TiDB has it: schemas are mapped as for tables.
pub fn on_tidb(options: &Options, name: &ObjectName) -> ObjectName {
    let mut name = name.clone();
    crate::passes::lexical::schema_name::map(&options.schemas, &mut name);
    name
}

/// Brings the catalog's sequences in line with what a statement made of their columns.
pub fn declare(catalog: &mut Catalog, tree: &Statement) {
    match tree {
        Statement::CreateTable(create) => {
            let name = Name::of(&create.name);
            let mut found = Vec::new();
            if let Some(table) = catalog.table_named(&name).filter(|table| table.missing.is_none()) {
                for column in &create.columns {
                    let default = column.options.iter().find_map(|o| match &o.option {
                        ColumnOption::Default(expr) => calls::of(expr)?.sequence(),
                        _ => None,
                    });
                    let folded = names::folded(&column.name);
                    if let Some(sequence) = default
                        && catalog.sequence(&sequence).is_none()
                        && table.column(&folded).is_some_and(auto_increment)
                    {
                        found.push((sequence, folded));
                    }
                }
            }
            for (sequence, column) in found {
                catalog.name_counter(sequence, &name, &column);
            }
        }
        Statement::AlterTable(alter) => {
            let name = Name::of(&alter.name);
            let Some(table) = catalog.table_named(&name) else { return };
            let stopped: Vec<(Name, Sequence)> = catalog
                .sequences_of(&name)
                .filter(|(_, sequence)| {
                    let column = sequence.owner.as_ref().and_then(|(_, column)| table.column(column));
                    sequence.place == Place::Counter && !column.is_some_and(auto_increment)
                })
                .map(|(name, sequence)| (name.clone(), sequence.clone()))
                .collect();
            for (name, sequence) in stopped {
                let place = Place::Missing("its column takes no numbers from it any more".into());
                catalog.set_sequence(name, Sequence { place, ..sequence });
            }
        }
        _ => {}
    }
}

/// The name again with another last part.
fn with_last(name: &ObjectName, last: &Ident) -> ObjectName {
    let mut name = name.clone();
    name.0.pop();
    name.0.push(ObjectNamePart::Identifier(last.clone()));
    name
}

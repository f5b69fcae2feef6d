//! ALTER TABLE … ALTER COLUMN of an identity.

use super::statement::{Done, call, counter_options};
use super::{Effect, IDENTITY_CHANGE, on_tidb, with_last};
use crate::catalog::{Column, Name, Place, Sequence, Table, generated_name};
use crate::diagnostic::{Fidelity, Level};
use crate::passes::alter::{UNDECLARED_COLUMN, auto_increment, modify};
use crate::passes::{Cx, Verdict};
use crate::syntax::names;
use crate::syntax::sequence::{Identity, SequenceStatement};
use sqlparser::ast::{ColumnOption, Ident, ObjectName};

/// What lets TiDB take AUTO_INCREMENT from a column.
pub const ALLOW_REMOVING: &str = "SET SESSION tidb_allow_remove_auto_inc = ON";

pub fn plan(cx: &mut Cx<'_>, said: &SequenceStatement, column: &Ident, action: Identity) -> Done {
    let table = Name::of(&said.name);
    let catalog = cx.catalog;
    let Some(owner) = catalog.table_named(&table) else { return undeclared(cx, said, column) };
    if let Some(why) = &owner.missing {
        let message = format!("{} is not on TiDB: {why}", said.name);
        cx.report(&crate::passes::alter::MISSING_TABLE, said.name_span, message);
        return Done::refused();
    }
    let Some(found) = owner.column(&names::folded(column)) else { return undeclared(cx, said, column) };
    let (mut done, always) = match action {
        Identity::Add { always } => (add(cx, said, owner, found, always), Some(always)),
        Identity::Drop => (remove(cx, owner, found, &table), None),
        Identity::Change { always } => {
            (change(cx, said, column, catalog.sequence_of(&table, &found.name)), always)
        }
    };
    if let Some(always) = always.filter(|_| done.verdict != Verdict::Refuse) {
        let (table, column) = (owner.name.clone(), found.name.clone());
        done.effects.push(Effect::Generated { table, column, always });
    }
    done
}

/// SET and RESTART.
fn change(
    cx: &mut Cx<'_>,
    said: &SequenceStatement,
    column: &Ident,
    counting: Option<(&Name, &Sequence)>,
) -> Done {
    let head = cx.head();
    match counting {
        _ if said.options == Default::default() => {
            cx.note(&IDENTITY_CHANGE, head, "AUTO_INCREMENT takes explicit values in any case");
            Done::dropped()
        }
        Some((_, sequence)) if sequence.place == Place::Counter => counter_options(cx, said, sequence),
        Some((_, Sequence { place: Place::Sequence(name), .. })) if said.options.restart.is_some() => {
            let with = match said.options.restart.flatten() {
                Some(next) => format!(" WITH {next}"),
                None => String::new(),
            };
            Done::emit(vec![format!("ALTER SEQUENCE {name} RESTART{with}")], Vec::new())
        }
        _ => {
            let found = cx.report(&IDENTITY_CHANGE, head, format!("the numbers of {column} are not changed"));
            (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
            found.help = Some("alter its sequence on TiDB by hand".into());
            Done::refused()
        }
    }
}

fn undeclared(cx: &mut Cx<'_>, said: &SequenceStatement, column: &Ident) -> Done {
    let message = format!(
        "TiDB changes a column by its whole definition, and no file of this run declares {column} of {}",
        said.name
    );
    cx.report(&UNDECLARED_COLUMN, said.name_span, message).help =
        Some("convert this file together with the one that creates the table".into());
    Done::refused()
}

/// A sequence numbers the rows from now on.
fn add(cx: &mut Cx<'_>, said: &SequenceStatement, owner: &Table, column: &Column, always: bool) -> Done {
    let head = cx.head();
    let own = generated_name(&owner.name.name, &column.name, "seq", |name| {
        cx.catalog.sequence(&Name::new(&owner.name.schema, name)).is_some()
    });
    let written: ObjectName = match &said.options.name {
        Some(name) => on_tidb(cx.options, name),
        None => with_last(&owner.tidb_name, &names::ident(&own)),
    };
    let name = said.options.name.as_ref().map_or_else(|| Name::new(&owner.name.schema, &own), Name::of);
    if column.options.iter().any(|o| matches!(o, ColumnOption::Default(_))) || auto_increment(column) {
        let found = cx.report(&IDENTITY_CHANGE, head, format!("{} has a default already", column.ident));
        (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
        found.help = Some("PostgreSQL refuses it as well".into());
        return Done::refused();
    }
    let mut sequence = format!("CREATE SEQUENCE {written}");
    let options = &said.options;
    if let Some(start) = options.start {
        sequence.push_str(&format!(" START WITH {start}"));
    }
    if let Some(increment) = options.increment {
        sequence.push_str(&format!(" INCREMENT BY {increment}"));
    }
    if let Some(min) = options.min.flatten().filter(|min| *min > i128::from(i64::MIN)) {
        sequence.push_str(&format!(" MINVALUE {min}"));
    }
    if let Some(max) = options.max.flatten().filter(|max| *max < i128::from(i64::MAX)) {
        sequence.push_str(&format!(" MAXVALUE {max}"));
    }
    sequence.push_str(&format!(" CACHE {}", options.cache.unwrap_or(1).max(1)));
    if options.cycle == Some(true) {
        sequence.push_str(" CYCLE");
    }
    let mut message = format!("{} takes its numbers from the sequence {written}", column.ident);
    if always {
        message.push_str("; TiDB takes explicit values, which GENERATED ALWAYS refuses");
    }
    cx.note(&IDENTITY_CHANGE, head, message);
    let mut numbered = column.clone();
    let at = usize::from(numbered.options.first() == Some(&ColumnOption::NotNull));
    numbered.options.insert(at, ColumnOption::Default(call(&written)));
    let texts = vec![sequence, modify(&owner.tidb_name, &numbered).to_string()];
    let increment = options.increment.unwrap_or(1);
    let counting = Sequence {
        place: Place::Sequence(written),
        owner: Some((owner.name.clone(), column.name.clone())),
        start: options.start.unwrap_or(1),
        increment,
    };
    Done::emit(texts, vec![Effect::Set(name, counting), restated(owner, &numbered)])
}

fn restated(owner: &Table, column: &Column) -> Effect {
    Effect::Column {
        table: owner.name.clone(),
        column: column.name.clone(),
        tidb: column.tidb.clone(),
        options: column.options.clone(),
    }
}

/// The column keeps its rows and gets no more numbers.
fn remove(cx: &mut Cx<'_>, owner: &Table, column: &Column, table: &Name) -> Done {
    let head = cx.head();
    let catalog = cx.catalog;
    let sequence = catalog.sequence_of(table, &column.name);
    let gone = |name: &Name, sequence: &Sequence| {
        let place = Place::Missing("it was dropped".into());
        Effect::Set(name.clone(), Sequence { place, owner: None, ..sequence.clone() })
    };
    let mut plain = column.clone();
    match sequence {
        Some((name, sequence)) if auto_increment(column) => {
            plain.options.retain(|o| !matches!(o, ColumnOption::DialectSpecific(_)));
            let texts = vec![ALLOW_REMOVING.to_string(), modify(&owner.tidb_name, &plain).to_string()];
            cx.note(&IDENTITY_CHANGE, head, format!("AUTO_INCREMENT is taken from {}", column.ident));
            Done::emit(texts, vec![gone(name, sequence), restated(owner, &plain)])
        }
        Some((name, sequence)) => {
            plain.options.retain(|o| !matches!(o, ColumnOption::Default(_)));
            let mut texts = vec![modify(&owner.tidb_name, &plain).to_string()];
            if let Place::Sequence(written) = &sequence.place {
                texts.push(format!("DROP SEQUENCE {written}"));
            }
            Done::emit(texts, vec![gone(name, sequence), restated(owner, &plain)])
        }
        None => {
            cx.note(&IDENTITY_CHANGE, head, format!("{} is no identity on TiDB", column.ident));
            Done { verdict: Verdict::Drop, ..Done::dropped() }
        }
    }
}

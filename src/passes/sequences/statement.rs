//! CREATE SEQUENCE and ALTER SEQUENCE.

use super::{Effect, SEQUENCE, SEQUENCE_LIMIT, UNDECLARED_SEQUENCE, identity, on_tidb, with_last};
use crate::catalog::{Name, Place as Stands, Sequence, Table};
use crate::diagnostic::{Fidelity, Level};
use crate::passes::forms::database_of;
use crate::passes::rows::value::is_random;
use crate::passes::{Cx, Verdict};
use crate::syntax::names;
use crate::syntax::sequence::{About, Alter, Options, Place, SequenceStatement};
use crate::target::Capability;
use crate::text::Span;
use sqlparser::ast::{ColumnOption, Expr, FunctionArguments, Ident, ObjectName};

/// What becomes of the statement.
pub struct Done {
    pub verdict: Verdict,
    pub texts: Vec<String>,
    pub effects: Vec<Effect>,
}

impl Done {
    pub fn dropped() -> Done {
        Done { verdict: Verdict::Drop, texts: Vec::new(), effects: Vec::new() }
    }

    pub fn refused() -> Done {
        Done { verdict: Verdict::Refuse, ..Done::dropped() }
    }

    pub fn emit(texts: Vec<String>, effects: Vec<Effect>) -> Done {
        Done { verdict: Verdict::Emit, texts, effects }
    }
}

pub fn plan(cx: &mut Cx<'_>, said: &SequenceStatement) -> Done {
    match &said.about {
        About::Create { temporary } => create(cx, said, *temporary),
        About::Alter(what) => alter(cx, said, what),
        About::Identity(column, action) => identity::plan(cx, said, column, *action),
    }
}

fn owner(options: &Options) -> Option<(Name, String)> {
    let (table, column) = options.owned_by.clone()??;
    Some((Name::of(&table), names::folded(&column)))
}

fn create(cx: &mut Cx<'_>, said: &SequenceStatement, temporary: bool) -> Done {
    if temporary {
        let span = said.place(Place::Kind).unwrap_or_else(|| cx.head());
        let found = cx.report(&SEQUENCE_LIMIT, span, "TiDB has no temporary sequences");
        (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
        found.help = Some("make it a sequence that is dropped in the end".into());
        return Done::refused();
    }
    let name = Name::of(&said.name);
    let written = on_tidb(cx.options, &said.name);
    let mut edits = vec![(said.name_span, written.to_string())];
    edits.extend(limits(said));
    if let Some(span) = said.place(Place::Kind) {
        edits.push((span, String::new()));
    }
    let mut text = edited(cx.parsed.source(), edits);
    if said.options.cache.is_none() {
        text.push_str(" CACHE 1");
    }
    if said.guarded && cx.catalog.sequence(&name).is_some() {
        return Done::emit(vec![text], Vec::new());
    }
    let increment = said.options.increment.unwrap_or(1);
    let first = if increment < 0 { said.options.max } else { said.options.min };
    let start = said.options.start.or(first.flatten()).unwrap_or(if increment < 0 { -1 } else { 1 });
    let sequence =
        Sequence { place: Stands::Sequence(written), owner: owner(&said.options), start, increment };
    Done::emit(vec![text], vec![Effect::Set(name, sequence)])
}

/// The options that TiDB does not have, or not with this value.
fn limits(said: &SequenceStatement) -> Vec<(Span, String)> {
    let options = &said.options;
    let mut edits = Vec::new();
    let of_type = match options.data_type.as_deref() {
        Some("smallint" | "int2") => Some(i128::from(i16::MAX)),
        Some("integer" | "int" | "int4") => Some(i128::from(i32::MAX)),
        _ => None,
    };
    let down = options.increment.unwrap_or(1) < 0;
    let open = |bound: &Option<Option<i128>>| matches!(bound, None | Some(None));
    let (bound, place) = if down { (&options.min, Place::Min) } else { (&options.max, Place::Max) };
    let mut limit = of_type.filter(|_| open(bound)).map(|max| match down {
        true => format!("MINVALUE {}", -max - 1),
        false => format!("MAXVALUE {max}"),
    });
    if let (Some(span), Some(_)) = (said.place(place), &limit) {
        edits.push((span, limit.take().unwrap_or_default()));
    }
    if let Some(span) = said.place(Place::DataType) {
        edits.push((span, limit.unwrap_or_default()));
    }
    // TiDB keeps the ends of BIGINT for itself.
    if options.max == Some(Some(i128::from(i64::MAX)))
        && let Some(span) = said.place(Place::Max)
    {
        edits.push((span, "NO MAXVALUE".into()));
    }
    if options.min == Some(Some(i128::from(i64::MIN)))
        && let Some(span) = said.place(Place::Min)
    {
        edits.push((span, "NO MINVALUE".into()));
    }
    if let Some(span) = said.place(Place::Owned) {
        edits.push((span, String::new()));
    }
    edits
}

/// The text with some of its parts replaced.
fn edited(source: &str, mut edits: Vec<(Span, String)>) -> String {
    edits.sort_by_key(|(span, _)| span.start);
    let mut text = String::with_capacity(source.len() + 16);
    let mut at = 0;
    for (span, new) in edits {
        text.push_str(source.get(at..span.start).unwrap_or_default());
        text.push_str(&new);
        at = span.end;
    }
    text.push_str(source.get(at..).unwrap_or_default());
    text
}

fn alter(cx: &mut Cx<'_>, said: &SequenceStatement, what: &Alter) -> Done {
    let name = Name::of(&said.name);
    let Some(sequence) = cx.catalog.sequence(&name).cloned() else {
        let message = format!("no file of this run creates the sequence {}", said.name);
        if said.guarded {
            cx.note(&SEQUENCE, said.name_span, message);
            return Done::dropped();
        }
        cx.report(&UNDECLARED_SEQUENCE, said.name_span, message).help =
            Some("convert this file together with the one that creates it".into());
        return Done::refused();
    };
    match &sequence.place {
        Stands::Missing(why) => {
            let message = format!("the sequence {} is not on TiDB: {why}", said.name);
            cx.note(&SEQUENCE, said.name_span, message);
            Done::dropped()
        }
        Stands::Counter => counter(cx, said, what, name, &sequence),
        Stands::Sequence(written) => free(cx, said, what, name, &sequence, &written.clone()),
    }
}

/// A change to the sequence that a column's AUTO_INCREMENT stands for.
fn counter(cx: &mut Cx<'_>, said: &SequenceStatement, what: &Alter, name: Name, sequence: &Sequence) -> Done {
    let head = cx.head();
    match what {
        Alter::Rename(new) => {
            cx.note(&SEQUENCE, head, "the counter of an AUTO_INCREMENT column has no name");
            let new = Name::new(&name.schema, &new.value);
            Done { effects: vec![Effect::Rename(name, new, sequence.clone())], ..Done::dropped() }
        }
        Alter::Schema(schema) => {
            cx.note(&SEQUENCE, head, "the counter of an AUTO_INCREMENT column lives in its table");
            let new = Name::new(&schema.value, &name.name);
            Done { effects: vec![Effect::Rename(name, new, sequence.clone())], ..Done::dropped() }
        }
        Alter::Storage => {
            cx.note(&SEQUENCE, head, "it says how PostgreSQL stores the sequence");
            Done::dropped()
        }
        Alter::Options => counter_options(cx, said, sequence),
    }
}

/// The new options of a counter: only where it goes on can be said.
pub fn counter_options(cx: &mut Cx<'_>, said: &SequenceStatement, sequence: &Sequence) -> Done {
    let options = &said.options;
    let head = cx.head();
    let stepped = options.increment.is_some_and(|increment| increment != 1);
    if stepped || options.cycle == Some(true) {
        let place = if stepped { Place::Increment } else { Place::Cycle };
        let span = said.place(place).unwrap_or(head);
        let found =
            cx.report(&SEQUENCE_LIMIT, span, "AUTO_INCREMENT counts up by one to the end of its type");
        (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
        found.help = Some("give the column a default from a sequence of its own".into());
        return Done::refused();
    }
    let Some((table, _)) = &sequence.owner else { return Done::dropped() };
    let next = match options.restart {
        Some(Some(next)) => next,
        Some(None) => options.start.unwrap_or(sequence.start),
        None => {
            cx.note(&SEQUENCE, head, "the counter of an AUTO_INCREMENT column has no such option");
            return Done::dropped();
        }
    };
    set_counter(cx, head, &table.clone(), next)
}

/// `ALTER TABLE … AUTO_INCREMENT = n`.
pub fn set_counter(cx: &mut Cx<'_>, span: Span, owner: &Name, next: i128) -> Done {
    let Some(table) = cx.catalog.table_named(owner) else { return Done::dropped() };
    let random = table.columns.iter().any(is_random);
    let table = table.tidb_name.to_string();
    if random {
        cx.note(&SEQUENCE, span, format!("the ids of {table} are spread by AUTO_RANDOM, from no number on"));
        return Done::dropped();
    }
    if next <= 1 {
        cx.report(
            &SEQUENCE_LIMIT,
            span,
            format!("the AUTO_INCREMENT of {table} never goes back to {next}"),
        )
        .help = Some("TRUNCATE TABLE starts it again".into());
        return Done::dropped();
    }
    cx.note(&SEQUENCE, span, format!("the ids of {table} go on at {next}"));
    // Without FORCE they would go on after all those that the server has set aside.
    Done::emit(vec![format!("ALTER TABLE {table} FORCE AUTO_INCREMENT = {next}")], Vec::new())
}

/// A change to a sequence of TiDB's.
fn free(
    cx: &mut Cx<'_>,
    said: &SequenceStatement,
    what: &Alter,
    name: Name,
    sequence: &Sequence,
    written: &ObjectName,
) -> Done {
    let head = cx.head();
    match what {
        Alter::Rename(new) => {
            let to = Name::new(&name.schema, &new.value);
            renamed(cx, (name, sequence, written), to, with_last(written, new))
        }
        Alter::Schema(schema) => {
            let database = database_of(cx, schema);
            let why = match (&database, cx.options.target.can(Capability::MovedSequence)) {
                (_, false) => "this TiDB starts a sequence again that is moved to another database",
                (None, _) => {
                    "TiDB moves a sequence to a database by its name, and this schema is the connection's"
                }
                _ => "",
            };
            let (Some(database), Some(last), "") = (database, names::last(written), why) else {
                let found = cx.report(&SEQUENCE_LIMIT, head, why);
                (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
                found.help = Some("create it there, starting where this one ends".into());
                return Done::refused();
            };
            let to = Name::new(&schema.value, &name.name);
            let moved = ObjectName::from(vec![database, last.clone()]);
            renamed(cx, (name, sequence, written), to, moved)
        }
        Alter::Storage => {
            cx.note(&SEQUENCE, head, "it says how PostgreSQL stores the sequence");
            Done::dropped()
        }
        Alter::Options => {
            let mut changed = sequence.clone();
            if said.options.owned_by.is_some() {
                changed.owner = owner(&said.options);
            }
            changed.increment = said.options.increment.unwrap_or(changed.increment);
            changed.start = said.options.start.unwrap_or(changed.start);
            let effects = vec![Effect::Set(name, changed.clone())];
            let kept = said.places.iter().any(|(place, _)| *place != Place::Owned);
            let mut edits = vec![(said.name_span, written.to_string())];
            edits.extend(limits(said));
            let dropped = edits.iter().filter(|(_, new)| new.is_empty()).count();
            if !kept || dropped == said.places.len() {
                cx.note(&SEQUENCE, head, "a sequence of TiDB's belongs to no column, and counts in BIGINT");
                return Done { effects, ..Done::dropped() };
            }
            if said.options.restart.is_some() && changed.increment.abs() != 1 {
                aligned(cx, said.place(Place::Restart).unwrap_or(head), &changed);
            }
            Done::emit(vec![edited(cx.parsed.source(), edits)], effects)
        }
    }
}

/// A sequence under another name, and the defaults that take from it.
fn renamed(
    cx: &Cx<'_>,
    (name, sequence, written): (Name, &Sequence, &ObjectName),
    new: Name,
    place: ObjectName,
) -> Done {
    let mut texts = vec![format!("RENAME TABLE {written} TO {place}")];
    let mut effects = Vec::new();
    for (table, column, options) in defaults(cx, written, &place) {
        let mut restated = column.clone();
        restated.options.clone_from(&options);
        texts.push(crate::passes::alter::modify(&table.tidb_name, &restated).to_string());
        let (table, tidb) = (table.name.clone(), column.tidb.clone());
        effects.push(Effect::Column { table, column: column.name.clone(), tidb, options });
    }
    effects.push(Effect::Rename(name, new, Sequence { place: Stands::Sequence(place), ..sequence.clone() }));
    Done::emit(texts, effects)
}

/// Says that a sequence with larger steps goes on only at whole steps from its start.
pub fn aligned(cx: &mut Cx<'_>, span: Span, sequence: &Sequence) {
    let message = format!(
        "TiDB's sequence goes on at the next number that is a whole number of steps of {} from {}",
        sequence.increment, sequence.start
    );
    cx.report(&SEQUENCE_LIMIT, span, message);
}

/// The columns whose default takes from a sequence, with their options under its new name.
fn defaults<'c>(
    cx: &Cx<'c>,
    old: &ObjectName,
    new: &ObjectName,
) -> Vec<(&'c Table, &'c crate::catalog::Column, Vec<ColumnOption>)> {
    let (from, to) = (call(old), call(new));
    let mut found = Vec::new();
    for table in cx.catalog.tables().filter(|table| table.missing.is_none()) {
        for column in &table.columns {
            let uses = |o: &ColumnOption| matches!(o, ColumnOption::Default(expr) if same_call(expr, &from));
            if column.options.iter().any(uses) {
                let options = column.options.iter().map(|option| match option {
                    option if uses(option) => ColumnOption::Default(to.clone()),
                    other => other.clone(),
                });
                found.push((table, column, options.collect()));
            }
        }
    }
    found
}

/// `nextval(sequence)`, as TiDB says it.
pub fn call(sequence: &ObjectName) -> Expr {
    let parts: Vec<Ident> = names::parts(sequence).cloned().collect();
    let argument = match &parts[..] {
        [one] => Expr::Identifier(one.clone()),
        _ => Expr::CompoundIdentifier(parts),
    };
    crate::passes::rebuild::call("nextval", vec![argument])
}

/// Whether both are calls of one function on one sequence.
pub fn same_call(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Function(a), Expr::Function(b)) => match (&a.args, &b.args) {
            (FunctionArguments::List(x), FunctionArguments::List(y)) => {
                let plain = |text: String| text.replace('`', "").to_lowercase();
                plain(a.name.to_string()) == plain(b.name.to_string())
                    && plain(x.to_string()) == plain(y.to_string())
            }
            _ => false,
        },
        _ => false,
    }
}

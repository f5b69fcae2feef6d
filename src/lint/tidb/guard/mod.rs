//! Makes a script that can be run again: what has an IF [NOT] EXISTS form gets it, the rest is run only if information_schema says that
//! it is needed.

mod lookup;
mod remade;
mod renames;
mod undo;
mod verify;
mod wrap;

use super::cx::Cx;
use super::{Found, Script};
use crate::diagnostic::rule;
use crate::target::Target;
use remade::Remade;
use renames::Renames;

rule! {
    /// A statement that `pg2tidb guard` can't make safe.
    ///
    /// Rows that are inserted without a word about rows that are there, values made from old values, constraints without a name: run twice, such a statement changes
    /// something twice or fails. Tables and columns that are dropped, or renamed away, and made again, and statements that empty a
    /// table: run twice, they take the rows that have come in since. It stays as it is.
    pub UNGUARDED = "D054", "unguarded-statement", Dialect, Refused;
}

/// A script that can be run again, and what goes with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Guarded {
    pub text: String,
    /// Queries that count the rows which the script's constraints would refuse: to be run before it.
    pub pre_checks: String,
    /// Queries that say whether what the script makes is there: to be run after it.
    pub post_checks: String,
    /// Statements that undo the script, last one first.
    pub rollback: String,
    /// Statements that could not be made safe.
    pub found: Vec<Found>,
}

/// Guards a script for a target.
pub fn guard(script: &Script, target: Target) -> Guarded {
    let (renames, remade) = (Renames::of(script), Remade::of(script));
    let mut guarded = Guarded::default();
    let mut checks = verify::Checks::new(script);
    let mut undo = undo::Undo::default();
    let mut at = 0;
    let catalog = super::catalog::Catalog::default();
    let state = super::state::State::default();
    for (index, statement) in script.statements.iter().enumerate() {
        let stmt = statement.view(script);
        let span = stmt.span(0, stmt.len());
        let mut cx = Cx { stmt, target, catalog: &catalog, state: &state, found: Vec::new() };
        let text = wrap::statement(&mut cx, &statement.read, (&renames, &remade), index);
        checks.statement(&stmt, &statement.read);
        undo.statement(&stmt, &statement.read);
        guarded.found.append(&mut cx.found);
        guarded.text.push_str(script.text.get(at..span.start).unwrap_or_default());
        match text {
            Some(text) => guarded.text.push_str(&text),
            None => guarded.text.push_str(stmt.slice(0, stmt.len())),
        }
        at = span.end;
    }
    guarded.text.push_str(script.text.get(at..).unwrap_or_default());
    let ended = script.statements.is_empty() || script.text.get(at..).is_some_and(|rest| rest.contains(';'));
    if !ended {
        guarded.text.truncate(guarded.text.trim_end().len());
        guarded.text.push_str(";\n");
    }
    (guarded.pre_checks, guarded.post_checks) = checks.finish();
    guarded.rollback = undo.finish();
    guarded
}

/// Says that a statement stays as it is.
fn unguarded(cx: &mut Cx<'_>, message: &str, help: &str) {
    let end = cx.stmt.len().min(3);
    cx.on(&UNGUARDED, 0, end, message.to_owned()).help(help);
}

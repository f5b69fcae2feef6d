//! Procedural code: DO blocks become their statements, triggers that take the time become ON UPDATE.

mod condition;
mod constant;
mod dynamic;
mod effects;
mod failure;
mod function;
mod guard;
mod hint;
mod into;
mod lookup;
mod object;
mod repeat;
mod rules;
mod run;
mod subject;
mod touch;
mod trigger;

use super::session::{Outcome, Plan, Session};
use super::statements::code::DO_BLOCK;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::syntax::Parsed;
use crate::syntax::plpgsql::{Block, Routine};
use crate::text::Span;

/// The rules of procedural code.
pub static RULES: &[&Rule] = &[
    &rules::GUARDED_STATEMENT,
    &rules::UNWRAPPED_BLOCK,
    &rules::IGNORED_ERROR,
    &rules::TOUCH_TRIGGER,
    &rules::TRIGGER_FUNCTION,
    &rules::UNSURE_GUARD,
];

/// A part of a DO's code.
#[derive(Debug, Clone)]
pub struct Part {
    /// Bytes in the statement.
    pub span: Span,
    pub what: PartOf,
}

#[derive(Debug, Clone)]
pub enum PartOf {
    Statement(Box<Parsed>, Box<Plan>),
    /// Left out, and why.
    Left(String),
}

/// Translates a DO block: its statements go through the passes in the order in which they run.
pub fn block(session: &mut Session, parsed: &Parsed, block: &Block) -> Plan {
    let before = session.clone();
    let mut run = run::Run::new(session, parsed, block);
    match run.whole(block) {
        Ok(()) => {
            let run::Done { mut parts, diagnostics } = run.done();
            parts.sort_by_key(|part| part.span.start);
            let emitted = |part: &Part| match &part.what {
                PartOf::Statement(_, plan) => plan.outcome.runs(),
                PartOf::Left(_) => false,
            };
            if parts.iter().any(emitted) {
                return Plan { outcome: Outcome::Block(parts), note: String::new(), diagnostics };
            }
            let refused = diagnostics.iter().any(|d| d.level == Level::Error);
            Plan::left_out(if refused { Outcome::Refused } else { Outcome::Dropped }, diagnostics)
        }
        Err(stop) => {
            *session = before;
            let diagnostic = stop.diagnostic();
            for inner in block.statements() {
                session.catalog.unread(inner, &diagnostic.message);
            }
            Plan::left_out(Outcome::Refused, vec![diagnostic])
        }
    }
}

/// Translates CREATE TRIGGER, DROP TRIGGER, and CREATE and DROP FUNCTION of what triggers call.
pub fn routine(session: &mut Session, parsed: &Parsed) -> Option<Plan> {
    match parsed.routine.as_deref() {
        Some(Routine::Function(said)) => return Some(function::create(session, parsed, said)),
        Some(Routine::Trigger(said)) => return Some(trigger::create(session, parsed, said)),
        None => {}
    }
    if !parsed.begins("drop") {
        return None;
    }
    match parsed.head(2).as_str() {
        "DROP TRIGGER" => trigger::drop(session, parsed),
        "DROP FUNCTION" | "DROP ROUTINE" => function::drop(session, parsed),
        _ => None,
    }
}

/// Why a block stays code.
fn refusal(span: Span, why: impl AsRef<str>) -> Diagnostic {
    let message = format!("{}: no procedural code runs inside TiDB", why.as_ref());
    Diagnostic::new(&DO_BLOCK, span, message)
}

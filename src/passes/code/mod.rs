//! Procedural code: DO blocks become their statements, triggers that take the time become ON UPDATE.

mod condition;
mod constant;
mod effects;
mod failure;
mod function;
mod guard;
mod hint;
mod lookup;
mod object;
mod rules;
mod run;
mod subject;
mod touch;
mod trigger;

use super::session::{Outcome, Plan, Session};
use super::statements::code::DO_BLOCK;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::syntax::Parsed;
use crate::syntax::plpgsql::Block;
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
                PartOf::Statement(_, plan) => {
                    matches!(
                        plan.outcome,
                        Outcome::Same | Outcome::Without(_) | Outcome::Changed { .. } | Outcome::Rows(_)
                    )
                }
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
    let head = parsed.head(4);
    let mut words = head.split(' ');
    match (words.next()?, words.next().unwrap_or_default()) {
        ("CREATE", "OR" | "FUNCTION" | "TRIGGER" | "CONSTRAINT") if head.contains("FUNCTION") => {
            function::create(session, parsed)
        }
        ("CREATE", "OR" | "TRIGGER" | "CONSTRAINT") if head.contains("TRIGGER") => {
            trigger::create(session, parsed)
        }
        ("DROP", "TRIGGER") => trigger::drop(session, parsed),
        ("DROP", "FUNCTION" | "ROUTINE") => function::drop(session, parsed),
        _ => None,
    }
}

/// Why a block stays code.
fn refusal(span: Span, why: impl AsRef<str>) -> Diagnostic {
    let message = format!("{}: no procedural code runs inside TiDB", why.as_ref());
    Diagnostic::new(&DO_BLOCK, span, message)
}

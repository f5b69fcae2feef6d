//! Why a change of rows is refused.

use super::value::Refusal;
use crate::diagnostic::Rule;
use crate::passes::expressions::Untranslatable;
use crate::passes::{Cx, Verdict, Work};
use crate::text::Span;

/// A refusal on its way out of a statement.
#[derive(Debug)]
pub struct Refused {
    pub rule: &'static Rule,
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
}

impl Refused {
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Refused {
        Refused { rule, span, message: message.into(), help: None }
    }

    pub fn help(mut self, help: impl Into<String>) -> Refused {
        self.help = Some(help.into());
        self
    }

    /// What an expression or a query can't be said with.
    pub fn of(rule: &'static Rule, e: Untranslatable) -> Refused {
        Refused::new(rule, e.span, format!("{} has no translation", e.what))
    }

    /// Says it and leaves the statement out.
    pub fn report(self, cx: &mut Cx<'_>, work: &mut Work) {
        let diagnostic = cx.report(self.rule, self.span, self.message);
        diagnostic.refused().help = self.help;
        work.verdict = Verdict::Refuse;
    }
}

impl Refusal {
    /// A value's refusal under a rule of its statement.
    pub fn into_refused(self, rule: &'static Rule) -> Refused {
        match self {
            Refusal::Value(span, what) => Refused::new(rule, span, format!("{what} can't be stored on TiDB")),
            Refusal::Untranslatable(span, what) => {
                Refused::new(rule, span, format!("{what} has no translation"))
            }
            Refusal::Zero(span) => Refused::new(rule, span, "a zero makes TiDB give the row a new id"),
        }
    }
}

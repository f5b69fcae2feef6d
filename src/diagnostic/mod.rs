//! What the compiler says about a piece of source: which rule, how bad, exactly where.

mod outcome;
mod rule;

pub use outcome::{Direction, Status};
pub(crate) use rule::rule;
pub use rule::{Family, Rule};

use crate::text::Span;
use serde::{Deserialize, Serialize};

/// How loudly a diagnostic speaks. Whatever may behave differently is at least a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// How much of the meaning a translation keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fidelity {
    /// All of it.
    Exact,
    /// All of it for the values and uses most programs have; the message says which differ.
    Approximate,
    /// Something that was declared is not there any more.
    Lossy,
    /// Nothing was emitted.
    Refused,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

impl Fidelity {
    pub fn as_str(self) -> &'static str {
        match self {
            Fidelity::Exact => "exact",
            Fidelity::Approximate => "approximate",
            Fidelity::Lossy => "lossy",
            Fidelity::Refused => "refused",
        }
    }

    /// The quietest level a diagnostic of this fidelity may have.
    pub fn level(self) -> Level {
        match self {
            Fidelity::Exact => Level::Info,
            Fidelity::Approximate | Fidelity::Lossy => Level::Warning,
            Fidelity::Refused => Level::Error,
        }
    }
}

/// One finding. Messages start in lower case and have no full stop.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    pub rule: &'static Rule,
    pub level: Level,
    pub fidelity: Fidelity,
    pub message: String,
    /// Bytes in the file (in the statement, while the statement is being translated).
    pub span: Span,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding with the level that the rule's fidelity calls for.
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            rule,
            level: rule.fidelity.level(),
            fidelity: rule.fidelity,
            message: message.into(),
            span,
            help: None,
        }
    }

    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Raises a finding of a rule that mostly keeps something: here nothing is emitted.
    pub fn refused(&mut self) -> &mut Self {
        self.level = Level::Error;
        self.fidelity = Fidelity::Refused;
        self
    }
}

//! The passes: from a statement's tree to the trees of its translation, in one visible order.

use crate::config::Options;
use crate::diagnostic::Diagnostic;
use crate::report::record::Status;
use crate::syntax::Parsed;

/// What earlier statements and files declared, and the options of the run.
#[derive(Debug, Clone)]
pub struct Session {
    pub options: Options,
}

/// What is to become of one statement.
#[derive(Debug, Clone)]
pub struct Plan {
    pub status: Status,
    pub diagnostics: Vec<Diagnostic>,
}

impl Session {
    pub fn new(options: &Options) -> Session {
        Session { options: options.clone() }
    }

    /// Tells the session what the whole file says, before its first statement is planned.
    pub fn begin_file(&mut self, _statements: &[&Parsed]) {}

    /// Translates one statement and records what it declares. Diagnostics' spans are bytes in the statement.
    pub fn plan(&mut self, _parsed: &Parsed) -> Plan {
        Plan { status: Status::Unchanged, diagnostics: Vec::new() }
    }
}

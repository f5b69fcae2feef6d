//! The declaration of a rule: its code, its name, what it keeps, and the prose of its page.

use super::Fidelity;
use crate::target::Capability;

/// What a rule is about; the letter begins its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The text itself: what can't be read.
    Script,
    /// Identifiers, literals and comments.
    Lexical,
    /// Data types.
    Types,
    /// Tables: columns, defaults, constraints, options.
    Tables,
    /// Indexes.
    Indexes,
    /// ALTER of what exists.
    Alter,
    /// Rows: INSERT, UPDATE, DELETE, COPY, and queries.
    Rows,
    /// Expressions and functions.
    Expressions,
    /// Everything else a script says: sessions, transactions, comments, roles, code.
    Statements,
    /// Scripts that are written for TiDB already.
    Dialect,
    /// PostgreSQL that could be written so that both servers read it.
    Portable,
    /// Remarks on the linter's own comments.
    Meta,
}

impl Family {
    pub fn as_str(self) -> &'static str {
        match self {
            Family::Script => "script",
            Family::Lexical => "lexical",
            Family::Types => "types",
            Family::Tables => "tables",
            Family::Indexes => "indexes",
            Family::Alter => "alter",
            Family::Rows => "rows",
            Family::Expressions => "expressions",
            Family::Statements => "statements",
            Family::Dialect => "dialect",
            Family::Portable => "portable",
            Family::Meta => "meta",
        }
    }
}

/// A rule's declaration. Two rules are the same when their codes are.
#[derive(Debug)]
pub struct Rule {
    /// A letter for the family and a number; never reused.
    pub code: &'static str,
    /// The construct found, in kebab case, so that `allow serial-column` reads well.
    pub name: &'static str,
    pub family: Family,
    /// What the rule's translation keeps where a diagnostic does not say otherwise.
    pub fidelity: Fidelity,
    /// The first line of its documentation.
    pub summary: &'static str,
    /// The rest of its documentation, Markdown.
    pub docs: &'static str,
    /// What it relies on in the target, if that differs by version.
    pub needs: &'static [Capability],
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

/// Declares a rule from its doc comment: the first line is the summary, the rest the page.
///
/// ```ignore
/// rule! {
///     /// A column of a serial type.
///     ///
///     /// `serial` becomes `INT AUTO_INCREMENT` …
///     pub SERIAL_COLUMN = "T010", "serial-column", Types, Exact;
/// }
/// ```
macro_rules! rule {
    (
        #[doc = $summary:literal]
        $(#[doc = $docs:literal])*
        $vis:vis $id:ident = $code:literal, $name:literal, $family:ident, $fidelity:ident
        $(, needs $($cap:ident)|+)? ;
    ) => {
        #[doc = $summary]
        $(#[doc = $docs])*
        $vis static $id: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            code: $code,
            name: $name,
            family: $crate::diagnostic::Family::$family,
            fidelity: $crate::diagnostic::Fidelity::$fidelity,
            summary: $summary,
            docs: concat!($($docs, "\n"),*),
            needs: &[$($($crate::target::Capability::$cap),+)?],
        };
    };
}
pub(crate) use rule;

//! Rules about the linter's own comments.

use crate::diagnostic::{Rule, rule};

rule! {
    /// A comment that allows a rule without saying why.
    ///
    /// `-- pg2tidb: allow RULE reason` silences a rule where it stands. Whoever meets it later can't know whether it is
    /// still right unless it says why.
    pub ALLOW_WITHOUT_REASON = "M001", "allow-without-reason", Meta, Approximate;
}

rule! {
    /// A comment that allows a rule there is not.
    ///
    /// The name is neither a rule's code, nor its name, nor a family: nothing is silenced. `pg2tidb rules` lists all of
    /// them.
    pub UNKNOWN_RULE = "M002", "unknown-rule", Meta, Approximate;
}

rule! {
    /// A comment that silences nothing.
    ///
    /// The finding it was written for is gone: remove the comment, so that the next finding on that place is heard.
    pub UNUSED_ALLOW = "M003", "unused-allow", Meta, Approximate;
}

/// All of them.
pub static RULES: &[&Rule] = &[&ALLOW_WITHOUT_REASON, &UNKNOWN_RULE, &UNUSED_ALLOW];

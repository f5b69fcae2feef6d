//! Rules for code that runs inside PostgreSQL: functions, triggers, rules, DO blocks.

use crate::diagnostic::rule;

rule! {
    /// A function written in SQL, PL/pgSQL or another language.
    ///
    /// TiDB has no stored functions. What a function computes moves into the program that calls it, or into a generated
    /// column where it only combines the row's own columns. Indexes, defaults, checks and views that call the function
    /// need the expression itself.
    pub FUNCTION = "S010", "function", Statements, Refused;
}

rule! {
    /// A procedure, or a call of one.
    ///
    /// TiDB has no stored procedures. The program that called it runs the statements itself, in one transaction.
    pub PROCEDURE = "S011", "procedure", Statements, Refused;
}

rule! {
    /// An aggregate, operator, cast, language or other extension of PostgreSQL's own language.
    ///
    /// TiDB's functions and operators are fixed. Queries that use the new one need its expression spelled out.
    pub LANGUAGE_OBJECT = "S012", "language-object", Statements, Refused;
}

rule! {
    /// A trigger.
    ///
    /// TiDB has no triggers. What one does must happen elsewhere: a column that only takes the time of the last change
    /// can be declared `ON UPDATE CURRENT_TIMESTAMP(6)`, derived columns can be generated columns, counters and audit
    /// rows are written by the program in the same transaction, and whoever copied rows elsewhere can read TiCDC's
    /// change feed.
    pub TRIGGER = "S013", "trigger", Statements, Refused;
}

rule! {
    /// A DO block.
    ///
    /// TiDB runs no procedural code. What the block would do must be written as plain statements; a block that only
    /// guards a statement by asking the system tables first usually needs no more than `IF [NOT] EXISTS`.
    pub DO_BLOCK = "S014", "do-block", Statements, Refused;
}

rule! {
    /// A rewrite rule (CREATE RULE).
    ///
    /// TiDB never rewrites statements. Programs have to write what the rule turned their statement into.
    pub REWRITE_RULE = "S015", "rewrite-rule", Statements, Refused;
}

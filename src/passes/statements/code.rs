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
    /// TiDB has no triggers. One that only sets a column to the time of the last change becomes `ON UPDATE
    /// CURRENT_TIMESTAMP(6)` of the column (rule `touch-trigger`). What others do must happen elsewhere: derived columns can be generated columns, counters and audit
    /// rows are written by the program in the same transaction, and whoever copied rows elsewhere can read TiCDC's
    /// change feed.
    pub TRIGGER = "S013", "trigger", Statements, Refused;
}

rule! {
    /// A DO block.
    ///
    /// TiDB runs no procedural code. A block whose way is known when it is converted becomes its statements (rules
    /// `unwrapped-block` and `guarded-statement`). One that depends on rows, on variables or on what only a server knows is
    /// refused: what it would do must be written as plain statements, or done by a program.
    pub DO_BLOCK = "S014", "do-block", Statements, Refused;
}

rule! {
    /// A rewrite rule (CREATE RULE).
    ///
    /// TiDB never rewrites statements. Programs have to write what the rule turned their statement into.
    pub REWRITE_RULE = "S015", "rewrite-rule", Statements, Refused;
}

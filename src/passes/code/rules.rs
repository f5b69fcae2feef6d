//! Rules for procedural code that is translated.

use crate::diagnostic::rule;

rule! {
    /// A DO block that guards statements.
    ///
    /// TiDB runs no code, but what such a block asks is known when it is converted: the migrations before it say whether
    /// the type, the table, the column or the constraint is there. `IF NOT EXISTS (SELECT … FROM pg_type …) THEN … END IF` and
    /// `BEGIN … EXCEPTION WHEN duplicate_object THEN NULL; END` become the statements that would run, and what would not run is
    /// left out, as a comment. Where the guard and a single statement are about the same object, and TiDB has `IF [NOT]
    /// EXISTS` there, the statement says that instead. Conditions on rows, variables, loops and whatever else only a server could
    /// decide are refused.
    pub GUARDED_STATEMENT = "S700", "guarded-statement", Statements, Exact;
}

rule! {
    /// A DO block of plain statements.
    ///
    /// The statements stand for themselves, in the order in which they run; `PERFORM f()` is `SELECT f()`, and `EXECUTE` of
    /// a constant text is the statement in it. PostgreSQL runs a block as one transaction: TiDB commits each change of the
    /// schema.
    pub UNWRAPPED_BLOCK = "S701", "unwrapped-block", Statements, Exact;
}

rule! {
    /// An error that PostgreSQL ignores.
    ///
    /// `EXCEPTION WHEN … THEN NULL` goes on after an error, and undoes what its block did. Where the migrations before
    /// say that the error does not come, or that it always does, the block is exact. Here an error that they can't know of
    /// would be ignored on PostgreSQL, and on TiDB it stops the script.
    pub IGNORED_ERROR = "S702", "ignored-error", Statements, Approximate;
}

rule! {
    /// A trigger that sets a column to the time.
    ///
    /// The column gets `ON UPDATE CURRENT_TIMESTAMP(n)`. PostgreSQL's trigger runs on every UPDATE of the row and wins
    /// over what the statement sets; TiDB sets the column only if another column of the row really changes, and only if the
    /// statement does not set it itself. So a program that relies on the trigger while it writes the column, or on an
    /// UPDATE that changes nothing, sees other times. On INSERT the column's default does it, which a value in the
    /// statement overrides.
    pub TOUCH_TRIGGER = "S703", "touch-trigger", Statements, Approximate;
}

rule! {
    /// The function of triggers that set a column to the time.
    ///
    /// Its triggers become `ON UPDATE CURRENT_TIMESTAMP`, so the function is not needed. When it is dropped with CASCADE, the
    /// columns of its triggers lose that again.
    pub TRIGGER_FUNCTION = "S704", "trigger-function", Statements, Exact;
}

rule! {
    /// A guard about something that no file of the run declares.
    ///
    /// Whether the object is there can't be known when the file is converted without those before it. The statement is
    /// written so that TiDB decides, or so that it fails loudly where PostgreSQL would have left it out; a statement that is
    /// only for a database where the object is there is left out. Convert the migrations together.
    pub UNSURE_GUARD = "S705", "unsure-guard", Statements, Approximate;
}

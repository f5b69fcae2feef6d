//! What a script as a whole does: whether it can be run twice, what its transactions hold.

use crate::diagnostic::rule;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::{Lexed, Mode};
use crate::lint::tidb::stmt::Stmt;

rule! {
    /// A statement that fails when the script is run again.
    ///
    /// Other statements of the script say IF NOT EXISTS or IF EXISTS, so it is meant to be run again; this one would fail then. Give it the form where TiDB has it, or let `pg2tidb
    /// guard` write the script.
    pub NOT_RERUNNABLE = "D044", "not-rerunnable", Dialect, Approximate;
}

rule! {
    /// A change of the schema inside a transaction.
    ///
    /// It commits the transaction, and can't be rolled back. Rows that were changed before it are committed with it.
    pub DDL_IN_TRANSACTION = "D045", "ddl-in-transaction", Dialect, Approximate;
}

rule! {
    /// A statement that may be larger than a transaction can be.
    ///
    /// TiDB's transactions hold 100 MiB unless `performance.txn-total-size-limit` says more, and a statement of many thousand rows keeps locks on all of them. Write the rows in batches
    /// of a few thousand, or use IMPORT INTO.
    pub LARGE_BATCH = "D046", "large-batch", Dialect, Approximate;
}

/// What must be known of a script before its statements are judged.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileFacts {
    /// Some of its statements can be run again, on purpose.
    pub rerunnable: bool,
}

impl FileFacts {
    pub fn of(text: &str, lexed: &Lexed) -> FileFacts {
        let (mut with, mut without) = (0usize, 0usize);
        for cut in &lexed.statements {
            let tokens = lexed.tokens.get(cut.first..cut.end).unwrap_or_default();
            let stmt = Stmt { text, tokens, mode: Mode::default() };
            if !stmt.is_any(0, &["CREATE", "ALTER", "DROP"]) {
                continue;
            }
            let form = (1..stmt.len().min(12)).any(|at| stmt.after_if(at) > at);
            // `DROP … IF EXISTS` before a CREATE is how dumps begin, too
            if form && !stmt.is(0, "DROP") {
                with += 1;
            } else if !form && once(&stmt) {
                without += 1;
            }
        }
        FileFacts { rerunnable: with >= 2 && with > without }
    }
}

/// Whether a statement can be run once only.
fn once(stmt: &Stmt<'_>) -> bool {
    match stmt.at(0).to_ascii_uppercase().as_str() {
        "CREATE" => stmt.is_any(1, &["TABLE", "INDEX", "UNIQUE", "DATABASE", "SCHEMA", "SEQUENCE", "VIEW"]),
        "ALTER" => {
            stmt.is(1, "TABLE") && (2..stmt.len()).any(|at| stmt.is_any(at, &["ADD", "DROP", "RENAME"]))
        }
        "DROP" => stmt.is_any(1, &["TABLE", "INDEX", "DATABASE", "SCHEMA", "SEQUENCE", "VIEW"]),
        _ => false,
    }
}

/// What is said of a statement for its place in the script.
pub fn file_rules(cx: &mut Cx<'_>, facts: FileFacts) {
    let stmt = cx.stmt;
    let form = (1..stmt.len()).any(|at| stmt.after_if(at) > at);
    let dropped = cx.state.is_set("(dropped)") && stmt.is(0, "CREATE");
    if facts.rerunnable && once(&stmt) && !form && !dropped {
        let end = if stmt.is(0, "ALTER") { stmt.len() } else { 3.min(stmt.len()) };
        let found =
            cx.on(&NOT_RERUNNABLE, 0, end, "this fails when the script is run again, unlike the others");
        found.help("write IF [NOT] EXISTS where TiDB has it, or use `pg2tidb guard`");
    }
    let ddl = stmt.is_any(0, &["CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME"])
        && !stmt.is_any(1, &["TEMPORARY", "USER", "ROLE", "GLOBAL"]);
    if cx.state.transaction && ddl {
        let message = if cx.state.changed_rows {
            "this commits the rows that were changed before it"
        } else {
            "this is outside the transaction: it commits at once"
        };
        cx.on(&DDL_IN_TRANSACTION, 0, 2, message).help("write it before BEGIN, or leave BEGIN out");
    }
    let size = stmt.span(0, stmt.len()).len();
    if size > 32 * 1024 * 1024 {
        cx.on(&LARGE_BATCH, 0, 2, "this statement may be larger than a transaction")
            .help("write the rows in batches");
    }
}

//! `transaction`: BEGIN, COMMIT, ROLLBACK and their kin in TiDB's words.

use crate::diagnostic::rule;
use crate::passes::{Cx, Item, Verdict, Work};
use sqlparser::ast::{
    Set, Statement, TransactionAccessMode, TransactionIsolationLevel as Level, TransactionMode as Mode,
};

rule! {
    /// The beginning or the end of a transaction.
    ///
    /// TiDB wants `BEGIN`, `START TRANSACTION`, `COMMIT` and `ROLLBACK` without TRANSACTION or WORK behind them. Its
    /// transactions read a snapshot, as PostgreSQL's REPEATABLE READ does, and it has no SERIALIZABLE. READ ONLY and
    /// DEFERRABLE change nothing about what a transaction does, so they are left out. `COMMIT AND CHAIN`, whose CHAIN TiDB ignores,
    /// becomes `COMMIT` and `START TRANSACTION`.
    pub TRANSACTION = "S002", "transaction", Statements, Exact;
}

rule! {
    /// An isolation level that TiDB does not have.
    ///
    /// SERIALIZABLE transactions fail on PostgreSQL where they could not have run one after the other. TiDB has nothing
    /// stronger than a snapshot: two transactions that each read what the other writes may both commit. Lock what is
    /// read with `SELECT … FOR UPDATE` where that matters.
    pub ISOLATION_LEVEL = "S003", "isolation-level", Statements, Lossy;
}

rule! {
    /// Constraints whose check is put off: SET CONSTRAINTS.
    ///
    /// TiDB checks every constraint at each statement. Rows have to be written in an order that never breaks one.
    pub DEFERRED_CHECK = "S004", "deferred-check", Statements, Lossy;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(statement) = work.first() else { return };
    match statement {
        Statement::StartTransaction { modes, begin, transaction, modifier: None, statements, .. }
            if statements.is_empty() =>
        {
            if *begin {
                *transaction = None;
            }
            let serializable = modes.iter().any(is_serializable);
            modes.clear();
            if serializable {
                weaker(cx);
            }
            canonical(cx, work);
        }
        Statement::Commit { chain: chain @ true, modifier: None, .. }
        | Statement::Rollback { chain: chain @ true, savepoint: None } => {
            *chain = false;
            if let Statement::Commit { end, .. } = statement {
                *end = false;
            }
            let ended = statement.to_string();
            let span = cx.words(&["and", "chain"]);
            cx.note(&TRANSACTION, span, "TiDB ignores AND CHAIN: the next transaction begins by itself");
            work.items = vec![Item::Text(ended), Item::Text("START TRANSACTION".into())];
            work.done = true;
        }
        Statement::Commit { end, modifier: None, .. } => {
            *end = false;
            canonical(cx, work);
        }
        Statement::Rollback { .. } | Statement::ReleaseSavepoint { .. } => canonical(cx, work),
        Statement::Set(Set::SetTransaction { modes, snapshot: None, session }) => {
            if modes.iter().any(is_serializable) {
                weaker(cx);
            } else {
                let what = if *session { "session" } else { "transaction" };
                let span = cx.head();
                cx.note(&TRANSACTION, span, format!("the mode of a {what} needs no saying on TiDB"));
            }
            work.verdict = Verdict::Drop;
        }
        _ => {}
    }
}

fn is_serializable(mode: &Mode) -> bool {
    match mode {
        Mode::IsolationLevel(level) => match level {
            Level::Serializable => true,
            Level::ReadUncommitted | Level::ReadCommitted | Level::RepeatableRead | Level::Snapshot => false,
        },
        Mode::AccessMode(TransactionAccessMode::ReadOnly | TransactionAccessMode::ReadWrite) => false,
    }
}

fn weaker(cx: &mut Cx<'_>) {
    let span = cx.words(&["serializable"]);
    cx.report(
        &ISOLATION_LEVEL,
        span,
        "the transaction reads a snapshot on TiDB, which has no SERIALIZABLE",
    )
    .help = Some("lock what the transaction reads with SELECT … FOR UPDATE".into());
}

/// Writes the statement in its shortest form where the author's has words that the tree does not keep.
fn canonical(cx: &Cx<'_>, work: &mut Work) {
    let Some(statement) = work.first() else { return };
    let printed = statement.to_string();
    let source = cx.parsed.source();
    let words = cx.parsed.tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(source));
    let same = words.map(str::to_ascii_uppercase).eq(printed.split(' ').map(str::to_ascii_uppercase));
    if !same {
        work.items = vec![Item::Text(printed)];
    }
}

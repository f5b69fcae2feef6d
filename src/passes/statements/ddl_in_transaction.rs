//! `schema-change-in-transaction`: TiDB commits with each statement that changes the schema.

use super::failed_transaction::Written;
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::{Cx, Item, Work};
use sqlparser::ast::Statement;

rule! {
    /// A change of the schema between BEGIN and COMMIT.
    ///
    /// PostgreSQL takes all of a transaction back if one statement fails. TiDB commits before and after each statement that
    /// changes the schema: where a script stops in the middle, what came before stays. It makes no difference to a script
    /// that runs to its end, so it is said once for a file. A ROLLBACK after such a statement takes back nothing of what
    /// stands before it, which is a warning.
    pub DDL_IN_TRANSACTION = "S505", "schema-change-in-transaction", Statements, Approximate;
}

/// Where a file stands in its transactions.
#[derive(Debug, Clone, Default)]
pub struct Transaction {
    pub written: Written,
    open: bool,
    /// TiDB has committed part of the open one.
    committed: bool,
    said: bool,
}

impl Transaction {
    /// Follows a statement that is emitted.
    pub fn follow(&mut self, cx: &mut Cx<'_>, source: &Statement, work: &Work) {
        self.written.follow(cx, source);
        match source {
            Statement::StartTransaction { .. } => (self.open, self.committed) = (true, false),
            Statement::Commit { .. } => self.open = false,
            Statement::Rollback { savepoint: None, .. } => {
                if self.committed && self.open {
                    let span = cx.head();
                    let message =
                        "TiDB has committed what stands before it, with the last change of the schema";
                    let found = cx.report(&DDL_IN_TRANSACTION, span, message);
                    (found.level, found.fidelity) = (Level::Warning, Fidelity::Lossy);
                    found.help = Some("undo it by statements of your own".into());
                }
                (self.open, self.committed) = (false, false);
            }
            _ if self.open && work.items.iter().any(changes_schema) => {
                self.committed = true;
                if !std::mem::replace(&mut self.said, true) {
                    let span = cx.head();
                    let message = "TiDB commits with each change of the schema: where the script fails, what came before stays";
                    cx.note(&DDL_IN_TRANSACTION, span, message).fidelity = Fidelity::Approximate;
                }
            }
            _ => {}
        }
    }
}

fn changes_schema(item: &Item) -> bool {
    match item {
        Item::Tree(tree) => matches!(
            tree.as_ref(),
            Statement::CreateTable(_)
                | Statement::AlterTable(_)
                | Statement::CreateIndex(_)
                | Statement::CreateView(_)
                | Statement::CreateSchema { .. }
                | Statement::CreateSequence { .. }
                | Statement::RenameTable(_)
                | Statement::Truncate(_)
                | Statement::Drop { .. }
        ),
        Item::Text(text) => {
            let word = text.split_whitespace().next().unwrap_or_default();
            ["create", "alter", "drop", "rename", "truncate"].iter().any(|ddl| word.eq_ignore_ascii_case(ddl))
        }
    }
}

//! `exclusion-constraint`

use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use sqlparser::ast::{AlterTableOperation, Statement, TableConstraint};

rule! {
    /// An EXCLUDE constraint.
    ///
    /// TiDB has no constraint that compares rows other than for equality. The table comes over without it, so that rows
    /// which exclude each other are accepted: the program has to check, in one transaction with a lock on what it
    /// checks (`SELECT … FOR UPDATE`). An ALTER TABLE that only adds such a constraint is refused.
    pub EXCLUSION_CONSTRAINT = "C005", "exclusion-constraint", Tables, Lossy;
}

const HELP: &str =
    "check for conflicting rows in the program, with SELECT … FOR UPDATE in the same transaction";

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut refuse = false;
    for statement in work.trees() {
        match statement {
            Statement::CreateTable(create) => {
                create.constraints.retain(|constraint| {
                    let TableConstraint::Exclude(exclude) = constraint else { return true };
                    let span = cx.around(exclude);
                    cx.report(
                        &EXCLUSION_CONSTRAINT,
                        span,
                        "TiDB has no EXCLUDE constraints: this one is left out",
                    )
                    .help(HELP);
                    false
                });
            }
            Statement::AlterTable(alter) => {
                for operation in &alter.operations {
                    if let AlterTableOperation::AddConstraint {
                        constraint: TableConstraint::Exclude(e),
                        ..
                    } = operation
                    {
                        let span = cx.around(e);
                        cx.report(&EXCLUSION_CONSTRAINT, span, "TiDB has no EXCLUDE constraints")
                            .help(HELP)
                            .refused();
                        refuse = true;
                    }
                }
            }
            _ => {}
        }
    }
    if refuse {
        work.verdict = crate::passes::Verdict::Refuse;
    }
}

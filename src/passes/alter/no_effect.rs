//! `table-owner`, `storage-setting`, `trigger-switch`, `row-security`: actions on what TiDB does not have.

use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::Cx;
use sqlparser::ast::{AlterTableOperation as Op, ObjectName};

rule! {
    /// An object's owner.
    ///
    /// Objects have no owners on TiDB: what a user may do is said by GRANT alone. The clause is dropped.
    pub OWNER = "A004", "table-owner", Alter, Exact;
}

rule! {
    /// A setting of how a table is stored.
    ///
    /// Fill factors, autovacuum settings, `CLUSTER`, `REPLICA IDENTITY` and `SET LOGGED` or `UNLOGGED` speak of
    /// PostgreSQL's files and its log. TiDB stores tables its own way and always durably, so they are dropped.
    pub STORAGE_SETTING = "A005", "storage-setting", Alter, Exact;
}

rule! {
    /// A trigger or a rule switched on or off.
    ///
    /// TiDB has no triggers and no rules, so there is none to switch; the triggers themselves are refused where they
    /// are created. A trigger that has become `ON UPDATE CURRENT_TIMESTAMP` can't be switched off: that is said.
    pub TRIGGER_SWITCH = "A006", "trigger-switch", Alter, Exact;
}

rule! {
    /// Row level security.
    ///
    /// TiDB has no policies that hide rows. Dropping the action silently would let everybody read what PostgreSQL
    /// hides, so it is refused; put the conditions into views, or into the program. Switching it off is dropped.
    pub ROW_SECURITY = "A007", "row-security", Alter, Refused;
}

/// What becomes of an action that has no place on TiDB.
pub enum Fate {
    Dropped,
    Refused,
}

/// Whether a trigger of the table has become a column's ON UPDATE.
fn touched(cx: &Cx<'_>, table: &ObjectName, name: &str) -> bool {
    let all = ["all", "user"].iter().any(|word| word.eq_ignore_ascii_case(name));
    let is = |trigger: &crate::catalog::Trigger| all || trigger.name.eq_ignore_ascii_case(name);
    cx.catalog.table(table).is_some_and(|t| t.triggers.iter().any(|t| is(t) && !t.columns.is_empty()))
}

/// Says what becomes of the `nth` action, if it has no place on TiDB; `None` for every other.
pub fn fate(cx: &mut Cx<'_>, table: &ObjectName, action: &Op, nth: usize) -> Option<Fate> {
    let (rule, message) = match action {
        Op::OwnerTo { new_owner } => {
            (&OWNER, format!("tables have no owner on TiDB: {new_owner} needs GRANTs on {table} instead"))
        }
        Op::SetLogged | Op::SetUnlogged => (&STORAGE_SETTING, "every table of TiDB is logged".to_string()),
        Op::ReplicaIdentity { .. } => {
            (&STORAGE_SETTING, "REPLICA IDENTITY speaks of PostgreSQL's log, which TiDB does not have".into())
        }
        Op::ClusterBy { .. } | Op::DropClusteringKey => {
            (&STORAGE_SETTING, "TiDB orders a table's rows by its primary key only".into())
        }
        Op::SetOptionsParens { .. } | Op::SetTblProperties { .. } => {
            (&STORAGE_SETTING, "storage parameters are PostgreSQL's own".into())
        }
        Op::DisableTrigger { name } if touched(cx, table, &name.value) => {
            let message =
                format!("on TiDB an UPDATE of {table} still sets what its triggers set to the time");
            let span = cx.action(nth);
            let found = cx.report(&TRIGGER_SWITCH, span, message);
            (found.level, found.fidelity) = (Level::Warning, Fidelity::Lossy);
            found.help("let UPDATEs that must not change the column say `SET c = c`");
            return Some(Fate::Dropped);
        }
        Op::DisableTrigger { .. }
        | Op::EnableTrigger { .. }
        | Op::EnableAlwaysTrigger { .. }
        | Op::EnableReplicaTrigger { .. } => (&TRIGGER_SWITCH, "TiDB has no triggers to switch".into()),
        Op::DisableRule { .. }
        | Op::EnableRule { .. }
        | Op::EnableAlwaysRule { .. }
        | Op::EnableReplicaRule { .. } => (&TRIGGER_SWITCH, "TiDB has no rules to switch".into()),
        Op::DisableRowLevelSecurity | Op::NoForceRowLevelSecurity => {
            let span = cx.action(nth);
            cx.note(&ROW_SECURITY, span, "TiDB has no row level security to switch off");
            return Some(Fate::Dropped);
        }
        Op::EnableRowLevelSecurity | Op::ForceRowLevelSecurity => {
            let span = cx.action(nth);
            let diagnostic = cx.report(
                &ROW_SECURITY,
                span,
                format!("TiDB has no row level security: everybody who may read {table} sees all its rows"),
            );
            diagnostic.help =
                Some("give out views with the conditions of the policies instead of the table".into());
            return Some(Fate::Refused);
        }
        _ => return None,
    };
    let span = cx.action(nth);
    cx.note(rule, span, message);
    Some(Fate::Dropped)
}

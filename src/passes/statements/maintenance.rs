//! Rules for statements that look after the server or the session and leave no trace in the schema.

use crate::diagnostic::rule;

rule! {
    /// Maintenance: VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT, LOAD.
    ///
    /// TiDB collects its garbage and rebuilds its storage by itself: these statements have no effect worth keeping, but
    /// for ANALYZE of a table, which becomes ANALYZE TABLE.
    pub MAINTENANCE = "S050", "maintenance", Statements, Exact;
}

rule! {
    /// LOCK TABLE.
    ///
    /// TiDB's transactions lock rows, never tables, unless the cluster's configuration enables that. Where the lock
    /// keeps two runs of a migration apart, let the migration tool do it; where it guards a read before a write, use
    /// `SELECT … FOR UPDATE`.
    pub LOCK_TABLE = "S052", "lock-table", Statements, Lossy;
}

rule! {
    /// LISTEN, NOTIFY or UNLISTEN.
    ///
    /// TiDB sends no notifications. Programs need a message queue, or have to look for new rows.
    pub NOTIFICATION = "S053", "notification", Statements, Refused;
}

rule! {
    /// Distributed transactions: PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED.
    ///
    /// TiDB has no two-phase commit that clients could steer.
    pub PREPARED_TRANSACTION = "S054", "prepared-transaction", Statements, Refused;
}

rule! {
    /// SHOW, EXPLAIN or DISCARD.
    ///
    /// They tell a person something and change nothing that stays. The statement is left out.
    pub SESSION_QUERY = "S055", "session-query", Statements, Exact;
}

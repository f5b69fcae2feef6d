//! SET, locks and isolation: what TiDB refuses, and what has no effect.

use crate::diagnostic::rule;
use crate::lint::tidb::cx::Cx;

rule! {
    /// LOCK TABLES and UNLOCK TABLES.
    ///
    /// TiDB reads them and locks nothing, unless `enable-table-lock` is on in its configuration. Lock the rows: `SELECT … FOR UPDATE`.
    pub LOCK_WITHOUT_EFFECT = "D037", "lock-tables", Dialect, Approximate;
}

rule! {
    /// A locking read that TiDB does not do.
    ///
    /// FOR SHARE and LOCK IN SHARE MODE are an error, unless `tidb_enable_noop_functions` is on, which makes them lock nothing. SKIP LOCKED is
    /// read and does not skip: it fails on a table without a primary key, and waits otherwise.
    pub LOCKING_READ = "D038", "locking-read", Dialect, Refused;
}

rule! {
    /// An isolation level that TiDB does not have.
    ///
    /// There are READ COMMITTED and REPEATABLE READ. SERIALIZABLE and READ UNCOMMITTED are an error, unless `tidb_skip_isolation_level_check` is
    /// on, which makes TiDB pretend.
    pub ISOLATION = "D039", "isolation", Dialect, Refused;
}

rule! {
    /// Something of MySQL's that TiDB reads and does not do.
    ///
    /// SQL_CALC_FOUND_ROWS, the order of a GROUP BY, and read-only sessions are an error, unless `tidb_enable_noop_functions` is on, which makes them do
    /// nothing.
    pub NOOP = "D057", "noop-function", Dialect, Refused;
}

rule! {
    /// A variable that TiDB does not have, or not there.
    ///
    /// PostgreSQL's settings, such as `search_path` and `statement_timeout`, are unknown to TiDB; some of TiDB's can be set with SET GLOBAL only.
    pub UNKNOWN_VARIABLE = "D040", "unknown-variable", Dialect, Refused;
}

#[rustfmt::skip]
static POSTGRES: &[&str] = &[
    "search_path", "statement_timeout", "lock_timeout", "client_encoding", "standard_conforming_strings", "check_function_bodies", "xmloption", "client_min_messages",
    "row_security", "default_tablespace", "default_table_access_method", "idle_in_transaction_session_timeout", "transaction_timeout", "synchronous_commit", "work_mem",
    "maintenance_work_mem", "session_replication_role", "timezone", "bytea_output", "datestyle", "intervalstyle", "default_with_oids", "escape_string_warning",
    "enable_seqscan", "default_transaction_isolation", "default_transaction_read_only", "extra_float_digits", "application_name", "constraint_exclusion", "jit",
];

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    read_only(cx);
    noop(cx);
    match stmt.at(0).to_ascii_uppercase().as_str() {
        "SET" => set(cx),
        "LOCK" | "UNLOCK" if stmt.is_any(1, &["TABLE", "TABLES"]) => {
            cx.on(&LOCK_WITHOUT_EFFECT, 0, 2, "TiDB reads this and locks nothing")
                .help("leave it out; lock rows with SELECT … FOR UPDATE");
        }
        "BEGIN" | "START" => level(cx, 1),
        _ => {}
    }
    if !stmt.is_any(0, &["SELECT", "WITH", "(", "INSERT", "CREATE", "EXPLAIN"]) {
        return;
    }
    let on = |variable| cx.state.is_set(variable) && !cx.state.is_off(variable);
    let noop = on("tidb_enable_noop_functions") || on("tidb_enable_shared_lock_promotion");
    for at in 1..stmt.len() {
        let share = stmt.seq(at, &["FOR", "SHARE"]) || stmt.seq(at, &["LOCK", "IN", "SHARE", "MODE"]);
        if share && !noop {
            let end = if stmt.is(at, "FOR") { at + 2 } else { at + 4 };
            cx.on(&LOCKING_READ, at, end, "TiDB has no shared locks")
                .help("write FOR UPDATE, or leave it out");
        } else if stmt.seq(at, &["SKIP", "LOCKED"]) {
            cx.on(&LOCKING_READ, at, at + 2, "TiDB reads SKIP LOCKED and skips nothing")
                .help("write NOWAIT, or claim rows with an UPDATE")
                .warning();
        }
    }
}

fn set(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    level(cx, 1);
    if stmt.is(1, "SESSION") && stmt.is(2, "CHARACTERISTICS") {
        cx.on(&UNKNOWN_VARIABLE, 1, 4, "TiDB has no session characteristics")
            .help("write SET SESSION TRANSACTION …");
        return;
    }
    if stmt.is(1, "CONSTRAINTS") {
        cx.on(&UNKNOWN_VARIABLE, 0, 2, "TiDB has no deferred constraints").help("leave it out");
        return;
    }
    let name = 1 + usize::from(stmt.is_any(1, &["LOCAL", "SESSION"]));
    if stmt.is(name + 1, "TO") && !stmt.is_any(name, &["DEFAULT", "PASSWORD", "ROLE"]) {
        cx.on(&UNKNOWN_VARIABLE, name, name + 2, "TiDB sets a variable with `=`")
            .help("write SET name = value, if TiDB has the variable");
        return;
    }
    for (from, _) in stmt.parts(1, stmt.len()) {
        let global = stmt.is_any(from, &["GLOBAL", "PERSIST"])
            || stmt.at(from).to_ascii_lowercase().starts_with("@@global.");
        let at = from + usize::from(stmt.is_any(from, &["GLOBAL", "SESSION", "LOCAL", "PERSIST"]));
        let text = stmt.at(at).to_ascii_lowercase();
        if text.starts_with('@') && !text.starts_with("@@") {
            continue;
        }
        let variable = text.trim_start_matches('@').rsplit('.').next().unwrap_or_default().to_owned();
        if POSTGRES.contains(&variable.as_str()) {
            cx.on(&UNKNOWN_VARIABLE, at, at + 1, format!("TiDB has no variable `{variable}`"))
                .help("leave it out");
        } else if !global && variable == "tidb_enable_check_constraint" {
            let found =
                cx.on(&UNKNOWN_VARIABLE, at, at + 1, "this variable is set for all sessions or not at all");
            found.help("write SET GLOBAL tidb_enable_check_constraint = ON");
        } else if variable == "default_collation_for_utf8mb4" {
            let value = stmt.at(at + 2).trim_matches(['\'', '"']).to_ascii_lowercase();
            let known = ["utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_0900_ai_ci", "default"];
            if value.starts_with("utf8") && !known.contains(&value.as_str()) {
                cx.on(&UNKNOWN_VARIABLE, at + 2, at + 3, "TiDB takes three collations here")
                    .help("utf8mb4_bin, utf8mb4_general_ci or utf8mb4_0900_ai_ci");
            }
        } else if matches!(variable.as_str(), "tx_read_only" | "transaction_read_only")
            && matches!(stmt.at(at + 2).to_ascii_uppercase().as_str(), "1" | "ON" | "'ON'" | "TRUE")
            && !has_noops(cx)
        {
            cx.on(&NOOP, at, at + 1, "TiDB has no read-only sessions").help("leave it out");
        } else if matches!(variable.as_str(), "tx_isolation" | "transaction_isolation") {
            let value = stmt.at(at + 2).trim_matches(['\'', '"']).to_ascii_uppercase();
            if value == "SERIALIZABLE" || value == "READ-UNCOMMITTED" {
                isolation(cx, at + 2, at + 3);
            }
        }
    }
}

fn has_noops(cx: &Cx<'_>) -> bool {
    let variable = "tidb_enable_noop_functions";
    cx.state.is_set(variable) && !cx.state.is_off(variable)
}

fn noop(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    if has_noops(cx) {
        return;
    }
    if let Some(at) =
        stmt.find(0, stmt.len(), &["SQL_CALC_FOUND_ROWS"]).filter(|at| stmt.is(at.wrapping_sub(1), "SELECT"))
    {
        cx.on(&NOOP, at, at + 1, "TiDB counts no rows beyond the LIMIT")
            .help("write a second query with COUNT(*)");
    }
    if stmt.is(0, "SELECT")
        && let Some(group) = stmt.find(1, stmt.len(), &["GROUP"]).filter(|at| stmt.is(at + 1, "BY"))
    {
        let stop = stmt.find(
            group,
            stmt.len(),
            &["HAVING", "ORDER", "LIMIT", "FOR", "WINDOW", "UNION", "INTO", "EXCEPT", "INTERSECT"],
        );
        if let Some(at) = stmt.find(group, stop.unwrap_or(stmt.len()), &["ASC", "DESC"]) {
            cx.on(&NOOP, at, at + 1, "TiDB does not sort by GROUP BY").help("write ORDER BY");
        }
    }
}

/// `READ ONLY`, which is not there but in name, and what START TRANSACTION does not take.
fn read_only(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let noop = has_noops(cx);
    let plain = stmt.seq(0, &["START", "TRANSACTION", "READ", "ONLY"]) && stmt.len() == 4;
    let set = stmt.is(0, "SET") && (1..stmt.len()).any(|at| stmt.seq(at, &["TRANSACTION", "READ", "ONLY"]));
    if (plain || set) && !noop {
        let end = stmt.len();
        cx.on(&ISOLATION, end - 2, end, "TiDB has no read-only transactions")
            .help("leave it out, or SET tidb_enable_noop_functions = ON");
    } else if stmt.seq(0, &["START", "TRANSACTION", "ISOLATION"]) || stmt.seq(0, &["BEGIN", "ISOLATION"]) {
        cx.on(&ISOLATION, 2, stmt.len(), "TiDB starts a transaction without its isolation level")
            .help("write SET TRANSACTION ISOLATION LEVEL … before it");
    }
}

/// `ISOLATION LEVEL …`
fn level(cx: &mut Cx<'_>, from: usize) {
    let stmt = cx.stmt;
    let Some(at) = stmt.find(from, stmt.len(), &["ISOLATION"]).filter(|at| stmt.is(at + 1, "LEVEL")) else {
        return;
    };
    if stmt.is(at + 2, "SERIALIZABLE") {
        isolation(cx, at + 2, at + 3);
    } else if stmt.seq(at + 2, &["READ", "UNCOMMITTED"]) {
        isolation(cx, at + 2, at + 4);
    }
}

fn isolation(cx: &mut Cx<'_>, from: usize, end: usize) {
    let skipped = cx.state.is_set("tidb_skip_isolation_level_check");
    let found = cx.on(&ISOLATION, from, end, "TiDB does not have this isolation level");
    found.help("write REPEATABLE READ, and lock with SELECT … FOR UPDATE where it matters");
    if skipped {
        found.warning();
    }
}

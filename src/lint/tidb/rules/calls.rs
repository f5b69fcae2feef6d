//! Functions that TiDB does not have, and calls that its own don't take.

use super::builtins::arguments;
use super::clauses::POSTGRES_SYNTAX;
use crate::diagnostic::rule;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::syntax::reserved::is_reserved;

rule! {
    /// A call of a function that TiDB does not have.
    ///
    /// TiDB has no functions but its own: PostgreSQL's, MySQL's spatial and XML ones, and those that a script would have to create are an
    /// error when the statement runs.
    pub UNKNOWN_FUNCTION = "D004", "unknown-function", Dialect, Refused;
}

/// Functions of PostgreSQL and MySQL that TiDB does not have, with what to write instead.
#[rustfmt::skip]
static FOREIGN: &[(&str, &str)] = &[
    ("age", "TIMESTAMPDIFF(unit, a, b)"), ("array_agg", "JSON_ARRAYAGG(a)"), ("array_append", "JSON_ARRAY_APPEND"), ("array_cat", "JSON_MERGE_PRESERVE"),
    ("array_length", "JSON_LENGTH(a)"), ("array_position", "JSON_SEARCH"), ("array_remove", "JSON_REMOVE"), ("array_to_json", "JSON_ARRAY"), ("array_to_string", "GROUP_CONCAT"),
    ("bool_and", "MIN(a)"), ("bool_or", "MAX(a)"), ("every", "MIN(a)"), ("btrim", "TRIM(a)"), ("cardinality", "JSON_LENGTH(a)"), ("cbrt", "POW(a, 1/3)"),
    ("chr", "CHAR(n)"), ("clock_timestamp", "SYSDATE(6)"), ("crypt", ""), ("current_setting", "@@name"), ("currval", "LASTVAL(s)"), ("date_part", "EXTRACT(unit FROM a)"),
    ("date_trunc", "DATE_FORMAT(a, '%Y-%m-01')"), ("digest", "SHA2(a, 256)"), ("gen_random_bytes", "RANDOM_BYTES(n)"), ("gen_random_uuid", "UUID()"), ("gen_salt", ""),
    ("generate_series", "a recursive WITH"), ("hashtext", "CRC32(a)"), ("initcap", ""), ("json_agg", "JSON_ARRAYAGG(a)"), ("json_array_elements", ""), ("json_array_length", "JSON_LENGTH(a)"),
    ("json_build_array", "JSON_ARRAY(…)"), ("json_build_object", "JSON_OBJECT(…)"), ("json_each", ""), ("json_object_agg", "JSON_OBJECTAGG(k, v)"), ("json_object_keys", "JSON_KEYS(a)"),
    ("json_strip_nulls", ""), ("json_table", ""), ("json_typeof", "JSON_TYPE(a)"), ("json_value", "JSON_UNQUOTE(JSON_EXTRACT(a, path))"), ("jsonb_agg", "JSON_ARRAYAGG(a)"), ("jsonb_array_elements", ""),
    ("jsonb_array_length", "JSON_LENGTH(a)"), ("jsonb_build_array", "JSON_ARRAY(…)"), ("jsonb_build_object", "JSON_OBJECT(…)"), ("jsonb_each", ""), ("jsonb_object_agg", "JSON_OBJECTAGG(k, v)"),
    ("jsonb_set", "JSON_SET(a, path, b)"), ("jsonb_typeof", "JSON_TYPE(a)"), ("justify_days", ""), ("make_date", "MAKEDATE"), ("make_interval", "INTERVAL n unit"), ("pg_advisory_lock", "GET_LOCK(name, seconds)"),
    ("pg_advisory_xact_lock", "GET_LOCK(name, seconds)"), ("pg_get_serial_sequence", ""), ("pg_sleep", "SLEEP(n)"), ("pg_typeof", ""), ("quote_ident", ""), ("quote_literal", "QUOTE(a)"), ("random", "RAND()"),
    ("regexp_match", "REGEXP_SUBSTR"), ("regexp_matches", "REGEXP_SUBSTR"), ("regexp_split_to_array", ""), ("regexp_split_to_table", ""), ("regexp_count", ""), ("row_to_json", "JSON_OBJECT(…)"), ("set_config", "SET"),
    ("similarity", ""), ("split_part", "SUBSTRING_INDEX(SUBSTRING_INDEX(a, ',', n), ',', -1)"), ("statement_timestamp", "NOW(6)"), ("string_agg", "GROUP_CONCAT(a SEPARATOR ',')"), ("string_to_array", ""),
    ("strpos", "INSTR(a, b)"), ("to_ascii", ""), ("to_char", "DATE_FORMAT or FORMAT"), ("to_date", "STR_TO_DATE"), ("to_hex", "HEX(a)"), ("to_json", ""), ("to_jsonb", ""), ("to_number", "CAST(a AS DECIMAL(p,s))"),
    ("to_timestamp", "FROM_UNIXTIME or STR_TO_DATE"), ("to_tsquery", ""), ("to_tsvector", ""), ("transaction_timestamp", "NOW(6)"), ("trunc", "TRUNCATE(a, 0)"), ("txid_current", ""), ("unnest", "a recursive WITH"),
    ("uuid_generate_v1", "UUID()"), ("uuid_generate_v4", "UUID()"), ("uuid_v4", "UUID()"), ("uuidv7", "UUID()"), ("width_bucket", ""), ("percentile_cont", "APPROX_PERCENTILE"), ("percentile_disc", "APPROX_PERCENTILE"),
    ("mode", ""), ("corr", ""), ("covar_pop", ""), ("regr_slope", ""), ("extractvalue", ""), ("updatexml", ""), ("geometrycollection", ""), ("geomfromtext", ""), ("astext", ""), ("linestring", ""), ("multipoint", ""), ("polygon", ""),
    ("statement_digest", "TIDB_ENCODE_SQL_DIGEST(a)"), ("statement_digest_text", ""),
];

/// Those that TiDB has under another name, with the same arguments and the same values.
static SAME: &[(&str, &str)] = &[
    ("random", "RAND"),
    ("pg_sleep", "SLEEP"),
    ("strpos", "INSTR"),
    ("json_build_object", "JSON_OBJECT"),
    ("jsonb_build_object", "JSON_OBJECT"),
    ("json_build_array", "JSON_ARRAY"),
    ("jsonb_build_array", "JSON_ARRAY"),
    ("json_array_length", "JSON_LENGTH"),
    ("jsonb_array_length", "JSON_LENGTH"),
    ("quote_literal", "QUOTE"),
];

/// Words before a name in brackets that is no call.
#[rustfmt::skip]
static NOT_CALLS: &[&str] = &[
    "INTO", "TABLE", "EXISTS", "INDEX", "KEY", "REFERENCES", "ON", "VIEW", "JOIN", "UPDATE", "WITH", "RECURSIVE", "UNIQUE", "PARTITION", "ADD", "CONSTRAINT", "COLUMN",
    "TRUNCATE", "LIKE", "AS", "PROCEDURE", "FUNCTION", "TRIGGER", "CALL", "INSERT", "REPLACE", "FROM", "IGNORE", "ANALYZE", "DESC", "DESCRIBE", "SPLIT",
];

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    if stmt.is(0, "CREATE") && stmt.find(1, 8, &["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"]).is_some() {
        return;
    }
    for at in 1..stmt.len() {
        if !stmt.is(at + 1, "(") || !matches!(stmt.kind(at), Some(Kind::Word)) {
            continue;
        }
        let name = stmt.at(at).to_ascii_lowercase();
        if matches!(name.as_str(), "nextval" | "lastval" | "setval") {
            sequence_call(cx, at, &name);
            continue;
        }
        if stmt.is_any(at - 1, NOT_CALLS) || cte(cx, at) {
            continue;
        }
        if stmt.is(at - 1, ".") {
            qualified(cx, at);
            continue;
        }
        let foreign = FOREIGN.iter().find(|(foreign, _)| *foreign == name);
        let spatial = name.starts_with("st_") || name.starts_with("pg_") || name.starts_with("mbr");
        if foreign.is_some() || spatial || (name == "json_schema_valid" && cx.before_8()) {
            let found = cx.on(&UNKNOWN_FUNCTION, at, at + 1, format!("TiDB has no function {name}()"));
            if let Some((_, instead)) = foreign.filter(|(_, instead)| !instead.is_empty()) {
                found.help(format!("write {instead}"));
            }
            if let Some((_, same)) = SAME.iter().find(|(foreign, _)| *foreign == name) {
                found.put(&stmt, at, at + 1, *same);
            }
        } else if name == "json_arrayagg" && stmt.find(at + 2, stmt.close(at + 1), &["ORDER"]).is_some() {
            cx.on(&POSTGRES_SYNTAX, at, stmt.close(at + 1) + 1, "TiDB's JSON_ARRAYAGG takes no ORDER BY");
        } else if matches!(name.as_str(), "lpad" | "rpad")
            && stmt.parts(at + 2, stmt.close(at + 1)).len() == 2
        {
            cx.on(
                &UNKNOWN_FUNCTION,
                at,
                stmt.close(at + 1) + 1,
                format!("TiDB's {name}() takes three arguments"),
            )
            .help("give the text to pad with: ' '");
        } else if name == "match" && stmt.is(stmt.close(at + 1) + 1, "AGAINST") {
            cx.on(&UNKNOWN_FUNCTION, at, stmt.close(at + 1) + 2, "TiDB has no full-text search")
                .help("use LIKE, or a search service");
        }
    }
    session_user(cx);
    own(cx);
}

/// Words before a call: what else stands before a bracket is a name, a type or a list.
#[rustfmt::skip]
static BEFORE_CALL: &[&str] = &[
    "SELECT", "(", ",", "=", "<", ">", "<=", ">=", "<>", "!=", "<=>", "+", "-", "*", "/", "%", "||", "&&", "WHERE", "AND", "OR", "XOR", "NOT", "BY", "HAVING", "WHEN", "THEN", "ELSE", "CASE",
    "BETWEEN", "LIKE", "DISTINCT", "DO",
];

/// Calls of functions that nobody has, and with a number of arguments that TiDB's own don't take.
fn own(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let query = stmt.is_any(0, &["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "DO", "("]);
    let declares =
        stmt.is_any(0, &["CREATE", "ALTER"]) && stmt.is_any(1, &["TABLE", "TEMPORARY", "VIEW", "OR"]);
    if !query && !declares {
        return;
    }
    for at in 1..stmt.len() {
        if !stmt.is(at + 1, "(") || !stmt.is_word(at) || !stmt.is_any(at - 1, BEFORE_CALL) || cte(cx, at) {
            continue;
        }
        let name = stmt.at(at).to_ascii_lowercase();
        let close = stmt.close(at + 1);
        if close >= stmt.len()
            || cx.found.iter().any(|found| found.diagnostic.span.start == stmt.span(at, at + 1).start)
        {
            continue;
        }
        match arguments(&name, cx.before_8()) {
            None if query && !stmt.is(close + 1, "AS") && !is_reserved(&name) => {
                cx.on(&UNKNOWN_FUNCTION, at, at + 1, format!("TiDB has no function {name}()"));
            }
            Some((least, most)) if most < 255 && (query || !stmt.is_any(at - 1, &["(", ","])) => {
                let list = stmt
                    .find(at + 2, close, &["DISTINCT", "ORDER", "FROM", "USING", "AS", "FOR", "IN"])
                    .is_some();
                let count = if close == at + 2 { 0 } else { stmt.parts(at + 2, close).len() };
                // whether NOW(7) counts is the grammar's business
                if !list && !(least..=most).contains(&count) {
                    let many = if least == most { format!("{least}") } else { format!("{least} to {most}") };
                    cx.on(
                        &UNKNOWN_FUNCTION,
                        at,
                        close + 1,
                        format!("TiDB's {name}() takes {many} arguments, not {count}"),
                    );
                }
            }
            _ => {}
        }
        digits(cx, at, &name);
    }
}

/// `NOW(7)`: times have at most six digits after the second.
fn digits(cx: &mut Cx<'_>, at: usize, name: &str) {
    #[rustfmt::skip]
    let clocks = ["now", "current_timestamp", "localtime", "localtimestamp", "sysdate", "curtime", "current_time", "utc_time", "utc_timestamp"];
    let stmt = cx.stmt;
    let many = stmt.is(at + 3, ")") && stmt.number(at + 2).is_some_and(|n| n > 6);
    if clocks.contains(&name) && (many || stmt.is(at + 2, "-")) {
        cx.on(&UNKNOWN_FUNCTION, at, stmt.close(at + 1) + 1, format!("TiDB's {name}() takes 0 to 6"));
    }
}

fn session_user(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    for at in 1..stmt.len() {
        if stmt.is(at, "SESSION_USER")
            && stmt.is_any(at - 1, &["SELECT", ",", "=", "("])
            && !stmt.is(at + 1, "(")
            && stmt.is(0, "SELECT")
        {
            cx.on(&UNKNOWN_FUNCTION, at, at + 1, "TiDB wants brackets here").help("write SESSION_USER()");
        }
    }
}

/// Whether the brackets hold the columns of a WITH.
fn cte(cx: &Cx<'_>, at: usize) -> bool {
    let stmt = cx.stmt;
    stmt.is(stmt.close(at + 1) + 1, "AS") && stmt.is(stmt.close(at + 1) + 2, "(")
}

fn qualified(cx: &mut Cx<'_>, at: usize) {
    let schema = cx.stmt.at(at.wrapping_sub(2)).to_ascii_lowercase();
    // A table's columns may stand behind its name.
    let table = ["INTO", "TABLE", "ON", "REFERENCES", "REPLACE", "INSERT", "IGNORE", "EXISTS"];
    if at < 3 || cx.stmt.is_any(at - 3, &table) {
        return;
    }
    if matches!(schema.as_str(), "pg_catalog" | "public") {
        cx.on(&UNKNOWN_FUNCTION, at - 2, at + 1, "TiDB has no such function");
    }
}

fn sequence_call(cx: &mut Cx<'_>, at: usize, name: &str) {
    let stmt = cx.stmt;
    let close = stmt.close(at + 1);
    if stmt.kind(at + 2) == Some(Kind::Text) {
        let bare = stmt.string(at + 2).unwrap_or_default();
        let found = cx.on(&POSTGRES_SYNTAX, at + 2, at + 3, "TiDB names a sequence without quotes");
        found.help(format!("write {name}({bare})"));
        if bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !bare.is_empty() {
            found.put(&stmt, at + 2, at + 3, format!("`{bare}`"));
        }
    } else if name == "setval" && stmt.parts(at + 2, close).len() > 2 {
        cx.on(&POSTGRES_SYNTAX, at, close + 1, "TiDB's SETVAL takes two arguments")
            .help("leave the third out: SETVAL(s, n) makes the next value n + 1");
    }
}

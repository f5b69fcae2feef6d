//! PostgreSQL's syntax inside statements, token by token, and operators that mean something else.

use super::casts;
use super::phrases::PHRASES;
use super::shapes;
use crate::diagnostic::rule;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::lexer::Kind;
use crate::syntax::reserved::is_reserved;

rule! {
    /// PostgreSQL's syntax in a statement of TiDB's.
    ///
    /// Casts with `::`, RETURNING, ON CONFLICT, DISTINCT ON, NULLS LAST, FILTER, LATERAL, arrays, dollar quotes and the like are syntax
    /// errors on TiDB.
    pub POSTGRES_SYNTAX = "D003", "postgres-syntax", Dialect, Refused;
}

rule! {
    /// `||` without PIPES_AS_CONCAT.
    ///
    /// On TiDB `||` is OR: `'a' || 'b'` is 0. Write `CONCAT(a, b)`, which is NULL if one of them is, as PostgreSQL's `||`; or set the sql_mode
    /// PIPES_AS_CONCAT.
    pub PIPES_AS_OR = "D047", "pipes-as-or", Dialect, Approximate;
}

rule! {
    /// An expression that TiDB runs, and that means something else than it looks like.
    ///
    /// `^` is exclusive or, `FULL JOIN` takes FULL for an alias, a constant division by zero is NULL, arithmetic on a text or a date works on what number
    /// it looks like.
    pub QUERY_MEANING = "D048", "surprising-expression", Dialect, Approximate;
}

#[rustfmt::skip]
static UNITS: &[&str] = &[
    "MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "SECOND_MICROSECOND", "MINUTE_MICROSECOND",
    "MINUTE_SECOND", "HOUR_MICROSECOND", "HOUR_SECOND", "HOUR_MINUTE", "DAY_MICROSECOND", "DAY_SECOND", "DAY_MINUTE", "DAY_HOUR",
    "YEAR_MONTH", "SQL_TSI_DAY", "SQL_TSI_HOUR", "SQL_TSI_MINUTE", "SQL_TSI_MONTH", "SQL_TSI_QUARTER", "SQL_TSI_SECOND", "SQL_TSI_WEEK", "SQL_TSI_YEAR",
];

pub fn check(cx: &mut Cx<'_>) {
    let stmt = cx.stmt;
    let mut depth = 0usize;
    // stored code is one finding: what is inside of it says nothing more
    if stmt.is(0, "CREATE") && stmt.find(1, 8, &["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"]).is_some() {
        return;
    }
    for at in 0..stmt.len() {
        match stmt.kind(at) {
            Some(Kind::Punct) => match stmt.at(at) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => punct(cx, at),
            },
            Some(Kind::Dollar) => {
                cx.on(&POSTGRES_SYNTAX, at, at + 1, "TiDB has no dollar quotes")
                    .help("write '…', with '' for each quote inside");
            }
            Some(Kind::Word) if !stmt.is(at.wrapping_sub(1), ".") => word(cx, at, depth),
            _ => {}
        }
    }
    shapes::check(cx);
}

/// Whether a value may end here: what follows is an operator, not the start of another value.
fn ends_value(cx: &Cx<'_>, at: usize) -> bool {
    match cx.stmt.kind(at) {
        Some(Kind::Quoted | Kind::Text | Kind::Number | Kind::Variable | Kind::Param) => true,
        Some(Kind::Word) => !is_reserved(cx.stmt.at(at)),
        Some(Kind::Punct) => cx.stmt.is_any(at, &[")", "]"]),
        _ => false,
    }
}

fn punct(cx: &mut Cx<'_>, at: usize) {
    let stmt = cx.stmt;
    let before = at.wrapping_sub(1);
    match stmt.at(at) {
        "::" if at > 0 => {
            cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB has no casts with ::")
                .help("write CAST(a AS SIGNED), CAST(a AS CHAR), …");
        }
        "[" => {
            cx.on(&POSTGRES_SYNTAX, at, at + 1, "TiDB has no arrays")
                .help("use JSON: JSON_ARRAY(…), JSON_EXTRACT(a, '$[0]')");
        }
        "~" if at > 0 && ends_value(cx, before)
            || stmt.is(before, "!") && at > 1 && ends_value(cx, at - 2) =>
        {
            cx.on(&POSTGRES_SYNTAX, at, at + 1, "TiDB matches regular expressions by name")
                .help("write REGEXP_LIKE(a, 'pattern', 'c')");
        }
        "*" if stmt.is(at + 1, "/") && stmt.span(at, at + 1).end == stmt.span(at + 1, at + 2).start => {
            cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB's comments don't nest: this one ended before")
                .help("leave the inner comment marks out");
        }
        "," if stmt.is(at + 1, ")") => {
            cx.on(&POSTGRES_SYNTAX, at, at + 1, "there is a comma too many here").help("leave it out").cut(
                &stmt,
                at,
                at + 1,
            );
        }
        "@>" => {
            cx.on(&POSTGRES_SYNTAX, at, at + 1, "TiDB has no @>").help("write JSON_CONTAINS(a, b)");
        }
        "||" if !stmt.mode.pipes_as_concat => {
            let text = |at: usize| stmt.kind(at) == Some(Kind::Text);
            if text(before) || text(at + 1) || is_call(cx, at + 1, "CONCAT") {
                cx.on(&PIPES_AS_OR, at, at + 1, "|| is OR on TiDB, and this looks like a text")
                    .help("write CONCAT(a, b)");
            }
        }
        "^" => {
            cx.on(&QUERY_MEANING, at, at + 1, "^ is exclusive or on TiDB")
                .help("write POW(a, b) if a power is meant");
        }
        "/" if stmt.is(at + 1, "0") && stmt.kind(at + 1) == Some(Kind::Number)
            || stmt.at(at + 1) == "0" && stmt.is(at, "/") =>
        {
            cx.on(&QUERY_MEANING, at, at + 2, "a division by zero is NULL on TiDB");
        }
        "+" | "*" | "/" | "%" | "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => casts::counted(cx, at),
        "->" | "->>" if at > 0 && (stmt.is(before, ")") || stmt.kind(before) == Some(Kind::Text)) => {
            cx.on(&POSTGRES_SYNTAX, at, at + 1, "TiDB takes this operator after a column only")
                .help("write JSON_EXTRACT(a, '$.x')");
        }
        "->" | "->>" if stmt.kind(at + 1) == Some(Kind::Number) => {
            cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB wants a JSON path here").help("write a->'$[0]'");
        }
        "->" | "->>" if stmt.string(at + 1).is_some_and(|path| !path.trim_start().starts_with('$')) => {
            cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB wants a JSON path here").help("write a->'$.name'");
        }
        _ => {}
    }
}

fn is_call(cx: &Cx<'_>, at: usize, name: &str) -> bool {
    cx.stmt.is(at, name) && cx.stmt.is(at + 1, "(")
}

fn word(cx: &mut Cx<'_>, at: usize, depth: usize) {
    let stmt = cx.stmt;
    let before = at.wrapping_sub(1);
    for (words, message, help) in PHRASES {
        if stmt.seq(at, words) || (*words == ["INTO", "@"] && into_variable(cx, at)) {
            if words[0] == "SIMILAR" && stmt.is(0, "QUERY") {
                continue;
            }
            if words[0] == "NULLS" && !ends_value(cx, before) && !stmt.is_any(before, &["ASC", "DESC"]) {
                continue;
            }
            if words[0] == "NOT"
                && words[1] == "VALID"
                && at + 2 != stmt.len()
                && !stmt.is_any(at + 2, &[",", ")"])
            {
                continue;
            }
            let found = cx.on(&POSTGRES_SYNTAX, at, (at + words.len()).min(stmt.len()), *message);
            found.help(*help);
            let end = at + words.len();
            let ascending = !stmt.is(before, "DESC");
            match words[0] {
                // this is TiDB's order anyway
                "NULLS" if ascending == (words[1] == "FIRST") => drop(found.cut(&stmt, at, end)),
                "LIMIT" | "WITHOUT" => drop(found.cut(&stmt, at, end)),
                "NOT" if words[1] == "VALID" => drop(found.cut(&stmt, at, end)),
                "AS" if words.contains(&"MATERIALIZED") => drop(found.cut(&stmt, at + 1, end - 1)),
                _ => {}
            }
            if words[0] == "LIMIT" {
                return;
            }
        }
    }
    let next = at + 1;
    match stmt.at(at).to_ascii_uppercase().as_str() {
        "FILTER" if stmt.is(before, ")") && stmt.seq(next, &["(", "WHERE"]) => {
            cx.on(&POSTGRES_SYNTAX, at, stmt.close(next) + 1, "TiDB has no FILTER")
                .help("write SUM(CASE WHEN … THEN 1 END)");
        }
        "ROW" if stmt.is(before, "VALUES") && stmt.is(next, "(") && at > 1 => {
            cx.on(&POSTGRES_SYNTAX, at, next, "TiDB reads VALUES ROW() and fails to run it")
                .help("write VALUES (…), (…)");
        }
        "VALUES"
            if stmt.is(before, "(")
                && stmt.is(next, "(")
                && stmt.is_any(at.wrapping_sub(2), &["FROM", "JOIN"]) =>
        {
            cx.on(&POSTGRES_SYNTAX, at, next, "TiDB has no lists of VALUES in place of a table")
                .help("write SELECT 1 AS a, 2 AS b UNION ALL SELECT 3, 4");
        }
        "VALUES" if stmt.is(before, "DEFAULT") => {
            cx.on(&POSTGRES_SYNTAX, before, next, "TiDB has no DEFAULT VALUES")
                .help("write INSERT INTO t () VALUES ()");
        }
        "E" | "U" if adjacent_text(cx, at) => {
            let found = cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB has no such strings");
            found.help("write '…': backslashes escape in every string");
            if stmt.is(at, "E") {
                found.put(&stmt, at, at + 2, stmt.at(next));
            }
        }
        "INTERVAL" if stmt.kind(next) == Some(Kind::Text) && !stmt.is_any(at + 2, UNITS) => {
            let found = cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB wants the unit outside the string");
            found.help("write INTERVAL 1 DAY");
            if let Some(written) = stmt.string(next).as_deref().and_then(casts::interval) {
                found.put(&stmt, next, next + 1, written);
            }
        }
        "INTERVAL"
            if stmt.kind(next) == Some(Kind::Number)
                && stmt.is_any(at + 2, UNITS)
                && lonely(cx, before)
                && lonely_after(cx, at + 3) =>
        {
            cx.on(&POSTGRES_SYNTAX, at, at + 3, "TiDB has no values of an interval")
                .help("add it to a date: now() + INTERVAL 1 DAY");
        }
        "EXTRACT" if stmt.is(next, "(") && stmt.is(at + 3, "FROM") && !stmt.is_any(at + 2, UNITS) => {
            cx.on(&POSTGRES_SYNTAX, at + 2, at + 3, format!("TiDB can't extract `{}`", stmt.at(at + 2)))
                .help("see DAYOFWEEK(), DAYOFYEAR(), UNIX_TIMESTAMP()");
        }
        "PLACING" if depth > 0 && ends_value(cx, before) => {
            cx.on(&POSTGRES_SYNTAX, at, next, "TiDB has no OVERLAY").help("write INSERT(a, 2, 1, 'x')");
        }
        "OFFSET" => offset(cx, at),
        "CAST" if stmt.is(next, "(") => casts::cast(cx, next),
        "REGEXP_LIKE" if !stmt.is(next, "(") && ends_value(cx, before) => {
            cx.on(&POSTGRES_SYNTAX, at, next, "REGEXP_LIKE is a function")
                .help("write REGEXP_LIKE(a, 'pattern'), or a REGEXP 'pattern'");
        }
        "FULL" if stmt.is(next, "JOIN") => {
            cx.on(&QUERY_MEANING, at, next, "TiDB takes FULL for an alias: this is an inner join")
                .help("write LEFT JOIN … UNION ALL the rows that only the right side has");
        }
        "ALL" if stmt.is_any(before, &["EXCEPT", "INTERSECT"]) => {
            cx.on(
                &POSTGRES_SYNTAX,
                before,
                next,
                format!("TiDB has no {} ALL", stmt.at(before).to_ascii_uppercase()),
            );
        }
        "FROM" | "JOIN" => source(cx, at),
        "OUTFILE" if stmt.is(before, "INTO") && stmt.is(next.wrapping_add(1), "FROM") => {
            cx.on(&POSTGRES_SYNTAX, before, next, "TiDB wants INTO OUTFILE at the end of the query");
        }
        "ON" if depth == 0 && stmt.is(next, "CONFLICT") => {
            cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB has no ON CONFLICT")
                .help("write INSERT IGNORE, or ON DUPLICATE KEY UPDATE a = VALUES(a)");
        }
        "RETURNING" if depth == 0 && at > 3 && returning(cx, at) => {
            cx.on(&POSTGRES_SYNTAX, at, stmt.len(), "TiDB has no RETURNING")
                .help("read the rows with a SELECT; LAST_INSERT_ID() gives a generated id");
        }
        _ => {}
    }
}

fn into_variable(cx: &Cx<'_>, at: usize) -> bool {
    let stmt = cx.stmt;
    stmt.is(at, "INTO") && stmt.kind(at + 1) == Some(Kind::Variable) && stmt.is(0, "SELECT")
}

/// Whether a string follows without a blank.
fn adjacent_text(cx: &Cx<'_>, at: usize) -> bool {
    let stmt = cx.stmt;
    let amp = usize::from(stmt.is(at, "U") && stmt.is(at + 1, "&"));
    let end = stmt.span(at, at + 1 + amp).end;
    let next = at + 1 + amp;
    (stmt.is(at, "E") || amp == 1)
        && stmt.kind(next) == Some(Kind::Text)
        && stmt.span(next, next + 1).start == end
}

fn lonely(cx: &Cx<'_>, before: usize) -> bool {
    cx.stmt.is_any(before, &["SELECT"])
}

fn lonely_after(cx: &Cx<'_>, at: usize) -> bool {
    at >= cx.stmt.len() || cx.stmt.is_any(at, &[",", "FROM"])
}

fn returning(cx: &Cx<'_>, at: usize) -> bool {
    let stmt = cx.stmt;
    stmt.is_any(0, &["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"])
        && ends_value(cx, at - 1)
        && (stmt.is(at + 1, "*")
            || matches!(stmt.kind(at + 1), Some(Kind::Quoted | Kind::Number))
            || (stmt.is_word(at + 1) && !is_reserved(stmt.at(at + 1))))
}

fn offset(cx: &mut Cx<'_>, at: usize) {
    let stmt = cx.stmt;
    let number = matches!(stmt.kind(at + 1), Some(Kind::Number | Kind::Param));
    let after_limit = stmt.is(at.wrapping_sub(2), "LIMIT");
    if number && !after_limit && at > 2 && (ends_value(cx, at - 1) || stmt.is(at - 1, "DUAL")) {
        cx.on(&POSTGRES_SYNTAX, at, at + 2, "TiDB has no OFFSET without a LIMIT")
            .help("write LIMIT 18446744073709551615 OFFSET n");
    }
}

/// What stands in FROM: functions, lists of column names.
fn source(cx: &mut Cx<'_>, at: usize) {
    let stmt = cx.stmt;
    let name = stmt.name(at + 1);
    if let Some(name) = &name
        && stmt.is_word(at + 1)
        && stmt.is(name.end, "(")
        && !is_reserved(stmt.at(name.end - 1))
        && in_query(cx, at)
    {
        let what = name.name.to_ascii_uppercase();
        let message = format!("TiDB has no table functions: {what}()");
        cx.on(&POSTGRES_SYNTAX, at + 1, name.end, message).help("write a recursive WITH, or read a table");
        return;
    }
    let end = match &name {
        Some(name) => name.end,
        None if stmt.is(at + 1, "(") => stmt.close(at + 1) + 1,
        None => return,
    };
    let alias = end + usize::from(stmt.is(end, "AS"));
    let is_alias =
        matches!(stmt.kind(alias), Some(Kind::Quoted)) || stmt.is_word(alias) && !is_reserved(stmt.at(alias));
    let asked = alias > end || name.is_none();
    if asked
        && is_alias
        && stmt.is(alias + 1, "(")
        && in_query(cx, at)
        && !stmt.is_any(alias, &["PARTITION", "USE", "FORCE", "IGNORE", "TABLESAMPLE"])
    {
        cx.on(
            &POSTGRES_SYNTAX,
            alias + 1,
            stmt.close(alias + 1) + 1,
            "TiDB gives no names to an alias's columns",
        )
        .help("name them in the subquery: SELECT x AS a");
    }
    if stmt.is(at, "FROM") && name.is_none() && !is_alias && derived_needs_alias(cx, at, end) {
        cx.on(&POSTGRES_SYNTAX, at + 1, at + 2, "TiDB wants a name for a subquery in FROM")
            .help("write (SELECT …) AS t");
    }
}

fn derived_needs_alias(cx: &Cx<'_>, at: usize, end: usize) -> bool {
    let stmt = cx.stmt;
    // a union in brackets is a query of its own
    if stmt.find(at + 2, end.saturating_sub(1), &["UNION", "EXCEPT", "INTERSECT"]).is_some() {
        return false;
    }
    stmt.is(at + 2, "SELECT")
        && (end >= stmt.len() || stmt.is_any(end, &["WHERE", "ORDER", "GROUP", "LIMIT", ";"]))
        && in_query(cx, at)
}

/// Whether a FROM is a query's, and not that of EXTRACT, TRIM or SUBSTRING.
pub fn in_query(cx: &Cx<'_>, at: usize) -> bool {
    let stmt = cx.stmt;
    let mut depth = 0usize;
    for back in (0..at).rev() {
        if stmt.is(back, ")") {
            depth += 1;
        } else if stmt.is(back, "(") {
            if depth == 0 {
                return stmt.is_any(back + 1, &["SELECT", "WITH", "("]);
            }
            depth -= 1;
        }
    }
    stmt.is_any(0, &["SELECT", "WITH", "INSERT", "DELETE", "UPDATE", "EXPLAIN", "CREATE", "DESC", "("])
}

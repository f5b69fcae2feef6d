//! CHECK constraints.

use super::tables::columns_in;
use crate::diagnostic::rule;
use crate::lint::tidb::catalog::Table;
use crate::lint::tidb::columns::{Check, Column};
use crate::lint::tidb::create::CreateTable;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::Constraint;
use crate::lint::tidb::lexer::Kind;
use crate::lint::tidb::stmt::Name;
use crate::syntax::reserved::is_reserved;
use crate::text::Span;
use std::collections::BTreeSet;

rule! {
    /// A CHECK that TiDB reads and forgets.
    ///
    /// ALTER TABLE … ADD COLUMN … CHECK (…) adds the column and no CHECK. Add it in a statement of its own: ALTER TABLE t ADD CONSTRAINT c CHECK (…).
    pub CHECK_IGNORED = "D012", "check-ignored", Dialect, Lossy;
}

rule! {
    /// A CHECK that TiDB refuses.
    ///
    /// It may not hold subqueries, variables, functions whose value changes (`now()`, `uuid()`, `rand()`), columns that count up, or columns that a foreign key's
    /// CASCADE or SET NULL writes; the one of a column may not speak of other columns; and its value must be true or false by its type, so a bare CASE, IF() or
    /// IS_UUID() needs `= 1`.
    pub CHECK_EXPRESSION = "D013", "refused-check", Dialect, Refused;
}

rule! {
    /// Two CHECKs of one name.
    ///
    /// TiDB 7.5 wants the names of CHECKs to be unique in their table, from 8.1 on in the database.
    pub CHECK_NAME_TWICE = "D014", "check-name-twice", Dialect, Refused, needs CheckNamesPerTable;
}

rule! {
    /// A CHECK, where nothing says that TiDB is to heed it.
    ///
    /// TiDB reads CHECK constraints and forgets them unless `tidb_enable_check_constraint` is on, which it is not after an installation. The first CHECK of a run is
    /// reported, unless a script before it says SET GLOBAL tidb_enable_check_constraint = ON.
    pub CHECK_SWITCHED_OFF = "D015", "check-switched-off", Dialect, Approximate;
}

rule! {
    /// A CHECK of several conditions that is added to rows.
    ///
    /// When ALTER TABLE adds a CHECK, TiDB 7.5 and 8.5 look for rows that break it with `NOT` before the condition and nothing around it. Of `a OR b` only `a` is
    /// negated, and so of `a AND b`: rows that keep the CHECK may be refused, and rows that break it accepted. Parentheses of its own put it right:
    /// CHECK ((a OR b)).
    pub CHECK_HALF_NEGATED = "D058", "check-half-negated", Dialect, Approximate;
}

#[rustfmt::skip]
static CHANGING: &[&str] = &[
    "NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "CURDATE", "CURRENT_DATE", "CURTIME", "CURRENT_TIME", "UTC_DATE", "UTC_TIME", "UTC_TIMESTAMP", "UNIX_TIMESTAMP", "UUID", "UUID_SHORT",
    "RAND", "CONNECTION_ID", "CURRENT_USER", "USER", "SESSION_USER", "SYSTEM_USER", "VERSION", "DATABASE", "SCHEMA", "FOUND_ROWS", "LAST_INSERT_ID", "ROW_COUNT", "SLEEP", "GET_LOCK", "RELEASE_LOCK",
    "LOAD_FILE", "BENCHMARK", "DEFAULT", "NEXTVAL",
];

pub fn create_table(cx: &mut Cx<'_>, create: &CreateTable) {
    let mut names = BTreeSet::new();
    let columns = &create.columns;
    let cascaded: Vec<&String> = create
        .constraints
        .iter()
        .filter_map(|constraint| match constraint {
            Constraint::Foreign(foreign)
                if foreign.reference.actions.iter().any(|(_, a, _)| a == "CASCADE" || a == "SET NULL") =>
            {
                Some(&foreign.columns)
            }
            _ => None,
        })
        .flatten()
        .collect();
    let own = columns.iter().flat_map(|column| column.checks.iter().map(move |check| (check, Some(column))));
    let table = create.constraints.iter().filter_map(|constraint| match constraint {
        Constraint::Check(check) => Some((check, None)),
        _ => None,
    });
    let all: Vec<(&Check, Option<&Column>)> = own.chain(table).collect();
    for (check, of) in &all {
        expression(cx, check);
        if let Some(name) = &check.name {
            if !names.insert(name.to_lowercase()) {
                cx.report(&CHECK_NAME_TWICE, check.head, format!("the table has two CHECKs `{name}`"))
                    .help("give it another name");
            } else {
                name_taken(cx, &create.name, name, check.head);
            }
        }
        let stmt = cx.stmt;
        if create.others.is_empty() && create.like.is_none() {
            let known = |name: &str| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
            unknown(cx, check, &known);
        }
        for column in columns_in(&stmt, check.from, check.end, columns) {
            if let Some(of) = of.filter(|of| of.name != column.name) {
                let message = format!("the CHECK of `{}` speaks of `{}`", of.name, column.name);
                cx.report(&CHECK_EXPRESSION, check.span, message)
                    .help("make it a CHECK of the table: put a comma before it");
                break;
            }
            if column.auto_increment.is_some() {
                cx.report(
                    &CHECK_EXPRESSION,
                    check.span,
                    format!("`{}` counts up: TiDB checks no such column", column.name),
                )
                .help("leave the CHECK out");
                break;
            }
            if cascaded.iter().any(|name| name.eq_ignore_ascii_case(&column.name)) {
                cascade(cx, check.span, &column.name);
                break;
            }
        }
    }
    if let Some((check, _)) = all.first() {
        switched_off(cx, check.head);
    }
}

/// A CHECK that ALTER TABLE adds.
pub fn added(cx: &mut Cx<'_>, table: &Name, check: &Check) {
    expression(cx, check);
    if let Some(name) = &check.name {
        name_taken(cx, table, name, check.head);
    }
    half_negated(cx, check);
    let catalog = cx.catalog;
    if let Some(known) = catalog.get(table) {
        let stmt = cx.stmt;
        if known.known && !known.altered {
            unknown(cx, check, &|name| known.column(name).is_some());
        }
        columns_of(cx, known, check, &stmt);
    }
    switched_off(cx, check.head);
}

fn half_negated(cx: &mut Cx<'_>, check: &Check) {
    let stmt = cx.stmt;
    let (mut at, mut depth, mut between) = (check.from, 0usize, false);
    while at < check.end {
        if stmt.is(at, "(") {
            at = stmt.close(at) + 1;
            continue;
        }
        if stmt.is(at, "CASE") {
            depth += 1;
        } else if stmt.is(at, "END") {
            depth = depth.saturating_sub(1);
        } else if stmt.is(at, "BETWEEN") {
            between = true;
        } else if stmt.is(at, "AND") && between {
            between = false;
        } else if depth == 0 && stmt.is_any(at, &["AND", "OR", "XOR", "&&"]) {
            let span = stmt.span(check.from, check.end);
            let text = format!("({})", stmt.slice(check.from, check.end));
            let message =
                "TiDB negates only the first of these conditions when it looks for rows that break them";
            let found = cx.report(&CHECK_HALF_NEGATED, span, message);
            found.help("put parentheses around all of it").fix(span, text);
            return;
        }
        at += 1;
    }
}

/// A name beside a comparison that is none of the table's.
fn unknown(cx: &mut Cx<'_>, check: &Check, known: &dyn Fn(&str) -> bool) {
    let stmt = cx.stmt;
    for at in check.from..check.end {
        let alone = !stmt.is_any(at.wrapping_sub(1), &[".", "@", "INTERVAL", "AS"])
            && !stmt.is_any(at + 1, &["(", "."]);
        let compares = |at: usize| {
            (check.from..check.end).contains(&at) && stmt.is_any(at, &["=", "<", ">", "<=", ">=", "<>", "!="])
        };
        let word = matches!(stmt.kind(at), Some(Kind::Word | Kind::Quoted));
        if !word || !alone || !(compares(at + 1) || compares(at.wrapping_sub(1))) {
            continue;
        }
        let quoted = stmt.kind(at) == Some(Kind::Quoted);
        let Some(name) = stmt.ident(at).filter(|name| quoted || !is_reserved(name)) else { continue };
        // a charset's introducer, and words that are values
        if !quoted
            && (name.starts_with('_')
                || stmt.is_any(at, &["TRUE", "FALSE", "NULL", "UNKNOWN", "DATE", "TIME", "TIMESTAMP"]))
        {
            continue;
        }
        if !known(&name) {
            cx.on(&CHECK_EXPRESSION, at, at + 1, format!("the table has no column `{name}`"));
            return;
        }
    }
}

fn columns_of(cx: &mut Cx<'_>, table: &Table, check: &Check, stmt: &crate::lint::tidb::stmt::Stmt<'_>) {
    for at in check.from..check.end {
        let Some(name) = stmt.ident(at).filter(|_| !stmt.is(at + 1, "(")) else { continue };
        let Some(column) = table.column(&name) else { continue };
        if column.auto {
            cx.report(
                &CHECK_EXPRESSION,
                check.span,
                format!("`{name}` counts up: TiDB checks no such column"),
            );
            return;
        }
        let cascaded = table
            .foreign
            .iter()
            .any(|f| f.cascades && f.columns.iter().any(|c| c.eq_ignore_ascii_case(&name)));
        if cascaded {
            cascade(cx, check.span, &name);
            return;
        }
    }
}

fn cascade(cx: &mut Cx<'_>, span: Span, name: &str) {
    let message = format!("a foreign key's CASCADE or SET NULL writes `{name}`: TiDB checks no such column");
    cx.report(&CHECK_EXPRESSION, span, message).help("leave the CHECK or the action out");
}

fn name_taken(cx: &mut Cx<'_>, table: &Name, name: &str, span: Span) {
    let Some(other) = cx.catalog.check_names.get(&cx.catalog.check_key(table, name)) else { return };
    let same = *other == cx.catalog.key(table);
    if same || !cx.before_8() {
        let found =
            cx.report(&CHECK_NAME_TWICE, span, format!("there is a CHECK `{name}` in this database already"));
        found.help("put the table's name in front of it");
        if same {
            found.warning();
        }
    }
}

fn switched_off(cx: &mut Cx<'_>, span: Span) {
    if !cx.state.is_set("tidb_enable_check_constraint") && !cx.state.is_set(CHECK_SAID) {
        let found = cx.report(
            &CHECK_SWITCHED_OFF,
            span,
            "TiDB forgets CHECK constraints unless it is told to heed them",
        );
        found.help("run SET GLOBAL tidb_enable_check_constraint = ON once on the cluster");
    }
}

/// Set in the state once a run was told.
pub const CHECK_SAID: &str = "(said)";

fn expression(cx: &mut Cx<'_>, check: &Check) {
    let stmt = cx.stmt;
    for at in check.from..check.end {
        let word = stmt.at(at).to_ascii_uppercase();
        let call = stmt.is(at + 1, "(");
        let bare = matches!(
            word.as_str(),
            "CURRENT_TIMESTAMP"
                | "CURRENT_DATE"
                | "CURRENT_TIME"
                | "CURRENT_USER"
                | "LOCALTIME"
                | "LOCALTIMESTAMP"
                | "UTC_TIMESTAMP"
                | "UTC_DATE"
                | "UTC_TIME"
        );
        match stmt.kind(at) {
            Some(Kind::Word) if word == "SELECT" && stmt.is(at.wrapping_sub(1), "(") => {
                cx.on(&CHECK_EXPRESSION, at, at + 1, "a CHECK has no subqueries");
            }
            Some(Kind::Word) if (call || bare) && CHANGING.contains(&word.as_str()) => {
                cx.on(&CHECK_EXPRESSION, at, at + 1, format!("a CHECK does not call {word}"));
            }
            Some(Kind::Variable) => drop(cx.on(&CHECK_EXPRESSION, at, at + 1, "a CHECK reads no variables")),
            _ => {}
        }
    }
    if !is_boolean(cx, check.from, check.end) {
        let found = cx.report(&CHECK_EXPRESSION, check.span, "to TiDB this is a value, not a condition");
        found.help("compare it: … = 1");
    }
}

/// Whether the expression is a condition to TiDB's types. Errs towards yes.
fn is_boolean(cx: &Cx<'_>, from: usize, end: usize) -> bool {
    let stmt = cx.stmt;
    if stmt.is(from, "(") && stmt.close(from) + 1 == end {
        return is_boolean(cx, from + 1, end - 1);
    }
    let whole_call = stmt.is(from + 1, "(") && stmt.close(from + 1) + 1 == end;
    let value = [
        "IS_UUID",
        "LENGTH",
        "CHAR_LENGTH",
        "IF",
        "IFNULL",
        "COALESCE",
        "ABS",
        "MOD",
        "JSON_LENGTH",
        "OCTET_LENGTH",
        "LOCATE",
        "INSTR",
        "NULLIF",
    ];
    if whole_call && stmt.is_any(from, &value) {
        return false;
    }
    if end == from + 1 && matches!(stmt.kind(from), Some(Kind::Word | Kind::Quoted)) {
        return stmt.is_any(from, &["TRUE", "FALSE"]);
    }
    let number = |at: usize| {
        matches!(stmt.kind(at), Some(Kind::Word | Kind::Quoted | Kind::Number)) && !is_reserved(stmt.at(at))
            || stmt.is_any(at, &["+", "-", "*", "/"])
    };
    if end > from && (from..end).all(number) && (from..end).any(|at| stmt.is_any(at, &["+", "-", "*", "/"])) {
        return false;
    }
    if stmt.is(from, "CASE") {
        // CASE … END and nothing after it
        return !stmt.is(end - 1, "END");
    }
    true
}

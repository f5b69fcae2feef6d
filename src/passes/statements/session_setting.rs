//! `session-setting` and the settings that change what later statements mean.

use crate::diagnostic::rule;
use crate::passes::search_path::{self, Change};
use crate::passes::{Cx, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{
    ContextModifier, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, Reset,
    SelectItem, Set, SetExpr, Statement, Value,
};

rule! {
    /// A setting of PostgreSQL's that TiDB does not need.
    ///
    /// Timeouts, message levels, memory and planner settings, and what else steers only the server or the client. None
    /// changes what a statement means, so the statement is left out.
    pub SESSION_SETTING = "S005", "session-setting", Statements, Exact;
}

rule! {
    /// A search path that makes names without a schema mean another one than `public`.
    ///
    /// PostgreSQL's schemas become TiDB databases, and on TiDB a bare name means the database that the connection has chosen.
    /// So the schema is written to each name from there on, until the path is set anew, the transaction of a SET LOCAL
    /// ends, or the file does: where a path has several schemas, the first that has the object, and for new objects the first.
    /// `ALTER DATABASE … SET search_path` and `ALTER ROLE … SET search_path` count for the files that follow. A path that only the
    /// server knows is refused.
    pub SEARCH_PATH = "S006", "search-path", Statements, Exact;
}

rule! {
    /// A setting that changes how later statements are read.
    ///
    /// Such as `standard_conforming_strings = off`, a client encoding other than UTF-8, or a date style that swaps day
    /// and month. pg2tidb reads the file as PostgreSQL does by default; remove the setting and write the statements in
    /// that form.
    pub READING_SETTING = "S007", "reading-setting", Statements, Refused;
}

rule! {
    /// The time zone of the session.
    ///
    /// `SET TIME ZONE` becomes `SET time_zone`. Offsets are written as TiDB wants them; names need the time zone files on
    /// the server, which TiDB's packages bring along. TiDB has no SET LOCAL: the zone stays after the transaction.
    pub TIME_ZONE = "S008", "time-zone", Statements, Approximate;
}

rule! {
    /// Triggers and foreign keys switched off for the session (`session_replication_role`).
    ///
    /// `replica` becomes `SET foreign_key_checks = 0` and every other value `SET foreign_key_checks = 1`. There are no
    /// triggers on TiDB to switch.
    pub REPLICATION_ROLE = "S009", "replication-role", Statements, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(statement) = work.first() else { return };
    let (name, values, local) = match statement {
        Statement::Set(Set::SingleAssignment { scope, variable, values, hivevar: false }) => {
            let local = *scope == Some(ContextModifier::Local);
            (setting(variable), values.iter().map(text).collect::<Vec<_>>(), local)
        }
        Statement::Set(Set::SetTimeZone { local, value }) => {
            ("timezone".to_string(), vec![text(value)], *local)
        }
        Statement::Set(Set::SetNames { charset_name, collation_name: None }) => {
            ("client_encoding".to_string(), vec![Some(charset_name.value.clone())], false)
        }
        Statement::Set(Set::SetNamesDefault {}) => {
            ("client_encoding".to_string(), vec![Some("default".to_string())], false)
        }
        Statement::Set(Set::SetSessionParam(_)) => return,
        Statement::Reset(reset) => match &reset.reset {
            Reset::ALL => ("all".to_string(), vec![Some("default".to_string())], false),
            Reset::SessionAuthorization => return,
            Reset::ConfigurationParameter(name) => (setting(name), vec![Some("default".to_string())], false),
        },
        Statement::Query(query) => match set_config(query) {
            Some((name, value)) => {
                // The third argument says whether it is local; dropped or refused, it makes no difference.
                let values = value.split(',').map(|part| Some(part.trim().trim_matches('"').to_string()));
                (name, values.collect(), false)
            }
            None => return,
        },
        _ => return,
    };
    if name == "role" || name == "session_authorization" {
        return;
    }
    let values: Option<Vec<String>> = values.into_iter().collect();
    apply(cx, work, &name, values, local);
}

fn apply(cx: &mut Cx<'_>, work: &mut Work, name: &str, values: Option<Vec<String>>, local: bool) {
    let span = cx.head();
    let first = values.iter().flatten().next().cloned().unwrap_or_default();
    let value = first.to_ascii_lowercase();
    match name {
        "search_path" => match search_path::said(cx.parsed) {
            Some(Change::Set(schemas) | Change::Local(schemas))
                if schemas.first().is_some_and(|schema| !schema.is_empty()) =>
            {
                let list = schemas.iter().map(|s| if s.is_empty() { "public" } else { s.as_str() });
                let list = list.collect::<Vec<_>>().join(", ");
                let message =
                    format!("names without a schema mean {list} from here on: it is written to them");
                cx.note(&SEARCH_PATH, span, message);
                work.verdict = Verdict::Drop;
                return;
            }
            Some(_) => {}
            None => {
                let message = format!("unqualified names would mean the schema {first:?} from here on");
                cx.report(&SEARCH_PATH, span, message).refused().help =
                    Some("write the schema before each name".into());
                work.verdict = Verdict::Refuse;
                return;
            }
        },
        "timezone" | "time_zone" => return time_zone(cx, work, values.map(|_| first), local),
        "session_replication_role" => {
            let checks = if value == "replica" { "0" } else { "1" };
            set(work, "foreign_key_checks", Expr::value(Value::Number(checks.into(), false)));
            return;
        }
        _ if changes_reading(name, &value) || values.is_none() && reads(name) => {
            let message = format!("{name} = {first} changes how later statements are read");
            cx.report(&READING_SETTING, span, message).help =
                Some("remove it and write the statements as PostgreSQL reads them by default".into());
            work.verdict = Verdict::Refuse;
            return;
        }
        _ => {}
    }
    cx.note(&SESSION_SETTING, span, format!("{name} changes no meaning that TiDB would have to keep"));
    work.verdict = Verdict::Drop;
}

/// Settings that steer how statements are read.
fn reads(name: &str) -> bool {
    ["standard_conforming_strings", "client_encoding", "datestyle", "transform_null_equals"].contains(&name)
}

fn changes_reading(name: &str, value: &str) -> bool {
    match name {
        "standard_conforming_strings" => !matches!(value, "on" | "true" | "1" | "yes" | "default"),
        "client_encoding" => {
            let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            !matches!(plain.as_str(), "utf8" | "unicode" | "sqlascii" | "default")
        }
        "datestyle" => value.contains("dmy") || value.contains("ymd") || value.contains("euro"),
        "transform_null_equals" => !matches!(value, "off" | "false" | "0" | "no" | "default"),
        _ => false,
    }
}

fn time_zone(cx: &mut Cx<'_>, work: &mut Work, zone: Option<String>, local: bool) {
    let Some(value) = zone.as_deref().and_then(tidb_zone) else {
        let message = "a time zone in this form is not known to TiDB";
        let span = cx.head();
        let diagnostic = cx.report(&TIME_ZONE, span, message);
        diagnostic.level = crate::diagnostic::Level::Error;
        diagnostic.fidelity = crate::diagnostic::Fidelity::Refused;
        diagnostic.help = Some("name the zone, or write its offset as '+02:00' for TiDB".into());
        work.verdict = Verdict::Refuse;
        return;
    };
    if local {
        let span = cx.words(&["local"]);
        cx.report(
            &TIME_ZONE,
            span,
            "the time zone stays after the transaction on TiDB, which has no SET LOCAL",
        );
    }
    set(work, "time_zone", value);
}

/// The zone as TiDB takes it. A bare number is hours east; a text of signs and digits follows POSIX, which
/// counts the other way round.
fn tidb_zone(zone: &str) -> Option<Expr> {
    let text = |zone: String| Expr::value(Value::SingleQuotedString(zone));
    let lower = zone.to_ascii_lowercase();
    match lower.as_str() {
        "default" | "local" => return Some(Expr::Identifier(Ident::new("DEFAULT"))),
        "utc" | "gmt" | "z" | "zulu" | "etc/utc" | "uct" | "universal" => {
            return Some(text("+00:00".into()));
        }
        _ => {}
    }
    if let Ok(hours) = zone.parse::<f64>() {
        let minutes = (hours * 60.0).round() as i64;
        if minutes.abs() > 14 * 60 {
            return None;
        }
        let sign = if minutes < 0 { '-' } else { '+' };
        let (h, m) = (minutes.abs() / 60, minutes.abs() % 60);
        return Some(text(format!("{sign}{h:02}:{m:02}")));
    }
    let named = zone.contains('/') && zone.starts_with(|c: char| c.is_ascii_alphabetic());
    named.then(|| text(zone.to_string()))
}

fn set(work: &mut Work, variable: &str, value: Expr) {
    if let Some(statement) = work.first() {
        *statement = Statement::Set(Set::SingleAssignment {
            scope: None,
            hivevar: false,
            variable: ObjectName::from(vec![Ident::new(variable)]),
            values: vec![value],
        });
    }
}

fn setting(name: &ObjectName) -> String {
    names::parts(name).map(names::folded).collect::<Vec<_>>().join(".")
}

/// The value of a setting, if it is a plain one.
fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(ident.value.clone()),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text)
            | Value::DoubleQuotedString(text)
            | Value::EscapedStringLiteral(text)
            | Value::Number(text, _) => Some(text.clone()),
            Value::Boolean(value) => Some(value.to_string()),
            _ => None,
        },
        Expr::UnaryOp { op: sqlparser::ast::UnaryOperator::Minus, expr } => {
            text(expr).map(|value| format!("-{value}"))
        }
        Expr::UnaryOp { op: sqlparser::ast::UnaryOperator::Plus, expr } => text(expr),
        _ => None,
    }
}

/// Name and value of `SELECT set_config('name', 'value', …)`.
fn set_config(query: &Query) -> Option<(String, String)> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let ([SelectItem::UnnamedExpr(Expr::Function(function))], true) =
        (&select.projection[..], select.from.is_empty())
    else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else { return None };
    let named = names::last(&function.name)?.value.eq_ignore_ascii_case("set_config");
    let arg = |n: usize| match list.args.get(n) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))) => text(expr),
        _ => None,
    };
    named.then_some(())?;
    Some((arg(0)?.to_lowercase(), arg(1)?))
}

//! Changes of a column: MODIFY, CHANGE, RENAME COLUMN, SET DEFAULT, and of a table's character set.

use super::alter_rules::{NOT_DECLARED, missing_column};
use super::defaults::REFUSED_DEFAULT;
use super::key_rules::KEY_COLUMN;
use super::{column_rules, defaults};
use crate::diagnostic::rule;
use crate::lint::tidb::alter::{Action, Alter};
use crate::lint::tidb::catalog::{ColumnInfo, Table};
use crate::lint::tidb::columns::{Column, ColumnDefault, DefaultValue};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::KeyKind;
use crate::lint::tidb::types::Class;
use crate::text::Span;

rule! {
    /// A change of a column that TiDB refuses.
    ///
    /// MODIFY and CHANGE make no key, add no AUTO_INCREMENT, leave the type of a primary key's column alone (a longer one is fine), and keep the collation of a column that
    /// an index holds. A column that a CHECK or a generated column speaks of is not renamed.
    pub CHANGED_COLUMN = "D020", "changed-column", Dialect, Refused;
}

pub fn check(
    cx: &mut Cx<'_>,
    alter: &Alter,
    table: Option<&Table>,
    action: &Action,
    (old, column): (&str, &Column),
    if_exists: bool,
) {
    column_rules::check(cx, column);
    defaults::check(cx, column);
    for (span, what) in [(column.primary, "PRIMARY KEY"), (column.unique, "UNIQUE")] {
        if let Some(span) = span.filter(|_| !column.ty.serial) {
            let found = cx.report(&CHANGED_COLUMN, span, format!("TiDB makes no {what} of a changed column"));
            found.help(format!("write ADD {what} ({}) in a statement of its own", column.name));
        }
    }
    let Some(table) = table else { return };
    let renames = !old.eq_ignore_ascii_case(&column.name);
    if renames && table.partition_columns.iter().any(|c| c.eq_ignore_ascii_case(old)) {
        cx.report(&CHANGED_COLUMN, column.name_span, "the table is partitioned by this column");
    }
    let Some(before) = table.column(old) else {
        if !if_exists {
            cx.report(&NOT_DECLARED, action.span, format!("the table has no column `{old}`"));
        }
        return;
    };
    if let Some(span) = column.auto_increment.filter(|_| !before.auto) {
        cx.report(&CHANGED_COLUMN, span, "TiDB adds no AUTO_INCREMENT to a column")
            .help("copy the rows to a new table");
        return;
    }
    if before.auto
        && column.auto_increment.is_none()
        && column.auto_random.is_none()
        && !cx.state.is_set("tidb_allow_remove_auto_inc")
        && !before.ty.serial
    {
        let found = cx.report(&CHANGED_COLUMN, column.span, "TiDB takes no AUTO_INCREMENT away like this");
        found.help("repeat AUTO_INCREMENT, or SET tidb_allow_remove_auto_inc = ON first");
        return;
    }
    types(cx, alter, table, before, column);
}

fn types(cx: &mut Cx<'_>, alter: &Alter, table: &Table, before: &ColumnInfo, column: &Column) {
    let (old, new) = (&before.ty, &column.ty);
    let has = |columns: &[String]| columns.iter().any(|name| name.eq_ignore_ascii_case(&before.name));
    let keys: Vec<_> = table.keys.iter().filter(|key| has(&key.columns)).collect();
    let primary = keys.iter().any(|key| key.kind == KeyKind::Primary);
    let shrinks = old.class == Class::Int && new.bytes_of_int() < old.bytes_of_int();
    let number = |class| matches!(class, Class::Int | Class::Decimal | Class::Float);
    if primary && (shrinks || (old.class != new.class && (number(old.class) || number(new.class)))) {
        cx.report(&CHANGED_COLUMN, new.span, "TiDB keeps the type of a primary key's column")
            .help("copy the rows to a new table");
        return;
    }
    if new.class.is_lob() && !old.class.is_lob() && !keys.is_empty() {
        let found = cx.report(&KEY_COLUMN, new.span, "a TEXT or BLOB column in a key needs a length");
        found.help("drop the index first, and make it again with a length");
        return;
    }
    if let Some(why) = no_way(old.class, new.class) {
        cx.report(&CHANGED_COLUMN, new.span, why)
            .help("add a column, UPDATE it with what it is to hold, drop the old one");
        return;
    }
    let collation = |own: &Option<String>, charset: &Option<String>| {
        own.clone().or_else(|| {
            charset.is_none().then(|| table.collate.clone().unwrap_or_else(|| "utf8mb4_bin".into()))
        })
    };
    if new.class.is_text() && old.class.is_text() && !keys.is_empty() {
        let (from, to) = (collation(&before.collate, &old.charset), collation(&column.collate, &new.charset));
        if let (Some(from), Some(to)) = (from, to)
            && from != to
            && column.collate.is_some()
            && from.split('_').next() == to.split('_').next()
        {
            // which one the database has is not known here
            let sure = before.collate.is_some() || table.collate.is_some();
            let found = cx.report(
                &CHANGED_COLUMN,
                column.span,
                format!("an index holds the column: its collation stays {from}"),
            );
            found.help("drop the index, change the column, make the index again");
            if !sure {
                found.warning();
            }
            return;
        }
    }
    if old.class == Class::Int && new.class == Class::Int && !cx.state.is_off("foreign_key_checks") {
        let differs = old.bytes_of_int() != new.bytes_of_int() || old.unsigned != new.unsigned;
        let here = table.foreign.iter().any(|f| has(&f.columns));
        let key = cx.catalog.key(&alter.table);
        let there = cx.catalog.referencing(&key).any(|(_, _, f)| has(&f.referenced));
        if differs && (here || there) {
            cx.report(&CHANGED_COLUMN, new.span, "a foreign key wants the type that the column has")
                .help("drop the foreign key first, and make it again");
        }
    }
}

/// What TiDB makes no values of: found by trying every pair of types on both versions.
fn no_way(old: Class, new: Class) -> Option<&'static str> {
    use Class::{
        Binary, Bit, Blob, Char, Date, Datetime, Decimal, Enum, Float, Json, Set, Text, Time, Timestamp,
        Varbinary, Varchar, Year,
    };
    let instant = |class| matches!(class, Date | Datetime | Timestamp);
    let chosen = |class| matches!(class, Enum | Set);
    let bytes = |class| matches!(class, Binary | Varbinary | Blob);
    let text = |class| matches!(class, Char | Varchar | Text);
    if new == Bit && (instant(old) || text(old) || bytes(old) || matches!(old, Time | Year | Json)) {
        return Some("TiDB makes no bits of this");
    }
    if chosen(new) && (instant(old) || matches!(old, Time | Year | Decimal | Float | Json | Bit)) {
        return Some("TiDB makes no ENUM or SET of this");
    }
    if instant(new) && (chosen(old) || matches!(old, Bit | Decimal | Float))
        || new == Time && (chosen(old) || old == Bit)
    {
        return Some("TiDB makes no times of this");
    }
    let same =
        matches!((old, new), (Char, Binary) | (Binary, Char) | (Varchar, Varbinary) | (Varbinary, Varchar));
    if same || text(old) && new == Blob || bytes(old) && new == Text {
        return Some("TiDB makes neither bytes of a text nor a text of bytes");
    }
    None
}

pub fn rename(cx: &mut Cx<'_>, table: Option<&Table>, old: &str, span: Span) {
    missing_column(cx, table, old, span);
    let Some(table) = table else { return };
    let has = |columns: &[String]| columns.iter().any(|name| name.eq_ignore_ascii_case(old));
    if has(&table.partition_columns) {
        cx.report(&CHANGED_COLUMN, span, "the table is partitioned by this column");
    }
    if let Some(check) = table.checks.iter().find(|check| has(&check.columns)) {
        let name = check.name.as_deref().unwrap_or("without a name");
        cx.report(&CHANGED_COLUMN, span, format!("the CHECK `{name}` speaks of this column"))
            .help("drop the CHECK first, and make it again");
    } else if let Some(other) = table.columns.iter().find(|other| has(&other.generated_from)) {
        cx.report(
            &CHANGED_COLUMN,
            span,
            format!("the generated column `{}` speaks of this column", other.name),
        );
    }
}

pub fn set_default(
    cx: &mut Cx<'_>,
    table: Option<&Table>,
    name: &str,
    default: &ColumnDefault,
    action: &Action,
) {
    missing_column(cx, table, name, action.span);
    let class = table.and_then(|table| table.column(name)).map(|column| column.ty.class);
    let stmt = cx.stmt;
    match (&default.value, class) {
        (DefaultValue::Call(..), _)
            if !stmt.is_any(default.from, &["TRUE", "FALSE", "DATE", "TIMESTAMP", "TIME"]) =>
        {
            let found = cx.report(
                &REFUSED_DEFAULT,
                default.span,
                "SET DEFAULT takes a literal, or a function in brackets",
            );
            found.help("write MODIFY COLUMN with the whole definition");
        }
        (DefaultValue::Expr, _)
            if stmt
                .is_any(default.from + 1, &["NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"]) =>
        {
            let found =
                cx.report(&REFUSED_DEFAULT, default.span, "SET DEFAULT does not take the time of now");
            found.help("write MODIFY COLUMN with the whole definition");
        }
        (DefaultValue::Null, _) => {}
        (_, Some(class)) if class.is_lob() || class == Class::Json => {
            cx.report(
                &REFUSED_DEFAULT,
                default.span,
                "TEXT, BLOB and JSON columns get no default with SET DEFAULT",
            )
            .help("write MODIFY COLUMN with the whole definition, on TiDB 8.5");
        }
        (DefaultValue::Expr, None) => defaults::judge(cx, Class::Varchar, None, default),
        _ => {}
    }
}

/// `CONVERT TO CHARACTER SET latin1`, `DEFAULT CHARSET latin1`: TiDB widens utf8 to utf8mb4, and changes nothing else.
pub fn charset(cx: &mut Cx<'_>, action: &Action) {
    let stmt = cx.stmt;
    let charset = |at: usize| stmt.is(at, "CHARSET") || stmt.seq(at, &["CHARACTER", "SET"]);
    let Some(at) = (action.from..action.end).find(|at| charset(*at)) else { return };
    let mut at = at + if stmt.is(at, "CHARSET") { 1 } else { 2 };
    at += usize::from(stmt.is(at, "="));
    let to = stmt.ident(at).or_else(|| stmt.string(at)).unwrap_or_default().to_ascii_lowercase();
    let Some(name) = stmt.name(2) else { return };
    let catalog = cx.catalog;
    let Some(table) = catalog.get(&name).filter(|table| table.known) else { return };
    let from = table
        .charset
        .clone()
        .or_else(|| table.collate.as_deref().and_then(|c| c.split('_').next()).map(str::to_owned));
    let from = from.unwrap_or_else(|| "utf8mb4".into());
    if from.starts_with("utf8mb4")
        && matches!(to.as_str(), "latin1" | "ascii" | "gbk" | "binary" | "utf8" | "utf8mb3")
    {
        let found = cx.on(
            &CHANGED_COLUMN,
            action.from,
            action.end,
            format!("TiDB does not change `{from}` to `{to}`"),
        );
        found.help("copy the rows to a new table");
    }
}

//! DROP COLUMN and DROP CONSTRAINT.

use super::alter_rules::{DROP_CONSTRAINT_KIND, DROPPED_COLUMN, NOT_DECLARED, no_form};
use crate::lint::tidb::alter::{Action, Alter, What};
use crate::lint::tidb::catalog::Table;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::KeyKind;
use crate::lint::tidb::stmt::Name;
use crate::text::Span;

pub fn column(
    cx: &mut Cx<'_>,
    alter: &Alter,
    table: Option<&Table>,
    (name, span): (&str, Span),
    if_exists: bool,
) {
    let Some(table) = table else { return };
    let Some(column) = table.column(name) else {
        if !if_exists {
            cx.report(&NOT_DECLARED, span, format!("the table has no column `{name}`"))
                .help("write IF EXISTS");
        }
        return;
    };
    let has = |columns: &[String]| columns.iter().any(|c| c.eq_ignore_ascii_case(&column.name));
    let goes = |key: &str| {
        alter
            .actions
            .iter()
            .any(|a| matches!(&a.what, What::DropIndex { name, .. } if name.eq_ignore_ascii_case(key)))
    };
    if let Some(key) = table.keys.iter().find(|key| {
        has(&key.columns) && (key.columns.len() > 1 || key.kind == KeyKind::Primary) && !goes(&key.name)
    }) {
        let message = if key.kind == KeyKind::Primary {
            "a column of the primary key can't be dropped".to_owned()
        } else {
            format!("the index `{}` holds this column and others", key.name)
        };
        let found = cx.report(&DROPPED_COLUMN, span, message);
        if key.kind != KeyKind::Primary {
            found.help(format!("drop the index `{}` in a statement before", key.name));
        }
    } else if table.foreign.iter().any(|f| has(&f.columns)) && !cx.state.is_off("foreign_key_checks") {
        cx.report(&DROPPED_COLUMN, span, "a foreign key uses this column")
            .help("drop the foreign key in a statement before");
    } else if let Some(other) = table.columns.iter().find(|other| has(&other.generated_from)) {
        let message = format!("the generated column `{}` uses this column", other.name);
        cx.report(&DROPPED_COLUMN, span, message).help("drop the generated column first");
    } else {
        let dropped = alter
            .actions
            .iter()
            .filter(|a| matches!(&a.what, What::DropColumn { name, .. } if table.column(name).is_some()))
            .count();
        let adds = alter.actions.iter().any(|a| matches!(a.what, What::AddColumns { .. }));
        let last = table.columns.len() == 1 || (dropped == table.columns.len() && !adds);
        if table.partition_columns.iter().any(|c| c.eq_ignore_ascii_case(&column.name)) {
            cx.report(&DROPPED_COLUMN, span, "the table is partitioned by this column")
                .help("copy the rows to a new table");
        } else if last {
            cx.report(&DROPPED_COLUMN, span, "a table keeps at least one column").help("drop the table");
        }
    }
}

pub fn constraint(
    cx: &mut Cx<'_>,
    table: Option<&Table>,
    action: &Action,
    (name, span): (&str, Span),
    check: bool,
) {
    let stmt = cx.stmt;
    if stmt.is(action.from + 2, "IF") {
        no_form(cx, action, if check { "DROP CHECK" } else { "DROP CONSTRAINT" });
        return;
    }
    let Some(table) = table else {
        let lower = name.to_ascii_lowercase();
        let looks_like =
            |marks: &[&str]| marks.iter().any(|mark| lower.starts_with(mark) || lower.ends_with(mark));
        if !check
            && looks_like(&[
                "fk_", "_fk", "_fkey", "uq_", "_uq", "_key", "_pkey", "pk_", "_unique", "unique_",
            ])
            && cx.catalog.get(&name_of(cx)).is_none()
        {
            cx.report(
                &DROP_CONSTRAINT_KIND,
                span,
                format!("TiDB drops CHECKs only like this, and `{name}` does not sound like one"),
            )
            .help("write DROP INDEX, DROP FOREIGN KEY or DROP PRIMARY KEY")
            .warning();
        }
        return;
    };
    let foreign = table.foreign.iter().any(|f| f.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
    let is_check = table.checks.iter().any(|c| c.name.as_ref().is_none_or(|n| n.eq_ignore_ascii_case(name)));
    let kind = match table.key(name) {
        _ if is_check => return,
        _ if foreign => "FOREIGN KEY",
        Some(key) if key.kind == KeyKind::Unique => "INDEX",
        _ if name.to_ascii_lowercase().ends_with("_pkey") && table.primary().is_some() => "PRIMARY KEY",
        _ => {
            cx.report(&NOT_DECLARED, span, format!("the table has no CHECK `{name}`"));
            return;
        }
    };
    let what = match kind {
        "FOREIGN KEY" => "a foreign key",
        "INDEX" => "a unique key",
        _ => "the primary key",
    };
    let words = stmt.span(action.from + 1, action.from + 2);
    let found = cx.report(
        &DROP_CONSTRAINT_KIND,
        action.span,
        format!("`{name}` is {what}: TiDB's DROP CONSTRAINT drops CHECKs only"),
    );
    found.help(format!(
        "write DROP {kind}{}",
        if kind == "PRIMARY KEY" { String::new() } else { format!(" {name}") }
    ));
    if kind != "PRIMARY KEY" {
        found.fix(words, kind);
    }
}

fn name_of(cx: &Cx<'_>) -> Name {
    let fallback = Name { db: None, name: String::new(), span: Span::default(), end: 0 };
    cx.stmt.name(cx.stmt.after_if(2)).unwrap_or(fallback)
}

//! ALTER TABLE: what TiDB refuses of a single change. What it refuses of several is in `several`.

use super::checks::{self, CHECK_IGNORED};
use super::clauses::POSTGRES_SYNTAX;
use super::heads::{NO_EXISTS_FORM, UNSUPPORTED_STATEMENT};
use super::{change, column_rules, defaults, drops, foreign_keys, key_rules, several, tables};
use crate::diagnostic::rule;
use crate::lint::tidb::alter::{Action, Alter, What};
use crate::lint::tidb::catalog::Table;
use crate::lint::tidb::columns::{Column, DefaultValue};
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::{Constraint, KeyKind};
use crate::lint::tidb::lexer::Kind;
use crate::text::Span;

rule! {
    /// DROP CONSTRAINT of what is no CHECK.
    ///
    /// On TiDB, DROP CONSTRAINT drops CHECKs only. A unique key is dropped with DROP INDEX, a foreign key with DROP FOREIGN KEY, a primary key with DROP PRIMARY KEY.
    pub DROP_CONSTRAINT_KIND = "D011", "drop-constraint-kind", Dialect, Refused;
}

rule! {
    /// A column that TiDB does not add like this.
    ///
    /// ADD COLUMN takes no UNIQUE, PRIMARY KEY, AUTO_INCREMENT or AUTO_RANDOM, no stored generated column, and no default whose value differs from row to row.
    pub ADDED_COLUMN = "D019", "added-column", Dialect, Refused;
}

rule! {
    /// A column that TiDB does not drop.
    ///
    /// A column of the primary key or of an index of several columns stays, and so does the last one, and one that a foreign key or a generated column uses. Drop the index, the
    /// key or the generated column first, in a statement of its own.
    pub DROPPED_COLUMN = "D021", "dropped-column", Dialect, Refused;
}

rule! {
    /// A primary key that TiDB neither drops nor makes like this.
    ///
    /// Rows are stored by a clustered primary key, which is the default, so it can't be dropped, and a key that is added later is never clustered.
    pub CLUSTERED_KEY = "D022", "clustered-key", Dialect, Refused;
}

rule! {
    /// A change of what is not there.
    ///
    /// The scripts before this one make no such column, index or constraint, or dropped it. Where TiDB has the form, write IF EXISTS.
    pub NOT_DECLARED = "D024", "not-declared", Dialect, Approximate;
}

pub fn check(cx: &mut Cx<'_>, alter: &Alter) {
    let catalog = cx.catalog;
    let table = catalog.get(&alter.table);
    if table.is_some_and(|table| table.view) && !alter.actions.iter().all(|a| a.what == What::Other) {
        cx.report(&UNSUPPORTED_STATEMENT, alter.table.span, "this is a view: TiDB changes tables only")
            .help("write CREATE OR REPLACE VIEW");
        return;
    }
    let table = table.filter(|table| table.known && !table.view && !table.sequence);
    for action in &alter.actions {
        one(cx, alter, table, action);
    }
    if alter.actions.len() > 1 {
        several::check(cx, alter);
    }
    tables::collations(cx);
}

fn one(cx: &mut Cx<'_>, alter: &Alter, table: Option<&Table>, action: &Action) {
    match &action.what {
        What::AddColumns { columns, .. } => {
            for column in columns {
                add_column(cx, column);
            }
            if let Some(table) = table
                && cx.stmt.is(action.end.wrapping_sub(2), "AFTER")
            {
                let after = cx.stmt.ident(action.end - 1).unwrap_or_default();
                let here = alter.actions.len() == 1 && columns.len() == 1;
                if here && table.column(&after).is_none() {
                    cx.on(
                        &NOT_DECLARED,
                        action.end - 1,
                        action.end,
                        format!("the table has no column `{after}`"),
                    );
                }
            }
        }
        What::AddConstraint { constraint, if_not_exists } => {
            add_constraint(cx, alter, table, action, constraint, *if_not_exists)
        }
        What::DropColumn { name, name_span, if_exists } => {
            drops::column(cx, alter, table, (name, *name_span), *if_exists)
        }
        What::DropIndex { name, name_span, if_exists } => {
            let Some(table) = table else { return };
            if table.key(name).is_none()
                && !if_exists
                && !table
                    .foreign
                    .iter()
                    .any(|f| f.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)))
            {
                cx.report(&NOT_DECLARED, *name_span, format!("the table has no index `{name}`"))
                    .help("write IF EXISTS");
            } else if name.eq_ignore_ascii_case("primary") && table.is_clustered() {
                clustered(cx, action.span);
            } else if foreign_keys::needed(cx, &alter.table, table, name)
                && !cx.state.is_off("foreign_key_checks")
            {
                cx.report(&DROPPED_COLUMN, *name_span, "a foreign key needs this index")
                    .help("drop the foreign key first");
            }
        }
        What::DropForeignKey { name, if_exists } => {
            if *if_exists && !cx.before_8() {
                no_form(cx, action, "DROP FOREIGN KEY");
            }
            let Some(table) = table else { return };
            let known = |f: &crate::lint::tidb::catalog::ForeignInfo| {
                f.name.as_ref().is_none_or(|n| n.eq_ignore_ascii_case(name))
            };
            if !table.foreign.iter().any(known) && !if_exists {
                cx.report(&NOT_DECLARED, action.span, format!("the table has no foreign key `{name}`"));
            }
        }
        What::DropPrimaryKey => match table {
            Some(table) if table.primary().is_none() => {
                cx.report(&NOT_DECLARED, action.span, "the table has no primary key");
            }
            Some(table) if table.is_clustered() => clustered(cx, action.span),
            _ => {}
        },
        What::DropConstraint { name, name_span, check } => {
            drops::constraint(cx, table, action, (name, *name_span), *check)
        }
        What::Change { old, column, if_exists } => {
            change::check(cx, alter, table, action, (old, column), *if_exists)
        }
        What::RenameColumn { old, old_span, .. } => change::rename(cx, table, old, *old_span),
        What::RenameIndex { old, .. } => {
            if table.is_some_and(|table| table.key(old).is_none() && table.foreign.is_empty()) {
                cx.report(&NOT_DECLARED, action.span, format!("the table has no index `{old}`"));
            }
        }
        What::SetDefault { column, value } => change::set_default(cx, table, column, value, action),
        What::DropDefault { column } => missing_column(cx, table, column, action.span),
        What::RenameTable(_) => {}
        What::Partition => {
            if table.is_some_and(|table| !table.partitioned)
                && cx.stmt.is_any(action.from, &["ADD", "DROP", "TRUNCATE", "COALESCE", "REORGANIZE"])
                && cx.stmt.is(action.from + 1, "PARTITION")
            {
                cx.report(&tables::PARTITIONING, action.span, "the table has no partitions");
            }
        }
        What::Other => other(cx, action),
    }
}

pub fn missing_column(cx: &mut Cx<'_>, table: Option<&Table>, name: &str, span: Span) {
    if table.is_some_and(|table| table.column(name).is_none()) {
        cx.report(&NOT_DECLARED, span, format!("the table has no column `{name}`"));
    }
}

fn clustered(cx: &mut Cx<'_>, span: Span) {
    cx.report(&CLUSTERED_KEY, span, "TiDB stores the rows by this key: it can't be dropped")
        .help("copy the rows to a new table, or make the key NONCLUSTERED where the table is created");
}

pub fn no_form(cx: &mut Cx<'_>, action: &Action, what: &str) {
    let stmt = cx.stmt;
    let Some(at) = (action.from..action.end).find(|at| stmt.is(*at, "IF")) else { return };
    let end = stmt.after_if(at);
    let word = if stmt.is(at + 1, "NOT") { "IF NOT EXISTS" } else { "IF EXISTS" };
    let found = cx.on(&NO_EXISTS_FORM, at, end, format!("TiDB's {what} has no {word}"));
    found.help("leave it out, or run the statement only if information_schema says that it is needed (`pg2tidb guard`)");
}

fn add_column(cx: &mut Cx<'_>, column: &Column) {
    column_rules::check(cx, column);
    defaults::check(cx, column);
    let name = &column.name;
    let extras = [
        (column.primary, "PRIMARY KEY"),
        (column.unique, "UNIQUE"),
        (column.auto_increment, "AUTO_INCREMENT"),
        (column.auto_random, "AUTO_RANDOM"),
    ];
    for (span, what) in extras {
        let Some(span) = span else { continue };
        let found = cx.report(&ADDED_COLUMN, span, format!("TiDB adds no column with {what}"));
        let help = match what {
            "UNIQUE" => format!("add the column first, then ADD UNIQUE INDEX {name} ({name})"),
            "PRIMARY KEY" => format!("add the column first, then ADD PRIMARY KEY ({name})"),
            _ => "copy the rows to a new table".to_owned(),
        };
        found.help(help);
    }
    if let Some(generated) = column.generated.as_ref().filter(|generated| generated.stored) {
        cx.report(&ADDED_COLUMN, generated.span, "TiDB adds no stored generated column")
            .help("make it VIRTUAL, or copy the rows to a new table");
    }
    if let Some(default) = column.default.as_ref().filter(|default| {
        default.value == DefaultValue::Expr || matches!(default.value, DefaultValue::Call(..))
    }) {
        let stmt = cx.stmt;
        let at = default.from + usize::from(stmt.is(default.from, "("));
        if stmt.is_any(at, &["UUID", "RAND", "UUID_TO_BIN", "JSON_OBJECT", "JSON_ARRAY", "JSON_QUOTE"]) {
            let found = cx.report(
                &ADDED_COLUMN,
                default.span,
                "TiDB adds no column whose default is computed for each row",
            );
            found.help("add the column, UPDATE the rows, then MODIFY COLUMN … DEFAULT (…)");
        }
    }
    for check in &column.checks {
        let found =
            cx.report(&CHECK_IGNORED, check.span, "TiDB forgets a CHECK that comes with an added column");
        found.help("add it in a statement of its own: ALTER TABLE t ADD CONSTRAINT c CHECK (…)");
    }
    if let Some(reference) = &column.references {
        foreign_keys::inline(cx, reference);
    }
}

fn add_constraint(
    cx: &mut Cx<'_>,
    alter: &Alter,
    table: Option<&Table>,
    action: &Action,
    constraint: &Constraint,
    if_not_exists: bool,
) {
    let stmt = cx.stmt;
    if stmt.is(action.from + 1, "CONSTRAINT") && stmt.is(action.from + 2, "IF") {
        no_form(cx, action, "ADD CONSTRAINT");
        return;
    }
    match constraint {
        Constraint::Key(key) => {
            if if_not_exists && matches!(key.kind, KeyKind::Unique | KeyKind::Primary) {
                no_form(
                    cx,
                    action,
                    if key.kind == KeyKind::Unique { "ADD UNIQUE" } else { "ADD PRIMARY KEY" },
                );
            }
            if let Some(span) = key.clustered_span.filter(|_| key.clustered == Some(true)) {
                cx.report(&CLUSTERED_KEY, span, "a key that is added later is never clustered on TiDB")
                    .help("write NONCLUSTERED, or leave it out");
            }
            key_rules::added(cx, &alter.table, key, false);
            tables::unique_in_partitions(cx, table, key);
        }
        Constraint::Foreign(foreign) => {
            let own = cx.catalog.get(&alter.table);
            foreign_keys::check(cx, &alter.table, own, foreign);
            if table.is_some_and(|table| table.partitioned) {
                cx.report(
                    &tables::PARTITIONING,
                    foreign.span,
                    "a partitioned table has no foreign keys on TiDB",
                );
            }
        }
        Constraint::Check(check) => checks::added(cx, &alter.table, check),
        Constraint::Other => {
            if let Some(at) =
                stmt.find(action.from, action.end, &["USING"]).filter(|at| stmt.is(at + 1, "INDEX"))
            {
                cx.on(&POSTGRES_SYNTAX, at, action.end, "TiDB makes no constraint of an index")
                    .help("add the unique index itself");
            }
        }
    }
}

/// Actions that are PostgreSQL's, or MySQL's only.
fn other(cx: &mut Cx<'_>, action: &Action) {
    let stmt = cx.stmt;
    let at = action.from;
    if stmt.is(at, "ALTER") && !stmt.is_any(at + 1, &["INDEX", "CONSTRAINT", "CHECK"]) {
        let name = at + 1 + usize::from(stmt.is(at + 1, "COLUMN"));
        let next = name + 1;
        let whole =
            ["TYPE"].iter().any(|word| stmt.is(next, word)) || stmt.seq(next, &["SET", "DATA", "TYPE"]);
        let nullable = stmt.seq(next, &["SET", "NOT", "NULL"]) || stmt.seq(next, &["DROP", "NOT", "NULL"]);
        if whole
            || nullable
            || stmt.seq(next, &["SET", "STATISTICS"])
            || stmt.seq(next, &["SET", "STORAGE"])
            || stmt.is(next, "ADD")
            || stmt.seq(next, &["DROP", "IDENTITY"])
        {
            cx.on(&POSTGRES_SYNTAX, at, action.end, "TiDB changes a column with its whole definition")
                .help("write MODIFY COLUMN a type …");
        }
        return;
    }
    let postgres = stmt
        .is_any(at, &["OWNER", "VALIDATE", "ATTACH", "DETACH", "INHERIT", "REPLICA", "CLUSTER"])
        || stmt.is_any(at, &["ENABLE", "DISABLE"])
            && stmt.is_any(at + 1, &["TRIGGER", "ROW", "RULE", "REPLICA", "ALWAYS"])
        || stmt.seq(at, &["FORCE", "ROW"])
        || stmt.seq(at, &["NO", "INHERIT"])
        || stmt.seq(at, &["RENAME", "CONSTRAINT"])
        || stmt.is(at, "SET")
            && stmt.is_any(at + 1, &["SCHEMA", "(", "TABLESPACE", "UNLOGGED", "LOGGED", "WITHOUT", "ACCESS"]);
    if stmt.is_any(at, &["CHECK", "OPTIMIZE", "REBUILD", "REPAIR"]) && stmt.is(at + 1, "PARTITION") {
        cx.on(
            &UNSUPPORTED_STATEMENT,
            at,
            action.end,
            format!("TiDB has no {} PARTITION", stmt.at(at).to_ascii_uppercase()),
        )
        .help("leave it out");
    } else if postgres {
        cx.on(&POSTGRES_SYNTAX, at, action.end, "TiDB has no such change of a table").help("leave it out");
    } else if stmt.is_any(at, &["DISCARD", "IMPORT"]) && stmt.kind(at + 1) == Some(Kind::Word)
        || stmt.is(at, "FORCE") && action.end == at + 1
    {
        cx.on(&UNSUPPORTED_STATEMENT, at, action.end, "TiDB has no such change of a table")
            .help("leave it out");
    } else if stmt.is(at, "CONVERT") || stmt.is_any(at, &["DEFAULT", "CHARSET", "CHARACTER"]) {
        change::charset(cx, action);
    }
}

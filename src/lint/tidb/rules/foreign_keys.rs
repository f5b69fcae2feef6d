//! Foreign keys.

use crate::diagnostic::rule;
use crate::lint::tidb::catalog::{ColumnInfo, Table, column_info};
use crate::lint::tidb::create::CreateTable;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::{Constraint, ForeignKey, Reference};
use crate::lint::tidb::stmt::Name;
use crate::lint::tidb::types::{Class, Type};

rule! {
    /// REFERENCES behind a column.
    ///
    /// TiDB reads it and makes no foreign key. Write FOREIGN KEY (a) REFERENCES t (id) after the columns.
    pub INLINE_REFERENCES = "D016", "inline-references", Dialect, Lossy;
}

rule! {
    /// A foreign key that TiDB refuses.
    ///
    /// Both sides need the same type (integers: size and sign, too), the other table must be there and have an index that starts with the columns, both lists have the same
    /// length, and SET NULL wants columns that may be NULL.
    pub FOREIGN_KEY_MISFIT = "D017", "foreign-key-misfit", Dialect, Refused;
}

rule! {
    /// A foreign key's option that TiDB reads and ignores.
    ///
    /// SET DEFAULT does nothing, and MATCH makes TiDB forget the actions that come after it. DEFERRABLE is a syntax error.
    pub FOREIGN_KEY_OPTION = "D018", "foreign-key-option", Dialect, Approximate;
}

pub fn create_table(cx: &mut Cx<'_>, create: &CreateTable) {
    let stmt = cx.stmt;
    let mut own = cx.catalog.table_of(create);
    own.columns = create.columns.iter().map(column_info).collect();
    for column in &create.columns {
        if let Some(reference) = &column.references {
            inline(cx, reference);
        }
    }
    let mut names = std::collections::BTreeSet::new();
    for constraint in &create.constraints {
        let Constraint::Foreign(foreign) = constraint else { continue };
        if foreign.name.as_ref().is_some_and(|name| !names.insert(name.to_lowercase())) {
            cx.report(&FOREIGN_KEY_MISFIT, foreign.span, "the table has two foreign keys of this name")
                .help("give it another name");
        }
        if create.temporary || stmt.seq(1, &["GLOBAL", "TEMPORARY"]) {
            cx.report(&FOREIGN_KEY_MISFIT, foreign.span, "a temporary table has no foreign keys on TiDB")
                .help("leave it out");
            continue;
        }
        check(cx, &create.name, Some(&own), foreign);
    }
}

pub fn inline(cx: &mut Cx<'_>, reference: &Reference) {
    let found = cx.report(
        &INLINE_REFERENCES,
        reference.span,
        "TiDB makes no foreign key of REFERENCES behind a column",
    );
    found.help("write FOREIGN KEY (a) REFERENCES t (id) after the columns");
}

/// A foreign key of `table`, of which `own` is what is known.
pub fn check(cx: &mut Cx<'_>, table: &Name, own: Option<&Table>, foreign: &ForeignKey) {
    options(cx, foreign);
    let reference = &foreign.reference;
    let Some(columns_span) = reference.columns_span else {
        let found =
            cx.report(&FOREIGN_KEY_MISFIT, reference.span, "TiDB wants the columns of the other table");
        found.help("write REFERENCES t (id)");
        return;
    };
    if reference.columns.len() != foreign.columns.len() {
        cx.report(
            &FOREIGN_KEY_MISFIT,
            columns_span,
            "both sides of a foreign key need the same number of columns",
        );
        return;
    }
    let set_null = reference.actions.iter().any(|(_, action, _)| action == "SET NULL");
    let catalog = cx.catalog;
    let mut target = reference.table.clone();
    target.db = target.db.or_else(|| table.db.clone());
    let itself = catalog.key(&target) == catalog.key(table);
    let other = if itself { own } else { catalog.get(&target) };
    if let Some(own) = own {
        for name in &foreign.columns {
            match own.column(name) {
                None if own.known => {
                    cx.report(
                        &FOREIGN_KEY_MISFIT,
                        foreign.columns_span,
                        format!("the table has no column `{name}`"),
                    );
                    return;
                }
                Some(column) if column.not_null && set_null => {
                    let message = format!("SET NULL can't set `{name}`, which is NOT NULL");
                    cx.report(&FOREIGN_KEY_MISFIT, foreign.span, message)
                        .help("allow NULL, or choose another action");
                }
                Some(column) if column.generated.as_ref().is_some_and(|generated| !generated.stored) => {
                    cx.report(
                        &FOREIGN_KEY_MISFIT,
                        foreign.columns_span,
                        format!("`{name}` is a virtual column: it has no foreign key"),
                    );
                }
                _ => {}
            }
        }
    }
    if other.is_some_and(|other| other.temporary) {
        let message = "no foreign key points to a temporary table on TiDB";
        cx.report(&FOREIGN_KEY_MISFIT, reference.span, message).help("leave it out");
        return;
    }
    if cx.state.is_off("foreign_key_checks") {
        return;
    }
    let Some(other) = other else {
        if !catalog.lost {
            let found = cx.report(
                &FOREIGN_KEY_MISFIT,
                reference.table.span,
                "the scripts before this one make no such table",
            );
            found.help("make it first: TiDB looks for it at once").warning();
        }
        return;
    };
    if other.partitioned {
        cx.report(
            &FOREIGN_KEY_MISFIT,
            reference.table.span,
            "a partitioned table has no foreign keys to it on TiDB",
        );
        return;
    }
    if !other.known || other.view {
        return;
    }
    fits(cx, own, other, foreign, itself);
}

fn fits(cx: &mut Cx<'_>, own: Option<&Table>, other: &Table, foreign: &ForeignKey, itself: bool) {
    let reference = &foreign.reference;
    let span = reference.columns_span.unwrap_or(reference.span);
    for (name, far) in foreign.columns.iter().zip(&reference.columns) {
        let Some(far_column) = other.column(far) else {
            cx.report(&FOREIGN_KEY_MISFIT, span, format!("the other table has no column `{far}`"));
            return;
        };
        let Some(column) = own.and_then(|own| own.column(name)) else { continue };
        if !same(own, column, other, far_column) {
            let message = format!("`{name}` and `{far}` are not of the same type");
            cx.report(&FOREIGN_KEY_MISFIT, foreign.columns_span, message)
                .help("give both columns the same type");
            return;
        }
    }
    // the key that the foreign key makes itself is an index, too, but not for its own table's other columns
    let starts = |columns: &[String]| {
        columns.len() >= reference.columns.len()
            && reference.columns.iter().zip(columns).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let indexed = other.keys.iter().any(|key| starts(&key.columns))
        || other.foreign.iter().any(|f| starts(&f.columns) && !itself);
    if !indexed {
        let found = cx.report(
            &FOREIGN_KEY_MISFIT,
            span,
            "the other table has no index that starts with these columns",
        );
        found.help("make one first");
    }
}

fn same(own: Option<&Table>, a: &ColumnInfo, other: &Table, b: &ColumnInfo) -> bool {
    let (x, y): (&Type, &Type) = (&a.ty, &b.ty);
    if x.class != y.class {
        return false;
    }
    match x.class {
        Class::Int => {
            x.bytes_of_int() == y.bytes_of_int() && (x.unsigned || x.serial) == (y.unsigned || y.serial)
        }
        Class::Char | Class::Varchar => {
            let collate = |column: &ColumnInfo, table: Option<&Table>| {
                column
                    .collate
                    .clone()
                    .or_else(|| column.ty.charset.clone().map(|c| format!("{c}_")))
                    .or_else(|| table.and_then(|t| t.collate.clone().or_else(|| t.charset.clone())))
            };
            match (collate(a, own), collate(b, Some(other))) {
                (Some(x), Some(y)) => {
                    x == y || !x.contains('_') || !y.contains('_') || x.ends_with('_') || y.ends_with('_')
                }
                _ => true,
            }
        }
        _ => true,
    }
}

fn options(cx: &mut Cx<'_>, foreign: &ForeignKey) {
    let stmt = cx.stmt;
    let reference = &foreign.reference;
    if let Some(span) = reference.matches {
        cx.report(&FOREIGN_KEY_OPTION, span, "TiDB ignores MATCH").help("leave it out");
    }
    for (_, action, span) in &reference.actions {
        if action == "SET DEFAULT" {
            cx.report(&FOREIGN_KEY_OPTION, *span, "TiDB ignores SET DEFAULT")
                .help("choose CASCADE, SET NULL or RESTRICT");
        }
    }
    let at = reference.end;
    let not = usize::from(stmt.is(at, "NOT"));
    if stmt.is_any(at + not, &["DEFERRABLE", "INITIALLY"]) {
        let end = (at..stmt.len()).find(|at| stmt.is_any(*at, &[",", ")"])).unwrap_or(stmt.len());
        cx.on(&FOREIGN_KEY_OPTION, at, end, "TiDB checks foreign keys at once").help("leave it out").error();
    }
}

/// Whether dropping this key would leave a foreign key without its index.
pub fn needed(cx: &Cx<'_>, name: &Name, table: &Table, key: &str) -> bool {
    let Some(dropped) = table.key(key) else { return false };
    let starts = |columns: &[String], wanted: &[String]| {
        columns.len() >= wanted.len()
            && !wanted.is_empty()
            && wanted.iter().zip(columns).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let others =
        |wanted: &[String]| table.keys.iter().any(|k| k.name != dropped.name && starts(&k.columns, wanted));
    let own = table.foreign.iter().any(|f| starts(&dropped.columns, &f.columns) && !others(&f.columns));
    let own_table = cx.catalog.key(name);
    let far = cx
        .catalog
        .referencing(&own_table)
        .any(|(_, _, f)| starts(&dropped.columns, &f.referenced) && !others(&f.referenced));
    own || far
}

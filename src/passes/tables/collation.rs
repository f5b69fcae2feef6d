//! `column-collation`

use crate::diagnostic::rule;
use crate::passes::types::{CITEXT_COLLATION, is_citext, postgres_type};
use crate::passes::{Cx, Work};
use crate::syntax::names;
use sqlparser::ast::{ColumnOption, ColumnOptionDef, Ident, ObjectName};

rule! {
    /// A column with a collation of its own.
    ///
    /// `"C"`, `"POSIX"`, `"ucs_basic"` and `"default"` compare as the table's collation `utf8mb4_0900_bin` does: the clause goes. Others,
    /// such as `"en_US"`, sort by the rules of a language; their columns keep the table's collation, which sorts by code
    /// points, but finds the same texts equal. A `citext` column gets a collation that ignores case.
    pub COLUMN_COLLATION = "C026", "column-collation", Tables, Approximate;
}

/// The collations that compare code points, or say nothing.
const EXACT: [&str; 6] = ["c", "posix", "ucs_basic", "default", "c.utf-8", "c.utf8"];

/// Whether the collation compares code points.
pub fn is_exact(name: &str) -> bool {
    EXACT.iter().any(|exact| name.eq_ignore_ascii_case(exact))
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    for (table, column) in work.columns() {
        let name = column.name.clone();
        let citext = postgres_type(cx, &table, &name).is_some_and(|declared| is_citext(&declared));
        column.options.retain(|option| match &option.option {
            ColumnOption::Collation(collation) => {
                report(cx, &name, collation);
                false
            }
            _ => true,
        });
        if citext {
            let collation = ObjectName::from(vec![Ident::new(CITEXT_COLLATION)]);
            column
                .options
                .insert(0, ColumnOptionDef { name: None, option: ColumnOption::Collation(collation) });
        }
    }
}

fn report(cx: &mut Cx<'_>, column: &Ident, collation: &ObjectName) {
    let name = names::last(collation).map(|ident| ident.value.clone()).unwrap_or_default();
    if is_exact(&name) {
        return;
    }
    let span = cx.column_option(column, "COLLATE");
    cx.report(
        &COLUMN_COLLATION,
        span,
        format!("TiDB has no collation {name}: the column keeps the table's, and sorts by code points"),
    );
}

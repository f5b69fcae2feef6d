//! `case-only-name`

use crate::diagnostic::rule;
use crate::passes::{Cx, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{Ident, Statement};
use std::collections::BTreeMap;

rule! {
    /// Two names that differ only in case.
    ///
    /// PostgreSQL keeps `"User"` and `user` apart; TiDB compares names without regard to case and refuses the second
    /// one.
    pub CASE_ONLY_NAME = "L002", "case-only-name", Lexical, Refused;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut clash = None;
    if let Some(create) = work.create_table() {
        let mut seen: BTreeMap<String, Ident> = BTreeMap::new();
        for column in &create.columns {
            if let Some(other) = seen.insert(names::folded(&column.name), column.name.clone())
                && postgres_name(&other) != postgres_name(&column.name)
            {
                clash = Some((column.name.clone(), other.value));
            }
        }
    }
    for statement in work.trees() {
        let Statement::CreateTable(create) = statement else { continue };
        let Some(name) = names::last(&create.name).cloned() else { continue };
        if let Some(table) = cx.catalog.table(&create.name)
            && let Some(other) = names::last(&table.tidb_name)
            && postgres_name(other) != postgres_name(&name)
        {
            clash = Some((name, other.value.clone()));
        }
    }
    if let Some((name, other)) = clash {
        let span = cx.ident(&name);
        let message =
            format!("`{}` and `{other}` differ only in case, and are the same name on TiDB", name.value);
        cx.report(&CASE_ONLY_NAME, span, message).help("rename one of them on both servers");
        work.verdict = Verdict::Refuse;
    }
}

/// The name PostgreSQL stores: an unquoted one in lower case. Reserved words of TiDB carry quotes the source does not
/// have; they are told by their lower-case form being the same word.
fn postgres_name(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) if !crate::syntax::reserved::is_reserved(&ident.value) => ident.value.clone(),
        _ => ident.value.to_lowercase(),
    }
}

//! `foreign-key-default`: ON DELETE SET DEFAULT, said beside the DELETE.

use crate::catalog::{ConstraintKind, Table};
use crate::diagnostic::rule;
use crate::passes::expressions::scope;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::{Delete, FromTable, Ident, ReferentialAction, TableFactor};

rule! {
    /// Deleted rows that others refer to with ON DELETE SET DEFAULT.
    ///
    /// TiDB ignores that action, and refuses to delete the row. So the rows that refer to it get their default in a statement before,
    /// with the condition of the DELETE.
    pub FOREIGN_KEY_DEFAULT = "C722", "foreign-key-default", Tables, Exact;
}

/// What has to run before a translated DELETE.
pub fn before(cx: &mut Cx<'_>, delete: &Delete) -> Vec<Item> {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let ([only], true) = (&from[..], delete.tables.is_empty()) else { return Vec::new() };
    let TableFactor::Table { name, .. } = &only.relation else { return Vec::new() };
    let Some(table) = scope::relation(cx, name) else { return Vec::new() };
    let mut items = Vec::new();
    for child in cx.catalog.tables().filter(|child| child.missing.is_none()) {
        for key in child.constraints.iter().filter(|c| c.refers_to(&table.name) && c.tidb_name.is_some()) {
            let ConstraintKind::ForeignKey { columns, on_delete, .. } = &key.kind else { continue };
            if *on_delete != Some(ReferentialAction::SetDefault) {
                continue;
            }
            let primary = || table.primary_key().map(|key| key.columns.clone()).unwrap_or_default();
            let referred = if columns.is_empty() { primary() } else { columns.clone() };
            let own = idents(child, &key.columns);
            let sets: Vec<String> = own.iter().map(|column| format!("{column} = DEFAULT")).collect();
            let rows = rows(&idents(table, &referred), &only.to_string(), delete);
            items.push(Item::Text(format!(
                "UPDATE {} SET {} WHERE ({}) IN ({rows})",
                child.tidb_name,
                sets.join(", "),
                list(&own),
            )));
        }
    }
    if !items.is_empty() {
        let span = cx.node(name);
        cx.note(
            &FOREIGN_KEY_DEFAULT,
            span,
            "the rows that refer to these get their default first, which TiDB's foreign key does not do",
        );
    }
    items
}

fn idents(table: &Table, columns: &[String]) -> Vec<Ident> {
    let known = |name: &String| table.column(name).map(|column| column.ident.clone());
    columns.iter().map(|name| known(name).unwrap_or_else(|| names::ident(name))).collect()
}

fn list(columns: &[Ident]) -> String {
    columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The keys of the rows that are deleted.
fn rows(columns: &[Ident], from: &str, delete: &Delete) -> String {
    let condition = delete.selection.as_ref().map(|condition| format!(" WHERE {condition}"));
    format!("SELECT {} FROM {from}{}", list(columns), condition.unwrap_or_default())
}

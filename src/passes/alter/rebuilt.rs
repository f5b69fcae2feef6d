//! `rebuilt-index`: indexes that compute with a column which changes.

use super::build;
use super::state::State;
use crate::catalog::Table;
use crate::diagnostic::rule;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{AlterTableOperation as Op, ObjectName, Statement};

rule! {
    /// An index that computes with a column which changes.
    ///
    /// TiDB changes neither the type nor the name of a column while an index has it in an expression, or as the condition of a
    /// partial index that became one. The index is dropped before and created again after.
    pub REBUILT_INDEX = "A722", "rebuilt-index", Alter, Exact;
}

/// TiDB changes no column that an index computes with: such indexes go before, and come again after, as `change` has them.
pub fn rebuilt(
    cx: &mut Cx<'_>,
    state: &State,
    column: &str,
    span: Span,
    change: &dyn Fn(&mut sqlparser::ast::CreateIndex),
) -> (Vec<Item>, Vec<Item>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let Some(table) = &state.table else { return (before, after) };
    let computing = |i: &&crate::catalog::Index| i.tidb_name.is_some() && i.computes_with(column);
    for index in table.indexes.iter().filter(computing) {
        let (Some(name), Some(written)) = (&index.tidb_name, &index.written) else { continue };
        let message =
            format!("the index {name} computes with {column}: it is dropped, and created again after");
        cx.note(&REBUILT_INDEX, span, message);
        before.push(build::alter(&state.name, vec![Op::DropIndex { name: names::ident(name) }]));
        let mut written = written.as_ref().clone();
        written.table_name.clone_from(&state.name);
        written.name = Some(ObjectName::from(vec![names::ident(name)]));
        change(&mut written);
        after.push(Item::tree(Statement::CreateIndex(written)));
    }
    (before, after)
}

/// An index that computes with a column, and can't be said again.
pub fn unknown_index<'t>(table: &'t Table, column: &str) -> Option<&'t crate::catalog::Index> {
    table.indexes.iter().find(|index| {
        index.tidb_name.is_some() && index.written.is_none() && index.mentions.iter().any(|m| m == column)
    })
}

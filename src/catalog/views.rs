//! Views: what they read, and what goes with them.

use super::{Catalog, Name, View};
use crate::syntax::walk::Walk;
use sqlparser::ast::{CreateView, Ident, ObjectName, ObjectNamePart, ObjectType, Query, Statement, Visitor};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The relations that a query names, without those of its own WITH.
struct Relations {
    found: BTreeSet<Name>,
    with: BTreeSet<String>,
}

impl Visitor for Relations {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.with.extend(tables.map(|table| crate::syntax::names::folded(&table.alias.name)));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        self.found.insert(Name::of(relation));
        ControlFlow::Continue(())
    }
}

impl Catalog {
    pub(super) fn create_view(&mut self, source: &CreateView, translated: &[&Statement], there: bool) {
        let mut relations = Relations { found: BTreeSet::new(), with: BTreeSet::new() };
        let _ = source.query.walk(&mut relations);
        let Relations { found, with } = relations;
        let reads: Vec<Name> =
            found.into_iter().filter(|name| !name.schema.is_empty() || !with.contains(&name.name)).collect();
        let written = translated.iter().find_map(|statement| match statement {
            Statement::CreateView(view) => Some(Arc::new(view.clone())),
            _ => None,
        });
        let view = View { reads: reads.into(), written, ..View::new(there) };
        self.views.insert(Name::of(&source.name), view);
    }

    /// The views that read these tables and views, directly or through others; those that others read come last.
    pub fn views_over(&self, read: &[Name]) -> Vec<(&Name, &View)> {
        let mut known: BTreeSet<&Name> = read.iter().collect();
        let mut found: Vec<(&Name, &View)> = Vec::new();
        loop {
            let more: Vec<(&Name, &View)> = self
                .views
                .iter()
                .filter(|(name, view)| !known.contains(name) && view.reads.iter().any(|r| known.contains(r)))
                .collect();
            if more.is_empty() {
                break;
            }
            known.extend(more.iter().map(|(name, _)| *name));
            found.extend(more);
        }
        found.reverse();
        found
    }

    /// Forgets what CASCADE takes along.
    pub(super) fn drop_dependents(&mut self, kind: ObjectType, name: &ObjectName) {
        let dropped = Name::of(name);
        let read: Vec<Name> = match kind {
            ObjectType::Table | ObjectType::View | ObjectType::MaterializedView => vec![dropped],
            ObjectType::Schema => {
                let tables = self.tables.keys().chain(self.views.keys());
                tables.filter(|name| in_schema(name, &dropped.name)).cloned().collect()
            }
            ObjectType::Type => {
                let uses: Vec<(Name, String)> = self
                    .columns_of_type(name)
                    .map(|(table, column)| (table.name.clone(), column.name.clone()))
                    .collect();
                for (table, column) in uses {
                    if let Some(table) = self.table_mut(&table) {
                        table.columns.retain(|c| c.name != column);
                        table.indexes.retain(|index| !index.uses(&column));
                        table.constraints.retain(|c| !c.columns.contains(&column));
                    }
                }
                return;
            }
            _ => return,
        };
        let views: Vec<Name> = self.views_over(&read).into_iter().map(|(name, _)| name.clone()).collect();
        for view in views {
            self.views.remove(&view);
        }
        if kind == ObjectType::Schema {
            for table in read {
                self.forget_references(&table);
            }
        }
    }

    /// Foreign keys to a table that is gone.
    pub(super) fn forget_references(&mut self, gone: &Name) {
        for table in self.tables.values_mut() {
            if table.constraints.iter().any(|c| c.refers_to(gone)) {
                Arc::make_mut(table).constraints.retain(|c| !c.refers_to(gone));
            }
        }
    }

    /// A view that was said again, with other names in it.
    pub(super) fn rewritten_view(&mut self, written: &CreateView) {
        let named = |view: &&mut View| view.written.as_ref().is_some_and(|known| known.name == written.name);
        if let Some(view) = self.views.values_mut().find(named) {
            view.written = Some(Arc::new(written.clone()));
        }
    }

    /// Gives a view another name.
    pub fn rename_view(&mut self, old: &Name, new: &Ident) {
        let Some(mut view) = self.views.remove(old) else { return };
        let name = Name::new(&old.schema, &new.value);
        if let Some(written) = view.written.as_mut().map(Arc::make_mut)
            && let Some(last) = written.name.0.last_mut()
        {
            *last = ObjectNamePart::Identifier(new.clone());
        }
        self.rename_in_views(old, &name);
        self.views.insert(name, view);
    }

    /// A view under another name, as TiDB has it, in another schema.
    pub fn move_view(&mut self, old: &Name, new: &ObjectName) {
        let Some(mut view) = self.views.remove(old) else { return };
        let name = Name::of(new);
        if let Some(written) = view.written.as_mut().map(Arc::make_mut) {
            written.name.clone_from(new);
        }
        self.rename_in_views(old, &name);
        self.views.insert(name, view);
    }

    /// Follows a table's new name in what views read.
    pub(super) fn rename_in_views(&mut self, old: &Name, new: &Name) {
        for view in self.views.values_mut().filter(|view| view.reads.contains(old)) {
            let renamed = view.reads.iter().map(|name| if name == old { new } else { name }.clone());
            view.reads = renamed.collect::<Vec<_>>().into();
        }
    }

    /// Everything of a schema, for a DROP SCHEMA that has to be spelled out.
    pub fn of_schema<'c>(&'c self, schema: &'c str) -> impl Iterator<Item = &'c Name> {
        let named = move |name: &&Name| in_schema(name, schema);
        self.tables.keys().chain(self.views.keys()).chain(self.sequences.names()).filter(named)
    }
}

/// Whether a name is of this schema; `public` is the one without a name.
pub fn in_schema(name: &Name, schema: &str) -> bool {
    name.schema == Name::new(schema, "").schema
}

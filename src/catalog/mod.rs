//! The schema that earlier statements declared: PostgreSQL's side and TiDB's side of every column.

mod alter;
mod apply;
mod clustered;
mod ids;
mod like;
mod naming;
mod partitions;
mod read;
mod sequence;
mod table;
mod types;
mod unread;
mod views;

pub use clustered::{NONCLUSTERED, is_nonclustered, says_nonclustered, with_clustering};
pub use ids::makes_ids;
pub use like::{Copied, Source, SpelledOut};
pub use naming::generated_name;
pub use partitions::{Method, NO_PARTITIONS, Part, Partitioning};
pub use read::{constraint_name, index_name, inference_text, mentioned, mentioned_names};
pub use sequence::{Place, Sequence};
pub use table::{Column, Constraint, ConstraintKind, Index, Routine, Table, Timing, Touch, Trigger};
pub use types::changed_labels;
pub use views::in_schema;

use crate::syntax::names;
use sqlparser::ast::{CreateView, ObjectName};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A schema object's name, folded. TiDB compares names without regard to case, so both do here. What differs more often
/// is compared first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    pub name: String,
    /// Empty for the schema that unqualified names mean.
    pub schema: String,
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        // Most names have no schema, and every statement looks some up.
        match (self.schema.is_empty(), other.schema.is_empty()) {
            (true, true) => self.name.cmp(&other.name),
            _ => (&self.schema, &self.name).cmp(&(&other.schema, &other.name)),
        }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Name {
    pub fn new(schema: &str, name: &str) -> Self {
        let schema = if schema.eq_ignore_ascii_case("public") { "" } else { schema };
        Name { schema: schema.to_lowercase(), name: name.to_lowercase() }
    }

    /// The last two parts of a name; a database's name before them is dropped.
    pub fn of(name: &ObjectName) -> Self {
        let mut parts = names::parts(name).map(|ident| ident.value.as_str()).collect::<Vec<_>>();
        let last = parts.pop().unwrap_or_default();
        Name::new(parts.pop().unwrap_or_default(), last)
    }
}

/// What a user-defined type is.
#[derive(Debug, Clone, PartialEq)]
pub enum UserType {
    Enum(Vec<String>),
    /// A domain: its base type, whether NOT NULL, its default and its checks as text.
    Domain(Box<Domain>),
    /// Anything else; the word says what.
    Other(&'static str),
}

/// A domain as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    pub base: sqlparser::ast::DataType,
    pub default: Option<sqlparser::ast::Expr>,
    pub constraints: Vec<sqlparser::ast::TableConstraint>,
    pub not_null: bool,
}

/// A column of a view: its name, PostgreSQL's type, and whether it is never NULL.
pub type ViewColumn = (sqlparser::ast::Ident, sqlparser::ast::DataType, bool);

/// A view as declared.
#[derive(Debug, Clone)]
pub struct View {
    /// TiDB has it.
    pub there: bool,
    pub columns: Arc<[ViewColumn]>,
    /// The tables and views that it reads.
    pub reads: Arc<[Name]>,
    /// TiDB's view, to say it again.
    pub written: Option<Arc<CreateView>>,
}

impl View {
    pub fn new(there: bool) -> Self {
        View { there, columns: Arc::default(), reads: Arc::default(), written: None }
    }
}

/// Everything declared so far. Cloning is cheap: tables are shared until one changes.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    tables: BTreeMap<Name, Arc<Table>>,
    types: BTreeMap<Name, Arc<UserType>>,
    /// Some table was declared with INHERITS.
    inherited: bool,
    views: BTreeMap<Name, View>,
    sequences: sequence::Sequences,
    /// CHECK constraints' names, which TiDB 8.x wants unique in the whole database.
    checks: BTreeMap<Name, Name>,
    /// The functions that triggers call.
    pub functions: BTreeMap<Name, Arc<Routine>>,
}

impl Catalog {
    pub fn table(&self, name: &ObjectName) -> Option<&Table> {
        self.tables.get(&Name::of(name)).map(Arc::as_ref)
    }

    /// The table as it is now, to keep or to change on the side.
    pub fn shared_table(&self, name: &ObjectName) -> Option<Arc<Table>> {
        self.tables.get(&Name::of(name)).cloned()
    }

    /// The table that TiDB's statements call so: nearly always the one that PostgreSQL's do.
    pub fn on_tidb(&self, name: &ObjectName) -> Option<&Table> {
        let so = |table: &&Table| names::same(&table.tidb_name, name);
        self.table(name).filter(so).or_else(|| self.tables().find(so))
    }

    pub fn table_named(&self, name: &Name) -> Option<&Table> {
        self.tables.get(name).map(Arc::as_ref)
    }

    pub fn table_mut(&mut self, name: &Name) -> Option<&mut Table> {
        self.tables.get_mut(name).map(Arc::make_mut)
    }

    /// The type of this name, in a schema or in any.
    pub fn type_named(&self, schema: Option<&str>, name: &str) -> Option<&UserType> {
        let name = name.to_lowercase();
        let named = |known: &&Name| known.name == name && schema.is_none_or(|s| known.schema == s);
        self.types.keys().find(named).and_then(|name| self.types.get(name)).map(Arc::as_ref)
    }

    /// The table of this name, in a schema or in any.
    pub fn table_in(&self, schema: Option<&str>, name: &str) -> Option<&Table> {
        let name = name.to_lowercase();
        let named =
            |known: &&Arc<Table>| known.name.name == name && schema.is_none_or(|s| known.name.schema == s);
        self.tables.values().find(named).map(Arc::as_ref)
    }

    /// Whether a view of this name was declared, in a schema or in any.
    pub fn has_view(&self, schema: Option<&str>, name: &str) -> bool {
        let name = name.to_lowercase();
        self.views.keys().any(|v| v.name == name && schema.is_none_or(|s| v.schema == s))
    }

    /// Whether a sequence of this name was declared, in a schema or in any.
    pub fn has_sequence(&self, schema: Option<&str>, name: &str) -> bool {
        let name = name.to_lowercase();
        self.sequences.names().any(|v| v.name == name && schema.is_none_or(|s| v.schema == s))
    }

    pub fn has_children(&self, parent: &Name) -> bool {
        self.inherited && self.tables.values().any(|table| table.parents.contains(parent))
    }

    /// The tables that inherit from one, and those that inherit from them.
    pub fn descendants(&self, of: &Name) -> Vec<&Table> {
        let mut all: Vec<&Table> = Vec::new();
        if !self.inherited {
            return all;
        }
        let mut next = 0;
        let mut parent = of;
        loop {
            let new = |table: &&Table| {
                table.parents.contains(parent) && !all.iter().any(|known| known.name == table.name)
            };
            let found: Vec<&Table> = self.tables().filter(new).collect();
            all.extend(found);
            let Some(table) = all.get(next) else { break };
            parent = &table.name;
            next += 1;
        }
        all
    }

    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().map(Arc::as_ref)
    }

    /// The table that an index or a constraint made by an index belongs to.
    pub fn index(&self, name: &ObjectName) -> Option<(&Table, &Index)> {
        let wanted = Name::of(name);
        self.tables.values().filter(|table| table.name.schema == wanted.schema).find_map(|table| {
            let index = table.indexes.iter().find(|index| index.name == wanted.name)?;
            Some((table.as_ref(), index))
        })
    }

    /// Whether a view of this name was declared, and whether TiDB has it.
    pub fn view(&self, name: &ObjectName) -> Option<bool> {
        self.views.get(&Name::of(name)).map(|view| view.there)
    }

    pub fn view_named(&self, name: &Name) -> Option<&View> {
        self.views.get(name)
    }

    /// Notes the columns of a view that was just declared.
    pub fn declare_view(&mut self, name: &ObjectName, columns: Vec<ViewColumn>) {
        if let Some(view) = self.views.get_mut(&Name::of(name)) {
            view.columns = columns.into();
        }
    }

    /// The table whose CHECK has this name, in the same schema.
    pub fn check_owner(&self, schema: &str, name: &str) -> Option<&Name> {
        self.checks.get(&Name::new(schema, name))
    }
}

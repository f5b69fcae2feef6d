//! What names an expression may mention: the tables of FROM with their columns, WITH's queries, and the scopes around.

use super::types::Ty;
use crate::catalog::{self, Catalog, Name};
use crate::passes::Cx;
use crate::syntax::{names, walk};
use sqlparser::ast::{DataType, Expr, Ident, ObjectName};
use std::ops::ControlFlow;
use std::rc::Rc;

/// A column that a query, an alias list or a pass made.
#[derive(Debug, Clone)]
pub struct Column {
    /// Folded.
    pub name: String,
    pub ident: Ident,
    pub ty: Ty,
    /// PostgreSQL's type with its length, where it is known that closely.
    pub data_type: Option<DataType>,
    pub not_null: bool,
    /// What stands for it on TiDB, where that is not the name.
    pub written: Option<Expr>,
}

impl Column {
    /// A column of a type.
    pub fn of(cx: &Cx<'_>, ident: Ident, data_type: DataType) -> Self {
        let ty = Ty::of(&data_type, cx.catalog);
        let name = names::folded(&ident);
        Column { name, ident, ty, data_type: Some(data_type), not_null: false, written: None }
    }

    /// An untyped literal is a text for those who read it.
    pub fn settle(&mut self) {
        if self.ty == Ty::Unknown {
            self.ty = Ty::Text;
            self.data_type = Some(DataType::Text);
        }
    }
}

/// Where a table of the scope has its columns from.
#[derive(Debug, Clone)]
pub enum Columns<'s> {
    Table(&'s catalog::Table),
    Made(Rc<[Column]>),
    /// No file declares it: its columns may be anything.
    Undeclared,
}

/// A table as FROM names it.
#[derive(Debug, Clone)]
pub struct Source<'s> {
    /// Folded: the alias, or the table's own name; empty where PostgreSQL gives it none.
    pub name: String,
    /// The schema, folded, where the name is the table's own.
    pub schema: Option<String>,
    pub columns: Columns<'s>,
    /// An outer join may put NULLs in its place.
    pub nullable: bool,
    /// Columns that USING or NATURAL has merged into those of a table before.
    pub merged: Vec<String>,
    /// TiDB's `*` would give its columns in another order.
    pub reordered: bool,
    /// The only column of a function's rows, which the table's name means as well.
    pub scalar: Option<Expr>,
}

impl<'s> Source<'s> {
    pub fn new(name: impl Into<String>, columns: Columns<'s>) -> Self {
        Source {
            name: name.into(),
            schema: None,
            columns,
            nullable: false,
            merged: Vec::new(),
            reordered: false,
            scalar: None,
        }
    }

    /// Every column in order, if they are known.
    pub fn all(&self, catalog: &Catalog) -> Option<Vec<Column>> {
        match &self.columns {
            Columns::Table(table) => {
                let column = |column: &catalog::Column| Column {
                    name: column.name.clone(),
                    ident: column.ident.clone(),
                    ty: Ty::of(&column.pg, catalog),
                    data_type: Some(column.pg.clone()),
                    not_null: !self.nullable && never_null(table, column),
                    written: None,
                };
                Some(table.columns.iter().map(column).collect())
            }
            Columns::Made(columns) => {
                let mut columns = columns.to_vec();
                for column in &mut columns {
                    column.not_null &= !self.nullable;
                }
                Some(columns)
            }
            Columns::Undeclared => None,
        }
    }

    /// Whether `*` has to be spelled out.
    pub fn spelled_out(&self) -> bool {
        let made =
            matches!(&self.columns, Columns::Made(columns) if columns.iter().any(|c| c.written.is_some()));
        let more = matches!(&self.columns, Columns::Table(table) if table.has_helpers());
        self.reordered || made || more
    }

    /// Its name as a qualifier.
    pub fn written_name(&self) -> Ident {
        match &self.columns {
            Columns::Table(table) if table.name.name == self.name => {
                names::last(&table.tidb_name).cloned().unwrap_or_else(|| names::ident(&self.name))
            }
            _ => names::ident(&self.name),
        }
    }

    pub fn find(&self, name: &str, catalog: &Catalog) -> Option<Found<'_>> {
        match &self.columns {
            Columns::Table(table) => table.column(name).map(|column| Found {
                ty: Ty::of(&column.pg, catalog),
                data_type: Some(&column.pg),
                not_null: !self.nullable && never_null(table, column),
                written: None,
            }),
            Columns::Made(columns) => columns.iter().find(|column| column.name == name).map(|column| Found {
                ty: column.ty.clone(),
                data_type: column.data_type.as_ref(),
                not_null: column.not_null && !self.nullable,
                written: column.written.as_ref(),
            }),
            Columns::Undeclared => Some(Found {
                ty: super::undeclared::of(&self.name, name),
                data_type: None,
                not_null: false,
                written: None,
            }),
        }
    }
}

/// Whether a column of a table never holds NULL.
fn never_null(table: &catalog::Table, column: &catalog::Column) -> bool {
    column.not_null() || table.primary_key().is_some_and(|key| key.has_column(&column.name))
}

/// The queries of WITH, by name, with their columns.
pub type Ctes = Vec<(String, Rc<[Column]>)>;

/// The names an expression may mention, and those of the queries around it.
#[derive(Debug, Clone, Default)]
pub struct Scope<'s> {
    pub tables: Vec<Source<'s>>,
    /// The queries of WITH, by name.
    pub ctes: Ctes,
    pub outer: Option<&'s Scope<'s>>,
    /// There is a GROUP BY, so that no group is empty.
    pub grouped: bool,
}

/// A column that a name means.
#[derive(Debug)]
pub struct Found<'f> {
    pub ty: Ty,
    pub data_type: Option<&'f DataType>,
    pub not_null: bool,
    pub written: Option<&'f Expr>,
}

/// What came of looking a name up.
pub enum Lookup<'f> {
    Column(Found<'f>),
    /// The whole row of a table.
    Row,
    Ambiguous,
    Nothing,
}

impl<'s> Scope<'s> {
    /// The columns of one table, by folded name.
    pub fn of_columns(cx: &Cx<'_>, columns: impl IntoIterator<Item = (String, DataType)>) -> Scope<'static> {
        let column = |(name, data_type): (String, DataType)| Column {
            ty: Ty::of(&data_type, cx.catalog),
            ident: names::ident(&name),
            name,
            data_type: Some(data_type),
            not_null: false,
            written: None,
        };
        let columns = Columns::Made(columns.into_iter().map(column).collect());
        Scope { tables: vec![Source::new("", columns)], ..Scope::default() }
    }

    /// One declared table, under its alias or its own name.
    pub fn of_table(table: &'s catalog::Table, alias: Option<&Ident>) -> Scope<'s> {
        let mut source = Source::new(table.name.name.clone(), Columns::Table(table));
        match alias {
            Some(alias) => source.name = names::folded(alias),
            None => source.schema = Some(table.name.schema.clone()),
        }
        Scope { tables: vec![source], ..Scope::default() }
    }

    /// A scope inside this one.
    pub fn inner(&'s self) -> Scope<'s> {
        Scope { outer: Some(self), ..Scope::default() }
    }

    /// The query of WITH that this name means.
    pub fn cte(&self, name: &str) -> Option<&Rc<[Column]>> {
        let own = self.ctes.iter().rev().find(|(cte, _)| cte == name).map(|(_, columns)| columns);
        own.or_else(|| self.outer.and_then(|outer| outer.cte(name)))
    }

    /// What an unqualified name means: the innermost scope that knows it decides.
    pub fn column(&self, name: &str, catalog: &Catalog) -> Lookup<'_> {
        let mut known = None;
        let mut guess = None;
        for table in &self.tables {
            if table.merged.iter().any(|merged| merged == name) {
                continue;
            }
            let Some(found) = table.find(name, catalog) else { continue };
            if matches!(table.columns, Columns::Undeclared) {
                guess.get_or_insert(found);
            } else if known.replace(found).is_some() {
                return Lookup::Ambiguous;
            }
        }
        if let Some(found) = known.or(guess) {
            return Lookup::Column(found);
        }
        if let Some(table) = self.tables.iter().find(|table| !table.name.is_empty() && table.name == name) {
            let only = match (&table.scalar, &table.columns) {
                (Some(written), Columns::Made(columns)) => columns.first().map(|column| Found {
                    ty: column.ty.clone(),
                    data_type: column.data_type.as_ref(),
                    not_null: false,
                    written: Some(written),
                }),
                _ => None,
            };
            return only.map_or(Lookup::Row, Lookup::Column);
        }
        self.outer.map_or(Lookup::Nothing, |outer| outer.column(name, catalog))
    }

    /// Whether every column of an expression belongs to a query around this one, and there is one.
    pub fn is_of_outer(&self, expr: &Expr, catalog: &Catalog) -> bool {
        let (mut own, mut others) = (false, false);
        let _ = walk::expressions(expr, &mut |expr| {
            let of_own = match expr {
                Expr::Identifier(ident) => {
                    let name = names::folded(ident);
                    self.tables.iter().any(|table| table.find(&name, catalog).is_some())
                }
                Expr::CompoundIdentifier(parts) => match parts.split_last() {
                    Some((_, [.., table])) => {
                        let name = names::folded(table);
                        self.tables.iter().any(|table| table.name.is_empty() || table.name == name)
                    }
                    _ => false,
                },
                // What a query inside means is its own business.
                Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => true,
                _ => return ControlFlow::Continue(()),
            };
            own |= of_own;
            others |= !of_own;
            ControlFlow::Continue(())
        });
        others && !own && self.outer.is_some()
    }

    /// What `table.name` or `schema.table.name` means.
    pub fn qualified(&self, table: &ObjectName, name: &str, catalog: &Catalog) -> Lookup<'_> {
        match self.table(table) {
            Some(source) => source.find(name, catalog).map_or(Lookup::Nothing, Lookup::Column),
            None => Lookup::Nothing,
        }
    }

    /// The table that a qualifier means.
    pub fn table(&self, name: &ObjectName) -> Option<&Source<'s>> {
        let wanted = Name::of(name);
        let qualified = names::parts(name).count() > 1;
        let is = |table: &&Source<'_>| {
            let schema = table.schema.as_ref();
            table.name == wanted.name && (!qualified || schema.is_some_and(|s| *s == wanted.schema))
        };
        // A scope with one nameless table is about that table, however it is called.
        let nameless = |scope: &Scope<'_>| scope.tables.len() == 1 && scope.tables[0].name.is_empty();
        let own = self.tables.iter().find(is).or_else(|| self.tables.first().filter(|_| nameless(self)));
        own.or_else(|| self.outer.and_then(|outer| outer.table(name)))
    }
}

/// The table or view that a name of the translation means: schemas have become databases by then.
pub fn relation<'a>(cx: &Cx<'a>, name: &ObjectName) -> Option<&'a catalog::Table> {
    sources(cx, name).into_iter().find_map(|name| cx.catalog.table_named(&name))
}

/// Whether a name is that of a view.
pub fn is_view(cx: &Cx<'_>, name: &ObjectName) -> bool {
    sources(cx, name).iter().any(|name| cx.catalog.view_named(name).is_some())
}

/// The names in the source that the translation may write like this.
pub fn sources(cx: &Cx<'_>, name: &ObjectName) -> Vec<Name> {
    let written = Name::of(name);
    let mapped = cx.options.schemas.iter().filter(|(_, database)| {
        let database = if database.eq_ignore_ascii_case("public") { "" } else { database };
        database.eq_ignore_ascii_case(&written.schema)
    });
    let mut found = vec![written.clone()];
    found.extend(mapped.map(|(schema, _)| Name::new(schema, &written.name)));
    found.dedup();
    found
}

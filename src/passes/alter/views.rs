//! `renamed-in-view`: views follow the new names of what they read.

use super::state::State;
use crate::catalog::{Name, View};
use crate::diagnostic::rule;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use crate::syntax::walk::{Walk, WalkMut};
use crate::text::Span;
use sqlparser::ast::{
    CreateView, Expr, Ident, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    Statement, TableAlias, TableFactor, ViewColumnDef, Visitor, VisitorMut,
};
use std::ops::ControlFlow;

rule! {
    /// A new name for what a view reads.
    ///
    /// PostgreSQL's views follow: they know tables and columns by number. TiDB keeps the view's text, which could not be read
    /// any more, so the view is created again with the new name. Its own columns keep their names.
    pub RENAMED_IN_VIEW = "A720", "renamed-in-view", Alter, Exact;
}

rule! {
    /// A renamed column that a view reads in a way that is not followed.
    ///
    /// The view names the column inside of a subquery, or another table of it has a column of that name as well. Drop the view
    /// before, and create it again after.
    pub RENAME_BLOCKED_BY_VIEW = "A721", "rename-blocked-by-view", Alter, Refused;
}

/// The views that read this table themselves, as TiDB has them.
fn readers(cx: &Cx<'_>, table: &Name) -> Vec<CreateView> {
    let over = cx.catalog.views_over(std::slice::from_ref(table));
    let direct = over.into_iter().filter(|(_, view)| view.there && view.reads.contains(table));
    direct.filter_map(|(_, view): (_, &View)| view.written.as_deref().cloned()).collect()
}

fn again(cx: &mut Cx<'_>, mut view: CreateView, span: Span) -> Item {
    let message = format!("the view {} is created again with the new name", view.name);
    cx.note(&RENAMED_IN_VIEW, span, message);
    view.or_replace = true;
    Item::tree(Statement::CreateView(view))
}

/// The views over a table that has a new name.
pub fn of_table(cx: &mut Cx<'_>, old: &Name, new: &ObjectName, span: Span) -> Vec<Item> {
    let mut items = Vec::new();
    for mut view in readers(cx, old) {
        let _ = view.query.walk_mut(&mut Table { old, new });
        items.push(again(cx, view, span));
    }
    items
}

/// Replaces a table's name; what names its columns by the old one finds it under an alias.
struct Table<'n> {
    old: &'n Name,
    new: &'n ObjectName,
}

impl VisitorMut for Table<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, .. } = factor
            && names::last(name).map(names::folded).as_ref() == Some(&self.old.name)
        {
            if alias.is_none()
                && let Some(last) = names::last(name).cloned()
            {
                let last = Ident { span: sqlparser::tokenizer::Span::empty(), ..last };
                *alias = Some(TableAlias { explicit: true, name: last, columns: Vec::new(), at: None });
            }
            name.clone_from(self.new);
        }
        ControlFlow::Continue(())
    }
}

/// The views over a column that has a new name; `Err` where one can't follow.
pub fn of_column(
    cx: &mut Cx<'_>,
    state: &State,
    old: &Ident,
    new: &Ident,
    span: Span,
) -> Result<Vec<Item>, ()> {
    let mut items = Vec::new();
    let column = names::folded(old);
    for mut view in readers(cx, &state.key()) {
        let stars = has_star(&view.query, &state.key());
        let mentioned = mentions(&view.query, &column);
        if !stars && !mentioned {
            continue;
        }
        let plain = is_of_one(cx, &view.query, &column);
        if !plain || stars && !give_names(cx, &mut view) {
            let message =
                format!("the view {} reads {old} in a way that does not follow its new name", view.name);
            cx.report(&RENAME_BLOCKED_BY_VIEW, span, message)
                .help("drop the view before, and create it again after");
            return Err(());
        }
        if let SetExpr::Select(select) = view.query.body.as_mut() {
            for item in &mut select.projection {
                if let SelectItem::UnnamedExpr(expr) = item
                    && is_column(expr, &column)
                {
                    let alias = Ident { span: sqlparser::tokenizer::Span::empty(), ..old.clone() };
                    *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
                }
            }
        }
        let _ = view.query.walk_mut(&mut Column { old: &column, new });
        items.push(again(cx, view, span));
    }
    Ok(items)
}

/// Whether a name can only be the column of one of the tables that a query reads.
fn is_of_one(cx: &Cx<'_>, query: &Query, column: &str) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    let tables: Vec<&ObjectName> = relations(select)
        .filter_map(|factor| match factor {
            TableFactor::Table { name, .. } => Some(name),
            _ => None,
        })
        .collect();
    let others = tables.iter().filter_map(|name| cx.catalog.table(name));
    let having = others.filter(|table| table.column(column).is_some()).count();
    let whole = tables.len() == relations(select).count() && !has_subquery(select.as_ref());
    query.with.is_none() && whole && having <= 1
}

/// The views that read a column of a table for sure.
pub fn reading(cx: &Cx<'_>, table: &Name, column: &str) -> Vec<Name> {
    // A star took the columns that there were.
    let shows = |view: &CreateView| {
        let known = cx.catalog.view_named(&Name::of(&view.name));
        known.is_some_and(|view| view.columns.iter().any(|(name, _, _)| names::folded(name) == column))
    };
    let reads = |view: &CreateView| {
        has_star(&view.query, table) && shows(view)
            || mentions(&view.query, column) && is_of_one(cx, &view.query, column)
    };
    readers(cx, table).iter().filter(|view| reads(view)).map(|view| Name::of(&view.name)).collect()
}

/// Writes down the names of the view's columns, which a star would take from the table.
fn give_names(cx: &Cx<'_>, view: &mut CreateView) -> bool {
    if !view.columns.is_empty() {
        return true;
    }
    let Some(known) = cx.catalog.view_named(&Name::of(&view.name)) else { return false };
    let column = |(name, _, _): &crate::catalog::ViewColumn| ViewColumnDef {
        name: Ident { span: sqlparser::tokenizer::Span::empty(), ..name.clone() },
        data_type: None,
        options: None,
    };
    view.columns = known.columns.iter().map(column).collect();
    !view.columns.is_empty()
}

fn is_column(expr: &Expr, column: &str) -> bool {
    match expr {
        Expr::Identifier(ident) => names::folded(ident) == column,
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|part| names::folded(part) == column),
        _ => false,
    }
}

struct Column<'n> {
    old: &'n str,
    new: &'n Ident,
}

impl VisitorMut for Column<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let name = match expr {
            Expr::Identifier(ident) => Some(ident),
            Expr::CompoundIdentifier(parts) => parts.last_mut(),
            _ => None,
        };
        if let Some(name) = name.filter(|name| names::folded(name) == self.old) {
            *name = Ident { span: sqlparser::tokenizer::Span::empty(), ..self.new.clone() };
        }
        ControlFlow::Continue(())
    }
}

/// What a query reads from, its joins included.
fn relations(select: &Select) -> impl Iterator<Item = &TableFactor> {
    let from = select.from.iter();
    from.flat_map(|from| std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)))
}

/// Whether a star of a query, or of one within it, takes the columns of this table.
fn has_star(query: &Query, table: &Name) -> bool {
    struct Stars<'t>(&'t Name);
    impl Visitor for Stars<'_> {
        type Break = ();
        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            // The names under which the table's columns are taken; `None` for what may hold anything.
            let taken: Vec<Option<String>> = relations(select)
                .filter_map(|factor| match factor {
                    TableFactor::Table { name, alias, .. } => {
                        let last = names::last(name).filter(|last| names::folded(last) == self.0.name)?;
                        Some(Some(names::folded(alias.as_ref().map_or(last, |alias| &alias.name))))
                    }
                    // What stands inside is visited as well, and names its columns.
                    TableFactor::Derived { .. } => None,
                    _ => Some(None),
                })
                .collect();
            let over = select.projection.iter().any(|item| match item {
                SelectItem::Wildcard(_) => !taken.is_empty(),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let of = names::last(name).map(names::folded);
                    taken.iter().any(|name| name.is_none() || *name == of)
                }
                SelectItem::QualifiedWildcard(..) => true,
                _ => false,
            });
            if over {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    query.walk(&mut Stars(table)).is_break()
}

fn mentions(query: &Query, column: &str) -> bool {
    struct Find<'c>(&'c str);
    impl Visitor for Find<'_> {
        type Break = ();
        fn pre_visit_ident(&mut self, ident: &Ident) -> ControlFlow<()> {
            if names::folded(ident) == self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    query.walk(&mut Find(column)).is_break()
}

fn has_subquery(select: &sqlparser::ast::Select) -> bool {
    struct Find;
    impl Visitor for Find {
        type Break = ();
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    select.walk(&mut Find).is_break()
}

//! WITH before a change of rows, and WITH whose queries change rows: statements of one transaction, in an order in which
//! each sees what it sees on PostgreSQL.

use super::returning::{self, refused};
use super::{Refused, change};
use crate::catalog::Name;
use crate::diagnostic::Fidelity;
use crate::passes::statements::data::ROW_CHANGE;
use crate::passes::{Cx, Item, queries};
use crate::syntax::names;
use crate::syntax::walk::Walk;
use sqlparser::ast::{
    Cte, Delete, Expr, FromTable, Insert, ObjectName, Query, SelectItem, SetExpr, Statement, TableFactor,
    TableObject, Update, Visitor, With,
};
use std::ops::ControlFlow;

/// Whether a query changes rows, itself or in its WITH.
pub fn changes(query: &Query) -> bool {
    let part = |body: &SetExpr| {
        matches!(body, SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_))
    };
    let with = query.with.iter().flat_map(|with| &with.cte_tables);
    part(&query.body) || with.into_iter().any(|cte| part(&cte.query.body))
}

/// A query of WITH that changes rows, and what the others read instead of it.
struct Change {
    items: Vec<Item>,
    /// It takes rows away, which the others have to see first.
    last: bool,
    /// The others may read what it returns.
    shown: bool,
    changed: Option<Name>,
    reads: Vec<Name>,
}

pub fn statement(cx: &mut Cx<'_>, mut query: Query) -> Result<Vec<Item>, Refused> {
    let refuse = |cx: &Cx<'_>, what: &str| Refused::new(&ROW_CHANGE, cx.words(&["with"]), what);
    let Some(mut with) = query.with.take() else {
        return Err(refuse(cx, "this form of a change has no translation"));
    };
    let mut found: Vec<Change> = Vec::new();
    let mut conditions: Vec<(usize, Expr)> = Vec::new();
    let mut at = 0;
    while let Some(cte) = with.cte_tables.get_mut(at) {
        if !changes(&cte.query) {
            at += 1;
            continue;
        }
        if cte.query.with.is_some() || with.recursive || !cte.alias.columns.is_empty() {
            return Err(refuse(cx, "this form of WITH has no translation"));
        }
        let (done, shown) = changing(cx, cte)?;
        found.push(done);
        match shown {
            Some((shown, condition)) => {
                cte.query = shown;
                conditions.extend(condition.map(|condition| (at, condition)));
                at += 1;
            }
            None => {
                with.cte_tables.remove(at);
            }
        }
    }
    let mut reads = relations(&query, with.cte_tables.iter().map(|cte| &cte.query));
    let changed = target(&query.body);
    // Its own name stands there as what is changed.
    if let Some(own) = &changed
        && let Some(own) = reads.iter().position(|name| name == own)
    {
        reads.remove(own);
    }
    if !found.is_empty() {
        apart(cx, &found, changed.as_ref(), &reads)?;
    }
    let main = main(cx, query, with, &conditions)?;
    let (late, early): (Vec<Change>, Vec<Change>) = found.into_iter().partition(|change| change.last);
    let several = early.len() + late.len() + usize::from(changed.is_some()) > 1;
    let mut items = Vec::new();
    let wrapped = several && !cx.in_transaction;
    // An optimistic transaction reads one snapshot: what is deleted is what was moved.
    items.extend(wrapped.then(|| Item::Text("BEGIN OPTIMISTIC".into())));
    if several && !wrapped && !late.is_empty() {
        let message =
            "rows that others write between the two statements may be deleted without having been read";
        cx.note(&ROW_CHANGE, cx.words(&["with"]), message).fidelity = Fidelity::Approximate;
    }
    items.extend(early.into_iter().flat_map(|change| change.items));
    items.extend(main);
    items.extend(late.into_iter().flat_map(|change| change.items));
    items.extend(wrapped.then(|| Item::Text("COMMIT".into())));
    Ok(items)
}

/// The statement after WITH, which reads from its queries.
fn main(
    cx: &mut Cx<'_>,
    query: Query,
    mut with: With,
    conditions: &[(usize, Expr)],
) -> Result<Vec<Item>, Refused> {
    let given = (!with.cte_tables.is_empty()).then_some(());
    let mut query = query;
    let body = std::mem::replace(
        query.body.as_mut(),
        SetExpr::Select(Box::new(queries::select_of(Vec::new(), None))),
    );
    let mut items = match body {
        SetExpr::Insert(Statement::Insert(mut insert)) => {
            if let (Some(source), Some(())) = (&mut insert.source, given) {
                if source.with.is_some() || matches!(*source.body, SetExpr::Values(_)) || insert.on.is_some()
                {
                    return Err(Refused::new(
                        &ROW_CHANGE,
                        cx.words(&["insert"]),
                        "WITH before this form of INSERT has no translation",
                    ));
                }
                source.with = Some(with);
            }
            change(cx, Statement::Insert(insert))?
        }
        SetExpr::Update(statement @ Statement::Update(_))
        | SetExpr::Delete(statement @ Statement::Delete(_)) => {
            if given.is_none() {
                change(cx, statement)?
            } else {
                let returning = match &statement {
                    Statement::Update(Update { returning, .. })
                    | Statement::Delete(Delete { returning, .. }) => returning.is_some(),
                    _ => false,
                };
                if returning {
                    return Err(refused(cx, "the rows of a change after WITH can't be shown"));
                }
                let before = std::mem::take(&mut cx.ctes);
                cx.ctes = queries::with(cx, &mut with).map_err(|e| Refused::of(&ROW_CHANGE, e))?;
                let done = change(cx, statement);
                cx.ctes = before;
                let mut items = done?;
                if let Some(Item::Tree(changed)) = items.last_mut() {
                    let body = match changed.as_ref() {
                        Statement::Update(_) => SetExpr::Update(changed.as_ref().clone()),
                        _ => SetExpr::Delete(changed.as_ref().clone()),
                    };
                    let whole = Query { with: Some(with), ..queries::query_of_body(body) };
                    **changed = Statement::Query(Box::new(whole));
                }
                items
            }
        }
        SetExpr::Merge(_) => {
            return Err(Refused::new(
                &ROW_CHANGE,
                cx.words(&["merge"]),
                "WITH before MERGE has no translation",
            ));
        }
        body => {
            let mut whole =
                Query { with: Some(with).filter(|_| given.is_some()), body: Box::new(body), ..query };
            queries::translate(cx, &mut whole, &Default::default())
                .map_err(|e| Refused::of(&ROW_CHANGE, e))?;
            vec![Item::tree(Statement::Query(Box::new(whole)))]
        }
    };
    // The new rows of an INSERT are known by what TiDB alone can say.
    for (at, condition) in conditions {
        let with = items.iter_mut().find_map(|item| match item {
            Item::Tree(tree) => match tree.as_mut() {
                Statement::Query(query) => query.with.as_mut(),
                Statement::Insert(insert) => insert.source.as_mut()?.with.as_mut(),
                _ => None,
            },
            Item::Text(_) => None,
        });
        if let Some(with) = with
            && let Some(cte) = with.cte_tables.get_mut(*at)
            && let SetExpr::Select(select) = cte.query.body.as_mut()
        {
            select.selection = Some(condition.clone());
        }
    }
    Ok(items)
}

/// What one query of WITH changes, and the query that shows what it returns; for the rows of an INSERT with the
/// condition on TiDB.
type Shown = (Box<Query>, Option<Expr>);

fn changing(cx: &mut Cx<'_>, cte: &mut Cte) -> Result<(Change, Option<Shown>), Refused> {
    let statement = match cte.query.body.as_mut() {
        SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) => {
            statement.clone()
        }
        _ => return Err(Refused::new(&ROW_CHANGE, cx.words(&["with"]), "MERGE in WITH has no translation")),
    };
    let changed = target(&cte.query.body);
    let mut reads = relations(&cte.query, std::iter::empty());
    if let Some(own) = reads.iter().position(|name| Some(name) == changed.as_ref()) {
        reads.remove(own);
    }
    let last = matches!(statement, Statement::Delete(_));
    let mut shown = None;
    let mut items = match statement {
        Statement::Insert(mut insert) => {
            let asked = insert.returning.take();
            let again = Insert { returning: asked.clone(), ..insert.clone() };
            match asked {
                None => change(cx, Statement::Insert(insert))?,
                Some(asked) => {
                    // The SELECT that would show the rows tells how they are found.
                    let mut items = change(cx, Statement::Insert(again))?;
                    let condition = items.pop().and_then(condition_of);
                    let TableObject::TableName(name) = &insert.table else {
                        return Err(refused(cx, "the rows can't be found again"));
                    };
                    let alias = insert.table_alias.as_ref().map(|alias| alias.alias.clone());
                    shown = Some((returning::untranslated(asked, name, alias.as_ref(), None), condition));
                    items
                }
            }
        }
        Statement::Update(mut update) => {
            if let Some(asked) = update.returning.clone() {
                let mut items = change(cx, Statement::Update(update.clone()))?;
                items.pop();
                update.returning = None;
                shown = Some((of_table(cx, asked, &update.table.relation, update.selection)?, None));
                items
            } else {
                change(cx, Statement::Update(update))?
            }
        }
        Statement::Delete(mut delete) => {
            if let Some(asked) = delete.returning.take() {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                let ([from], None) = (&from[..], &delete.using) else {
                    return Err(refused(cx, "the deleted rows can't be shown before a join"));
                };
                shown = Some((of_table(cx, asked, &from.relation, delete.selection.clone())?, None));
            }
            change(cx, Statement::Delete(delete))?
        }
        other => vec![Item::tree(other)],
    };
    items.retain(|item| !matches!(item, Item::Tree(tree) if matches!(tree.as_ref(), Statement::Query(_))));
    Ok((Change { items, last, shown: shown.is_some(), changed, reads }, shown))
}

fn condition_of(item: Item) -> Option<Expr> {
    let Item::Tree(tree) = item else { return None };
    let Statement::Query(query) = *tree else { return None };
    match *query.body {
        SetExpr::Select(select) => select.selection,
        _ => None,
    }
}

fn of_table(
    cx: &Cx<'_>,
    asked: Vec<SelectItem>,
    table: &TableFactor,
    condition: Option<Expr>,
) -> Result<Box<Query>, Refused> {
    let TableFactor::Table { name, alias, .. } = table else {
        return Err(refused(cx, "the rows of what is no plain table can't be shown"));
    };
    Ok(returning::untranslated(asked, name, alias.as_ref().map(|alias| &alias.name), condition))
}

/// On PostgreSQL every part sees the tables as they were: no part may read what another changes.
fn apart(cx: &Cx<'_>, found: &[Change], changed: Option<&Name>, reads: &[Name]) -> Result<(), Refused> {
    let refuse = |table: &Name| {
        let message =
            format!("{} is changed in one part of the statement and read or changed in another", table.name);
        Err(Refused::new(&ROW_CHANGE, cx.words(&["with"]), message)
            .help("write two statements, in the order that is meant"))
    };
    for (at, one) in found.iter().enumerate() {
        let Some(table) = &one.changed else { continue };
        let elsewhere = found.iter().enumerate().any(|(other, change)| {
            other != at && (change.changed.as_ref() == Some(table) || change.reads.contains(table))
        });
        // The rows that a part returns are read as the part's own.
        let returned = reads.iter().filter(|name| *name == table).count() > usize::from(one.shown);
        if elsewhere || changed == Some(table) || returned {
            return refuse(table);
        }
        if let Some(changed) = changed
            && one.reads.contains(changed)
        {
            return refuse(changed);
        }
    }
    // Rows that hang on others go first on TiDB, whose checks do not wait.
    let deletes = found.iter().filter(|change| change.last).count();
    let after = found.len() > deletes || changed.is_some();
    if deletes > 1 || deletes == 1 && after && deletes_last(cx) {
        return Err(Refused::new(
            &ROW_CHANGE,
            cx.words(&["with"]),
            "several deletions in one statement have no translation",
        ));
    }
    Ok(())
}

/// Whether the statement after WITH deletes too.
fn deletes_last(cx: &Cx<'_>) -> bool {
    matches!(cx.parsed.tree.as_deref(), Ok(Statement::Query(query)) if matches!(query.body.as_ref(), SetExpr::Delete(_)))
}

/// The table that a part changes.
fn target(body: &SetExpr) -> Option<Name> {
    match body {
        SetExpr::Insert(Statement::Insert(insert)) => match &insert.table {
            TableObject::TableName(name) => Some(Name::of(name)),
            _ => None,
        },
        SetExpr::Update(Statement::Update(update)) => named(&update.table.relation),
        SetExpr::Delete(Statement::Delete(delete)) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            from.first().and_then(|from| named(&from.relation))
        }
        _ => None,
    }
}

fn named(factor: &TableFactor) -> Option<Name> {
    match factor {
        TableFactor::Table { name, .. } => Some(Name::of(name)),
        _ => None,
    }
}

/// Every table that these mention, as often as they do.
fn relations<'q>(query: &Query, others: impl Iterator<Item = &'q Box<Query>>) -> Vec<Name> {
    struct Seen(Vec<Name>);
    impl Visitor for Seen {
        type Break = ();
        fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
            self.0.extend(names::last(relation).map(|_| Name::of(relation)));
            ControlFlow::Continue(())
        }
    }
    let mut seen = Seen(Vec::new());
    let _ = query.walk(&mut seen);
    for other in others {
        let _ = other.walk(&mut seen);
    }
    seen.0
}

//! UPDATE. TiDB, unlike MySQL, sets every column from the old row, as PostgreSQL does.

use super::conflict::assign::{self, Set, Split};
use super::insert::is_default;
use super::rules::SEVERAL_MATCHES;
use super::table::{self, Changed, condition};
use super::value::{self, Refusal, Target, makes_ids};
use super::{Refused, joined, returning};
use crate::passes::expressions::{Scope, undeclared};
use crate::passes::statements::data::ROW_CHANGE;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Expr, ObjectName, Statement, Update, UpdateTableFromKind,
};

pub fn statement(cx: &mut Cx<'_>, mut update: Update) -> Result<Vec<Item>, Refused> {
    let refuse = |span, message: &str| Refused::new(&ROW_CHANGE, span, message);
    if update.from.is_none()
        && update.returning.is_none()
        && let Some(scope) = table::undeclared(cx, &update.table)
    {
        return of_undeclared(cx, update, &scope);
    }
    let changed = Changed::of(cx, &mut update.table)?;
    let mut scope = changed.scope();
    scope.ctes.clone_from(&cx.ctes);
    let joined = match update.from.take() {
        Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
            Some(joined::join(cx, &mut update.table, from, &mut scope)?)
        }
        None => None,
    };
    let sets = assign::split(&update.assignments)
        .map_err(|Split::Row| refuse(cx.words(&["set"]), "several columns set from one subquery"))?;
    for (at, set) in sets.iter().enumerate() {
        if sets[..at].iter().any(|before| before.column == set.column) {
            return Err(refuse(cx.ident(&set.ident), "PostgreSQL sets a column once only"));
        }
    }
    let dotted = |target: &AssignmentTarget| match target {
        AssignmentTarget::ColumnName(name) => name.0.len() > 1,
        AssignmentTarget::Tuple(names) => names.iter().any(|name| name.0.len() > 1),
    };
    if update.assignments.iter().any(|assignment| dotted(&assignment.target)) {
        return Err(refuse(cx.words(&["set"]), "PostgreSQL takes no table before a column that is set"));
    }
    let asked = update.returning.take();
    if asked.is_some() && Changed::is_part(&update.table) {
        return Err(returning::refused(cx, "the changed rows may be in another partition"));
    }
    let source = update.selection.clone();
    let mut assignments = Vec::with_capacity(sets.len());
    for Set { column, ident, mut value, .. } in sets.iter().cloned() {
        let Some(found) = changed.table.column(&column) else {
            let message = format!("no file of this run declares the column {column}");
            return Err(Refused::new(&ROW_CHANGE, cx.ident(&ident), message));
        };
        if is_default(&value) && makes_ids(found) {
            let message = format!("TiDB sets {column} to 0 here, and PostgreSQL to the next number");
            return Err(Refused::new(&ROW_CHANGE, cx.ident(&ident), message).help("say the number"));
        }
        if found.always && !is_default(&value) {
            let message = format!("{column} is GENERATED ALWAYS: PostgreSQL sets it to DEFAULT only");
            return Err(Refused::new(&ROW_CHANGE, cx.ident(&ident), message));
        }
        let target = Target::of(cx, found);
        match value::convert(cx, &mut value, Some(&target), &scope) {
            // A zero is an id like any other once the row is there.
            Ok(()) | Err(Refusal::Zero(_)) => {}
            Err(refusal) => return Err(refusal.into_refused(&ROW_CHANGE)),
        }
        assignments
            .push(Assignment { target: AssignmentTarget::ColumnName(ObjectName::from(vec![ident])), value });
    }
    if update
        .assignments
        .iter()
        .all(|assignment| matches!(assignment.target, AssignmentTarget::ColumnName(_)))
    {
        // The author's own spelling of the columns.
        for (assignment, made) in update.assignments.iter_mut().zip(assignments) {
            assignment.value = made.value;
        }
    } else {
        update.assignments = assignments;
    }
    if let Some(joined) = &joined {
        // Columns of the same name stand beside these now.
        let own = changed.alias.clone().or_else(|| names::last(&changed.name).cloned());
        for (assignment, set) in update.assignments.iter_mut().zip(&sets) {
            let name = own.iter().cloned().chain([set.ident.clone()]).collect::<Vec<_>>();
            assignment.target = AssignmentTarget::ColumnName(ObjectName::from(name));
        }
        let reads = sets.iter().any(|set| joined.is_read(&set.value, &changed));
        if reads && !joined.is_single(&changed, source.as_ref()) {
            let message = "where a row meets several rows here, TiDB and PostgreSQL may take different ones";
            cx.report(&SEVERAL_MATCHES, cx.words(&["from"]), message).help =
                Some("join by a unique key, or choose the row in a subquery".into());
        }
    }
    condition(cx, update.selection.as_mut(), &scope)?;
    let selection = update.selection.clone();
    let shown = match asked {
        Some(_) if joined.is_some() => {
            return Err(returning::refused(cx, "the changed rows can't be found again after a join"));
        }
        Some(asked) => {
            if reads_changed(source.as_ref(), &sets) {
                return Err(returning::refused(
                    cx,
                    "the changed rows can't be found again: the condition reads what is set",
                ));
            }
            Some(returning::select(cx, asked, &changed.name, changed.alias.as_ref(), selection, false)?)
        }
        None => None,
    };
    let mut items = vec![Item::tree(Statement::Update(update))];
    items.extend(shown);
    Ok(items)
}

/// An UPDATE of a table that no file declares.
fn of_undeclared(cx: &mut Cx<'_>, mut update: Update, scope: &Scope<'_>) -> Result<Vec<Item>, Refused> {
    for assignment in &mut update.assignments {
        if !matches!(&assignment.target, AssignmentTarget::ColumnName(name) if name.0.len() == 1) {
            let message = "several columns of a table that no file declares, set from one value";
            return Err(Refused::new(&ROW_CHANGE, cx.words(&["set"]), message));
        }
        let assigned = undeclared::assign(cx, &mut assignment.value, scope);
        assigned.map_err(|e| Refused::of(&ROW_CHANGE, e))?;
    }
    condition(cx, update.selection.as_mut(), scope)?;
    Ok(vec![Item::tree(Statement::Update(update))])
}

/// Whether the rows that a condition finds may be others after the change.
fn reads_changed(condition: Option<&Expr>, sets: &[Set]) -> bool {
    let Some(condition) = condition else { return false };
    let text = condition.to_string().to_ascii_lowercase();
    // A subquery may read the table, and a function may give something else the next time.
    if text.contains("select") || ["random(", "clock_timestamp(", "nextval("].iter().any(|f| text.contains(f))
    {
        return true;
    }
    let reads = assign::old_reads(condition);
    sets.iter().any(|set| reads.contains(&set.column))
}

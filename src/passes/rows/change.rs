//! UPDATE and DELETE of one table.

use super::value::{self, Refusal, Target};
use crate::passes::expressions::{Scope, translate};
use crate::passes::statements::data::ROW_CHANGE;
use crate::passes::{Cx, Verdict, Work};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Ident, ObjectName, Statement, TableFactor,
    TableWithJoins, Update, Visit, Visitor,
};
use std::ops::ControlFlow;

/// Why it is refused.
type Refused = (Span, String);

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let found = match work.first() {
        Some(Statement::Update(update)) => self::update(cx, update),
        Some(Statement::Delete(delete)) => self::delete(cx, delete),
        _ => return,
    };
    if let Err((span, why)) = found {
        cx.report(&ROW_CHANGE, span, why);
        work.verdict = Verdict::Refuse;
    }
}

fn update(cx: &mut Cx<'_>, update: &mut Update) -> Result<(), Refused> {
    if update.from.is_some() {
        return Err((cx.words(&["from"]), "UPDATE … FROM is not translated yet".into()));
    }
    if update.returning.is_some() {
        return Err((cx.words(&["returning"]), "an UPDATE gives no rows back on TiDB".into()));
    }
    let (scope, targets) = table(cx, &update.table)?;
    assigned_once_read(cx, &update.assignments)?;
    for Assignment { target, value } in &mut update.assignments {
        let AssignmentTarget::ColumnName(name) = target else {
            return Err((cx.node(&*value), "several columns set at once are not translated yet".into()));
        };
        let column = names::last(name).map(names::folded).unwrap_or_default();
        let target = targets.iter().find(|(name, _)| *name == column).map(|(_, target)| target);
        let Some(target) = target else {
            return Err((cx.node(&*name), format!("no file of this run declares the column {column}")));
        };
        value::convert(cx, value, Some(target), &scope).map_err(|refusal| match refusal {
            Refusal::Value(span, what) => (span, format!("{what} can't be stored on TiDB")),
            Refusal::Untranslatable(span, what) => (span, format!("{what} has no translation")),
            Refusal::Zero(span) => (span, "a zero where TiDB makes the ids".to_string()),
        })?;
    }
    condition(cx, update.selection.as_mut(), &scope)
}

fn delete(cx: &mut Cx<'_>, delete: &mut Delete) -> Result<(), Refused> {
    if delete.using.is_some() {
        return Err((cx.words(&["using"]), "DELETE … USING is not translated yet".into()));
    }
    if delete.returning.is_some() {
        return Err((cx.words(&["returning"]), "a DELETE gives no rows back on TiDB".into()));
    }
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let [only] = &from[..] else {
        return Err((cx.head(), "DELETE from several tables".into()));
    };
    let (scope, _) = table(cx, only)?;
    condition(cx, delete.selection.as_mut(), &scope)
}

fn condition(cx: &mut Cx<'_>, condition: Option<&mut Expr>, scope: &Scope<'_>) -> Result<(), Refused> {
    condition.map_or(Ok(()), |condition| {
        translate(cx, condition, scope).map_err(|e| (e.span, format!("{} has no translation", e.what)))
    })
}

/// The columns of the one table, for reading and for writing.
fn table<'a>(cx: &Cx<'a>, table: &TableWithJoins) -> Result<(Scope<'a>, Vec<(String, Target)>), Refused> {
    let (TableFactor::Table { name, alias, args: None, .. }, true) =
        (&table.relation, table.joins.is_empty())
    else {
        return Err((cx.head(), "a change of what is no plain table".into()));
    };
    let span = cx.node(name);
    let source = source_name(cx).unwrap_or_else(|| name.clone());
    // `UPDATE ONLY t` reads as a table `only` under another name.
    if name.to_string().eq_ignore_ascii_case("only") {
        return Err((span, "ONLY is not translated yet".into()));
    }
    let Some(known) = cx.catalog.table(&source) else {
        return Err((
            span,
            format!(
                "the types of its columns decide the translation, and no file of this run declares {source}"
            ),
        ));
    };
    if let Some(reason) = &known.missing {
        return Err((span, format!("{source} is not on TiDB: {reason}")));
    }
    let scope = Scope::of_table(known, alias.as_ref().map(|alias| &alias.name));
    let targets = known.columns.iter().map(|c| (c.name.clone(), Target::of(cx, c))).collect();
    Ok((scope, targets))
}

/// The table as the source names it.
fn source_name(cx: &Cx<'_>) -> Option<ObjectName> {
    let named = |table: &TableWithJoins| match &table.relation {
        TableFactor::Table { name, .. } => Some(name.clone()),
        _ => None,
    };
    match &cx.parsed.tree {
        Ok(Statement::Update(update)) => named(&update.table),
        Ok(Statement::Delete(delete)) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            from.first().and_then(named)
        }
        _ => None,
    }
}

/// TiDB sets columns from left to right, and a later value sees the earlier ones changed.
fn assigned_once_read(cx: &Cx<'_>, assignments: &[Assignment]) -> Result<(), Refused> {
    struct Reads<'r>(&'r [String], Option<Ident>);
    impl Visitor for Reads<'_> {
        type Break = ();
        fn pre_visit_ident(&mut self, ident: &Ident) -> ControlFlow<()> {
            if self.0.contains(&names::folded(ident)) {
                self.1 = Some(ident.clone());
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    let mut set: Vec<String> = Vec::new();
    for Assignment { target, value } in assignments {
        let mut reads = Reads(&set, None);
        let _ = value.visit(&mut reads);
        if let Some(ident) = reads.1 {
            let why = format!("on TiDB this reads the new value of {}, which is set before", ident.value);
            return Err((cx.ident(&ident), why));
        }
        if let AssignmentTarget::ColumnName(name) = target {
            set.extend(names::last(name).map(names::folded));
        }
    }
    Ok(())
}

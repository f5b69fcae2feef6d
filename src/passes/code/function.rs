//! CREATE and DROP FUNCTION of what triggers call.

use super::rules::TRIGGER_FUNCTION;
use super::trigger::{finish, untouched};
use super::{effects, touch};
use crate::catalog::{Name, Routine, Touch};
use crate::diagnostic::Diagnostic;
use crate::passes::session::{Outcome, Plan, Session};
use crate::passes::statements::code::FUNCTION;
use crate::passes::{Cx, Item};
use crate::syntax::Parsed;
use crate::syntax::plpgsql::Function;
use sqlparser::ast::{DropBehavior, Statement};
use std::sync::Arc;

/// What is known of a function.
fn routine(source: &str, function: &Function) -> Routine {
    let touch =
        function.block.as_ref().filter(|_| !function.arguments).and_then(|block| touch::touch(source, block));
    let body = source.get(function.body.start..function.body.end).unwrap_or_default();
    let (effects, help) = effects::describe(body);
    Routine { touch, effects, help }
}

/// CREATE FUNCTION … RETURNS trigger.
pub fn create(session: &mut Session, parsed: &Parsed, function: &Function) -> Plan {
    let source = parsed.source();
    let name = Name::of(&function.name);
    let routine = routine(source, function);
    let file = Arc::clone(&session.file);
    let options = Arc::clone(&session.options);
    let cx = Cx::new(&options, &session.catalog, parsed, &file);
    let head = cx.head();
    let mut users = Vec::new();
    for table in session.catalog.tables() {
        let translated = table.triggers.iter().any(|t| t.function == name && !t.columns.is_empty());
        if translated {
            users.push(table.tidb_name.to_string());
        }
    }
    let before = session.catalog.functions.get(&name).and_then(|known| known.touch.clone());
    let other = !users.is_empty() && before != routine.touch;
    let diagnostic = match &routine.touch {
        Some(_) if !other => {
            let mut note = Diagnostic::new(
                &TRIGGER_FUNCTION,
                head,
                "TiDB needs no function: the columns that it sets take the time by themselves",
            );
            note.level = crate::diagnostic::Level::Info;
            note
        }
        _ => {
            let mut message = "no procedural code runs inside TiDB".to_string();
            if other {
                message = format!(
                    "triggers of {} have become ON UPDATE CURRENT_TIMESTAMP, and the function does something else now",
                    users.join(", ")
                );
            } else if !routine.effects.is_empty() {
                message = format!("{message}: {}", routine.effects);
            }
            Diagnostic::new(&FUNCTION, head, message).with_help(routine.help.clone())
        }
    };
    let left = if routine.touch.is_some() && !other { Outcome::Dropped } else { Outcome::Refused };
    session.catalog.functions.insert(name, Arc::new(routine));
    Plan::left_out(left, vec![diagnostic])
}

/// DROP FUNCTION of a function that translated triggers call.
pub fn drop(session: &mut Session, parsed: &Parsed) -> Option<Plan> {
    let Ok(Statement::DropFunction(statement)) = parsed.tree.as_deref() else { return None };
    let mut items: Vec<Item> = Vec::new();
    let mut names = Vec::new();
    for dropped in &statement.func_desc {
        let name = Name::of(&dropped.name);
        if session.catalog.functions.contains_key(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return None;
    }
    let cascade = matches!(statement.drop_behavior, Some(DropBehavior::Cascade));
    let mut gone = Vec::new();
    for table in session.catalog.tables() {
        for trigger in table.triggers.iter().filter(|t| names.contains(&t.function)) {
            gone.push((table.name.clone(), trigger.name.clone()));
            items.extend(untouched(table, trigger));
        }
    }
    if !cascade && !gone.is_empty() {
        // PostgreSQL refuses that.
        return None;
    }
    for name in &names {
        session.catalog.functions.remove(name);
    }
    let file = Arc::clone(&session.file);
    let options = Arc::clone(&session.options);
    let catalog = session.catalog.clone();
    let mut cx = Cx::new(&options, &catalog, parsed, &file);
    let head = cx.head();
    let message = match items.is_empty() {
        true => "there is no function on TiDB to drop",
        false => "the columns of the function's triggers keep their time from here on",
    };
    cx.note(&TRIGGER_FUNCTION, head, message);
    let plan = finish(session, cx, parsed, items);
    for (table, trigger) in gone {
        if let Some(table) = session.catalog.table_mut(&table) {
            table.triggers.retain(|t| t.name != trigger);
        }
    }
    Some(plan)
}

/// What the extension's function does: it sets the column that its argument names.
pub fn moddatetime(column: &str) -> Touch {
    Touch { columns: vec![column.to_string()], ..Touch::default() }
}

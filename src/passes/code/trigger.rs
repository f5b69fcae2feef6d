//! CREATE and DROP TRIGGER.

use super::effects;
use super::function::moddatetime;
use super::rules::TOUCH_TRIGGER;
use super::touch::normal;
use crate::catalog::{Catalog, Column, Name, Table, Touch, Trigger as Declared};
use crate::diagnostic::{Diagnostic, Level};
use crate::passes::rebuild::call;
use crate::passes::session::{Outcome, Plan, Session};
use crate::passes::statements::code::TRIGGER;
use crate::passes::{Cx, Item, Verdict, Work, alter, gate};
use crate::syntax::Parsed;
use crate::syntax::plpgsql::Trigger;
use crate::text::Span;
use sqlparser::ast::{ColumnOption, DataType, Expr, Statement, TimezoneInfo, Value};
use std::sync::Arc;

/// CREATE TRIGGER.
pub fn create(session: &mut Session, parsed: &Parsed, trigger: &Trigger) -> Plan {
    let source = parsed.source();
    let table = Name::of(&trigger.table);
    let function = Name::of(&trigger.function);
    let planned = planned(&session.catalog, source, trigger);
    let mut declared = Declared {
        name: trigger.name.clone(),
        function,
        columns: Vec::new(),
        defaults: Vec::new(),
        lost: Vec::new(),
    };
    let plan = match planned {
        Ok(touched) => {
            declared.defaults.clone_from(&touched.defaults);
            declared.columns = touched.columns.iter().map(|column| column.name.clone()).collect();
            let file = Arc::clone(&session.file);
            let options = Arc::clone(&session.options);
            let catalog = session.catalog.clone();
            let mut cx = Cx::new(&options, &catalog, parsed, &file);
            let head = cx.head();
            cx.report(&TOUCH_TRIGGER, head, touched.message).help = Some(touched.help.into());
            let items = touched.columns.iter().map(|column| alter::modify(&touched.table, column)).collect();
            finish(session, cx, parsed, items)
        }
        Err(refused) => {
            // Listeners are no rows.
            let tells = session.catalog.functions.get(&declared.function);
            if tells.is_none_or(|routine| routine.effects != effects::NOTIFIES) {
                declared.lost = trigger.events.iter().map(|event| event.kind.clone()).collect();
            }
            Plan::left_out(Outcome::Refused, vec![refused])
        }
    };
    if let Some(table) = session.catalog.table_mut(&table) {
        table.triggers.retain(|known| known.name != declared.name);
        table.triggers.push(declared);
    }
    plan
}

/// What becomes of the columns that a trigger sets.
struct Touched {
    table: sqlparser::ast::ObjectName,
    columns: Vec<Column>,
    defaults: Vec<(String, Option<Expr>)>,
    message: String,
    help: &'static str,
}

fn planned(catalog: &Catalog, source: &str, trigger: &Trigger) -> Result<Touched, Diagnostic> {
    let name = Name::of(&trigger.function);
    let known = catalog.functions.get(&name);
    let argument = source.get(trigger.arguments.start..trigger.arguments.end).unwrap_or_default();
    let argument = normal(argument);
    let touch: Option<Touch> = match known {
        Some(known) => known.touch.clone(),
        None if name.name == "moddatetime" => Some(moddatetime(argument.trim_matches('\''))),
        None => None,
    };
    let events: Vec<&str> = trigger.events.iter().map(|event| event.kind.as_str()).collect();
    let refuse = |why: &str, at: Span| {
        let when = match (trigger.before, trigger.after) {
            (true, _) => "before",
            (_, true) => "after",
            _ => "instead of",
        };
        let runs = format!("{} runs {when} {} on {}", trigger.name, events.join(" or "), trigger.table);
        let effects = known.map_or("", |known| known.effects.as_str());
        let does = if effects.is_empty() { String::new() } else { format!("; {effects}") };
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        let help = known.map_or_else(String::new, |known| known.help.clone());
        let help = if help.is_empty() { "do in the program what the trigger does".to_string() } else { help };
        Diagnostic::new(&TRIGGER, at, format!("TiDB has no triggers{why}: {runs}{does}")).with_help(help)
    };
    let Some(touch) = touch else {
        let why = if known.is_none() {
            format!("no file of this run creates {}", trigger.function)
        } else {
            String::new()
        };
        return Err(refuse(&why, trigger.function_span));
    };
    let (inserts, updates) = (events.contains(&"INSERT"), events.contains(&"UPDATE"));
    if !trigger.before
        || !trigger.row
        || events.contains(&"DELETE")
        || events.contains(&"TRUNCATE")
        || !updates && !inserts
    {
        return Err(refuse(
            "only BEFORE UPDATE … FOR EACH ROW can be a column's ON UPDATE",
            trigger.function_span,
        ));
    }
    if trigger.events.iter().any(|event| !event.columns.is_empty()) {
        return Err(refuse("ON UPDATE does not depend on which columns are set", trigger.function_span));
    }
    let mut changed = touch.changed;
    if let Some(when) = trigger.when {
        let when_text = normal(source.get(when.start..when.end).unwrap_or_default());
        let rows = [
            "old . * is distinct from new . *",
            "new . * is distinct from old . *",
            "old is distinct from new",
            "new is distinct from old",
        ];
        if !rows.contains(&when_text.as_str()) {
            return Err(refuse("ON UPDATE does not depend on a condition", when));
        }
        changed = true;
    }
    let Some(table) = catalog.table(&trigger.table) else {
        let why = format!("no file of this run creates {}", trigger.table);
        return Err(refuse(&why, trigger.table_span));
    };
    if let Some(missing) = &table.missing {
        return Err(refuse(&format!("{} is not on TiDB: {missing}", trigger.table), trigger.table_span));
    }
    let (mut columns, mut defaults) = (Vec::new(), Vec::new());
    for name in &touch.columns {
        let Some(column) = table.column(name) else {
            return Err(refuse(&format!("{} has no column {name}", trigger.table), trigger.table_span));
        };
        let Some(digits) = digits(&column.tidb) else {
            let why = format!("{name} is a {}, which can't take the time of an UPDATE", column.tidb);
            return Err(refuse(&why, trigger.table_span));
        };
        let mut column = column.clone();
        if updates {
            column.options.retain(|option| !matches!(option, ColumnOption::OnUpdate(_)));
        }
        if inserts && !touch.update && !changed {
            defaults.push((column.name.clone(), take_default(&mut column)));
            column.options.push(ColumnOption::Default(current(digits)));
        }
        if updates {
            column.options.push(ColumnOption::OnUpdate(current(digits)));
        }
        columns.push(column);
    }
    Ok(Touched {
        table: table.tidb_name.clone(),
        message: message(&touch, inserts && !touch.update, updates, changed),
        help: "where a program sets the column itself, or relies on an UPDATE that changes nothing, let it set the time",
        columns,
        defaults,
    })
}

fn message(touch: &Touch, inserts: bool, updates: bool, changed: bool) -> String {
    let names = touch.columns.join(", ");
    let zone = if touch.utc { "; it is the session's time: keep sessions in UTC" } else { "" };
    let insert = if inserts { "; an INSERT that gives it a value keeps that" } else { "" };
    if !updates {
        return format!(
            "{names} takes the time of an INSERT that gives it no value; the trigger set it always{zone}"
        );
    }
    let when = match (changed, touch.untouched) {
        (true, true) => "as the trigger did, but keeps a value that the UPDATE sets to what it was",
        (true, false) => {
            "where the row changes, but keeps a value that the UPDATE sets itself; the trigger set it always"
        }
        (false, _) => {
            "only where another column changes and the UPDATE does not set it itself; the trigger set it in every UPDATE"
        }
    };
    format!("{names} takes the time {when}{insert}{zone}")
}

fn take_default(column: &mut Column) -> Option<Expr> {
    let at = column.options.iter().position(|option| matches!(option, ColumnOption::Default(_)))?;
    match column.options.remove(at) {
        ColumnOption::Default(value) => Some(value),
        _ => None,
    }
}

/// The digits of a type that can take the time of an UPDATE.
fn digits(data_type: &DataType) -> Option<u64> {
    match data_type {
        DataType::Datetime(digits) | DataType::Timestamp(digits, TimezoneInfo::None) => {
            Some(digits.unwrap_or(0))
        }
        _ => None,
    }
}

fn current(digits: u64) -> Expr {
    match digits {
        0 => call("CURRENT_TIMESTAMP", Vec::new()),
        digits => {
            call("CURRENT_TIMESTAMP", vec![Expr::Value(Value::Number(digits.to_string(), false).into())])
        }
    }
}

/// What undoes a trigger that was translated.
pub fn untouched(table: &Table, trigger: &Declared) -> Vec<Item> {
    let others = table.triggers.iter().filter(|other| other.name != trigger.name);
    let kept: Vec<&String> = others.flat_map(|other| &other.columns).collect();
    let lost = trigger.columns.iter().filter(|column| !kept.contains(column));
    lost.filter_map(|name| {
        let mut column = table.column(name)?.clone();
        let before = column.options.clone();
        column.options.retain(|option| !matches!(option, ColumnOption::OnUpdate(_)));
        if let Some((_, default)) = trigger.defaults.iter().find(|(column, _)| column == name) {
            take_default(&mut column);
            column.options.extend(default.clone().map(ColumnOption::Default));
        }
        (column.options != before).then(|| alter::modify(&table.tidb_name, &column))
    })
    .collect()
}

/// DROP TRIGGER of one that was translated.
pub fn drop(session: &mut Session, parsed: &Parsed) -> Option<Plan> {
    let Ok(Statement::DropTrigger(dropped)) = parsed.tree.as_deref() else { return None };
    let on = dropped.table_name.as_ref()?;
    let name = Name::of(&dropped.trigger_name).name;
    let table = session.catalog.shared_table(on)?;
    let trigger = table.triggers.iter().find(|trigger| trigger.name.eq_ignore_ascii_case(&name))?.clone();
    let items = untouched(&table, &trigger);
    if let Some(table) = session.catalog.table_mut(&Name::of(on)) {
        table.triggers.retain(|known| known.name != trigger.name);
    }
    if items.is_empty() {
        return None;
    }
    let file = Arc::clone(&session.file);
    let options = Arc::clone(&session.options);
    let catalog = session.catalog.clone();
    let mut cx = Cx::new(&options, &catalog, parsed, &file);
    let head = cx.head();
    let columns = trigger.columns.join(", ");
    let note = cx.note(&TOUCH_TRIGGER, head, format!("{columns} keeps its time in an UPDATE from here on"));
    note.level = Level::Info;
    Some(finish(session, cx, parsed, items))
}

/// Makes a plan of statements that stand for another.
pub fn finish(session: &mut Session, mut cx: Cx<'_>, parsed: &Parsed, items: Vec<Item>) -> Plan {
    let mut work = Work { items, ..Work::default() };
    if work.items.is_empty() {
        return Plan::left_out(Outcome::Dropped, std::mem::take(&mut cx.diagnostics));
    }
    gate::check(&mut cx, &mut work);
    let diagnostics = std::mem::take(&mut cx.diagnostics);
    if work.verdict == Verdict::Refuse {
        return Plan::left_out(Outcome::Refused, diagnostics);
    }
    let trees: Vec<&Statement> = work
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Tree(tree) => Some(tree.as_ref()),
            Item::Text(_) => None,
        })
        .collect();
    session.catalog.take_over(&trees);
    let after = work.items.iter().map(ToString::to_string).collect();
    let outcome = Outcome::Changed { before: parsed.source().to_string(), after };
    Plan { outcome, note: String::new(), diagnostics }
}

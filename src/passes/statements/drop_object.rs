//! `drop-index`, `drop-dependents`, `drop-absent`: DROP of what TiDB has, and of what it never got.

use super::dependents;
use crate::catalog::{ConstraintKind, Index, Name, Table};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::alter::{drop_foreign_key_of, stand_in_for};
use crate::passes::indexes::helper;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{ObjectName, ObjectNamePart, ObjectType, Statement};

rule! {
    /// `DROP INDEX`.
    ///
    /// Indexes belong to their table on TiDB, so the statement names it: `DROP INDEX i ON t`, one for each index. Which
    /// table it is, the statements before tell.
    pub DROP_INDEX = "S070", "drop-index", Statements, Exact;
}

rule! {
    /// A dropped index that no statement declares.
    ///
    /// TiDB needs the index's table, and no file of this run says it. Convert the migrations that create the index
    /// together with this one.
    pub UNDECLARED_INDEX = "S071", "undeclared-index", Statements, Refused;
}

rule! {
    /// A DROP of what another object needs.
    ///
    /// PostgreSQL drops no table, view or column while a view reads it, and does not change the type of such a column, unless the
    /// author says CASCADE. TiDB does, and keeps a view that can't be read any more.
    pub HELD_OBJECT = "S079", "held-object", Statements, Refused;
}

rule! {
    /// `DROP … CASCADE`.
    ///
    /// PostgreSQL drops what depends on an object with it: the foreign keys that refer to a table, the views that read a table or
    /// a view, the columns of a type. TiDB accepts CASCADE and ignores it: it refuses to drop a table that a foreign key refers to,
    /// and keeps views that can't be read any more. What the statements before have declared is dropped first.
    pub DROP_DEPENDENTS = "S072", "drop-dependents", Statements, Exact;
}

rule! {
    /// A dropped object that is not on TiDB.
    ///
    /// What was refused or dropped when it was created, and kinds of objects that TiDB does not have, need no DROP.
    pub DROP_ABSENT = "S073", "drop-absent", Statements, Exact;
}

rule! {
    /// A dropped schema that is no database of its own.
    ///
    /// A schema is a database on TiDB, and dropping a database drops all that is in it. Where the schema shares its
    /// database with others (as `public` does), or where PostgreSQL would refuse because it is not empty, the statement
    /// is refused.
    pub DROP_SCHEMA = "S077", "drop-schema", Statements, Refused;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(tree) = cx.parsed.tree.as_deref() else { return };
    match tree {
        Statement::Drop { object_type, if_exists, names, cascade, .. } => {
            let (if_exists, cascade) = (*if_exists, *cascade);
            match object_type {
                ObjectType::Index => indexes(cx, work, names, if_exists, cascade),
                ObjectType::Table => tables(cx, work, names, cascade),
                ObjectType::View | ObjectType::MaterializedView if materialized_alone(cx, names) => {
                    absent(cx, work, "materialized view");
                }
                ObjectType::View | ObjectType::MaterializedView => views(cx, work, names, cascade),
                ObjectType::Schema => schemas(cx, work, names, cascade),
                ObjectType::Type | ObjectType::Collation => {
                    absent(cx, work, &object_type.to_string().to_lowercase());
                }
                _ => {}
            }
        }
        Statement::DropFunction(_) => absent(cx, work, "function"),
        Statement::DropProcedure { .. } => absent(cx, work, "procedure"),
        Statement::DropTrigger(_) => absent(cx, work, "trigger"),
        Statement::DropExtension(_) => absent(cx, work, "extension"),
        Statement::DropDomain(_) => absent(cx, work, "domain"),
        Statement::DropPolicy(_) => absent(cx, work, "policy"),
        Statement::DropOperator(_) => absent(cx, work, "operator"),
        Statement::DropOperatorFamily(_) => absent(cx, work, "operator family"),
        Statement::DropOperatorClass(_) => absent(cx, work, "operator class"),
        _ => {}
    }
}

/// What TiDB has none of.
fn absent(cx: &mut Cx<'_>, work: &mut Work, kind: &str) {
    let span = cx.head();
    cx.note(&DROP_ABSENT, span, format!("there is no {kind} on TiDB to drop"));
    work.verdict = Verdict::Drop;
}

fn indexes(cx: &mut Cx<'_>, work: &mut Work, names: &[ObjectName], if_exists: bool, cascade: bool) {
    let mut items = Vec::new();
    let mut refused = false;
    for name in names {
        let span = cx.node(name);
        let Some((table, index)) = cx.catalog.index(name) else {
            if if_exists {
                cx.note(&DROP_ABSENT, span, format!("no statement of this run creates the index {name}"));
                continue;
            }
            let message =
                format!("TiDB drops an index by its table, and no file of this run declares {name}");
            cx.report(&UNDECLARED_INDEX, span, message).help =
                Some("convert this file together with the one that creates the index".into());
            refused = true;
            continue;
        };
        if index.tidb_name.is_none() {
            cx.note(&DROP_ABSENT, span, format!("the index {name} is not on TiDB"));
            continue;
        }
        if cascade {
            let gone = foreign_keys_on(cx, table, index, &mut items);
            if !gone.is_empty() {
                let message = format!("the foreign keys that refer to {name} go first: {}", gone.join(", "));
                cx.note(&DROP_DEPENDENTS, span, message);
            }
        }
        let written = match &index.tidb_name {
            Some(on) if *on != index.name => ObjectName::from(vec![names::ident(on)]),
            _ => last_part(name),
        };
        items.extend(stand_in_for(table, index));
        items.push(Item::tree(Statement::Drop {
            object_type: ObjectType::Index,
            if_exists,
            names: vec![written],
            cascade: false,
            restrict: false,
            purge: false,
            temporary: false,
            table: Some(table.tidb_name.clone()),
        }));
        items.extend(helper::dropped(&table.tidb_name, &index.helpers));
    }
    finish(work, items, refused);
}

/// Drops the foreign keys that a unique index carries, and names them.
fn foreign_keys_on(cx: &Cx<'_>, table: &Table, index: &Index, items: &mut Vec<Item>) -> Vec<String> {
    let same = |columns: &[String]| {
        columns.len() == index.columns.len() && columns.iter().all(|column| index.columns.contains(column))
    };
    let others = |other: &Index| other.unique && other.name != index.name && same(&other.columns);
    if !index.unique || table.indexes.iter().any(others) {
        return Vec::new();
    }
    let mut gone = Vec::new();
    for other in cx.catalog.tables().filter(|other| other.missing.is_none()) {
        for key in other.constraints.iter().filter(|key| key.refers_to(&table.name)) {
            if matches!(&key.kind, ConstraintKind::ForeignKey { columns, .. } if same(columns))
                && let Some(item) = drop_foreign_key_of(other, key)
            {
                gone.push(format!("{} of {}", key.name, other.tidb_name));
                items.push(item);
            }
        }
    }
    gone
}

fn last_part(name: &ObjectName) -> ObjectName {
    ObjectName(name.0.last().cloned().into_iter().collect())
}

fn finish(work: &mut Work, items: Vec<Item>, refused: bool) {
    if refused {
        work.verdict = Verdict::Refuse;
    } else if items.is_empty() {
        work.verdict = Verdict::Drop;
    } else {
        work.items = items;
    }
}

/// The names of a DROP as TiDB has them.
fn written(work: &mut Work) -> Vec<ObjectName> {
    match work.trees().next() {
        Some(Statement::Drop { names, .. }) => names.clone(),
        _ => Vec::new(),
    }
}

fn tables(cx: &mut Cx<'_>, work: &mut Work, names: &[ObjectName], cascade: bool) {
    let mut kept = Vec::new();
    let written = written(work);
    let mut before: Vec<Item> = Vec::new();
    // A view may read several of the tables.
    let mut add = |items: Vec<Item>| {
        items.into_iter().for_each(|item| {
            if !before.contains(&item) {
                before.push(item);
            }
        });
    };
    let dropped: Vec<Name> = names.iter().map(Name::of).collect();
    if !cascade && dependents::held(cx, &dropped) {
        work.verdict = Verdict::Refuse;
        return;
    }
    let mut below: Vec<ObjectName> = Vec::new();
    for (name, written) in names.iter().zip(written) {
        let span = cx.node(name);
        let children = if cascade { cx.catalog.descendants(&Name::of(name)) } else { Vec::new() };
        let beside = |child: &&Table| child.missing.is_none() && !dropped.contains(&child.name);
        let children: Vec<&Table> = children.into_iter().filter(beside).collect();
        if !children.is_empty() {
            let named: Vec<&str> = children.iter().map(|child| child.name.name.as_str()).collect();
            let message = format!("the tables that inherit from {name} go with it: {}", named.join(", "));
            cx.note(&DROP_DEPENDENTS, span, message);
        }
        for child in children {
            add(dependents::views(cx, std::slice::from_ref(&child.name), span));
            add(dependents::foreign_keys(cx, child, &dropped, span));
            if !below.contains(&child.tidb_name) {
                below.push(child.tidb_name.clone());
            }
        }
        match cx.catalog.table(name) {
            Some(table) if table.missing.is_some() => {
                cx.note(&DROP_ABSENT, span, format!("{name} is not on TiDB"));
                continue;
            }
            Some(table) if cascade => {
                add(dependents::views(cx, std::slice::from_ref(&table.name), span));
                add(dependents::foreign_keys(cx, table, &dropped, span));
            }
            _ => {}
        }
        kept.push(written);
    }
    kept.extend(below);
    if kept.is_empty() {
        work.verdict = Verdict::Drop;
        return;
    }
    if let Some(Item::Tree(tree)) = work.items.first_mut()
        && let Statement::Drop { names, .. } = tree.as_mut()
    {
        *names = kept;
    }
    before.append(&mut work.items);
    work.items = before;
}

/// Materialized views that have no plain one in their place.
fn materialized_alone(cx: &Cx<'_>, names: &[ObjectName]) -> bool {
    let Ok(Statement::Drop { object_type: ObjectType::MaterializedView, .. }) = cx.parsed.tree.as_deref()
    else {
        return false;
    };
    !names.iter().any(|name| cx.catalog.view(name) == Some(true))
}

/// A schema is a database, which TiDB drops with all that is in it.
fn schemas(cx: &mut Cx<'_>, work: &mut Work, dropped: &[ObjectName], cascade: bool) {
    let mut refused = false;
    let mut items: Vec<Item> = Vec::new();
    let if_exists = matches!(cx.parsed.tree.as_deref(), Ok(Statement::Drop { if_exists: true, .. }));
    for name in dropped {
        let span = cx.node(name);
        let schema = Name::of(name).name;
        let mapped = cx.options.schemas.get(&schema).cloned().unwrap_or_else(|| schema.clone());
        let known = Name::new(&schema, "").schema;
        let full = cx.catalog.of_schema(&schema).next().is_some();
        let shared = mapped.is_empty()
            || mapped.eq_ignore_ascii_case("public")
            || cx.options.schemas.values().filter(|to| **to == mapped).count() > 1;
        if shared && cascade && full {
            let message =
                format!("{name} shares its database on TiDB: what this run has declared in it is dropped");
            let found = cx.report(&DROP_SCHEMA, span, message);
            (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
            found.help = Some("drop by hand what other scripts have made there".into());
            items.extend(dependents::contents(cx, &schema, span));
            continue;
        }
        let why = if shared {
            Some(format!("{name} shares its database on TiDB with other tables"))
        } else if full && !cascade {
            Some(format!("{name} still has tables: PostgreSQL refuses to drop it, and TiDB drops them all"))
        } else {
            None
        };
        match why {
            Some(why) => {
                cx.report(&DROP_SCHEMA, span, why).help("drop its tables one by one");
                refused = true;
            }
            None => {
                if cascade && !known.is_empty() {
                    items.extend(dependents::outside(cx, &schema, span));
                }
                let database = ObjectName(vec![ObjectNamePart::Identifier(names::ident(&mapped))]);
                items.push(dependents::drop(ObjectType::Schema, database, if_exists));
            }
        }
    }
    finish(work, items, refused);
}

fn views(cx: &mut Cx<'_>, work: &mut Work, names: &[ObjectName], cascade: bool) {
    let mut kept = Vec::new();
    let mut before = Vec::new();
    let written = written(work);
    let dropped: Vec<Name> = names.iter().map(Name::of).collect();
    if !cascade && dependents::held(cx, &dropped) {
        work.verdict = Verdict::Refuse;
        return;
    }
    for (name, written) in names.iter().zip(written) {
        if cx.catalog.view(name) == Some(false) {
            let span = cx.node(name);
            cx.note(&DROP_ABSENT, span, format!("the view {name} is not on TiDB"));
        } else {
            kept.push(written);
        }
    }
    if cascade {
        let span = cx.head();
        before = dependents::views(cx, &dropped, span);
    }
    if kept.is_empty() && before.is_empty() {
        work.verdict = Verdict::Drop;
        return;
    }
    if kept.is_empty() {
        work.items.clear();
    } else if let Some(Item::Tree(tree)) = work.items.first_mut()
        && let Statement::Drop { names, object_type, cascade, .. } = tree.as_mut()
    {
        *names = kept;
        *cascade &= *object_type == ObjectType::View;
        *object_type = ObjectType::View;
    }
    before.append(&mut work.items);
    work.items = before;
}

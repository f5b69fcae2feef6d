//! `drop-dependents`: what CASCADE takes along, spelled out before the DROP.

use super::drop_object::{DROP_DEPENDENTS, HELD_OBJECT};
use crate::catalog::{Name, Table, in_schema};
use crate::passes::alter::{drop_column_of, drop_foreign_key_of};
use crate::passes::{Cx, Item};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{ObjectName, ObjectNamePart, ObjectType, Statement};

/// `DROP kind name`.
pub fn drop(kind: ObjectType, name: ObjectName, if_exists: bool) -> Item {
    drop_all(kind, vec![name], if_exists)
}

/// `DROP kind name, …`.
fn drop_all(kind: ObjectType, names: Vec<ObjectName>, if_exists: bool) -> Item {
    Item::tree(Statement::Drop {
        object_type: kind,
        if_exists,
        names,
        cascade: false,
        restrict: false,
        purge: false,
        temporary: false,
        table: None,
    })
}

/// The name of a view as TiDB has it.
fn view_name(cx: &Cx<'_>, name: &Name) -> ObjectName {
    if let Some(written) = cx.catalog.view_named(name).and_then(|view| view.written.as_ref()) {
        let parts = names::parts(&written.name).map(|part| names::ident(&part.value));
        return ObjectName::from(parts.collect::<Vec<_>>());
    }
    object(name)
}

fn object(name: &Name) -> ObjectName {
    let schema = Some(&name.schema).filter(|schema| !schema.is_empty());
    let parts = schema.into_iter().chain([&name.name]).map(|part| names::ident(part));
    ObjectName(parts.map(ObjectNamePart::Identifier).collect())
}

/// The views that read what is dropped, and are not dropped themselves.
pub fn views(cx: &mut Cx<'_>, dropped: &[Name], span: Span) -> Vec<Item> {
    let over = cx.catalog.views_over(dropped);
    let there: Vec<&Name> = over.into_iter().filter(|(_, view)| view.there).map(|(name, _)| name).collect();
    if there.is_empty() {
        return Vec::new();
    }
    let list: Vec<&str> = there.iter().map(|name| name.name.as_str()).collect();
    let message = format!("the views that read it go first: {}", list.join(", "));
    cx.note(&DROP_DEPENDENTS, span, message);
    there.into_iter().map(|name| drop(ObjectType::View, view_name(cx, name), false)).collect()
}

/// The statement that drops a view which TiDB has.
pub fn drop_view(cx: &Cx<'_>, name: &Name) -> Option<Item> {
    let there = cx.catalog.view_named(name).is_some_and(|view| view.there);
    there.then(|| drop(ObjectType::View, view_name(cx, name), false))
}

/// Says that a view reads what is to be dropped, if one does.
pub fn held(cx: &mut Cx<'_>, dropped: &[Name]) -> bool {
    let over = cx.catalog.views_over(dropped);
    let direct = over
        .iter()
        .find(|(name, view)| !dropped.contains(name) && view.reads.iter().any(|r| dropped.contains(r)));
    let Some((view, _)) = direct else { return false };
    let message =
        format!("PostgreSQL does not drop this while the view {} reads it, and TiDB would", view.name);
    let head = cx.head();
    cx.report(&HELD_OBJECT, head, message).help("drop the view before, or say CASCADE");
    true
}

/// The foreign keys of other tables that refer to this one.
pub fn foreign_keys(cx: &mut Cx<'_>, table: &Table, dropped: &[Name], span: Span) -> Vec<Item> {
    let others =
        cx.catalog.tables().filter(|other| !dropped.contains(&other.name) && other.missing.is_none());
    let (mut gone, mut items) = (Vec::new(), Vec::new());
    for other in others {
        for key in other.constraints.iter().filter(|c| c.refers_to(&table.name)) {
            if let Some(item) = drop_foreign_key_of(other, key) {
                gone.push(format!("{} of {}", key.name, other.tidb_name));
                items.push(item);
            }
        }
    }
    if !gone.is_empty() {
        let name = &table.name.name;
        let message = format!("the foreign keys that refer to {name} go first: {}", gone.join(", "));
        cx.note(&DROP_DEPENDENTS, span, message);
    }
    items
}

/// The columns of a type, each by an ALTER TABLE; `None` where one can't be dropped.
pub fn columns(cx: &mut Cx<'_>, of: &ObjectName, span: Span) -> Option<Vec<Item>> {
    let uses: Vec<(Name, sqlparser::ast::Ident)> = cx
        .catalog
        .columns_of_type(of)
        .filter(|(table, _)| table.missing.is_none())
        .map(|(table, column)| (table.name.clone(), column.ident.clone()))
        .collect();
    let mut items = Vec::new();
    for (table, column) in uses {
        let message = format!("PostgreSQL drops the column {column} of {} with the type", table.name);
        cx.note(&DROP_DEPENDENTS, span, message);
        let source = object(&table);
        items.extend(drop_column_of(cx, &source, &column).ok()?);
    }
    Some(items)
}

/// Everything of a schema that other schemas' tables and views hold on to.
pub fn outside(cx: &mut Cx<'_>, schema: &str, span: Span) -> Vec<Item> {
    let gone: Vec<Name> = cx.catalog.of_schema(schema).cloned().collect();
    let over = cx.catalog.views_over(&gone);
    let reading: Vec<Name> = over
        .into_iter()
        .filter(|(name, view)| view.there && !in_schema(name, schema))
        .map(|(name, _)| name.clone())
        .collect();
    let mut items: Vec<Item> =
        reading.iter().map(|name| drop(ObjectType::View, view_name(cx, name), false)).collect();
    for name in &gone {
        let Some(table) = cx.catalog.table_named(name).filter(|table| table.missing.is_none()) else {
            continue;
        };
        items.extend(foreign_keys(cx, table, &gone, span));
    }
    items
}

/// The statements that drop all that a schema holds, where its database holds more.
pub fn contents(cx: &mut Cx<'_>, schema: &str, span: Span) -> Vec<Item> {
    let mut items = outside(cx, schema, span);
    let gone: Vec<Name> = cx.catalog.of_schema(schema).cloned().collect();
    let mut views: Vec<Name> = Vec::new();
    let mut tables: Vec<ObjectName> = Vec::new();
    let mut sequences: Vec<ObjectName> = Vec::new();
    for name in &gone {
        if let Some(table) = cx.catalog.table_named(name) {
            if table.missing.is_none() {
                let parts = names::parts(&table.tidb_name).map(|part| names::ident(&part.value));
                tables.push(ObjectName::from(parts.collect::<Vec<_>>()));
            }
        } else if let Some(crate::catalog::Place::Sequence(written)) =
            cx.catalog.sequence(name).map(|sequence| &sequence.place)
        {
            sequences.push(written.clone());
        } else if cx.catalog.view_named(name).is_some_and(|view| view.there) {
            views.push(name.clone());
        }
    }
    items.extend(views.iter().map(|name| drop(ObjectType::View, view_name(cx, name), false)));
    if !tables.is_empty() {
        // Side by side, whatever foreign keys there are among them.
        items.push(drop_all(ObjectType::Table, tables, false));
    }
    items.extend(sequences.into_iter().map(|name| drop(ObjectType::Sequence, name, false)));
    items
}

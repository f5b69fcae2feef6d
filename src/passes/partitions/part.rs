//! Statements about a table that is a partition.

use super::{PARTITION, PARTITION_DETAIL};
use crate::catalog::{Name, Table};
use crate::passes::queries::from::plain_alias;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation as Op, CommentObject, Expr, ObjectName, ObjectType, Statement,
    TableConstraint, TableFactor, TableObject,
};

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(tree) = cx.parsed.tree.as_deref() else { return };
    match tree {
        Statement::CreateTable(create) if create.partition_of.is_none() => {
            let Some(parent) = cx.file.attached(&Name::of(&create.name)) else { return };
            let known = cx.catalog.table_named(parent).is_some_and(|t| t.partitioning.is_some())
                || cx.file.is_partitioned(parent);
            if known {
                let span = cx.node(&create.name);
                cx.note(&PARTITION, span, format!("this file attaches it to {} as a partition", parent.name));
                work.verdict = Verdict::Fold;
                work.part_of = Some(parent.clone());
                work.partitioning = create.partition_by.as_ref().map(|_| super::of_part());
            }
        }
        Statement::Insert(insert) => {
            let TableObject::TableName(name) = &insert.table else { return };
            let Some(root) = cx.catalog.root(name) else { return };
            let target = unplaced(&root.tidb_name);
            let span = cx.node(name);
            cx.note(&PARTITION, span, format!("the rows go to {}, whose partition it is", root.name.name));
            // Named, it takes no row of another one.
            let part = names::ident(&Name::of(name).name);
            let named =
                (root.is_partitioned() && is_part_of(cx, name, root)).then(|| vec![Expr::Identifier(part)]);
            if let Some(Statement::Insert(insert)) = work.first() {
                insert.table = TableObject::TableName(target);
                insert.partitioned = named;
            }
        }
        Statement::AlterTable(alter) => {
            let Some(root) = cx.catalog.root(&alter.name) else { return };
            alter_part(cx, root, &alter.operations);
            work.verdict = Verdict::Drop;
        }
        Statement::CreateIndex(index) => {
            let Some(root) = cx.catalog.root(&index.table_name) else { return };
            let span = cx.node(&index.table_name);
            if index.unique
                && !cx
                    .file
                    .keys(&root.name)
                    .iter()
                    .any(|key| *key == crate::passes::index_columns(&index.columns))
            {
                let message = format!("TiDB has no unique index on one partition of {}", root.name.name);
                cx.report(&PARTITION_DETAIL, span, message)
                    .help("make the index on the whole table if it may hold there");
            } else {
                cx.note(
                    &PARTITION_DETAIL,
                    span,
                    format!("TiDB has no index on one partition of {} alone", root.name.name),
                );
            }
            work.verdict = Verdict::Drop;
        }
        Statement::Comment { object_type, object_name, .. } => {
            let mut name = object_name.clone();
            if *object_type == CommentObject::Column {
                name.0.pop();
            }
            if matches!(object_type, CommentObject::Table | CommentObject::Column)
                && cx.catalog.root(&name).is_some()
            {
                let span = cx.head();
                cx.note(&PARTITION, span, "TiDB has no comments on partitions");
                work.verdict = Verdict::Drop;
            }
        }
        Statement::Truncate(truncate)
            if truncate.table_names.iter().any(|t| cx.catalog.root(&t.name).is_some()) =>
        {
            let names: Vec<ObjectName> = truncate.table_names.iter().map(|t| t.name.clone()).collect();
            change(cx, work, &names, "TRUNCATE");
        }
        Statement::Drop { object_type: ObjectType::Table, names, .. }
            if names.iter().any(|name| cx.catalog.root(name).is_some()) =>
        {
            change(cx, work, names, "DROP");
        }
        _ => {}
    }
}

/// Without the places that the name has in another statement.
fn unplaced(name: &ObjectName) -> ObjectName {
    let parts = names::parts(name)
        .map(|ident| sqlparser::ast::Ident { span: sqlparser::tokenizer::Span::empty(), ..ident.clone() });
    parts.collect::<Vec<_>>().into()
}

/// DROP TABLE or TRUNCATE of partitions.
fn change(cx: &mut Cx<'_>, work: &mut Work, all: &[ObjectName], verb: &str) {
    let mut items = Vec::new();
    for (n, name) in all.iter().enumerate() {
        let span = cx.node(name);
        match cx.catalog.root(name) {
            Some(root) if root.is_partitioned() && is_part_of(cx, name, root) => {
                let partition = names::quoted(&Name::of(name).name);
                cx.note(&PARTITION, span, format!("it is a partition of {}", root.name.name));
                let dropped = all.iter().filter(|other| is_part_of(cx, other, root)).count();
                let more = all.iter().skip(n + 1).any(|other| is_part_of(cx, other, root));
                let last = !more && root.partitioning.as_ref().is_some_and(|p| p.parts.len() <= dropped);
                // TiDB keeps at least one partition.
                let verbs: &[&str] = match (verb, last) {
                    ("DROP", true) => &["TRUNCATE PARTITION", "REMOVE PARTITIONING"],
                    ("DROP", false) => &["DROP PARTITION"],
                    _ => &["TRUNCATE PARTITION"],
                };
                for verb in verbs {
                    let name =
                        if verb.ends_with("PARTITION") { format!(" {partition}") } else { String::new() };
                    items.push(Item::Text(format!("ALTER TABLE {} {verb}{name}", root.tidb_name)));
                }
            }
            Some(root) => {
                let message = format!(
                    "{} is in one piece on TiDB: its rows can't be dropped with a partition",
                    root.name.name
                );
                cx.report(&PARTITION, span, message)
                    .refused()
                    .help("delete the partition's rows with DELETE");
                work.verdict = Verdict::Refuse;
            }
            None if verb == "DROP" => items.push(Item::Text(format!("DROP TABLE {name}"))),
            None => items.push(Item::Text(format!("TRUNCATE TABLE {name}"))),
        }
    }
    if work.verdict == Verdict::Emit {
        work.items = items;
        work.done = true;
    }
}

/// A partition that is read or changed by its own name: `root PARTITION (p) AS p`. Whether the factor is one.
pub fn named(cx: &mut Cx<'_>, factor: &mut TableFactor) -> bool {
    let TableFactor::Table { name, alias, partitions, .. } = factor else { return false };
    let (Some(root), Some(own)) = (cx.catalog.root(name), cx.catalog.table(name)) else { return false };
    let columns = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    // One that was attached may have its columns in another order.
    if !root.is_partitioned() || !is_part_of(cx, name, root) || columns(root) != columns(own) {
        return false;
    }
    let span = cx.node(&*name);
    cx.note(&PARTITION, span, format!("it is a partition of {}", root.name.name));
    let part = names::ident(&Name::of(name).name);
    alias.get_or_insert_with(|| plain_alias(part.clone()));
    *partitions = vec![part];
    *name = unplaced(&root.tidb_name);
    true
}

fn is_part_of(cx: &Cx<'_>, name: &ObjectName, root: &Table) -> bool {
    cx.catalog.table(name).is_some_and(|t| t.part_of.as_ref() == Some(&root.name))
}

/// What an ALTER TABLE says of one partition is lost, unless the whole table says it as well.
fn alter_part(cx: &mut Cx<'_>, root: &Table, actions: &[Op]) {
    for (n, action) in actions.iter().enumerate() {
        let span = cx.action(n);
        let lost = match action {
            Op::AddConstraint { constraint, .. } => match constraint {
                TableConstraint::PrimaryKey(key) => {
                    !says(cx, root, &crate::passes::index_columns(&key.columns))
                }
                TableConstraint::Unique(key) => !says(cx, root, &crate::passes::index_columns(&key.columns)),
                _ => true,
            },
            Op::AlterColumn { op: AlterColumnOperation::SetNotNull, column_name } => {
                !root.column(&names::folded(column_name)).is_some_and(|column| column.not_null())
            }
            Op::AlterColumn { op: AlterColumnOperation::SetDefault { .. }, .. } => false,
            Op::OwnerTo { .. }
            | Op::ReplicaIdentity { .. }
            | Op::SetOptionsParens { .. }
            | Op::ClusterBy { .. } => false,
            Op::SetLogged | Op::SetUnlogged => false,
            _ => true,
        };
        let message = format!(
            "TiDB's partitions are all alike: this is said of one partition of {} alone",
            root.name.name
        );
        if lost {
            cx.report(&PARTITION_DETAIL, span, message)
                .help("say it of the whole table if it may hold there");
        } else {
            cx.note(
                &PARTITION_DETAIL,
                span,
                format!("the partitions of {} have it from the table", root.name.name),
            );
        }
    }
}

/// Whether a key of these columns stands on the whole table, now or later in the file.
fn says(cx: &Cx<'_>, root: &Table, columns: &[String]) -> bool {
    root.indexes.iter().any(|index| index.constraint && index.columns == columns)
        || cx.file.keys(&root.name).iter().any(|key| key == columns)
}

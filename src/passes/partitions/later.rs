//! Partitions that come and go after their table's CREATE TABLE.

use super::bounds::Kind;
use super::clause::{self, Defined};
use super::{PARTITION, PARTITION_DETAIL, PARTITIONED_TABLE};
use crate::catalog::{Method, NO_PARTITIONS, Name, Part, Partitioning, Table};
use crate::passes::alter::{MISSING_TABLE, UNDECLARED_COLUMN};
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::ddl::{Bound, BoundKind, Named, PartitionOf};
use crate::syntax::names;
use sqlparser::ast::DataType;

/// What the catalog is told about a partition.
#[allow(clippy::large_enum_variant, reason = "one at a time, on its way into a plan")]
pub enum Change {
    Add {
        table: Name,
        part: Part,
        /// How the table is partitioned from now on.
        partitioning: Option<Partitioning>,
        /// How the partition is.
        below: Option<Partitioning>,
    },
    Drop {
        table: Name,
        part: Name,
        stays: bool,
    },
    None,
}

/// The partitioned table, if TiDB may have partitions of it.
fn owner<'c>(cx: &mut Cx<'c>, work: &mut Work, table: &Named) -> Option<(&'c Table, &'c Partitioning)> {
    let catalog = cx.catalog;
    let found = catalog.table(&table.name).and_then(|t| {
        let root = t.part_of.is_none() || t.partitioning.is_some();
        root.then_some(t)
    });
    if let Some(why) =
        found.and_then(|t| t.missing.as_ref()).filter(|_| found.is_some_and(|t| t.part_of.is_none()))
    {
        cx.report(&MISSING_TABLE, table.span, format!("{} is not on TiDB: {why}", table.name));
        work.verdict = Verdict::Refuse;
        return None;
    }
    match found.and_then(|t| Some((t, t.partitioning.as_deref()?))) {
        Some(found) => Some(found),
        None => {
            let message = format!("no file of this run declares {} as partitioned", table.name);
            cx.report(&UNDECLARED_COLUMN, table.span, message)
                .help("convert this file together with the one that creates the table");
            work.verdict = Verdict::Refuse;
            None
        }
    }
}

pub fn partition_of(cx: &mut Cx<'_>, work: &mut Work, of: &PartitionOf) -> Change {
    let Some((table, p)) = owner(cx, work, &of.parent) else { return Change::None };
    if of.if_not_exists && p.part(&Name::of(&of.table.name)).is_some() && !cx.file.declares(&of.table.name) {
        cx.note(&PARTITION, of.table.span, "the partition is there already");
        work.verdict = Verdict::Drop;
        return Change::None;
    }
    if let Some(elements) = of.elements {
        let message = "TiDB's partitions are all alike: what this one says of its columns is left out";
        cx.report(&PARTITION_DETAIL, elements, message)
            .help("say it of the whole table if it may hold there");
    }
    if let Some(by) = of.by {
        cx.report(&PARTITIONED_TABLE, by, "TiDB has no partitions of partitions: this one is in one piece");
    }
    let mut change = add(cx, work, table, p, &of.table, &of.bound);
    if let Change::Add { below, .. } = &mut change {
        *below = of.by.map(|_| super::of_part());
    }
    change
}

pub fn attach(cx: &mut Cx<'_>, work: &mut Work, table: &Named, partition: &Named, bound: &Bound) -> Change {
    let Some((owner, p)) = owner(cx, work, table) else { return Change::None };
    let catalog = cx.catalog;
    let stands = catalog.table(&partition.name).filter(|t| t.part_of.is_none() && t.missing.is_none());
    let change = add(cx, work, owner, p, partition, bound);
    if let Some(stands) = stands
        && !matches!(change, Change::None)
    {
        let columns: Vec<String> = stands.columns.iter().map(|c| c.ident.to_string()).collect();
        let columns = columns.join(", ");
        let root = catalog.root(&owner.tidb_name).unwrap_or(owner);
        work.items.push(Item::Text(format!(
            "INSERT INTO {} ({columns}) SELECT {columns} FROM {}",
            root.tidb_name, stands.tidb_name
        )));
        work.items.push(Item::Text(format!("DROP TABLE {}", stands.tidb_name)));
        work.verdict = Verdict::Emit;
    }
    change
}

/// Adds a partition to the table, if TiDB's has any.
fn add(
    cx: &mut Cx<'_>,
    work: &mut Work,
    table: &Table,
    p: &Partitioning,
    name: &Named,
    bound: &Bound,
) -> Change {
    let part = Part { name: Name::of(&name.name), bound: bound.kind.clone() };
    let folded = p.part(&part.name).is_some();
    let mut change =
        Change::Add { table: table.name.clone(), part: part.clone(), partitioning: None, below: None };
    if folded || table.part_of.is_some() {
        cx.note(&PARTITION, name.span, format!("it is part of {} on TiDB", table.name.name));
        work.verdict = Verdict::Fold;
        return change;
    }
    let column = |name: &str| -> Option<DataType> { table.column(name).map(|c| c.tidb.clone()) };
    let text = match &p.unpartitioned {
        Some(why) if why == NO_PARTITIONS => {
            let mut first = Partitioning { unpartitioned: None, ..p.clone() };
            first.parts = cx.file.parts(&table.name).to_vec();
            if first.part(&part.name).is_none() {
                first.parts.push(part.clone());
            }
            let clause = if referred(cx, table) {
                Err("TiDB has no foreign keys on partitioned tables".to_string())
            } else {
                clause::kinds(&first, column).and_then(|kinds| clause::clause(&first, &kinds))
            };
            clause.map(|clause| {
                change = Change::Add {
                    table: table.name.clone(),
                    part: part.clone(),
                    partitioning: Some(first),
                    below: None,
                };
                format!("ALTER TABLE {} PARTITION BY {clause}", table.tidb_name)
            })
        }
        Some(_) => Err(String::new()),
        None => clause::kinds(p, column).and_then(|kinds| added(table, p, &part, &kinds)),
    };
    match text {
        Ok(text) => {
            cx.note(&PARTITION, name.span, format!("it becomes a partition of {}", table.name.name));
            work.items = vec![Item::Text(text)];
        }
        Err(why) if p.unpartitioned.is_some() => {
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            let message = format!(
                "{} is in one piece on TiDB and takes the rows of all partitions{why}",
                table.name.name
            );
            cx.note(&PARTITION, name.span, message);
            work.verdict = Verdict::Fold;
        }
        Err(why) => {
            cx.report(&PARTITION, bound.span, format!("TiDB can't add this partition: {why}"))
                .refused()
                .help("add the partition by hand, with ALTER TABLE … ADD PARTITION");
            work.verdict = Verdict::Refuse;
            return Change::None;
        }
    }
    change
}

/// Whether a foreign key stands on the table or refers to it.
fn referred(cx: &Cx<'_>, table: &Table) -> bool {
    use crate::catalog::ConstraintKind::ForeignKey;
    table.constraints.iter().any(|c| matches!(c.kind, ForeignKey { .. }))
        || cx.catalog.tables().any(|other| other.constraints.iter().any(|c| c.refers_to(&table.name)))
        || cx.file.has_foreign_key(&table.name)
}

/// `ADD PARTITION`, or `REORGANIZE PARTITION` of the one whose rows it takes over.
fn added(table: &Table, p: &Partitioning, part: &Part, kinds: &[Kind]) -> Result<String, String> {
    let new = clause::defined(p, part, kinds)?;
    let there = clause::all(p, kinds)?;
    let name = &table.tidb_name;
    let split = |old: &Defined| {
        format!(
            "ALTER TABLE {name} REORGANIZE PARTITION {} INTO ({}, {})",
            names::quoted(&old.name),
            new.written(),
            old.written()
        )
    };
    match p.method {
        Method::Hash => Err("TiDB has all partitions of a HASH at once".into()),
        Method::Range => match there.iter().find(|old| old.to >= new.to) {
            Some(old) if old.to == new.to => Err(format!("{} has the same end", old.name)),
            Some(old) => Ok(split(old)),
            None => Ok(format!("ALTER TABLE {name} ADD PARTITION ({})", new.written())),
        },
        Method::List => match there.iter().find(|old| !old.to.is_empty()) {
            Some(default) if part.bound != BoundKind::Default => Ok(split(default)),
            _ => Ok(format!("ALTER TABLE {name} ADD PARTITION ({})", new.written())),
        },
    }
}

/// Takes a partition out: a new table gets its rows.
pub fn detach(cx: &mut Cx<'_>, work: &mut Work, table: &Named, partition: &Named) -> Change {
    let Some((owner, p)) = owner(cx, work, table) else { return Change::None };
    let part = Name::of(&partition.name);
    let (root, new) = (&owner.tidb_name, &partition.name);
    if p.part(&part).is_none()
        || p.unpartitioned.is_some()
        || p.method == Method::Hash
        || owner.part_of.is_some()
    {
        let message = match &p.unpartitioned {
            Some(why) => {
                format!("{} is in one piece on TiDB ({why}): its rows can't be taken out", owner.name.name)
            }
            None => {
                format!("{} is no partition of {} that TiDB can take out", partition.name, owner.name.name)
            }
        };
        cx.report(&PARTITION, partition.span, message)
            .refused()
            .help("copy the rows to a new table with INSERT … SELECT and delete them here");
        work.verdict = Verdict::Refuse;
        return Change::None;
    }
    let quoted = names::quoted(&part.name);
    cx.note(&PARTITION, partition.span, "a new table gets the partition's rows");
    work.items = [
        format!("CREATE TABLE {new} LIKE {root}"),
        format!("ALTER TABLE {new} REMOVE PARTITIONING"),
        format!("ALTER TABLE {root} EXCHANGE PARTITION {quoted} WITH TABLE {new}"),
        // TiDB keeps at least one partition.
        match p.parts.len() {
            1 => format!("ALTER TABLE {root} REMOVE PARTITIONING"),
            _ => format!("ALTER TABLE {root} DROP PARTITION {quoted}"),
        },
    ]
    .map(Item::Text)
    .to_vec();
    Change::Drop { table: owner.name.clone(), part, stays: true }
}

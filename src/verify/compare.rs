//! Compares a PostgreSQL schema with the TiDB schema that a translation made: which objects arrived as they were.

use super::expr::{Dialect, Token, canonical, gist};
use super::model::{Check, Column, DefaultValue, ForeignKey, Index, ObjectName, Part, Schema, Table};
use super::{types, value};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    Table,
    Column,
    PrimaryKey,
    Unique,
    ForeignKey,
    Check,
    Index,
    View,
}

impl ObjectKind {
    pub const ALL: [ObjectKind; 8] = [
        ObjectKind::Table,
        ObjectKind::Column,
        ObjectKind::PrimaryKey,
        ObjectKind::Unique,
        ObjectKind::ForeignKey,
        ObjectKind::Check,
        ObjectKind::Index,
        ObjectKind::View,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ObjectKind::Table => "table",
            ObjectKind::Column => "column",
            ObjectKind::PrimaryKey => "primary key",
            ObjectKind::Unique => "unique",
            ObjectKind::ForeignKey => "foreign key",
            ObjectKind::Check => "check",
            ObjectKind::Index => "index",
            ObjectKind::View => "view",
        }
    }
}

/// How many of PostgreSQL's objects there are, and how many of them are equivalent on TiDB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub equivalent: usize,
    pub total: usize,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.equivalent += other.equivalent;
        self.total += other.total;
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub kind: ObjectKind,
    pub object: String,
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.kind.as_str(), self.object, self.what)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Comparison {
    tallies: [Tally; 8],
    pub differences: Vec<Difference>,
}

impl Comparison {
    pub fn tally(&self, kind: ObjectKind) -> Tally {
        self.tallies[kind as usize]
    }

    /// Counts one object of PostgreSQL; `problem` says why it is not equivalent.
    fn count(&mut self, kind: ObjectKind, object: impl Into<String>, problem: Option<String>) {
        let tally = &mut self.tallies[kind as usize];
        tally.total += 1;
        match problem {
            None => tally.equivalent += 1,
            Some(what) => self.differences.push(Difference { kind, object: object.into(), what }),
        }
    }

    fn extra(&mut self, kind: ObjectKind, object: String) {
        self.differences.push(Difference { kind, object, what: "only on TiDB".into() });
    }
}

/// Every object of `postgres` is looked for in `tidb`; what only TiDB has is reported, not counted.
pub fn compare(postgres: &Schema, tidb: &Schema) -> Comparison {
    let mut out = Comparison::default();
    let nothing = Table::default();
    for (name, table) in &postgres.tables {
        let found = tidb.tables.get(name);
        if let Some(parent) = &table.partition_of {
            let partition = tidb.tables.get(parent).is_some_and(|parent| has(&parent.partitions, &name.name));
            let missing = (!partition && found.is_none()).then(|| format!("no such partition of {parent}"));
            out.count(ObjectKind::Table, name.to_string(), missing);
            continue;
        }
        out.count(ObjectKind::Table, name.to_string(), found.is_none().then(|| "missing".into()));
        compare_table(&mut out, name, table, found.unwrap_or(&nothing));
    }
    for name in tidb.tables.keys().filter(|name| !postgres.tables.contains_key(name)) {
        out.extra(ObjectKind::Table, name.to_string());
    }
    for (name, columns) in &postgres.views {
        let problem = match tidb.views.get(name) {
            None => Some("missing".to_owned()),
            Some(found) if same_names(columns, found) => None,
            Some(found) => Some(format!("columns {} became {}", columns.join(", "), found.join(", "))),
        };
        out.count(ObjectKind::View, name.to_string(), problem);
    }
    out
}

fn compare_table(out: &mut Comparison, name: &ObjectName, table: &Table, found: &Table) {
    let in_key = |column: &str| table.primary_key.as_ref().is_some_and(|key| has(key, column));
    for column in &table.columns {
        let other = found.columns.iter().find(|other| other.name.eq_ignore_ascii_case(&column.name));
        let problem = match other {
            None => Some("missing".to_owned()),
            Some(other) => column_problem(column, other, in_key(&column.name)),
        };
        out.count(ObjectKind::Column, format!("{name}.{}", column.name), problem);
    }
    for other in &found.columns {
        if !table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(&other.name)) {
            out.extra(ObjectKind::Column, format!("{name}.{}", other.name));
        }
    }
    if let Some(key) = &table.primary_key {
        let problem = match &found.primary_key {
            None => Some("missing".to_owned()),
            Some(other) if same_names(key, other) => None,
            Some(other) => Some(format!("({}) became ({})", key.join(", "), other.join(", "))),
        };
        out.count(ObjectKind::PrimaryKey, name.to_string(), problem);
    }
    for unique in &table.uniques {
        let same = found.uniques.iter().any(|other| same_unique(unique, other, table));
        let problem = (!same).then(|| describe_index(unique));
        out.count(ObjectKind::Unique, format!("{name}.{}", unique.name), problem);
    }
    for index in &table.indexes {
        // An index with a longer key than asked for, or a unique one, finds rows just as well.
        let others = found.indexes.iter().chain(&found.uniques);
        let same = others.into_iter().any(|other| same_parts(&index.parts, &other.parts, true))
            || found.primary_key.as_ref().is_some_and(|key| starts_key(&index.parts, key));
        out.count(
            ObjectKind::Index,
            format!("{name}.{}", index.name),
            (!same).then(|| describe_index(index)),
        );
    }
    for key in &table.foreign_keys {
        let same = found.foreign_keys.iter().any(|other| same_foreign_key(key, other));
        let problem = (!same).then(|| describe_foreign_key(key, &found.foreign_keys));
        out.count(ObjectKind::ForeignKey, format!("{name}.{}", key.name), problem);
    }
    for check in &table.checks {
        let same = found.checks.iter().any(|other| same_check(check, other));
        let problem = (!same).then(|| {
            match found.checks.iter().find(|other| other.name.eq_ignore_ascii_case(&check.name)) {
                Some(other) => format!("{} became {}", check.expression, other.expression),
                None => format!("missing: {}", check.expression),
            }
        });
        out.count(ObjectKind::Check, format!("{name}.{}", check.name), problem);
    }
}

fn column_problem(column: &Column, other: &Column, in_key: bool) -> Option<String> {
    let numbered = column.default == DefaultValue::Numbered;
    let mut problems = Vec::new();
    if !types::fits(&column.ty, &other.ty, numbered) {
        problems.push(format!("type {} became {}", column.ty, other.ty));
    }
    if column.nullable != other.nullable && !in_key {
        problems
            .push(if column.nullable { "became NOT NULL" } else { "is not NOT NULL any more" }.to_owned());
    }
    match (&column.generated, &other.generated) {
        (None, None) => {
            if value::of_postgres(column) != value::of_tidb(other, &column.ty) {
                problems.push(format!("default {:?} became {:?}", column.default, other.default));
            }
        }
        (Some(one), Some(two)) if same_expression(one, two) => {}
        (one, two) => problems.push(format!("generated as {one:?} became {two:?}")),
    }
    (!problems.is_empty()).then(|| problems.join("; "))
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}

fn same_names(one: &[String], two: &[String]) -> bool {
    one.len() == two.len() && one.iter().zip(two).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// The same up to how the two print expressions, or at least the same columns, values and comparisons.
fn same_expression(postgres: &str, tidb: &str) -> bool {
    let (one, two) = (canonical(postgres, Dialect::Postgres), canonical(tidb, Dialect::Tidb));
    one == two || gist(&one) == gist(&two)
}

fn same_check(check: &Check, other: &Check) -> bool {
    same_expression(&check.expression, &other.expression)
}

/// A partial unique index arrives as one over expressions that are NULL outside of its condition, one that takes NULLs
/// for equal as one over expressions that are never NULL.
fn same_unique(unique: &Index, other: &Index, table: &Table) -> bool {
    let nullable = |part: &Part| match part {
        Part::Column { name, .. } => {
            table.columns.iter().any(|column| column.name == *name && column.nullable)
        }
        Part::Expression(_) => true,
    };
    let nulls_matter = unique.nulls_are_equal && unique.parts.iter().any(nullable);
    if !nulls_matter && unique.predicate.as_ref().is_none_or(|predicate| leaves_out_nulls(predicate, unique))
    {
        return same_parts(&unique.parts, &other.parts, false);
    }
    other.name.eq_ignore_ascii_case(&unique.name)
        && other.parts.iter().any(|part| matches!(part, Part::Expression(_)))
}

/// Whether the condition only says that columns of the index are not NULL: such rows are distinct in a whole one, too.
fn leaves_out_nulls(predicate: &str, unique: &Index) -> bool {
    let covers = |word: &str| {
        let is_it =
            |part: &Part| matches!(part, Part::Column { name, .. } if name.eq_ignore_ascii_case(word));
        unique.parts.iter().any(is_it)
    };
    canonical(predicate, Dialect::Postgres).split(|token| token.is("and")).all(|says| match says {
        [Token::Word(column), is, not, null] => {
            covers(column) && is.is("is") && not.is("not") && null.is("null")
        }
        _ => false,
    })
}

fn same_parts(postgres: &[Part], tidb: &[Part], prefixes: bool) -> bool {
    postgres.len() == tidb.len()
        && postgres.iter().zip(tidb).all(|(one, two)| match (one, two) {
            (Part::Column { name, .. }, Part::Column { name: other, prefix }) => {
                name.eq_ignore_ascii_case(other) && (prefixes || prefix.is_none())
            }
            (Part::Expression(one), Part::Expression(two)) => same_expression(one, two),
            _ => false,
        })
}

fn starts_key(parts: &[Part], key: &[String]) -> bool {
    parts.len() <= key.len()
        && parts.iter().zip(key).all(|(part, column)| match part {
            Part::Column { name, .. } => name.eq_ignore_ascii_case(column),
            Part::Expression(_) => false,
        })
}

fn same_foreign_key(key: &ForeignKey, other: &ForeignKey) -> bool {
    same_names(&key.columns, &other.columns)
        && key.table == other.table
        && same_names(&key.references, &other.references)
        && key.on_delete == other.on_delete
        && key.on_update == other.on_update
}

fn describe_index(index: &Index) -> String {
    let parts: Vec<&str> = index
        .parts
        .iter()
        .map(|part| match part {
            Part::Column { name, .. } => name.as_str(),
            Part::Expression(text) => text.as_str(),
        })
        .collect();
    let predicate = index.predicate.as_ref().map(|text| format!(" where {text}")).unwrap_or_default();
    let nulls = if index.nulls_are_equal { " nulls not distinct" } else { "" };
    format!("missing: {} ({}){nulls}{predicate}", index.method, parts.join(", "))
}

fn describe_foreign_key(key: &ForeignKey, found: &[ForeignKey]) -> String {
    let describe = |key: &ForeignKey| {
        let actions = format!("on delete {:?}, on update {:?}", key.on_delete, key.on_update);
        format!("({}) to {} ({}) {actions}", key.columns.join(", "), key.table, key.references.join(", "))
    };
    match found.iter().find(|other| same_names(&key.columns, &other.columns)) {
        Some(other) => format!("{} became {}", describe(key), describe(other)),
        None => format!("missing: {}", describe(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_index_that_leaves_out_its_nulls_is_a_whole_one() {
        let index = |columns: &[&str], predicate: Option<&str>| Index {
            name: "u".into(),
            parts: columns.iter().map(|c| Part::Column { name: (*c).into(), prefix: None }).collect(),
            predicate: predicate.map(str::to_owned),
            nulls_are_equal: false,
            method: String::new(),
        };
        let whole = index(&["a", "b"], None);
        for (predicate, same) in [
            ("b IS NOT NULL", true),
            ("(a IS NOT NULL) AND (b IS NOT NULL)", true),
            ("c IS NOT NULL", false),
            ("(a IS NOT NULL) OR (b IS NOT NULL)", false),
            ("b IS NULL", false),
            ("(b IS NOT NULL) AND (a > 1)", false),
        ] {
            let partial = index(&["a", "b"], Some(predicate));
            assert_eq!(same_unique(&partial, &whole, &Table::default()), same, "{predicate}");
        }
    }
}

//! What follows a table's columns: options, partitions, and the words of AUTO_RANDOM.

use super::tables::{PARTITIONING, TABLE_OPTION};
use crate::lint::tidb::create::CreateTable;
use crate::lint::tidb::cx::Cx;
use crate::lint::tidb::keys::Constraint;
use crate::lint::tidb::lexer::Kind;
use crate::text::Span;

/// Engines that TiDB reads and ignores; it refuses every other name.
const ENGINES: &[&str] = &[
    "INNODB",
    "MYISAM",
    "MEMORY",
    "HEAP",
    "ARCHIVE",
    "CSV",
    "MERGE",
    "BLACKHOLE",
    "FEDERATED",
    "NDB",
    "EXAMPLE",
];

pub fn check(cx: &mut Cx<'_>, create: &CreateTable) {
    let stmt = cx.stmt;
    let end = stmt.len();
    if create.name.end == end {
        cx.report(&TABLE_OPTION, create.name.span, "a table has columns").help("list them in brackets");
        return;
    }
    let options_end = stmt.find(create.options, end, &["PARTITION"]).unwrap_or(end);
    if let Some(at) = stmt.find(create.options, options_end, &["ENGINE"]) {
        let value = at + 1 + usize::from(stmt.is(at + 1, "="));
        let said = stmt.ident(value).or_else(|| stmt.string(value)).unwrap_or_default();
        if !said.is_empty() && !ENGINES.iter().any(|engine| engine.eq_ignore_ascii_case(&said)) {
            cx.on(&TABLE_OPTION, value, value + 1, format!("TiDB knows no engine `{said}`"))
                .help("leave ENGINE out");
        }
    }
    for constraint in &create.constraints {
        if let Constraint::Key(key) = constraint
            && key.global
            && create.partition.is_none()
            && !cx.before_8()
        {
            cx.report(&PARTITIONING, key.head, "TiDB has GLOBAL indexes on partitioned tables only")
                .help("leave GLOBAL out");
        }
    }
    if create.partition.as_ref().is_some_and(|partition| partition.kind == "RANGE") {
        ranges(cx, options_end);
    }
}

/// Bounds of RANGE partitions grow; only whole numbers are compared.
fn ranges(cx: &mut Cx<'_>, from: usize) {
    let stmt = cx.stmt;
    let mut before: Option<i64> = None;
    for at in from..stmt.len() {
        if !stmt.seq(at, &["LESS", "THAN", "("]) || stmt.close(at + 2) != at + 4 {
            continue;
        }
        let Some(bound) = stmt.at(at + 3).parse().ok().filter(|_| stmt.kind(at + 3) == Some(Kind::Number))
        else {
            return;
        };
        if before.is_some_and(|before| bound <= before) {
            cx.on(&PARTITIONING, at + 3, at + 4, "each partition's bound is larger than the one before")
                .help("put the partitions in order");
            return;
        }
        before = Some(bound);
    }
}

/// What is wrong with the numbers behind AUTO_RANDOM.
pub fn random_bits(cx: &Cx<'_>, span: Span) -> Option<&'static str> {
    let stmt = cx.stmt;
    let at = (0..stmt.len())
        .find(|at| stmt.is(*at, "AUTO_RANDOM") && stmt.span(*at, at + 1).start == span.start)?;
    if !stmt.is(at + 1, "(") {
        return None;
    }
    let shard = stmt.number(at + 2)?;
    if !(1..=15).contains(&shard) {
        return Some("AUTO_RANDOM takes 1 to 15 bits");
    }
    let range = stmt.number(at + 4).filter(|_| stmt.is(at + 3, ","))?;
    if !(32..=64).contains(&range) {
        return Some("the ids of AUTO_RANDOM have 32 to 64 bits");
    }
    None
}

//! The rows of VALUES: each value as the column's TiDB type takes it.

use super::Refused;
use super::insert::Into;
use super::rules::INSERTED_VALUE;
use super::value::{self, Refusal, Target};
use crate::passes::expressions::Scope;
use crate::passes::{Cx, Item};
use sqlparser::ast::Values;

/// Translates the values; says whether a zero stands where TiDB would make an id.
pub fn convert(cx: &mut Cx<'_>, rows: &mut Values, into: &Into<'_>) -> Result<bool, Refused> {
    let width = rows.rows.first().map_or(0, |row| row.content.len());
    let target = |at: usize| {
        let table = into.table?;
        let column = table.column(into.columns.get(at)?)?;
        Some(Target::of(cx, column))
    };
    let targets: Vec<Option<Target>> = (0..width).map(target).collect();
    // A row reads no columns.
    let scope = Scope::default();
    let mut zero = false;
    for row in &mut rows.rows {
        for (at, expr) in row.content.iter_mut().enumerate() {
            match value::convert(cx, expr, targets.get(at).and_then(Option::as_ref), &scope) {
                Ok(()) => {}
                Err(Refusal::Zero(_)) => zero = true,
                Err(refusal) => return Err(refusal.into_refused(&INSERTED_VALUE)),
            }
        }
    }
    Ok(zero)
}

/// Statements around others that let ids be inserted into an AUTO_RANDOM column.
pub fn bringing_ids(items: Vec<Item>) -> Vec<Item> {
    let mut kept = vec![
        Item::Text("SET @pg2tidb_explicit = @@SESSION.allow_auto_random_explicit_insert".into()),
        Item::Text("SET SESSION allow_auto_random_explicit_insert = ON".into()),
    ];
    kept.extend(items);
    kept.push(Item::Text("SET SESSION allow_auto_random_explicit_insert = @pg2tidb_explicit".into()));
    kept
}

/// Statements around others that let a zero be stored in an AUTO_INCREMENT column.
pub fn keeping_zero(items: Vec<Item>) -> Vec<Item> {
    let mut kept = vec![
        Item::Text("SET @pg2tidb_sql_mode = @@SESSION.sql_mode".into()),
        Item::Text("SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO')".into()),
    ];
    kept.extend(items);
    kept.push(Item::Text("SET SESSION sql_mode = @pg2tidb_sql_mode".into()));
    kept
}

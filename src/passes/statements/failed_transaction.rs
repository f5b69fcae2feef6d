//! `failed-transaction`: COMMIT of a transaction in which a statement fails.

use crate::catalog::{Catalog, ConstraintKind};
use crate::diagnostic::rule;
use crate::passes::Cx;
use crate::syntax::names;
use sqlparser::ast::{Expr, Insert, SetExpr, Statement, TableObject, Value};
use std::collections::HashSet;

rule! {
    /// The COMMIT of a transaction in which a statement fails.
    ///
    /// On PostgreSQL a transaction is over with its first error: COMMIT takes it back. On TiDB a statement fails alone, and
    /// COMMIT keeps the others. It is said where a row of the transaction is sure to fail, since its key is there already. A
    /// program or migration tool that stops at the first error and rolls back sees no difference.
    pub FAILED_TRANSACTION = "S506", "failed-transaction", Statements, Lossy;
}

/// So many keys are remembered: scripts that fail on purpose are short.
const MOST: usize = 2_000;

/// The keys of the rows that a script has written, and whether one of its open transaction was there already.
#[derive(Debug, Clone, Default)]
pub struct Written {
    keys: HashSet<String>,
    failed: bool,
}

impl Written {
    /// Follows an INSERT.
    pub fn insert(&mut self, catalog: &Catalog, insert: &Insert) {
        if self.keys.len() > MOST {
            return;
        }
        let (TableObject::TableName(name), None) = (&insert.table, &insert.on) else { return };
        let Some(table) = catalog.table(name) else { return };
        let Some(SetExpr::Values(values)) = insert.source.as_deref().map(|source| source.body.as_ref())
        else {
            return;
        };
        let unique =
            |kind: &ConstraintKind| matches!(kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
        let listed: Vec<String> = match insert.columns.is_empty() {
            true => table.columns.iter().map(|column| column.name.clone()).collect(),
            false => insert.columns.iter().filter_map(names::last).map(names::folded).collect(),
        };
        for key in table.constraints.iter().filter(|constraint| unique(&constraint.kind)) {
            let places: Option<Vec<usize>> =
                key.columns.iter().map(|name| listed.iter().position(|listed| listed == name)).collect();
            let Some(places) = places.filter(|places| !places.is_empty()) else { continue };
            for row in values.rows.iter().take(100) {
                let parts: Option<Vec<&str>> =
                    places.iter().map(|at| literal(row.content.get(*at)?)).collect();
                let Some(parts) = parts else { continue };
                let table = &table.name;
                let key = format!("{}\0{}\0{}\0{}", table.schema, table.name, key.name, parts.join("\0"));
                self.failed |= !self.keys.insert(key);
            }
        }
    }

    /// Follows every other statement.
    pub fn follow(&mut self, cx: &mut Cx<'_>, source: &Statement) {
        match source {
            Statement::Insert(insert) => self.insert(cx.catalog, insert),
            Statement::StartTransaction { .. } => self.failed = false,
            Statement::Commit { .. } => {
                if std::mem::take(&mut self.failed) && cx.in_transaction {
                    let span = cx.head();
                    let message = "a row of the transaction has a key that is there already: PostgreSQL takes all of it back, TiDB keeps the rest";
                    cx.report(&FAILED_TRANSACTION, span, message)
                        .help("say ROLLBACK, or leave out the statement that fails");
                }
            }
            Statement::Query(_) | Statement::Set(_) | Statement::Savepoint { .. } => {}
            // What was written may be gone.
            _ => *self = Written::default(),
        }
    }
}

fn literal(value: &Expr) -> Option<&str> {
    match value {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) | Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

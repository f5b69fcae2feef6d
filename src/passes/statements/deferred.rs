//! `deferred-foreign-key`: foreign keys that PostgreSQL checks at the transaction's end.

use super::transaction::DEFERRED_CHECK;
use crate::catalog::{Catalog, Constraint, ConstraintKind, Name, Table, Timing};
use crate::diagnostic::{Diagnostic, Fidelity, Level, rule};
use crate::passes::alter::CHECKS;
use crate::passes::expressions::scope;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::Parsed;
use crate::syntax::lex::Kind;
use crate::syntax::names;
use sqlparser::ast::{
    Assignment, AssignmentTarget, FromTable, ObjectName, ReferentialAction, Statement, TableFactor,
    TableObject, TableWithJoins,
};
use std::collections::BTreeMap;

rule! {
    /// A row written while a foreign key of its table is checked only at the transaction's end.
    ///
    /// TiDB checks foreign keys with each statement. Inside a transaction of the script, a statement that PostgreSQL would not
    /// check at once runs with `foreign_key_checks = 0`, and before the COMMIT a query looks for rows that refer to nothing: it fails
    /// where there is one (`Subquery returns more than 1 row`), as PostgreSQL's COMMIT would.
    pub DEFERRED_FOREIGN_KEY = "S751", "deferred-foreign-key", Statements, Exact;
}

/// What the open transaction has put off.
#[derive(Debug, Clone, Default)]
pub struct Deferred {
    /// SET CONSTRAINTS ALL, and by name; names folded.
    all: Option<bool>,
    named: BTreeMap<String, bool>,
    /// Tables whose foreign keys are to be checked before COMMIT.
    pending: Vec<Name>,
}

impl Deferred {
    /// SET CONSTRAINTS, for which the parser has no tree.
    pub fn set(&mut self, parsed: &Parsed, catalog: &Catalog) -> Option<(Verdict, Diagnostic)> {
        let source = parsed.source();
        let words: Vec<_> = parsed.tokens.iter().filter(|token| !token.is_trivia()).collect();
        let is = |n: usize, word: &str| {
            words.get(n).is_some_and(|token| token.text(source).eq_ignore_ascii_case(word))
        };
        if !is(0, "set") || !is(1, "constraints") {
            return None;
        }
        let last = words.iter().rposition(|token| token.kind == Kind::Word)?;
        let off = is(last, "deferred");
        if is(2, "all") {
            self.named.clear();
            self.all = Some(off);
        } else {
            let mut name = None;
            for token in words.get(2..=last)? {
                match token.text(source) {
                    "." => {}
                    "," => {
                        self.named.extend(name.take().map(|name| (name, off)));
                    }
                    text => {
                        self.named.extend(
                            (token.span == words[last].span)
                                .then(|| name.take())
                                .flatten()
                                .map(|name| (name, off)),
                        );
                        name = Some(text.trim_matches('"').to_lowercase());
                    }
                }
            }
        }
        let span = words.first()?.span.join(words.get(1)?.span);
        // What no file of the run declares may be anything.
        let lossy = catalog.tables().next().is_none()
            || catalog.tables().flat_map(|table| &table.constraints).any(|constraint| {
                !matches!(constraint.kind, ConstraintKind::ForeignKey { .. })
                    && constraint.timing != Timing::Statement
            });
        let mut found = Diagnostic::new(
            &DEFERRED_CHECK,
            span,
            if off && lossy {
                "every constraint is checked at each statement on TiDB"
            } else {
                "foreign keys that are put off are checked before the COMMIT; what else there is, TiDB checks with each statement"
            },
        );
        if !(off && lossy) {
            (found.level, found.fidelity) = (Level::Info, Fidelity::Exact);
        }
        Some((Verdict::Drop, found))
    }

    /// Follows a statement that is emitted inside a transaction.
    pub fn follow(&mut self, cx: &mut Cx<'_>, source: &Statement, work: &mut Work, open: bool) {
        match source {
            Statement::StartTransaction { .. } | Statement::Rollback { savepoint: None, .. } => {
                *self = Deferred::default();
            }
            Statement::Commit { .. } => {
                let pending = std::mem::take(self).pending;
                let checks: Vec<Item> = pending
                    .iter()
                    .filter_map(|name| cx.catalog.table_named(name))
                    .flat_map(checks)
                    .map(Item::Text)
                    .collect();
                if !checks.is_empty() {
                    let head = cx.head();
                    cx.note(
                        &DEFERRED_FOREIGN_KEY,
                        head,
                        "the foreign keys that were put off are checked before it",
                    );
                    work.items.splice(0..0, checks);
                }
            }
            _ if !open => {}
            Statement::Insert(insert) => {
                let TableObject::TableName(name) = &insert.table else { return };
                self.written(cx, name, None, work);
            }
            Statement::Update(update) => {
                let Some(name) = plain(&update.table) else { return };
                let set: Vec<String> = update.assignments.iter().filter_map(column).collect();
                self.written(cx, name, Some(&set), work);
                self.referred(cx, name, Some(&set), work);
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                let [only] = &from[..] else { return };
                let Some(name) = plain(only) else { return };
                self.referred(cx, name, None, work);
            }
            _ => {}
        }
    }

    fn puts_off(&self, constraint: &Constraint) -> bool {
        if !matches!(constraint.kind, ConstraintKind::ForeignKey { .. }) || constraint.tidb_name.is_none() {
            return false;
        }
        let said = self.named.get(&constraint.name).copied().or(self.all);
        match constraint.timing {
            Timing::Statement => false,
            Timing::Deferrable => said == Some(true),
            Timing::Deferred => said != Some(false),
        }
    }

    /// Rows of a table with foreign keys.
    fn written(&mut self, cx: &mut Cx<'_>, name: &ObjectName, set: Option<&[String]>, work: &mut Work) {
        let Some(table) = scope::relation(cx, name) else { return };
        let touched =
            |c: &Constraint| set.is_none_or(|set| c.columns.iter().any(|column| set.contains(column)));
        if !table.constraints.iter().any(|c| self.puts_off(c) && touched(c)) {
            return;
        }
        self.unchecked(cx, name, vec![table.name.clone()], work);
    }

    /// Rows that others refer to, where nothing happens to those but a check.
    fn referred(&mut self, cx: &mut Cx<'_>, name: &ObjectName, set: Option<&[String]>, work: &mut Work) {
        let Some(table) = scope::relation(cx, name) else { return };
        let mut children: Vec<Name> = Vec::new();
        for other in cx.catalog.tables().filter(|other| other.missing.is_none()) {
            for key in other.constraints.iter().filter(|c| c.refers_to(&table.name)) {
                let ConstraintKind::ForeignKey { columns, on_delete, on_update, .. } = &key.kind else {
                    continue;
                };
                let action = if set.is_some() { on_update } else { on_delete };
                let primary = || table.primary_key().map(|key| key.columns.as_slice()).unwrap_or_default();
                let columns = if columns.is_empty() { primary() } else { columns };
                if set.is_some_and(|set| !columns.iter().any(|column| set.contains(column))) {
                    continue;
                }
                if !matches!(action, None | Some(ReferentialAction::NoAction)) || !self.puts_off(key) {
                    return;
                }
                children.push(other.name.clone());
            }
        }
        if !children.is_empty() {
            self.unchecked(cx, name, children, work);
        }
    }

    fn unchecked(&mut self, cx: &mut Cx<'_>, name: &ObjectName, tables: Vec<Name>, work: &mut Work) {
        let off = format!("SET {CHECKS} = 0");
        if matches!(work.items.first(), Some(Item::Text(text)) if *text == off) {
            return;
        }
        let span = cx.node(name);
        cx.note(
            &DEFERRED_FOREIGN_KEY,
            span,
            "PostgreSQL checks a foreign key of these rows at the transaction's end: on TiDB a query before the COMMIT does",
        );
        work.items.insert(0, Item::Text(off));
        work.items.push(Item::Text(format!("SET {CHECKS} = 1")));
        for table in tables {
            if !self.pending.contains(&table) {
                self.pending.push(table);
            }
        }
    }
}

fn plain(table: &TableWithJoins) -> Option<&ObjectName> {
    match &table.relation {
        TableFactor::Table { name, .. } => Some(name),
        _ => None,
    }
}

fn column(assignment: &Assignment) -> Option<String> {
    match &assignment.target {
        AssignmentTarget::ColumnName(name) => names::last(name).map(names::folded),
        AssignmentTarget::Tuple(_) => None,
    }
}

/// Statements that fail where a row of the table refers to nothing.
fn checks(table: &Table) -> Vec<String> {
    let keys = table.constraints.iter().filter(|c| c.tidb_name.is_some());
    keys.filter_map(|key| {
        let Some(sqlparser::ast::TableConstraint::ForeignKey(written)) = &key.written else { return None };
        let pairs = || written.columns.iter().zip(&written.referred_columns);
        let present: Vec<String> = pairs().map(|(own, _)| format!("own.{own} IS NOT NULL")).collect();
        let same: Vec<String> = pairs().map(|(own, other)| format!("other.{other} = own.{own}")).collect();
        Some(format!(
            "DO (SELECT 1 UNION ALL SELECT 1 FROM {} AS own WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS other WHERE {}))",
            table.tidb_name,
            present.join(" AND "),
            written.foreign_table,
            same.join(" AND ")
        ))
    })
    .collect()
}

//! `alter-domain`: what becomes of the columns when their domain changes.

use crate::catalog::{Column, UserType, generated_name};
use crate::diagnostic::rule;
use crate::passes::alter::{is_lob, modify};
use crate::passes::forms::Effect;
use crate::passes::rebuild::alter_table;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::ddl::{DomainChange, Named};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, CheckConstraint, ColumnOption, Expr, TableConstraint, Value,
};

rule! {
    /// ALTER DOMAIN.
    ///
    /// A domain's columns carry what it says, so each column that the files converted together declare gets the change:
    /// SET NOT NULL restates the column, ADD CONSTRAINT adds the check to its table. What a column says for itself can't be
    /// told from what it has from its domain, so taking something away, or another default, is refused where there are such
    /// columns: change them in statements of their own.
    pub ALTER_DOMAIN = "T600", "alter-domain", Types, Exact;
}

/// A literal that is a default as it stands.
fn is_plain(default: &Expr) -> bool {
    matches!(default, Expr::Value(value) if matches!(value.value, Value::Number(..) | Value::SingleQuotedString(_) | Value::Boolean(_)))
}

/// Whether no column can have its default from the domain.
fn has_no_default(cx: &Cx<'_>, domain: &Named) -> bool {
    matches!(cx.catalog.user_type(&domain.name), Some(UserType::Domain(domain)) if domain.default.is_none())
}

pub fn plan(cx: &mut Cx<'_>, work: &mut Work, domain: &Named, change: &DomainChange, span: Span) -> Effect {
    let effect = Effect::Domain(domain.name.clone(), change.clone());
    if !matches!(cx.catalog.user_type(&domain.name), Some(UserType::Domain(_))) {
        let message =
            format!("no file of this run declares the domain {}, nor which columns have it", domain.name);
        cx.report(&ALTER_DOMAIN, domain.span, message)
            .refused()
            .help("convert this file together with the one that creates the domain");
        work.verdict = Verdict::Refuse;
        return Effect::None;
    }
    let catalog = cx.catalog;
    let users: Vec<_> =
        catalog.columns_of_type(&domain.name).filter(|(table, _)| table.missing.is_none()).collect();
    let mut items = Vec::new();
    match change {
        DomainChange::SetNotNull => {
            for (table, column) in users.iter().filter(|(_, column)| !column.not_null()) {
                let mut column = (*column).clone();
                column.options.retain(|option| *option != ColumnOption::Null);
                column.options.push(ColumnOption::NotNull);
                items.push(modify(&table.tidb_name, &column));
            }
        }
        DomainChange::AddCheck { check, .. } => {
            for (table, column) in &users {
                let name =
                    generated_name(&table.name.name, &column.name, "check", |name| table.has_name(name));
                let mut expr = check.as_ref().clone();
                super::domain::put(&mut expr, &column.ident);
                let constraint = TableConstraint::Check(CheckConstraint {
                    name: Some(names::ident(&name)),
                    expr: Box::new(expr) as Box<Expr>,
                    no_inherit: false,
                    enforced: None,
                });
                let added = AlterTableOperation::AddConstraint { constraint, not_valid: false };
                items.push(Item::tree(alter_table(&table.tidb_name, added)));
            }
        }
        DomainChange::SetDefault(default)
            if is_plain(default)
                && has_no_default(cx, domain)
                && !users.iter().any(|(_, column)| is_lob(&column.tidb)) =>
        {
            // What a column says for itself is stronger.
            let own = |column: &Column| column.options.iter().any(|o| matches!(o, ColumnOption::Default(_)));
            for (table, column) in users.iter().filter(|(_, column)| !own(column)) {
                let op = AlterColumnOperation::SetDefault { value: default.as_ref().clone() };
                let operation = AlterTableOperation::AlterColumn { column_name: column.ident.clone(), op };
                items.push(Item::tree(alter_table(&table.tidb_name, operation)));
            }
        }
        DomainChange::Validate | DomainChange::RenameConstraint { .. } | DomainChange::Rename(_) => {}
        _ if users.is_empty() => {}
        _ => {
            let names: Vec<String> =
                users.iter().map(|(table, column)| format!("{}.{}", table.name.name, column.name)).collect();
            let message =
                format!("the columns of the domain may say this for themselves: {}", names.join(", "));
            cx.report(&ALTER_DOMAIN, span, message)
                .refused()
                .help("change each column with ALTER TABLE instead");
            work.verdict = Verdict::Refuse;
            return Effect::None;
        }
    }
    if items.is_empty() {
        cx.note(&ALTER_DOMAIN, span, "TiDB has no domains: the columns that follow carry the change");
        work.verdict = Verdict::Fold;
        return effect;
    }
    work.items = items;
    crate::passes::tables::check::pass(cx, work);
    match work.verdict {
        Verdict::Refuse => Effect::None,
        _ => effect,
    }
}

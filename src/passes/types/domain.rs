//! `domain-type`

use crate::catalog::{Domain, UserType};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::{Cx, Work};
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{
    ColumnDef, ColumnOption, ColumnOptionDef, DataType, Expr, Ident, TableConstraint, VisitorMut,
};
use std::ops::ControlFlow;

rule! {
    /// A domain, and columns of it.
    ///
    /// TiDB has no domains. A column of one gets its base type, and its default, NOT NULL and checks as its own, `VALUE` being
    /// the column; so CREATE DOMAIN is folded into the columns that follow, and DROP DOMAIN has nothing to do.
    pub DOMAIN_TYPE = "T027", "domain-type", Types, Exact;
}

/// Domains may stand on domains, so deep at most.
const MAX_DEPTH: usize = 16;

/// Writes what a column's domain says into the column, before anything looks at its options.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    for (_, column) in work.columns() {
        for _ in 0..MAX_DEPTH {
            let DataType::Custom(name, _) = &column.data_type else { break };
            let Some(UserType::Domain(domain)) = cx.catalog.user_type(name) else { break };
            unfold(column, domain);
        }
    }
    for site in work.types() {
        let base = cx.catalog.base_type(site.data_type);
        if base != site.data_type {
            let span = cx.column_type(&site.column);
            let found =
                cx.report(&DOMAIN_TYPE, span, "the column gets the domain's base type, without its checks");
            (found.level, found.fidelity) = (Level::Warning, Fidelity::Lossy);
            found.help = Some("add the domain's checks to the table".into());
            *site.data_type = base.clone();
        }
    }
}

fn unfold(column: &mut ColumnDef, domain: &Domain) {
    column.data_type = domain.base.clone();
    let has = |column: &ColumnDef, wanted: fn(&ColumnOption) -> bool| {
        column.options.iter().any(|option| wanted(&option.option))
    };
    let mut added = Vec::new();
    if domain.not_null && !has(column, |o| matches!(o, ColumnOption::NotNull | ColumnOption::PrimaryKey(_))) {
        added.push(ColumnOption::NotNull);
    }
    if let Some(default) = &domain.default
        && !has(column, |o| matches!(o, ColumnOption::Default(_) | ColumnOption::Generated { .. }))
    {
        let mut default = default.clone();
        let _ = default.walk_mut(&mut Value { column: &column.name });
        added.push(ColumnOption::Default(default));
    }
    for constraint in &domain.constraints {
        if let TableConstraint::Check(check) = constraint {
            let mut check = check.clone();
            // The name is the domain's; on TiDB it would have to be unique among all columns of it.
            check.name = None;
            let mut value = Value { column: &column.name };
            let _ = check.expr.walk_mut(&mut value);
            added.push(ColumnOption::Check(check));
        }
    }
    column.options.retain(|option| option.option != ColumnOption::Null || !domain.not_null);
    column.options.extend(added.into_iter().map(|option| ColumnOptionDef { name: None, option }));
}

/// Puts a column into a check of its domain.
pub fn put(expr: &mut Expr, column: &Ident) {
    let _ = expr.walk_mut(&mut Value { column });
}

/// Puts the column where a check says VALUE. What is reported about the domain's expression is about the column: its
/// own place is in another statement.
struct Value<'c> {
    column: &'c Ident,
}

impl VisitorMut for Value<'_> {
    type Break = ();

    fn pre_visit_ident(&mut self, ident: &mut Ident) -> ControlFlow<()> {
        ident.span = self.column.span;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident)
                if ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("value") =>
            {
                ident.clone_from(self.column);
            }
            Expr::Value(value) => value.span = self.column.span,
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

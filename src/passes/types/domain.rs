//! `domain-type`

use crate::catalog::{Domain, UserType};
use crate::diagnostic::rule;
use crate::passes::{Cx, Work};
use sqlparser::ast::{
    ColumnDef, ColumnOption, ColumnOptionDef, DataType, Expr, Ident, TableConstraint, VisitMut, VisitorMut,
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
            cx.report(
                &DOMAIN_TYPE,
                span,
                "the column gets the domain's base type; its checks are not added",
            )
            .help = Some("add the domain's checks to the table".into());
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
        added.push(ColumnOption::Default(default.clone()));
    }
    for constraint in &domain.constraints {
        if let TableConstraint::Check(check) = constraint {
            let mut check = check.clone();
            // The name is the domain's; on TiDB it would have to be unique among all columns of it.
            check.name = None;
            let mut value = Value { column: &column.name };
            let _ = check.expr.visit(&mut value);
            added.push(ColumnOption::Check(check));
        }
    }
    column.options.retain(|option| option.option != ColumnOption::Null || !domain.not_null);
    column.options.extend(added.into_iter().map(|option| ColumnOptionDef { name: None, option }));
}

/// Puts the column where a check says VALUE.
struct Value<'c> {
    column: &'c Ident,
}

impl VisitorMut for Value<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(ident) = expr
            && ident.quote_style.is_none()
            && ident.value.eq_ignore_ascii_case("value")
        {
            *ident = Ident { span: ident.span, ..self.column.clone() };
        }
        ControlFlow::Continue(())
    }
}

//! The table that an UPDATE or a DELETE changes.

use super::Refused;
use crate::catalog::Table;
use crate::passes::Cx;
use crate::passes::expressions::scope::{self, Columns, Source};
use crate::passes::expressions::{Scope, filters, translate};
use crate::passes::partitions::part;
use crate::passes::statements::data::ROW_CHANGE;
use crate::syntax::names;
use sqlparser::ast::{Expr, Ident, ObjectName, TableFactor, TableWithJoins};

/// The table and the name it goes by.
pub struct Changed<'a> {
    pub table: &'a Table,
    /// As TiDB writes it.
    pub name: ObjectName,
    pub alias: Option<Ident>,
}

impl<'a> Changed<'a> {
    /// The one table; ONLY before it and a star after it say nothing where no table inherits.
    pub fn of(cx: &mut Cx<'a>, factor: &mut TableWithJoins) -> Result<Changed<'a>, Refused> {
        let refuse = |span, message: String| Refused::new(&ROW_CHANGE, span, message);
        part::named(cx, &mut factor.relation);
        let TableFactor::Table { name, alias, args: None, .. } = &mut factor.relation else {
            return Err(refuse(cx.head(), "a change of what is no plain table".into()));
        };
        // ONLY reads as a table's name, and the table as its alias.
        if name.to_string().eq_ignore_ascii_case("only")
            && let Some(table) = alias.take()
        {
            *name = ObjectName::from(vec![table.name]);
        }
        let span = cx.node(&*name);
        let shown = name.to_string().replace('`', "");
        let Some(table) = scope::relation(cx, name) else {
            if scope::is_view(cx, name) {
                let message = format!("{shown} is a view, whose rows TiDB does not change");
                return Err(refuse(span, message).help("change the table behind it"));
            }
            let why = "the types of its columns decide the translation";
            return Err(refuse(span, format!("{why}, and no file of this run declares {shown}")));
        };
        if let Some(reason) = &table.missing {
            return Err(refuse(span, format!("{shown} is not on TiDB: {reason}")));
        }
        let alias = alias.as_ref().map(|alias| alias.name.clone());
        Ok(Changed { table, name: name.clone(), alias })
    }

    /// Whether it is a partition that is changed.
    pub fn is_part(factor: &TableWithJoins) -> bool {
        matches!(&factor.relation, TableFactor::Table { partitions, .. } if !partitions.is_empty())
    }

    pub fn scope(&self) -> Scope<'a> {
        Scope::of_table(self.table, self.alias.as_ref())
    }
}

/// The columns of a plain table that no file declares.
pub fn undeclared(cx: &Cx<'_>, factor: &TableWithJoins) -> Option<Scope<'static>> {
    let TableFactor::Table { name, alias, args: None, .. } = &factor.relation else { return None };
    let declared = scope::relation(cx, name).is_some() || scope::is_view(cx, name);
    if declared || !factor.joins.is_empty() || name.to_string().eq_ignore_ascii_case("only") {
        return None;
    }
    let known = alias.as_ref().map(|alias| &alias.name).or_else(|| names::last(name)).map(names::folded)?;
    Some(Scope { tables: vec![Source::new(known, Columns::Undeclared)], ..Scope::default() })
}

/// A condition in the words of TiDB.
pub fn condition(cx: &mut Cx<'_>, condition: Option<&mut Expr>, scope: &Scope<'_>) -> Result<(), Refused> {
    let Some(condition) = condition else { return Ok(()) };
    filters(condition);
    translate(cx, condition, scope).map_err(|e| Refused::of(&ROW_CHANGE, e))
}

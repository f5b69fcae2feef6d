//! The columns of a SELECT: their names and types, `*` spelled out where TiDB's would be another.

use super::{Naming, output};
use crate::passes::Cx;
use crate::passes::expressions::scope::{Column, Scope, Source};
use crate::passes::expressions::walk::Walk;
use crate::passes::expressions::{Untranslatable, literals, nulls};
use crate::syntax::names;
use sqlparser::ast::{
    Expr, Ident, Select, SelectItem, SelectItemQualifiedWildcardKind, Value, WildcardAdditionalOptions,
};

/// A column of the result, and what it is made of on TiDB.
pub struct Output {
    pub column: Column,
    /// None where `*` stands for it.
    pub expr: Option<Expr>,
    /// The author gave it a name.
    pub alias: bool,
}

/// Translates the columns.
pub fn translate(
    cx: &mut Cx<'_>,
    items: &mut Vec<SelectItem>,
    scope: &Scope<'_>,
) -> Result<Vec<Output>, Untranslatable> {
    if items.is_empty() {
        // PostgreSQL has rows without columns: EXISTS asks for no more.
        items.push(SelectItem::UnnamedExpr(literals::number("1")));
    }
    let mut outputs = Vec::with_capacity(items.len());
    let mut written = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        match item {
            SelectItem::UnnamedExpr(mut expr) => {
                let name = names::ident(&output::name(&expr));
                let name = match &expr {
                    Expr::Identifier(ident) => ident.clone(),
                    Expr::CompoundIdentifier(parts) => parts.last().cloned().unwrap_or(name),
                    _ => name,
                };
                let source = expr.clone();
                let column = column(cx, &mut expr, name.clone(), scope)?;
                // What stands for the column needs the column's name.
                let replaced = is_name(&source) && own_name(&expr) != own_name(&source);
                outputs.push(Output { column, expr: Some(expr.clone()), alias: replaced });
                written.push(if replaced {
                    SelectItem::ExprWithAlias { expr, alias: name }
                } else {
                    SelectItem::UnnamedExpr(expr)
                });
            }
            SelectItem::ExprWithAlias { expr, alias } if alias.quote_style == Some('\'') => {
                return super::refuse(cx, &expr, "a text after a value, which is no name on PostgreSQL,");
            }
            SelectItem::ExprWithAlias { mut expr, alias } => {
                let column = column(cx, &mut expr, alias.clone(), scope)?;
                outputs.push(Output { column, expr: Some(expr.clone()), alias: true });
                written.push(SelectItem::ExprWithAlias { expr, alias });
            }
            SelectItem::Wildcard(options) => {
                let span = cx.words(&["*"]);
                wildcard(cx, &options, span)?;
                let tables: Vec<&Source<'_>> = scope.tables.iter().collect();
                // TiDB takes it only as the first.
                let spelled = all(cx, &tables, &mut outputs, span, !written.is_empty())?;
                match spelled {
                    Some(items) => written.extend(items),
                    None => written.push(SelectItem::Wildcard(options)),
                }
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(mut name), options) => {
                let span = cx.node(&name);
                wildcard(cx, &options, span)?;
                let Some(table) = scope.table(&name) else {
                    return Err(Untranslatable { span, what: format!("the name {name}.*") });
                };
                let spelled = all(cx, &[table], &mut outputs, span, false)?;
                match spelled {
                    Some(items) => written.extend(items),
                    None => {
                        let last = name.0.len().saturating_sub(1);
                        name.0.drain(..last);
                        let kind = SelectItemQualifiedWildcardKind::ObjectName(name);
                        written.push(SelectItem::QualifiedWildcard(kind, options));
                    }
                }
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                return super::refuse(cx, &expr, "the columns of a composite value");
            }
            SelectItem::ExprWithAliases { expr, .. } => {
                return super::refuse(cx, &expr, "a column with several names");
            }
        }
    }
    *items = written;
    Ok(outputs)
}

/// The name that a column of this expression has on TiDB, if it is a column itself.
fn own_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(names::folded(ident)),
        Expr::CompoundIdentifier(parts) => parts.last().map(names::folded),
        _ => None,
    }
}

fn is_name(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

fn column(
    cx: &mut Cx<'_>,
    expr: &mut Expr,
    ident: Ident,
    scope: &Scope<'_>,
) -> Result<Column, Untranslatable> {
    let not_null = !nulls::possible(scope, cx.catalog, expr);
    let source = expr.clone();
    let ty = Walk::new(cx, scope).expr(expr)?;
    let data_type = output::data_type(cx, scope, &source, &ty);
    Ok(Column { name: names::folded(&ident), ident, ty, data_type, not_null, written: None })
}

fn wildcard(
    cx: &Cx<'_>,
    options: &WildcardAdditionalOptions,
    span: crate::text::Span,
) -> Result<(), Untranslatable> {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    let plain = opt_ilike.is_none()
        && opt_exclude.is_none()
        && opt_except.is_none()
        && opt_replace.is_none()
        && opt_rename.is_none()
        && opt_alias.is_none();
    let _ = cx;
    if plain { Ok(()) } else { Err(Untranslatable { span, what: "this form of *".into() }) }
}

/// The columns of these tables; spelled out where TiDB's `*` would give others, or in another order.
fn all(
    cx: &Cx<'_>,
    tables: &[&Source<'_>],
    outputs: &mut Vec<Output>,
    span: crate::text::Span,
    spell: bool,
) -> Result<Option<Vec<SelectItem>>, Untranslatable> {
    let spell = spell || tables.iter().any(|table| table.spelled_out());
    let mut items = Vec::new();
    // USING's columns come first, once.
    let mut merged: Vec<&String> = Vec::new();
    if tables.len() > 1 {
        for name in tables.iter().flat_map(|table| &table.merged) {
            if !merged.contains(&name) {
                merged.push(name);
            }
        }
    }
    let mut rest = Vec::new();
    let mut first = Vec::new();
    for table in tables {
        let Some(columns) = table.all(cx.catalog) else {
            let what = format!("* of {}, which no file declares,", table.name);
            return Err(Untranslatable { span, what });
        };
        for column in columns {
            if tables.len() > 1 && table.merged.contains(&column.name) {
                continue;
            }
            let expr = match &column.written {
                Some(written) => written.clone(),
                None if merged.contains(&&column.name) || table.name.is_empty() => {
                    Expr::Identifier(column.ident.clone())
                }
                None => Expr::CompoundIdentifier(vec![table.written_name(), column.ident.clone()]),
            };
            let place = merged.iter().position(|name| **name == column.name);
            match place {
                Some(place) => first.push((place, column, expr)),
                None => rest.push((column, expr)),
            }
        }
    }
    first.sort_by_key(|(place, ..)| *place);
    let ordered = first.into_iter().map(|(_, column, expr)| (column, expr)).chain(rest);
    for (column, expr) in ordered {
        if spell {
            items.push(match &column.written {
                Some(_) => SelectItem::ExprWithAlias { expr: expr.clone(), alias: column.ident.clone() },
                None => SelectItem::UnnamedExpr(expr.clone()),
            });
        }
        let column = Column { written: None, ..column };
        outputs.push(Output { column, expr: Some(expr), alias: false });
    }
    Ok(spell.then_some(items))
}

/// Gives the columns the names that those who read them expect.
pub fn name(select: &mut Select, outputs: &mut [Output], naming: Naming<'_>) {
    let given: &[Ident] = match naming {
        Naming::AsIs => return,
        Naming::Own => &[],
        Naming::Given(names) => names,
    };
    let mut taken: Vec<String> = given.iter().map(names::folded).collect();
    let mut renamed = false;
    for (at, output) in outputs.iter_mut().enumerate() {
        let ident = match given.get(at) {
            Some(ident) => ident.clone(),
            None => {
                let mut ident = output.column.ident.clone();
                let mut number = 1;
                while taken.contains(&names::folded(&ident)) {
                    number += 1;
                    ident = names::ident(&format!("{}_{number}", output.column.ident.value));
                }
                taken.push(names::folded(&ident));
                ident
            }
        };
        let same = output.column.name == names::folded(&ident);
        renamed |= !same;
        output.column.name = names::folded(&ident);
        output.column.ident = ident;
    }
    let wild =
        |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
    if select.projection.iter().any(wild) {
        if !renamed && !select.projection.iter().any(needs_alias) {
            return;
        }
        let spelled = outputs.iter().map(|output| {
            let expr = output.expr.clone().unwrap_or_else(|| Expr::Identifier(output.column.ident.clone()));
            SelectItem::UnnamedExpr(expr)
        });
        select.projection = spelled.collect();
    }
    for (item, output) in select.projection.iter_mut().zip(outputs) {
        let alias = output.column.ident.clone();
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let own = match &*expr {
                    Expr::Identifier(ident) => names::folded(ident) == output.column.name,
                    Expr::CompoundIdentifier(parts) => {
                        parts.last().is_some_and(|ident| names::folded(ident) == output.column.name)
                    }
                    _ => false,
                };
                if !own {
                    let expr = std::mem::replace(expr, Expr::value(Value::Null));
                    *item = SelectItem::ExprWithAlias { expr, alias };
                    output.alias = true;
                }
            }
            SelectItem::ExprWithAlias { alias: old, .. } => *old = alias,
            _ => {}
        }
    }
}

fn needs_alias(item: &SelectItem) -> bool {
    matches!(item, SelectItem::UnnamedExpr(expr) if !is_name(expr))
}

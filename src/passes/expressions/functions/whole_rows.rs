//! Rows as documents: `row_to_json(t)` and `jsonb_agg(t)`, where `t` is a table of FROM.

use super::super::literals;
use super::super::scope::{Scope, Source};
use super::super::walk::Walk;
use crate::syntax::names;
use crate::syntax::reserved::is_reserved;
use sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName};

/// Functions that make a document of a row, with what stands for them where the row is spelled out.
const OF_ROW: [(&str, Option<&str>); 8] = [
    ("row_to_json", Some("json_build_object")),
    ("to_json", Some("json_build_object")),
    ("to_jsonb", Some("jsonb_build_object")),
    ("json_agg", None),
    ("jsonb_agg", None),
    ("json_build_array", None),
    ("jsonb_build_array", None),
    ("jsonb_build_object", None),
];

/// Spells out a row among the arguments: an object of its columns. The name of the function that stands for it then.
pub fn spelled_out(walk: &Walk<'_, '_>, name: &str, function: &mut Function) -> Option<&'static str> {
    let (_, instead) = OF_ROW.iter().find(|(known, _)| *known == name)?;
    let FunctionArguments::List(list) = &mut function.args else { return None };
    for arg in &mut list.args {
        let Some(fields) = fields_of(walk, arg) else { continue };
        let kind = if name.starts_with("jsonb") || name == "to_jsonb" { "jsonb" } else { "json" };
        match instead {
            Some(instead) => {
                list.args = fields;
                function.name = ObjectName::from(vec![Ident::new(*instead)]);
                return Some(instead);
            }
            None => {
                let mut object = literals::call(&format!("{kind}_build_object"), Vec::new());
                if let Expr::Function(object) = &mut object
                    && let FunctionArguments::List(inner) = &mut object.args
                {
                    inner.args = fields;
                }
                *arg = FunctionArg::Unnamed(FunctionArgExpr::Expr(object));
            }
        }
    }
    None
}

/// `'a', t.a, 'b', t.b` for an argument that is a row.
fn fields_of(walk: &Walk<'_, '_>, arg: &FunctionArg) -> Option<Vec<FunctionArg>> {
    let table = match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident))) => ident,
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::QualifiedWildcard(name, _)))
        | FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) => names::last(name)?,
        _ => return None,
    };
    let source = row(walk, walk.scope, &names::folded(table))?;
    // The row that an outer join does not find is NULL, which no object is.
    if source.nullable || source.scalar.is_some() || !source.merged.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    for column in source.all(walk.cx.catalog)? {
        let value = Expr::CompoundIdentifier(vec![table.clone(), column.ident.clone()]);
        let name = literals::string(shown(&column.ident));
        for part in [name, value] {
            fields.push(FunctionArg::Unnamed(FunctionArgExpr::Expr(part)));
        }
    }
    (!fields.is_empty()).then_some(fields)
}

/// The table that a name means, where it means no column.
fn row<'o, 's>(walk: &Walk<'_, '_>, scope: &'o Scope<'s>, name: &str) -> Option<&'o Source<'s>> {
    if scope.tables.iter().any(|table| table.find(name, walk.cx.catalog).is_some()) {
        return None;
    }
    match scope.tables.iter().find(|table| table.name == name) {
        Some(found) => Some(found),
        None => row(walk, scope.outer?, name),
    }
}

/// A column's name as PostgreSQL has it: what was written in quotes keeps its capitals. A reserved word of capitals only was
/// quoted for TiDB.
fn shown(ident: &Ident) -> String {
    let shouted = is_reserved(&ident.value) && !ident.value.bytes().any(|b| b.is_ascii_lowercase());
    if ident.quote_style.is_none() || shouted { ident.value.to_lowercase() } else { ident.value.clone() }
}

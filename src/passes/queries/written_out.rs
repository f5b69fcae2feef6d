//! Arrays and documents that are written out, as the rows that a function in FROM makes of them.

use super::from::plain_alias;
use super::series::union_all;
use super::values::{query_of_body, select_of};
use crate::passes::Cx;
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::arrays::{self, bare};
use crate::passes::expressions::literals::{self, number, string};
use crate::passes::expressions::scope::{Column, Columns, Scope, Source};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::walk::{Walk, as_json};
use crate::text::Span;
use serde_json::Value as Json;
use sqlparser::ast::{Array, Expr, Ident, SetExpr, TableAliasColumnDef, TableFactor, Value};
use std::rc::Rc;

/// Rows of literals. A value of a type that is unknown still has to be translated.
pub struct Rows {
    /// PostgreSQL's names of the columns; a single one without a name is called like the table.
    pub names: Vec<Option<&'static str>>,
    pub types: Vec<Ty>,
    pub rows: Vec<Vec<Expr>>,
}

/// The rows, if the function takes a document or arrays, and they are literals.
pub fn rows(cx: &Cx<'_>, name: &str, args: &[Expr]) -> Option<Rows> {
    if name == "unnest" && args.len() > 1 {
        return side_by_side(args);
    }
    let [arg] = args else { return None };
    let text = match bare(arg) {
        Expr::Value(value) => literals::text_of(&value.value)?,
        _ => return None,
    };
    if name == "unnest" {
        return elements(cx, arg, &text);
    }
    let value: Json = serde_json::from_str(&text).ok()?;
    let plain = name.strip_prefix("jsonb_").or_else(|| name.strip_prefix("json_"))?;
    let json = |value: &Json| as_json(string(value.to_string()));
    let (names, types) = match plain {
        "array_elements" => (vec![Some("value")], vec![Ty::Json]),
        "array_elements_text" => (vec![Some("value")], vec![Ty::Text]),
        "object_keys" => (vec![None], vec![Ty::Text]),
        "each" => (vec![Some("key"), Some("value")], vec![Ty::Text, Ty::Json]),
        "each_text" => (vec![Some("key"), Some("value")], vec![Ty::Text, Ty::Text]),
        _ => return None,
    };
    let mut rows = Vec::new();
    match (plain, &value) {
        ("array_elements", Json::Array(items)) => rows.extend(items.iter().map(|item| vec![json(item)])),
        ("array_elements_text", Json::Array(items)) => {
            for item in items {
                rows.push(vec![as_text(item)?]);
            }
        }
        ("object_keys" | "each" | "each_text", Json::Object(map)) => {
            let mut keys: Vec<&String> = map.keys().collect();
            // The order in which jsonb keeps them.
            keys.sort_by_key(|key| (key.len(), key.as_bytes()));
            for key in keys {
                let mut row = vec![string(key.clone())];
                match plain {
                    "each" => row.push(json(&map[key])),
                    "each_text" => row.push(as_text(&map[key])?),
                    _ => {}
                }
                rows.push(row);
            }
        }
        _ => return None,
    }
    Some(Rows { names, types, rows })
}

/// A SELECT for each row of what is written out.
pub fn table<'s>(
    cx: &mut Cx<'_>,
    Rows { names, mut types, rows }: Rows,
    table: &Ident,
    listed: &[TableAliasColumnDef],
    scope: &Scope<'_>,
    span: Span,
) -> Result<(TableFactor, Source<'s>), Untranslatable> {
    let mut idents: Vec<Ident> = names
        .iter()
        .enumerate()
        .map(|(at, name)| match (listed.get(at), name) {
            (Some(listed), _) => listed.name.clone(),
            (None, Some(name)) => crate::syntax::names::ident(name),
            (None, None) => table.clone(),
        })
        .collect();
    // TiDB's tables have no two columns of one name.
    for at in 1..idents.len() {
        if idents[..at].contains(&idents[at]) {
            idents[at] = crate::syntax::names::ident(&format!("{}_{}", idents[at].value, at + 1));
        }
    }
    let mut body: Option<SetExpr> = None;
    for row in rows {
        let first = body.is_none();
        let mut items = Vec::with_capacity(row.len());
        for (at, mut expr) in row.into_iter().enumerate() {
            if types[at] == Ty::Unknown || names.len() > 1 && names[at] == Some("unnest") {
                let found = Walk::new(cx, scope).expr(&mut expr)?;
                types[at] = types[at].widest(&found);
            }
            items.push((expr, first.then(|| idents[at].clone())));
        }
        let select = SetExpr::Select(Box::new(select_of(items, None)));
        body = Some(match body {
            None => select,
            Some(left) => union_all(left, select),
        });
    }
    let Some(mut body) = body else {
        return Err(Untranslatable { span, what: "a function in FROM that gives no rows".into() });
    };
    let scalar = idents.len() == 1;
    let columns: Vec<Column> = idents
        .iter()
        .zip(types)
        .map(|(ident, ty)| {
            let ty = if ty == Ty::Unknown { Ty::Text } else { ty };
            Column {
                name: crate::syntax::names::folded(ident),
                ident: ident.clone(),
                data_type: super::output::plain(&ty),
                ty,
                not_null: false,
                written: None,
            }
        })
        .collect();
    super::collate(&mut body, &columns);
    let mut source = Source::new(crate::syntax::names::folded(table), Columns::Made(Rc::from(columns)));
    source.scalar = scalar.then(|| Expr::CompoundIdentifier(vec![table.clone(), idents[0].clone()]));
    let factor = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(query_of_body(body)),
        alias: Some(plain_alias(table.clone())),
        sample: None,
    };
    Ok((factor, source))
}

/// The text of a value; `None` where PostgreSQL keeps digits or blanks that are gone here.
fn as_text(value: &Json) -> Option<Expr> {
    Some(match value {
        Json::Null => Expr::value(Value::Null),
        Json::Bool(value) => string(value.to_string()),
        Json::Number(number) if number.is_i64() => string(number.to_string()),
        Json::String(text) => string(text.clone()),
        Json::Number(_) | Json::Array(_) | Json::Object(_) => return None,
    })
}

/// `unnest('{a,b}'::text[])`.
fn elements(cx: &Cx<'_>, arg: &Expr, text: &str) -> Option<Rows> {
    let Expr::Cast { data_type, .. } = arg else { return None };
    let Ty::Array(element) = Ty::of(data_type, cx.catalog) else { return None };
    let json = arrays::json(cx, text, &element).ok()?;
    let Ok(Json::Array(items)) = serde_json::from_str(&json) else { return None };
    let mut rows = Vec::new();
    for item in items {
        rows.push(vec![match (item, element.as_ref()) {
            (Json::Null, _) => Expr::value(Value::Null),
            (Json::Number(digits), Ty::Int | Ty::Big) => number(digits.to_string()),
            (Json::String(text), Ty::Text) => string(text),
            _ => return None,
        }]);
    }
    Some(Rows { names: vec![None], types: vec![*element], rows })
}

/// `unnest(ARRAY[…], ARRAY[…])`: the shorter end in NULLs.
fn side_by_side(args: &[Expr]) -> Option<Rows> {
    let lists: Option<Vec<&Array>> = args
        .iter()
        .map(|arg| match arg {
            Expr::Array(array) => Some(array),
            _ => None,
        })
        .collect();
    let lists = lists?;
    let most = lists.iter().map(|list| list.elem.len()).max()?;
    let cell = |list: &Array, at: usize| list.elem.get(at).cloned().unwrap_or(Expr::value(Value::Null));
    let rows = (0..most).map(|at| lists.iter().map(|list| cell(list, at)).collect()).collect();
    Some(Rows { names: vec![Some("unnest"); args.len()], types: vec![Ty::Unknown; args.len()], rows })
}

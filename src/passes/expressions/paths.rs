//! Paths into documents.

use super::functions::plain_args;
use super::literals::{self, call, string};
use super::walk::{Walk, binary};
use sqlparser::ast::{BinaryOperator as Op, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value};

const FIRST: &str = "[0]";

/// The value at the first of these paths that there is: a number in a path may be a key or a place.
pub fn any(document: &Expr, from: &str, paths: &[String]) -> Expr {
    let mut found: Vec<Expr> =
        paths.iter().map(|path| at(document.clone(), &format!("{from}{path}"))).collect();
    if found.len() == 1 { found.remove(0) } else { call("COALESCE", found) }
}

/// The value at a path. `[0]` of an object is nothing on PostgreSQL, and the object itself on TiDB, which takes what is no array
/// for an array of it alone. Where the path goes on, the document is not asked twice: there only arrays have places.
pub fn at(document: Expr, path: &str) -> Expr {
    if is_guarded(&document) {
        return match first(path, 0) {
            None => extract(document, path),
            Some(place) => {
                let all = extract(document, &format!("{}[*]", &path[..place]));
                at_all(all, &format!("${}", &path[place..]))
            }
        };
    }
    let Some(place) = first(path, 0) else { return extract(document, path) };
    let (before, after) = (&path[..place], &path[place + FIRST.len()..]);
    let holder = if before == "$" { document.clone() } else { extract(document.clone(), before) };
    let is_object = binary(call("JSON_TYPE", vec![holder]), Op::Eq, string("OBJECT"));
    let value = extract(document, &format!("{before}{FIRST}"));
    let guarded = call("IF", vec![is_object, Expr::value(Value::Null), value]);
    if after.is_empty() { guarded } else { at(guarded, &format!("${after}")) }
}

fn extract(document: Expr, path: &str) -> Expr {
    call("JSON_EXTRACT", vec![document, string(path)])
}

fn at_all(document: Expr, path: &str) -> Expr {
    match first(path, "$[0]".len()) {
        None => extract(document, path),
        Some(place) => {
            at_all(extract(document, &format!("{}[*]", &path[..place])), &format!("${}", &path[place..]))
        }
    }
}

fn is_guarded(document: &Expr) -> bool {
    match document {
        Expr::Function(function) if function.name.to_string() == "IF" => true,
        Expr::Function(function) if function.name.to_string() == "JSON_EXTRACT" => {
            plain_args(function).first().is_some_and(|first| is_guarded(first))
        }
        _ => false,
    }
}

/// Where the path says `[0]`, outside of keys.
fn first(path: &str, from: usize) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'[' if !quoted && at >= from && path[at..].starts_with("[0]") => return Some(at),
            _ => {}
        }
    }
    None
}

/// The document and path of a JSON_EXTRACT that was written here.
pub fn extracted(expr: &mut Expr) -> Option<(Expr, String)> {
    let Expr::Function(function) = expr else { return None };
    let FunctionArguments::List(list) = &mut function.args else { return None };
    if function.name.to_string() != "JSON_EXTRACT" {
        return None;
    }
    let path = match list.args.get(1) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value)))) => {
            literals::text_of(&value.value)?
        }
        _ => return None,
    };
    match list.args.get_mut(0) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(document))) => Some((Walk::take(document), path)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlparser::ast::Ident;

    #[test]
    fn the_first_place_is_one_of_an_array() {
        let shown = |path: &str| at(Expr::Identifier(Ident::new("d")), path).to_string();
        assert_eq!(shown("$.\"a\"[1]"), "JSON_EXTRACT(d, '$.\"a\"[1]')");
        assert_eq!(shown("$.\"[0]\""), "JSON_EXTRACT(d, '$.\"[0]\"')");
        assert_eq!(
            shown("$.\"a\"[0].b"),
            "JSON_EXTRACT(IF(JSON_TYPE(JSON_EXTRACT(d, '$.\"a\"')) = 'OBJECT', NULL, JSON_EXTRACT(d, '$.\"a\"[0]')), '$.b')"
        );
        assert_eq!(
            shown("$[0][0].c[0]"),
            "JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT(IF(JSON_TYPE(d) = 'OBJECT', NULL, JSON_EXTRACT(d, '$[0]')), '$[*]'), \
             '$[0].c[*]'), '$[0]')"
        );
    }
}

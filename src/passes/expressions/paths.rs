//! Paths into documents.

use super::literals::{self, call, string};
use super::walk::Walk;
use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

/// The value at a path. TiDB takes what is no array for an array of it alone where the path says `[0]`: asked for all its
/// elements first, it has none.
pub fn at(document: Expr, path: &str) -> Expr {
    let mut document = document;
    let mut rest = path.to_owned();
    let mut from = usize::from(all(&document)) * "$[0]".len();
    while let Some(place) = first(&rest, from) {
        document = call("JSON_EXTRACT", vec![document, string(format!("{}[*]", &rest[..place]))]);
        rest = format!("${}", &rest[place..]);
        from = "$[0]".len();
    }
    call("JSON_EXTRACT", vec![document, string(rest)])
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

/// Whether an expression gives all elements of an array.
fn all(document: &Expr) -> bool {
    extracted(&mut document.clone()).is_some_and(|(_, path)| path.ends_with("[*]"))
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
        assert_eq!(shown("$.\"a\"[0].b"), "JSON_EXTRACT(JSON_EXTRACT(d, '$.\"a\"[*]'), '$[0].b')");
        assert_eq!(
            shown("$[0][0]"),
            "JSON_EXTRACT(JSON_EXTRACT(JSON_EXTRACT(d, '$[*]'), '$[0][*]'), '$[0]')"
        );
        let inner = at(Expr::Identifier(Ident::new("d")), "$[0]");
        let Some((document, path)) = extracted(&mut inner.clone()) else { panic!("{inner}") };
        assert_eq!(
            at(document, &format!("{path}.b")).to_string(),
            "JSON_EXTRACT(JSON_EXTRACT(d, '$[*]'), '$[0].b')"
        );
    }
}

//! Array literals: PostgreSQL's `{…}` and ARRAY[…] as the JSON text that stands for the array on TiDB.

use super::literals::{self, Literal, shown};
use super::types::Ty;
use crate::passes::Cx;
use sqlparser::ast::{Array, Expr, UnaryOperator, Value};

/// The JSON of `{a,"b c",NULL,{…}}`.
pub fn json(cx: &Cx<'_>, text: &str, element: &Ty) -> Result<String, String> {
    let mut reader = Reader { cx, element, rest: text.trim(), depth: 0 };
    let out = reader.array().ok_or_else(|| format!("the array '{}'", shown(text)))?;
    if reader.rest.trim().is_empty() { Ok(out) } else { Err(format!("the array '{}'", shown(text))) }
}

struct Reader<'r, 'a> {
    cx: &'r Cx<'a>,
    element: &'r Ty,
    rest: &'r str,
    depth: usize,
}

impl Reader<'_, '_> {
    fn eat(&mut self, c: char) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(c);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn array(&mut self) -> Option<String> {
        // PostgreSQL allows six dimensions.
        if !self.eat('{') || self.depth > 5 {
            return None;
        }
        self.depth += 1;
        let mut items = Vec::new();
        if !self.eat('}') {
            loop {
                items.push(self.item()?);
                if self.eat('}') {
                    break;
                }
                if !self.eat(',') {
                    return None;
                }
            }
        }
        self.depth -= 1;
        Some(format!("[{}]", items.join(", ")))
    }

    fn item(&mut self) -> Option<String> {
        let rest = self.rest.trim_start();
        if rest.starts_with('{') {
            return self.array();
        }
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut text = String::new();
            let mut chars = quoted.char_indices();
            while let Some((at, c)) = chars.next() {
                match c {
                    '"' => {
                        self.rest = &quoted[at + 1..];
                        return element(self.cx, &text, self.element);
                    }
                    '\\' => text.push(chars.next()?.1),
                    c => text.push(c),
                }
            }
            return None;
        }
        let end = rest.find([',', '}', '{', '"'])?;
        let word = rest[..end].trim();
        if word.is_empty() || word.contains('\\') {
            return None;
        }
        self.rest = &rest[end..];
        if word.eq_ignore_ascii_case("null") {
            return Some("null".into());
        }
        element(self.cx, word, self.element)
    }
}

/// An element's JSON: numbers and booleans bare, everything else a string.
fn element(cx: &Cx<'_>, text: &str, ty: &Ty) -> Option<String> {
    match ty {
        Ty::Int | Ty::Numeric | Ty::Float => {
            literals::typed(cx, text, ty).ok()?;
            // JSON has no plus, no leading zeros and no bare point.
            serde_json::from_str::<serde_json::Number>(text.trim()).ok()?;
            Some(text.trim().to_string())
        }
        Ty::Bool => literals::boolean(text).ok().map(|b| b.to_string()),
        Ty::Json => Some(text.to_string()),
        Ty::Other(_) | Ty::Text | Ty::Enum | Ty::Unknown => Some(quoted(text)),
        _ => match literals::typed(cx, text, ty).ok()? {
            Literal::Same => Some(quoted(text)),
            Literal::Text(text) => Some(quoted(&text)),
            Literal::Expr(_) => None,
        },
    }
}

/// A JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_string()).to_string()
}

/// The JSON of ARRAY[…] if every element is a literal.
pub fn constructor(cx: &Cx<'_>, array: &Array, ty: &Ty) -> Option<String> {
    let item = |expr: &Expr| match bare(expr) {
        Expr::Array(inner) => constructor(cx, inner, ty),
        other => constant(cx, other, ty),
    };
    let items = array.elem.iter().map(item).collect::<Option<Vec<_>>>()?;
    Some(format!("[{}]", items.join(", ")))
}

/// What is cast or parenthesised.
pub fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => bare(expr),
        other => other,
    }
}

fn constant(cx: &Cx<'_>, expr: &Expr, ty: &Ty) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Null => Some("null".into()),
            Value::Boolean(value) => Some(value.to_string()),
            Value::Number(number, _) if ty.is_number() || *ty == Ty::Unknown => {
                element(cx, number, &Ty::Numeric)
            }
            value => element(cx, &literals::text_of(value)?, ty),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            constant(cx, expr, ty).filter(|_| ty.is_number() || *ty == Ty::Unknown).map(|n| format!("-{n}"))
        }
        _ => None,
    }
}

//! Array literals: PostgreSQL's `{…}` and ARRAY[…] as the JSON text that stands for the array on TiDB.

use super::literals::{self, Literal, shown};
use super::types::Ty;
use super::walk::{Typed, Walk, as_json};
use crate::passes::Cx;
use sqlparser::ast::{
    AccessExpr, Array, BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, Subscript, UnaryOperator,
    Value,
};

/// The JSON of `{a,"b c",NULL,{…}}`.
pub fn json(cx: &Cx<'_>, text: &str, element: &Ty) -> Result<String, String> {
    let mut reader = Reader { cx, element, rest: text.trim(), depth: 0 };
    let (out, _) = reader.array().ok_or_else(|| format!("the array '{}'", shown(text)))?;
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

    /// The JSON of an array, and how many elements it has in each dimension.
    fn array(&mut self) -> Option<(String, Vec<usize>)> {
        // PostgreSQL allows six dimensions.
        if !self.eat('{') || self.depth > 5 {
            return None;
        }
        self.depth += 1;
        let (mut items, mut inner) = (Vec::new(), Vec::new());
        if !self.eat('}') {
            loop {
                let (item, dimensions) = self.item()?;
                // PostgreSQL's arrays have equal parts all the way down.
                if items.is_empty() {
                    inner = dimensions;
                } else if inner != dimensions {
                    return None;
                }
                items.push(item);
                if self.eat('}') {
                    break;
                }
                if !self.eat(',') {
                    return None;
                }
            }
        }
        self.depth -= 1;
        inner.insert(0, items.len());
        Some((format!("[{}]", items.join(", ")), inner))
    }

    fn item(&mut self) -> Option<(String, Vec<usize>)> {
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
                        return Some((element(self.cx, &text, self.element)?, Vec::new()));
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
            return Some(("null".into(), Vec::new()));
        }
        Some((element(self.cx, word, self.element)?, Vec::new()))
    }
}

/// An element's JSON: numbers and booleans bare, everything else a string.
fn element(cx: &Cx<'_>, text: &str, ty: &Ty) -> Option<String> {
    match ty {
        Ty::Int | Ty::Big | Ty::Decimal | Ty::Numeric | Ty::Float => {
            literals::typed(cx, text, ty).ok()?;
            // JSON has no plus, no leading zeros and no bare point.
            serde_json::from_str::<serde_json::Number>(text.trim()).ok()?;
            Some(text.trim().to_string())
        }
        Ty::Bool => literals::boolean(text).ok().map(|b| b.to_string()),
        Ty::Json => Some(text.to_string()),
        Ty::Other(_) | Ty::Text | Ty::Enum | Ty::Unknown => Some(quoted(text)),
        Ty::Uuid => literals::uuid(text).ok().map(|text| quoted(&text)),
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

/// What is parenthesised.
pub fn bare_nested(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare_nested(inner),
        other => other,
    }
}

/// The elements of a literal array, translated: `CAST('[1, 2]' AS JSON)`, or JSON_ARRAY of literals.
pub fn element_of(expr: &Expr) -> Option<Vec<serde_json::Value>> {
    let text = match expr {
        Expr::Cast { expr, .. } => match expr.as_ref() {
            Expr::Value(value) => literals::text_of(&value.value)?,
            _ => return None,
        },
        _ => return None,
    };
    serde_json::from_str(&text).ok()
}

/// `ARRAY[…]`: a JSON array, of the literal if all elements are literals. `wanted`: the type of a cast around it.
pub fn constructed(walk: &mut Walk<'_, '_>, expr: &mut Expr, wanted: Option<&Ty>) -> Typed {
    let at = expr.clone();
    let Expr::Array(array) = expr else { return walk.refuse(&at, "an array") };
    let mut guess = wanted.cloned().unwrap_or(Ty::Unknown);
    // An untyped literal beside a number is one.
    let number = |item: &Expr| matches!(item, Expr::Value(value) if matches!(value.value, Value::Number(..)));
    let text = |item: &Expr| matches!(item, Expr::Value(value) if literals::text_of(&value.value).is_some());
    if wanted.is_none() && array.elem.iter().any(number) && array.elem.iter().any(text) {
        guess = Ty::Numeric;
    }
    if let Some(json) = constructor(walk.cx, array, &guess) {
        let ty = wanted.cloned().unwrap_or_else(|| element_type(&json));
        *expr = as_json(literals::string(json));
        return Ok(Ty::Array(Box::new(ty)));
    }
    let mut types = Vec::with_capacity(array.elem.len());
    let mut items = std::mem::take(&mut array.elem);
    for item in &mut items {
        if matches!(item, Expr::Array(_)) {
            return walk.refuse(&at, "ARRAY[…] of calculated arrays");
        }
        types.push(walk.expr(item)?);
    }
    let mut ty = types.iter().fold(Ty::Unknown, |common, ty| common.widest(ty));
    if ty == Ty::Unknown {
        ty = Ty::Text;
    }
    if let Some(wanted) = wanted
        && *wanted != ty
        && !(wanted.is_number() && ty.is_number())
    {
        return walk.refuse(&at, format!("the cast {}[]::{}[]", ty.name(), wanted.name()));
    }
    let mut args = Vec::with_capacity(items.len());
    for (mut item, found) in items.into_iter().zip(types) {
        walk.coerce(&mut item, &found, &ty)?;
        args.push(super::printing::as_json_value(walk, item, &ty, &at)?);
    }
    *expr = literals::call("JSON_ARRAY", args);
    Ok(Ty::Array(Box::new(ty)))
}

/// What the elements of a literal array are.
fn element_type(json: &str) -> Ty {
    let values: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let flat: Vec<&serde_json::Value> = values
        .iter()
        .flat_map(|value| match value {
            serde_json::Value::Array(inner) => inner.iter().collect(),
            other => vec![other],
        })
        .filter(|value| !value.is_null())
        .collect();
    if flat.is_empty() {
        Ty::Text
    } else if flat.iter().all(|value| value.is_i64()) {
        Ty::Int
    } else if flat.iter().all(|value| value.is_number()) {
        Ty::Numeric
    } else if flat.iter().all(|value| value.is_boolean()) {
        Ty::Bool
    } else {
        Ty::Text
    }
}

/// `||` with an array: another array, or one element more.
pub fn concat(walk: &mut Walk<'_, '_>, expr: &mut Expr, a: &Ty, b: &Ty) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(a.clone()) };
    let array = if matches!(a, Ty::Array(_)) { a.clone() } else { b.clone() };
    // An untyped literal beside an array is an array.
    for (side, ty) in [(left.as_mut(), a), (right.as_mut(), b)] {
        if *ty == Ty::Unknown {
            if matches!(side, Expr::Value(value) if matches!(value.value, Value::Null)) {
                return walk.refuse(&at, "an array || NULL");
            }
            walk.coerce(side, ty, &array)?;
        }
    }
    let is_array = |ty: &Ty| matches!(ty, Ty::Array(_) | Ty::Unknown);
    let (name, args, types) = match (is_array(a), is_array(b)) {
        (true, true) => ("array_cat", vec![Walk::take(left), Walk::take(right)], vec![array.clone(), array]),
        (true, false) => {
            ("array_append", vec![Walk::take(left), Walk::take(right)], vec![a.clone(), b.clone()])
        }
        _ => ("array_prepend", vec![Walk::take(left), Walk::take(right)], vec![a.clone(), b.clone()]),
    };
    let (made, ty) = super::functions::made(walk, name, &at, args, types)?;
    *expr = made;
    Ok(ty)
}

/// `a @> b`, `a <@ b`, `a && b`.
pub fn set_operator(walk: &mut Walk<'_, '_>, expr: &mut Expr, a: &Ty, b: &Ty) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Bool) };
    let array = if matches!(a, Ty::Array(_)) { a.clone() } else { b.clone() };
    for (side, ty) in [(left.as_mut(), a), (right.as_mut(), b)] {
        if *ty == Ty::Unknown {
            walk.coerce(side, ty, &array)?;
        } else if !matches!(ty, Ty::Array(_)) {
            return walk.refuse(&at, format!("the operator {op} between {} and {}", a.name(), b.name()));
        }
    }
    let name = match op {
        BinaryOperator::PGOverlap => "JSON_OVERLAPS",
        _ => "JSON_CONTAINS",
    };
    let swapped = *op == BinaryOperator::ArrowAt;
    let (left, right) = (Walk::take(left), Walk::take(right));
    *expr = literals::call(name, if swapped { vec![right, left] } else { vec![left, right] });
    Ok(Ty::Bool)
}

/// `tags[1]`: PostgreSQL counts from one.
pub fn element_at(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::CompoundFieldAccess { root, access_chain } = expr else {
        return walk.refuse(&at, "a subscript");
    };
    if let [AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride: None })] =
        &access_chain[..]
    {
        let first = lower_bound.clone().unwrap_or_else(|| literals::number("1"));
        let last = upper_bound.clone().unwrap_or_else(|| literals::number(i32::MAX.to_string()));
        let args = vec![root.as_ref().clone(), first, last];
        let (made, ty) = super::functions::spelled::of_elements(walk, "slice", &at, args)?;
        *expr = made;
        return Ok(ty);
    }
    let [AccessExpr::Subscript(Subscript::Index { index })] = &mut access_chain[..] else {
        return walk.refuse(&at, "several subscripts");
    };
    let ty = walk.expr(root)?;
    if ty == Ty::Json {
        return walk.refuse(&at, "a subscript of a document");
    }
    let Ty::Array(element) = ty else { return walk.refuse(&at, format!("a subscript of {}", ty.name())) };
    let path = match super::functions::whole(index) {
        Some(n @ 1..) => literals::string(format!("$[{}]", n - 1)),
        Some(_) => {
            *expr = Expr::value(Value::Null);
            return Ok(*element);
        }
        None => {
            let found = walk.expr(index)?;
            if !found.is_int() {
                return walk.refuse(&at, format!("a subscript of type {}", found.name()));
            }
            let sql = "CONCAT('$[', IF($1 > 0, $1 - 1, NULL), ']')";
            match super::functions::template::filled(sql, &[Walk::take(index)]) {
                Some(made) => made,
                None => return walk.refuse(&at, "a subscript"),
            }
        }
    };
    let extracted = literals::call("JSON_EXTRACT", vec![Walk::take(root), path]);
    let value = element_value(walk, &element, extracted);
    match value {
        Some(value) => {
            *expr = value;
            Ok(*element)
        }
        None => walk.refuse(&at, format!("an element of {}[]", element.name())),
    }
}

/// An element taken out of a JSON array as a value of its type; JSON's null is NULL.
pub fn element_value(walk: &Walk<'_, '_>, element: &Ty, extracted: Expr) -> Option<Expr> {
    let text = || super::json::as_text(extracted.clone());
    let cast = |data_type: DataType| Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(text()),
        data_type,
        format: None,
    };
    Some(match element {
        Ty::Text | Ty::Enum => text(),
        Ty::Uuid => super::uuids::stored(walk, text()),
        Ty::Int | Ty::Big => cast(DataType::Signed),
        Ty::Float => cast(DataType::Double(ExactNumberInfo::None)),
        Ty::Decimal | Ty::Numeric => cast(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(65, 30))),
        Ty::Date => cast(DataType::Date),
        Ty::Timestamp | Ty::Timestamptz => cast(DataType::Datetime(Some(6))),
        Ty::Bool => super::walk::binary(text(), BinaryOperator::Eq, literals::string("true")),
        Ty::Json => extracted,
        _ => return None,
    })
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

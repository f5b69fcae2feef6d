//! `x::type`, where it can be said in a way that both read.

use super::view::{Spelling, View};
use crate::syntax::lex::Kind;

/// Words that a literal of its own may follow; another word before one may be its type, as in `date '2020-01-01'`.
#[rustfmt::skip]
static BEFORE_LITERAL: &[&str] = &[
    "ALL", "AND", "ANY", "AS", "BETWEEN", "BY", "CASE", "DEFAULT", "DISTINCT", "ELSE", "FROM", "HAVING", "ILIKE", "IN", "IS", "LIKE", "LIMIT", "NOT", "ON",
    "OR", "RETURNING", "SELECT", "SET", "THEN", "TO", "USING", "VALUES", "WHEN", "WHERE",
];
/// Words that end an expression, or stand in one, without being an operand that `::` may follow alone.
static NO_OPERANDS: &[&str] =
    &["END", "ARRAY", "ROW", "ANY", "ALL", "SOME", "EXISTS", "IN", "VALUES", "OVER"];

pub fn at(view: &View<'_>, at: usize) -> Option<Spelling> {
    if !view.is(at, "::") || at == 0 {
        return None;
    }
    let end = type_end(view, at + 1)?;
    if view.is_any(end, &["[", "::", "(", "."]) {
        return None;
    }
    default(view, at, end).or_else(|| truth(view, at, end)).or_else(|| cast(view, at, end))
}

/// The position after a type that the rules below know.
fn type_end(view: &View<'_>, at: usize) -> Option<usize> {
    if view.kind(at) != Some(Kind::Word) {
        return None;
    }
    let mut end = at + 1;
    if view.seq(at, &["CHARACTER", "VARYING"]) || view.seq(at, &["DOUBLE", "PRECISION"]) {
        end += 1;
    }
    if view.is(end, "(") {
        end += 1;
        while view.kind(end) == Some(Kind::Number) || view.is(end, ",") {
            end += 1;
        }
        end = if view.is(end, ")") { end + 1 } else { return None };
    }
    Some(end)
}

/// `DEFAULT NULL::text`, `DEFAULT 'x'::text`: a default is brought to its column's type anyway.
fn default(view: &View<'_>, at: usize, end: usize) -> Option<Spelling> {
    let literal = at.checked_sub(1)?;
    if !view.is(literal.checked_sub(1)?, "DEFAULT") {
        return None;
    }
    let ends = end >= view.len()
        || view.is_any(
            end,
            &[",", ")", "NOT", "NULL", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "CONSTRAINT"],
        );
    let text = view.kind(literal) == Some(Kind::Text) && view.at(literal).starts_with('\'');
    // a length would cut the text
    let to_text = view.is_any(at + 1, &["TEXT", "VARCHAR"]) && end == at + 2
        || view.seq(at + 1, &["CHARACTER", "VARYING"]) && end == at + 3;
    if ends && (view.is(literal, "NULL") || text && to_text) {
        return view.put(at, end, "", "a default is brought to its column's type without a cast");
    }
    None
}

/// `'t'::boolean`
fn truth(view: &View<'_>, at: usize, end: usize) -> Option<Spelling> {
    let literal = at - 1;
    if !view.is_any(at + 1, &["BOOL", "BOOLEAN"]) || end != at + 2 || !alone(view, literal) {
        return None;
    }
    let value = match view.at(literal).to_ascii_lowercase().as_str() {
        "'t'" | "'true'" | "true" => "TRUE",
        "'f'" | "'false'" | "false" => "FALSE",
        _ => return None,
    };
    view.put(literal, end, value, "a truth value needs no cast")
}

fn cast(view: &View<'_>, at: usize, end: usize) -> Option<Spelling> {
    let bare = end == at + 2;
    let known = view.is_any(at + 1, &["DATE", "JSON"]) && bare
        || view.is_any(at + 1, &["NUMERIC", "DECIMAL"]) && !bare;
    if !known {
        return None;
    }
    let start = operand(view, at)?;
    let says = "CAST says the same as ::";
    view.put(start, end, format!("CAST({} AS {})", view.slice(start, at), view.slice(at + 1, end)), says)
}

/// Where the operand of the `::` at `at` begins, if it is simple.
fn operand(view: &View<'_>, at: usize) -> Option<usize> {
    let last = at.checked_sub(1)?;
    let mut start = match view.kind(last)? {
        Kind::Number | Kind::Param => last,
        Kind::Text => alone(view, last).then_some(last)?,
        Kind::Quoted => last,
        Kind::Word if !view.is_any(last, NO_OPERANDS) => last,
        Kind::Punct if view.is(last, ")") => {
            let open = view.open(last)?;
            let called = open.checked_sub(1).filter(|&name| {
                view.kind(name) == Some(Kind::Quoted)
                    || view.kind(name) == Some(Kind::Word) && !view.is_any(name, BEFORE_LITERAL)
            });
            match called {
                // FILTER (…), OVER (…) and WITHIN GROUP (…) belong to a call before them, and `numeric(3)` to a cast
                Some(name)
                    if view.is_any(name, &["FILTER", "OVER", "GROUP"]) || view.is_any(name, NO_OPERANDS) =>
                {
                    return None;
                }
                Some(name) => name,
                None => open,
            }
        }
        _ => return None,
    };
    while start >= 2
        && view.is(start - 1, ".")
        && matches!(view.kind(start - 2), Some(Kind::Word | Kind::Quoted))
    {
        start -= 2;
    }
    let before = start.checked_sub(1);
    let part = before.is_some_and(|before| view.is_any(before, &["::", ".", "[", "AS", ":", "@"]));
    // `double precision 'x'`, and names that two words make
    let typed = before.is_some_and(|before| {
        view.is_any(before, &["INTERVAL", "DATE", "TIME", "TIMESTAMP", "PRECISION", "VARYING", "ZONE"])
    });
    // its operator binds closer than the cast
    let signed = view.kind(start) == Some(Kind::Word) && view.is_any(start, &["NOT", "INTERVAL"]);
    (!part && !typed && !signed).then_some(start)
}

/// Whether a literal stands for itself, without a type before it or a literal that it goes on with.
fn alone(view: &View<'_>, at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| match view.kind(before) {
        Some(Kind::Word) => view.is_any(before, BEFORE_LITERAL),
        Some(Kind::Punct) => !view.is_any(before, &["::", "."]),
        Some(Kind::Text | Kind::Quoted) => false,
        _ => true,
    })
}

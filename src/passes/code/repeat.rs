//! Loops whose rounds are known before they run.

use super::constant::{self, Variables};
use super::touch::normal;
use sqlparser::ast::{Array, Expr, Query, SelectItem, SetExpr};

/// More rounds than anybody writes out.
const MOST: i64 = 200;

/// The rounds of a loop: its variable, and the values that it takes.
pub struct Rounds {
    pub variable: String,
    pub values: Vec<String>,
}

/// Reads `FOREACH x IN ARRAY …`, `FOR x IN 1..3` and `FOR x IN SELECT unnest(…)` of constants.
pub fn rounds(head: &str, variables: &Variables) -> Option<Rounds> {
    let mut words = head.split_whitespace();
    let kind = words.next()?.to_ascii_lowercase();
    let variable = words.next()?.trim_matches('"').to_lowercase();
    if !words.next()?.eq_ignore_ascii_case("in") {
        return None;
    }
    let at = words.next().map(|word| word.as_ptr() as usize - head.as_ptr() as usize)?;
    let rest = head.get(at..)?;
    let lower = rest.to_ascii_lowercase();
    let values = match kind.as_str() {
        "foreach" if lower.starts_with("array") => {
            array(&constant::parse(rest.get(5..)?.trim())?, variables)?
        }
        "for" if rest.contains("..") => {
            let (from, to) = rest.split_once("..")?;
            let (from, to): (i64, i64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
            if to.checked_sub(from)? > MOST {
                return None;
            }
            (from..=to).map(|number| number.to_string()).collect()
        }
        "for" => {
            let Expr::Subquery(query) = constant::parse(&format!("({rest})"))? else { return None };
            array(unnested(&query)?, variables)?
        }
        _ => return None,
    };
    (values.len() as i64 <= MOST).then_some(Rounds { variable, values })
}

/// `SELECT unnest(ARRAY[…])`
fn unnested(query: &Query) -> Option<&Expr> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    if select.selection.is_some() || !select.from.is_empty() {
        return None;
    }
    match &select.projection[..] {
        [
            SelectItem::UnnamedExpr(Expr::Function(call))
            | SelectItem::ExprWithAlias { expr: Expr::Function(call), .. },
        ] if call.name.to_string().eq_ignore_ascii_case("unnest") => super::condition::argument(call),
        _ => None,
    }
}

fn array(expr: &Expr, variables: &Variables) -> Option<Vec<String>> {
    match expr {
        Expr::Nested(inner) => array(inner, variables),
        Expr::Cast { expr, .. } => array(expr, variables),
        Expr::Array(Array { elem, .. }) => {
            elem.iter().map(|value| constant::value(&value.to_string(), variables)).collect()
        }
        _ => None,
    }
}

/// Whether a loop is over indexes that a failed CREATE INDEX CONCURRENTLY has left: TiDB has none such.
pub fn is_over_invalid_indexes(head: &str) -> bool {
    let text = normal(head);
    text.contains("pg_index")
        && (text.contains("not ix . indisvalid") || text.contains(". indisvalid = false") || {
            let words: Vec<&str> = text.split(' ').collect();
            words.windows(4).any(|w| w[0] == "not" && w[2] == "." && w[3] == "indisvalid")
                || words.windows(2).any(|w| w == ["not", "indisvalid"])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_of_constants_are_known() {
        let values = |head: &str| rounds(head, &Variables::new()).map(|rounds| rounds.values.join(" "));
        assert_eq!(values("FOREACH t IN ARRAY ARRAY['a', 'b']::text[]").as_deref(), Some("a b"));
        assert_eq!(values("FOR i IN 1..3").as_deref(), Some("1 2 3"));
        assert_eq!(values("FOR t IN SELECT unnest(ARRAY['a','b'])").as_deref(), Some("a b"));
        assert_eq!(values("FOR r IN SELECT id FROM users"), None);
        assert_eq!(values("FOR i IN REVERSE 3..1"), None);
        assert!(is_over_invalid_indexes("FOR r IN SELECT 1 FROM pg_index x WHERE NOT x.indisvalid"));
    }
}

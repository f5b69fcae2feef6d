//! `SELECT … INTO variable` of what the migrations before decide.

use super::condition::{self, Test};
use super::constant::{self, Variables};
use super::subject;
use crate::passes::Session;
use crate::syntax::Parsed;
use sqlparser::ast::{Expr, SelectItem, SetExpr};

/// The variable, and the value that it takes.
pub fn read(parsed: &Parsed, session: &Session, variables: &Variables) -> Option<(String, String)> {
    if parsed.head(1) != "SELECT" {
        return None;
    }
    let source = parsed.source();
    let tokens: Vec<_> = parsed.tokens.iter().filter(|token| !token.is_trivia()).collect();
    let at = tokens.iter().position(|token| token.text(source).eq_ignore_ascii_case("into"))?;
    let variable = tokens.get(at + 1)?;
    let name = variable.text(source).trim_matches('"').to_lowercase();
    if !variables.contains_key(&name) || tokens.get(at + 2).is_some_and(|next| next.text(source) == ",") {
        return None;
    }
    let before = source.get(..tokens.get(at)?.span.start)?;
    let query = format!("({before} {})", source.get(variable.span.end..)?);
    let Expr::Subquery(query) = constant::parse(&query)? else { return None };
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let [SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }] = &select.projection[..]
    else {
        return None;
    };
    let value = match expr {
        Expr::Function(count) if count.name.to_string().eq_ignore_ascii_case("count") => {
            let found = condition::exists(&subject::of(&query).ok()?, session);
            if truth(&found)? { "1" } else { "0" }.to_string()
        }
        _ if select.from.is_empty() => condition::value(&expr.to_string(), session, variables)?,
        _ => return None,
    };
    Some((name, value))
}

fn truth(test: &Test) -> Option<bool> {
    match test {
        Test::Known(truth, _) => Some(*truth),
        // What nothing in the run makes may be there all the same: a variable can't say so.
        Test::Assumed(..) | Test::Unknown(_) => None,
    }
}

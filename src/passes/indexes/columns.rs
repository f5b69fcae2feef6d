//! `index-expression`, `index-on-json`: what an index covers.

use super::helper::{INDEX_COLUMN, hashed};
use super::partial::bare;
use super::prefix::{beginning, prefix, prefixes};
use super::scope;
use super::spell::{case, spell_out};
use crate::catalog::{Column, mentioned};
use crate::diagnostic::rule;
use crate::passes::alter::{State, key_columns};
use crate::passes::expressions::translate;
use crate::passes::gate;
use crate::passes::tables::key_size::{KeyPart, key_part};
use crate::passes::{Cx, Item, Verdict};
use crate::syntax::lex::Kind;
use crate::syntax::names;
use crate::syntax::walk::Walk;
use crate::text::Span;
use sqlparser::ast::{CaseWhen, CreateIndex, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Visitor};
use std::ops::ControlFlow;

rule! {
    /// An index on an expression.
    ///
    /// TiDB indexes expressions of columns, operators, `CASE`, `CAST`, and the functions `lower`, `upper`, `md5` and
    /// `reverse`; an expression stands in parentheses of its own there. `coalesce`, `nullif`, `greatest`, `least`, `abs` and `date` are written as
    /// the `CASE` or `CAST` that they are short for; a query uses such an index where it says the same. A unique index on the
    /// beginning of a text, `left(code, 3)`, is one on the column's prefix.
    pub INDEX_EXPRESSION = "I008", "index-expression", Indexes, Exact;
}

rule! {
    /// An index on an expression that TiDB has no index on.
    ///
    /// An index that is not unique only makes queries faster, and is left out. A unique one is on a generated column where TiDB
    /// can calculate the expression, and refused where it can't.
    pub INDEX_EXPRESSION_BLOCKED = "I009", "index-expression-blocked", Indexes, Lossy;
}

rule! {
    /// An index on JSON, or on what became JSON.
    ///
    /// TiDB has no index on whole JSON values. One that is not unique is left out; a unique one is refused.
    pub INDEX_ON_JSON = "I010", "index-on-json", Indexes, Lossy;
}

/// Functions that TiDB allows in an index without `allow-expression-index`.
const SAFE: [&str; 8] =
    ["lower", "upper", "md5", "reverse", "vitess_hash", "tidb_shard", "json_extract", "json_unquote"];

/// Makes the columns TiDB's. Returns what has to run before the index.
pub fn columns(
    cx: &mut Cx<'_>,
    state: &mut State,
    index: &mut CreateIndex,
    condition: Option<Expr>,
) -> Result<Vec<Item>, Verdict> {
    let mut plain = Vec::new();
    // What an expression that is no text takes of the key.
    let mut numbers = 0;
    for (n, column) in index.columns.iter_mut().enumerate() {
        column.operator_class = None;
        column.column.options.nulls_first = None;
        let expr = bare(&column.column.expr).clone();
        match expr {
            Expr::Identifier(ident) => {
                plain.push(names::folded(&ident));
                column.column.expr = Expr::Identifier(ident);
            }
            expr if index.unique
                && condition.is_none()
                && let Some((ident, length)) = beginning(&expr, state) =>
            {
                let at = nth(cx, n).unwrap_or_else(|| cx.node(&expr));
                let message = format!("the first {length} characters of {ident} are the key, as a prefix");
                cx.note(&INDEX_EXPRESSION, at, message);
                numbers += length.div_ceil(2);
                column.column.expr = prefix(&ident, length);
            }
            expr => {
                let at = nth(cx, n).unwrap_or_else(|| cx.node(&expr));
                let (expr, used) = expression(cx, state, expr, at, index.unique)?;
                // An md5 has 32 characters, each of at most four bytes.
                numbers += match &expr {
                    Expr::Nested(inner) if is_md5(inner) => 16,
                    _ => u64::from(used.is_empty()),
                };
                plain.extend(used);
                column.column.expr = expr;
            }
        }
    }
    json(cx, state, index)?;
    let mut items = Vec::new();
    if index.unique {
        items = key_columns(cx, state, &plain, 8 * numbers).map_err(|()| Verdict::Refuse)?;
    } else if let Some(table) = &state.table {
        prefixes(cx, table, index);
    }
    if let (Some(condition), Some(first)) = (condition, index.columns.first_mut()) {
        let then = match &first.column.expr {
            Expr::Nested(inner) => inner.as_ref().clone(),
            other => other.clone(),
        };
        let wrapped = case(vec![CaseWhen { condition, result: then }], None);
        first.column.expr = Expr::Nested(Box::new(wrapped));
    }
    Ok(items)
}

/// An expression of the index, in parentheses, and the texts it hands through.
fn expression(
    cx: &mut Cx<'_>,
    state: &State,
    mut expr: Expr,
    at: Span,
    unique: bool,
) -> Result<(Expr, Vec<String>), Verdict> {
    let used = state.table.as_ref().map(|table| mentioned(&expr, table)).unwrap_or_default();
    let translated = translate(cx, &mut expr, &scope(state));
    let before = (!unique).then(|| expr.clone());
    spell_out(&mut expr);
    let spelled = before.is_some_and(|before| before != expr);
    let problem = match translated {
        Err(untranslatable) => {
            Some((untranslatable.span, format!("{} has no translation", untranslatable.what)))
        }
        Ok(()) => safe(&expr).err().map(|why| (at, format!("TiDB allows {why} in no index"))),
    };
    // What can be said, but not in an index.
    let computed = unique && problem.is_some() && state.table.is_some() && gate::expression_passes(cx, &expr);
    let counts = used.iter().find(|name| {
        state.table.as_ref().and_then(|t| t.column(name)).is_some_and(crate::passes::alter::auto_increment)
    });
    let problem = problem.or_else(|| {
        Some((at, format!("TiDB has no index on an expression over {}, which is AUTO_INCREMENT", counts?)))
    });
    if computed
        && counts.is_none()
        && let Some((at, why)) = &problem
    {
        let message = format!("{why}: the index is on a generated column with the md5 of the expression");
        cx.report(&INDEX_COLUMN, *at, message)
            .help("name the columns in INSERT and SELECT: PostgreSQL has no such column");
        return Ok((Expr::Nested(Box::new(hashed(expr))), Vec::new()));
    }
    let endless = problem.is_none() && is_endless(&expr);
    if endless && unique {
        cx.note(&INDEX_EXPRESSION, at, "TiDB has no index on a text of any length: the index is on its md5");
        let expr = super::super::rebuild::call("md5", vec![expr]);
        return Ok((Expr::Nested(Box::new(expr)), Vec::new()));
    }
    let problem = problem.or_else(|| {
        endless
            .then(|| (at, "TiDB has no index on an expression that gives a text of any length".to_string()))
    });
    let texts: Vec<String> = used
        .into_iter()
        .filter(|name| {
            let column = state.table.as_ref().and_then(|t| t.column(name));
            let is_text = |c: &Column| matches!(key_part(&c.tidb), KeyPart::Text | KeyPart::Characters(_));
            // A hash is short, whatever it is of.
            !is_md5(bare(&expr)) && column.is_some_and(is_text)
        })
        .collect();
    let is_long = |name: &&String| {
        let column = state.table.as_ref().and_then(|t| t.column(name));
        column.is_some_and(|c| key_part(&c.tidb) == KeyPart::Text)
    };
    let problem = problem.or_else(|| {
        // The result of an expression over a TEXT is a TEXT, which no index can hold.
        let first = texts.iter().find(is_long).filter(|_| !unique && !is_cast(&expr))?;
        Some((at, format!("TiDB has no index on an expression over {first}, a text of any length")))
    });
    match problem {
        None => {
            if spelled {
                cx.note(
                    &INDEX_EXPRESSION,
                    at,
                    "TiDB allows such a call in no index, and uses this one where a query says what the index says",
                );
            }
            Ok((Expr::Nested(Box::new(expr)), texts))
        }
        Some((span, why)) if unique => {
            cx.report(&INDEX_EXPRESSION_BLOCKED, span, why)
                .refused()
                .help("add a generated column with the expression, and make that unique");
            Err(Verdict::Refuse)
        }
        Some((span, why)) => {
            cx.report(&INDEX_EXPRESSION_BLOCKED, span, format!("{why}: the index is left out"))
                .help("add a generated column with the expression and index that, where queries need it");
            Err(Verdict::Drop)
        }
    }
}

/// The `n`th element of the index's list, without its options.
fn nth(cx: &Cx<'_>, n: usize) -> Option<Span> {
    let source = cx.parsed.source();
    let mut solid = cx.parsed.tokens.iter().filter(|token| !token.is_trivia());
    solid.find(|token| token.text(source) == "(")?;
    let (mut depth, mut at, mut found) = (0usize, 0, None::<Span>);
    for token in solid {
        match token.text(source) {
            "(" => depth += 1,
            ")" if depth == 0 => break,
            ")" => depth -= 1,
            "," if depth == 0 => {
                at += 1;
                continue;
            }
            word if at == n && depth == 0 && found.is_some() && token.kind == Kind::Word => {
                let option = ["asc", "desc", "nulls"].iter().any(|o| word.eq_ignore_ascii_case(o));
                if option || word.ends_with("_ops") {
                    break;
                }
            }
            _ => {}
        }
        if at == n {
            found = Some(found.map_or(token.span, |span| span.join(token.span)));
        }
    }
    found
}

fn is_md5(expr: &Expr) -> bool {
    matches!(expr, Expr::Function(function)
        if names::last(&function.name).is_some_and(|name| name.value.eq_ignore_ascii_case("md5")))
}

/// Whether an expression gives a text of any length because it takes one out of JSON.
fn is_endless(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => is_endless(inner),
        Expr::Case { conditions, else_result, .. } => {
            conditions.iter().any(|when| is_endless(&when.result))
                || else_result.as_deref().is_some_and(is_endless)
        }
        Expr::Function(function) => {
            let name = names::last(&function.name).map(names::folded).unwrap_or_default();
            let inner = || match &function.args {
                FunctionArguments::List(list) => list.args.iter().any(|arg| match arg {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => is_endless(expr),
                    _ => false,
                }),
                _ => false,
            };
            match name.as_str() {
                "json_unquote" => true,
                "lower" | "upper" | "reverse" | "concat" => inner(),
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_cast(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Cast { .. })
}

/// Names what TiDB does not allow in an index.
pub fn safe(expr: &Expr) -> Result<(), String> {
    struct Check(Option<String>);
    impl Visitor for Check {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            self.0 = match expr {
                Expr::Function(function) => {
                    let name = names::last(&function.name).map(names::folded).unwrap_or_default();
                    (!SAFE.contains(&name.as_str())).then(|| format!("the function {name}"))
                }
                Expr::Extract { .. } => Some("EXTRACT".into()),
                Expr::Ceil { .. } => Some("CEIL".into()),
                Expr::Floor { .. } => Some("FLOOR".into()),
                Expr::Position { .. } => Some("POSITION".into()),
                Expr::Substring { .. } => Some("SUBSTRING".into()),
                Expr::Trim { .. } => Some("TRIM".into()),
                Expr::Overlay { .. } => Some("OVERLAY".into()),
                Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                    Some("a subquery".into())
                }
                _ => return ControlFlow::Continue(()),
            };
            if self.0.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    let mut check = Check(None);
    let _ = expr.walk(&mut check);
    check.0.map_or(Ok(()), Err)
}

fn json(cx: &mut Cx<'_>, state: &State, index: &CreateIndex) -> Result<(), Verdict> {
    let found = index.columns.iter().find_map(|column| match &column.column.expr {
        Expr::Identifier(ident) => {
            let tidb = &state.column(ident)?.tidb;
            (key_part(tidb) == KeyPart::Impossible).then(|| ident.clone())
        }
        _ => None,
    });
    let Some(ident) = found else { return Ok(()) };
    let span = cx.ident(&ident);
    if index.unique {
        cx.report(&INDEX_ON_JSON, span, format!("{ident} is JSON on TiDB and can't be in a unique index"))
            .refused()
            .help("keep a hash of the value in a column of its own, and make that unique");
        return Err(Verdict::Refuse);
    }
    cx.report(&INDEX_ON_JSON, span, format!("{ident} is JSON on TiDB: the index is left out")).help(
        "index what queries look for by `CAST(column->'$.path' AS CHAR(64) ARRAY)`, or a generated column",
    );
    Err(Verdict::Drop)
}

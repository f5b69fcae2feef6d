//! Parameters of a program's statements: PostgreSQL's `$1` by number, TiDB's `?` by place.

use super::expressions::types::Ty;
use super::expressions::walk::{Typed, Walk, as_json};
use super::{Cx, Item, Verdict, Work};
use crate::diagnostic::rule;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{Expr, ObjectName, Statement, Value, ValueWithSpan, VisitorMut};
use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};
use std::ops::ControlFlow;

rule! {
    /// Parameters that the program has to bind in another way.
    ///
    /// PostgreSQL's `$1`, `$2` are numbered and may stand anywhere, any number of times; TiDB's `?` are bound by their places. Where the
    /// numbers follow the places, each `?` gets what its `$n` got and nothing is said. Else the message says what to bind, in order.
    /// An array is bound as a JSON array.
    pub PARAMETERS = "E205", "parameters", Expressions, Approximate;
}

/// Parameters are `?1` on their way through the passes, whose templates have a meaning of their own for `$1`.
const MARK: char = '?';

/// Whether the expression is a parameter.
pub fn is_one(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => is_parameter(&value.value),
        Expr::Function(function) => is_named(&function.name),
        Expr::Nested(inner) => is_one(inner),
        _ => false,
    }
}

/// `sqlc.arg(name)` and `sqlc.narg(name)`, which sqlc reads for both servers.
pub fn is_named(function: &ObjectName) -> bool {
    matches!(function.to_string().as_str(), "sqlc.arg" | "sqlc.narg")
}

pub fn is_parameter(value: &Value) -> bool {
    matches!(value, Value::Placeholder(name) if name.strip_prefix(MARK).is_some_and(|n| n.parse::<u32>().is_ok()))
}

/// What is left for the gate: a parameter that has its place.
pub fn is_placed(value: &Value) -> bool {
    matches!(value, Value::Placeholder(name) if name == "?")
}

/// Marks the parameters of a statement that can have some.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if !cx.parsed.source().contains('$') {
        return;
    }
    for tree in work.trees() {
        let takes = matches!(
            tree,
            Statement::Query(_) | Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_)
        );
        if takes {
            rename(tree, &|name| {
                let number = name.strip_prefix('$').filter(|n| n.parse::<u32>().is_ok_and(|n| n > 0))?;
                Some(format!("{MARK}{number}"))
            });
        }
    }
}

/// Gives a parameter the type that is wanted of it.
pub fn typed(walk: &mut Walk<'_, '_>, expr: &mut Expr, wanted: &Ty) -> Typed {
    match wanted {
        Ty::Interval | Ty::Bit | Ty::Other(_) => {
            walk.refuse(expr, format!("a parameter of type {}", wanted.name()))
        }
        Ty::Uuid if walk.cx.options.uuid == crate::config::UuidAs::Binary16 => {
            walk.refuse(expr, "a parameter of type uuid, which is BINARY(16) on TiDB,")
        }
        Ty::Json | Ty::Array(_) => {
            if matches!(wanted, Ty::Array(_)) {
                let span = super::expressions::span(walk.cx, expr);
                let message = "arrays are documents on TiDB: bind the elements as a JSON array";
                walk.cx.report(&PARAMETERS, span, message);
            }
            *expr = as_json(Walk::take(expr));
            Ok(wanted.clone())
        }
        _ => Ok(wanted.clone()),
    }
}

/// Makes the parameters of the translation `?`, and says what they hold where their order is another one.
pub fn place(cx: &mut Cx<'_>, work: &mut Work) {
    if !cx.parsed.source().contains(['$', MARK]) {
        return;
    }
    let mut bound = Vec::new();
    let mut statements = 0;
    for item in &work.items {
        let here = numbers(&item.to_string());
        statements += usize::from(!here.is_empty());
        bound.extend(here);
    }
    if statements > 1 {
        let message = "its parameters would be bound to several statements";
        cx.report(&super::gate::UNTRANSLATED_CONSTRUCT, cx.head(), message);
        work.verdict = Verdict::Refuse;
        return;
    }
    if bound.is_empty() {
        return;
    }
    for item in &mut work.items {
        match item {
            Item::Tree(tree) => rename(tree, &|name| {
                name.strip_prefix(MARK).is_some_and(|n| n.parse::<u32>().is_ok()).then(|| MARK.to_string())
            }),
            Item::Text(text) => {
                for number in numbers(text) {
                    *text = text.replacen(&format!("{MARK}{number}"), "?", 1);
                }
            }
        }
    }
    if bound.iter().copied().ne(1..=bound.len() as u32) {
        let order: Vec<String> = bound.iter().map(|n| format!("${n}")).collect();
        let message = format!("TiDB binds parameters by their places: bind {} here", order.join(", "));
        cx.report(&PARAMETERS, cx.head(), message);
    }
}

/// The numbers of the parameters in a text, in order.
fn numbers(text: &str) -> Vec<u32> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize().unwrap_or_default();
    let number = |token: Token| match token {
        Token::Placeholder(name) => name.strip_prefix(MARK)?.parse().ok(),
        _ => None,
    };
    tokens.into_iter().filter_map(number).collect()
}

fn rename(tree: &mut Statement, name: &dyn Fn(&str) -> Option<String>) {
    struct Renamed<'n>(&'n dyn Fn(&str) -> Option<String>);
    impl VisitorMut for Renamed<'_> {
        type Break = ();
        fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
            if let Value::Placeholder(old) = &mut value.value
                && let Some(new) = (self.0)(old)
            {
                *old = new;
            }
            ControlFlow::Continue(())
        }
    }
    let _ = tree.walk_mut(&mut Renamed(name));
}

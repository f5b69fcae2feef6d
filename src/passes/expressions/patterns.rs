//! LIKE, ILIKE and regular expressions.

use super::literals::{self, call, string};
use super::rules::REGULAR_EXPRESSION;
use super::types::Ty;
use super::walk::{Typed, Walk, not};
use sqlparser::ast::{BinaryOperator as Op, Expr};

pub fn is_operator(op: &Op) -> bool {
    matches!(
        op,
        Op::PGRegexMatch
            | Op::PGRegexIMatch
            | Op::PGRegexNotMatch
            | Op::PGRegexNotIMatch
            | Op::PGLikeMatch
            | Op::PGILikeMatch
            | Op::PGNotLikeMatch
            | Op::PGNotILikeMatch
    )
}

/// `~` and `~~` and their kin.
pub fn operator(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(Ty::Bool) };
    let op = op.clone();
    let (negated, folds) = match op {
        Op::PGRegexMatch | Op::PGLikeMatch => (false, false),
        Op::PGRegexIMatch | Op::PGILikeMatch => (false, true),
        Op::PGRegexNotMatch | Op::PGNotLikeMatch => (true, false),
        _ => (true, true),
    };
    let regex =
        matches!(op, Op::PGRegexMatch | Op::PGRegexIMatch | Op::PGRegexNotMatch | Op::PGRegexNotIMatch);
    if regex {
        return regular(walk, expr, negated, folds);
    }
    let (inner, pattern) = (Box::new(Walk::take(left)), Box::new(Walk::take(right)));
    *expr = if folds {
        Expr::ILike { negated, any: false, expr: inner, pattern, escape_char: None }
    } else {
        Expr::Like { negated, any: false, expr: inner, pattern, escape_char: None }
    };
    like(walk, expr)
}

/// LIKE is the same on both, down to the backslash. ILIKE folds only ASCII on TiDB, so other texts
/// are folded before.
pub fn like(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let folds = matches!(expr, Expr::ILike { .. });
    let (Expr::Like { any, expr: inner, pattern, escape_char, negated }
    | Expr::ILike { any, expr: inner, pattern, escape_char, negated }) = expr
    else {
        return Ok(Ty::Bool);
    };
    if *any {
        return walk.refuse(expr, "LIKE ANY");
    }
    walk.text(inner)?;
    walk.text(pattern)?;
    if let Some(escape) = escape_char {
        let single = matches!(escape.as_ref(), Expr::Value(v) if literals::text_of(&v.value).is_some_and(|t| t.chars().count() == 1));
        if !single {
            return walk.refuse(expr, "LIKE without an escape character");
        }
    }
    let ascii = matches!(pattern.as_ref(), Expr::Value(v) if literals::text_of(&v.value).is_some_and(|t| t.is_ascii()));
    if folds && !ascii {
        let lower = |expr: &mut Expr| Box::new(call("LOWER", vec![Walk::take(expr)]));
        let (negated, escape_char) = (*negated, escape_char.take());
        let (inner, pattern) = (lower(inner), lower(pattern));
        *expr = Expr::Like { negated, any: false, expr: inner, pattern, escape_char };
    }
    Ok(Ty::Bool)
}

/// `a ~ 'pattern'` is REGEXP_LIKE(a, 'pattern', 'c').
fn regular(walk: &mut Walk<'_, '_>, expr: &mut Expr, negated: bool, folds: bool) -> Typed {
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Bool) };
    walk.text(left)?;
    walk.text(right)?;
    let pattern = match super::arrays::bare(right) {
        Expr::Value(value) => literals::text_of(&value.value),
        _ => None,
    };
    let Some(pattern) = pattern else {
        return walk.refuse(right, "a regular expression that is no literal");
    };
    let found = match understood(&pattern) {
        Ok(found) => found,
        Err(what) => {
            let what = format!("{what} in a regular expression");
            return walk.refuse(right, what);
        }
    };
    if found.classes {
        let span = walk.cx.node(right.as_ref());
        walk.cx.report(
            &REGULAR_EXPRESSION,
            span,
            "the classes in this regular expression know only ASCII on TiDB",
        );
    }
    // A point stands for line ends, too, in PostgreSQL.
    let case = if folds { 'i' } else { 'c' };
    let how = if found.point { format!("{case}s") } else { case.to_string() };
    let matches = call("REGEXP_LIKE", vec![Walk::take(left), Walk::take(right), string(how)]);
    *expr = if negated { not(matches) } else { matches };
    Ok(Ty::Bool)
}

/// What a pattern uses.
#[derive(Debug, Default, PartialEq)]
struct Found {
    point: bool,
    classes: bool,
}

/// Whether RE2 reads the pattern as PostgreSQL does.
fn understood(pattern: &str) -> Result<Found, String> {
    if pattern.starts_with("***") {
        return Err("a director".into());
    }
    let mut found = Found::default();
    let mut chars = pattern.chars().peekable();
    let mut bracket = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('d' | 's' | 'w' | 'D' | 'S' | 'W') => found.classes = true,
                Some(c) if c.is_ascii_punctuation() => {}
                Some('n' | 't' | 'r' | 'f' | 'v' | 'a') => {}
                Some(c) => return Err(format!("\\{c}")),
                None => return Err("a backslash at the end".into()),
            },
            '[' if bracket => match chars.peek() {
                Some(':') => found.classes = true,
                Some('.' | '=') => return Err("a collating element".into()),
                _ => {}
            },
            '[' => {
                bracket = true;
                if chars.peek() == Some(&'^') {
                    chars.next();
                }
                if chars.peek() == Some(&']') {
                    chars.next();
                }
            }
            ':' if bracket && chars.peek() == Some(&']') => {
                chars.next();
            }
            ']' => bracket = false,
            '.' if !bracket => found.point = true,
            '(' if !bracket && chars.peek() == Some(&'?') => {
                chars.next();
                if chars.peek() != Some(&':') {
                    return Err("look-around".into());
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_told_apart() {
        assert_eq!(understood("^[a-z0-9_.-]+$"), Ok(Found::default()));
        assert_eq!(understood("^.+@"), Ok(Found { point: true, classes: false }));
        assert_eq!(understood(r"^\d{3}[[:alpha:]]x$"), Ok(Found { point: false, classes: true }));
        assert!(understood(r"\mword\M").is_err());
        assert!(understood(r"(a)\1").is_err());
        assert!(understood("(?=a)").is_err());
        assert_eq!(understood("(?:a|b)"), Ok(Found::default()));
        assert_eq!(understood("[[:alpha:].]"), Ok(Found { point: false, classes: true }));
    }
}

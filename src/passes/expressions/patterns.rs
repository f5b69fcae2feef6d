//! LIKE, ILIKE and regular expressions.

use super::Untranslatable;
use super::alternatives;
use super::division;
use super::functions::row::Call;
use super::functions::word;
use super::literals::{self, call, number, string};
use super::padded;
use super::regexes;
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
    // sqlparser takes ALL (…) for the call of a function.
    let all = match pattern.as_ref() {
        Expr::Function(function) if literals::function_name(function).as_deref() == Some("all") => {
            super::functions::arguments_of(pattern).into_iter().next()
        }
        _ => None,
    };
    if let Some(list) = &all {
        **pattern = list.clone();
    }
    if *any || all.is_some() {
        return super::lists::like_any(walk, expr, all.is_some());
    }
    let blanks = super::functions::word(pattern).is_none_or(|pattern| padded::reads_blanks(&pattern));
    if blanks {
        padded::text(walk, inner)?
    } else {
        walk.text(inner)?
    }
    walk.text(pattern)?;
    if let Some(escape) = escape_char {
        let single = matches!(escape.as_ref(), Expr::Value(v) if literals::text_of(&v.value).is_some_and(|t| t.chars().count() == 1));
        if !single {
            return walk.refuse(expr, "LIKE without an escape character");
        }
    }
    super::operators::collate(inner, pattern);
    let ascii = matches!(pattern.as_ref(), Expr::Value(v) if literals::text_of(&v.value).is_some_and(|t| t.is_ascii()));
    if folds && !ascii {
        let lower = |expr: &mut Expr| Box::new(call("LOWER", vec![Walk::take(expr)]));
        let (negated, escape_char) = (*negated, escape_char.take());
        // LOWER keeps the collation of its argument.
        let (inner, pattern) = (lower(inner), lower(pattern));
        *expr = Expr::Like { negated, any: false, expr: inner, pattern, escape_char };
    }
    Ok(Ty::Bool)
}

/// `a ~ 'pattern'` is REGEXP_LIKE(a, 'pattern', 'c').
fn regular(walk: &mut Walk<'_, '_>, expr: &mut Expr, negated: bool, folds: bool) -> Typed {
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Bool) };
    padded::text(walk, left)?;
    walk.text(right)?;
    let pattern = checked(walk, right)?;
    let how = flags(&pattern, folds);
    let matches = call("REGEXP_LIKE", vec![Walk::take(left), string(pattern.text), string(how)]);
    *expr = if negated { not(matches) } else { matches };
    Ok(Ty::Bool)
}

/// A pattern as RE2 reads it.
struct Pattern {
    text: String,
    found: regexes::Found,
}

/// The flags of TiDB's functions. A point stands for line ends, too, in PostgreSQL.
fn flags(pattern: &Pattern, folds: bool) -> String {
    let case = if folds { 'i' } else { 'c' };
    if pattern.found.point { format!("{case}s") } else { case.to_string() }
}

/// The pattern of a literal; what RE2 reads otherwise is said or refused.
fn checked(walk: &mut Walk<'_, '_>, at: &Expr) -> Result<Pattern, Untranslatable> {
    let Some(text) = word(at) else {
        return walk.refuse(at, "a regular expression that is no literal");
    };
    let found = match regexes::understood(&text) {
        Ok(found) => found,
        Err(what) => return walk.refuse(at, format!("{what} in a regular expression")),
    };
    if found.classes {
        let span = walk.cx.node(at);
        walk.cx.report(
            &REGULAR_EXPRESSION,
            span,
            "the classes in this regular expression know only ASCII on TiDB",
        );
    }
    // PostgreSQL's \d and \s hold what these classes do, as far as ASCII goes.
    Ok(Pattern { text, found })
}

/// The same where the text that matches is taken: which alternative it is counts then.
fn taken(walk: &mut Walk<'_, '_>, at: &Expr) -> Result<Pattern, Untranslatable> {
    let pattern = checked(walk, at)?;
    if let Some((first, longer)) = alternatives::shadowed(&pattern.text) {
        let span = walk.cx.node(at);
        let message =
            format!("TiDB takes the alternative {first} where PostgreSQL takes {longer}, which is longer");
        walk.cx.report(&REGULAR_EXPRESSION, span, message).help = Some("write the longer one first".into());
    }
    Ok(pattern)
}

/// Whether the flags of a function call are understood: `i` and `g`.
fn options(walk: &Walk<'_, '_>, call: &Call, at: usize) -> Result<(bool, bool), Untranslatable> {
    let text = call.args.get(at).and_then(word).unwrap_or_default();
    match text.chars().find(|c| !matches!(c, 'i' | 'g' | 'c')) {
        Some(c) => walk.refuse(&call.at, format!("the flag {c} of a regular expression")),
        None => Ok((text.contains('i'), text.contains('g'))),
    }
}

/// `regexp_replace(text, pattern, replacement, flags)`: the first match only, unless `g` is said.
pub fn replace(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let (folds, all) = options(walk, call, 3)?;
    let pattern = taken(walk, &call.args[1].clone())?;
    let given = word(&call.args[2]).unwrap_or_default();
    let mut replacement = String::new();
    let mut chars = given.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some(digit @ '1'..='9') => replacement.extend(['\\', digit]),
                Some('&') => replacement.push_str("\\0"),
                Some('\\') => return walk.refuse(&call.at, "a backslash in a replacement"),
                _ => return walk.refuse(&call.at, format!("the replacement '{given}'")),
            },
            (c, false) => replacement.push(c),
        }
    }
    let mut args = vec![call.args.remove(0)];
    let how = flags(&pattern, folds);
    args.extend([
        string(pattern.text),
        string(replacement),
        number("1"),
        number(if all { "0" } else { "1" }),
    ]);
    args.push(string(how));
    Ok(self::call("REGEXP_REPLACE", args))
}

/// `regexp_like(text, pattern, flags)`.
pub fn like_call(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let (folds, all) = options(walk, call, 2)?;
    if all {
        return walk.refuse(&call.at, "the flag g of regexp_like");
    }
    let pattern = checked(walk, &call.args[1].clone())?;
    let how = flags(&pattern, folds);
    Ok(self::call("REGEXP_LIKE", vec![call.args.remove(0), string(pattern.text), string(how)]))
}

/// `regexp_substr(text, pattern)`: what matches the whole pattern.
pub fn found(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let pattern = taken(walk, &call.args[1].clone())?;
    let how = flags(&pattern, false);
    let args = vec![call.args.remove(0), string(pattern.text), number("1"), number("1"), string(how)];
    Ok(self::call("REGEXP_SUBSTR", args))
}

/// `regexp_instr(text, pattern)`: where the pattern matches first, 0 where it does not.
pub fn place(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let pattern = taken(walk, &call.args[1].clone())?;
    // TiDB fails on an empty text.
    if !division::may_repeat(&call.args[0]) || !never_empty(&pattern.text) {
        return walk.refuse(&call.at, "the function regexp_instr of this");
    }
    let how = flags(&pattern, false);
    let [one, again, begin] = ["1", "1", "0"].map(number);
    let text = call.args.remove(0);
    let empty = super::walk::binary(text.clone(), Op::Eq, string(""));
    let found = self::call("REGEXP_INSTR", vec![text, string(pattern.text), one, again, begin, string(how)]);
    Ok(self::call("IF", vec![empty, number("0"), found]))
}

/// Whether a pattern matches no empty text.
pub fn never_empty(pattern: &str) -> bool {
    let least = regex_syntax::parse(pattern).ok().and_then(|parsed| parsed.properties().minimum_len());
    least.is_some_and(|least| least > 0)
}

/// `substring(text from pattern)`: what matches the first group, or the whole pattern if it has none.
pub fn matched(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let pattern = checked(walk, &call.args[1].clone())?;
    let groups = pattern.found.groups;
    let (text, how) = (pattern.text.clone(), flags(&pattern, false));
    let whole = found(walk, call)?;
    if groups == 0 {
        return Ok(whole);
    }
    if pattern.found.optional {
        return walk.refuse(&call.at, "a pattern that may match without its group");
    }
    Ok(group(whole, 1, &text, &how))
}

/// Of the text that matches, one group alone.
fn group(whole: Expr, nth: usize, pattern: &str, how: &str) -> Expr {
    let (one, again) = (number("1"), number("1"));
    call("REGEXP_REPLACE", vec![whole, string(pattern), string(format!("\\{nth}")), one, again, string(how)])
}

/// `regexp_match(text, pattern)`: an array of the groups, or of the whole match; NULL without a match.
pub fn match_array(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let pattern = checked(walk, &call.args[1].clone())?;
    let groups = pattern.found.groups;
    if groups > 9 || groups > 1 && pattern.found.optional {
        return walk.refuse(&call.at, "the function regexp_match with groups that may not match");
    }
    let test = self::call(
        "REGEXP_LIKE",
        vec![call.args[0].clone(), string(pattern.text.clone()), string(flags(&pattern, false))],
    );
    let values = if groups > 1 {
        let how = flags(&pattern, false);
        let whole = found(walk, call)?;
        (1..=groups).map(|nth| group(whole.clone(), nth, &pattern.text, &how)).collect()
    } else {
        vec![matched(walk, call)?]
    };
    let list = self::call("JSON_ARRAY", values);
    Ok(self::call("IF", vec![test, list, Expr::value(sqlparser::ast::Value::Null)]))
}

/// SIMILAR TO: SQL's own regular expressions, which match the whole text.
pub fn similar(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::SimilarTo { negated, expr: inner, pattern, escape_char } = expr else { return Ok(Ty::Bool) };
    padded::text(walk, inner)?;
    let Some(text) = word(pattern) else { return walk.refuse(&at, "SIMILAR TO a calculated pattern") };
    let escape = match escape_char {
        None => Some('\\'),
        Some(value) => match word(value) {
            Some(text) => text.chars().next(),
            None => return walk.refuse(&at, "SIMILAR TO with this ESCAPE"),
        },
    };
    let Some(regex) = similar_pattern(&text, escape) else {
        return walk.refuse(&at, format!("SIMILAR TO '{}'", literals::shown(&text)));
    };
    let negated = *negated;
    let matches = call("REGEXP_LIKE", vec![Walk::take(inner), string(regex), string("cs")]);
    *expr = if negated { not(matches) } else { matches };
    Ok(Ty::Bool)
}

fn similar_pattern(text: &str, escape: Option<char>) -> Option<String> {
    let mut out = String::from("^(?:");
    let mut chars = text.chars();
    let mut bracket = false;
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            let next = chars.next()?;
            if next.is_alphanumeric() {
                out.push(next);
            } else {
                out.extend(['\\', next]);
            }
            continue;
        }
        match c {
            '[' if !bracket => {
                bracket = true;
                out.push(c);
            }
            ']' if bracket => {
                bracket = false;
                out.push(c);
            }
            '\\' => out.push_str("\\\\"),
            c if bracket => out.push(c),
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            '(' => out.push_str("(?:"),
            '.' | '^' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push_str(")$");
    Some(out)
}

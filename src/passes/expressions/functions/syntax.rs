//! Functions with a syntax of their own: EXTRACT, TRIM, SUBSTRING, POSITION, OVERLAY, CEIL and FLOOR.

use super::super::literals::text_of;
use super::super::types::Ty;
use super::super::walk::{Typed, Walk};
use super::super::zones;
use super::{template, units, whole};
use sqlparser::ast::{CeilFloorKind, DateTimeField, Expr, ExtractSyntax, TrimWhereField};

/// `EXTRACT (field FROM value)`.
pub fn extract(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Extract { field, syntax: ExtractSyntax::From, expr: inner } = expr else {
        return walk.refuse(expr, "EXTRACT (…, …)");
    };
    let name = match field {
        DateTimeField::Custom(ident) => ident.value.to_lowercase(),
        DateTimeField::Week(None) => "week".into(),
        other => other.to_string().to_lowercase(),
    };
    let name = name.trim_matches(['\'', '"', '`']).to_owned();
    let what = format!("EXTRACT ({name} FROM …)");
    if let Some(made) = zones::extracted(walk, inner, &name)? {
        *expr = made;
        return Ok(Ty::Numeric);
    }
    let mut ty = walk.expr(inner)?;
    if ty == Ty::Unknown {
        return walk.refuse(expr, format!("{what} of an untyped literal"));
    }
    if !ty.is_time() && ty != Ty::Time {
        return walk.refuse(expr, format!("{what} of {}", ty.name()));
    }
    if let (Ty::Timestamptz, "timezone" | "timezone_hour" | "timezone_minute") = (&ty, name.as_str()) {
        return walk.refuse(expr, what);
    }
    let Some(sql) = units::field(&name, &ty) else { return walk.refuse(expr, what) };
    ty = Ty::Numeric;
    let plain = ["YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE"];
    if plain.iter().any(|field| sql == format!("EXTRACT({field} FROM $1)")) && name.to_uppercase() != *"YEARS"
    {
        return Ok(Ty::Decimal);
    }
    let inner = Walk::take(inner);
    match template::filled(sql, &[inner]) {
        Some(made) => {
            *expr = made;
            Ok(ty)
        }
        None => walk.refuse(expr, what),
    }
}

/// TRIM: PostgreSQL strips any of several characters, TiDB the whole text.
pub fn trim(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Trim { trim_where, trim_what, expr: inner, trim_characters } = expr else {
        return Ok(Ty::Text);
    };
    if trim_what.is_none()
        && let Some(characters) = trim_characters.take()
    {
        // trim(s, 'xy')
        let [only] = &characters[..] else { return walk.refuse(expr, "TRIM of several arguments") };
        *trim_what = Some(Box::new(only.clone()));
    }
    walk.text(inner)?;
    let Some(what) = trim_what else { return Ok(Ty::Text) };
    let literal = match what.as_ref() {
        Expr::Value(value) => text_of(&value.value),
        _ => None,
    };
    if literal.is_some_and(|text| text.chars().count() == 1) {
        trim_where.get_or_insert(TrimWhereField::Both);
        return Ok(Ty::Text);
    }
    let name = match trim_where {
        Some(TrimWhereField::Leading) => "ltrim",
        Some(TrimWhereField::Trailing) => "rtrim",
        _ => "btrim",
    };
    let args = vec![Walk::take(inner), Walk::take(what)];
    let (made, ty) = super::made(walk, name, &expr.clone(), args, vec![Ty::Text, Ty::Unknown])?;
    *expr = made;
    Ok(ty)
}

/// `SUBSTRING (text FROM place FOR length)`, and from a pattern.
pub fn substring(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Substring { expr: inner, substring_from, substring_for, .. } = expr else {
        return Ok(Ty::Text);
    };
    let ty = walk.expr(inner)?;
    if ty == Ty::Bytea {
        return walk.refuse(expr, "SUBSTRING of bytea");
    }
    if !matches!(ty, Ty::Text | Ty::Enum | Ty::Unknown) {
        return walk.refuse(expr, format!("SUBSTRING of {}", ty.name()));
    }
    let mut types = vec![Ty::Text];
    for part in [&mut *substring_from, &mut *substring_for].into_iter().flatten() {
        types.push(walk.expr(part)?);
    }
    let from = substring_from.as_deref().and_then(whole);
    let length = substring_for.as_deref().map(whole);
    let plain = from.is_some_and(|from| from >= 1) && length.is_none_or(|n| n.is_some_and(|n| n >= 0));
    if plain {
        return Ok(Ty::Text);
    }
    let at = expr.clone();
    let Expr::Substring { expr: inner, substring_from, substring_for, .. } = expr else {
        return Ok(Ty::Text);
    };
    let mut args = vec![Walk::take(inner)];
    match (substring_from.as_deref_mut(), substring_for.as_deref_mut()) {
        (Some(from), length) => {
            args.push(Walk::take(from));
            args.extend(length.map(Walk::take));
        }
        (None, Some(length)) => {
            args.push(super::super::literals::number("1"));
            types.insert(1, Ty::Int);
            args.push(Walk::take(length));
        }
        (None, None) => return walk.refuse(&at, "SUBSTRING"),
    }
    let (made, ty) = super::made(walk, "substring", &at, args, types)?;
    *expr = made;
    Ok(ty)
}

/// `POSITION (part IN text)`.
pub fn position(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let Expr::Position { expr: inner, r#in } = expr else { return Ok(Ty::Int) };
    walk.text(inner)?;
    walk.text(r#in)?;
    Ok(Ty::Int)
}

/// `OVERLAY (text PLACING part FROM place FOR length)`.
pub fn overlay(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::Overlay { expr: inner, overlay_what, overlay_from, overlay_for } = expr else {
        return Ok(Ty::Text);
    };
    walk.text(inner)?;
    walk.text(overlay_what)?;
    walk.expr(overlay_from)?;
    let Some(from) = whole(overlay_from).filter(|from| *from >= 1) else {
        return walk.refuse(&at, "OVERLAY from a calculated place");
    };
    let mut args = vec![Walk::take(inner), Walk::take(overlay_what)];
    let rest = match overlay_for {
        Some(length) => {
            walk.expr(length)?;
            args.push(Walk::take(length));
            match whole(&args[2]) {
                Some(length) => (from + length).to_string(),
                None => format!("{from} + $3"),
            }
        }
        None => format!("{from} + CHAR_LENGTH($2)"),
    };
    let sql = format!("CONCAT(LEFT($1, {}), $2, SUBSTR($1, {rest}))", from - 1);
    match template::filled(&sql, &args) {
        Some(made) => {
            *expr = made;
            Ok(Ty::Text)
        }
        None => walk.refuse(&at, "OVERLAY"),
    }
}

/// CEIL and FLOOR, which sqlparser reads as a syntax.
pub fn ceiling(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let (Expr::Ceil { expr: inner, field } | Expr::Floor { expr: inner, field }) = expr else {
        return Ok(Ty::Numeric);
    };
    if !matches!(field, CeilFloorKind::DateTimeField(DateTimeField::NoDateTime)) {
        return walk.refuse(expr, "CEIL or FLOOR to a unit");
    }
    let ty = walk.expr(inner)?;
    if !ty.is_number() {
        return walk.refuse(expr, "rounding of what is no number");
    }
    let value = super::super::division::exact(Walk::take(inner));
    **inner = value;
    Ok(if ty.is_int() { Ty::Float } else { ty })
}

//! Periods, zones, and the fields of intervals.

use super::Untranslatable;
use super::amounts::{Amount, amount};
use super::functions::template::filled;
use super::functions::units;
use super::intervals::Interval;
use super::literals::{self, string, text_of};
use super::rules::FUNCTION;
use super::spans::cast_to;
use super::types::Ty;
use super::walk::{Typed, Walk};
use sqlparser::ast::{DataType, Expr};

/// A field of an interval; `None` where the value is none.
pub fn extracted(walk: &mut Walk<'_, '_>, inner: &Expr, field: &str) -> Result<Option<Expr>, Untranslatable> {
    let Some(amount) = amount(walk, inner)? else { return Ok(None) };
    let made = match amount {
        Amount::Fixed(interval) => of_fixed(interval, field).map(literals::number),
        Amount::Difference(from, to) => units::of_difference(field).and_then(|sql| filled(sql, &[from, to])),
        Amount::Age(from, to) => units::of_age(field).and_then(|sql| filled(sql, &[from, to])),
        Amount::Units(_) => None,
    };
    match made {
        Some(made) => Ok(Some(made)),
        None => walk.refuse(inner, format!("EXTRACT ({field} FROM …) of this interval")),
    }
}

fn of_fixed(interval: Interval, field: &str) -> Option<String> {
    let Interval { months, days, micros } = interval;
    Some(match field {
        "year" => (months / 12).to_string(),
        "month" => (months % 12).to_string(),
        "quarter" => (months % 12 / 3 + 1).to_string(),
        "day" => days.to_string(),
        "hour" => (micros / 3_600_000_000).to_string(),
        "minute" => (micros / 60_000_000 % 60).to_string(),
        "second" => fraction(micros % 60_000_000, 6),
        "millisecond" | "milliseconds" => fraction(micros % 60_000_000, 3),
        "microsecond" | "microseconds" => (micros % 60_000_000).to_string(),
        // A year has 365.25 days here, and only here.
        "epoch" => {
            let seconds =
                (months / 12).checked_mul(31_557_600)?.checked_add((months % 12).checked_mul(2_592_000)?)?;
            let seconds = seconds.checked_add(days.checked_mul(86_400)?)?;
            fraction(seconds.checked_mul(1_000_000)?.checked_add(micros)?, 6)
        }
        _ => return None,
    })
}

fn fraction(value: i64, places: u32) -> String {
    let size = 10_i64.pow(places);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) =
        (value.unsigned_abs() / size.unsigned_abs(), value.unsigned_abs() % size.unsigned_abs());
    format!("{sign}{whole}.{rest:0width$}", width = places as usize)
}

/// `(a, b) OVERLAPS (c, d)`: half-open periods, whichever end comes first.
pub fn overlaps(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::BinaryOp { left, right, .. } = expr else { return Ok(Ty::Bool) };
    let (Expr::Tuple(one), Expr::Tuple(other)) = (left.as_mut(), right.as_mut()) else {
        return walk.refuse(&at, "OVERLAPS");
    };
    let mut ends: Vec<Expr> = Vec::with_capacity(4);
    for end in one.iter_mut().chain(other.iter_mut()) {
        let mut ty = walk.expr(end)?;
        if ty == Ty::Unknown {
            walk.coerce(end, &ty, &Ty::Timestamp)?;
            ty = Ty::Timestamp;
        }
        if !ty.is_time() {
            return walk.refuse(&at, format!("OVERLAPS of {}", ty.name()));
        }
        ends.push(Walk::take(end));
    }
    if ends.len() != 4 {
        return walk.refuse(&at, "OVERLAPS");
    }
    let sql = "(GREATEST(LEAST($1, $2), LEAST($3, $4)) < LEAST(GREATEST($1, $2), GREATEST($3, $4)) \
               OR LEAST($1, $2) = LEAST($3, $4))";
    match filled(sql, &ends) {
        Some(made) => {
            *expr = made;
            Ok(Ty::Bool)
        }
        None => walk.refuse(&at, "OVERLAPS"),
    }
}

/// Places whose clocks have not been changed for decades.
const STEADY: [&str; 8] = [
    "Africa/Lagos",
    "Africa/Nairobi",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
];

/// An offset and its opposite. In POSIX's way, which PostgreSQL goes, `+03` is west of Greenwich.
fn offset(zone: &str) -> Option<(String, String)> {
    let (west, rest) = match zone.as_bytes().first()? {
        b'+' => (true, &zone[1..]),
        b'-' => (false, &zone[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "00"));
    let number = |text: &str| text.parse::<u8>().ok().filter(|_| (1..=2).contains(&text.len()));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let shown = |west: bool| format!("{}{hours:02}:{minutes:02}", if west { '-' } else { '+' });
    (hours < 13 && minutes < 60).then(|| (shown(west), shown(!west)))
}

/// `time AT TIME ZONE 'zone'`: a timestamptz is UTC in the session that the translation wants.
pub fn at_time_zone(walk: &mut Walk<'_, '_>, expr: &mut Expr) -> Typed {
    let at = expr.clone();
    let Expr::AtTimeZone { timestamp, time_zone } = expr else { return Ok(Ty::Timestamp) };
    let zone = match time_zone.as_ref() {
        Expr::Value(value) => text_of(&value.value),
        _ => None,
    };
    let Some(zone) = zone else { return walk.refuse(&at, "AT TIME ZONE with a calculated zone") };
    let mut ty = walk.expr(timestamp)?;
    if ty == Ty::Unknown {
        walk.coerce(timestamp, &ty, &Ty::Timestamptz)?;
        ty = Ty::Timestamptz;
    }
    let given = match ty {
        Ty::Timestamp => Ty::Timestamptz,
        Ty::Timestamptz | Ty::Date => Ty::Timestamp,
        other => return walk.refuse(&at, format!("AT TIME ZONE of {}", other.name())),
    };
    let utc = ["utc", "gmt", "z", "zulu", "etc/utc", "etc/gmt"].contains(&zone.to_lowercase().as_str());
    let value = Walk::take(timestamp);
    if utc {
        *expr =
            if matches!(value, Expr::Value(_)) { cast_to(value, DataType::Datetime(Some(6))) } else { value };
        return Ok(given);
    }
    if let Some((zone, opposite)) = offset(&zone) {
        let to = if given == Ty::Timestamp { zone } else { opposite };
        *expr = literals::call("CONVERT_TZ", vec![value, string("+00:00"), string(to)]);
        return Ok(given);
    }
    // Only names of places: of offsets and abbreviations PostgreSQL has its own ideas.
    if !zone.contains('/') || zone.to_lowercase().starts_with("etc/") {
        return walk.refuse(&at, format!("AT TIME ZONE '{zone}'"));
    }
    if given == Ty::Timestamptz && !STEADY.iter().any(|steady| zone.eq_ignore_ascii_case(steady)) {
        let span = super::span(walk.cx, &at);
        let message =
            "a time that the clocks there show twice or never is another one on TiDB than on PostgreSQL";
        walk.cx.report(&FUNCTION, span, message);
    }
    let zones = if given == Ty::Timestamp { ("+00:00", zone.as_str()) } else { (zone.as_str(), "+00:00") };
    *expr = literals::call("CONVERT_TZ", vec![value, string(zones.0), string(zones.1)]);
    Ok(given)
}

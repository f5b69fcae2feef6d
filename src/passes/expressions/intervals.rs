//! Spans of time: PostgreSQL's interval literals, and their parts that TiDB adds to a time.

use super::literals::number;
use sqlparser::ast::{BinaryOperator as Op, DateTimeField, Expr, Interval as Tree};
use std::fmt;

/// An interval of fixed length: months, days and microseconds, which PostgreSQL keeps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    pub months: i64,
    pub days: i64,
    pub micros: i64,
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

impl Interval {
    /// Reads `1 day 02:00:00`, `-3 months`, `@ 1 hour ago`, `P1DT2H`, `90` (seconds) as PostgreSQL does.
    pub fn read(text: &str) -> Option<Interval> {
        Self::read_in(text, None)
    }

    /// The same, where a field says what a bare number counts: `interval '5' day`.
    pub fn read_in(text: &str, field: Option<&str>) -> Option<Interval> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(iso) = text.strip_prefix('p') {
            return Self::iso(iso);
        }
        let mut total = Interval::default();
        let spaced = spaced(text.trim_start_matches('@'));
        let mut words = spaced.split_whitespace().peekable();
        let mut any = false;
        let mut ago = false;
        let mut said: Vec<&str> = Vec::new();
        while let Some(word) = words.next() {
            if word == "ago" {
                ago = true;
                continue;
            }
            any = true;
            if word.contains(':') {
                total.micros = total.micros.checked_add(clock(word)?)?;
                continue;
            }
            if word[1..].contains('-') {
                // SQL's own form: years-months.
                let (sign, rest) = word.strip_prefix('-').map_or((1, word), |rest| (-1, rest));
                let (years, months) = rest.trim_start_matches('+').split_once('-')?;
                let months = years.parse::<i64>().ok()?.checked_mul(12)?.checked_add(months.parse().ok()?)?;
                total.months = total.months.checked_add(sign * months)?;
                continue;
            }
            let unit = match words.peek() {
                Some(next) if next.starts_with(|c: char| c.is_ascii_alphabetic()) && *next != "ago" => {
                    words.next()?
                }
                // A bare number before a clock counts days, alone it counts seconds.
                Some(next) if next.contains(':') => "day",
                _ => field.unwrap_or("second"),
            };
            let singular = unit.strip_suffix('s').filter(|one| one.len() > 1).unwrap_or(unit);
            if said.contains(&singular) {
                return None;
            }
            said.push(singular);
            total = total.plus(Self::of(word, unit)?)?;
        }
        any.then_some(if ago { total.times(-1.0)? } else { total })?.in_range()
    }

    /// PostgreSQL counts months and days in 32 bits.
    fn in_range(self) -> Option<Interval> {
        let fits = i32::try_from(self.months).is_ok() && i32::try_from(self.days).is_ok();
        fits.then_some(self)
    }

    /// `1.5` `hours`.
    pub fn of(amount: &str, unit: &str) -> Option<Interval> {
        let amount: f64 = amount.trim_start_matches('+').parse().ok()?;
        if !amount.is_finite() {
            return None;
        }
        let (months, days, micros) = match unit {
            "microsecond" | "microseconds" | "us" | "usec" | "usecs" => (0, 0, 1),
            "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" => (0, 0, 1_000),
            "second" | "seconds" | "s" | "sec" | "secs" => (0, 0, SECOND),
            "minute" | "minutes" | "m" | "min" | "mins" => (0, 0, 60 * SECOND),
            "hour" | "hours" | "h" | "hr" | "hrs" => (0, 0, 3_600 * SECOND),
            "day" | "days" | "d" => (0, 1, 0),
            "week" | "weeks" | "w" => (0, 7, 0),
            "month" | "months" | "mon" | "mons" => (1, 0, 0),
            "year" | "years" | "y" | "yr" | "yrs" => (12, 0, 0),
            "decade" | "decades" => (120, 0, 0),
            "century" | "centuries" => (1_200, 0, 0),
            "millennium" | "millennia" => (12_000, 0, 0),
            _ => return None,
        };
        if months >= 12 {
            // Parts of years are rounded to months.
            let parts = (amount.fract() * months as f64).round_ties_even();
            let whole = Interval { months, days, micros }.times(amount.trunc())?;
            return whole.plus(Interval { months: parts as i64, ..Interval::default() });
        }
        Interval { months, days, micros }.times(amount)
    }

    fn iso(text: &str) -> Option<Interval> {
        let mut total = Interval::default();
        let (mut in_time, mut amount, mut any) = (false, String::new(), false);
        for c in text.chars() {
            let unit = match c {
                't' => {
                    in_time = true;
                    continue;
                }
                'y' => "year",
                'w' => "week",
                'd' => "day",
                'h' => "hour",
                's' => "second",
                'm' if in_time => "minute",
                'm' => "month",
                c if c.is_ascii_digit() || matches!(c, '.' | '-' | '+') => {
                    amount.push(c);
                    continue;
                }
                _ => return None,
            };
            total = total.plus(Self::of(&amount, unit)?)?;
            amount.clear();
            any = true;
        }
        (any && amount.is_empty()).then_some(total)?.in_range()
    }

    pub fn plus(self, other: Interval) -> Option<Interval> {
        Some(Interval {
            months: self.months.checked_add(other.months)?,
            days: self.days.checked_add(other.days)?,
            micros: self.micros.checked_add(other.micros)?,
        })
    }

    /// PostgreSQL's product: parts of months become days, parts of days time.
    pub fn times(self, factor: f64) -> Option<Interval> {
        let whole = |value: f64| (value.abs() < 9e15).then_some(value as i64);
        let months = self.months as f64 * factor;
        let days = self.days as f64 * factor + months.fract() * 30.0;
        // What remains of a day is rounded first: a tenth of a day is not one in binary.
        let rest = (days.fract() * 1e6).round() / 1e6;
        let micros = self.micros as f64 * factor + rest * DAY as f64;
        Some(Interval {
            months: whole(months.trunc())?,
            days: whole(days.trunc())?,
            micros: whole(micros.round())?,
        })
    }

    /// PostgreSQL's order and epoch: months have thirty days, days twenty-four hours.
    pub fn micros(self) -> Option<i64> {
        let days = self.months.checked_mul(30)?.checked_add(self.days)?;
        days.checked_mul(DAY)?.checked_add(self.micros)
    }

    /// `value + INTERVAL … + INTERVAL …`, the largest parts first as PostgreSQL adds them.
    pub fn added(self, value: Expr, negative: bool) -> Expr {
        let mut parts: Vec<(i64, DateTimeField)> = Vec::new();
        let mut part = |amount: i64, units: &[(i64, DateTimeField)]| {
            let fits = units.iter().find(|(size, _)| amount % size == 0);
            if let Some((size, field)) = fits.filter(|_| amount != 0) {
                parts.push((amount / size, field.clone()));
            }
        };
        part(self.months, &[(12, DateTimeField::Year), (1, DateTimeField::Month)]);
        part(self.days, &[(1, DateTimeField::Day)]);
        part(
            self.micros,
            &[
                (3_600 * SECOND, DateTimeField::Hour),
                (60 * SECOND, DateTimeField::Minute),
                (SECOND, DateTimeField::Second),
                (1, DateTimeField::Microsecond),
            ],
        );
        parts.into_iter().fold(value, |value, (amount, field)| {
            let minus = negative != (amount < 0);
            let span = of_unit(number(amount.unsigned_abs().to_string()), field);
            super::walk::binary(value, if minus { Op::Minus } else { Op::Plus }, span)
        })
    }
}

/// `INTERVAL n UNIT`.
pub fn of_unit(amount: Expr, field: DateTimeField) -> Expr {
    Expr::Interval(Tree {
        value: Box::new(amount),
        leading_field: Some(field),
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}

/// `1day2h` has the same words as `1 day 2 h`, and `- 1 day` as `-1 day`.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut last = ' ';
    for c in text.chars() {
        // A sign may stand apart from its number.
        if c.is_whitespace() && matches!(last, '-' | '+') {
            continue;
        }
        if last.is_ascii_digit() && c.is_ascii_alphabetic()
            || last.is_ascii_alphabetic() && (c.is_ascii_digit() || matches!(c, '-' | '+'))
        {
            out.push(' ');
        }
        out.push(c);
        last = c;
    }
    out
}

/// `[-]hh:mm[:ss[.ffffff]]` in microseconds.
fn clock(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut parts = rest.trim_start_matches('+').split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next().map_or(Some(0.0), |seconds| seconds.parse().ok())?;
    if parts.next().is_some() || minutes > 59 || !(0.0..61.0).contains(&seconds) {
        return None;
    }
    let micros = (seconds * SECOND as f64).round() as i64;
    Some(sign * hours.checked_mul(3_600 * SECOND)?.checked_add(minutes * 60 * SECOND)?.checked_add(micros)?)
}

/// As PostgreSQL prints it: `1 year 2 mons 3 days 04:05:06.7`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        let mut negative_before = false;
        let mut word = |amount: i64, one: &str, many: &str| {
            if amount != 0 {
                let plus = if negative_before && amount > 0 { "+" } else { "" };
                words.push(format!("{plus}{amount} {}", if amount == 1 { one } else { many }));
                negative_before = amount < 0;
            }
        };
        word(self.months / 12, "year", "years");
        word(self.months % 12, "mon", "mons");
        word(self.days, "day", "days");
        if self.micros != 0 || words.is_empty() {
            let micros = self.micros.unsigned_abs();
            let sign = if self.micros < 0 {
                "-"
            } else if negative_before {
                "+"
            } else {
                ""
            };
            let second = micros / 1_000_000;
            let mut clock = format!("{sign}{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            if !micros.is_multiple_of(1_000_000) {
                let fraction = format!("{:06}", micros % 1_000_000);
                clock.push('.');
                clock.push_str(fraction.trim_end_matches('0'));
            }
            words.push(clock);
        }
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_and_printed_as_postgresql_does() {
        for (text, printed) in [
            ("1 day", "1 day"),
            ("10 hours", "10:00:00"),
            ("1 year 2 months 3 days 4.5 seconds", "1 year 2 mons 3 days 00:00:04.5"),
            ("-1 mon", "-1 mons"),
            ("1.5 days", "1 day 12:00:00"),
            ("90", "00:01:30"),
            ("2 days ago", "-2 days"),
            ("1-2", "1 year 2 mons"),
            ("P1DT2H", "1 day 02:00:00"),
            ("1 week", "7 days"),
            ("-1 day +02:03", "-1 days +02:03:00"),
            ("1.5 months", "1 mon 15 days"),
            ("0 days", "00:00:00"),
        ] {
            let read = Interval::read(text).map(|interval| interval.to_string());
            assert_eq!(read.as_deref(), Some(printed), "{text}");
        }
        assert_eq!(Interval::read("soon"), None);
        assert_eq!(Interval::read(""), None);
    }
}

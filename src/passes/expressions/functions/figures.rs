//! `to_char` of numbers: formats of digits, commas and a point.

use super::super::types::Ty;
use super::super::walk::Walk;
use super::super::{Untranslatable, division};
use super::row::{Call, Row, rows};
use super::{FUNCTION, template, word};
use sqlparser::ast::Expr;

pub static ROWS: &[Row] = rows! {
    "to_char" (Number, Words) Text: "FORMAT($1, places), or CAST($1 AS CHAR), padded as the format says" by to_char;
};

/// A format of 9, 0, commas and a point.
#[derive(Debug, PartialEq, Eq)]
struct Format {
    /// Nothing is filled up with blanks.
    plain: bool,
    /// Digits before the point, and how many of them are written even where they are zeros.
    whole: usize,
    least: usize,
    places: usize,
    commas: bool,
    /// The characters of the whole, and with what stands for every digit of a number that is too large.
    width: usize,
    overflow: String,
}

impl Format {
    fn read(text: &str) -> Option<Format> {
        let (plain, rest) = match text.strip_prefix("FM").or_else(|| text.strip_prefix("fm")) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (before, after) = rest.split_once(['.', 'D']).map_or((rest, None), |(a, b)| (a, Some(b)));
        let digits: String = before.chars().filter(|c| matches!(c, '0' | '9')).collect();
        let commas = before.contains([',', 'G']);
        // From the right, every fourth character is a comma and no other.
        let regular = |(at, c): (usize, char)| match c {
            '0' | '9' => !commas || at % 4 != 3,
            ',' | 'G' => at % 4 == 3,
            _ => false,
        };
        let places = after.unwrap_or_default();
        let known = before.chars().rev().enumerate().all(regular)
            && places.chars().all(|c| c == '0' || c == '9' && !plain)
            && after.is_none_or(|after| !after.is_empty())
            && (1..=30).contains(&digits.len())
            && places.len() <= 30;
        let least = digits.find('0').map_or(0, |first| digits.len() - first);
        let least = if after.is_none() { least.max(1) } else { least };
        // Zeros that are written out have their commas, too.
        if !known || commas && least > 1 {
            return None;
        }
        let shown = |c: char| match c {
            '0' | '9' => '#',
            'G' => ',',
            'D' => '.',
            other => other,
        };
        Some(Format {
            plain,
            whole: digits.len(),
            least,
            places: places.len(),
            commas,
            width: rest.len() + 1,
            overflow: rest.chars().map(shown).collect(),
        })
    }

    /// The text of `$1`, which is rounded already.
    fn text(&self) -> String {
        let places = self.places;
        let digits =
            if self.commas { format!("FORMAT($1, {places})") } else { "CAST($1 AS CHAR)".to_owned() };
        let body = match self.least {
            0 => format!("IF(ABS($1) < 1, REPLACE({digits}, '0.', '.'), {digits})"),
            1 => digits,
            least => {
                let most = least + if places > 0 { places + 1 } else { 0 };
                format!(
                    "CONCAT(IF($1 < 0, '-', ''), LPAD(CAST(ABS($1) AS CHAR), \
                     GREATEST(CHAR_LENGTH(CAST(ABS($1) AS CHAR)), {most}), '0'))"
                )
            }
        };
        if self.plain { body } else { format!("LPAD({body}, {}, ' ')", self.width) }
    }
}

fn to_char(walk: &mut Walk<'_, '_>, call: &mut Call) -> Result<Expr, Untranslatable> {
    let text = word(&call.args[1]).unwrap_or_default();
    let Some(format) = Format::read(&text) else {
        return walk.refuse(&call.at, format!("to_char of a number with the format '{text}'"));
    };
    let (value, ty) = (call.args.remove(0), call.types.remove(0));
    if ty == Ty::Float {
        let span = super::super::span(walk.cx, &call.at);
        let message = "a double precision that lies halfway between two numbers may be rounded to the other";
        walk.cx.report(&FUNCTION, span, message);
    }
    let failed = || walk.refuse(&call.at, "to_char of this number");
    let rounded = match (ty.is_int(), format.places) {
        (true, 0) => Some(value.clone()),
        (_, places) => template::filled(
            &format!("CAST(ROUND($1, {places}) AS DECIMAL(65, {places}))"),
            &[division::exact(value.clone())],
        ),
    };
    let Some(rounded) = rounded else { return failed() };
    let Some(made) = template::filled(&format.text(), std::slice::from_ref(&rounded)) else {
        return failed();
    };
    if !division::may_repeat(&value) {
        if format.least != 1 {
            return failed();
        }
        let span = super::super::span(walk.cx, &call.at);
        walk.cx.report(
            &FUNCTION,
            span,
            "a number that is too large for the format is written out on TiDB, not as #",
        );
        return Ok(made);
    }
    let blank = if format.plain { "" } else { " " };
    let sql = format!(
        "CASE WHEN ABS($1) >= 1{} THEN CONCAT(IF($1 < 0, '-', '{blank}'), '{}') ELSE $2 END",
        "0".repeat(format.whole),
        format.overflow
    );
    template::filled(&sql, &[rounded, made]).map_or_else(failed, Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read() {
        let read = |text: &str| {
            Format::read(text).map(|f| (f.plain, f.whole, f.least, f.places, f.commas, f.width, f.overflow))
        };
        assert_eq!(read("FM000"), Some((true, 3, 3, 0, false, 4, "###".into())));
        assert_eq!(read("9,999.99"), Some((false, 4, 0, 2, true, 9, "#,###.##".into())));
        assert_eq!(read("FM999G990D00"), Some((true, 6, 1, 2, true, 11, "###,###.##".into())));
        assert_eq!(read("999"), Some((false, 3, 1, 0, false, 4, "###".into())));
        for other in ["FM9.99", "99,99", "S999", "999PR", "0,000", "", "FM9.", "$9"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}

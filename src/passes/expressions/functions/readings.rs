//! What to_date and to_timestamp read, as far as STR_TO_DATE does not read it as PostgreSQL does.

use crate::passes::expressions::instants::days_in;
use crate::passes::expressions::literal_times::MONTHS;

/// What a text is under a format of STR_TO_DATE's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A date and a time of day, as literals have them.
    Time(String, String),
    /// PostgreSQL fails, or reads it otherwise than TiDB does.
    None,
    /// The format has parts that are not followed here.
    Unknown,
}

/// Which parts of a date a format has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Year, month and day.
    All,
    /// The day is missing, or the month and the day: PostgreSQL takes the first.
    Beginning { month: bool },
    /// TiDB can't tell the date.
    Others,
}

pub fn parts(format: &str) -> Parts {
    let has = |letters: &str| specifiers(format).any(|c| letters.contains(c));
    match (has("Yy"), has("mcbM"), has("de")) {
        _ if has("jWavx") => Parts::Others,
        (true, true, true) => Parts::All,
        (true, month, false) => Parts::Beginning { month },
        _ => Parts::Others,
    }
}

fn specifiers(format: &str) -> impl Iterator<Item = char> {
    let mut chars = format.chars();
    std::iter::from_fn(move || {
        while let Some(c) = chars.next() {
            if c == '%' {
                return chars.next();
            }
        }
        None
    })
}

/// Reads a text strictly: every part with its digits, nothing before, between or after that the format does not say.
pub fn read(text: &str, format: &str) -> Reading {
    match strictly(text, format) {
        Some(Some((date, time))) => Reading::Time(date, time),
        Some(None) => Reading::None,
        None => Reading::Unknown,
    }
}

/// `None` where the format has parts that are not followed, `Some(None)` where the text does not fit.
fn strictly(text: &str, format: &str) -> Option<Option<(String, String)>> {
    if specifiers(format).any(|c| "Wavxp".contains(c)) {
        return None;
    }
    Some(fitting(text, format))
}

fn fitting(text: &str, format: &str) -> Option<(String, String)> {
    let (mut year, mut month, mut day, mut days) = (None, 1, 1, None);
    let (mut hour, mut minute, mut second, mut fraction) = (0, 0, 0, String::new());
    let mut rest = text;
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            continue;
        }
        let part = chars.next()?;
        if part == '%' {
            rest = rest.strip_prefix('%')?;
            continue;
        }
        if matches!(part, 'b' | 'M') {
            let (number, after) = month_name(rest, part == 'M')?;
            (month, rest) = (number, after);
            continue;
        }
        let most = match part {
            'Y' => 4,
            'j' => 3,
            'f' => 6,
            _ => 2,
        };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        // A part that another one follows at once has all of its digits.
        let full = chars.peek() == Some(&'%') || matches!(part, 'Y' | 'y' | 'f' | 'j');
        if digits == 0 || full && digits < most {
            return None;
        }
        let number: u32 = rest[..digits].parse().ok()?;
        let in_range = |least: u32, most: u32| (least..=most).contains(&number).then_some(number);
        match part {
            'Y' => year = Some(in_range(1, 9999)?),
            'y' => year = Some(if number < 70 { 2000 + number } else { 1900 + number }),
            'm' | 'c' => month = in_range(1, 12)?,
            'd' | 'e' => day = in_range(1, 31)?,
            'j' => days = Some(in_range(1, 366)?),
            'H' | 'k' => hour = in_range(0, 23)?,
            'h' | 'l' => hour = in_range(1, 12)? % 12,
            'i' => minute = in_range(0, 59)?,
            's' => second = in_range(0, 59)?,
            'f' => fraction = format!(".{}", &rest[..digits]),
            _ => return None,
        }
        rest = &rest[digits..];
    }
    let year = year?;
    if let Some(days) = days {
        (month, day) = of_year(year, days)?;
    }
    (rest.is_empty() && i64::from(day) <= days_in(year.into(), month.into())).then(|| {
        (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}{fraction}"))
    })
}

/// The month and the day of a day of the year.
fn of_year(year: u32, mut day: u32) -> Option<(u32, u32)> {
    for month in 1..=12 {
        let length = u32::try_from(days_in(year.into(), month.into())).ok()?;
        if day <= length {
            return Some((month, day));
        }
        day -= length;
    }
    None
}

fn month_name(text: &str, whole: bool) -> Option<(u32, &str)> {
    MONTHS.iter().zip(1..).find_map(|(name, number)| {
        let name = if whole { name } else { &name[..3] };
        let here = text.get(..name.len())?;
        here.eq_ignore_ascii_case(name).then(|| (number, &text[name.len()..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_their_formats_or_not() {
        let time = |date: &str, time: &str| Reading::Time(date.into(), time.into());
        assert_eq!(read("2016-02-29", "%Y-%m-%d"), time("2016-02-29", "00:00:00"));
        assert_eq!(read("2016-1-2", "%Y-%m-%d"), time("2016-01-02", "00:00:00"));
        assert_eq!(read("2016-02", "%Y-%m"), time("2016-02-01", "00:00:00"));
        assert_eq!(read("2016 060", "%Y %j"), time("2016-02-29", "00:00:00"));
        assert_eq!(read("5 Mar 24, 12:03:04.25", "%d %b %y, %h:%i:%s.%f"), Reading::None);
        assert_eq!(
            read("05 Mar 24 11:03:04.250000", "%d %b %y %H:%i:%s.%f"),
            time("2024-03-05", "11:03:04.250000")
        );
        for wrong in ["2016-02-30", "2016-13-01", "2016-01-02x", "16-01-02", "2016/01/02", ""] {
            assert_eq!(read(wrong, "%Y-%m-%d"), Reading::None, "{wrong}");
        }
        assert_eq!(read("2016 366", "%Y %j"), time("2016-12-31", "00:00:00"));
        assert_eq!(read("2015 366", "%Y %j"), Reading::None);
        assert_eq!(read("19971", "%Y%m%d"), Reading::None);
        assert_eq!(read("15:50 PM", "%H:%i %p"), Reading::Unknown);
    }

    #[test]
    fn formats_have_parts() {
        assert_eq!(parts("%Y-%m-%d %H:%i"), Parts::All);
        assert_eq!(parts("%b %Y"), Parts::Beginning { month: true });
        assert_eq!(parts("%Y"), Parts::Beginning { month: false });
        assert_eq!(parts("%Y %j"), Parts::Others);
        assert_eq!(parts("%H:%i"), Parts::Others);
    }
}

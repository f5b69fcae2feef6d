//! Dates and times in literals: the spellings that PostgreSQL reads, in those that TiDB reads.

use std::borrow::Cow;

/// A date with the year first, in either's words: PostgreSQL also takes slashes.
fn dashed(text: &str) -> Cow<'_, str> {
    let slashes =
        text.len() >= 8 && text.as_bytes()[4] == b'/' && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if slashes { text.replacen('/', "-", 2).into() } else { text.into() }
}

fn are_digits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())
}

/// How many digits follow one another there.
fn digits(bytes: &[u8], from: usize) -> usize {
    bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count()
}

/// `YYYY-MM-DD`, which both read alike. PostgreSQL has no year 0.
fn is_iso_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if digits(bytes, 0) != 4 || bytes.get(4) != Some(&b'-') || text.starts_with("0000") {
        return false;
    }
    let month = digits(bytes, 5);
    let day = digits(bytes, 6 + month);
    matches!((month, day), (1..=2, 1..=2))
        && bytes.get(5 + month) == Some(&b'-')
        && bytes.len() == 6 + month + day
}

/// The months' names in lower case.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `20240305`, `March 5, 2024`, `5 Mar 2024`, `2024-Mar-05`: days that can be no others.
fn worded(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let day = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
        return is_iso_date(&day).then_some(day);
    }
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    let [a, b, c] = words[..] else { return None };
    let month = |word: &str| {
        let word = word.to_ascii_lowercase();
        MONTHS.iter().position(|month| word == *month || word.len() == 3 && month.starts_with(&word))
    };
    let (year, month, day) = match (month(a), month(b)) {
        (Some(month), None) => (c, month, b),
        (None, Some(month)) if a.len() == 4 => (a, month, c),
        (None, Some(month)) => (c, month, a),
        _ => return None,
    };
    let day = format!("{year}-{:02}-{day:0>2}", month + 1);
    (are_digits(year, 4) && is_iso_date(&day)).then_some(day)
}

/// `YYYY-MM-DD HH:MM:SS`, as PostgreSQL prints it and both read alike, and what follows. Most times of dumps begin so.
fn printed(text: &str) -> Option<(&str, &str)> {
    const FORM: &[u8; 19] = b"0000-00-00 00:00:00";
    let (whole, rest) = text.split_at_checked(FORM.len())?;
    let bytes = whole.as_bytes();
    let formed = bytes.iter().zip(FORM).all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    let plain = formed && &bytes[11..13] < b"24".as_slice() && bytes[14] < b'6' && bytes[17] < b'6';
    (plain && !whole.starts_with("0000")).then_some((whole, rest))
}

pub fn date(text: &str) -> Option<Cow<'_, str>> {
    if is_iso_date(text) {
        return Some(text.into());
    }
    if let Some(day) = worded(text) {
        return Some(day.into());
    }
    let text = dashed(text.trim());
    let short = text.len() > 10 && text.as_bytes()[10] == b' ';
    // What follows must be a time of day; an era is none.
    if short && timestamp(&text, false).is_none() {
        return None;
    }
    let day = if short { cut(text, 10) } else { text };
    is_iso_date(&day).then_some(day)
}

/// The first `len` bytes of a text.
fn cut(text: Cow<'_, str>, len: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => text.get(..len).unwrap_or(text).into(),
        Cow::Owned(mut text) => {
            text.truncate(len);
            text.into()
        }
    }
}

/// A time of day, without the blanks around it.
pub fn time(text: &str) -> Option<&str> {
    let text = text.trim();
    let bytes = text.as_bytes();
    // TiDB's TIME goes on after 24 hours, and takes no sixtieth second.
    let number = |from: usize, len: usize| {
        bytes[from..from + len].iter().fold(0, |n, b| 10 * n + u32::from(b.wrapping_sub(b'0')))
    };
    let (mut at, mut parts, mut last, mut rest) = (0, 0, false, 0);
    loop {
        let part = digits(bytes, at);
        if !matches!(part, 1..=2) {
            return None;
        }
        let value = number(at, part);
        match parts {
            0 => last = value == 24,
            _ => rest += value,
        }
        if value > if parts == 0 { 24 } else { 59 } {
            return None;
        }
        (at, parts) = (at + part, parts + 1);
        if bytes.get(at) != Some(&b':') {
            break;
        }
        at += 1;
    }
    let fraction = match bytes.get(at) {
        Some(b'.') => 1 + digits(bytes, at + 1),
        _ => 0,
    };
    rest += u32::from(bytes[at..at + fraction].iter().any(|b| matches!(b, b'1'..=b'9')));
    let whole = matches!(parts, 2 | 3) && fraction != 1 && at + fraction == bytes.len();
    (whole && (!last || rest == 0)).then_some(text)
}

/// Date and time, and the offset if it may have one. PostgreSQL ignores an offset where the type has no zone.
pub fn timestamp(text: &str, zoned: bool) -> Option<Cow<'_, str>> {
    if let Some((_, rest)) = printed(text) {
        let fraction = rest.strip_prefix('.').map_or(0, |rest| digits(rest.as_bytes(), 0));
        let end = if fraction > 0 { fraction + 1 } else { 0 };
        match &rest.as_bytes()[end..] {
            [] => return Some(text.into()),
            [sign @ (b'+' | b'-'), tens, ones] if zoned && tens.is_ascii_digit() && ones.is_ascii_digit() => {
                // TiDB takes no minus before zero.
                let negative = *sign == b'-' && (*tens, *ones) != (b'0', b'0');
                let (clock, hours) = text.split_at(text.len() - 3);
                let sign = if negative { "-" } else { "+" };
                return Some([clock, sign, &hours[1..], ":00"].concat().into());
            }
            _ => {}
        }
    }
    any_timestamp(text, zoned)
}

fn any_timestamp(text: &str, zoned: bool) -> Option<Cow<'_, str>> {
    if let Some(day) = worded(text) {
        return Some(day.into());
    }
    let text = dashed(text.trim());
    if is_iso_date(&text) {
        return Some(text);
    }
    let between = text.bytes().position(|b| matches!(b, b' ' | b'T' | b't'))?;
    let (day, rest) = (&text[..between], text[between + 1..].trim_start());
    let end = rest.bytes().position(|c| !(c.is_ascii_digit() || c == b':' || c == b'.'));
    let (clock, offset) = rest.split_at(end.unwrap_or(rest.len()));
    if !is_iso_date(day) || time(clock).is_none() {
        return None;
    }
    let (sign, hours, minutes) = match self::offset(offset.trim())? {
        None => return Some(text),
        Some(offset) => offset,
    };
    let mut out = String::with_capacity(text.len() + 6);
    // TiDB takes an offset after the minutes for seconds.
    let seconds = if clock.matches(':').count() == 1 { ":00" } else { "" };
    for part in [day, " ", clock, seconds] {
        out.push_str(part);
    }
    if zoned {
        out.push(sign);
        for part in [if hours.len() < 2 { "0" } else { "" }, hours, ":", minutes] {
            out.push_str(part);
        }
    }
    Some(out.into())
}

/// Sign, hours and minutes of an offset, which TiDB reads as `+hh:mm`; `Some(None)` where there is none.
fn offset(text: &str) -> Option<Option<(char, &str, &str)>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["z", "utc", "gmt", "zulu"].iter().any(|zone| text.eq_ignore_ascii_case(zone)) {
        return Some(Some(('+', "00", "00")));
    }
    let rest = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "00"),
    };
    if !are_digits(hours, 2) || !are_digits(minutes, 2) || minutes.len() != 2 {
        return None;
    }
    // TiDB takes no minus before zero.
    let zero = hours.bytes().all(|b| b == b'0') && minutes == "00";
    Some(Some((if zero || text.starts_with('+') { '+' } else { '-' }, hours, minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_postgresql_reads_them() {
        let zoned = |text| timestamp(text, true);
        assert_eq!(zoned("2020-01-01 10:00:00+02").as_deref(), Some("2020-01-01 10:00:00+02:00"));
        assert_eq!(zoned("2020-01-01T10:00:00Z").as_deref(), Some("2020-01-01 10:00:00+00:00"));
        assert_eq!(zoned("2020-01-01 10:00-00").as_deref(), Some("2020-01-01 10:00:00+00:00"));
        assert_eq!(zoned("2020-01-01 10:00:00.5-00").as_deref(), Some("2020-01-01 10:00:00.5+00:00"));
        assert_eq!(zoned("2020-01-01 10:00:00.-05"), None);
        assert_eq!(zoned("2020-01-01 24:00:00-05").as_deref(), Some("2020-01-01 24:00:00-05:00"));
        assert_eq!((zoned("2020-01-01 25:00:00"), zoned("0000-01-01 10:00:00")), (None, None));
        assert_eq!(zoned("infinity"), None);
        assert_eq!(timestamp("2020-01-01 10:00+02", false).as_deref(), Some("2020-01-01 10:00:00"));
        assert_eq!(date("2020-01-01 10:00").as_deref(), Some("2020-01-01"));
        assert_eq!((date("0044-03-15 BC"), time("24:00:00.01")), (None, None));
        assert_eq!(date("01/02/2020"), None);
        for text in ["20240305", "March 5, 2024", "5 Mar 2024", "2024-MAR-05", "mar 05 2024"] {
            assert_eq!(date(text).as_deref(), Some("2024-03-05"), "{text}");
        }
        assert_eq!((date("5 Mar 24"), date("Marc 5, 2024"), date("2024 5 3")), (None, None, None));
        assert_eq!(date("2020/1/2").as_deref(), Some("2020-1-2"));
        assert_eq!(time("10:00 PM"), None);
        assert_eq!(time("24:00:00"), Some("24:00:00"));
        assert_eq!((time("25:00"), time("24:00:01"), time("23:59:60")), (None, None, None));
    }

    proptest::proptest! {
        #[test]
        fn printed_times_are_read_like_all_others(
            text in "(19|20|00)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}[ T][0-2]?[0-9]:[0-9]{2}(:[0-9]{2})?([.][0-9]{0,7})?([+-][0-9]{1,2}(:?[0-9]{2})?|Z)?",
            zoned: bool,
        ) {
            proptest::prop_assert_eq!(timestamp(&text, zoned), any_timestamp(&text, zoned));
        }
    }
}

//! Instants with an offset, said in UTC: a DATETIME has no zone of its own.

/// `2020-01-01 01:30:05.5+02:00` as `2019-12-31 23:30:05.5`. `None` where it is no such instant, or not in the years 1 to 9999.
pub fn in_utc(text: &str) -> Option<String> {
    let (day, rest) = text.split_once(' ')?;
    let at = rest.rfind(['+', '-'])?;
    let (clock, offset) = rest.split_at(at);
    let (sign, offset) = offset.split_at(1);
    let (hours, minutes) = offset.split_once(':')?;
    let offset = number(hours)? * 60 + number(minutes)?;
    let offset = if sign == "-" { -offset } else { offset };

    let mut parts = day.split('-');
    let (year, month, date) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    let (hour, rest) = clock.split_once(':')?;
    let (minute, seconds) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
    let (hour, minute) = (number(hour)?, number(minute)?);
    let real = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&date)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute);
    if !real || offset.abs() >= 16 * 60 {
        return None;
    }
    let minutes = hour * 60 + minute - offset;
    let (year, month, date) = moved(year, month, date, minutes.div_euclid(24 * 60));
    let minutes = minutes.rem_euclid(24 * 60);
    let text = format!("{year:04}-{month:02}-{date:02} {:02}:{:02}{seconds}", minutes / 60, minutes % 60);
    (1..=9999).contains(&year).then_some(text)
}

fn number(digits: &str) -> Option<i64> {
    digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))
}

pub fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

/// The day before or after; an offset moves no further.
fn moved(year: i64, month: i64, date: i64, days: i64) -> (i64, i64, i64) {
    match date + days {
        0 if month == 1 => (year - 1, 12, 31),
        0 => (year, month - 1, days_in(year, month - 1)),
        date if date > days_in(year, month) && month == 12 => (year + 1, 1, 1),
        date if date > days_in(year, month) => (year, month + 1, 1),
        date => (year, month, date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_moves_the_clock_and_the_day() {
        let utc = |text| in_utc(text);
        assert_eq!(utc("2020-01-01 01:30:05.5+02:00").as_deref(), Some("2019-12-31 23:30:05.5"));
        assert_eq!(utc("2020-02-28 23:00-02:30").as_deref(), Some("2020-02-29 01:30"));
        assert_eq!(utc("2019-2-28 23:00:00-01:00").as_deref(), Some("2019-03-01 00:00:00"));
        assert_eq!(utc("2020-12-31 23:59:59-00:01").as_deref(), Some("2021-01-01 00:00:59"));
        assert_eq!(utc("2020-05-05 05:05+00:00").as_deref(), Some("2020-05-05 05:05"));
        assert_eq!(utc("0001-01-01 00:00+01:00"), None);
        assert_eq!(utc("2020-02-30 00:00+01:00"), None);
        assert_eq!(utc("2020-01-01 00:00"), None);
    }
}

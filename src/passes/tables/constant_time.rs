//! Dates and times in literals: PostgreSQL's forms as TiDB reads them.

/// A date and time as TiDB reads it, with its offset from UTC where the literal has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    pub date: String,
    pub time: String,
    /// `+02:00`
    pub offset: Option<String>,
    pub infinite: bool,
}

/// Reads the ISO forms, `epoch` and the infinities; `None` for whatever else PostgreSQL may take.
pub fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let fixed = |date: &str, time: &str, offset: Option<&str>, infinite| {
        Some(Moment { date: date.into(), time: time.into(), offset: offset.map(str::to_string), infinite })
    };
    match text.to_ascii_lowercase().as_str() {
        "epoch" => return fixed("1970-01-01", "00:00:00", Some("+00:00"), false),
        "infinity" => return fixed("9999-12-31", "23:59:59.999999", None, true),
        "-infinity" => return fixed("0001-01-01", "00:00:00", None, true),
        _ => {}
    }
    let date = text.get(..10).filter(|date| is_date(date))?;
    let rest = &text[10..];
    if rest.is_empty() {
        return fixed(date, "00:00:00", None, false);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?.trim_start();
    let end = rest.find(['+', '-', 'Z', 'z', ' ']).unwrap_or(rest.len());
    let time = clock(&rest[..end])?;
    let offset = match rest[end..].trim() {
        "" => None,
        zone if ["z", "utc", "gmt"].iter().any(|name| zone.eq_ignore_ascii_case(name)) => {
            Some("+00:00".to_string())
        }
        zone => Some(offset(zone)?),
    };
    Some(Moment { date: date.to_string(), time, offset, infinite: false })
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    bytes.len() == 10
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && (bytes[4], bytes[7]) == (b'-', b'-')
        && &text[..4] != "0000"
}

/// `HH:MM[:SS[.ffffff]]` with seconds.
pub fn clock(text: &str) -> Option<String> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = whole.split(':').collect();
    let two = |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(two) {
        return None;
    }
    if !fraction.bytes().all(|b| b.is_ascii_digit())
        || fraction.len() > 6
        || (!fraction.is_empty() && parts.len() < 3)
    {
        return None;
    }
    let seconds = parts.get(2).copied().unwrap_or("00");
    let point = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    Some(format!("{}:{}:{seconds}{point}", parts[0], parts[1]))
}

/// `+02`, `+0200`, `+02:00`, as `+02:00`.
fn offset(text: &str) -> Option<String> {
    let sign = text.get(..1).filter(|sign| matches!(*sign, "+" | "-"))?;
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        2 => Some(format!("{sign}{digits}:00")),
        4 => Some(format!("{sign}{}:{}", &digits[..2], &digits[2..])),
        _ => None,
    }
}

impl Moment {
    /// Whether TiDB's TIMESTAMP holds it, whatever the zone.
    pub fn fits_timestamp(&self) -> bool {
        let date = self.date.as_str();
        ("1970-01-03".."2038-01-17").contains(&date)
    }

    pub fn text(&self) -> String {
        format!("{} {}", self.date, self.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_as_postgresql_reads_them() {
        let read = |text| moment(text).map(|m| (m.text(), m.offset));
        assert_eq!(read("2020-01-02"), Some(("2020-01-02 00:00:00".into(), None)));
        assert_eq!(read("2020-01-02 03:04"), Some(("2020-01-02 03:04:00".into(), None)));
        assert_eq!(
            read("2020-01-02T03:04:05.6Z"),
            Some(("2020-01-02 03:04:05.6".into(), Some("+00:00".into())))
        );
        assert_eq!(
            read("2020-01-02 03:04:05+0230"),
            Some(("2020-01-02 03:04:05".into(), Some("+02:30".into())))
        );
        assert_eq!(read("Jan 2 2020"), None);
        assert_eq!(read("2020-01-02 03:04 PM"), None);
        assert!(!moment("epoch").unwrap().fits_timestamp());
    }
}

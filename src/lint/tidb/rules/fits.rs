//! Whether literals fit into columns of the smaller types.

use crate::lint::tidb::catalog::ColumnInfo;
use crate::lint::tidb::types::Class;

/// What keeps a whole number out of a BIT, a YEAR or a text.
pub fn number(text: &str, column: &ColumnInfo) -> Option<String> {
    let (ty, name) = (&column.ty, &column.name);
    let number: i64 = text.parse().ok()?;
    match ty.class {
        Class::Bit => {
            let bits = ty.args.first().copied().unwrap_or(1);
            let fits = bits >= 63 || (0..1i64 << bits).contains(&number);
            (!fits).then(|| format!("the number is too large for `{name}`, which has {bits} bits"))
        }
        Class::Year => {
            let fits = (0..100).contains(&number) || (1901..=2155).contains(&number);
            (!fits).then(|| format!("`{name}` holds years from 1901 to 2155"))
        }
        Class::Char | Class::Varchar => {
            let length = ty.args.first().copied()?;
            let digits = number.to_string().len() as u64;
            (digits > length)
                .then(|| format!("the number is longer than `{name}`, which holds {length} characters"))
        }
        _ => None,
    }
}

/// Whether a text is written as a day, and the calendar has no such day.
pub fn is_no_day(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    if year.len() != 4 || [month, day].iter().any(|part| part.is_empty() || part.len() > 2) {
        return false;
    }
    let [Ok(year), Ok(month), Ok(day)] = [year, month, day].map(|part| part.parse::<u32>()) else {
        return false;
    };
    // parts that are zero are another setting's business
    if year == 0 || month == 0 || day == 0 {
        return false;
    }
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    month > 12 || day > days
}

#[cfg(test)]
mod tests {
    use super::is_no_day;

    #[test]
    fn days_are_those_of_the_calendar() {
        for text in ["2020-02-30", "2021-02-29", "2020-13-01", "2020-04-31 10:00:00"] {
            assert!(is_no_day(text), "{text}");
        }
        for text in [
            "2020-02-29",
            "2000-2-29",
            "0000-00-00",
            "2020-00-10",
            "20200230",
            "2020-12-31T00:00:00",
            "x-1-1",
        ] {
            assert!(!is_no_day(text), "{text}");
        }
    }
}

//! The formats of to_char, to_date and to_timestamp as DATE_FORMAT and STR_TO_DATE have them.

/// A piece of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// For DATE_FORMAT.
    Format(String),
    /// Another expression of the time, `$1`.
    Made(&'static str),
}

/// Patterns, the longest of a beginning first: as PostgreSQL writes them, with zeros or blanks, and under FM.
const PATTERNS: [(&str, Part, Part); 45] = {
    use Part::{Format as F, Made as M, None as N};
    [
        ("YYYY", F("%Y"), F("%Y")),
        ("yyyy", F("%Y"), F("%Y")),
        ("YY", F("%y"), N),
        ("yy", F("%y"), N),
        ("IYYY", F("%x"), F("%x")),
        ("IW", F("%v"), N),
        ("MONTH", M("RPAD(UPPER(DATE_FORMAT($1, '%M')), 9, ' ')"), M("UPPER(DATE_FORMAT($1, '%M'))")),
        ("Month", M("RPAD(DATE_FORMAT($1, '%M'), 9, ' ')"), F("%M")),
        ("month", M("RPAD(LOWER(DATE_FORMAT($1, '%M')), 9, ' ')"), M("LOWER(DATE_FORMAT($1, '%M'))")),
        ("MON", M("UPPER(DATE_FORMAT($1, '%b'))"), M("UPPER(DATE_FORMAT($1, '%b'))")),
        ("Mon", F("%b"), F("%b")),
        ("mon", M("LOWER(DATE_FORMAT($1, '%b'))"), M("LOWER(DATE_FORMAT($1, '%b'))")),
        ("MM", F("%m"), F("%c")),
        ("mm", F("%m"), F("%c")),
        ("MI", F("%i"), N),
        ("mi", F("%i"), N),
        ("MS", M("LEFT(DATE_FORMAT($1, '%f'), 3)"), N),
        ("ms", M("LEFT(DATE_FORMAT($1, '%f'), 3)"), N),
        ("DAY", M("RPAD(UPPER(DATE_FORMAT($1, '%W')), 9, ' ')"), M("UPPER(DATE_FORMAT($1, '%W'))")),
        ("Day", M("RPAD(DATE_FORMAT($1, '%W'), 9, ' ')"), F("%W")),
        ("day", M("RPAD(LOWER(DATE_FORMAT($1, '%W')), 9, ' ')"), M("LOWER(DATE_FORMAT($1, '%W'))")),
        ("DY", M("UPPER(DATE_FORMAT($1, '%a'))"), M("UPPER(DATE_FORMAT($1, '%a'))")),
        ("Dy", F("%a"), F("%a")),
        ("dy", M("LOWER(DATE_FORMAT($1, '%a'))"), M("LOWER(DATE_FORMAT($1, '%a'))")),
        ("DDD", F("%j"), M("DAYOFYEAR($1)")),
        ("ddd", F("%j"), M("DAYOFYEAR($1)")),
        ("DD", F("%d"), F("%e")),
        ("dd", F("%d"), F("%e")),
        ("ID", M("WEEKDAY($1) + 1"), M("WEEKDAY($1) + 1")),
        ("D", M("DAYOFWEEK($1)"), M("DAYOFWEEK($1)")),
        ("HH24", F("%H"), F("%k")),
        ("hh24", F("%H"), F("%k")),
        ("HH12", F("%h"), F("%l")),
        ("hh12", F("%h"), F("%l")),
        ("HH", F("%h"), F("%l")),
        ("hh", F("%h"), F("%l")),
        ("SSSS", N, N),
        ("ssss", N, N),
        ("SS", F("%s"), N),
        ("ss", F("%s"), N),
        ("US", F("%f"), N),
        ("us", F("%f"), N),
        ("AM", F("%p"), F("%p")),
        ("PM", F("%p"), F("%p")),
        ("Q", M("QUARTER($1)"), M("QUARTER($1)")),
    ]
};

#[derive(Debug, Clone, Copy)]
enum Part {
    Format(&'static str),
    Made(&'static str),
    None,
}

/// Reads a format. `Err` is the pattern that has no counterpart.
pub fn pieces(format: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    'next: while let Some(c) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            text.push_str(&quoted[..end].replace('%', "%%"));
            rest = quoted.get(end + 1..).unwrap_or("");
            continue;
        }
        let filled = rest.strip_prefix("FM").or_else(|| rest.strip_prefix("fm"));
        let at = filled.unwrap_or(rest);
        for (pattern, padded, plain) in PATTERNS {
            let Some(after) = at.strip_prefix(pattern) else { continue };
            if after.starts_with("TH") || after.starts_with("th") {
                return Err(format!("{pattern}TH"));
            }
            match if filled.is_some() { plain } else { padded } {
                Part::Format(directive) => text.push_str(directive),
                Part::Made(sql) => {
                    if !text.is_empty() {
                        pieces.push(Piece::Format(std::mem::take(&mut text)));
                    }
                    pieces.push(Piece::Made(sql));
                }
                Part::None => {
                    let filled = if filled.is_some() { "FM" } else { "" };
                    return Err(format!("{filled}{pattern}"));
                }
            }
            rest = after;
            continue 'next;
        }
        if filled.is_some() || c.is_ascii_alphabetic() && is_pattern(rest) {
            return Err(rest.chars().take(5).collect());
        }
        // DATE_FORMAT reads a percent sign.
        text.push_str(&if c == '%' { "%%".to_owned() } else { c.to_string() });
        rest = &rest[c.len_utf8()..];
    }
    if !text.is_empty() {
        pieces.push(Piece::Format(text));
    }
    Ok(pieces)
}

/// Whether PostgreSQL would read a pattern here that is not known above. Other letters stand for themselves.
fn is_pattern(rest: &str) -> bool {
    const OTHERS: [&str; 28] = [
        "A.M", "P.M", "a.m", "p.m", "am", "pm", "B.C", "A.D", "BC", "AD", "bc", "ad", "CC", "cc", "J", "j",
        "RM", "rm", "SSSS", "TZ", "tz", "OF", "WW", "ww", "W", "w", "Y", "y",
    ];
    OTHERS.iter().any(|pattern| rest.starts_with(pattern)) || rest.starts_with(['I', 'F', 'd', 'q'])
}

/// The format for STR_TO_DATE; every piece must be one of its.
pub fn reading(format: &str) -> Result<String, String> {
    let mut out = String::new();
    for piece in pieces(format)? {
        match piece {
            Piece::Format(text) => out.push_str(&text),
            Piece::Made("QUARTER($1)") => return Err("Q".into()),
            Piece::Made(sql) if sql.contains("%b") => out.push_str("%b"),
            Piece::Made(sql) if sql.contains("%M") => out.push_str("%M"),
            Piece::Made(_) => return Err(format.to_owned()),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read() {
        let one = |format: &str| pieces(format);
        let plain = |text: &str| Ok(vec![Piece::Format(text.into())]);
        assert_eq!(one("YYYY-MM-DD HH24:MI:SS"), plain("%Y-%m-%d %H:%i:%s"));
        assert_eq!(one("Mon DD, YYYY"), plain("%b %d, %Y"));
        assert_eq!(one("\"at\" FMHH12 AM"), plain("at %l %p"));
        assert_eq!(one("100%"), plain("100%%"));
        assert!(one("TZ").is_err());
        assert!(one("DDTH").is_err());
        assert_eq!(one("Q"), Ok(vec![Piece::Made("QUARTER($1)")]));
        assert_eq!(reading("DD Month YYYY").as_deref(), Ok("%d %M %Y"));
    }
}

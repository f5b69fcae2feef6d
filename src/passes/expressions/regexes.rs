//! What a regular expression uses, and whether TiDB reads it as PostgreSQL does.

/// What a pattern uses.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    pub point: bool,
    /// Classes that hold letters beyond ASCII on PostgreSQL.
    pub classes: bool,
    /// Groups that capture.
    pub groups: usize,
    /// The pattern may match without one of them.
    pub optional: bool,
}

/// Whether RE2 reads the pattern as PostgreSQL does.
pub fn understood(pattern: &str) -> Result<Found, String> {
    if pattern.starts_with("***") {
        return Err("a director".into());
    }
    let mut found = Found::default();
    let mut chars = pattern.chars().peekable();
    let mut bracket = false;
    // Of each open group, whether it captures and whether it holds one that does or alternatives.
    let mut open: Vec<(bool, bool, bool)> = Vec::new();
    let mut alternatives = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                // Digits and blanks beyond ASCII are rare enough not to speak of.
                Some('d' | 's' | 'D' | 'S') => {}
                Some('w' | 'W') => found.classes = true,
                Some(c) if c.is_ascii_punctuation() => {}
                Some('n' | 't' | 'r' | 'f' | 'v' | 'a') => {}
                Some(c) => return Err(format!("\\{c}")),
                None => return Err("a backslash at the end".into()),
            },
            '[' if bracket => match chars.peek() {
                Some(':') => {
                    let name: String =
                        chars.clone().skip(1).take_while(|c| c.is_ascii_alphabetic()).collect();
                    found.classes |= !["digit", "xdigit", "space", "blank"].contains(&name.as_str());
                }
                Some('.' | '=') => return Err("a collating element".into()),
                _ => {}
            },
            '[' => {
                bracket = true;
                if chars.peek() == Some(&'^') {
                    chars.next();
                }
                if chars.peek() == Some(&']') {
                    chars.next();
                }
            }
            ':' if bracket && chars.peek() == Some(&']') => {
                chars.next();
            }
            ']' => bracket = false,
            '.' if !bracket => found.point = true,
            '(' if !bracket && chars.peek() == Some(&'?') => {
                chars.next();
                if chars.peek() != Some(&':') {
                    return Err("look-around".into());
                }
                open.push((false, false, false));
            }
            '(' if !bracket => {
                found.groups += 1;
                open.push((true, false, false));
            }
            ')' if !bracket => {
                let (captures, holds, either) = open.pop().unwrap_or_default();
                found.optional |= holds && either;
                found.optional |= (captures || holds) && matches!(chars.peek(), Some('?' | '*' | '{'));
                if let Some((_, around, _)) = open.last_mut() {
                    *around |= captures || holds;
                }
            }
            '|' if !bracket => match open.last_mut() {
                Some((_, _, either)) => *either = true,
                None => alternatives = true,
            },
            _ => {}
        }
    }
    found.optional |= alternatives && found.groups > 0;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_told_apart() {
        assert_eq!(understood("^[a-z0-9_.-]+$"), Ok(Found::default()));
        assert_eq!(understood("^.+@"), Ok(Found { point: true, ..Found::default() }));
        assert_eq!(understood(r"^\d{3}[[:alpha:]]x$"), Ok(Found { classes: true, ..Found::default() }));
        assert!(understood(r"\mword\M").is_err());
        assert!(understood(r"(a)\1").is_err());
        assert!(understood("(?=a)").is_err());
        assert_eq!(understood("(?:a|b)"), Ok(Found::default()));
        let optional = |pattern: &str| understood(pattern).is_ok_and(|found| found.optional);
        assert!(
            ["a(b)?", "a|(b)", "(?:a|(b))c", "((a)|b)", "(?:(a)b)*", "(a){0,2}"].into_iter().all(optional)
        );
        assert!(
            !["(a|b)", "(?:a|b)(c)", "(a)b?", "((a)b)", "[(](a)[)?]", r"\((a)\)?"].into_iter().any(optional)
        );
        assert_eq!(understood("[[:alpha:].]"), Ok(Found { classes: true, ..Found::default() }));
    }
}

//! Alternatives of regular expressions: PostgreSQL takes the longest that matches, RE2 the first.

/// Two alternatives of which the first begins the second, if there are such.
pub fn shadowed(pattern: &str) -> Option<(String, String)> {
    // Each open group with its alternatives so far; the last of them is still read.
    let mut groups: Vec<Vec<String>> = vec![vec![String::new()]];
    let mut chars = pattern.chars();
    let mut bracket = false;
    while let Some(c) = chars.next() {
        let mut piece = String::from(c);
        match c {
            '\\' => piece.extend(chars.next()),
            '[' => bracket = true,
            ']' => bracket = false,
            '(' if !bracket => {
                groups.push(vec![String::new()]);
                continue;
            }
            ')' if !bracket && groups.len() > 1 => {
                let group = groups.pop()?;
                if let Some(found) = prefix(&group) {
                    return Some(found);
                }
                piece = format!("({})", group.join("|"));
            }
            '|' if !bracket => {
                groups.last_mut()?.push(String::new());
                continue;
            }
            _ => {}
        }
        groups.last_mut()?.last_mut()?.push_str(&piece);
    }
    prefix(groups.last()?)
}

fn prefix(alternatives: &[String]) -> Option<(String, String)> {
    alternatives.iter().enumerate().find_map(|(at, first)| {
        let longer = |later: &&String| later.len() > first.len() && later.starts_with(first.as_str());
        let later = alternatives[at + 1..].iter().find(longer)?;
        Some((first.clone(), later.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alternative_that_begins_a_later_one_is_found() {
        let pair = |a: &str, b: &str| Some((a.to_string(), b.to_string()));
        assert_eq!(shadowed(".|..."), pair(".", "..."));
        assert_eq!(shadowed("x(a|b(c|cd))"), pair("c", "cd"));
        assert_eq!(shadowed("https|http"), None);
        assert_eq!(shadowed("^\\s+|\\s+$"), None);
        assert_eq!(shadowed("[a|ab]|\\|x"), None);
        assert_eq!(shadowed("(cat|dog)s?"), None);
    }
}

//! Orders names as people count: runs of digits compare as numbers, versions part by part.

use std::cmp::Ordering;

/// Compares two names; digits of any length count as numbers, everything else as bytes.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        match (left.first(), right.first()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (m, rest_left) = number(left);
                let (n, rest_right) = number(right);
                match compare_numbers(m, n) {
                    Ordering::Equal => (left, right) = (rest_left, rest_right),
                    unequal => return unequal,
                }
            }
            (Some(x), Some(y)) => match x.cmp(y) {
                Ordering::Equal => (left, right) = (&left[1..], &right[1..]),
                unequal => return unequal,
            },
        }
    }
}

/// The digits at the start without leading zeros, and what follows them.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let zeros = text[..end].iter().take_while(|&&b| b == b'0').count();
    (&text[zeros..end], &text[end..])
}

/// Timestamps and counters may have more digits than any integer type: the longer one is the larger one.
fn compare_numbers(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The version a file or folder name starts with, and the class that sorts before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameKey<'a> {
    class: Class,
    version: Vec<&'a str>,
    rest: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Versioned,
    /// Without numbers, a `schema.sql` is what a `data.sql` beside it needs.
    Schema,
    Plain,
    Data,
    /// Flyway's `R__` files run after every versioned one.
    Repeatable,
}

impl<'a> NameKey<'a> {
    pub fn new(name: &'a str) -> Self {
        if name.starts_with("R__") {
            return NameKey { class: Class::Repeatable, version: Vec::new(), rest: name };
        }
        match version(name) {
            Some((version, rest)) => NameKey { class: Class::Versioned, version, rest },
            None => NameKey { class: plain_class(name), version: Vec::new(), rest: name },
        }
    }

    /// The version's parts without leading zeros; none for a plain name.
    pub fn version(&self) -> &[&'a str] {
        &self.version
    }

    /// Compares kind and version alone.
    pub fn cmp_version(&self, other: &Self) -> Ordering {
        self.class.cmp(&other.class).then_with(|| compare_versions(&self.version, &other.version))
    }
}

impl Ord for NameKey<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_version(other).then_with(|| natural(self.rest, other.rest))
    }
}

impl PartialOrd for NameKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare_versions(a: &[&str], b: &[&str]) -> Ordering {
    let parts = a.iter().zip(b).map(|(x, y)| compare_numbers(x.as_bytes(), y.as_bytes()));
    parts.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Reads `20240131_x`, `V1.2__x`, `V1_2__x`, `U3__x` and `v1.10`. Flyway alone may part a version with underscores,
/// and says where it ends with two of them.
fn version(name: &str) -> Option<(Vec<&str>, &str)> {
    let digits = name.strip_prefix(['V', 'v', 'U', 'B']).unwrap_or(name);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if digits.len() < name.len()
        && let Some((head, rest)) = digits.split_once("__")
        && head.split(['.', '_']).all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    {
        return Some((head.split(['.', '_']).map(trim_zeros).collect(), rest));
    }
    if name.starts_with(['U', 'B']) {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = digits;
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        parts.push(trim_zeros(&rest[..end]));
        rest = &rest[end..];
        match rest.strip_prefix('.') {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => return Some((parts, rest)),
        }
    }
}

fn plain_class(name: &str) -> Class {
    let says = |words: &[&str]| {
        let mut parts = name.split(|c: char| !c.is_ascii_alphanumeric());
        parts.any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
    };
    match (says(&["schema", "structure"]), says(&["data", "seed", "seeds"])) {
        (true, false) => Class::Schema,
        (false, true) => Class::Data,
        _ => Class::Plain,
    }
}

fn trim_zeros(digits: &str) -> &str {
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted<'a>(names: &[&'a str]) -> Vec<&'a str> {
        let mut names = names.to_vec();
        names.sort_by(|a, b| NameKey::new(a).cmp(&NameKey::new(b)));
        names
    }

    #[test]
    fn numbers_of_any_length_count() {
        let order = ["2_b", "10_a", "20240101000000_c", "123456789012345678901234567890_d"];
        assert_eq!(sorted(&[order[3], order[1], order[2], order[0]]), order);
        assert_eq!(natural("step.6301.to", "step.59900.to"), Ordering::Less);
        assert_eq!(natural("2018-09-07-202231_x", "2018-10-01-000000_a"), Ordering::Less);
    }

    #[test]
    fn versions_compare_part_by_part() {
        assert_eq!(sorted(&["v1.10", "v1.2", "v1.0"]), ["v1.0", "v1.2", "v1.10"]);
        assert_eq!(
            sorted(&[
                "R__views.sql",
                "V1.10__c.sql",
                "V1.1__b.sql",
                "V1__a.sql",
                "V1_2__d.sql",
                "V2__1_x.sql"
            ]),
            ["V1__a.sql", "V1.1__b.sql", "V1_2__d.sql", "V1.10__c.sql", "V2__1_x.sql", "R__views.sql"]
        );
        assert_eq!(sorted(&["1.2.1.sql", "1.2.sql"]), ["1.2.sql", "1.2.1.sql"]);
    }

    #[test]
    fn plain_names_follow_versions_in_natural_order() {
        assert_eq!(
            sorted(&["users2.sql", "users10.sql", "001_x.sql"]),
            ["001_x.sql", "users2.sql", "users10.sql"]
        );
        assert_eq!(sorted(&["data", "other", "pagila-schema"]), ["pagila-schema", "other", "data"]);
        assert_eq!(NameKey::new("001_2fa.sql").version(), ["1"]);
        assert_eq!(NameKey::new("vehicles.sql").version(), [""; 0]);
        assert_eq!(NameKey::new("Uuids.sql").version(), [""; 0]);
    }
}

//! The names PostgreSQL makes up for constraints and indexes that have none.

use crate::syntax::names::{MAX_BYTES as MAX, floor_char};

/// `table_columns_label`, the longer of the two parts cut until it fits, numbered from 1 while taken.
pub fn generated_name(table: &str, columns: &str, label: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut number = 0;
    loop {
        let suffix = if number == 0 { label.to_string() } else { format!("{label}{number}") };
        let name = joined(table, columns, &suffix);
        if !taken(&name) {
            return name;
        }
        number += 1;
    }
}

fn joined(first: &str, second: &str, label: &str) -> String {
    let separators = usize::from(!second.is_empty()) + usize::from(!label.is_empty());
    let room = MAX.saturating_sub(label.len() + separators);
    let (mut a, mut b) = (first.len(), second.len());
    while a + b > room {
        if a > b { a -= 1 } else { b -= 1 }
    }
    let mut name = first[..floor_char(first, a)].to_string();
    for part in [&second[..floor_char(second, b)], label] {
        if !part.is_empty() {
            name.push('_');
            name.push_str(part);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that PostgreSQL 15 gave to such constraints.
    #[test]
    fn names_are_those_postgresql_makes_up() {
        let free = |_: &str| false;
        assert_eq!(generated_name("t", "a_b", "key", free), "t_a_b_key");
        assert_eq!(generated_name("t", "", "pkey", free), "t_pkey");
        assert_eq!(generated_name("t", "a", "check", |n| n == "t_a_check"), "t_a_check1");
        let long = "a".repeat(60);
        assert_eq!(generated_name(&long, "b", "key", free), format!("{}_b_key", "a".repeat(57)));
        assert_eq!(
            generated_name(&long, &"b".repeat(60), "fkey", free),
            format!("{}_{}_fkey", "a".repeat(29), "b".repeat(28))
        );
    }
}

//! Every rule there is, in the order of the index page.

use crate::diagnostic::Rule;

/// The rules of every family, in order.
pub static FAMILIES: &[&[&Rule]] = &[
    crate::script::rules::RULES,
    super::lexical::RULES,
    super::types::RULES,
    super::tables::RULES,
    super::lacking::RULES,
    super::partitions::RULES,
    super::indexes::RULES,
    super::alter::RULES,
    super::rows::RULES,
    super::queries::RULES,
    super::expressions::RULES,
    super::statements::RULES,
    super::code::RULES,
    super::copy::RULES,
    super::sequences::RULES,
    super::fold::RULES,
    super::gate::RULES,
];

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_names_are_unique_and_well_formed() {
        let mut seen = BTreeSet::new();
        for rule in rules() {
            assert!(seen.insert(rule.code), "{} twice", rule.code);
            assert!(seen.insert(rule.name), "{} twice", rule.name);
            assert!(rule.code.len() == 4 && rule.code.as_bytes()[0].is_ascii_uppercase(), "{}", rule.code);
            assert!(rule.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            assert!(
                !rule.summary.trim().is_empty() && !rule.docs.trim().is_empty(),
                "{} has no page",
                rule.name
            );
        }
        assert!(!seen.is_empty());
    }
}

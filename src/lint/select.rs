//! Which rules speak, and how loudly.

use crate::config::{Lint, RuleLevel};
use crate::diagnostic::{Level, Rule};

/// What a name in a setting or a comment stands for: a rule by code or name, or a family by name or letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    Rule(&'static str),
    Family(&'static str),
}

impl Selector {
    pub fn parse(name: &str) -> Option<Selector> {
        let rule = super::all_rules().find(|rule| rule.name == name || rule.code.eq_ignore_ascii_case(name));
        if let Some(rule) = rule {
            return Some(Selector::Rule(rule.code));
        }
        let letter = |rule: &Rule| name.len() == 1 && rule.code.starts_with(&name.to_ascii_uppercase());
        let family = super::all_rules().find(|rule| rule.family.as_str() == name || letter(rule))?;
        Some(Selector::Family(family.family.as_str()))
    }

    pub fn matches(&self, rule: &Rule) -> bool {
        match self {
            Selector::Rule(code) => rule.code == *code,
            Selector::Family(family) => rule.family.as_str() == *family,
        }
    }
}

/// The levels of rules for one file.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    /// Later ones win, and a rule's own name wins over its family's.
    levels: Vec<(Selector, RuleLevel)>,
}

impl Levels {
    /// # Errors
    /// A name that is no rule and no family.
    pub fn new(lint: &Lint) -> Result<Levels, String> {
        let mut levels = Levels { select: selectors(&lint.select)?, ..Levels::default() };
        levels.add(&lint.ignore, &lint.levels)?;
        Ok(levels)
    }

    /// Adds settings that go over the ones so far.
    ///
    /// # Errors
    /// A name that is no rule and no family.
    pub fn add<'a>(
        &mut self,
        ignore: &[String],
        levels: impl IntoIterator<Item = (&'a String, &'a RuleLevel)>,
    ) -> Result<(), String> {
        self.ignore.extend(selectors(ignore)?);
        let mut families = Vec::new();
        let mut rules = Vec::new();
        for (name, level) in levels {
            match selector(name)? {
                family @ Selector::Family(_) => families.push((family, *level)),
                rule @ Selector::Rule(_) => rules.push((rule, *level)),
            }
        }
        self.levels.extend(families);
        self.levels.extend(rules);
        Ok(())
    }

    /// The level of a finding, if it is reported at all. What can't be read is reported whatever was selected.
    pub fn level(&self, rule: &Rule, level: Level) -> Option<Level> {
        let among = |selectors: &[Selector]| selectors.iter().any(|selector| selector.matches(rule));
        if among(&self.ignore) || (!self.select.is_empty() && !among(&self.select)) {
            return None;
        }
        let set = self.levels.iter().rev().find(|(selector, _)| selector.matches(rule));
        match set.map(|(_, level)| *level) {
            None => Some(level),
            Some(RuleLevel::Off) => None,
            Some(RuleLevel::Info) => Some(Level::Info),
            Some(RuleLevel::Warning) => Some(Level::Warning),
            Some(RuleLevel::Error) => Some(Level::Error),
        }
    }
}

fn selectors(names: &[String]) -> Result<Vec<Selector>, String> {
    names.iter().map(|name| selector(name)).collect()
}

fn selector(name: &str) -> Result<Selector, String> {
    Selector::parse(name)
        .ok_or_else(|| format!("`{name}` is neither a rule nor a family: `pg2tidb rules` lists them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> &'static Rule {
        super::super::all_rules().find(|rule| rule.name == name).expect("a rule")
    }

    #[test]
    fn rules_are_known_by_code_name_and_family() {
        let serial = rule("serial-column");
        for name in ["serial-column", serial.code, serial.family.as_str(), &serial.code[..1]] {
            assert!(Selector::parse(name).is_some_and(|s| s.matches(serial)), "{name}");
        }
        assert_eq!(Selector::parse("nonsense"), None);
    }

    #[test]
    fn a_rules_own_level_wins_over_its_familys() {
        let mut lint = Lint { ignore: vec!["uuid-type".into()], ..Lint::default() };
        lint.levels.insert("serial-column".into(), RuleLevel::Error);
        lint.levels.insert("types".into(), RuleLevel::Off);
        let levels = Levels::new(&lint).expect("rules");
        assert_eq!(levels.level(rule("uuid-type"), Level::Warning), None);
        let serial = rule("serial-column");
        assert_eq!(levels.level(serial, Level::Info), Some(Level::Error));
        assert_eq!(levels.level(rule("unused-allow"), Level::Warning), Some(Level::Warning));
        assert!(Levels::new(&Lint { select: vec!["x9".into()], ..Lint::default() }).is_err());
    }
}

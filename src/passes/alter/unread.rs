//! Actions and comments that sqlparser does not read, known by their words.

use super::conversion::TYPE_BLOCKED;
use super::no_effect::STORAGE_SETTING;
use crate::diagnostic::{Diagnostic, Fidelity, Level, Rule};
use crate::passes::Verdict;
use crate::passes::statements::comment_on::COMMENT_ON_OTHER;
use crate::syntax::Parsed;
use crate::syntax::lex::Token;
use crate::text::Span;

/// The actions after `ALTER TABLE t [ALTER [COLUMN] c]` that are about identities, by their first words.
const IDENTITY: [&[&str]; 5] = [
    &["add", "generated"],
    &["set", "generated"],
    &["restart"],
    &["drop", "identity"],
    &["drop", "expression"],
];

/// What becomes of a statement without a tree; `None` when it is none of these.
pub fn unread(parsed: &Parsed) -> Option<(Verdict, Diagnostic)> {
    let source = parsed.source();
    let solid: Vec<&Token> = parsed.tokens.iter().filter(|token| !token.is_trivia()).collect();
    let words = Words { source, solid };
    let (first, second) = (words.at(0)?.to_ascii_lowercase(), words.at(1)?.to_ascii_lowercase());
    match (first.as_str(), second.as_str()) {
        ("comment", "on") => comment(&words),
        ("alter", "table") => action(&words),
        ("alter", "index") => index(&words),
        _ => None,
    }
}

struct Words<'s> {
    source: &'s str,
    solid: Vec<&'s Token>,
}

impl Words<'_> {
    fn at(&self, n: usize) -> Option<&str> {
        self.solid.get(n).map(|token| token.text(self.source))
    }

    fn begin(&self, from: usize, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(n, word)| self.at(from + n).is_some_and(|w| w.eq_ignore_ascii_case(word)))
    }

    fn span(&self, from: usize, len: usize) -> Span {
        let first = self.solid.get(from).map(|t| t.span).unwrap_or_default();
        self.solid.get(from + len.saturating_sub(1)).map_or(first, |last| first.join(last.span))
    }

    /// Whether a comma outside parentheses follows: then there are more actions.
    fn several(&self, from: usize) -> bool {
        let mut depth = 0usize;
        self.solid.iter().skip(from).any(|token| {
            match token.text(self.source) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                "," => return depth == 0,
                _ => {}
            }
            false
        })
    }

    /// After `name`, `schema.name` or `name *`.
    fn after_name(&self, mut at: usize) -> usize {
        at += 1;
        while self.at(at) == Some(".") {
            at += 2;
        }
        if self.at(at) == Some("*") { at + 1 } else { at }
    }
}

fn note(rule: &'static Rule, span: Span, message: &str) -> (Verdict, Diagnostic) {
    let mut diagnostic = Diagnostic::new(rule, span, message);
    (diagnostic.level, diagnostic.fidelity) = (Level::Info, Fidelity::Exact);
    (Verdict::Drop, diagnostic)
}

fn comment(words: &Words<'_>) -> Option<(Verdict, Diagnostic)> {
    let kind = words.at(2)?.to_ascii_uppercase();
    if kind == "TABLE" || kind == "COLUMN" {
        return None;
    }
    let message = format!("TiDB keeps comments on tables and columns only, none on {kind}");
    Some(note(&COMMENT_ON_OTHER, words.span(0, 3), &message))
}

fn index(words: &Words<'_>) -> Option<(Verdict, Diagnostic)> {
    let mut at = 2;
    if words.begin(at, &["if", "exists"]) {
        at += 2;
    }
    at = words.after_name(at);
    let storage: [&[&str]; 4] =
        [&["set", "tablespace"], &["set", "("], &["reset", "("], &["alter", "column"]];
    let found = storage.iter().find(|action| words.begin(at, action))?;
    Some(note(
        &STORAGE_SETTING,
        words.span(at, found.len()),
        "it says how PostgreSQL stores or samples the index",
    ))
}

fn action(words: &Words<'_>) -> Option<(Verdict, Diagnostic)> {
    let mut at = 2;
    if words.begin(at, &["if", "exists"]) {
        at += 2;
    }
    at += usize::from(words.begin(at, &["only"]));
    at = words.after_name(at);
    if words.several(at) {
        return None;
    }
    if words.begin(at, &["alter"]) && !words.begin(at, &["alter", "constraint"]) {
        let mut action = at + 1 + usize::from(words.begin(at + 1, &["column"]));
        action += 1;
        let found = IDENTITY.iter().find(|found| words.begin(action, found))?;
        let message = "TiDB decides in CREATE TABLE how a column generates its values";
        let diagnostic = Diagnostic::new(&TYPE_BLOCKED, words.span(action, found.len()), message)
            .with_help("declare the identity in CREATE TABLE");
        return Some((Verdict::Refuse, diagnostic));
    }
    None
}

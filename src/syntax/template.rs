//! Template placeholders that stand for a name or a literal: `${x}`, `{{ x }}`, `<%= x %>`.
//!
//! They are masked by a word of the same length before parsing, so that every offset stays, and the
//! author's text comes back when the translation is written.

use super::lex::{Kind, Rules, lex};

/// A statement's text with its placeholders masked.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// Mask and placeholder, in order.
    pub found: Vec<(String, String)>,
}

const FORMS: [(&str, &str); 3] = [("${", "}"), ("{{", "}}"), ("<%", "%>")];

/// Masks placeholders outside quotes and comments; `None` where there are none.
pub fn mask(text: &str) -> Option<(String, Templates)> {
    // Each of them opens one; most statements have none of them.
    let opens = memchr::memchr3(b'$', b'{', b'<', text.as_bytes());
    let rest = &text.as_bytes()[opens?..];
    if !FORMS.iter().any(|(open, _)| memchr::memmem::find(rest, open.as_bytes()).is_some()) {
        return None;
    }
    let tokens = lex(text, Rules::Postgres);
    let mut masked = String::with_capacity(text.len());
    let mut templates = Templates::default();
    let mut done = 0;
    for token in tokens {
        if token.is_trivia() || matches!(token.kind, Kind::Text | Kind::Quoted) {
            continue;
        }
        // A word may end in the `$` that opens a placeholder: `prefix_${x}`.
        for (offset, _) in text[token.span.start..token.span.end].match_indices(['$', '{', '<']) {
            let at = token.span.start + offset;
            if at < done {
                continue;
            }
            if let Some(len) = placeholder(&text[at..]) {
                masked.push_str(&text[done..at]);
                masked.push_str(&templates.mask_for(&text[at..at + len]));
                done = at + len;
            }
        }
    }
    masked.push_str(&text[done..]);
    (!templates.found.is_empty()).then_some((masked, templates))
}

/// The length of the placeholder that `text` begins with.
fn placeholder(text: &str) -> Option<usize> {
    let (open, close) = FORMS.iter().find(|(open, _)| text.starts_with(open))?;
    let len = text.find(close)? + close.len();
    // A placeholder stands on one line and holds no statement end.
    let inside = &text[open.len()..len - close.len()];
    (!inside.is_empty() && !inside.contains(['\n', ';', '\''])).then_some(len)
}

impl Templates {
    /// A word as long as the placeholder; the same one for the same placeholder.
    fn mask_for(&mut self, placeholder: &str) -> String {
        if let Some((mask, _)) = self.found.iter().find(|(_, p)| p == placeholder) {
            return mask.clone();
        }
        let number = self.found.len().to_string();
        let fill = placeholder.len().saturating_sub(number.len() + 2);
        let mask = format!("zq{}{}", "z".repeat(fill), number);
        self.found.push((mask.clone(), placeholder.to_string()));
        mask
    }

    /// Puts the placeholders back into text made from the masked statement, also inside longer words.
    pub fn unmask(&self, text: &str) -> String {
        self.found.iter().fold(text.to_string(), |text, (mask, placeholder)| text.replace(mask, placeholder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_masked_by_words_of_the_same_length() {
        let text = "CREATE TABLE ${schema}.users_{{ env }} (a int DEFAULT '${x}') -- ${y}";
        let (masked, templates) = mask(text).unwrap();
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked, "CREATE TABLE zqzzzzzz0.users_zqzzzzzz1 (a int DEFAULT '${x}') -- ${y}");
        assert_eq!(templates.unmask(&masked), text);
    }

    #[test]
    fn dollar_quotes_and_objects_are_no_placeholders() {
        assert!(mask("SELECT $$ ${x} $$, '{{a}}'").is_none());
        assert!(mask("SELECT ${").is_none());
    }
}

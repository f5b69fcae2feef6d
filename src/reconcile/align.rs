//! Which tokens of two texts are the same, in order.

use super::spell;
use crate::syntax::lex::{Kind, Rules, Token, lex};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::hash::{Hash, Hasher};

/// The tokens of a text without trivia, each with a hash of its normal form.
pub struct Stream<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    /// What makes two tokens the same: words fold case, literals and quoted names compare by value.
    keys: Vec<u64>,
}

impl<'a> Stream<'a> {
    pub fn new(text: &'a str) -> Self {
        Stream::of(text, lex(text, Rules::Postgres))
    }

    pub fn of(text: &'a str, mut tokens: Vec<Token>) -> Self {
        tokens.retain(|token| !token.is_trivia());
        let keys = tokens.iter().map(|token| key(token.kind, token.text(text))).collect();
        Stream { text, tokens, keys }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    pub fn token(&self, at: usize) -> &'a str {
        let span = self.tokens[at].span;
        &self.text[span.start..span.end]
    }

    /// Whether blanks stand before this token.
    pub fn spaced(&self, at: usize) -> bool {
        at > 0 && self.tokens[at - 1].span.end < self.tokens[at].span.start
    }
}

fn key(kind: Kind, text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    match kind {
        Kind::Word | Kind::Number => text.bytes().for_each(|b| hasher.write_u8(b.to_ascii_lowercase())),
        // A reserved word that the tree put in backticks is the author's bare word.
        Kind::Quoted => {
            let spelled = spell::token(kind, text);
            let name = spell::unquote(&spelled, '`');
            name.bytes().for_each(|b| hasher.write_u8(b.to_ascii_lowercase()));
        }
        Kind::Text => spell::token(kind, text).hash(&mut hasher),
        Kind::Punct if text == "!=" => "<>".hash(&mut hasher),
        _ => text.hash(&mut hasher),
    }
    hasher.finish()
}

/// A stretch of both streams: the same tokens one for one, or different ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub same: bool,
    pub left: (usize, usize),
    pub right: (usize, usize),
}

/// Cuts two streams into stretches that are the same and stretches that are not.
pub fn align(left: &Stream<'_>, right: &Stream<'_>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let ops = capture_diff_slices(Algorithm::Myers, &left.keys, &right.keys);
    for op in ops {
        let same = matches!(op, DiffOp::Equal { .. });
        let (l, r) = (op.old_range(), op.new_range());
        match stretches.last_mut() {
            Some(last) if last.same == same => {
                last.left.1 = l.end;
                last.right.1 = r.end;
            }
            _ => stretches.push(Stretch { same, left: (l.start, l.end), right: (r.start, r.end) }),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_of_the_printer_align() {
        let (source, printed) =
            (Stream::new("create table \"T\" (a int4)"), Stream::new("CREATE TABLE `T` (a INT4)"));
        assert_eq!(align(&source, &printed).len(), 1);
        let (source, printed) = (Stream::new("a != 'x'"), Stream::new("a <> 'y'"));
        let stretches = align(&source, &printed);
        assert_eq!(stretches.iter().map(|s| s.same).collect::<Vec<_>>(), [true, false]);
    }
}

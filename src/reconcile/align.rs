//! Which tokens of two texts are the same, in order.

use super::spell;
use crate::syntax::lex::{Kind, Rules, Token, in_word, lex};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The tokens of a text without trivia, each with a hash of its normal form.
pub struct Stream<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    /// What makes two tokens the same: words fold case, literals and quoted names compare by value.
    keys: Vec<u64>,
    /// The same, where a name in quotes is never a word.
    strict: Vec<u64>,
}

impl<'a> Stream<'a> {
    pub fn new(text: &'a str) -> Self {
        Stream::of(text, lex(text, Rules::Printed))
    }

    pub fn of(text: &'a str, mut tokens: Vec<Token>) -> Self {
        tokens.retain(|token| !token.is_trivia());
        let keys: Vec<u64> = tokens.iter().map(|token| key(token.kind, token.text(text))).collect();
        let apart = |(token, key): (&Token, &u64)| if token.kind == Kind::Quoted { !key } else { *key };
        let strict = tokens.iter().zip(&keys).map(apart).collect();
        Stream { text, tokens, keys, strict }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    pub fn token(&self, at: usize) -> &'a str {
        let span = self.tokens[at].span;
        &self.text[span.start..span.end]
    }

    /// The statement cut at its first parenthesised list: what is before it, its elements (each with the comma before
    /// it), and what follows. One piece where there is no such list.
    fn elements(&self) -> Vec<(usize, usize)> {
        let create = self.len() > 2 && self.token(0).eq_ignore_ascii_case("create");
        let Some(open) = (create).then(|| (0..self.len()).find(|&at| self.token(at) == "(")).flatten() else {
            return vec![(0, self.len())];
        };
        let mut elements = vec![(0, open + 1)];
        let (mut depth, mut start) = (0usize, open + 1);
        for at in open + 1..self.len() {
            match self.token(at) {
                "(" => depth += 1,
                ")" if depth == 0 => {
                    elements.push((start, at));
                    elements.push((at, self.len()));
                    return elements;
                }
                ")" => depth -= 1,
                "," if depth == 0 => {
                    elements.push((start, at));
                    start = at;
                }
                _ => {}
            }
        }
        elements.push((start, self.len()));
        elements
    }

    /// What tells an element from its siblings: its first word, and for a constraint its second.
    fn name_of(&self, from: usize, to: usize) -> u64 {
        let from = from + usize::from(from < to && self.token(from) == ",");
        let Some(&first) = self.keys[from..to].first() else { return 0 };
        let constraint = self.token(from).eq_ignore_ascii_case("constraint");
        if constraint {
            self.keys[from..to].get(1).map_or(first, |name| first.rotate_left(1) ^ name)
        } else {
            first
        }
    }

    /// Whether blanks stand before this token.
    pub fn spaced(&self, at: usize) -> bool {
        at > 0 && self.tokens[at - 1].span.end < self.tokens[at].span.start
    }
}

/// Multiplies eight bytes at a time: these texts are a few bytes each, and the result of a merge is checked anyway.
fn hash(bytes: &[u8], fold: impl Fn([u8; 8]) -> u64) -> u64 {
    let mix = |hash: u64, chunk: &[u8]| {
        let mut eight = [0; 8];
        eight[..chunk.len()].copy_from_slice(chunk);
        (hash ^ fold(eight)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    };
    let chunks = bytes.chunks_exact(8);
    let rest = chunks.remainder();
    let hash = chunks.fold(0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64, mix);
    if rest.is_empty() { hash } else { mix(hash, rest) }
}

fn as_it_is(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}

fn in_lower_case(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes.map(|byte| byte.to_ascii_lowercase()))
}

/// The same for words and numbers: of what they are made of, this bit tells nothing apart but the case.
fn of_word(bytes: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(bytes);
    let ascii = word & 0x8080_8080_8080_8080 == 0;
    if ascii { word | 0x2020_2020_2020_2020 } else { in_lower_case(bytes) }
}

fn key(kind: Kind, text: &str) -> u64 {
    match kind {
        Kind::Word | Kind::Number => hash(text.as_bytes(), of_word),
        // A reserved word that the tree put in backticks is the author's bare word.
        Kind::Quoted => {
            let spelled = spell::token(kind, text);
            let name = spell::unquote(&spelled, '`');
            let word = !name.is_empty() && name.bytes().all(in_word);
            hash(name.as_bytes(), if word { of_word } else { in_lower_case })
        }
        Kind::Text => hash(spell::token(kind, text).as_bytes(), as_it_is),
        Kind::Punct if text == "!=" => hash(b"<>", as_it_is),
        _ => hash(text.as_bytes(), as_it_is),
    }
}

/// A stretch of both streams: the same tokens one for one, or different ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub same: bool,
    pub left: (usize, usize),
    pub right: (usize, usize),
}

/// Like [`align`], for what the printer wrote on both sides: it writes a name in quotes wherever it is one.
pub fn align_printed(left: &Stream<'_>, right: &Stream<'_>) -> Vec<Stretch> {
    aligned(Stretches { strict: true, ..Stretches::default() }, left, right)
}

/// Cuts two streams into stretches that are the same and stretches that are not.
///
/// The elements of a CREATE TABLE are paired by their names first, so that a column stays beside its source even where
/// a constraint moved out of it.
pub fn align(left: &Stream<'_>, right: &Stream<'_>) -> Vec<Stretch> {
    aligned(Stretches::default(), left, right)
}

fn aligned(mut out: Stretches, left: &Stream<'_>, right: &Stream<'_>) -> Vec<Stretch> {
    let (l, r) = (left.elements(), right.elements());
    if l.len() < 2 || r.len() < 2 {
        out.diff(left, right, (0, left.len()), (0, right.len()));
        return out.list;
    }
    let names = |stream: &Stream<'_>, elements: &[(usize, usize)]| -> Vec<u64> {
        elements.iter().map(|&(from, to)| stream.name_of(from, to)).collect()
    };
    for op in capture_diff_slices(Algorithm::Myers, &names(left, &l), &names(right, &r)) {
        let (old, new) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            for (&a, &b) in l[old].iter().zip(&r[new]) {
                out.diff(left, right, a, b);
            }
        } else {
            let whole = |list: &[(usize, usize)], range: std::ops::Range<usize>| match list.get(range.clone())
            {
                Some([first, .., last]) => (first.0, last.1),
                Some([only]) => *only,
                _ => {
                    let at =
                        list.get(range.start).map_or_else(|| list.last().map_or(0, |l| l.1), |next| next.0);
                    (at, at)
                }
            };
            out.diff(left, right, whole(&l, old), whole(&r, new));
        }
    }
    out.list
}

#[derive(Default)]
struct Stretches {
    list: Vec<Stretch>,
    strict: bool,
}

impl Stretches {
    fn diff(&mut self, left: &Stream<'_>, right: &Stream<'_>, l: (usize, usize), r: (usize, usize)) {
        let (left_keys, right_keys) =
            if self.strict { (&left.strict, &right.strict) } else { (&left.keys, &right.keys) };
        let (a, b) = (&left_keys[l.0..l.1], &right_keys[r.0..r.1]);
        if a == b {
            return self.push(true, l, r);
        }
        for op in capture_diff_slices(Algorithm::Myers, a, b) {
            let (old, new) = (op.old_range(), op.new_range());
            let same = matches!(op, DiffOp::Equal { .. });
            self.push(same, (l.0 + old.start, l.0 + old.end), (r.0 + new.start, r.0 + new.end));
        }
        self.balance(left, right);
    }

    fn push(&mut self, same: bool, left: (usize, usize), right: (usize, usize)) {
        if left.0 == left.1 && right.0 == right.1 {
            return;
        }
        match self.list.last_mut() {
            Some(last) if last.same == same => {
                last.left.1 = left.1;
                last.right.1 = right.1;
            }
            _ => self.list.push(Stretch { same, left, right }),
        }
    }

    /// `(a (id), b (c))` inserted around a closing parenthesis that was there before may be cut in two ways; the one that
    /// keeps the outer parenthesis is meant: the last token of an insertion or deletion trades places with the same
    /// token before it.
    fn balance(&mut self, left: &Stream<'_>, right: &Stream<'_>) {
        let at = self.list.len();
        let [.., before, change] = &mut self.list[..] else { return };
        if !before.same || change.same || at < 3 {
            return;
        }
        let one = before.left.1 - before.left.0 == 1;
        let insertion = change.left.0 == change.left.1 && right.token(change.right.1 - 1) == ")";
        let deletion = change.right.0 == change.right.1 && left.token(change.left.1 - 1) == ")";
        if !one || !(insertion || deletion) || left.token(before.left.0) != ")" {
            return;
        }
        let (b, c) = (*before, *change);
        self.list.truncate(at - 2);
        if insertion {
            self.push(false, (b.left.0, b.left.0), (b.right.0, c.right.1 - 1));
            self.push(true, b.left, (c.right.1 - 1, c.right.1));
        } else {
            self.push(false, (b.left.0, c.left.1 - 1), (b.right.0, b.right.0));
            self.push(true, (c.left.1 - 1, c.left.1), b.right);
        }
    }
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

//! Writes the parts of a merge down, with the author's blanks and comments around them.

use super::align::Stream;
use super::spell;
use crate::syntax::lex::{Kind, in_word};
use std::borrow::Cow;

/// What the output is made of, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The source's token, and the token of A it matched.
    Keep(usize, Option<usize>),
    /// A source token that is not there any more.
    Drop(usize),
    /// A token of B.
    New(usize),
    /// A token of A where the source's own spelling is not known to be TiDB's.
    Printed(usize),
}

/// A written text.
#[derive(Debug, Default)]
pub struct Written<'a> {
    pub text: String,
    /// Where the semicolons between statements are.
    pub cuts: Vec<usize>,
    /// The tokens that were meant, for the check that they are what the text reads as.
    pub tokens: Vec<Cow<'a, str>>,
}

pub struct Writer<'a> {
    source: &'a Stream<'a>,
    a: &'a Stream<'a>,
    b: &'a Stream<'a>,
    out: Written<'a>,
    /// Source bytes before this are written or dropped.
    done: usize,
    /// A comment to the line's end was written: nothing may follow on that line.
    open_line: bool,
    after_cut: bool,
    /// The blanks before dropped tokens, for the next token if it has none of its own.
    owed: bool,
    /// The last token is one that the source has not.
    fresh: bool,
    /// Something new or dropped came after the last token that was kept.
    changed: bool,
    /// Open parentheses.
    depth: usize,
    /// The line end and indentation before each element of the statement's first list, where each has its own line.
    indent: Option<&'a str>,
}

impl<'a> Writer<'a> {
    pub fn new(source: &'a Stream<'a>, a: &'a Stream<'a>, b: &'a Stream<'a>) -> Self {
        let text = String::with_capacity(source.text.len() + source.text.len() / 8);
        let out = Written { text, cuts: Vec::new(), tokens: Vec::with_capacity(source.len()) };
        let indent = indent(source);
        Writer {
            source,
            a,
            b,
            out,
            done: 0,
            open_line: false,
            after_cut: false,
            owed: false,
            fresh: false,
            changed: false,
            depth: 0,
            indent,
        }
    }

    pub fn write(mut self, parts: &[Part]) -> Written<'a> {
        let mut rest = parts;
        while let Some(first) = rest.first() {
            if let Part::Keep(s, a) = *first {
                self.keep(s, a);
                rest = &rest[1..];
                continue;
            }
            let len = rest.iter().take_while(|part| !matches!(part, Part::Keep(..))).count();
            self.change(&rest[..len]);
            rest = &rest[len..];
        }
        let tail = spell::trivia(&self.source.text[self.done..]);
        if !tail.trim().is_empty() {
            self.blanks(&tail);
        }
        // What follows the statement must not end up in its last comment.
        if self.open_line {
            self.out.text.push('\n');
        }
        self.out
    }

    fn keep(&mut self, s: usize, a: Option<usize>) {
        let token = self.source.tokens[s];
        let text = match a {
            Some(at) if self.a.tokens[at].kind == Kind::Quoted => Cow::Borrowed(self.a.token(at)),
            _ => spell::token(token.kind, self.source.token(s)),
        };
        let gap = &self.source.text[self.done.min(token.span.start)..token.span.start];
        let bare = gap.trim().is_empty();
        if bare && (text == "(" && calls(&self.out.text) || text == "." || self.out.text.ends_with('.')) {
            // TiDB takes these names for functions only where the parenthesis follows at once; and a name stands at its dot.
            self.blanks("");
        } else if bare && self.changed && self.out.text.ends_with('(') && !gap.contains('\n') {
            // The blanks were between it and what is gone.
            self.blanks("");
        } else if self.done < token.span.start {
            self.blanks(&spell::trivia(gap));
        } else {
            // It stood at another token, or at the beginning, and stands after a new one now.
            self.owed |= self.fresh;
            self.blanks("");
        }
        (self.fresh, self.changed) = (false, false);
        self.token(text, false);
        self.done = token.span.end;
    }

    /// A run of dropped and new tokens: the new ones stand where the dropped ones stood.
    fn change(&mut self, parts: &[Part]) {
        let dropped: Vec<usize> =
            parts.iter().filter_map(|p| if let Part::Drop(s) = p { Some(*s) } else { None }).collect();
        let added = parts.iter().filter_map(|part| match part {
            Part::New(at) => Some((self.b, *at)),
            Part::Printed(at) => Some((self.a, *at)),
            _ => None,
        });
        let added: Vec<_> = added.collect();
        let mut inside = Vec::new();
        let mut leading = None;
        if let (Some(&first), Some(&last)) = (dropped.first(), dropped.last()) {
            leading = Some(&self.source.text[self.done..self.source.tokens[first].span.start]);
            let from = self.source.tokens[first].span.start;
            let to = self.source.tokens[last].span.end;
            inside = self.comments(&self.source.text[from..to]);
            self.done = to;
        }
        let called =
            added.first().is_some_and(|(stream, at)| stream.token(*at) == "(" && calls(&self.out.text));
        match (leading, added.first()) {
            (Some(leading), Some(_)) if called && leading.trim().is_empty() => {}
            (None, Some(_)) if called => {}
            (Some(leading), Some(&(stream, at)))
                if !matches!(stream.token(at), ";" | "," | ")" | ".")
                    && (stream.spaced(at) || stream.token(at) != "(") =>
            {
                let tight = leading.is_empty() && stream.spaced(at);
                let trivia = if tight { Cow::Borrowed(" ") } else { spell::trivia(leading) };
                self.blanks(&trivia);
            }
            (Some(leading), first) => {
                let comments = self.comments(leading);
                self.push_comments(&comments);
                self.owed |= first.is_none() && !leading.is_empty();
            }
            // What goes in front of an element goes on the element's line.
            (None, Some(_)) if self.depth == 1 && self.out.text.ends_with([',', '(']) => {
                let next = self.next_start();
                let trivia = spell::trivia(&self.source.text[self.done..next]);
                self.blanks(&trivia);
                self.done = next;
            }
            (None, Some(&(stream, at))) if stream.spaced(at) && stream.token(at) != ";" => self.blanks(" "),
            (None, _) => {}
        }
        for (n, (stream, at)) in added.into_iter().enumerate() {
            match self.indent {
                Some(indent) if n > 0 && self.depth == 1 && self.out.text.ends_with(',') => {
                    self.blanks(indent)
                }
                _ if stream.token(at) == "(" && calls(&self.out.text) => {}
                _ if n > 0 && stream.spaced(at) && stream.token(at) != ";" => self.blanks(" "),
                _ => {}
            }
            let cut = stream.token(at) == ";";
            self.fresh = true;
            self.token(spell::token(stream.tokens[at].kind, stream.token(at)), cut);
        }
        self.push_comments(&inside);
        self.changed = true;
    }

    /// Where the next source token starts.
    fn next_start(&self) -> usize {
        let next = self.source.tokens.partition_point(|token| token.span.start < self.done);
        self.source.tokens.get(next).map_or(self.done, |token| token.span.start)
    }

    /// Blanks and comments before a token.
    fn blanks(&mut self, trivia: &str) {
        if trivia.is_empty() && !self.after_cut && !self.open_line {
            return;
        }
        let trivia = if self.out.text.is_empty() && trivia.trim().is_empty() { "" } else { trivia };
        if self.after_cut && trivia.trim().is_empty() {
            self.out.text.push('\n');
            self.after_cut = false;
            self.open_line = false;
            return;
        }
        if self.open_line && !trivia.starts_with(['\n', '\r']) {
            self.out.text.push('\n');
        }
        if !trivia.is_empty() {
            self.open_line = !trivia.trim_ascii().is_empty() && ends_in_line_comment(trivia);
            self.out.text.push_str(trivia);
        }
    }

    fn token(&mut self, spelled: Cow<'a, str>, cut: bool) {
        let text = spelled.as_ref();
        if self.open_line {
            self.out.text.push('\n');
            self.open_line = false;
        }
        if self.after_cut {
            self.out.text.push('\n');
            self.after_cut = false;
        }
        let last = self.out.text.bytes().next_back();
        let owed = std::mem::take(&mut self.owed)
            && match text {
                "," | ")" | ";" | "." => false,
                "(" => wants_blank(&self.out.text),
                _ => true,
            };
        if owed && last.is_some_and(|last| !last.is_ascii_whitespace() && !matches!(last, b'(' | b'.')) {
            self.out.text.push(' ');
        }
        let last = self.out.text.bytes().next_back();
        let fuse = |a: u8, b: u8| (in_word(a) && in_word(b)) || (a == b'\'' && b == b'\'') || fuses(a, b);
        if let (Some(last), Some(&first)) = (last, text.as_bytes().first())
            && fuse(last, first)
        {
            self.out.text.push(' ');
        }
        if cut {
            self.out.cuts.push(self.out.text.len());
            self.after_cut = true;
        }
        match text {
            "(" => self.depth += 1,
            ")" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.out.text.push_str(text);
        self.out.tokens.push(spelled);
    }

    /// The comments in a stretch of source, as TiDB must see them.
    fn comments(&self, text: &str) -> Vec<String> {
        let tokens = crate::syntax::lex::lex(text, crate::syntax::lex::Rules::Postgres);
        let comments = tokens.iter().filter(|token| token.is_comment());
        comments.map(|token| spell::token(token.kind, token.text(text)).into_owned()).collect()
    }

    fn push_comments(&mut self, comments: &[String]) {
        for comment in comments {
            if self.open_line {
                self.out.text.push('\n');
            } else if !self.out.text.is_empty() && !self.out.text.ends_with(char::is_whitespace) {
                self.out.text.push(' ');
            }
            self.out.text.push_str(comment);
            self.open_line = comment.starts_with("--");
        }
    }
}

/// The blanks before the first element of the first list, if they end a line.
fn indent<'a>(source: &Stream<'a>) -> Option<&'a str> {
    let open = (0..source.len()).find(|&at| source.token(at) == "(")?;
    let from = source.tokens[open].span.end;
    let to = source.tokens.get(open + 1)?.span.start;
    let gap = &source.text[from..to];
    let line = gap.rfind('\n')?;
    let line = if gap[..line].ends_with('\r') { line - 1 } else { line };
    let indent = &gap[line..];
    indent.trim().is_empty().then_some(indent)
}

/// Whether two bytes would become one operator, or a comment, side by side.
fn fuses(a: u8, b: u8) -> bool {
    let operator = |byte: u8| b"+-*/<>=~!@#%^&|?".contains(&byte);
    operator(a) && operator(b)
}

fn ends_in_line_comment(trivia: &str) -> bool {
    let tokens = crate::syntax::lex::lex(trivia, crate::syntax::lex::Rules::Postgres);
    tokens.last().is_some_and(|token| token.kind == Kind::LineComment)
}

/// Whether the text ends in the name of a function that TiDB calls only without a blank before its parenthesis.
fn calls(text: &str) -> bool {
    const STRICT: [&str; 16] = [
        "count",
        "sum",
        "min",
        "max",
        "bit_and",
        "bit_or",
        "bit_xor",
        "group_concat",
        "cast",
        "extract",
        "position",
        "substring",
        "trim",
        "now",
        "stddev",
        "variance",
    ];
    let word = |text: &str| {
        let start = text.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        (start, text[start..].to_ascii_lowercase())
    };
    let (start, last) = word(text);
    if !STRICT.contains(&last.as_str()) {
        return false;
    }
    let before = text[..start].trim_end();
    let (_, before_word) = word(before);
    let names =
        ["into", "table", "on", "references", "join", "from", "exists", "key", "index", "update", "view"];
    !before.ends_with(['.', '`']) && !names.contains(&before_word.as_str())
}

/// Whether a parenthesis after this text stands apart, as after DEFAULT, and not as after a name.
fn wants_blank(text: &str) -> bool {
    if text.ends_with(['<', '>', '=', ',']) {
        return true;
    }
    let start = text.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    const WORDS: [&str; 23] = [
        "default", "check", "as", "in", "and", "or", "not", "from", "select", "where", "then", "else",
        "when", "on", "by", "all", "union", "having", "join", "distinct", "between", "like", "div",
    ];
    WORDS.iter().any(|word| text[start..].eq_ignore_ascii_case(word))
}

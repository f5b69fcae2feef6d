//! `-- pg2tidb: allow RULE reason` in a script's comments: what it silences, and what is wrong with it.

use super::meta::{ALLOW_WITHOUT_REASON, UNKNOWN_RULE, UNUSED_ALLOW};
use super::select::Selector;
use crate::diagnostic::{Diagnostic, Rule};
use crate::script::{PieceKind, split};
use crate::syntax::lex::{Rules, lex};
use crate::text::{LineIndex, Span};

const MARK: &[u8] = b"pg2tidb:";

/// Where the statements and the comments of a file are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    pub statements: Vec<Span>,
    pub comments: Vec<Span>,
}

impl Layout {
    /// Of a PostgreSQL script. A file that never speaks to the linter needs none.
    pub fn postgres(text: &[u8]) -> Layout {
        let mut layout = Layout::default();
        if !speaks(text) {
            return layout;
        }
        for piece in split(text) {
            match piece.kind {
                PieceKind::Statement => layout.statements.push(piece.span),
                PieceKind::Trivia | PieceKind::Directive(_) => {}
                PieceKind::Terminator | PieceKind::Meta | PieceKind::CopyData => continue,
            }
            let Some(part) = text.get(piece.span.start..piece.span.end) else { continue };
            let Ok(part) = std::str::from_utf8(part) else { continue };
            let tokens = lex(part, Rules::Postgres);
            let comments = tokens.iter().filter(|token| token.is_comment());
            layout.comments.extend(comments.map(|token| token.span.shifted(piece.span.start)));
        }
        layout
    }
}

/// Whether a text may hold comments for the linter.
pub fn speaks(text: &[u8]) -> bool {
    memchr::memmem::find(text, MARK).is_some()
}

/// One rule that a comment allows, and where.
#[derive(Debug)]
pub struct Allow {
    /// The rule's name in the comment.
    span: Span,
    selector: Selector,
    /// Lines (from 1) whose findings it silences; none for the whole file.
    lines: Option<(usize, usize)>,
    used: bool,
}

/// The comments for the linter in one file.
#[derive(Debug, Default)]
pub struct Allows {
    allows: Vec<Allow>,
    /// What is wrong with the comments themselves.
    pub diagnostics: Vec<Diagnostic>,
}

impl Allows {
    pub fn read(text: &[u8], layout: &Layout) -> Allows {
        let mut found = Allows::default();
        let lines = LineIndex::new(text);
        for &comment in &layout.comments {
            found.comment(text, comment, layout, &lines);
        }
        found
    }

    fn comment(&mut self, text: &[u8], comment: Span, layout: &Layout, lines: &LineIndex) {
        let Some(said) = text.get(comment.start..comment.end) else { return };
        let Some(at) = memchr::memmem::find(said, MARK) else { return };
        // the mark opens the comment; a comment that merely speaks of it is none
        if said[..at].iter().any(|b| b.is_ascii_alphanumeric()) {
            return;
        }
        let Ok(rest) = std::str::from_utf8(&said[at + MARK.len()..]) else { return };
        let base = comment.start + at + MARK.len();
        let mut words = Words { text: rest.trim_end_matches("*/"), at: 0 };
        let scope = match words.next() {
            Some((_, "allow")) => Some(scope(text, comment, layout, lines)),
            Some((_, "allow-file")) => None,
            _ => return,
        };
        let start = self.allows.len();
        let mut named = false;
        while let Some((offset, word)) = words.next() {
            let more = word.ends_with(',');
            let mut at = offset;
            for name in word.split(',') {
                let span = Span::new(base + at, base + at + name.trim_end_matches(':').len());
                at += name.len() + 1;
                let name = name.trim_end_matches(':');
                if name.is_empty() {
                    continue;
                }
                named = true;
                match Selector::parse(name) {
                    Some(selector) => {
                        self.allows.push(Allow { span, selector, lines: scope, used: false });
                    }
                    None => self.diagnostics.push(
                        Diagnostic::new(&UNKNOWN_RULE, span, format!("`{name}` is not a rule"))
                            .with_help("`pg2tidb rules` lists them"),
                    ),
                }
            }
            if !more {
                break;
            }
        }
        let reason = words.rest();
        let span = comment_words(comment, said);
        if !named {
            let message = "this comment allows no rule";
            self.diagnostics.push(
                Diagnostic::new(&UNKNOWN_RULE, span, message).with_help("name one: `allow RULE reason`"),
            );
        } else if reason.is_empty() && self.allows.len() > start {
            self.diagnostics.push(
                Diagnostic::new(&ALLOW_WITHOUT_REASON, span, "this comment does not say why")
                    .with_help("write the reason after the rule, for those who read it next year"),
            );
        }
    }

    /// Whether a finding of `rule` at `line` is allowed.
    pub fn allows(&mut self, rule: &Rule, line: usize) -> bool {
        let mut allowed = false;
        for allow in &mut self.allows {
            let here = allow.lines.is_none_or(|(first, last)| (first..=last).contains(&line));
            if here && allow.selector.matches(rule) {
                allow.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// Comments that silenced nothing.
    pub fn unused(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        self.allows.iter().filter(|allow| !allow.used).map(|allow| {
            Diagnostic::new(&UNUSED_ALLOW, allow.span, "nothing here needs to be allowed".to_owned())
                .with_help("remove the comment")
        })
    }
}

/// The lines that a comment speaks of: its own where code stands before it, else the statement or line that follows.
fn scope(text: &[u8], comment: Span, layout: &Layout, lines: &LineIndex) -> (usize, usize) {
    let line = |at: usize| lines.position(text, at).line;
    let own = line(comment.start);
    let code_before = text[lines.line_start(own)..comment.start].iter().any(|b| !b.is_ascii_whitespace());
    if code_before {
        return (own, own);
    }
    let after = next_code(text, comment.end, layout);
    match layout.statements.iter().find(|s| s.start <= after && after < s.end) {
        Some(statement) if statement.start == after => {
            (line(statement.start), line(statement.end.saturating_sub(1)))
        }
        _ => (line(after), line(after)),
    }
}

/// Where code goes on after a comment.
fn next_code(text: &[u8], mut at: usize, layout: &Layout) -> usize {
    loop {
        at += text[at.min(text.len())..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        match layout.comments.iter().find(|c| c.start == at) {
            Some(comment) if comment.end > at => at = comment.end,
            _ => return at.min(text.len()),
        }
    }
}

/// A comment without the blanks at its end.
fn comment_words(comment: Span, said: &[u8]) -> Span {
    Span::new(comment.start, comment.start + said.trim_ascii_end().len())
}

/// Cuts words off the front of a text.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn rest(&self) -> &'a str {
        self.text[self.at..].trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | ','))
    }

    fn next(&mut self) -> Option<(usize, &'a str)> {
        let start = self.at + self.text[self.at..].find(|c: char| !c.is_whitespace())?;
        let end = self.text[start..].find(char::is_whitespace).map_or(self.text.len(), |n| start + n);
        self.at = end;
        Some((start, &self.text[start..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::registry;

    fn rule(name: &str) -> &'static Rule {
        registry::rules().find(|rule| rule.name == name).expect("a rule")
    }

    fn read(text: &str) -> Allows {
        Allows::read(text.as_bytes(), &Layout::postgres(text.as_bytes()))
    }

    #[test]
    fn a_comment_before_a_statement_is_about_all_of_it() {
        let text = "-- pg2tidb: allow serial-column ids are few\ncreate table t (\n  a serial\n);\nselect 1;";
        let mut allows = read(text);
        assert_eq!(allows.diagnostics, []);
        assert!(allows.allows(rule("serial-column"), 3));
        assert!(!allows.allows(rule("serial-column"), 5) && !allows.allows(rule("uuid-type"), 3));
        assert_eq!(allows.unused().count(), 0);
    }

    #[test]
    fn within_a_statement_it_is_about_a_line() {
        let text = "create table t (\n  -- pg2tidb: allow T010, uuid-type: why\n  a serial,\n  b uuid, -- pg2tidb: allow uuid-type: so\n  c uuid\n);";
        let mut allows = read(text);
        assert!(allows.allows(rule("uuid-type"), 3) && allows.allows(rule("uuid-type"), 4));
        assert!(!allows.allows(rule("uuid-type"), 5));
    }

    #[test]
    fn what_is_wrong_with_a_comment_is_said_on_it() {
        let codes = |text| read(text).diagnostics.iter().map(|d| d.rule.name).collect::<Vec<_>>();
        assert_eq!(codes("-- pg2tidb: allow uuid-type\nselect 1"), ["allow-without-reason"]);
        assert_eq!(codes("-- pg2tidb: allow nonsense because\nselect 1"), ["unknown-rule"]);
        assert_eq!(codes("-- pg2tidb: allow\nselect 1"), ["unknown-rule"]);
        assert_eq!(codes("-- see pg2tidb: allow\n/* pg2tidb: allow-file types legacy */ select 1"), [""; 0]);
        let unused = read("-- pg2tidb: allow uuid-type none\nselect 1").unused().next().expect("unused");
        assert_eq!(unused.rule.name, "unused-allow");
    }
}

//! The three-way merge: what the passes changed, written into the author's text.
//!
//! S are the source's tokens, A those of the tree printed before the passes, B after them. The edits
//! from A to B are applied at the places in S that A's tokens came from; the rest of S stays.

use super::align::{Stream, Stretch, align, align_printed};
use super::write::{Part, Writer};
use crate::syntax::lex::{Kind, Rules, Token, lex};
use crate::text::Span;

/// A merged text and where its statements end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub text: String,
    /// Byte ranges of the statements in `text`, semicolons not included.
    pub statements: Vec<Span>,
}

/// Merges the change from `before` to `after` (the statements printed) into `source`. `None` when the
/// result does not read as what was meant: then the printed text has to do.
pub fn merge(source: &Stream<'_>, before: &str, after: &[String]) -> Option<Merged> {
    let joined = after.join("\n;\n");
    let (a, b) = (Stream::new(before), Stream::new(&joined));
    let parts = parts(source, &a, &align(source, &a), &align_printed(&a, &b));
    let written = Writer::new(source, &a, &b).write(&parts);
    let read: Vec<Token> =
        lex(&written.text, Rules::Tidb).into_iter().filter(|token| !token.is_trivia()).collect();
    let texts = read.iter().map(|token| token.text(&written.text));
    if !texts.eq(written.tokens.iter().map(AsRef::as_ref)) || !means(&read, &written.text, &b) {
        return None;
    }
    let mut statements = Vec::new();
    let mut start = 0;
    for cut in written.cuts.into_iter().chain([written.text.len()]) {
        statements.push(trimmed(&written.text, start, cut));
        start = cut + 1;
    }
    (statements.len() == after.len()).then_some(Merged { text: written.text, statements })
}

fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = text.get(start..end).unwrap_or("");
    let from = start + (part.len() - part.trim_start().len());
    Span::new(from, (start + part.trim_end().len()).max(from))
}

/// Words that the printer adds or leaves out by habit, as it does parentheses.
const NOISE: [&str; 6] = ["as", "to", "into", "inner", "outer", "column"];

fn is_noise(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Punct => matches!(text, "(" | ")"),
        Kind::Word => text.len() <= 6 && NOISE.iter().any(|word| text.eq_ignore_ascii_case(word)),
        _ => false,
    }
}

/// Whether the written tokens are those of B, but for noise and for how literals are spelled.
fn means(read: &[Token], text: &str, b: &Stream<'_>) -> bool {
    fn essence<'t>(tokens: &'t [Token], text: &'t str) -> impl Iterator<Item = (u8, &'t str)> {
        let tokens = tokens.iter().map(move |token| (token.kind, token.text(text)));
        tokens.filter(|(kind, text)| !is_noise(*kind, text)).map(|(kind, text)| match kind {
            Kind::Text | Kind::Number => (0, ""),
            Kind::Word => (1, text),
            Kind::Quoted => (3, text.trim_matches(['`', '"'])),
            _ if text == "!=" => (2, "<>"),
            _ => (2, text),
        })
    }
    if !is_whole(read, text) {
        return false;
    }
    let (mut left, mut right) = (essence(read, text), essence(&b.tokens, b.text));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(l), Some(r)) if l.0 == r.0 && l.1.eq_ignore_ascii_case(r.1) => {}
            _ => return false,
        }
    }
}

/// Whether all parentheses are closed, and every CAST has its AS.
fn is_whole(tokens: &[Token], text: &str) -> bool {
    // For each open parenthesis, whether it still needs an AS.
    let mut open: Vec<bool> = Vec::new();
    let mut before = "";
    for token in tokens {
        let word = token.text(text);
        match (token.kind, word) {
            (Kind::Punct, "(") => open.push(before.eq_ignore_ascii_case("cast")),
            (Kind::Punct, ")") if open.pop() != Some(false) => return false,
            (Kind::Word, word) if word.eq_ignore_ascii_case("as") => {
                if let Some(needs) = open.last_mut() {
                    *needs = false;
                }
            }
            _ => {}
        }
        before = word;
    }
    open.is_empty()
}

/// Habits of the printer where the author's own tokens mean the same on TiDB. Whatever else the printer adds, leaves
/// out, moves or changes is written as it prints it: that is what the passes have seen.
fn harmless(source: &Stream<'_>, left: (usize, usize), a: &Stream<'_>, right: (usize, usize)) -> bool {
    let solid = |stream: &Stream<'_>, (from, to): (usize, usize)| -> Vec<Kind> {
        let kinds = (from..to).map(|at| (stream.tokens[at].kind, stream.token(at)));
        kinds.filter(|(kind, text)| !is_noise(*kind, text)).map(|(kind, _)| kind).collect()
    };
    let (left, right) = (solid(source, left), solid(a, right));
    left.len() == right.len()
        && left.iter().chain(&right).all(|kind| matches!(kind, Kind::Text | Kind::Number))
}

/// Words that PostgreSQL lets people leave out, that the printer writes, and that TiDB insists on.
fn needed(a: &Stream<'_>, (from, to): (usize, usize)) -> bool {
    let is = |at: usize, word: &str| a.token(at).eq_ignore_ascii_case(word);
    (from..to).any(|at| is(at, "savepoint") || (at > 0 && is(at, "column") && is(at - 1, "rename")))
}

/// What A's tokens become: for each, the token of B it is, and what B has before it.
struct Edits {
    kept: Vec<bool>,
    inserted: Vec<(usize, usize)>,
}

impl Edits {
    fn new(len: usize, stretches: &[Stretch]) -> Self {
        let mut edits = Edits { kept: vec![false; len], inserted: vec![(0, 0); len + 1] };
        for stretch in stretches {
            let (from, to) = stretch.left;
            if stretch.same {
                edits.kept[from..to].fill(true);
            } else {
                edits.inserted[from] = stretch.right;
            }
        }
        edits
    }

    fn insert(&self, at: usize, parts: &mut Vec<Part>) {
        let (from, to) = self.inserted[at];
        parts.extend((from..to).map(Part::New));
    }

    /// Whether B differs from A inside this range; what is inserted before it does not count.
    fn touch(&self, (from, to): (usize, usize)) -> bool {
        (from..to).any(|at| !self.kept[at])
            || (from + 1..to).any(|at| self.inserted[at].0 < self.inserted[at].1)
    }

    /// Whether B differs from A right before or after this range of parentheses or of an AS: they may have become part of
    /// something else, as the AS of a name became that of a CAST.
    fn touch_around(&self, a: &Stream<'_>, (from, to): (usize, usize)) -> bool {
        let part = |token: &str| matches!(token, "(" | ")") || token.eq_ignore_ascii_case("as");
        if !(from..to).any(|at| part(a.token(at))) {
            return false;
        }
        let inserted = |at: usize| self.inserted[at].0 < self.inserted[at].1;
        let lost = |at: Option<usize>| at.and_then(|at| self.kept.get(at)).is_some_and(|kept| !kept);
        inserted(from) || inserted(to) || lost(from.checked_sub(1)) || lost(Some(to))
    }
}

/// Walks the source and A together and says what becomes of each token.
fn parts(source: &Stream<'_>, a: &Stream<'_>, habits: &[Stretch], edits: &[Stretch]) -> Vec<Part> {
    let edits = Edits::new(a.len(), edits);
    let mut parts = Vec::with_capacity(source.len());
    for habit in habits {
        let (from, to) = habit.right;
        if habit.same {
            for (s, at) in (habit.left.0..).zip(from..to) {
                edits.insert(at, &mut parts);
                parts.push(if edits.kept[at] { Part::Keep(s, Some(at)) } else { Part::Drop(s) });
            }
        } else if !edits.touch(habit.right)
            && !edits.touch_around(a, habit.right)
            && harmless(source, habit.left, a, habit.right)
            && !needed(a, habit.right)
        {
            if from < to {
                edits.insert(from, &mut parts);
            }
            parts.extend((habit.left.0..habit.left.1).map(|s| Part::Keep(s, None)));
        } else {
            parts.extend((habit.left.0..habit.left.1).map(Part::Drop));
            for at in from..to {
                edits.insert(at, &mut parts);
                if edits.kept[at] {
                    parts.push(Part::Printed(at));
                }
            }
        }
    }
    edits.insert(a.len(), &mut parts);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(source: &str, before: &str, after: &[&str]) -> String {
        let after: Vec<String> = after.iter().map(|s| s.to_string()).collect();
        merge(&Stream::new(source), before, &after).unwrap().text
    }

    #[test]
    fn only_the_changed_tokens_move() {
        assert_eq!(
            merged(
                "create table T ( -- the table\n    id   UUID not null, /* key */\n    \"n\" int4 default 1 -- last\n)",
                "CREATE TABLE T (id UUID NOT NULL, `n` INT4 DEFAULT 1)",
                &["CREATE TABLE T (id CHAR(36) NOT NULL, `n` INT4 DEFAULT 1) COLLATE = x"],
            ),
            "create table T ( -- the table\n    id   CHAR(36) not null, /* key */\n    `n` int4 default 1 -- last\n) COLLATE = x"
        );
    }

    #[test]
    fn deletions_keep_their_comments() {
        assert_eq!(
            merged(
                "CREATE INDEX /* why */ CONCURRENTLY -- slow\n i ON t (a)",
                "CREATE INDEX CONCURRENTLY i ON t(a)",
                &["CREATE INDEX i ON t(a)"],
            ),
            "CREATE INDEX /* why */ -- slow\n i ON t (a)"
        );
    }

    #[test]
    fn blanks_stay_between_what_is_left() {
        assert_eq!(merged("a DEFAULT (-1)::int", "a DEFAULT (-1)::INT", &["a DEFAULT -1"]), "a DEFAULT -1");
        assert_eq!(merged("a DEFAULT f()", "a DEFAULT f()", &["a DEFAULT (g())"]), "a DEFAULT (g())");
        assert_eq!(
            merged("t timestamp with time zone", "t TIMESTAMP WITH TIME ZONE", &["t TIMESTAMP(6)"]),
            "t timestamp(6)"
        );
        assert_eq!(merged("a int DEFAULT 1, b", "a INT DEFAULT 1, b", &["a INT, b"]), "a int, b");
    }

    #[test]
    fn the_as_of_a_cast_is_not_that_of_a_name() {
        for (source, before, after) in [
            ("SELECT d::text dd", "SELECT d::TEXT AS dd", "SELECT CAST(d AS CHAR) AS dd"),
            ("SELECT sum(a)::int n", "SELECT sum(a)::INT AS n", "SELECT CAST(sum(a) AS SIGNED) AS n"),
        ] {
            let text = merged(source, before, &[after]);
            assert_eq!(text.matches("AS ").count(), 2, "{text}");
        }
    }

    #[test]
    fn one_statement_becomes_several() {
        let source = "ALTER TABLE t\n  ADD COLUMN a int, -- first\n  ADD COLUMN b int UNIQUE";
        let after = [
            "ALTER TABLE t ADD COLUMN a INT",
            "ALTER TABLE t ADD COLUMN b INT",
            "ALTER TABLE t ADD UNIQUE (b)",
        ];
        let after: Vec<String> = after.iter().map(|s| s.to_string()).collect();
        let before = "ALTER TABLE t ADD COLUMN a INT, ADD COLUMN b INT UNIQUE";
        let merged = merge(&Stream::new(source), before, &after).unwrap();
        let statements: Vec<_> = merged.statements.iter().map(|s| &merged.text[s.start..s.end]).collect();
        assert_eq!(statements.len(), 3);
        assert!(statements[0].ends_with("ADD COLUMN a int"), "{statements:?}");
        assert!(merged.text.contains("-- first\n"));
        assert_eq!(statements[2], "ALTER TABLE t ADD UNIQUE (b)");
    }

    #[test]
    fn what_the_printer_left_out_does_not_slip_through() {
        assert_eq!(merged("SELECT FANCY 1", "SELECT 1", &["SELECT 1"]), "SELECT 1");
        let (source, printed) = (
            "a (b int on update no action on delete cascade)",
            "a (b INT ON DELETE CASCADE ON UPDATE NO ACTION)",
        );
        let after = "a (b BIGINT ON DELETE CASCADE ON UPDATE NO ACTION)";
        assert_eq!(merged(source, printed, &[after]).to_uppercase(), after.to_uppercase());
        assert_eq!(merged("SELECT 1 != 2", "SELECT 1 <> 2", &["SELECT 1 <> 3"]), "SELECT 1 != 3");
    }
}

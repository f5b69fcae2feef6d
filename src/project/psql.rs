//! psql's own commands, as far as they decide what runs: variables, conditions, the end of a script.

use crate::diagnostic::{Diagnostic, Level};
use crate::report::rules::{PSQL_META_COMMAND, PSQL_STEERING};
use crate::script::meta::Meta;
use crate::text::Span;
use std::collections::BTreeMap;

/// Whether what stands at a place of a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Runs {
    #[default]
    Yes,
    No,
    /// Only whoever runs the script knows.
    Unknown,
}

/// One `\if` that is not closed.
#[derive(Debug, Clone, Copy)]
struct If {
    /// Whether the part around it runs.
    around: Runs,
    /// Whether one of its parts before ran.
    before: Runs,
}

/// The state of psql along a script.
#[derive(Debug, Clone, Default)]
pub struct Psql {
    variables: BTreeMap<String, String>,
    ifs: Vec<If>,
    pub runs: Runs,
}

/// What a command does.
#[derive(Debug)]
pub enum Deed {
    /// Nothing that a database sees.
    Nothing,
    /// It is kept as a comment, and what it did has to be done otherwise.
    Kept,
    /// It steers what runs.
    Said(Box<Diagnostic>),
    /// It runs another file, whose path counts from the file's own folder where it is relative.
    Includes { path: String, relative: bool },
    /// It decides what becomes of the statement before it.
    Before(Box<Diagnostic>),
}

/// A statement's text with the values of variables in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// Where a value stands in the text, and where its variable is in the source.
    places: Vec<(Span, Span)>,
}

impl Said {
    /// Where in the source a place of the text is.
    pub fn source(&self, span: Span) -> Span {
        Span::new(self.byte(span.start, false), self.byte(span.end, true))
    }

    fn byte(&self, at: usize, end: bool) -> usize {
        let mut shift = 0isize;
        for (text, source) in &self.places {
            if at < text.start || at == text.start && !end {
                break;
            }
            if at < text.end || at == text.end && end {
                return if end { source.end } else { source.start };
            }
            shift = source.end as isize - text.end as isize;
        }
        at.saturating_add_signed(shift)
    }
}

/// Commands that only change what psql shows or asks.
const QUIET: [&str; 33] = [
    "echo",
    "qecho",
    "warn",
    "timing",
    "pset",
    "x",
    "a",
    "t",
    "H",
    "C",
    "f",
    "T",
    "restrict",
    "unrestrict",
    "r",
    "p",
    "w",
    "s",
    "prompt",
    "encoding",
    "errverbose",
    "help",
    "h",
    "?",
    "copyright",
    "conninfo",
    "l",
    "z",
    "html",
    "reset",
    "print",
    "write",
    "title",
];

impl Psql {
    /// Follows a command. Its span in what is said is the whole of it.
    pub fn command(&mut self, bytes: &[u8]) -> Deed {
        let Some(mut meta) = Meta::parse(bytes) else { return Deed::Kept };
        let span = Span::new(0, bytes.len());
        let name = std::mem::take(&mut meta.name);
        match name.as_str() {
            "if" => {
                let runs = self.condition(&meta.arguments);
                let around = self.runs;
                self.ifs.push(If { around, before: runs });
                self.runs = within(around, runs);
                return self.unknown(span, runs, around);
            }
            "elif" | "else" => {
                let runs = if name == "else" { Runs::Yes } else { self.condition(&meta.arguments) };
                let Some(open) = self.ifs.last_mut() else { return Deed::Kept };
                let here = match (open.before, runs) {
                    (Runs::Yes, _) | (_, Runs::No) => Runs::No,
                    (Runs::No, runs) => runs,
                    (Runs::Unknown, _) => Runs::Unknown,
                };
                let around = open.around;
                if here != Runs::No {
                    open.before = here;
                }
                self.runs = within(around, here);
                return Deed::Nothing;
            }
            "endif" => {
                if let Some(open) = self.ifs.pop() {
                    self.runs = open.around;
                }
                return Deed::Nothing;
            }
            _ if self.runs != Runs::Yes => return Deed::Nothing,
            _ => {}
        }
        match name.as_str() {
            "set" => return self.set(&meta.arguments, span),
            "unset" => {
                for name in &meta.arguments {
                    self.variables.remove(name);
                }
                return Deed::Nothing;
            }
            "q" | "quit" => {
                self.runs = Runs::No;
                // No \endif brings it back.
                self.ifs.iter_mut().for_each(|open| (open.around, open.before) = (Runs::No, Runs::Yes));
                let mut found =
                    Diagnostic::new(&PSQL_STEERING, span, "psql stops here: what follows never runs");
                (found.level, found.fidelity) = (Level::Info, crate::diagnostic::Fidelity::Exact);
                return Deed::Said(Box::new(found));
            }
            _ => {}
        }
        let refuse =
            |message: &str, help: &str| Diagnostic::new(&PSQL_STEERING, span, message).with_help(help);
        match name.as_str() {
            "gexec" => Deed::Before(Box::new(refuse(
                "psql runs the rows of this query as statements",
                "write the statements themselves",
            ))),
            "gset" => Deed::Before(Box::new(refuse(
                "psql keeps what this query returns in variables",
                "write the values where the variables stand",
            ))),
            "i" | "include" | "ir" | "include_relative" => {
                let path = meta.arguments.first().map(|path| self.value(path)).unwrap_or_default();
                Deed::Includes { path, relative: name.contains('r') }
            }
            "!" | "e" | "ef" | "ev" | "o" | "out" | "cd" | "setenv" | "watch" | "bind" | "lo_import"
            | "lo_unlink" => Deed::Said(Box::new(refuse(
                &format!("\\{name} does something outside of the database"),
                "do it by other means, and take the line out",
            ))),
            quiet if QUIET.contains(&quiet) || quiet.starts_with('d') => Deed::Nothing,
            _ => Deed::Kept,
        }
    }

    fn unknown(&self, span: Span, runs: Runs, around: Runs) -> Deed {
        match (runs, around) {
            (Runs::Unknown, Runs::Yes) => Deed::Said(Box::new(
                Diagnostic::new(
                    &PSQL_STEERING,
                    span,
                    "what runs depends on a variable that is set when psql is called",
                )
                .with_help("set it with \\set at the top of the script, or keep the part that is wanted"),
            )),
            _ => Deed::Nothing,
        }
    }

    fn condition(&self, arguments: &[String]) -> Runs {
        let text = self.value(&arguments.join(" "));
        if let Some(name) = text.strip_prefix(":{?").and_then(|rest| rest.strip_suffix('}')) {
            return if self.variables.contains_key(name) { Runs::Yes } else { Runs::Unknown };
        }
        match text.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" | "t" | "y" => Runs::Yes,
            "false" | "off" | "no" | "0" | "f" | "n" => Runs::No,
            _ => Runs::Unknown,
        }
    }

    fn set(&mut self, arguments: &[String], span: Span) -> Deed {
        let Some((name, values)) = arguments.split_first() else { return Deed::Nothing };
        let value: String = values.iter().map(|value| self.value(value)).collect();
        if value.contains('`') {
            self.variables.remove(name);
            let found =
                Diagnostic::new(&PSQL_STEERING, span, format!("{name} takes what a shell command prints"));
            return Deed::Said(Box::new(found.with_help("write the value itself")));
        }
        let off = ["off", "0", "false", "no"].iter().any(|word| word.eq_ignore_ascii_case(&value));
        self.variables.insert(name.clone(), value);
        if name == "AUTOCOMMIT" && off { Deed::Kept } else { Deed::Nothing }
    }

    /// A text with the values of variables that are set.
    fn value(&self, text: &str) -> String {
        self.interpolate(text).map_or_else(|| text.to_string(), |said| said.text)
    }

    /// A statement with the values of the script's variables; `None` where it has none.
    pub fn interpolate(&self, text: &str) -> Option<Said> {
        if self.variables.is_empty() || !text.contains(':') {
            return None;
        }
        let bytes = text.as_bytes();
        let mut said = Said { text: String::new(), places: Vec::new() };
        let mut done = 0;
        let skipped = quoted(text);
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find(':')).map(|found| at + found) {
            at = found + 1;
            if let Some(end) =
                skipped.iter().find(|span| span.start <= found && found < span.end).map(|s| s.end)
            {
                at = end;
                continue;
            }
            if bytes.get(at) == Some(&b':') {
                at += 1;
                continue;
            }
            let quote = bytes.get(at).copied().filter(|quote| matches!(quote, b'\'' | b'"'));
            let from = at + usize::from(quote.is_some());
            let len = text.get(from..).map_or(0, |rest| {
                rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80).count()
            });
            let closed = quote.is_none_or(|quote| bytes.get(from + len) == Some(&quote));
            let Some(value) = text.get(from..from + len).and_then(|name| self.variables.get(name)) else {
                continue;
            };
            if !closed {
                continue;
            }
            let end = from + len + usize::from(quote.is_some());
            said.text.push_str(text.get(done..found).unwrap_or_default());
            let start = said.text.len();
            match quote {
                Some(b'\'') => said.text.push_str(&format!("'{}'", value.replace('\'', "''"))),
                Some(_) => said.text.push_str(&format!("\"{}\"", value.replace('"', "\"\""))),
                None => said.text.push_str(value),
            }
            said.places.push((Span::new(start, said.text.len()), Span::new(found, end)));
            (done, at) = (end, end);
        }
        said.text.push_str(text.get(done..).unwrap_or_default());
        (!said.places.is_empty()).then_some(said)
    }

    /// Why a statement does not come through, where psql decides that.
    pub fn left_out(&self, statement: &[u8]) -> Option<Diagnostic> {
        let word = first_word(statement);
        (self.runs == Runs::Unknown).then(|| {
            Diagnostic::new(
                &PSQL_STEERING,
                word,
                "whether psql runs this depends on a variable that is set when it is called",
            )
            .with_help(
                "set the variable with \\set at the top of the script, or keep the part that is wanted",
            )
        })
    }
}

/// Where the first word of a statement is.
pub fn first_word(statement: &[u8]) -> Span {
    let len = statement.iter().take_while(|b| !b.is_ascii_whitespace()).count();
    Span::new(0, len.max(1).min(statement.len()))
}

fn within(around: Runs, here: Runs) -> Runs {
    match (around, here) {
        (Runs::No, _) | (_, Runs::No) => Runs::No,
        (Runs::Unknown, _) | (_, Runs::Unknown) => Runs::Unknown,
        _ => Runs::Yes,
    }
}

/// Texts and comments, which psql leaves alone. A quote right after a colon belongs to a variable.
fn quoted(text: &str) -> Vec<Span> {
    use crate::syntax::lex::{Kind, Rules, lex};
    let mut masked = text.as_bytes().to_vec();
    for at in 0..masked.len() {
        let Some(&quote) = masked.get(at + 1).filter(|quote| matches!(quote, b'\'' | b'"')) else { continue };
        let name = masked.get(at + 2..).unwrap_or_default();
        let len = name.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let end = at + 2 + len;
        if masked.get(at) == Some(&b':') && len > 0 && masked.get(end) == Some(&quote) {
            (masked[at + 1], masked[end]) = (b' ', b' ');
        }
    }
    let masked = String::from_utf8(masked).unwrap_or_default();
    let source = if masked.len() == text.len() { masked.as_str() } else { text };
    let tokens = lex(source, Rules::Postgres);
    let hidden = tokens.iter().filter(|t| t.is_comment() || matches!(t.kind, Kind::Text | Kind::Quoted));
    hidden.map(|token| token.span).collect()
}

/// What is said of psql's commands that are kept as comments.
pub fn kept(count: usize, length: usize) -> Diagnostic {
    let message = match count {
        1 => "a psql command is kept as a comment".to_owned(),
        count => format!("{count} psql commands of this file are kept as comments, this is the first"),
    };
    Diagnostic::new(&PSQL_META_COMMAND, Span::new(0, length), message)
        .with_help("do by other means what it did, such as choosing the database or running a file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_set_and_read() {
        let mut psql = Psql::default();
        psql.command(b"\\set schema app");
        psql.command(b"\\set who 'it''s me'");
        let said = psql
            .interpolate("SELECT :'who', :\"schema\", ':schema', a::int, :nobody FROM :schema.t")
            .expect("some");
        assert_eq!(said.text, "SELECT 'it''s me', \"app\", ':schema', a::int, :nobody FROM app.t");
        assert_eq!(said.source(Span::new(7, 17)), Span::new(7, 13));
        let at = said.text.find(".t").expect("a table");
        assert_eq!(
            said.source(Span::new(at, at + 2)).start,
            "SELECT :'who', :\"schema\", ':schema', a::int, :nobody FROM :schema".len()
        );
        assert!(psql.interpolate("SELECT a::int").is_none());
    }

    #[test]
    fn conditions_decide_what_runs() {
        let mut psql = Psql::default();
        for (command, runs) in [
            ("\\if true", Runs::Yes),
            ("\\else", Runs::No),
            ("\\if :x", Runs::No),
            ("\\endif", Runs::No),
            ("\\endif", Runs::Yes),
            ("\\set x off", Runs::Yes),
            ("\\if :x", Runs::No),
            ("\\elif yes", Runs::Yes),
            ("\\else", Runs::No),
            ("\\endif", Runs::Yes),
            ("\\if :y", Runs::Unknown),
            ("\\else", Runs::Unknown),
            ("\\endif", Runs::Yes),
            ("\\q", Runs::No),
        ] {
            psql.command(command.as_bytes());
            assert_eq!(psql.runs, runs, "{command}");
        }
    }
}

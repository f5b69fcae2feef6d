//! psql meta commands: where one ends, and what it says.

use super::copy::CopyHeader;
use super::shape::{LOOKAHEAD, Look, as_text};
use memchr::memchr2;
use pest::Parser;
use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "../grammar/meta.pest"]
struct Grammar;

/// A meta command, such as `\connect db`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Without the backslash; may be empty. `;` for `\;`, which separates statements sent together.
    pub name: String,
    /// As psql passes them on, quotes removed. Commands that take the rest of the line whole have one.
    pub arguments: Vec<String>,
}

impl Meta {
    /// Reads a piece of kind `Meta`.
    pub fn parse(piece: &[u8]) -> Option<Meta> {
        Some(read(&as_text(piece))?.0)
    }

    /// The header of `\copy t from stdin`, where the rest of the line is a COPY without the word.
    pub fn copy(&self) -> Option<CopyHeader> {
        match (self.name.as_str(), self.arguments.as_slice()) {
            ("copy", [rest]) => CopyHeader::parse(format!("copy {rest}").as_bytes()),
            _ => None,
        }
    }
}

/// At a backslash: how many bytes the command takes, at least the backslash, and whether lines of COPY data follow it.
/// `ahead` is where the search for the line end may start, and is moved on when that needs more input.
pub(super) fn measure(input: &[u8], ahead: &mut usize, last: bool) -> Look<(usize, bool)> {
    // Most commands are short. On a line of many, this keeps each from looking at all that follow.
    let window = &input[..input.len().min(LOOKAHEAD)];
    if *ahead == 0
        && window.len() == LOOKAHEAD
        && memchr2(b'\n', b'\r', window).is_none()
        && let Some((_, length)) = read(&as_text(window))
        && length + 2 < window.len()
    {
        return Look::Yes((length.max(1), false));
    }
    let from = (*ahead).min(input.len());
    let end = match memchr2(b'\n', b'\r', &input[from..]) {
        Some(at) => from + at,
        None if last => input.len(),
        None => {
            *ahead = input.len();
            return Look::More;
        }
    };
    let line = &input[..end];
    Look::Yes(match read(&as_text(line)) {
        Some((meta, length)) => (length.max(1), meta.copy().is_some_and(|copy| copy.has_data())),
        None => (line.len(), false),
    })
}

fn read(line: &str) -> Option<(Meta, usize)> {
    let parsed = Grammar::parse(Rule::meta, line).ok()?.next()?;
    let length = parsed.as_span().end();
    let mut meta = Meta { name: String::new(), arguments: Vec::new() };
    for part in parsed.into_inner() {
        match part.as_rule() {
            Rule::semicolon | Rule::name | Rule::line_name => meta.name = part.as_str().to_owned(),
            Rule::line => meta.arguments.push(part.as_str().trim_end().to_owned()),
            Rule::argument => {
                meta.arguments.push(part.into_inner().map(|part| unquote(part.as_str())).collect())
            }
            _ => {}
        }
    }
    Some((meta, length))
}

/// One stretch of an argument, as psql reads it: C escapes in single quotes, names in double quotes keep their case.
fn unquote(text: &str) -> String {
    let inner = |quote: char| {
        let text = text.strip_prefix(quote).unwrap_or(text);
        text.strip_suffix(quote).unwrap_or(text)
    };
    match text.chars().next() {
        Some('\'') => super::copy::unescape(&inner('\'').replace("''", "'")),
        Some('"') => inner('"').replace("\"\"", "\""),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_arguments() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("\\connect db", "connect", &["db"]),
            ("\\c -reuse-previous=on \"dbname='a b'\"", "c", &["-reuse-previous=on", "dbname='a b'"]),
            ("\\i 'a b.sql'", "i", &["a b.sql"]),
            ("\\ir sub/x.sql \t", "ir", &["sub/x.sql"]),
            ("\\set x 'it''s\\n'a\"b\"", "set", &["x", "it's\nab"]),
            ("\\restrict k3y", "restrict", &["k3y"]),
            ("\\echo `date` :x", "echo", &["`date`", ":x"]),
            ("\\echo 'open", "echo", &["open"]),
            ("\\! rm -rf \\x ", "!", &["rm -rf \\x"]),
            ("\\copy t from 'C:\\x'", "copy", &["t from 'C:\\x'"]),
            ("\\o | cat 'x", "o", &["| cat 'x"]),
            ("\\d+ t \\\\", "d+", &["t"]),
            ("\\;", ";", &[]),
            ("\\", "", &[]),
        ];
        for &(text, name, arguments) in cases {
            let meta = Meta::parse(text.as_bytes()).unwrap_or_else(|| panic!("{text} is no command"));
            assert_eq!(
                (meta.name.as_str(), meta.arguments),
                (name, arguments.iter().map(|&a| a.into()).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn copy_is_read_as_the_statement() {
        let copy = |text: &str| Meta::parse(text.as_bytes())?.copy();
        assert_eq!(copy("\\copy t (a) from stdin csv").map(|copy| copy.has_data()), Some(true));
        assert_eq!(copy("\\copy t to 'x'").map(|copy| copy.has_data()), Some(false));
        assert_eq!(copy("\\connect x"), None);
    }
}

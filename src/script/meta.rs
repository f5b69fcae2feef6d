//! psql meta commands: where one ends, and what it says.

use super::copy::CopyHeader;
use super::shape::as_text;
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

/// At a backslash: the command and how many bytes of the line it takes, at least the backslash.
pub(super) fn measure(line: &[u8]) -> (Option<Meta>, usize) {
    match read(&as_text(line)) {
        Some((meta, length)) => (Some(meta), length.max(1)),
        None => (None, line.len()),
    }
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

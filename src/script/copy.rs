//! The header of a COPY statement: which table and columns, from where, in which format.

use super::lexer::without_comments;
use super::shape::as_text;
use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "../grammar/copy.pest"]
struct Grammar;

/// Where the rows come from, or go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// The script itself, or what runs it.
    Stdio,
    File(String),
    Program(String),
    /// A psql variable or a template's placeholder.
    Unknown(String),
}

/// `COPY table (columns) FROM/TO …`. `COPY (query) TO …` is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyHeader {
    /// As written, quotes and schema included.
    pub table: String,
    /// As written; empty if there is no list.
    pub columns: Vec<String>,
    /// FROM, not TO.
    pub from: bool,
    pub endpoint: Endpoint,
    /// In lower case and under their new names, whichever style they were written in: `CSV` is `format` = `csv`,
    /// `FORCE NOT NULL a` is `force_not_null` = `a`. Strings are without quotes.
    pub options: Vec<(String, Option<String>)>,
    /// What follows, such as a WHERE clause.
    pub rest: Option<String>,
}

impl CopyHeader {
    /// Reads a statement's text, without its semicolon. Comments may stand anywhere.
    pub fn parse(statement: &[u8]) -> Option<CopyHeader> {
        let blanked = without_comments(statement);
        let text = as_text(&blanked);
        let parsed = Grammar::parse(Rule::copy, &text).ok()?.next()?;
        let mut copy = CopyHeader {
            table: String::new(),
            columns: Vec::new(),
            from: false,
            endpoint: Endpoint::Stdio,
            options: Vec::new(),
            rest: None,
        };
        for part in parsed.into_inner() {
            copy.take(part);
        }
        Some(copy)
    }

    /// Whether lines of data follow it in a psql script.
    pub fn has_data(&self) -> bool {
        self.from && self.endpoint == Endpoint::Stdio
    }

    /// An option's value by its lower-case name.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(known, _)| known == name)?.1.as_deref()
    }

    fn take(&mut self, part: Pair<'_, Rule>) {
        let text = part.as_str().trim_end();
        match part.as_rule() {
            Rule::table => self.table = text.to_owned(),
            Rule::columns => self.columns = part.into_inner().map(|name| name.as_str().to_owned()).collect(),
            Rule::direction => self.from = part.into_inner().any(|word| word.as_rule() == Rule::from),
            Rule::source => self.endpoint = endpoint(part),
            Rule::option => {
                let mut words = part.into_inner();
                let name = words.next().map(|name| name.as_str().to_ascii_lowercase());
                let value = words.next().map(|value| string_value(value.as_str().trim()));
                self.options.extend(name.map(|name| (name, value)));
            }
            Rule::old_csv => self.options.push(("format".into(), Some("csv".into()))),
            Rule::binary => self.options.push(("format".into(), Some("binary".into()))),
            Rule::old_flag if text.eq_ignore_ascii_case("binary") => {
                self.options.push(("format".into(), Some("binary".into())));
            }
            Rule::old_flag => self.options.push((text.to_ascii_lowercase(), None)),
            Rule::delimiters => {
                let value = part.into_inner().find(|part| part.as_rule() == Rule::string);
                let value = value.map(|value| string_value(value.as_str()));
                self.options.push(("delimiter".into(), value));
            }
            Rule::old_value | Rule::old_force => {
                let mut words = part.into_inner();
                let name = words.next().map(|name| {
                    let words: Vec<_> = name.as_str().split_ascii_whitespace().collect();
                    words.join("_").to_ascii_lowercase()
                });
                let value = words.find(|part| part.as_rule() != Rule::kw_as);
                let value = value.map(|value| string_value(value.as_str().trim_end()));
                self.options.extend(name.map(|name| (name, value)));
            }
            Rule::rest => self.rest = Some(text.to_owned()),
            _ => {}
        }
    }
}

fn endpoint(source: Pair<'_, Rule>) -> Endpoint {
    let mut program = false;
    for part in source.into_inner() {
        match part.as_rule() {
            Rule::stdio => return Endpoint::Stdio,
            Rule::program => program = true,
            Rule::string if program => return Endpoint::Program(string_value(part.as_str())),
            Rule::string => return Endpoint::File(string_value(part.as_str())),
            _ => return Endpoint::Unknown(part.as_str().to_owned()),
        }
    }
    Endpoint::Unknown(String::new())
}

/// What a string literal means; other text as it is.
fn string_value(text: &str) -> String {
    let escapes = text.starts_with(['e', 'E']);
    let quoted = if escapes { &text[1..] } else { text };
    match quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inner) if escapes => unescape(&inner.replace("''", "'")),
        Some(inner) => inner.replace("''", "'"),
        None => text.to_owned(),
    }
}

/// Resolves the backslash escapes that COPY options and psql arguments use: letters, octal and hexadecimal bytes.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        let escaped = if char == '\\' { rest.next() } else { None };
        out.push(match escaped {
            None => char,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('x') if rest.as_str().starts_with(|c: char| c.is_ascii_hexdigit()) => {
                code(&mut rest, 16, 0, 2)
            }
            Some(octal @ '0'..='7') => code(&mut rest, 8, u32::from(octal) - u32::from('0'), 2),
            Some(other) => other,
        });
    }
    out
}

/// The character whose code starts with `value` and has up to `most` more digits.
fn code(rest: &mut std::str::Chars<'_>, radix: u32, mut value: u32, most: usize) -> char {
    for _ in 0..most {
        let Some(digit) = rest.clone().next().and_then(|c| c.to_digit(radix)) else { break };
        value = value * radix + digit;
        rest.next();
    }
    char::from_u32(value & 0xff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> CopyHeader {
        CopyHeader::parse(text.as_bytes()).unwrap_or_else(|| panic!("{text} is no COPY"))
    }

    #[test]
    fn tells_where_the_rows_come_from() {
        let cases = [
            ("COPY t FROM stdin", Endpoint::Stdio, true),
            ("copy t from STDOUT", Endpoint::Stdio, true),
            ("copy binary t from stdin", Endpoint::Stdio, true),
            ("copy binary from stdin", Endpoint::Stdio, true),
            ("copy ${s}.t from stdin where a > 1", Endpoint::Stdio, true),
            ("copy /* /* x */ */ t -- y\n from\tstdin(format csv)", Endpoint::Stdio, true),
            ("COPY t TO STDOUT", Endpoint::Stdio, false),
            ("COPY t FROM 'it''s'", Endpoint::File("it's".into()), false),
            ("COPY t FROM E'a\\tb'", Endpoint::File("a\tb".into()), false),
            ("COPY t FROM PROGRAM 'cat stdin'", Endpoint::Program("cat stdin".into()), false),
            ("COPY t FROM :'file' CSV", Endpoint::Unknown(":'file'".into()), false),
        ];
        for (text, endpoint, has_data) in cases {
            let copy = parse(text);
            assert_eq!((copy.has_data(), copy.endpoint), (has_data, endpoint), "{text}");
        }
        for text in ["copy (select 1) to stdout", "copying t from stdin", "copy t fromstdin", "copy", ""] {
            assert_eq!(CopyHeader::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn keeps_names_as_written() {
        let copy = parse("COPY \"My Schema\" . t$1 (a, \"B\"\"c\" , U&\"d\") FROM stdin");
        assert_eq!(copy.table, "\"My Schema\" . t$1");
        assert_eq!(copy.columns, ["a", "\"B\"\"c\"", "U&\"d\""]);
    }

    #[test]
    fn options_of_both_styles_have_the_same_names() {
        let new = "COPY t FROM stdin WITH (FORMAT csv, HEADER, DELIMITER ';', NULL E'\\\\N', FORCE_NOT_NULL (a, b))";
        let old = "COPY t FROM stdin DELIMITER AS ';' NULL E'\\\\N' CSV HEADER FORCE NOT NULL a, b";
        let (new, old) = (parse(new), parse(old));
        for copy in [&new, &old] {
            assert_eq!(copy.option("format"), Some("csv"));
            assert_eq!(copy.option("delimiter"), Some(";"));
            assert_eq!(copy.option("null"), Some("\\N"));
            assert!(copy.options.contains(&("header".into(), None)));
            assert_eq!(copy.rest, None);
        }
        assert_eq!(new.option("force_not_null"), Some("(a, b)"));
        assert_eq!(old.option("force_not_null"), Some("a, b"));
        assert_eq!(parse("copy t from stdin using delimiters '|'").option("delimiter"), Some("|"));
        assert_eq!(parse("copy t from stdin where a = 1").rest.as_deref(), Some("where a = 1"));
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(unescape("a\\tb\\\\\\x41\\101\\'\\"), "a\tb\\AA'\\");
    }
}

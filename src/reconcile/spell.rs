//! Token by token: how TiDB writes what PostgreSQL wrote, with the same value.

use crate::syntax::lex::{Kind, Rules, Token, lex};
use std::borrow::Cow;

/// A token of PostgreSQL text as TiDB must see it. Words are left alone: whether one is a name, the tree says.
pub fn token<'a>(kind: Kind, text: &'a str) -> Cow<'a, str> {
    match kind {
        Kind::Quoted => quoted(text),
        Kind::Text => literal(text),
        Kind::LineComment => line_comment(text),
        Kind::BlockComment => block_comment(text),
        _ => Cow::Borrowed(text),
    }
}

/// Blanks and comments as TiDB must see them: a comment stays a comment there, and nothing in it runs.
pub fn trivia(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'-', b'/', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut changed = false;
    for Token { kind, span } in lex(text, Rules::Postgres) {
        let spelled = token(kind, &text[span.start..span.end]);
        changed |= matches!(spelled, Cow::Owned(_));
        out.push_str(&spelled);
    }
    if changed { Cow::Owned(out) } else { Cow::Borrowed(text) }
}

/// TiDB takes `--` for a comment only before a blank or the line's end.
fn line_comment(text: &str) -> Cow<'_, str> {
    match text.as_bytes().get(2) {
        None | Some(b' ' | b'\t') => Cow::Borrowed(text),
        Some(_) => Cow::Owned(format!("-- {}", &text[2..])),
    }
}

/// TiDB's comments don't nest, and it runs what stands in `/*!`, `/*+`, `/*T!` and `/*M!`.
fn block_comment(text: &str) -> Cow<'_, str> {
    let inner = text.strip_prefix("/*").unwrap_or(text);
    let inner = inner.strip_suffix("*/").unwrap_or(inner);
    let runs = inner.starts_with(['!', '+']) || inner.starts_with("T!") || inner.starts_with("M!");
    if !runs && !inner.contains("/*") && !inner.contains("*/") {
        return Cow::Borrowed(text);
    }
    let inner = inner.replace("/*", "/ *").replace("*/", "* /");
    Cow::Owned(format!("/*{}{inner}*/", if runs { " " } else { "" }))
}

/// `"a""b"` and `U&"…"` in backticks.
fn quoted(text: &str) -> Cow<'_, str> {
    let name = match text.as_bytes().first() {
        Some(b'"') => unquote(text, '"'),
        Some(b'u' | b'U') => unicode_escapes(&unquote(&text[2..], '"')),
        _ => return Cow::Borrowed(text),
    };
    Cow::Owned(format!("`{}`", name.replace('`', "``")))
}

/// What stands between quotes, a doubled quote being one.
pub fn unquote(text: &str, quote: char) -> String {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    let doubled: String = [quote, quote].iter().collect();
    inner.replace(&doubled, &quote.to_string())
}

/// A string literal of any of PostgreSQL's forms.
fn literal(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'\'') if memchr::memchr(b'\\', bytes).is_none() => Cow::Borrowed(text),
        Some(b'\'') => Cow::Owned(text.replace('\\', "\\\\")),
        Some(b'e' | b'E') => Cow::Owned(escape_string(&text[1..])),
        Some(b'u' | b'U') => Cow::Owned(quote(&unicode_escapes(&unquote(&text[2..], '\'')))),
        Some(b'n' | b'N') => Cow::Owned(literal(&text[1..]).into_owned()),
        Some(b'$') => Cow::Owned(quote(dollar_body(text))),
        _ => Cow::Borrowed(text),
    }
}

/// A value as a TiDB string literal.
pub fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
}

fn dollar_body(text: &str) -> &str {
    let tag = text[1..].find('$').map_or(text.len(), |end| end + 2);
    text.get(tag..text.len().saturating_sub(tag)).unwrap_or("")
}

/// The inside of E'…' rewritten with the escapes TiDB knows; the quotes are part of `text`.
fn escape_string(text: &str) -> String {
    let inner = text.strip_prefix('\'').unwrap_or(text);
    let inner = inner.strip_suffix('\'').unwrap_or(inner).as_bytes();
    let mut out: Vec<u8> = vec![b'\''];
    let mut at = 0;
    while at < inner.len() {
        if inner[at] != b'\\' {
            out.push(inner[at]);
            at += 1;
            continue;
        }
        let escape = inner.get(at + 1).copied().unwrap_or(b'\\');
        at += 2;
        match escape {
            b'n' | b't' | b'r' | b'b' | b'\\' => out.extend([b'\\', escape]),
            b'\'' => out.extend(b"''"),
            b'f' => out.push(0x0c),
            b'x' => at += number(&inner[at..], 16, 2, |v| push_byte(&mut out, v)),
            b'u' => at += number(&inner[at..], 16, 4, |v| push_char(&mut out, v)),
            b'U' => at += number(&inner[at..], 16, 8, |v| push_char(&mut out, v)),
            b'0'..=b'7' => at += number(&inner[at - 1..], 8, 3, |v| push_byte(&mut out, v)).saturating_sub(1),
            other => out.push(other),
        }
    }
    out.push(b'\'');
    String::from_utf8_lossy(&out).into_owned()
}

/// Reads up to `most` digits and hands their value over; returns how many there were.
fn number(digits: &[u8], radix: u32, most: usize, then: impl FnOnce(u32)) -> usize {
    let len = digits.iter().take(most).take_while(|&&b| (b as char).is_digit(radix)).count();
    let text: String = digits[..len].iter().map(|&b| b as char).collect();
    if let Ok(value) = u32::from_str_radix(&text, radix) {
        then(value);
    }
    len
}

fn push_byte(out: &mut Vec<u8>, value: u32) {
    match (value & 0xff) as u8 {
        quote @ b'\'' => out.extend([quote, quote]),
        slash @ b'\\' => out.extend([slash, slash]),
        byte => out.push(byte),
    }
}

fn push_char(out: &mut Vec<u8>, value: u32) {
    match char::from_u32(value) {
        Some(c) if c.is_ascii() => push_byte(out, value),
        Some(c) => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        None => {}
    }
}

/// `\0041` and `\+000041`, with a backslash as the escape; `\\` is a backslash.
fn unicode_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let digits = &rest[at + 1..];
        let (skip, len) = if digits.starts_with('+') { (1, 6) } else { (0, 4) };
        let code = digits.get(skip..skip + len).and_then(|d| u32::from_str_radix(d, 16).ok());
        match code.and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = &digits[skip + len..];
            }
            None => {
                out.push('\\');
                rest = digits.strip_prefix('\\').unwrap_or(digits);
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_keep_their_value() {
        let cases = [
            (r"'a''b'", r"'a''b'"),
            (r"'C:\dir'", r"'C:\\dir'"),
            (r"E'it\'s\n\x41\u00e9\101\%\f'", "'it''s\\nA\u{e9}A%\u{c}'"),
            (r"e'\\d'", r"'\\d'"),
            (r"U&'d\0061t\+000061\\'", r"'data\\'"),
            ("$a$it's \\ $$ x$a$", r"'it''s \\ $$ x'"),
            ("$$$$", "''"),
            ("N'x'", "'x'"),
            ("B'101'", "B'101'"),
        ];
        for (postgres, tidb) in cases {
            assert_eq!(literal(postgres), tidb, "{postgres}");
        }
    }

    #[test]
    fn names_move_to_backticks() {
        assert_eq!(quoted(r#""a""b`c""#), "`a\"b``c`");
        assert_eq!(quoted(r#"U&"d\0061ta""#), "`data`");
    }

    #[test]
    fn comments_stay_comments() {
        let cases = [
            ("--x\n", "-- x\n"),
            ("-- x\n--\n", "-- x\n--\n"),
            ("---- x", "-- -- x"),
            ("/* a /* b */ c */", "/* a / * b * / c */"),
            ("/*!40101 SET x */", "/* !40101 SET x */"),
            ("/*+ hint */ /*T! x */", "/* + hint */ /* T! x */"),
            ("/* plain */", "/* plain */"),
        ];
        for (postgres, tidb) in cases {
            assert_eq!(trivia(postgres), tidb, "{postgres}");
        }
    }
}

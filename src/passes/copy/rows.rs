//! The rows of COPY, read as PostgreSQL reads them: text with backslashes, or CSV.

use crate::script::copy::CopyHeader;
use std::borrow::Cow;

/// How the rows are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Format {
    csv: bool,
    delimiter: char,
    null: String,
    quote: char,
    escape: char,
    header: bool,
}

impl Format {
    /// What the options say; `Err` for those that change values in ways that are not known here.
    pub fn of(header: &CopyHeader) -> Result<Format, String> {
        if let Some(rest) = &header.rest {
            return Err(format!(
                "COPY … {} has no translation",
                rest.split_whitespace().next().unwrap_or("")
            ));
        }
        let csv = match header.option("format").map(str::to_ascii_lowercase).as_deref() {
            None | Some("text") => false,
            Some("csv") => true,
            Some(other) => return Err(format!("rows in the format {other} are not read")),
        };
        let one = |text: &str| {
            let mut chars = text.chars();
            chars.next().filter(|_| chars.next().is_none())
        };
        let mut format = Format {
            csv,
            delimiter: if csv { ',' } else { '\t' },
            null: if csv { String::new() } else { "\\N".into() },
            quote: '"',
            escape: '"',
            header: false,
        };
        for (name, value) in &header.options {
            let value = value.as_deref();
            let single = || value.and_then(one).ok_or_else(|| format!("COPY's {name} is not one character"));
            match name.as_str() {
                "format" | "freeze" => {}
                "delimiter" => format.delimiter = single()?,
                "null" => format.null = value.unwrap_or_default().into(),
                "quote" => {
                    format.quote = single()?;
                    format.escape =
                        if header.option("escape").is_some() { format.escape } else { format.quote };
                }
                "escape" => format.escape = single()?,
                "header" => {
                    let off = ["false", "off", "0"];
                    format.header = !value.is_some_and(|v| off.contains(&v.to_ascii_lowercase().as_str()));
                }
                "encoding" if value.is_some_and(|v| v.to_ascii_lowercase().replace('-', "") == "utf8") => {}
                other => return Err(format!("COPY's option {other} is not known")),
            }
        }
        Ok(format)
    }
}

/// The rows without the line that ends them.
pub fn without_end(data: &[u8]) -> &[u8] {
    let line = data.strip_suffix(b"\n").unwrap_or(data);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.strip_suffix(b"\\.") {
        Some(rows) if rows.is_empty() || rows.ends_with(b"\n") => rows,
        _ => data,
    }
}

pub struct Reader<'t> {
    rest: &'t str,
    format: Format,
    row: usize,
}

impl<'t> Reader<'t> {
    pub fn new(rest: &'t str, format: Format) -> Self {
        Reader { rest, format, row: 0 }
    }

    /// The next row's values, NULL as `None`. False at the end.
    pub fn next(&mut self, fields: &mut Vec<Option<Cow<'t, str>>>) -> Result<bool, String> {
        loop {
            fields.clear();
            if self.rest.is_empty() {
                return Ok(false);
            }
            self.row += 1;
            if self.format.csv {
                self.csv(fields)?
            } else {
                self.text(fields)?
            }
            if self.row > 1 || !self.format.header {
                return Ok(true);
            }
        }
    }

    fn text(&mut self, fields: &mut Vec<Option<Cow<'t, str>>>) -> Result<(), String> {
        let end = memchr::memchr(b'\n', self.rest.as_bytes());
        let line = &self.rest[..end.unwrap_or(self.rest.len())];
        self.rest = &self.rest[end.map_or(self.rest.len(), |end| end + 1)..];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let trailing = line.bytes().rev().take_while(|&b| b == b'\\').count();
        if trailing % 2 == 1 {
            return Err(format!("row {} goes on after a backslash", self.row));
        }
        let delimiter = self.format.delimiter;
        if !delimiter.is_ascii() {
            let mut from = 0;
            let mut chars = line.char_indices();
            while let Some((at, c)) = chars.next() {
                if c == '\\' {
                    chars.next();
                } else if c == delimiter {
                    fields.push(self.field(&line[from..at]));
                    from = at + c.len_utf8();
                }
            }
            fields.push(self.field(&line[from..]));
            return Ok(());
        }
        // Most values are short: looking at each byte is faster than to search for the next one of interest.
        let (mut from, mut at, mut escaped) = (0, 0, false);
        while let Some(&byte) = line.as_bytes().get(at) {
            if byte == b'\\' {
                // Never past the end: a line does not end after an odd backslash.
                (at, escaped) = (at + 2, true);
                continue;
            }
            if byte == delimiter as u8 {
                fields.push(self.plain(&line[from..at], escaped));
                (from, escaped) = (at + 1, false);
            }
            at += 1;
        }
        fields.push(self.plain(&line[from..], escaped));
        Ok(())
    }

    /// A value, with or without backslashes.
    fn plain(&self, raw: &'t str, escaped: bool) -> Option<Cow<'t, str>> {
        match escaped {
            true => self.field(raw),
            false => (raw != self.format.null).then_some(Cow::Borrowed(raw)),
        }
    }

    fn field(&self, raw: &'t str) -> Option<Cow<'t, str>> {
        if raw == self.format.null {
            return None;
        }
        Some(if memchr::memchr(b'\\', raw.as_bytes()).is_some() { unescaped(raw).into() } else { raw.into() })
    }

    fn csv(&mut self, fields: &mut Vec<Option<Cow<'t, str>>>) -> Result<(), String> {
        let Format { delimiter, quote, escape, .. } = self.format;
        let (mut value, mut quoted, mut inside) = (String::new(), false, false);
        let mut chars = self.rest.char_indices().peekable();
        let end = loop {
            let Some((at, c)) = chars.next() else { break self.rest.len() };
            if inside {
                match c {
                    c if c == escape
                        && chars.peek().is_some_and(|&(_, next)| next == quote || next == escape) =>
                    {
                        value.extend(chars.next().map(|(_, next)| next));
                    }
                    c if c == quote => inside = false,
                    c => value.push(c),
                }
                continue;
            }
            match c {
                c if c == quote => (quoted, inside) = (true, true),
                c if c == delimiter => {
                    fields.push(self.whole(std::mem::take(&mut value), quoted));
                    quoted = false;
                }
                '\r' if chars.peek().is_some_and(|&(_, next)| next == '\n') => {}
                '\n' => break at + 1,
                c => value.push(c),
            }
        };
        if inside {
            return Err(format!("the quotes of row {} don't end", self.row));
        }
        fields.push(self.whole(value, quoted));
        self.rest = &self.rest[end..];
        Ok(())
    }

    fn whole(&self, value: String, quoted: bool) -> Option<Cow<'t, str>> {
        (quoted || value != self.format.null).then_some(value.into())
    }
}

/// The escapes of COPY's text format: letters, octal and hexadecimal bytes, anything else itself.
fn unescaped(raw: &str) -> String {
    let bytes = raw.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&escape) = bytes.get(at) else { break };
        at += 1;
        let digits = |from: usize, radix: u32, most: usize| {
            let digits = bytes.iter().skip(from).take(most).take_while(|&&b| char::from(b).is_digit(radix));
            let value =
                digits.clone().fold(0, |n, &b| n * radix + char::from(b).to_digit(radix).unwrap_or(0));
            (from + digits.count(), (value & 0xff) as u8)
        };
        let numbered = match escape {
            b'0'..=b'7' => Some(digits(at - 1, 8, 3)),
            b'x' if bytes.get(at).is_some_and(u8::is_ascii_hexdigit) => Some(digits(at, 16, 2)),
            _ => None,
        };
        if let Some((end, byte)) = numbered {
            at = end;
            out.push(byte);
            continue;
        }
        out.push(match escape {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            other => other,
        });
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(header: &str, data: &str) -> Vec<Vec<Option<String>>> {
        let header = CopyHeader::parse(header.as_bytes()).expect("a COPY");
        let format = Format::of(&header).expect("a known format");
        let data = std::str::from_utf8(without_end(data.as_bytes())).expect("UTF-8");
        let (mut reader, mut rows, mut row) = (Reader::new(data, format), Vec::new(), Vec::new());
        while reader.next(&mut row).expect("rows") {
            rows.push(row.iter().map(|field| field.as_deref().map(str::to_string)).collect());
        }
        rows
    }

    fn some(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|text| (*text != "NULL").then(|| text.to_string())).collect()
    }

    #[test]
    fn text_rows() {
        let rows = all("COPY t FROM stdin", "1\ta\\tb\\\\\\n\t\\N\r\n\\x41\\101\t\t\\\\N\n\\.\n");
        assert_eq!(rows, [some(&["1", "a\tb\\\n", "NULL"]), some(&["AA", "", "\\N"])]);
        assert_eq!(all("COPY t FROM stdin", "\\.\n"), Vec::<Vec<Option<String>>>::new());
        assert_eq!(all("COPY t FROM stdin", "\n\\.\n"), [some(&[""])]);
    }

    #[test]
    fn csv_rows() {
        let text = "id,name\n1,\"a \"\"b\"\"\nc\"\n2,\n3,\"\"\n\\.\n";
        let rows = all("COPY t FROM stdin WITH (FORMAT csv, HEADER)", text);
        assert_eq!(rows, [some(&["1", "a \"b\"\nc"]), some(&["2", "NULL"]), some(&["3", ""])]);
        let rows = all("COPY t FROM stdin DELIMITER ';' NULL 'nil' CSV", "1;nil\r\n");
        assert_eq!(rows, [some(&["1", "NULL"])]);
    }
}

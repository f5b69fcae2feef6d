//! The parts of a page of our own: one file, nothing from any network.

use similar::{ChangeTag, TextDiff};
use std::fmt::Write;
use std::time::Duration;

const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");
/// A diff that is not minimal is better than one that takes long.
const DIFF_TIME: Duration = Duration::from_millis(200);

/// Text between tags and in attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

/// Prose of ours: what stands in backquotes is code.
pub fn prose(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in text.split('`').enumerate() {
        match n % 2 {
            0 => out.push_str(&escape(part)),
            _ => {
                let _ = write!(out, "<code>{}</code>", escape(part));
            }
        }
    }
    out
}

/// The prose of a rule's page: paragraphs, lists and blocks of code.
pub fn paragraphs(markdown: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    let mut text = String::new();
    let end = |text: &mut String, out: &mut String| {
        if !text.trim().is_empty() {
            let _ = write!(out, "<p>{}</p>", prose(text.trim()));
        }
        text.clear();
    };
    for line in markdown.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        match () {
            () if line.trim_start().starts_with("```") => {
                end(&mut text, &mut out);
                out.push_str(if code { "</pre>" } else { "<pre>" });
                code = !code;
            }
            () if code => {
                out.push_str(&escape(line));
                out.push('\n');
            }
            () if line.trim().is_empty() => end(&mut text, &mut out),
            () if line.starts_with("- ") || line.starts_with('|') => {
                end(&mut text, &mut out);
                text.push_str(line.trim_start_matches("- "));
            }
            () => {
                text.push(' ');
                text.push_str(line);
            }
        }
    }
    end(&mut text, &mut out);
    if code {
        out.push_str("</pre>");
    }
    out
}

/// A whole page.
pub fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escape(title)
    )
}

/// Two texts with what differs marked: the first has `<del>`, the second `<ins>`.
pub fn marked(before: &str, after: &str) -> (String, String) {
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_words(before, after);
    let (mut left, mut right) = (Marked::new("del"), Marked::new("ins"));
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => {
                left.push(change.value(), false);
                right.push(change.value(), false);
            }
            ChangeTag::Delete => left.push(change.value(), true),
            ChangeTag::Insert => right.push(change.value(), true),
        }
    }
    (left.end(), right.end())
}

/// One side of a marked difference.
struct Marked {
    tag: &'static str,
    out: String,
    open: bool,
}

impl Marked {
    fn new(tag: &'static str) -> Self {
        Marked { tag, out: String::new(), open: false }
    }

    fn push(&mut self, text: &str, changed: bool) {
        if changed != self.open {
            let slash = if self.open { "/" } else { "" };
            let _ = write!(self.out, "<{slash}{}>", self.tag);
            self.open = changed;
        }
        self.out.push_str(&escape(text));
    }

    fn end(mut self) -> String {
        self.push("", false);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_becomes_a_tag() {
        assert_eq!(escape("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(prose("a `b<c` d"), "a <code>b&lt;c</code> d");
        let (left, right) = marked("a <b> c", "a <x> c");
        assert_eq!((left.as_str(), right.as_str()), ("a <del>&lt;b&gt;</del> c", "a <ins>&lt;x&gt;</ins> c"));
    }

    #[test]
    fn a_rules_prose_keeps_its_shape() {
        let html = paragraphs(" One\n two.\n\n - a\n - b\n\n ```sql\n x < y\n ```\n");
        assert_eq!(html, "<p>One two.</p><p>a</p><p>b</p><pre>x &lt; y\n</pre>");
    }
}

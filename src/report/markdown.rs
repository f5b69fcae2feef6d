//! Text inside Markdown, so that nothing in it is read as Markdown or HTML.

/// Text in a sentence or a table's cell. What stands in backquotes stays code.
pub fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '`' => {
                inside = !inside;
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            '|' => out.push_str("\\|"),
            '<' if !inside => out.push_str("&lt;"),
            '&' if !inside => out.push_str("&amp;"),
            '*' | '_' | '[' | ']' | '#' | '\\' if !inside => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    // an odd backquote would open code that nothing closes
    if inside { out.replace('`', "\\`") } else { out }
}

/// Text as code within a line.
pub fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text as a block of code.
pub fn block(language: &str, text: &str) -> String {
    let longest = text.lines().map(|line| line.trim_start().bytes().take_while(|b| *b == b'`').count()).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(cell("a|b <b> *x* `c_d|e`"), "a\\|b &lt;b> \\*x\\* `c_d\\|e`");
        assert_eq!(cell("odd ` one"), "odd \\` one");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`b"), "`` `b ``");
        assert_eq!(block("sql", "a\n```\nb"), "````sql\na\n```\nb\n````\n");
    }
}

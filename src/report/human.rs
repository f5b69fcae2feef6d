//! Shows diagnostics to people: the source line, the construct underlined, what to do about it.

use super::finding::{Located, Snippet};
use crate::diagnostic::Level;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};
use std::fmt;

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Lines and boxes instead of ASCII.
    pub unicode: bool,
    pub colour: bool,
}

impl Style {
    pub fn theme(self) -> GraphicalTheme {
        match (self.unicode, self.colour) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        }
    }

    /// Where messages wrap; a log has no width to wrap at.
    pub fn width(self) -> usize {
        if self.unicode { 110 } else { 400 }
    }
}

/// Draws diagnostics.
#[derive(Debug)]
pub struct Renderer {
    handler: GraphicalReportHandler,
}

impl Renderer {
    pub fn new(style: Style) -> Self {
        let handler = GraphicalReportHandler::new_themed(style.theme()).with_width(style.width());
        Renderer { handler: handler.with_links(false) }
    }

    /// One diagnostic as a block of lines.
    pub fn render(&self, file: &str, located: &Located) -> String {
        let mut drawn = String::new();
        let shown = Shown { file, located };
        if self.handler.render_report(&mut drawn, &shown).is_err() {
            // drawing can only fail where the source can't be shown: the message must still arrive
            let finding = &located.finding;
            drawn = format!(
                "{file}:{}:{}: {}: {}\n",
                finding.line, finding.column, finding.code, finding.message
            );
        }
        drawn
    }
}

/// A diagnostic as miette wants to see it.
struct Shown<'a> {
    file: &'a str,
    located: &'a Located,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.located.finding.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let Located { finding, rule, .. } = self.located;
        Some(Box::new(format!("{} {rule}", finding.code)))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.located.finding.level {
            Level::Info => Severity::Advice,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.located.finding.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.located.snippet.as_ref().map(|_| self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let Snippet { span, .. } = self.located.snippet.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(None, (span.start, span.len()));
        Some(Box::new(std::iter::once(label)))
    }
}

impl SourceCode for Shown<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Some(snippet) = &self.located.snippet else { return Err(MietteError::OutOfBounds) };
        let read = snippet.text.as_bytes().read_span(span, lines_before, lines_after)?;
        let column = if read.line() == 0 { read.column() + snippet.start.column - 1 } else { read.column() };
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.to_owned(),
            read.data(),
            *read.span(),
            read.line() + snippet.start.line - 1,
            column,
            read.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::report::finding::locate;
    use crate::report::rules::UNTERMINATED_TOKEN;
    use crate::text::{Position, Span};

    #[test]
    fn a_log_gets_plain_lines_with_the_place() {
        let text = "create table t (\n    a text default 'x\n);\n";
        let mut diagnostic = Diagnostic::new(&UNTERMINATED_TOKEN, Span::new(36, 37), "string is not closed");
        diagnostic.help("close it, or remove what opens it");
        let start = Position { line: 9, column: 1 };
        let located = locate(text.as_bytes(), start, b"", &[diagnostic], true);
        let drawn = Renderer::new(Style { unicode: false, colour: false }).render("db/1.sql", &located[0]);
        let wanted = "P002 unterminated-token

  x string is not closed
    ,-[db/1.sql:10:20]
  9 | create table t (
 10 |     a text default 'x
    :                    ^
 11 | );
    `----
  help: close it, or remove what opens it
";
        assert_eq!(drawn, wanted);
    }

    #[test]
    fn a_terminal_gets_lines_and_colour() {
        let diagnostic = Diagnostic::new(&UNTERMINATED_TOKEN, Span::new(7, 9), "string is not closed");
        let start = Position { line: 1, column: 1 };
        let located = locate(b"select 'x", start, b"", &[diagnostic], true);
        let drawn = Renderer::new(Style { unicode: true, colour: true }).render("a.sql", &located[0]);
        assert!(drawn.contains('─') && drawn.contains("\u{1b}["), "{drawn}");
    }
}

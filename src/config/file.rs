//! Reads `pg2tidb.toml`: what is wrong with it is said with its place.

use super::Options;
use crate::text::Span;
use serde::Deserialize;
use std::fmt;
use toml::Spanned;

/// What is wrong with a configuration, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub message: String,
    /// Bytes in the file.
    pub span: Span,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

/// Reads the text of a `pg2tidb.toml`.
///
/// # Errors
/// When it is not TOML, has a key that is not an option, or a value that the option does not take.
pub fn parse(text: &str) -> Result<Options, ConfigError> {
    let options: Options = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let (start, end) = (span.start.min(text.len()), span.end.min(text.len()));
        ConfigError { message: error.message().trim().to_owned(), span: Span::new(start, end.max(start)) }
    })?;
    let fits = options.collation == options.charset
        || options.collation.strip_prefix(&options.charset).is_some_and(|rest| rest.starts_with('_'));
    if fits { Ok(options) } else { Err(foreign_collation(text, &options)) }
}

/// A collation that the character set does not have; the key to blame is the one that is written.
fn foreign_collation(text: &str, options: &Options) -> ConfigError {
    #[derive(Deserialize)]
    struct Places {
        charset: Option<Spanned<String>>,
        collation: Option<Spanned<String>>,
    }
    let places = toml::from_str::<Places>(text).ok();
    let written = places.and_then(|places| places.collation.or(places.charset));
    let span = written.map_or(0..0, |value| value.span());
    let Options { charset, collation, .. } = options;
    ConfigError {
        message: format!("`{collation}` is not a collation of the character set `{charset}`"),
        span: Span::new(span.start, span.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Ids, TextAs, UuidAs};
    use crate::target::Target;

    fn error(text: &str) -> (String, String) {
        let error = parse(text).expect_err("wrong on purpose");
        (text[error.span.start..error.span.end].to_owned(), error.message)
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(parse(""), Ok(Options::default()));
    }

    #[test]
    fn every_option_can_be_set() {
        let text = r#"
            target = "7.5"
            uuid = "binary16"
            text = "mediumtext"
            indexed_text = 255
            timestamptz = "datetime"
            numeric = "DECIMAL(38, 10)"
            charset = "utf8mb4"
            collation = "utf8mb4_unicode_ci"
            charset_clause = "database"
            ids = "auto_random"
            layout = "golang-migrate"
            lock = true
            [effort]
            refused = 60
            rules = { function = 120 }
            [schemas]
            app = "main"
        "#;
        let options = parse(text).expect("right");
        assert_eq!(
            (options.target, options.uuid, options.text),
            (Target::V7_5, UuidAs::Binary16, TextAs::MediumText)
        );
        assert_eq!((options.indexed_text, options.ids), (255, Ids::AutoRandom));
        assert_eq!((options.numeric.as_str(), options.schemas.len()), ("decimal(38,10)", 2));
        assert_eq!(options.schemas["public"], "");
        assert_eq!(options.schemas["app"], "main");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let (at, message) = error("target = \"8.5\"\nuuids = \"char36\"\n");
        assert_eq!(at, "uuids");
        assert!(message.starts_with("unknown field `uuids`, expected one of"), "{message}");
        assert_eq!(error("uuid = \"text\"").0, "\"text\"");
        assert_eq!(error("indexed_text = 0").0, "0");
        assert_eq!(error("indexed_text = 769").0, "769");
        assert_eq!(error("numeric = \"decimal(66,30)\"").0, "\"decimal(66,30)\"");
        assert_eq!(error("numeric = \"decimal(10,31)\"").0, "\"decimal(10,31)\"");
        assert_eq!(error("numeric = \"numeric\"").0, "\"numeric\"");
        assert_eq!(error("charset = \"utf8mb4; drop\"").0, "\"utf8mb4; drop\"");
        assert_eq!(error("collation = \"latin1_bin\"").0, "\"latin1_bin\"");
        assert_eq!(error("charset = \"latin1\"").0, "\"latin1\"");
        assert_eq!(error("uuid = ").0, "");
    }
}

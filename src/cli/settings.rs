//! Finds and reads `pg2tidb.toml`, and shows what is wrong with it.

use super::args::Convert;
use super::people::style;
use crate::config::{self, ConfigError, Options};
use crate::project::ProjectError;
use miette::{GraphicalReportHandler, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "pg2tidb.toml";

/// Why there are no options to run with.
#[derive(Debug)]
pub enum SettingsError {
    Io(ProjectError),
    /// Already drawn, with the place in the file.
    Wrong(String),
}

/// The options of a run: what the file says, under what the command line says.
pub fn options(arguments: &Convert) -> Result<Options, SettingsError> {
    let path = match &arguments.config {
        Some(path) => Some(path.clone()),
        None => find(arguments.paths.first().map_or(Path::new("-"), PathBuf::as_path)),
    };
    let mut options = match path {
        Some(path) => read(&path)?,
        None => Options::default(),
    };
    if let Some(target) = arguments.target {
        options.target = target;
    }
    Ok(options)
}

/// The file in the input's folder, or in the nearest one above it.
fn find(input: &Path) -> Option<PathBuf> {
    let from = if input == Path::new("-") { Path::new(".") } else { input };
    let from = fs::canonicalize(from).ok()?;
    from.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}

fn read(path: &Path) -> Result<Options, SettingsError> {
    let failed = |e| SettingsError::Io(ProjectError::io("read", path, e));
    let bytes = fs::read(path).map_err(failed)?;
    let not_text = |_| failed(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"));
    let text = String::from_utf8(bytes).map_err(not_text)?;
    config::parse(&text).map_err(|error| SettingsError::Wrong(draw(path, text, &error)))
}

fn draw(path: &Path, text: String, error: &ConfigError) -> String {
    let label = LabeledSpan::new_primary_with_span(None, (error.span.start, error.span.len()));
    let help = "the options are in docs/configuration.md, and `pg2tidb schema` prints their JSON schema";
    let diagnostic = MietteDiagnostic::new(error.message.clone()).with_label(label).with_help(help);
    let source = NamedSource::new(path.to_string_lossy(), text);
    let report = Report::new(diagnostic).with_source_code(source);
    let mut drawn = String::new();
    let handler = GraphicalReportHandler::new_themed(style().theme()).with_width(style().width());
    match handler.render_report(&mut drawn, report.as_ref()) {
        Ok(()) => drawn,
        Err(_) => format!("error: {}: {}\n", path.display(), error.message),
    }
}

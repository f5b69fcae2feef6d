//! Finds and reads `pg2tidb.toml`, and shows what is wrong with it.

use super::args::Convert;
use super::people::style;
use crate::config::{self, ConfigError, Options};
use crate::project::ProjectError;
use crate::target::Target;
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
    let first = arguments.paths.first().map(PathBuf::as_path);
    let mut options = read_for(arguments.config.as_ref(), first, arguments.target)?.options;
    if let Some(layout) = arguments.layout {
        options.layout = layout;
    }
    Ok(options)
}

/// Options, and the folder that paths in them count from.
#[derive(Debug)]
pub struct Found {
    pub options: Options,
    pub root: PathBuf,
}

/// The options for a run that starts with the input `first`.
pub fn read_for(
    config: Option<&PathBuf>,
    first: Option<&Path>,
    target: Option<Target>,
) -> Result<Found, SettingsError> {
    let path = config.cloned().or_else(|| find(first.unwrap_or(Path::new("-"))));
    let mut options = match &path {
        Some(path) => read(path)?,
        None => Options::default(),
    };
    if let Some(target) = target {
        options.target = target;
    }
    let root = match path.as_deref().map(|path| path.parent().unwrap_or(Path::new(""))) {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    Ok(Found { options, root: fs::canonicalize(&root).unwrap_or(root) })
}

/// The file in the input's folder, or in the nearest one above it.
fn find(input: &Path) -> Option<PathBuf> {
    let from = if input == Path::new("-") { Path::new(".") } else { input };
    // the name of standard input need not be a file's: its folder decides
    let from = fs::canonicalize(from)
        .or_else(|_| fs::canonicalize(Path::new(".").join(from.parent().unwrap_or(from))))
        .ok()?;
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

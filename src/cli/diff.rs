//! `pg2tidb diff`: what a change of the sources means for TiDB.

use super::report_args::{Diff, DiffFormat};
use super::settings::{self, SettingsError};
use super::{DONE, FOUND, deliver, failed, git};
use crate::config::Options;
use crate::project::{Input, ProjectError, Settings, state};
use crate::report::diff::{Difference, FileState, State};
use crate::report::diff_text;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs the command and says how it ended.
pub fn diff(arguments: &Diff) -> u8 {
    let first = arguments.paths.last().map(PathBuf::as_path);
    let result = settings::read_for(arguments.config.as_ref(), first, arguments.target).and_then(|found| {
        let mut options = found.options;
        options.layout = arguments.layout.unwrap_or(options.layout);
        try_diff(arguments, &options).map_err(SettingsError::Io)
    });
    result.unwrap_or_else(failed)
}

fn try_diff(arguments: &Diff, options: &Options) -> Result<u8, ProjectError> {
    let settings = Settings { threads: arguments.threads, ..Settings::default() };
    let converted = |path: &Path| state(&[Input::new(path)], options, settings);
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let usage = |text: &str| Err(ProjectError::Usage(text.to_owned()));
    let (old, new) = match (&arguments.rev, &arguments.output, &arguments.paths[..]) {
        (Some(rev), None, [path]) => {
            let (from, to) = rev.split_once("..").map_or((rev.as_str(), ""), |(from, to)| (from, to));
            let before = at_revision(from, path, options, settings)?;
            let after = match to {
                "" => ("working tree".to_owned(), converted(path)?),
                to => (to.to_owned(), at_revision(to, path, options, settings)?),
            };
            ((from.to_owned(), before), after)
        }
        (None, Some(output), [path]) => {
            let new = converted(path)?;
            ((shown(output), written(output, &new)?), (shown(path), new))
        }
        (None, None, [old, new]) => ((shown(old), converted(old)?), (shown(new), converted(new)?)),
        (Some(_), Some(_), _) => {
            return usage("--rev compares sources, -o compares with what is written: choose one");
        }
        (None, None, _) => return usage("two folders are needed, or one with --rev or -o"),
        _ => return usage("--rev and -o take one folder"),
    };
    let difference = Difference::new((old.0, &old.1), (new.0, &new.1), options.target.as_str());
    let text = match arguments.format {
        DiffFormat::Human => diff_text::human(&difference),
        DiffFormat::Markdown => diff_text::markdown(&difference, arguments.max_size),
        DiffFormat::Html => diff_text::page(&difference),
        DiffFormat::Json => serde_json::to_string_pretty(&difference).unwrap_or_default() + "\n",
    };
    deliver(&text, None)?;
    Ok(if arguments.exit_code && !difference.is_empty() { FOUND } else { DONE })
}

/// What is on disk for the files of a state, and nothing is known of but its text.
fn written(root: &Path, wanted: &State) -> Result<State, ProjectError> {
    if !root.is_dir() {
        return Err(ProjectError::Usage(format!("{} is not a folder", root.display())));
    }
    let mut there = State::new();
    for name in wanted.keys() {
        let path = root.join(name);
        match fs::read(&path) {
            Ok(bytes) => {
                let output = String::from_utf8_lossy(&bytes).into_owned();
                there.insert(name.clone(), FileState { output, entries: Vec::new() });
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(ProjectError::io("read", &path, error)),
        }
    }
    Ok(there)
}

/// The state that a folder had at a revision: its files go to a folder that lives as long as this takes.
fn at_revision(
    revision: &str,
    path: &Path,
    options: &Options,
    settings: Settings,
) -> Result<State, ProjectError> {
    let folder = tempfile::tempdir()
        .map_err(|error| ProjectError::io("write to", Path::new("the temporary folder"), error))?;
    let files = git::files_at(path, revision)?;
    if files.is_empty() {
        return Ok(State::new());
    }
    for (relative, bytes) in files {
        let target = folder.path().join(relative);
        let failed = |error| ProjectError::io("write", &target, error);
        fs::create_dir_all(target.parent().unwrap_or(folder.path())).map_err(failed)?;
        fs::write(&target, bytes).map_err(failed)?;
    }
    state(&[Input::new(folder.path())], options, settings)
}

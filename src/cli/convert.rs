//! `pg2tidb convert`.

use super::args::{Convert, Format};
use super::locked::Locking;
use super::people::People;
use super::settings::{self, SettingsError};
use super::sink::{CliSink, Destination};
use super::{DONE, FAILED, FOUND};
use crate::config::{Layout, Options};
use crate::diagnostic::Level;
use crate::project::{Input, Inputs, OutputPlan, ProjectError, Settings, discover, layouts, run};
use crate::report::preflight;
use std::io::Write;

/// Runs the command and says how it ended.
pub fn convert(arguments: &Convert) -> u8 {
    let result = settings::options(arguments)
        .and_then(|options| try_convert(arguments, &options).map_err(SettingsError::Io));
    match result {
        Ok(code) => code,
        // whoever reads us has seen enough
        Err(SettingsError::Io(ProjectError::ReaderGone)) => DONE,
        Err(error) => {
            let text = match error {
                SettingsError::Io(error) => format!("error: {error}\n"),
                SettingsError::Wrong(drawn) => drawn,
            };
            // when standard error is gone there is nobody left to tell
            let _ = std::io::stderr().write_all(text.as_bytes());
            FAILED
        }
    }
}

fn try_convert(arguments: &Convert, options: &Options) -> Result<u8, ProjectError> {
    let inputs: Vec<Input> = arguments.paths.iter().map(Input::new).collect();
    let json = arguments.format == Format::Json;
    let found = discover(&inputs, arguments.output.as_deref(), options.layout)?;
    if found.files.is_empty() {
        return Err(ProjectError::Usage("no SQL file found".into()));
    }
    let destination = destination(arguments, &found)?;
    let lowest = match (json, arguments.quiet, arguments.verbose) {
        (true, ..) => None,
        (_, true, _) => Some(Level::Error),
        (.., true) => Some(Level::Info),
        _ => Some(Level::Warning),
    };
    let bytes = found.files.iter().map(|file| file.size).sum();
    let people = People::new(lowest, !json && !arguments.quiet, bytes);
    for project in &found.projects {
        let tool = layouts::tool(project.detected.layout);
        if !matches!(project.detected.layout, Layout::Numbered | Layout::Plain | Layout::Auto) {
            people.remark(&format!(
                "{}: {} ({})",
                project.root.display(),
                tool.title,
                project.detected.because
            ));
        }
        for (file, todo) in &project.todo {
            people.note(&format!("{file}: {todo}"));
        }
    }
    for note in &found.notes {
        people.note(note);
    }
    let settings =
        Settings { threads: arguments.threads, snippets: people.wants_snippets(), ..Settings::default() };
    let mut sink = CliSink::new(destination, json, people, &found.copies);
    sink.header = options.header.then(|| preflight::header(options));
    if let Some(root) = &arguments.output {
        sink.lock = Locking::of(root, options, arguments.lock || options.lock, arguments.update)?;
    }
    run(&found.files, options, settings, &mut sink)?;
    for copied in &found.copies {
        sink.copy(copied)?;
    }
    let stale = sink.finish_lock()?;
    sink.flush()?;
    let CliSink { mut people, mut summary, differing, errors, .. } = sink;
    people.finish(&mut summary);
    Ok(if summary.refused + differing + errors > 0 || stale { FOUND } else { DONE })
}

fn destination(arguments: &Convert, found: &Inputs) -> Result<Destination, ProjectError> {
    match &arguments.output {
        Some(root) => {
            let plan = OutputPlan::new(root, &arguments.paths, found)?;
            Ok(if arguments.check { Destination::Check(plan) } else { Destination::Folder(plan) })
        }
        None if arguments.format == Format::Json => Ok(Destination::Nowhere),
        None if found.files.len() == 1 => Ok(Destination::Stdout),
        None => {
            let count = found.files.len();
            let message = format!(
                "{count} SQL files found: give a folder for the output with -o DIR, or ask for records with --format json"
            );
            Err(ProjectError::Usage(message))
        }
    }
}

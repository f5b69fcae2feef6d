//! `pg2tidb guard`.

use super::lint_args::GuardArgs;
use super::people::style;
use super::settings::{self, SettingsError};
use super::{DONE, FAILED, FOUND};
use crate::lint::tidb::Script;
use crate::lint::tidb::guard::{Guarded, guard as make};
use crate::project::{AtomicFile, ProjectError};
use crate::report::finding::locate;
use crate::report::human::Renderer;
use crate::text::Position;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Runs the command and says how it ended.
pub fn guard(arguments: &GuardArgs) -> u8 {
    let error = match try_guard(arguments) {
        Ok(code) => return code,
        Err(SettingsError::Io(ProjectError::ReaderGone)) => return DONE,
        Err(SettingsError::Io(error)) => format!("error: {error}\n"),
        Err(SettingsError::Wrong(drawn)) => drawn,
    };
    // when standard error is gone there is nobody left to tell
    let _ = std::io::stderr().write_all(error.as_bytes());
    FAILED
}

fn try_guard(arguments: &GuardArgs) -> Result<u8, SettingsError> {
    let found = settings::read_for(arguments.config.as_ref(), Some(&arguments.script), arguments.target)?;
    let text = read(&arguments.script).map_err(SettingsError::Io)?;
    let guarded = make(&Script::read(text.clone()), found.options.target);
    say(&arguments.script, &text, &guarded);
    write(arguments, &guarded).map_err(SettingsError::Io)?;
    Ok(if guarded.found.is_empty() { DONE } else { FOUND })
}

fn read(path: &Path) -> Result<String, ProjectError> {
    let failed = |error| ProjectError::io("read", path, error);
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    } else {
        bytes = fs::read(path).map_err(failed)?;
    }
    String::from_utf8(bytes).map_err(|_| ProjectError::Usage(format!("{} is not UTF-8", path.display())))
}

fn write(arguments: &GuardArgs, guarded: &Guarded) -> Result<(), ProjectError> {
    let Some(output) = &arguments.output else {
        let mut out = std::io::stdout().lock();
        return out.write_all(guarded.text.as_bytes()).map_err(ProjectError::stdout);
    };
    let same = |a: &Path, b: &Path| {
        fs::canonicalize(a).ok().zip(fs::canonicalize(b).ok()).is_some_and(|(a, b)| a == b)
    };
    if same(output, &arguments.script) {
        let message =
            format!("writing to {} would overwrite the script: choose another file", output.display());
        return Err(ProjectError::Usage(message));
    }
    put(output, &guarded.text)?;
    if arguments.verify_sql {
        put(&beside(output, "pre"), &guarded.pre_checks)?;
        put(&beside(output, "post"), &guarded.post_checks)?;
        put(&beside(output, "rollback"), &guarded.rollback)?;
    }
    Ok(())
}

/// `a.sql` becomes `a.pre.sql`.
fn beside(output: &Path, what: &str) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    output.with_file_name(format!("{stem}.{what}.sql"))
}

fn put(path: &Path, text: &str) -> Result<(), ProjectError> {
    let mut file = AtomicFile::create(path, None)?;
    file.write_all(text.as_bytes()).map_err(|error| ProjectError::io("write", path, error))?;
    file.commit()
}

fn say(path: &Path, text: &str, guarded: &Guarded) {
    let diagnostics: Vec<_> = guarded.found.iter().map(|found| found.diagnostic.clone()).collect();
    let start = Position { line: 1, column: 1 };
    let renderer = Renderer::new(style());
    let name = path.to_string_lossy();
    for located in locate(text.as_bytes(), start, b"", &diagnostics, true) {
        let drawn = renderer.render(&name, &located);
        // when standard error is gone there is nobody left to tell
        let _ = std::io::stderr().write_all(drawn.as_bytes());
    }
}

//! `pg2tidb lint`.

use super::baseline::Baseline;
use super::lint_args::{Deny, DialectArg, LintArgs, LintFormat};
use super::lint_files::files;
use super::people::style;
use super::settings::{self, SettingsError};
use super::{DONE, FAILED, FOUND, fix};
use crate::diagnostic::Level;
use crate::lint::dialect::Dialect;
use crate::lint::portable::PORTABLE_SPELLING;
use crate::lint::select::Selector;
use crate::project::{LintFile, LintInput, LintRules, Linted, ProjectError, Settings, lint as run};
use crate::report::human::Renderer;
use crate::report::issue::{FileIssues, Issue};
use crate::report::{github, gitlab, junit, sarif};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

/// Runs the command and says how it ended.
pub fn lint(arguments: &LintArgs) -> u8 {
    match try_lint(arguments) {
        Ok(code) => code,
        Err(SettingsError::Io(ProjectError::ReaderGone)) => DONE,
        Err(error) => {
            let text = match error {
                SettingsError::Io(error) => format!("error: {error}\n"),
                SettingsError::Wrong(drawn) => drawn,
            };
            say(&text);
            FAILED
        }
    }
}

fn try_lint(arguments: &LintArgs) -> Result<u8, SettingsError> {
    let started = Instant::now();
    let usage = |message: String| SettingsError::Io(ProjectError::Usage(message));
    let first = arguments.stdin_filename.as_ref().or(arguments.paths.first()).cloned();
    let found = settings::read_for(arguments.config.as_ref(), first.as_deref(), arguments.target)?;
    let (mut options, root) = (found.options, found.root);
    options.lint.ignore.extend(arguments.ignore.iter().cloned());
    if !arguments.select.is_empty() {
        options.lint.select = arguments.select.clone();
    }
    let rules = LintRules::new(&options.lint, root).map_err(usage)?;
    let files = files(arguments).map_err(SettingsError::Io)?;
    if files.is_empty() {
        return Err(usage("no SQL file found".into()));
    }
    let dialect = match arguments.dialect {
        DialectArg::Auto => None,
        DialectArg::Postgres => Some(Dialect::Postgres),
        DialectArg::Tidb => Some(Dialect::Tidb),
    };
    let mut names = options.lint.select.iter().chain(options.lint.levels.keys());
    let asked = names.any(|name| Selector::parse(name).is_some_and(|s| s.matches(&PORTABLE_SPELLING)));
    let spellings = asked || arguments.fix || arguments.diff || arguments.verbose;
    let lint = |files| {
        let snippets = arguments.format == LintFormat::Human;
        let settings = Settings { threads: arguments.threads, snippets, spellings, ..Settings::default() };
        run(LintInput { files, options: &options, rules: &rules, dialect, settings })
    };
    report(arguments, files.clone(), lint, started).map_err(SettingsError::Io)
}

fn report(
    arguments: &LintArgs,
    files: Vec<LintFile>,
    lint: impl Fn(Vec<LintFile>) -> Result<Vec<Linted>, ProjectError>,
    started: Instant,
) -> Result<u8, ProjectError> {
    let mut linted = lint(files.clone())?;
    if arguments.diff {
        let (_, changed) = fix::rounds(linted, files, &lint)?;
        let diffs: String = changed.iter().map(fix::Fixed::diff).collect();
        write_out(&diffs)?;
        return Ok(if diffs.is_empty() { DONE } else { FOUND });
    }
    if arguments.fix {
        let changed;
        (linted, changed) = fix::rounds(linted, files, &lint)?;
        for fixed in &changed {
            fixed.write()?;
            say(&format!("fixed: {} ({})\n", fixed.source.name, fixed.said()));
        }
        if !arguments.verbose {
            // what could not be written another way is no news
            linted.iter_mut().for_each(|file| file.issues.retain(|issue| *issue.rule != PORTABLE_SPELLING));
        }
    }
    let mut notes = Vec::new();
    if let Some(path) = &arguments.baseline {
        let known = Baseline::read(path)?;
        match known.filter(|_| !arguments.update_baseline) {
            None => {
                let baseline = Baseline::of(&linted);
                baseline.write(path)?;
                notes.push(format!(
                    "{}: {} accepted",
                    path.display(),
                    some(baseline.findings.len(), "finding")
                ));
                baseline.apply(&mut linted);
            }
            Some(baseline) => {
                let (accepted, gone) = baseline.apply(&mut linted);
                if accepted > 0 {
                    notes.push(format!("{} of the baseline not shown", some(accepted, "finding")));
                }
                let all = arguments.since.is_none() && !arguments.staged;
                if gone > 0 && all {
                    notes.push(format!(
                        "{} of the baseline gone: renew it with --update-baseline",
                        some(gone, "finding")
                    ));
                }
            }
        }
    }
    let lowest = match (arguments.quiet, arguments.verbose || arguments.format == LintFormat::Json) {
        (true, _) => Level::Error,
        (_, true) => Level::Info,
        _ => Level::Warning,
    };
    for file in &mut linted {
        file.issues.retain(|issue| issue.level() >= lowest);
    }
    let reported: Vec<FileIssues<'_>> = linted
        .iter()
        .map(|file| FileIssues { file: name(arguments.format, file), issues: &file.issues })
        .collect();
    write_out(&rendered(arguments.format, &reported))?;
    if arguments.format == LintFormat::Github {
        job_summary(&reported)?;
    }
    let count = |level| issues(&reported).filter(|(_, issue)| issue.level() == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if !arguments.quiet && matches!(arguments.format, LintFormat::Human | LintFormat::Concise) {
        for note in notes {
            say(&format!("note: {note}\n"));
        }
        say(&format!(
            "{}: {}, {} in {:.2} s\n",
            some(linted.len(), "file"),
            some(errors, "error"),
            some(warnings, "warning"),
            started.elapsed().as_secs_f64()
        ));
    }
    let denied = arguments.deny == Some(Deny::Warnings) && warnings > 0;
    Ok(if errors > 0 || denied { FOUND } else { DONE })
}

/// Services want paths from the root of the repository, which is where they run.
fn name(format: LintFormat, file: &Linted) -> &str {
    match format {
        LintFormat::Sarif | LintFormat::Github | LintFormat::Gitlab => &file.portable,
        _ => &file.source.name,
    }
}

fn issues<'a>(files: &'a [FileIssues<'_>]) -> impl Iterator<Item = (&'a str, &'a Issue)> {
    files.iter().flat_map(|file| file.issues.iter().map(|issue| (file.file, issue)))
}

fn rendered(format: LintFormat, files: &[FileIssues<'_>]) -> String {
    let lines = |line: fn(&Issue, &str) -> String| {
        let mut text = String::new();
        for (file, issue) in issues(files) {
            let _ = writeln!(text, "{}", line(issue, file));
        }
        text
    };
    match format {
        LintFormat::Human => {
            let renderer = Renderer::new(style());
            issues(files).map(|(file, issue)| renderer.render(file, &issue.located)).collect()
        }
        LintFormat::Concise => lines(Issue::concise),
        LintFormat::Json => lines(Issue::json),
        LintFormat::Sarif => sarif::sarif(files),
        LintFormat::Github => github::annotations(files),
        LintFormat::Gitlab => gitlab::gitlab(files),
        LintFormat::Junit => junit::junit(files),
    }
}

/// Adds to the page that GitHub shows of a job.
fn job_summary(files: &[FileIssues<'_>]) -> Result<(), ProjectError> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) else { return Ok(()) };
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(github::summary(files).as_bytes()));
    written.map_err(|error| ProjectError::io("write", &path, error))
}

fn some(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
}

fn write_out(text: &str) -> Result<(), ProjectError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(ProjectError::stdout)
}

fn say(text: &str) {
    // when standard error is gone there is nobody left to tell
    let _ = std::io::stderr().write_all(text.as_bytes());
}

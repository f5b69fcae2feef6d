//! One lint run: every file is read and judged in order with one schema, and nothing is written.

use super::batch::Chunk;
use super::discover::SourceFile;
use super::error::ProjectError;
use super::lint_rules::{FileRules, LintRules};
use super::look_ahead::look_ahead;
use super::pipeline::{self, Line, Load};
use super::run::{GROUP, Settings, Sink, WHOLE, Whole};
use super::stream::stream;
use super::texts::Texts;
use super::workers::Workers;
use crate::config::Options;
use crate::diagnostic::{Direction, Rule};
use crate::lint::dialect::{Dialect, detect};
use crate::lint::fingerprint::Fingerprints;
use crate::lint::suppress::{Allows, Layout, speaks};
use crate::lint::{Fix, all_rules, portable, tidb};
use crate::passes::Session;
use crate::report::finding::{Located, locate};
use crate::report::issue::Issue;
use crate::text::{LineIndex, Position};
use std::collections::HashMap;
use std::io::Cursor;
use std::iter::Peekable;
use std::path::Path;

/// What to lint, and how.
#[derive(Debug)]
pub struct LintInput<'a> {
    pub files: Vec<LintFile>,
    pub options: &'a Options,
    pub rules: &'a LintRules,
    /// The dialect of every file, if the command line says so.
    pub dialect: Option<Dialect>,
    pub settings: Settings,
}

/// A file to lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintFile {
    pub source: SourceFile,
    /// Its text, where it is not to be read from disk.
    pub text: Option<Vec<u8>>,
    /// Whether its findings are wanted; else it is only read for what it declares.
    pub wanted: bool,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Linted {
    pub source: SourceFile,
    /// Its name as it is on every machine.
    pub portable: String,
    pub dialect: Dialect,
    pub text: Vec<u8>,
    pub issues: Vec<Issue>,
}

/// A file on its way.
struct Work {
    file: LintFile,
    rules: FileRules,
    dialect: Dialect,
    text: Vec<u8>,
    found: Vec<(Located, Option<Fix>)>,
    tidb: Option<tidb::Script>,
    whole: Option<Whole>,
    issues: Vec<Issue>,
    failed: Option<ProjectError>,
}

/// Lints `files`, in this order, as one run.
///
/// # Errors
/// When a file can't be read.
pub fn lint(input: LintInput<'_>) -> Result<Vec<Linted>, ProjectError> {
    let LintInput { files, options, rules, dialect, settings } = input;
    let settings = Settings { findings_only: true, ..settings };
    let workers = Workers::new(settings.threads);
    let mut postgres = Session::new(options);
    let sources: Vec<SourceFile> = files.iter().map(|file| file.source.clone()).collect();
    let texts = Texts::of(&sources);
    if files.len() > 1 {
        postgres.look_ahead(look_ahead(&sources, &texts, &workers)?);
    }
    let mut tidb = tidb::Session::new(options.target);
    let known: HashMap<&'static str, &'static Rule> = all_rules().map(|rule| (rule.code, rule)).collect();
    let bytes = files.iter().map(|file| file.source.size).sum();
    let judging = Judging { texts, rules, dialect, known: &known, settings };
    let mut run = Run {
        linted: Vec::with_capacity(files.len()),
        rest: files.into_iter().peekable(),
        judging: &judging,
        postgres: &mut postgres,
        tidb: &mut tidb,
        workers: &workers,
    };
    pipeline::run(&mut run, bytes, &workers)?;
    Ok(run.linted)
}

/// What is the same for all files.
struct Judging<'r> {
    texts: Texts,
    rules: &'r LintRules,
    dialect: Option<Dialect>,
    known: &'r HashMap<&'static str, &'static Rule>,
    settings: Settings,
}

struct Run<'r> {
    rest: Peekable<std::vec::IntoIter<LintFile>>,
    judging: &'r Judging<'r>,
    postgres: &'r mut Session,
    tidb: &'r mut tidb::Session,
    workers: &'r Workers,
    linted: Vec<Linted>,
}

/// A few files.
struct Group<'r> {
    files: Vec<Work>,
    judging: &'r Judging<'r>,
}

impl<'r> Line for Run<'r> {
    type Load = Group<'r>;

    fn next(&mut self) -> Result<Option<Group<'r>>, ProjectError> {
        let (mut files, mut bytes) = (Vec::new(), 0);
        while let Some(file) = self.rest.next_if(|file| bytes == 0 || bytes + file.source.size <= GROUP) {
            bytes += file.source.size.max(1);
            let name = file.source.path.clone().unwrap_or_else(|| file.source.name.clone().into());
            files.push(Work::new(file, self.judging.rules.of(&name)));
        }
        Ok((!files.is_empty()).then_some(Group { files, judging: self.judging }))
    }

    fn plan(&mut self, group: &mut Group<'r>) -> Result<(), ProjectError> {
        for work in &mut group.files {
            if let Some(error) = work.failed.take() {
                return Err(error);
            }
            work.judge(self.postgres, self.tidb, self.workers, self.judging.settings)?;
        }
        Ok(())
    }

    fn give(&mut self, group: Group<'r>) -> Result<(), ProjectError> {
        let wanted = group.files.into_iter().filter(|work| work.file.wanted);
        self.linted.extend(wanted.map(|work| Linted {
            portable: portable(&work.file.source.name),
            source: work.file.source,
            dialect: work.dialect,
            text: work.text,
            issues: work.issues,
        }));
        Ok(())
    }
}

impl Load for Group<'_> {
    fn read(&mut self, workers: &Workers) {
        self.files.iter_mut().for_each(|work| work.read(&self.judging.texts, self.judging.dialect, workers));
    }

    fn emit(&mut self, _: &Workers) {
        let Judging { known, settings, .. } = self.judging;
        self.files.iter_mut().for_each(|work| work.finish(known, *settings));
    }
}

impl Work {
    fn new(file: LintFile, rules: FileRules) -> Work {
        Work {
            file,
            rules,
            dialect: Dialect::Postgres,
            text: Vec::new(),
            found: Vec::new(),
            tidb: None,
            whole: None,
            issues: Vec::new(),
            failed: None,
        }
    }

    /// All that needs no other file.
    fn read(&mut self, texts: &Texts, dialect: Option<Dialect>, workers: &Workers) {
        self.text = match self.file.text.take() {
            Some(text) => text,
            None => match texts.read(&self.file.source) {
                Ok(text) => text.into_owned(),
                Err(error) => {
                    self.failed = Some(error);
                    return;
                }
            },
        };
        let readable = readable(&self.text);
        let said = dialect.or(self.rules.dialect);
        self.dialect = said.or_else(|| detect(&readable)).unwrap_or(Dialect::Postgres);
        match self.dialect {
            Dialect::Tidb => self.tidb = Some(tidb::Script::read(readable)),
            Dialect::Postgres if self.text.len() as u64 <= WHOLE => {
                let mut whole =
                    Whole::new(self.text.clone(), self.file.source.direction, self.file.source.layout);
                whole.batch.read(workers);
                self.whole = Some(whole);
            }
            Dialect::Postgres => {}
        }
    }

    /// All that needs to know what earlier files declare.
    fn judge(
        &mut self,
        postgres: &mut Session,
        tidb: &mut tidb::Session,
        workers: &Workers,
        settings: Settings,
    ) -> Result<(), ProjectError> {
        if let Some(script) = &self.tidb {
            let found = match self.file.source.direction {
                Direction::Up => tidb.lint(script),
                Direction::Down => tidb.clone().lint(script),
            };
            let (fixes, diagnostics): (Vec<_>, Vec<_>) =
                found.into_iter().map(|found| (found.fix, found.diagnostic)).unzip();
            let mut order: Vec<usize> = (0..diagnostics.len()).collect();
            order.sort_by_key(|&at| diagnostics[at].span);
            let start = Position { line: 1, column: 1 };
            let located = locate(&self.text, start, b"", &diagnostics, settings.snippets);
            let mut fixes: Vec<Option<Fix>> = fixes;
            self.found = located.into_iter().zip(order).map(|(l, at)| (l, fixes[at].take())).collect();
        } else if let Some(whole) = &mut self.whole {
            whole.batch.plan_file(&self.file.source.name, postgres);
        } else {
            let mut sink = Collect::default();
            let text = Cursor::new(&self.text[..]);
            stream(&self.file.source, text, postgres, workers, settings, &mut sink)?;
            self.found = sink.0;
        }
        Ok(())
    }

    /// What is left to report after the comments and settings of the file.
    fn finish(&mut self, known: &HashMap<&'static str, &'static Rule>, settings: Settings) {
        if let Some(mut whole) = self.whole.take() {
            let mut sink = Collect::default();
            whole.batch.emit(&Workers::new(1), settings);
            sink.take(whole.chunk(&self.file.source.name, settings));
            self.found = sink.0;
        }
        let script = self.tidb.take();
        if !self.file.wanted {
            return;
        }
        let text = &self.text;
        // a comment may be about them
        if self.dialect == Dialect::Postgres && (settings.spellings || speaks(text)) {
            let (diagnostics, fixes): (Vec<_>, Vec<_>) = portable::find(text).into_iter().unzip();
            let located = locate(text, Position { line: 1, column: 1 }, b"", &diagnostics, settings.snippets);
            self.found.extend(located.into_iter().zip(fixes.into_iter().map(Some)));
        }
        let layout = script.as_ref().map_or_else(|| Layout::postgres(text), tidb::Script::layout);
        let mut allows = Allows::read(text, &layout);
        self.found.retain(|(located, _)| {
            let rule = known.get(located.finding.code.as_str());
            let unasked =
                !settings.spellings && rule.is_some_and(|rule| **rule == portable::PORTABLE_SPELLING);
            !rule.is_some_and(|rule| allows.allows(rule, located.finding.line)) && !unasked
        });
        let own: Vec<_> = allows.diagnostics.iter().cloned().chain(allows.unused()).collect();
        let own = locate(text, Position { line: 1, column: 1 }, b"", &own, settings.snippets);
        self.found.extend(own.into_iter().map(|located| (located, None)));
        self.found.sort_by_key(|(located, _)| (located.finding.line, located.finding.column));
        let lines = LineIndex::new(text);
        let mut prints = Fingerprints::default();
        let name = portable(&self.file.source.name);
        for (mut located, fix) in std::mem::take(&mut self.found) {
            let Some(rule) = known.get(located.finding.code.as_str()) else { continue };
            let (line, construct) = words(text, &lines, &located);
            let fingerprint = prints.of(&name, rule.code, &line, &construct);
            let Some(level) = self.rules.levels.level(rule, located.finding.level) else { continue };
            located.finding.level = level;
            self.issues.push(Issue { rule, located, fingerprint, fix });
        }
    }
}

/// A file's name as it is on every machine: relative to the working folder, where it is in it.
fn portable(name: &str) -> String {
    let path = Path::new(name);
    let here = std::env::current_dir().ok();
    let path = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    let path = path.strip_prefix(".").unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// The first line of a finding and what it underlines there.
fn words(text: &[u8], lines: &LineIndex, located: &Located) -> (String, String) {
    let finding = &located.finding;
    let start = lines.line_start(finding.line);
    let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |n| start + n);
    let line = String::from_utf8_lossy(&text[start..end]).into_owned();
    let until = if finding.end_line == finding.line { finding.end_column } else { usize::MAX };
    let construct =
        line.chars().skip(finding.column - 1).take(until.saturating_sub(finding.column)).collect();
    (line, construct)
}

/// The text with a `?` for each byte that is not UTF-8, so that places stay the same.
fn readable(text: &[u8]) -> String {
    let mut readable = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        readable.push_str(chunk.valid());
        readable.extend(chunk.invalid().iter().map(|_| '?'));
    }
    readable
}

#[derive(Default)]
struct Collect(Vec<(Located, Option<Fix>)>);

impl Collect {
    fn take(&mut self, chunk: Chunk) {
        let located = chunk.outcomes.into_iter().flat_map(|outcome| outcome.located).chain(chunk.notes);
        self.0.extend(located.map(|located| (located, None)));
    }
}

impl Sink for Collect {
    fn begin(&mut self, _: &SourceFile) -> Result<(), ProjectError> {
        Ok(())
    }

    fn chunk(&mut self, _: &SourceFile, chunk: Chunk) -> Result<(), ProjectError> {
        self.take(chunk);
        Ok(())
    }

    fn end(&mut self, _: &SourceFile) -> Result<(), ProjectError> {
        Ok(())
    }
}

/// Makes a file of a text that is not on disk under that name, such as an editor's buffer.
impl LintFile {
    pub fn text(name: &Path, text: Vec<u8>) -> LintFile {
        let source = SourceFile {
            path: None,
            name: name.to_string_lossy().into_owned(),
            relative: name.to_owned(),
            direction: Direction::Up,
            size: text.len() as u64,
            layout: crate::config::Layout::Auto,
        };
        LintFile { source, text: Some(text), wanted: true }
    }
}

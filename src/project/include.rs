//! `\i` and `\ir`: the files that psql runs in the middle of others. Each is converted as a file of its own, at its place.

use super::discover::SourceFile;
use super::error::ProjectError;
use super::pieces::{Cursor, Included};
use super::psql::Psql;
use super::run::{Settings, Sink, WHOLE, Whole};
use super::texts::Texts;
use super::workers::Workers;
use crate::config::Layout;
use crate::diagnostic::Diagnostic;
use crate::passes::Session;
use crate::report::finding::locate;
use crate::report::record::Direction;
use crate::report::rules::PSQL_STEERING;
use crate::text::Span;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};

/// How many folders above a file are looked in for a path that counts from where psql was called.
const ABOVE: usize = 8;

/// Which files of a run stand in others.
pub struct Includes {
    /// Those that no other includes.
    pub top: Vec<SourceFile>,
    /// All, each before the one that includes it.
    pub all: Vec<SourceFile>,
    /// What a file's commands mean, by the file's name, in order; `None` for what can't be followed.
    targets: BTreeMap<String, Vec<Option<SourceFile>>>,
}

impl Includes {
    /// Whether a file includes others.
    pub fn has(&self, file: &SourceFile) -> bool {
        self.targets.contains_key(&file.name)
    }
}

/// Looks for files that include others; `None` where there are none.
///
/// # Errors
/// When a file can't be read.
pub fn find(
    files: &[SourceFile],
    texts: &Texts,
    workers: &Workers,
) -> Result<Option<Includes>, ProjectError> {
    let bytes = files.iter().map(|file| file.size).sum();
    let mut slots: Vec<(&SourceFile, Result<bool, ProjectError>)> =
        files.iter().filter(|file| may_include(file)).map(|file| (file, Ok(false))).collect();
    workers.each(bytes, &mut slots, |(file, found)| {
        *found = texts.read(file).map(|text| memchr::memmem::find(&text, b"\\i").is_some());
    });
    let mut including = Vec::new();
    for (file, found) in slots {
        if found? {
            including.push(file);
        }
    }
    if including.is_empty() {
        return Ok(None);
    }
    // Few files that hold such bytes include others.
    let files_by_path =
        LazyCell::new(|| files.iter().map(|file| (canonical(file.path.as_deref()), file)).collect());
    let mut search = Search { texts, files: files_by_path, targets: BTreeMap::new(), taken: BTreeSet::new() };
    for file in &including {
        let mut stack = vec![canonical(file.path.as_deref())];
        search.follow(file, &mut stack)?;
    }
    if search.targets.is_empty() {
        return Ok(None);
    }
    let stands_alone = |file: &&SourceFile| !search.taken.contains(&canonical(file.path.as_deref()));
    let top: Vec<SourceFile> = files.iter().filter(stands_alone).cloned().collect();
    let mut all = Vec::new();
    for file in &top {
        in_order(file, &search.targets, &mut all);
    }
    Ok(Some(Includes { top, all, targets: search.targets }))
}

/// Only files that psql runs may have such commands.
fn may_include(file: &SourceFile) -> bool {
    matches!(file.layout, Layout::Auto | Layout::Plain | Layout::Numbered | Layout::PgDump)
        && file.direction == Direction::Up
        && file.path.is_some()
        && file.size <= WHOLE
}

fn canonical(path: Option<&Path>) -> PathBuf {
    path.map(|path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())).unwrap_or_default()
}

fn in_order(
    file: &SourceFile,
    targets: &BTreeMap<String, Vec<Option<SourceFile>>>,
    all: &mut Vec<SourceFile>,
) {
    for target in targets.get(&file.name).into_iter().flatten().flatten() {
        in_order(target, targets, all);
    }
    all.push(file.clone());
}

struct Search<'f, F> {
    texts: &'f Texts,
    /// The files of the run by where they are.
    files: LazyCell<HashMap<PathBuf, &'f SourceFile>, F>,
    targets: BTreeMap<String, Vec<Option<SourceFile>>>,
    /// The files that others include.
    taken: BTreeSet<PathBuf>,
}

impl<'f, F: FnOnce() -> HashMap<PathBuf, &'f SourceFile>> Search<'f, F> {
    /// Finds what a file includes, and what those include. `stack` are the files around it.
    fn follow(&mut self, file: &SourceFile, stack: &mut Vec<PathBuf>) -> Result<(), ProjectError> {
        if self.targets.contains_key(&file.name) {
            return Ok(());
        }
        let mut whole = following(self.texts.read(file)?.into_owned(), file, Psql::default());
        let included = whole.included();
        if included.is_empty() {
            return Ok(());
        }
        let mut targets = Vec::with_capacity(included.len());
        for command in included {
            let target = self.target(file, command);
            let path = canonical(target.as_ref().and_then(|target| target.path.as_deref()));
            // A file that runs twice, or within itself, is not followed.
            let target = target.filter(|_| !stack.contains(&path) && self.taken.insert(path.clone()));
            targets.push(target.clone());
            if let Some(target) = target {
                stack.push(path);
                self.follow(&target, stack)?;
                stack.pop();
            }
        }
        self.targets.insert(file.name.clone(), targets);
        Ok(())
    }

    fn target(&self, from: &SourceFile, command: &Included) -> Option<SourceFile> {
        let folder = from.path.as_deref()?.parent()?;
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let wanted = Path::new(&command.path);
        let above = if command.relative { 1 } else { ABOVE };
        // A relative folder has nothing above it by name.
        let absolute = std::fs::canonicalize(folder).ok()?;
        let found =
            absolute.ancestors().take(above).map(|folder| folder.join(wanted)).find(|path| path.is_file())?;
        let found = std::fs::canonicalize(found).ok()?;
        if let Some(&known) = self.files.get(&found) {
            return (known.size <= WHOLE && known.direction == Direction::Up).then(|| known.clone());
        }
        // From outside of what was given: it goes where it stands beside the file.
        let below = found.strip_prefix(&absolute).ok()?;
        if below.components().any(|part| !matches!(part, Component::Normal(_))) {
            return None;
        }
        let relative = from.relative.parent().unwrap_or(Path::new("")).join(below);
        let path = folder.join(below);
        let size = std::fs::metadata(&path).ok()?.len();
        let name = match from.path.as_deref()?.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => parent.join(below),
            None => below.to_owned(),
        };
        let name = name.to_string_lossy().into_owned();
        (size <= WHOLE).then(|| SourceFile { path: Some(path), name, relative, size, ..from.clone() })
    }
}

fn following(text: Vec<u8>, file: &SourceFile, psql: Psql) -> Whole {
    Whole::cut(text, Cursor::following(file.direction, psql), file.layout)
}

/// Converts files that include others.
pub struct Converter<'r> {
    pub includes: &'r Includes,
    pub texts: &'r Texts,
    pub session: &'r mut Session,
    pub workers: &'r Workers,
    pub settings: Settings,
    pub sink: &'r mut dyn Sink,
}

impl Converter<'_> {
    /// Converts one file and all that it includes, each where psql runs it.
    ///
    /// # Errors
    /// When a file can't be read, or the sink fails.
    pub fn file(&mut self, file: &SourceFile, psql: Psql, within: bool) -> Result<(), ProjectError> {
        let mut whole = following(self.texts.read(file)?.into_owned(), file, psql);
        whole.batch.read(self.workers);
        let around = within.then(|| self.session.suspend());
        self.session.enter(&file.name, false);
        let statements = whole.batch.parsed(Direction::Up);
        self.session.begin_file(&statements);
        if let Some(around) = &around {
            self.session.stay_in(around, &statements);
        }
        self.sink.begin(file)?;
        let targets = self.includes.targets.get(&file.name);
        for (n, command) in whole.take_included().into_iter().enumerate() {
            let chunk =
                whole.convert_until(Some(command.at), &file.name, self.session, self.workers, self.settings);
            self.sink.chunk(file, chunk)?;
            match targets.and_then(|targets| targets.get(n)).and_then(Option::as_ref) {
                Some(target) => {
                    whole.keep(&command);
                    self.file(target, command.psql, true)?;
                }
                None => whole.note(locate(&command.bytes, command.start, b"", &[refused(&command)], true)),
            }
        }
        let mut chunk = whole.convert_until(None, &file.name, self.session, self.workers, self.settings);
        chunk.read = file.size;
        self.sink.chunk(file, chunk)?;
        self.sink.end(file)?;
        if let Some(around) = around {
            self.session.resume(around);
        }
        Ok(())
    }
}

/// What is said of a file that is not followed.
pub fn refused(command: &Included) -> Diagnostic {
    let span = Span::new(0, command.bytes.len());
    Diagnostic::new(&PSQL_STEERING, span, format!("psql runs the file {} here", command.path))
        .with_help("convert the included files themselves, in the order in which they run")
}

//! Puts the files of a folder into the order they run in, each down right after the up it undoes.

use super::discover::{CopiedFile, Inputs, SourceFile};
use super::layout::{FileName, is_other_dialect, is_postgres, worded_name};
use super::layouts::Order;
use super::natural::{NameKey, natural};
use crate::report::record::Direction;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// A file that may be converted, with what its name says.
#[derive(Debug)]
pub struct Candidate {
    file: SourceFile,
    /// Where it is, or where its up is.
    folder: PathBuf,
    /// The same from the folder that was given.
    parent: PathBuf,
    stem: String,
    direction: Option<Direction>,
    dialect: Option<String>,
}

impl Candidate {
    pub fn new(file: SourceFile) -> Self {
        let name = file.relative.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = FileName::new(&name);
        let folder = file.path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        let parent = file.relative.parent().unwrap_or(Path::new("")).to_owned();
        Candidate {
            folder,
            parent,
            stem: read.stem,
            direction: read.direction,
            dialect: read.dialect.map(str::to_owned),
            file,
        }
    }

    fn is_down(&self) -> bool {
        self.direction == Some(Direction::Down)
    }

    fn place(&self) -> (PathBuf, String) {
        (self.folder.clone(), self.stem.clone())
    }
}

/// Files named one by one keep their order, but a down moves right behind its up.
pub fn order_given(mut given: Vec<Candidate>, found: &mut Inputs) {
    pair(&mut given);
    let mut first: HashMap<(PathBuf, String), usize> = HashMap::new();
    for (at, candidate) in given.iter().enumerate().filter(|(_, c)| !c.is_down()) {
        first.entry(candidate.place()).or_insert(at);
    }
    let mut keyed: Vec<_> = given
        .into_iter()
        .enumerate()
        .map(|(at, candidate)| {
            let anchor = if candidate.is_down() { first.get(&candidate.place()).copied() } else { None };
            (anchor.unwrap_or(at), anchor.is_some(), candidate)
        })
        .collect();
    keyed.sort_by_key(|&(at, follows, _)| (at, follows));
    found.files.extend(keyed.into_iter().map(|(_, _, candidate)| finish(candidate)));
}

/// The files of one folder, in the order its layout runs.
pub fn order_folder(folder: &Path, candidates: Vec<Candidate>, order: &Order, found: &mut Inputs) {
    let mut candidates = set_other_dialects_aside(folder, candidates, found);
    pair(&mut candidates);
    // Names are read once, not for each comparison.
    let names: Vec<Vec<String>> = candidates.iter().map(components).collect();
    let keys: Vec<Key<'_>> =
        candidates.iter().zip(&names).map(|(c, names)| Key::new(c, names, order)).collect();
    let mut places: Vec<usize> = (0..keys.len()).collect();
    places.sort_by(|&a, &b| compare(&keys[a], &keys[b], order));
    drop(keys);
    let mut candidates: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    found.files.extend(places.into_iter().filter_map(|at| candidates[at].take()).map(finish));
}

/// What a file is ordered by.
struct Key<'c> {
    rank: usize,
    candidate: &'c Candidate,
    stem: NameKey<'c>,
    /// The path's components.
    names: &'c [String],
    parts: Vec<NameKey<'c>>,
}

impl<'c> Key<'c> {
    fn new(candidate: &'c Candidate, names: &'c [String], order: &Order) -> Self {
        let rank = match order {
            Order::Listed(list) => rank(candidate, list),
            _ => 0,
        };
        let parts = names.iter().map(|name| NameKey::new(name)).collect();
        Key { rank, candidate, stem: NameKey::new(&candidate.stem), names, parts }
    }
}

/// Where a list names a file; what it does not name comes after. Undoing files are listed by the name of their up.
fn rank(candidate: &Candidate, list: &[String]) -> usize {
    let path = candidate.parent.join(&candidate.stem);
    let path = path.to_string_lossy().replace('\\', "/");
    let names = |entry: &str| {
        let entry = entry.trim_start_matches("./");
        let entry = entry.strip_suffix(".sql").unwrap_or(entry);
        path.strip_suffix(entry).is_some_and(|before| before.is_empty() || before.ends_with('/'))
            || entry.strip_suffix(path.as_str()).is_some_and(|before| before.ends_with('/'))
    };
    list.iter().position(|entry| names(entry)).unwrap_or(list.len())
}

fn finish(candidate: Candidate) -> SourceFile {
    let direction = candidate.direction.unwrap_or_default();
    SourceFile { direction, ..candidate.file }
}

fn compare(left: &Key<'_>, right: &Key<'_>, order: &Order) -> Ordering {
    let (a, b) = (left.candidate, right.candidate);
    // a baseline holds what the versions up to its own made
    let by_version = || {
        left.stem
            .cmp_version(&right.stem)
            .then_with(|| a.stem.starts_with('B').cmp(&b.stem.starts_with('B')))
            .then_with(|| left.stem.cmp(&right.stem))
    };
    let by_order = || match order {
        Order::Versions => by_version(),
        Order::Bytes => a.parent.cmp(&b.parent).then_with(|| a.stem.cmp(&b.stem)),
        Order::Natural | Order::Listed(_) => compare_paths(left, right),
    };
    left.rank
        .cmp(&right.rank)
        .then_with(by_order)
        .then_with(|| a.direction.unwrap_or_default().cmp(&b.direction.unwrap_or_default()))
        .then_with(|| natural(&a.file.name, &b.file.name))
}

/// Component by component: a folder and a file beside it compare by their names.
fn compare_paths(a: &Key<'_>, b: &Key<'_>) -> Ordering {
    let keys = a.parts.iter().zip(&b.parts);
    let mut parts =
        keys.zip(a.names.iter().zip(b.names)).map(|((a, b), (x, y))| a.cmp(b).then_with(|| x.cmp(y)));
    parts.find(|order| order.is_ne()).unwrap_or_else(|| a.names.len().cmp(&b.names.len()))
}

fn components(candidate: &Candidate) -> Vec<String> {
    let mut parts: Vec<String> =
        candidate.parent.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.push(candidate.stem.clone());
    parts
}

/// Files for other databases are not converted, and PostgreSQL's own variant of a file wins over a generic one.
fn set_other_dialects_aside(folder: &Path, candidates: Vec<Candidate>, found: &mut Inputs) -> Vec<Candidate> {
    let parents: HashSet<PathBuf> = candidates
        .iter()
        .flat_map(|c| c.file.relative.parent().into_iter().flat_map(Path::ancestors))
        .filter(|dir| dir.file_name().is_some_and(|name| is_postgres(&name.to_string_lossy())))
        .filter_map(|dir| dir.parent().map(Path::to_owned))
        .collect();
    let own: HashSet<(PathBuf, String, bool)> = candidates
        .iter()
        .filter(|c| c.dialect.as_deref().is_some_and(is_postgres))
        .map(|c| (c.folder.clone(), c.stem.clone(), c.is_down()))
        .collect();
    let mut aside: BTreeMap<String, usize> = BTreeMap::new();
    let mut generic = BTreeSet::new();
    let mut kept = Vec::new();
    for candidate in candidates {
        let by_folder = || {
            let dirs = candidate.file.relative.parent().into_iter().flat_map(Path::ancestors);
            dirs.filter(|dir| dir.parent().is_some_and(|parent| parents.contains(parent)))
                .filter_map(|dir| dir.file_name().map(|name| name.to_string_lossy().into_owned()))
                .find(|name| is_other_dialect(name))
        };
        let other = candidate.dialect.clone().filter(|d| is_other_dialect(d)).or_else(by_folder);
        if let Some(other) = other {
            *aside.entry(other).or_default() += 1;
        } else if candidate.dialect.is_none()
            && own.contains(&(candidate.folder.clone(), candidate.stem.clone(), candidate.is_down()))
        {
            generic.insert(candidate.file.name.clone());
        } else {
            kept.push(candidate);
            continue;
        }
        let SourceFile { path, relative, .. } = candidate.file;
        found.copies.extend(path.map(|path| CopiedFile { path, relative, change: None }));
    }
    if !aside.is_empty() {
        let names: Vec<_> = aside.iter().map(|(name, count)| format!("{name}: {count}")).collect();
        let names = names.join(", ");
        found
            .notes
            .push(format!("{}: files for other databases are not converted ({names})", folder.display()));
    }
    for name in generic {
        found.notes.push(format!("{name}: not converted, as a PostgreSQL variant stands beside it"));
    }
    kept
}

/// Some keep the two directions in two folders, with the same names: `up/1.sql` and `down/1.sql`, sqitch's `deploy` and
/// `revert`.
fn pair_folders(candidates: &mut [Candidate]) {
    const PAIRS: [(&str, &str); 3] = [("up", "down"), ("deploy", "revert"), ("do", "undo")];
    let places: HashSet<(PathBuf, String)> = candidates.iter().map(Candidate::place).collect();
    for candidate in candidates.iter_mut().filter(|c| c.direction.is_none()) {
        let name = candidate.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((up, _)) = PAIRS.iter().find(|(_, down)| *down == name) else { continue };
        let folder = candidate.folder.with_file_name(up);
        if places.contains(&(folder.clone(), candidate.stem.clone())) {
            candidate.direction = Some(Direction::Down);
            candidate.parent.set_file_name(up);
            candidate.folder = folder;
        }
    }
}

/// Decides the words that may be part of a title (`001_x_down.sql`), and gives a down whose title differs the stem of
/// the only up of its version.
fn pair(candidates: &mut [Candidate]) {
    pair_folders(candidates);
    let worded: HashSet<(PathBuf, String, Direction)> = candidates
        .iter()
        .filter_map(|c| {
            let (stem, direction) = worded_name(&c.stem)?;
            c.direction.is_none().then(|| (c.folder.clone(), stem, direction))
        })
        .collect();
    let plain: HashSet<(PathBuf, String)> = candidates.iter().map(Candidate::place).collect();
    for candidate in candidates.iter_mut().filter(|c| c.direction.is_none()) {
        let Some((stem, direction)) = worded_name(&candidate.stem) else { continue };
        let has = |direction| worded.contains(&(candidate.folder.clone(), stem.clone(), direction));
        let paired = match direction {
            Direction::Up => has(Direction::Down),
            Direction::Down => {
                has(Direction::Up) || plain.contains(&(candidate.folder.clone(), stem.clone()))
            }
        };
        if paired {
            candidate.direction = Some(direction);
            candidate.stem = stem;
        }
    }
    let mut ups: HashMap<(PathBuf, Vec<String>), Vec<String>> = HashMap::new();
    for candidate in candidates.iter().filter(|c| !c.is_down()) {
        ups.entry(version(candidate)).or_default().push(candidate.stem.clone());
    }
    for candidate in candidates.iter_mut().filter(|c| c.is_down()) {
        let (folder, version) = version(candidate);
        if version.is_empty() {
            continue;
        }
        if let Some([only]) = ups.get(&(folder, version)).map(Vec::as_slice) {
            candidate.stem = only.clone();
        }
    }
}

fn version(candidate: &Candidate) -> (PathBuf, Vec<String>) {
    let key = NameKey::new(&candidate.stem);
    (candidate.folder.clone(), key.version().iter().map(|&part| part.to_owned()).collect())
}

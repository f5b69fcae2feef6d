//! Runs the differential cases of ../shared/semantics and fixtures/differential. DIFFERENTIAL=strings,json/arrow_text runs only
//! these files or cases; DIFFERENTIAL_DIR names another folder of such files (no floors then). A .toml beside a file has the options that its cases are converted with.

use crate::convert::convert_with;
use crate::corpus::output;
use crate::floors;
use crate::lanes::{HISTORY, Servers, TARGETS};
use pg2tidb::verify::differential::report::{Tally, failures, table};
use pg2tidb::verify::differential::{Case, Judged, Lane, Original, Recorded, cases};
use std::path::{Path, PathBuf};

/// A case and where it is from.
struct Placed {
    file: String,
    case: Case,
    /// The case alone, for the converter.
    path: PathBuf,
    /// The options of the file's cases: a .toml beside it.
    config: Option<PathBuf>,
}

fn folders() -> Vec<(&'static str, PathBuf)> {
    if let Some(folder) = std::env::var_os("DIFFERENTIAL_DIR") {
        return vec![("", PathBuf::from(folder))];
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("PG2TIDB_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let shared = shared.join("semantics");
    let mut folders = vec![("own/", root.join("fixtures/differential"))];
    if shared.exists() {
        folders.insert(0, ("", shared));
    } else {
        println!("oracle: SKIPPED, there are no cases in {} (set PG2TIDB_SHARED)", shared.display());
    }
    folders
}

/// The cases asked for.
fn placed() -> Vec<Placed> {
    let wanted = std::env::var("DIFFERENTIAL").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').filter(|w| !w.is_empty()).collect();
    let mut all = Vec::new();
    for (prefix, folder) in folders() {
        let entries =
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut files: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
        files.sort();
        for path in files {
            let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let file = format!("{prefix}{stem}");
            let config = Some(path.with_extension("toml")).filter(|config| config.exists());
            for case in cases::read(&String::from_utf8_lossy(&text)) {
                let place = format!("{file}/{}", case.name);
                if wanted.is_empty() || wanted.iter().any(|w| *w == file || *w == stem || *w == place) {
                    let path = output().join("cases").join(&file).join(format!("{:03}.sql", all.len()));
                    all.push(Placed { file: file.clone(), case, path, config: config.clone() });
                }
            }
        }
    }
    for placed in &all {
        let folder = placed.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&placed.path, &placed.case.text))
            .unwrap_or_else(|error| panic!("{}: {error}", placed.path.display()));
    }
    all
}

#[test]
fn the_same_rows_and_tables() {
    let Some(servers) = Servers::from_env() else { return };
    let placed = placed();
    let began = std::time::Instant::now();
    let recorded = record(&servers, &placed).unwrap_or_else(|error| panic!("{error}"));
    let seconds = began.elapsed().as_secs_f64();
    println!("oracle: {} differential cases on PostgreSQL in {seconds:.0} s", placed.len());
    let judged = std::thread::scope(|scope| {
        let lanes = [0, 1].map(|which| {
            let (servers, placed, recorded) = (&servers, &placed, &recorded);
            scope.spawn(move || lane(servers, which, placed, recorded))
        });
        lanes.map(|lane| lane.join().unwrap_or_else(|_| Err("a lane panicked".to_owned())))
    });
    let mut below = Vec::new();
    for (target, judged) in TARGETS.iter().zip(judged) {
        let judged = judged.unwrap_or_else(|error| panic!("TiDB {target}: {error}"));
        let tallies = tally(&judged);
        println!("{}", table(target, &tallies));
        let path = output().join(format!("differential-{target}.txt"));
        std::fs::write(&path, failures(&judged))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        println!("oracle: what is not the same is in {}", path.display());
        if std::env::var_os("DIFFERENTIAL_DIR").is_none() {
            below.extend(floors::differential(target, &tallies).err());
        }
    }
    println!("oracle: differential in {:.0} s", began.elapsed().as_secs_f64());
    assert!(below.is_empty(), "{}", below.join("\n"));
}

fn tally(judged: &[(String, Judged)]) -> Vec<(String, Tally)> {
    let mut tallies: Vec<(String, Tally)> = Vec::new();
    for (place, judged) in judged {
        let file = place.rsplit_once('/').map_or(place.as_str(), |(file, _)| file);
        if tallies.last().is_none_or(|(name, _)| name != file) {
            tallies.push((file.to_owned(), Tally::default()));
        }
        if let Some((_, tally)) = tallies.last_mut() {
            tally.count(judged);
        }
    }
    tallies
}

fn record(servers: &Servers, placed: &[Placed]) -> Result<Vec<Vec<Recorded>>, String> {
    let text = |error: pg2tidb::verify::Error| error.to_string();
    let server = servers.postgres()?;
    let database = format!("pg2tidb_differential_{}", std::process::id());
    server.create(&database).map_err(text)?;
    let recorded = Original::new(server.config(), &database).map_err(text).and_then(|mut original| {
        placed.iter().map(|placed| original.record(&placed.case).map_err(text)).collect()
    });
    server.drop(&database).map_err(text)?;
    recorded
}

fn lane(
    servers: &Servers,
    which: usize,
    placed: &[Placed],
    recorded: &[Vec<Recorded>],
) -> Result<Vec<(String, Judged)>, String> {
    let text = |error: pg2tidb::verify::Error| error.to_string();
    servers.tidb(which)?;
    let database = format!("pg2tidb_differential_{}", std::process::id());
    let mut lane = Lane::new(servers.tidb_url(which), &database).map_err(text)?;
    let mut judged = Vec::new();
    let mut ran = 0;
    for (placed, recorded) in placed.iter().zip(recorded) {
        if ran > HISTORY {
            lane.finish();
            servers.fresh_tidb(which)?;
            lane = Lane::new(servers.tidb_url(which), &database).map_err(text)?;
            ran = 0;
        }
        ran += recorded.len();
        let place = format!("{}/{}", placed.file, placed.case.name);
        let records = convert_with(&[&placed.path], TARGETS[which], placed.config.as_deref())
            .map_err(|error| format!("{place}: {error}"))?;
        let of_case =
            lane.run(&placed.case, recorded, &records).map_err(|error| format!("{place}: {error}"))?;
        judged.extend(of_case.into_iter().map(|judged| (place.clone(), judged)));
    }
    lane.finish();
    Ok(judged)
}

//! One thread per server, each going through the groups in order: databases that come from schemas have fixed names, so
//! two groups never share a server at one time.

use crate::convert::convert;
use crate::corpus::{Corpus, Group};
use pg2tidb::report::record::Record;
use pg2tidb::verify::model::Schema;
use pg2tidb::verify::original::up_only;
use pg2tidb::verify::postgres::{FileRun, Postgres};
use pg2tidb::verify::{Replay, Tidb, replay};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

pub const TARGETS: [&str; 2] = ["8.5", "7.5"];

pub struct Servers {
    postgres: String,
    /// In the order of `TARGETS`.
    tidb: [String; 2],
    /// One test at a time: each takes note of the databases that are there before it, and drops what came since.
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

/// What PostgreSQL did with a group's files.
pub struct Original {
    pub files: Vec<FileRun>,
    pub schema: Schema,
}

/// What a TiDB did with a group's translation.
pub struct Translated {
    pub records: Vec<Record>,
    pub replay: Replay,
    pub schema: Schema,
}

/// For each group of the corpus, in its order.
pub struct Runs {
    pub original: Vec<Original>,
    /// In the order of `TARGETS`.
    pub translated: [Vec<Translated>; 2],
}

impl Servers {
    /// `None`, and a line that says so, when the addresses are not set. With ORACLE_REQUIRED it is an error: a CI that
    /// skips its oracle by accident proves nothing.
    pub fn from_env() -> Option<Servers> {
        let get = |name: &str| std::env::var(name).ok();
        match (get("PG2TIDB_POSTGRES"), get("PG2TIDB_TIDB_8_5"), get("PG2TIDB_TIDB_7_5")) {
            (Some(postgres), Some(newer), Some(older)) => {
                let turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                Some(Servers { postgres, tidb: [newer, older], _turn: turn })
            }
            _ => {
                let how = "no servers: run it through tests/tidb/servers.sh run";
                assert!(get("ORACLE_REQUIRED").is_none(), "{how}");
                println!("oracle: SKIPPED, {how}");
                None
            }
        }
    }

    pub fn postgres(&self) -> Result<Postgres, String> {
        Postgres::new(&self.postgres).map_err(|error| error.to_string())
    }

    pub fn tidb_url(&self, which: usize) -> &str {
        &self.tidb[which]
    }

    pub fn tidb(&self, which: usize) -> Result<Tidb, String> {
        let server = Tidb::new(&self.tidb[which]).map_err(|error| error.to_string())?;
        server.prepare().map_err(|error| error.to_string())?;
        Ok(server)
    }
}

pub fn run(servers: &Servers, corpus: &Corpus) -> Result<Runs, String> {
    std::thread::scope(|scope| {
        let original = scope.spawn(|| {
            let server = servers.postgres()?;
            lane("PostgreSQL", corpus, |number, group| original(&server, &format!("oracle_{number}"), group))
        });
        let translated = [0, 1].map(|which| {
            scope.spawn(move || {
                let server = servers.tidb(which)?;
                lane(&format!("TiDB {}", TARGETS[which]), corpus, |number, group| {
                    let files: Vec<&Path> = group.files.iter().map(|file| file.path.as_path()).collect();
                    translated(&server, &format!("oracle_{number}"), convert(&files, TARGETS[which])?)
                })
            })
        });
        let [newer, older] =
            translated.map(|lane| lane.join().map_err(|_| "a TiDB lane panicked".to_owned()));
        let original = original.join().map_err(|_| "the PostgreSQL lane panicked".to_owned());
        Ok(Runs { original: original??, translated: [newer??, older??] })
    })
}

/// Goes through the groups on one server.
pub fn lane<T>(
    name: &str,
    corpus: &Corpus,
    one: impl Fn(usize, &Group) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let mut results = Vec::with_capacity(corpus.groups.len());
    let (mut project, mut began) = (None, Instant::now());
    for (number, group) in corpus.groups.iter().enumerate() {
        if project != Some(&group.project) {
            if let Some(project) = project {
                println!("oracle: {name}: {project} in {:.1} s", began.elapsed().as_secs_f64());
            }
            (project, began) = (Some(&group.project), Instant::now());
        }
        let result = one(number, group);
        results.push(result.map_err(|error| format!("{name}, {} ({}): {error}", group.project, group.name))?);
    }
    Ok(results)
}

/// Runs the originals in a fresh database and reads what came out; what they made is gone afterwards.
pub fn original(server: &Postgres, database: &str, group: &Group) -> Result<Original, String> {
    let text = |error: pg2tidb::verify::Error| error.to_string();
    let (databases, roles) = (server.databases().map_err(text)?, server.roles().map_err(text)?);
    server.create(database).map_err(text)?;
    let mut home = database.to_owned();
    let mut files = Vec::new();
    for file in &group.files {
        let bytes = std::fs::read(&file.path).map_err(|error| format!("{}: {error}", file.path.display()))?;
        let run = server.run(database, &up_only(&String::from_utf8_lossy(&bytes))).map_err(text)?;
        if let Some(ended) = run.database.as_ref().filter(|ended| *ended != database) {
            home.clone_from(ended);
        }
        files.push(run);
    }
    let schema = server.schema(&home).map_err(text)?;
    for name in server.databases().map_err(text)?.iter().filter(|name| !databases.contains(name)) {
        server.drop(name).map_err(text)?;
    }
    for role in server.roles().map_err(text)?.iter().filter(|role| !roles.contains(role)) {
        server.drop_role(role).map_err(text)?;
    }
    Ok(Original { files, schema })
}

/// Runs a translation in a fresh database and reads what came out; what it made is gone afterwards.
pub fn translated(server: &Tidb, database: &str, records: Vec<Record>) -> Result<Translated, String> {
    let text = |error: pg2tidb::verify::Error| error.to_string();
    let before = server.databases().map_err(text)?;
    server.create(database).map_err(text)?;
    let replay = replay(server, database, &records).map_err(text)?;
    let made: Vec<String> =
        server.databases().map_err(text)?.into_iter().filter(|name| !before.contains(name)).collect();
    let schema = server.schema(&replay.home, &made).map_err(text)?;
    for name in &made {
        server.drop(name).map_err(text)?;
    }
    Ok(Translated { records, replay, schema })
}

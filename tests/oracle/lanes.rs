//! One thread per server, each going through the groups in order: databases that come from schemas have fixed names, so
//! two groups never share a server at one time.

use crate::convert::convert;
use crate::corpus::{Corpus, Group};
use pg2tidb::report::record::Record;
use pg2tidb::verify::model::Schema;
use pg2tidb::verify::original::up_only;
use pg2tidb::verify::postgres::{FileRun, Postgres};
use pg2tidb::verify::{Replay, Tidb, replay};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

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

    /// A server without its history, which makes DDL slow: by `servers.sh`, where that started it.
    pub fn fresh_tidb(&self, which: usize) -> Result<Tidb, String> {
        if let Some(script) = std::env::var_os("PG2TIDB_SERVERS").map(PathBuf::from) {
            let mut command = Command::new(&script);
            // the server outlives the script: it may not hold a pipe of ours
            command.args(["restart", TARGETS[which]]).stdin(Stdio::null()).stdout(Stdio::null());
            let status = command.status().map_err(|error| format!("{}: {error}", script.display()))?;
            if !status.success() {
                return Err(format!("TiDB {} does not start again", TARGETS[which]));
            }
        }
        self.tidb(which)
    }

    pub fn tidb(&self, which: usize) -> Result<Tidb, String> {
        let server = Tidb::new(&self.tidb[which]).map_err(|error| error.to_string())?;
        server.prepare().map_err(|error| error.to_string())?;
        Ok(server)
    }
}

/// After so many statements a TiDB starts anew.
pub const HISTORY: usize = 600;

/// How far the lanes go: to the end, or to the project that one of them can't begin in time.
pub struct Limit {
    until: Option<SystemTime>,
    groups: AtomicUsize,
}

impl Limit {
    pub fn none(groups: usize) -> Limit {
        Limit { until: None, groups: AtomicUsize::new(groups) }
    }

    /// ORACLE_UNTIL is in seconds since 1970: a CI that is ended for its time says nothing of what it found.
    fn from_env(groups: usize) -> Limit {
        let until = std::env::var("ORACLE_UNTIL").ok();
        let until = until.map(|until| until.parse().expect("ORACLE_UNTIL is a number of seconds"));
        Limit {
            until: until.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
            groups: AtomicUsize::new(groups),
        }
    }

    /// Whether there is time for the project that begins with this group.
    fn allows(&self, group: usize) -> bool {
        if self.until.is_some_and(|until| SystemTime::now() > until) {
            self.groups.fetch_min(group, Ordering::Relaxed);
        }
        group < self.groups.load(Ordering::Relaxed)
    }
}

/// Runs all groups that there is time for; the corpus is shortened to these.
pub fn run(servers: &Servers, corpus: &mut Corpus) -> Result<Runs, String> {
    let limit = &Limit::from_env(corpus.groups.len());
    let groups = &*corpus;
    let mut runs = std::thread::scope(|scope| {
        let original = scope.spawn(|| {
            let server = servers.postgres()?;
            lane("PostgreSQL", groups, limit, |number, group| {
                original(&server, &format!("oracle_{number}"), group)
            })
        });
        let translated = [0, 1].map(|which| {
            scope.spawn(move || {
                tidb_lane(
                    servers,
                    which,
                    "",
                    groups,
                    limit,
                    |group| {
                        let files: Vec<&Path> = group.files.iter().map(|file| file.path.as_path()).collect();
                        convert(&files, TARGETS[which])
                    },
                    |server, number, records| translated(server, &format!("oracle_{number}"), records),
                )
            })
        });
        let [newer, older] =
            translated.map(|lane| lane.join().map_err(|_| "a TiDB lane panicked".to_owned()));
        let original = original.join().map_err(|_| "the PostgreSQL lane panicked".to_owned());
        Ok::<_, String>(Runs { original: original??, translated: [newer??, older??] })
    })?;
    let groups = limit.groups.load(Ordering::Relaxed);
    runs.original.truncate(groups);
    runs.translated.iter_mut().for_each(|lane| lane.truncate(groups));
    corpus.shorten(groups);
    Ok(runs)
}

/// Goes through the groups' translations on one TiDB, which starts anew now and then.
pub fn tidb_lane<T>(
    servers: &Servers,
    which: usize,
    what: &str,
    corpus: &Corpus,
    limit: &Limit,
    records: impl Fn(&Group) -> Result<Vec<Record>, String>,
    one: impl Fn(&Tidb, usize, Vec<Record>) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let mut server = servers.tidb(which)?;
    let mut ran = 0;
    lane(&format!("TiDB {}{what}", TARGETS[which]), corpus, limit, |number, group| {
        if ran > HISTORY {
            (server, ran) = (servers.fresh_tidb(which)?, 0);
        }
        let records = records(group)?;
        ran += records.len();
        one(&server, number, records)
    })
}

/// Goes through the groups on one server.
pub fn lane<T>(
    name: &str,
    corpus: &Corpus,
    limit: &Limit,
    mut one: impl FnMut(usize, &Group) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let mut results = Vec::with_capacity(corpus.groups.len());
    let (mut project, mut began) = (None, Instant::now());
    for (number, group) in corpus.groups.iter().enumerate() {
        if project != Some(&group.project) {
            if let Some(project) = project {
                println!("oracle: {name}: {project} in {:.1} s", began.elapsed().as_secs_f64());
            }
            if !limit.allows(number) {
                break;
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

//! All ups, then all downs in reverse: where PostgreSQL has nothing of the project's own left, TiDB may not either.

use crate::convert::convert;
use crate::corpus::{Corpus, Group, output};
use crate::lanes::{Limit, Servers, TARGETS, lane, tidb_lane};
use pg2tidb::report::record::{Direction, Record};
use pg2tidb::verify::model::Schema;
use pg2tidb::verify::original::{down_only, up_only};
use pg2tidb::verify::postgres::Postgres;
use pg2tidb::verify::{Tidb, replay};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What was left of one group.
struct Left {
    name: String,
    /// Files that undo something.
    downs: usize,
    original: Vec<String>,
    /// In the order of `TARGETS`.
    translated: [Vec<String>; 2],
    /// Statements that undo and that TiDB did not take, with its errors.
    rejected: [Vec<String>; 2],
}

#[test]
#[ignore = "takes a quarter of an hour on all projects: run it by name, with --ignored"]
fn downs_leave_nothing_on_tidb() {
    let Some(servers) = Servers::from_env() else { return };
    let Some(corpus) = Corpus::find_with_downs() else { return };
    let all = run(&servers, &corpus).unwrap_or_else(|error| panic!("{error}"));
    println!("{}", render(&all));
    std::fs::create_dir_all(output())
        .and_then(|()| std::fs::write(output().join("downs.txt"), details(&all)))
        .expect("target/oracle can be written");
    check(&all, corpus.complete).unwrap_or_else(|error| panic!("{error}"));
}

/// What one TiDB had left of a group, and what it did not take.
type OnTidb = (Vec<String>, Vec<String>);

fn run(servers: &Servers, corpus: &Corpus) -> Result<Vec<Left>, String> {
    let limit = &Limit::none(corpus.groups.len());
    std::thread::scope(|scope| {
        let original = scope.spawn(|| {
            let server = servers.postgres()?;
            lane("PostgreSQL, downs", corpus, limit, |number, group| {
                let order = files(&converted(group, TARGETS[0])?);
                let downs = order.iter().filter(|(_, _, down)| *down).count();
                let left = match downs {
                    0 => Vec::new(),
                    _ => on_postgres(&server, &format!("downs_{number}"), group, &order)?,
                };
                Ok((downs, left))
            })
        });
        let translated = [0, 1].map(|which| {
            scope.spawn(move || {
                let records = |group: &Group| converted(group, TARGETS[which]);
                tidb_lane(servers, which, ", downs", corpus, limit, records, |server, number, records| {
                    match records.iter().any(|record| record.direction == Direction::Down) {
                        true => on_tidb(server, &format!("downs_{number}"), records),
                        false => Ok(OnTidb::default()),
                    }
                })
            })
        });
        let [newer, older] =
            translated.map(|lane| lane.join().map_err(|_| "a TiDB lane panicked".to_owned()));
        let original = original.join().map_err(|_| "the PostgreSQL lane panicked".to_owned())??;
        let sides = corpus.groups.iter().zip(original).zip(newer??.into_iter().zip(older??));
        let left = sides.map(|((group, (downs, original)), (newer, older))| Left {
            name: format!("{} ({})", group.project, group.name),
            downs,
            original,
            translated: [newer.0, older.0],
            rejected: [newer.1, older.1],
        });
        Ok(left.filter(|left| left.downs > 0).collect())
    })
}

fn converted(group: &Group, target: &str) -> Result<Vec<Record>, String> {
    let paths: Vec<&Path> = group.files.iter().map(|file| file.path.as_path()).collect();
    convert(&paths, target)
}

/// The files in the order in which they run, and whether each applies and undoes.
fn files(records: &[Record]) -> Vec<(PathBuf, bool, bool)> {
    let mut order: Vec<(PathBuf, bool, bool)> = Vec::new();
    for record in records {
        let path = PathBuf::from(&record.file);
        if order.last().is_none_or(|(last, ..)| *last != path) {
            order.push((path, false, false));
        }
        if let Some((_, up, down)) = order.last_mut() {
            *up |= record.direction == Direction::Up;
            *down |= record.direction == Direction::Down;
        }
    }
    order
}

fn on_postgres(
    server: &Postgres,
    database: &str,
    group: &Group,
    order: &[(PathBuf, bool, bool)],
) -> Result<Vec<String>, String> {
    let text = |error: pg2tidb::verify::Error| error.to_string();
    let read = |path: &Path| {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok::<_, String>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let (databases, roles) = (server.databases().map_err(text)?, server.roles().map_err(text)?);
    server.create(database).map_err(text)?;
    let alone = |path: &Path| order.iter().any(|(known, up, down)| known == path && *down && !up);
    for file in group.files.iter().filter(|file| !file.undoes) {
        server.run(database, &up_only(&read(&file.path)?)).map_err(text)?;
    }
    for (path, _, down) in order.iter().rev() {
        if *down {
            let whole = read(path)?;
            let part = if alone(path) { whole } else { down_only(&whole) };
            server.run(database, &part).map_err(text)?;
        }
    }
    let schema = server.schema(database).map_err(text)?;
    for name in server.databases().map_err(text)?.iter().filter(|name| !databases.contains(name)) {
        server.drop(name).map_err(text)?;
    }
    for role in server.roles().map_err(text)?.iter().filter(|role| !roles.contains(role)) {
        server.drop_role(role).map_err(text)?;
    }
    Ok(objects(&schema))
}

fn on_tidb(server: &Tidb, database: &str, records: Vec<Record>) -> Result<OnTidb, String> {
    let text = |error: pg2tidb::verify::Error| error.to_string();
    let before = server.databases().map_err(text)?;
    server.create(database).map_err(text)?;
    replay(server, database, &records).map_err(text)?;
    // The downs of each file in their order, the files from the last to the first.
    let mut downs: Vec<Vec<Record>> = Vec::new();
    for record in records.into_iter().filter(|record| record.direction == Direction::Down) {
        match downs.last_mut().filter(|file| file.first().is_some_and(|first| first.file == record.file)) {
            Some(file) => file.push(Record { direction: Direction::Up, ..record }),
            None => downs.push(vec![Record { direction: Direction::Up, ..record }]),
        }
    }
    let downs: Vec<Record> = downs.into_iter().rev().flatten().collect();
    let ran = replay(server, database, &downs).map_err(text)?;
    let made: Vec<String> =
        server.databases().map_err(text)?.into_iter().filter(|name| !before.contains(name)).collect();
    let schema = server.schema(&ran.home, &made).map_err(text)?;
    for name in &made {
        server.drop(name).map_err(text)?;
    }
    let rejected = ran.rejected.iter().map(|rejected| {
        let record = &downs[rejected.record];
        format!("{}:{} {}: {}", record.file, record.line, rejected.error, record.sql[rejected.sql])
    });
    let refused = downs.iter().filter(|record| record.sql.is_empty()).filter_map(|record| {
        let error = record.diagnostics.iter().find(|d| d.level == pg2tidb::diagnostic::Level::Error)?;
        Some(format!("{}:{} refused: {} {}", record.file, record.line, error.code, error.message))
    });
    Ok((objects(&schema), rejected.chain(refused).collect()))
}

fn objects(schema: &Schema) -> Vec<String> {
    let tables = schema.tables.iter().filter(|(_, table)| table.partition_of.is_none());
    let mut names: Vec<String> = tables.map(|(name, _)| format!("table {name}")).collect();
    names.extend(schema.views.keys().map(|name| format!("view {name}")));
    names
}

fn render(all: &[Left]) -> String {
    let mut out = String::from("downs: what is left after all ups and all downs\n");
    let _ = writeln!(
        out,
        "{:<34} {:>6} {:>11} {:>9} {:>9}",
        "group", "downs", "PostgreSQL", "TiDB 8.5", "TiDB 7.5"
    );
    for left in all {
        let _ = writeln!(
            out,
            "{:<34} {:>6} {:>11} {:>9} {:>9}",
            left.name,
            left.downs,
            left.original.len(),
            left.translated[0].len(),
            left.translated[1].len()
        );
    }
    for (which, target) in TARGETS.iter().enumerate() {
        let (clean, of) = clean(all, which);
        let _ = writeln!(
            out,
            "TiDB {target}: nothing is left in {clean} of {of} groups where PostgreSQL has nothing left"
        );
    }
    out
}

fn clean(all: &[Left], which: usize) -> (usize, usize) {
    let held: Vec<&Left> = all.iter().filter(|left| left.original.is_empty()).collect();
    (held.iter().filter(|left| left.translated[which].is_empty()).count(), held.len())
}

fn details(all: &[Left]) -> String {
    let mut out = String::new();
    for left in all {
        let _ = writeln!(out, "# {}", left.name);
        for name in &left.original {
            let _ = writeln!(out, "PostgreSQL: {name}");
        }
        for (which, target) in TARGETS.iter().enumerate() {
            for line in left.translated[which].iter().chain(&left.rejected[which]) {
                let _ = writeln!(out, "TiDB {target}: {line}");
            }
        }
    }
    out
}

const FILE: &str = "tests/oracle/downs.toml";
const HEAD: &str = "# The most objects that may be left on TiDB after all ups and all downs, where PostgreSQL has none left, by group.\n\
                    # UPDATE_FLOORS=1 improves them, nothing else does.\n\n";

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Most {
    left_8_5: usize,
    left_7_5: usize,
}

fn check(all: &[Left], complete: bool) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut floors: BTreeMap<String, Most> =
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
    let mut worse = Vec::new();
    for left in all.iter().filter(|left| left.original.is_empty()) {
        let now = Most { left_8_5: left.translated[0].len(), left_7_5: left.translated[1].len() };
        let floor = floors.entry(left.name.clone()).or_insert(now);
        if now.left_8_5 > floor.left_8_5 || now.left_7_5 > floor.left_7_5 {
            worse
                .push(format!("{}: {now:?} is worse than {floor:?}, see target/oracle/downs.txt", left.name));
        }
        floor.left_8_5 = floor.left_8_5.min(now.left_8_5);
        floor.left_7_5 = floor.left_7_5.min(now.left_7_5);
    }
    if complete {
        for name in floors.keys().filter(|name| !all.iter().any(|left| left.name == **name)) {
            worse.push(format!("{name} has a floor and was not measured"));
        }
    }
    if std::env::var_os("UPDATE_FLOORS").is_some() {
        let text = toml::to_string(&floors).map_err(|error| error.to_string())?;
        std::fs::write(&path, format!("{HEAD}{text}"))
            .map_err(|error| format!("cannot write {FILE}: {error}"))?;
    }
    if worse.is_empty() { Ok(()) } else { Err(worse.join("\n")) }
}

//! `lint --fix` on real servers: a fixed PostgreSQL file does what it did, and a fixed TiDB script runs.

use crate::corpus::Corpus;
use crate::lanes::{Servers, TARGETS};
use pg2tidb::verify::accepts;
use pg2tidb::verify::model::Schema;
use pg2tidb::verify::original::up_only;
use pg2tidb::verify::postgres::Postgres;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `lint --fix` makes of a text.
fn fixed(text: &str, arguments: &[&str]) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = folder.path().join("file.sql");
    std::fs::write(&path, text).map_err(|error| error.to_string())?;
    let run = Command::new(env!("CARGO_BIN_EXE_pg2tidb"))
        .arg("lint")
        .arg(&path)
        .args(arguments)
        .args(["--fix", "-q"])
        .output();
    let run = run.map_err(|error| error.to_string())?;
    if run.status.code() == Some(2) {
        return Err(String::from_utf8_lossy(&run.stderr).into_owned());
    }
    std::fs::read_to_string(&path).map_err(|error| error.to_string())
}

type Ran = (Vec<String>, Schema);

/// What PostgreSQL does with some texts in a fresh database: its errors, and the schema in the end.
fn ran(server: &Postgres, texts: &[String]) -> Result<Ran, String> {
    let database = "lint_fix";
    let said = |error: pg2tidb::verify::Error| error.to_string();
    server.drop(database).map_err(said)?;
    server.create(database).map_err(said)?;
    let (mut errors, mut now) = (Vec::new(), database.to_owned());
    for text in texts {
        let run = server.run(&now, text).map_err(said)?;
        errors.extend(run.errors.into_iter().map(|error| error.message));
        now = run.database.unwrap_or(now);
    }
    let schema = server.schema(database).map_err(said)?;
    server.drop(database).map_err(said)?;
    Ok((errors, schema))
}

#[test]
fn fixed_postgres_does_what_it_did() {
    let Some(servers) = Servers::from_env() else { return };
    let server = servers.postgres().unwrap_or_else(|error| panic!("{error}"));
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint-fix/shop.sql");
    let read = |path: &Path| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    groups.push((
        "fixtures/lint-fix/shop.sql".into(),
        vec![read(&shop).unwrap_or_else(|error| panic!("{error}"))],
    ));
    for group in Corpus::find().map(|corpus| corpus.groups).unwrap_or_default() {
        let paths: Vec<&PathBuf> =
            group.files.iter().filter(|file| !file.undoes).map(|file| &file.path).collect();
        let texts: Vec<String> =
            paths.iter().filter_map(|path| read(path).ok()).map(|text| up_only(&text)).collect();
        // files of many megabytes are data, which no spelling is about
        if texts.iter().map(String::len).sum::<usize>() < 2_000_000 {
            groups.push((format!("{} ({})", group.project, group.name), texts));
        }
    }
    let (mut changed, mut wrong) = (0, Vec::new());
    for (name, texts) in &groups {
        let after: Result<Vec<String>, String> =
            texts.iter().map(|text| fixed(text, &["--dialect", "postgres"])).collect();
        let after = after.unwrap_or_else(|error| panic!("{name}: {error}"));
        let count = texts.iter().zip(&after).filter(|(a, b)| a != b).count();
        if count == 0 {
            continue;
        }
        changed += count;
        let (was, is) = (ran(&server, texts), ran(&server, &after));
        match (was, is) {
            (Ok(was), Ok(is)) if was == is => {}
            (Ok((errors, _)), Ok((now, _))) if errors != now => {
                let new: Vec<_> = now.iter().filter(|error| !errors.contains(error)).take(3).collect();
                wrong.push(format!("{name}: other errors: {new:?}"));
            }
            (Ok(_), Ok(_)) => wrong.push(format!("{name}: another schema")),
            (was, is) => wrong.push(format!("{name}: {:?} {:?}", was.err(), is.err())),
        }
    }
    println!("oracle: lint --fix changed {changed} PostgreSQL files in {} groups", groups.len());
    assert!(changed > 0, "nothing was fixed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixed_tidb_runs() {
    let Some(servers) = Servers::from_env() else { return };
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint-lists/rejected.txt");
    let list = std::fs::read_to_string(list).unwrap_or_else(|error| panic!("{error}"));
    for (which, target) in TARGETS.iter().enumerate() {
        let server = servers.tidb(which).unwrap_or_else(|error| panic!("{error}"));
        let (mut count, mut wrong) = (0, Vec::new());
        for line in list.lines().filter(|line| !line.is_empty()) {
            let text = format!("{};\n", line.replace(";;", ";\n"));
            let arguments = ["--dialect", "tidb", "--target", target];
            let after = fixed(&text, &arguments).unwrap_or_else(|error| panic!("{line}: {error}"));
            if after == text || still_refused(&after, &arguments) {
                continue;
            }
            count += 1;
            let statements: Vec<String> =
                after.split(";\n").map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
            let answers = accepts(&server, &statements).unwrap_or_else(|error| panic!("{line}: {error}"));
            if answers.iter().any(Result::is_err) {
                wrong.push(format!("{line}\n    {statements:?}\n    {answers:?}"));
            }
        }
        println!("oracle: lint --fix mended {count} of the rejected scripts on TiDB {target}");
        assert!(count > 0, "nothing was fixed");
        assert!(wrong.is_empty(), "TiDB {target} refuses what was fixed:\n{}", wrong.join("\n"));
    }
}

/// Whether the linter still finds errors, which no fix was for.
fn still_refused(text: &str, arguments: &[&str]) -> bool {
    use std::io::Write;
    use std::process::Stdio;
    let lint = Command::new(env!("CARGO_BIN_EXE_pg2tidb"))
        .args(["lint", "-"])
        .args(arguments)
        .arg("-q")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut lint = lint.unwrap_or_else(|error| panic!("{error}"));
    let written = lint.stdin.take().map(|mut input| input.write_all(text.as_bytes()));
    assert!(matches!(written, Some(Ok(()))), "the text can't be given");
    lint.wait().map(|status| !status.success()).unwrap_or(true)
}

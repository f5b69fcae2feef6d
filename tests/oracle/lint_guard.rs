//! What `guard --verify-sql` writes, on real servers: every script under fixtures/lint-guard is run as it is and guarded, once and twice,
//! checked before and after, rolled back, and run again. `x.setup` has the statements that come before `x.sql`.

use crate::lanes::{Servers, TARGETS};
use pg2tidb::lint::tidb::Script;
use pg2tidb::lint::tidb::guard::{Guarded, guard};
use pg2tidb::lint::tidb::lexer::Lexed;
use pg2tidb::target::Target;
use pg2tidb::verify::Tidb;
use pg2tidb::verify::model::Schema;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint-guard");
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("fixtures/lint-guard: {error}"));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    paths
}

/// The statements of a script, as the mysql client would send them.
fn statements(text: &str) -> Vec<String> {
    let lexed = Lexed::new(text);
    let mut found = Vec::new();
    for cut in &lexed.statements {
        let (first, last) = (lexed.tokens[cut.first], lexed.tokens[cut.end - 1]);
        found.push(text[first.span.start..last.span.end].to_owned());
    }
    found
}

/// One database, and everything that is in it.
struct Place<'a> {
    server: &'a Tidb,
    name: &'static str,
}

type Rows = BTreeMap<String, Vec<(String, String)>>;

impl Place<'_> {
    fn fresh(&self) -> Result<(), String> {
        self.server
            .drop(self.name)
            .and_then(|()| self.server.create(self.name))
            .map_err(|error| error.to_string())
    }

    fn run(&self, text: &str) -> Result<(), String> {
        let mut session = self.server.session(Some(self.name)).map_err(|error| error.to_string())?;
        for statement in statements(text) {
            session.run(&statement).map_err(|error| format!("{error}\n    {statement}"))?;
        }
        Ok(())
    }

    /// What each query of the checks counts.
    fn counts(&self, text: &str) -> Result<Vec<(String, String)>, String> {
        let mut session = self.server.session(Some(self.name)).map_err(|error| error.to_string())?;
        let mut rows = Vec::new();
        for query in statements(text) {
            rows.extend(session.pairs(&query).map_err(|error| format!("{error}\n    {query}"))?);
        }
        Ok(rows)
    }

    fn schema(&self) -> Result<Schema, String> {
        self.server.schema(self.name, &[self.name.to_owned()]).map_err(|error| error.to_string())
    }

    /// How many rows each table has: running a script again must add none.
    fn rows(&self) -> Result<Rows, String> {
        let mut session = self.server.session(Some(self.name)).map_err(|error| error.to_string())?;
        let tables = session.pairs(&format!(
            "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = '{}' AND table_type = 'BASE TABLE'",
            self.name
        ))?;
        let mut counts = Rows::new();
        for (table, _) in tables {
            let rows = session.pairs(&format!("SELECT COUNT(*), '' FROM `{table}`"))?;
            counts.insert(table, rows);
        }
        Ok(counts)
    }
}

fn check(server: &Tidb, target: Target, path: &Path) -> Result<String, String> {
    let script = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let setup = fs::read_to_string(path.with_extension("setup")).unwrap_or_default();
    let Guarded { text, pre_checks, post_checks, rollback, found } =
        guard(&Script::read(script.clone()), target);
    if !found.is_empty() {
        return Err(format!("not guarded: {found:?}"));
    }
    let plain = Place { server, name: "guard_plain" };
    let guarded = Place { server, name: "guard_guarded" };
    let said = |what: &'static str| move |error: String| format!("{what}: {error}");
    for place in [&plain, &guarded] {
        place.fresh()?;
        place.run(&setup).map_err(said("the setup"))?;
    }
    let before = guarded.schema()?;
    let violations = guarded.counts(&pre_checks).map_err(said("the pre-checks"))?;
    if violations.iter().any(|(_, count)| count != "0") {
        return Err(format!("the pre-checks find {violations:?}"));
    }
    plain.run(&script).map_err(said("the script itself"))?;
    let (wanted, rows) = (plain.schema()?, plain.rows()?);
    for time in ["first", "second"] {
        guarded.run(&text).map_err(|error| format!("guarded, the {time} time: {error}"))?;
        let made = guarded.schema()?;
        if made != wanted || guarded.rows()? != rows {
            return Err(format!(
                "guarded, the {time} time, makes another schema:\n{made:#?}\ninstead of\n{wanted:#?}"
            ));
        }
    }
    let checks = guarded.counts(&post_checks).map_err(said("the post-checks"))?;
    if checks.is_empty() || checks.iter().any(|(_, ok)| ok != "1") {
        let failed: Vec<_> = checks.iter().filter(|(_, ok)| ok != "1").collect();
        return Err(format!("the post-checks find {failed:?}"));
    }
    guarded.run(&rollback).map_err(said("the rollback"))?;
    let after = guarded.schema()?;
    if !rollback.contains("can't be undone") && after != before {
        return Err(format!("the rollback leaves {after:#?}\ninstead of\n{before:#?}"));
    }
    let left: Vec<_> = after.tables.keys().filter(|name| !before.tables.contains_key(name)).collect();
    if !left.is_empty() {
        return Err(format!("the rollback leaves {left:?}"));
    }
    for place in [&plain, &guarded] {
        server.drop(place.name).map_err(|error| error.to_string())?;
    }
    Ok(format!("{} pre-checks, {} post-checks", violations.len(), checks.len()))
}

#[test]
fn guarded_scripts_run_again_and_back() {
    let Some(servers) = Servers::from_env() else { return };
    let scripts = scripts();
    assert!(scripts.len() >= 4, "there are no scripts under fixtures/lint-guard");
    let mut wrong = Vec::new();
    for (which, target) in [Target::V8_5, Target::V7_5].into_iter().enumerate() {
        let server = servers.tidb(which).unwrap_or_else(|error| panic!("{error}"));
        for path in &scripts {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            match check(&server, target, path) {
                Ok(said) => println!("oracle: guard: {name} on TiDB {}: {said}", TARGETS[which]),
                Err(error) => wrong.push(format!("{name} on TiDB {}: {error}", TARGETS[which])),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

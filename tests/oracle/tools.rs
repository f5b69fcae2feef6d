//! The migration tools themselves run the converted projects of fixtures/layouts on real TiDB, up and, where a project has
//! downs, down again. `tests/tools/install.sh` gets them from package registries; what it can't get is skipped and said.

use crate::lanes::{Servers, TARGETS};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A tool's project, and how the tool is started.
struct Tool {
    /// The project under fixtures/layouts.
    name: &'static str,
    /// What `install.sh` has to have installed.
    kind: &'static str,
    /// The folder, or file, that the tool is given.
    input: &'static str,
    /// How many migrations there are, and how many of them can be undone by the tool.
    ups: usize,
    downs: usize,
    /// Placeholders and the like.
    more: &'static [&'static str],
}

const TOOLS: [Tool; 12] = [
    Tool { name: "goose", kind: "go", input: "migrations", ups: 3, downs: 3, more: &[] },
    Tool { name: "golang-migrate", kind: "go", input: "migrations", ups: 3, downs: 3, more: &[] },
    Tool { name: "sql-migrate", kind: "go", input: "migrations", ups: 3, downs: 3, more: &[] },
    Tool { name: "atlas", kind: "go", input: "migrations", ups: 2, downs: 0, more: &[] },
    Tool { name: "dbmate", kind: "node", input: "db/migrations", ups: 3, downs: 3, more: &[] },
    Tool { name: "drizzle", kind: "node", input: "drizzle", ups: 3, downs: 0, more: &[] },
    Tool { name: "kysely", kind: "node", input: "migrations", ups: 2, downs: 2, more: &[] },
    Tool {
        name: "flyway",
        kind: "java",
        input: "sql",
        ups: 5,
        downs: 0,
        more: &["prefix=p_", "company=ACME", "country=de"],
    },
    Tool { name: "alembic", kind: "python", input: "upgrade.sql", ups: 2, downs: 0, more: &[] },
    Tool { name: "sqlx", kind: "rust", input: "migrations", ups: 2, downs: 2, more: &[] },
    // it runs its own setup, too, and says nothing of it
    Tool { name: "diesel", kind: "rust", input: "migrations", ups: 2, downs: 2, more: &[] },
    Tool { name: "liquibase", kind: "java", input: "db/changelog-root.xml", ups: 5, downs: 5, more: &[] },
];

struct Address {
    host: String,
    port: String,
}

impl Address {
    fn of(target: &str) -> Address {
        let variable = format!("PG2TIDB_TIDB_{}", target.replace('.', "_"));
        let url = std::env::var(&variable).unwrap_or_else(|_| panic!("{variable} is not set"));
        let rest = url.rsplit('@').next().unwrap_or_default().trim_end_matches('/');
        let (host, port) = rest.split_once(':').unwrap_or_else(|| panic!("{url} has no port"));
        Address { host: host.to_owned(), port: port.to_owned() }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn installed() -> PathBuf {
    std::env::var_os("PG2TIDB_TOOLS_DIR").map_or_else(|| root().join("target/tools"), PathBuf::from)
}

impl Tool {
    fn command(&self, direction: &str, project: &Path, at: &Address, database: &str) -> Command {
        let input = project.join(self.input);
        let (host, port) = (&at.host, &at.port);
        let url = format!("mysql://root@{host}:{port}/{database}");
        let mut command = match self.kind {
            "go" => {
                let mut command = Command::new(installed().join("runner"));
                // golang-migrate asks for SERIALIZABLE when it writes its version
                let dsn = format!(
                    "root@tcp({host}:{port})/{database}?parseTime=true{}",
                    if self.name == "golang-migrate" { "&tidb_skip_isolation_level_check=1" } else { "" }
                );
                command.args([self.name, direction]).arg(&input).arg(dsn);
                command
            }
            "node" if self.name == "dbmate" => {
                let mut command = Command::new(installed().join("node/node_modules/.bin/dbmate"));
                let word = if direction == "up" { "up" } else { "rollback" };
                command.args(["--url", &url, "--no-dump-schema"]);
                command.arg("-d").arg(&input).arg(word);
                command
            }
            "rust" if self.name == "sqlx" => {
                let mut command = Command::new(installed().join("rust/bin/sqlx"));
                let words: &[&str] = match direction {
                    "up" => &["migrate", "run"],
                    _ => &["migrate", "revert", "--target-version", "0"],
                };
                command.args(words).args(["--database-url", &url, "--source"]).arg(&input);
                command
            }
            "rust" => {
                let mut command = Command::new(installed().join("rust/bin/diesel"));
                let words: &[&str] = if direction == "up" { &["run"] } else { &["revert", "--all"] };
                command.arg("migration").args(words).args(["--database-url", &url, "--migration-dir"]);
                command.arg(&input);
                command
            }
            "python" => {
                let mut command = Command::new(installed().join("python/bin/python"));
                command.arg(root().join("tests/tools/python/run.py")).args([self.name, direction]);
                command.arg(root().join("fixtures/layouts").join(self.name).join(self.input)).arg(&input);
                command.args([host, port, database]);
                command
            }
            "node" => {
                let mut command = Command::new("node");
                command.arg(installed().join("node/run.mjs")).args([self.name, direction]).arg(&input);
                command.args([host, port, database]);
                command
            }
            _ => {
                let classes = installed().join("java");
                let path = format!("{}:{}", classes.display(), classes.join("*").display());
                let mut command = Command::new("java");
                command.args(["-cp", &path, "Run", self.name, direction]).arg(&input);
                command.args([host, port, database]).args(self.more);
                command
            }
        };
        command.current_dir(project);
        command
    }

    /// How many migrations the tool says it ran.
    fn run(&self, direction: &str, project: &Path, at: &Address, database: &str) -> Result<usize, String> {
        let once = || -> Result<Output, String> {
            let output = self.command(direction, project, at, database).output();
            output.map_err(|error| format!("{} can't be started: {error}", self.name))
        };
        let text = |output: &Output| {
            let [out, err] =
                [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            out + &err
        };
        let mut count = 0;
        loop {
            let output = once()?;
            let said = text(&output);
            if !output.status.success() {
                return Err(format!("{count}: {said}"));
            }
            match self.counted() {
                [] => {
                    let out = String::from_utf8_lossy(&output.stdout);
                    return out.lines().last().and_then(|line| line.trim().parse().ok()).ok_or(said);
                }
                words => count += words.iter().map(|words| said.matches(words).count()).sum::<usize>(),
            }
            // dbmate undoes one at a time
            if self.name != "dbmate" || direction == "up" || count >= self.downs {
                return Ok(count);
            }
        }
    }

    /// What the tool says of each migration it ran; our own runners say only the number, in their last line.
    fn counted(&self) -> &'static [&'static str] {
        match self.name {
            "dbmate" => &["Applied: ", "Rolled back: "],
            "sqlx" => &["Applied "],
            "diesel" => &["Running migration ", "Rolling back migration "],
            _ => &[],
        }
    }
}

/// A browser, if the machine has one.
fn browser() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

#[test]
fn an_assessment_works_in_a_browser() {
    let ran = Command::new(root().join("tests/tools/install.sh")).output().expect("bash is there");
    if !String::from_utf8_lossy(&ran.stdout).lines().any(|kind| kind == "node") {
        println!("oracle: SKIPPED, the browser's driver can't be installed here");
        return;
    }
    let Some(browser) = browser() else {
        println!("oracle: SKIPPED, there is no browser here (apt-get install chromium)");
        return;
    };
    let mut command = Command::new("node");
    command
        .arg(installed().join("node/browser.mjs"))
        .arg(root().join("docs/examples/assess.html"))
        .arg(browser);
    let output = command.args(std::env::var_os("PG2TIDB_PICTURES")).output().expect("node starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    println!("oracle: clicked through docs/examples/assess.html");
}

fn convert(tool: &Tool, target: &str, output: &Path) {
    let input = root().join("fixtures/layouts").join(tool.name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_pg2tidb"));
    command.arg("convert").arg(&input).arg("-o").arg(output).args(["-q", "--target", target]);
    let ran = command.output().expect("the command starts");
    assert!(ran.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn tools_run_what_is_converted() {
    let Some(servers) = Servers::from_env() else { return };
    let began = std::time::Instant::now();
    let ran = Command::new(root().join("tests/tools/install.sh")).output().expect("bash is there");
    let kinds: BTreeSet<String> = String::from_utf8_lossy(&ran.stdout).lines().map(str::to_owned).collect();
    for line in String::from_utf8_lossy(&ran.stderr).lines() {
        println!("oracle: SKIPPED, {line}");
    }
    println!("oracle: tools are installed after {:.0} s", began.elapsed().as_secs_f64());
    let mut failures = Vec::new();
    for (which, target) in TARGETS.iter().enumerate() {
        let at = Address::of(target);
        let server = servers.tidb(which).unwrap_or_else(|error| panic!("{error}"));
        for tool in TOOLS.iter().filter(|tool| kinds.contains(tool.kind)) {
            let folder = tempfile::tempdir().expect("a folder");
            let project = folder.path().join("out");
            convert(tool, target, &project);
            let database = format!("tools_{}", tool.name.replace('-', "_"));
            server.create(&database).unwrap_or_else(|error| panic!("{error}"));
            let mut line = format!("oracle: TiDB {target}: {:<15}", tool.name);
            for (direction, wanted) in [("up", tool.ups), ("down", tool.downs)] {
                if wanted == 0 {
                    continue;
                }
                let ran = tool.run(direction, &project, &at, &database);
                let count = ran.as_ref().map_or(0, |count| *count);
                line.push_str(&format!(" {direction} {count}/{wanted}"));
                if ran.as_ref().ok() != Some(&wanted) {
                    failures.push(format!("{} {direction} on TiDB {target}: {ran:?}", tool.name));
                }
            }
            println!("{line}");
            server.drop(&database).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    println!("oracle: tools took {:.0} s", began.elapsed().as_secs_f64());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

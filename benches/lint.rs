//! How long the command takes, as people run it: `cargo bench --bench lint` makes its own files and runs the release binary on them.
//!
//! A hook on one small file; 4,000 files, linted and converted, on one thread and two; a TiDB script of 50 MB, with the memory it takes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FILES: usize = 4_000;

/// A migration as projects write them: a table, its index, a change, some rows.
fn migration(n: usize) -> String {
    format!(
        "-- migration {n}\nCREATE TABLE thing_{n} (\n    id bigserial PRIMARY KEY,\n    owner_id bigint REFERENCES thing_{before} (id) ON DELETE CASCADE,\n    \
         name character varying(80) NOT NULL DEFAULT '',\n    settings jsonb NOT NULL DEFAULT '{{}}',\n    price numeric(10, 2) CHECK (price >= 0),\n    \
         created_at timestamptz NOT NULL DEFAULT now()\n);\n\nCREATE INDEX thing_{n}_owner ON thing_{n} USING btree (owner_id, created_at DESC);\n\
         ALTER TABLE thing_{n} ADD COLUMN note text, ALTER COLUMN name DROP DEFAULT;\nCOMMENT ON TABLE thing_{n} IS 'number {n}';\n\
         INSERT INTO thing_{n} (name, price) VALUES ('a', 1.5), ('b', 2);\n",
        before = n.saturating_sub(1).max(1)
    )
}

/// A TiDB script of so many bytes: tables, changes and rows.
fn script(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 4096);
    let mut n = 0;
    while text.len() < bytes {
        n += 1;
        let _ = writeln!(
            text,
            "CREATE TABLE `t{n}` (`id` BIGINT AUTO_RANDOM PRIMARY KEY, `a` INT NOT NULL DEFAULT 0, `b` VARCHAR(40), KEY `b` (`b`)) SHARD_ROW_ID_BITS = 0;\n\
             ALTER TABLE `t{n}` ADD COLUMN `c` DATETIME DEFAULT CURRENT_TIMESTAMP;"
        );
        for _ in 0..20 {
            let row = "(1, 'some text in a row'), (2, 'it''s another one'), (3, NULL)";
            let _ = writeln!(text, "INSERT INTO `t{n}` (`a`, `b`) VALUES {row}, {row}, {row};");
        }
    }
    text
}

/// Runs the command and gives the time it took and the most memory it had, in MB.
fn run(arguments: &[&str]) -> (Duration, u64) {
    let began = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_pg2tidb"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{error}"));
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        if let Ok(text) = fs::read_to_string(&status) {
            let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let peak = peak.and_then(|said| said.trim().trim_end_matches(" kB").parse::<u64>().ok());
            most = most.max(peak.unwrap_or(0));
        }
        if let Some(done) = child.try_wait().unwrap_or_else(|error| panic!("{error}")) {
            assert!(done.code() != Some(2), "{arguments:?} could not run");
            return (began.elapsed(), most / 1024);
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// The best of some runs: other work on the machine only ever makes one slower.
fn best(times: usize, arguments: &[&str]) -> (Duration, u64) {
    (0..times).map(|_| run(arguments)).min().unwrap_or_default()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap_or_else(|| panic!("{} is not UTF-8", path.display()))
}

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lint-bench");
    let _ = fs::remove_dir_all(&folder);
    let files = folder.join("files");
    fs::create_dir_all(&files).unwrap_or_else(|error| panic!("{error}"));
    for n in 1..=FILES {
        fs::write(files.join(format!("{n:05}.sql")), migration(n)).unwrap_or_else(|error| panic!("{error}"));
    }
    let small = files.join("00001.sql");
    let big = folder.join("big.sql");
    fs::write(&big, script(50_000_000)).unwrap_or_else(|error| panic!("{error}"));

    let (time, _) = best(30, &["lint", path(&small)]);
    println!("lint, one small file: {:.1} ms", time.as_secs_f64() * 1000.0);
    for threads in ["1", "2"] {
        for arguments in
            [vec!["lint", path(&files), "-q"], vec!["convert", path(&files), "-q", "--format", "json"]]
        {
            let (time, memory) = best(5, &[arguments.clone(), vec!["--threads", threads]].concat());
            let per_second = FILES as f64 / time.as_secs_f64();
            println!(
                "{}, {FILES} files, {threads} threads: {:.2} s, {per_second:.0} files/s, {memory} MB",
                arguments[0],
                time.as_secs_f64()
            );
        }
    }
    for threads in ["1", "2"] {
        let (time, memory) = best(3, &["lint", path(&big), "--dialect", "tidb", "-q", "--threads", threads]);
        println!("lint, a TiDB script of 50 MB, {threads} threads: {:.2} s, {memory} MB", time.as_secs_f64());
    }
    let _ = fs::remove_dir_all(&folder);
}

//! Runs the binary on folders made for a test.

use pg2tidb::report::record::Record;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of the command left.
pub struct Ran {
    pub code: i32,
    pub raw: Vec<u8>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn records(&self) -> Vec<Record> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
    }
}

pub fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, b"")
}

pub fn run_with(arguments: &[&str], input: &[u8]) -> Ran {
    start(Command::new(env!("CARGO_BIN_EXE_pg2tidb")), arguments, input)
}

/// Runs the command with `folder` as its working directory.
pub fn run_in(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pg2tidb"));
    command.current_dir(folder.path(""));
    start(command, arguments, b"")
}

fn start(mut command: Command, arguments: &[&str], input: &[u8]) -> Ran {
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RAYON_NUM_THREADS"] {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    let feed = std::thread::spawn(move || {
        // a command that failed early does not read its input
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the command ends");
    feed.join().expect("fed");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    Ran { code: output.status.code().expect("no signal"), raw: output.stdout, out, err }
}

/// A folder that goes away with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn root(&self) -> String {
        self.0.path().to_string_lossy().into_owned()
    }

    pub fn at(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The files below `name`, sorted.
    pub fn files(&self, name: &str) -> Vec<String> {
        let root = if name.is_empty() { self.0.path().to_owned() } else { self.path(name) };
        let mut found = Vec::new();
        collect(&root, &root, &mut found);
        found.sort();
        found
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            found.push(path.strip_prefix(root).expect("below").to_string_lossy().into_owned());
        }
    }
}

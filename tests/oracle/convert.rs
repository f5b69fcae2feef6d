//! Runs the built `pg2tidb convert --format json`, as a user's script would.

use pg2tidb::report::record::Record;
use std::path::Path;
use std::process::Command;

/// The records of the files, in the order given.
pub fn convert(files: &[&Path], target: &str) -> Result<Vec<Record>, String> {
    convert_with(files, target, None)
}

pub fn convert_with(files: &[&Path], target: &str, config: Option<&Path>) -> Result<Vec<Record>, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_pg2tidb"))
        .args(["convert", "--format", "json", "--target", target])
        .args(config.iter().flat_map(|config| [Path::new("--config"), config]))
        .args(files)
        .output()
        .map_err(|error| format!("cannot start pg2tidb: {error}"))?;
    let first = files.first().map(|file| file.display().to_string()).unwrap_or_default();
    // 1 says that something was refused.
    if !matches!(output.status.code(), Some(0 | 1)) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("pg2tidb ended with {} on {first} …: {}", output.status, stderr.trim()));
    }
    let stdout =
        String::from_utf8(output.stdout).map_err(|error| format!("output for {first} …: {error}"))?;
    stdout
        .lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{error} in the JSON line {line}")))
        .collect()
}

//! The file of findings that were accepted so far.

use crate::project::{AtomicFile, Linted, ProjectError};
use crate::report::issue::Issue;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::Write;
use std::path::Path;

/// A fingerprint per finding, with words for those who read the file in a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    pub version: u32,
    /// From fingerprint to what it was.
    pub findings: BTreeMap<String, String>,
}

impl Baseline {
    /// Reads a baseline; none if there is no such file.
    ///
    /// # Errors
    /// When it can't be read, or is something else.
    pub fn read(path: &Path) -> Result<Option<Baseline>, ProjectError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ProjectError::io("read", path, error)),
        };
        let wrong = |why: String| {
            ProjectError::Usage(format!("{} is not a baseline of pg2tidb: {why}", path.display()))
        };
        let baseline: Baseline = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if baseline.version != 1 {
            return Err(wrong(format!("its version is {}, not 1", baseline.version)));
        }
        Ok(Some(baseline))
    }

    pub fn of(files: &[Linted]) -> Baseline {
        let mut findings = BTreeMap::new();
        for file in files {
            for Issue { rule, fingerprint, .. } in &file.issues {
                findings
                    .insert(fingerprint.clone(), format!("{} {} {}", file.source.name, rule.code, rule.name));
            }
        }
        Baseline { version: 1, findings }
    }

    /// # Errors
    /// When the file can't be written.
    pub fn write(&self, path: &Path) -> Result<(), ProjectError> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        let mut file = AtomicFile::create(path, None)?;
        file.write_all(&text).map_err(|error| ProjectError::io("write", path, error))?;
        file.commit()
    }

    /// Leaves out what was accepted. Says how many findings that were, and how many accepted ones are gone.
    pub fn apply(&self, files: &mut [Linted]) -> (usize, usize) {
        let mut met = HashSet::new();
        let mut accepted = 0;
        for file in files {
            file.issues.retain(|issue| {
                let known = self.findings.contains_key(&issue.fingerprint);
                if known {
                    met.insert(issue.fingerprint.clone());
                    accepted += 1;
                }
                !known
            });
        }
        (accepted, self.findings.len() - met.len())
    }
}

//! `pg2tidb.lock`: what was written, from what. Migration tools refuse a file that changed after it ran, so that what is
//! locked is written again only on request.

use crate::config::{Layout, Options};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

pub const LOCK_NAME: &str = "pg2tidb.lock";
const HEAD: &str = "# Written by pg2tidb. Commit it beside the output: what stands here is not written again without --update.\n\n";

/// The hashes of one file, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    pub source: String,
    pub output: String,
}

/// The content of a lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The pg2tidb that wrote last.
    pub version: String,
    pub target: String,
    /// A hash of the options that decide what is written.
    pub options: String,
    /// By their paths in the output folder.
    #[serde(default)]
    pub files: BTreeMap<String, Locked>,
}

impl Lock {
    /// A lock of nothing yet.
    pub fn new(options: &Options) -> Lock {
        Lock {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            target: options.target.as_str().to_owned(),
            options: fingerprint(options),
            files: BTreeMap::new(),
        }
    }

    /// # Errors
    /// When the text is not a lock file's.
    pub fn parse(text: &str) -> Result<Lock, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    pub fn text(&self) -> String {
        // strings and maps can always be written
        HEAD.to_owned() + &toml::to_string(self).unwrap_or_default()
    }
}

/// A running hash.
#[derive(Debug, Clone, Default)]
pub struct Hash(Sha256);

impl Hash {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> String {
        self.0.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    pub fn of(bytes: &[u8]) -> String {
        let mut hash = Hash::default();
        hash.update(bytes);
        hash.finish()
    }
}

/// Options that change nothing about what is written don't count.
fn fingerprint(options: &Options) -> String {
    let counted = Options {
        lint: Default::default(),
        effort: Default::default(),
        layout: Layout::Auto,
        lock: false,
        ..options.clone()
    };
    Hash::of(&serde_json::to_vec(&counted).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        let mut lock = Lock::new(&Options::default());
        lock.files.insert("a/1 x.sql".into(), Locked { source: Hash::of(b"a"), output: Hash::of(b"") });
        assert_eq!(Lock::parse(&lock.text()), Ok(lock.clone()));
        assert!(lock.text().contains("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        let error = Lock::parse("version = 1").expect_err("not a lock");
        assert!(error.contains("expected a string"), "{error}");
    }

    #[test]
    fn only_options_that_change_the_output_change_the_fingerprint() {
        let options = Options::default();
        let other = Options { layout: Layout::Goose, lock: true, ..options.clone() };
        assert_eq!(Lock::new(&options), Lock::new(&other));
        let other = Options { indexed_text: 100, ..options.clone() };
        assert_ne!(Lock::new(&options).options, Lock::new(&other).options);
    }
}

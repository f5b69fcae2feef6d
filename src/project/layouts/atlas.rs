//! Atlas: versioned files and a hash over all of them.

use super::side::Side;
use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

pub static TOOL: Tool = Tool {
    detected_by: "`atlas.sum`, or `atlas.hcl` above versioned files",
    order: |_| Order::Bytes,
    ordered_by: "names, byte by byte",
    directives: "`-- atlas:` lines, with the empty line that ends a file's heading",
    side,
    beside: &[Beside {
        name: "atlas.hcl",
        todo: "set `url` and `dev` to TiDB's: `mysql://user:password@host:4000/db`",
    }],
    run: "`atlas migrate apply --url mysql://…`",
    ..Tool::new(Layout::Atlas, "Atlas", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    match () {
        () if tree.near("atlas.sum") => Some("atlas.sum"),
        () if tree.above("atlas.hcl").is_some()
            && tree.most(90, |name| super::starts_with_digits(name, 1)) =>
        {
            Some("atlas.hcl")
        }
        () => None,
    }
}

/// Any tool's folder may have a sum: Atlas runs those of goose, golang-migrate and others, too.
pub fn side(path: &str) -> Option<Side> {
    (path.rsplit('/').next() == Some("atlas.sum")).then_some(Side::Sum)
}

/// The directory hash that Atlas keeps in `atlas.sum`: the files in the order of their names, each hashed together with
/// all before it, and a hash over the list.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    running: Sha256,
    entries: Vec<(String, String)>,
}

impl Sum {
    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        self.running.update(name.as_bytes());
        let ignored = bytes.split(|&b| b == b'\n').take_while(|line| line.starts_with(b"--"));
        if ignored.into_iter().any(|line| line.trim_ascii_end() == b"-- atlas:sum ignore") {
            return;
        }
        self.running.update(bytes);
        self.entries.push((name.to_owned(), STANDARD.encode(self.running.clone().finalize())));
    }

    /// The text of `atlas.sum`.
    pub fn text(&self) -> String {
        let mut total = Sha256::new();
        for (name, hash) in &self.entries {
            total.update(name.as_bytes());
            total.update(hash.as_bytes());
        }
        let mut text = format!("h1:{}\n", STANDARD.encode(total.finalize()));
        for (name, hash) in &self.entries {
            text.push_str(&format!("{name} h1:{hash}\n"));
        }
        text
    }
}

//! The layers of docs/architecture.md: a module uses only modules of lower layers, and its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const LAYERS: [(&str, usize); 17] = [
    ("text", 0),
    ("diagnostic", 0),
    ("target", 1),
    ("memory", 1),
    ("config", 1),
    ("script", 2),
    ("syntax", 3),
    ("catalog", 4),
    ("passes", 5),
    ("lint", 5),
    ("reconcile", 6),
    ("report", 7),
    ("project", 8),
    ("verify", 8),
    ("cli", 9),
    ("main", 10),
    ("lib", 10),
];

/// Pairs in one layer that belong together: a rule's declaration names a capability, options name a target, the linter reports
/// the rules of convert.
const BESIDE: [(&str, &str); 4] =
    [("diagnostic", "text"), ("diagnostic", "target"), ("config", "target"), ("lint", "passes")];

#[test]
fn modules_use_only_lower_layers() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layers: BTreeMap<&str, usize> = LAYERS.into();
    let mut uses = 0;
    for entry in walkdir::WalkDir::new(&src).into_iter().map(|e| e.expect("src can be read")) {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let inside = path.strip_prefix(&src).expect("below src");
        let top =
            inside.components().next().expect("a name").as_os_str().to_string_lossy().replace(".rs", "");
        let layer = *layers.get(top.as_str()).unwrap_or_else(|| panic!("{top} has no layer"));
        let text = fs::read_to_string(path).expect("a source file");
        for at in text.match_indices("crate::").map(|(at, _)| at + "crate::".len()) {
            let name: String =
                text[at..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let Some(&used) = layers.get(name.as_str()) else { continue };
            uses += 1;
            let beside = BESIDE.contains(&(top.as_str(), name.as_str()));
            assert!(
                name == top || used < layer || beside,
                "{} (layer {layer}) uses {name} (layer {used})",
                inside.display()
            );
        }
    }
    assert!(uses > 50, "only {uses} uses found: the test looks in the wrong place");
}

#[test]
fn the_core_does_no_io_and_starts_no_threads() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (module, layer) in LAYERS {
        if layer > 7 {
            continue;
        }
        for entry in walkdir::WalkDir::new(src.join(module)).into_iter().flatten() {
            if entry.path().extension().is_none_or(|e| e != "rs") {
                continue;
            }
            let text = fs::read_to_string(entry.path()).expect("a source file");
            for word in ["std::fs", "std::io", "std::net", "std::thread", "std::env", "rayon", "println!"] {
                assert!(!text.contains(word), "{} uses {word}", entry.path().display());
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = 0;
    for entry in walkdir::WalkDir::new(&src).into_iter().flatten() {
        if entry.path().extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(entry.path()).expect("a source file");
            assert!(text.starts_with("//! "), "{}", entry.path().display());
            let lines = text.lines().count();
            assert!(lines <= 400, "{} has {lines} lines", entry.path().display());
            files += 1;
        }
    }
    assert!(files > 20);
}

//! The order that folders are converted in, against the order that real projects run their files in.

use pg2tidb::config::Layout;
use pg2tidb::project::{Input, discover};
use pg2tidb::report::record::Direction;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Listed {
    project: String,
    file: String,
    group: String,
    role: String,
}

/// Groups whose order only a manifest, a program or a person knows, and supabase-storage's `00010-…`, which the list has in
/// the order of the alphabet.
const NOT_IN_THE_NAMES: [&str; 9] = [
    "dolphinscheduler/upgrade",
    "flowable/create-modules",
    "flowable/upgrade-nobase",
    "logto/main",
    "orleans/main",
    "supabase-storage/tenant",
    "temporal/temporal-versioned",
    "temporal/visibility-versioned",
    "thingsboard/main",
];

fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("PG2TIDB_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    [shared, Some(beside)].into_iter().flatten().map(|dir| dir.join("corpus")).find(|dir| dir.is_dir())
}

/// The folder a user would name: the deepest one that holds all the files.
fn common_folder(files: &[String]) -> PathBuf {
    let parent = |file: &String| Path::new(file).parent().unwrap_or(Path::new("")).to_owned();
    let first = files.first().map(parent).unwrap_or_default();
    let holds_all = |folder: &&Path| files.iter().all(|file| Path::new(file).starts_with(folder));
    first.ancestors().find(holds_all).map(Path::to_owned).unwrap_or_default()
}

#[test]
fn folders_run_in_the_order_of_the_projects() {
    let Some(corpus) = corpus() else {
        eprintln!("skipped: no ../shared/corpus");
        return;
    };
    let list = std::fs::read_to_string(corpus.join("files.jsonl")).expect("the list is there");
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut downs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in list.lines() {
        let listed: Listed = serde_json::from_str(line).expect("a line of the list");
        match listed.role.as_str() {
            "up" => groups.entry((listed.project, listed.group)).or_default().push(listed.file),
            "down" if listed.file.contains("down") => {
                downs.entry(listed.project).or_default().push(listed.file)
            }
            _ => {}
        }
    }
    let found = |project: &str, files: &[String]| -> Vec<(String, Direction)> {
        let (root, common) = (corpus.join("pg").join(project), common_folder(files));
        let inputs = discover(&[Input::new(root.join(&common))], None, Layout::Auto).expect("can be read");
        let name = |path: PathBuf| common.join(path).to_string_lossy().into_owned();
        inputs.files.into_iter().map(|file| (name(file.relative), file.direction)).collect()
    };
    let (mut same, mut different) = (Vec::new(), Vec::new());
    for ((project, group), wanted) in &groups {
        let found = found(project, wanted);
        let ordered: Vec<&String> =
            found.iter().map(|(name, _)| name).filter(|n| wanted.contains(n)).collect();
        let name = format!("{project}/{group}");
        if ordered.iter().copied().eq(wanted) {
            same.push((name, wanted.len()));
        } else {
            let at = ordered.iter().copied().zip(wanted).position(|(a, b)| a != b);
            different.push((name, at.map(|at| (ordered[at].clone(), wanted[at].clone()))));
        }
    }
    let many: Vec<_> = same.iter().filter(|(_, files)| *files > 1).collect();
    println!("in order: {many:?}\nnot in order: {different:#?}");
    let different: Vec<_> = different.into_iter().map(|(name, _)| name).collect();
    assert!(different.iter().all(|name| NOT_IN_THE_NAMES.contains(&name.as_str())), "{different:?}");
    assert!(many.len() >= 18, "{}", many.len());

    for (project, downs) in downs {
        let found = found(&project, &downs);
        for down in downs {
            let at = found.iter().position(|(name, _)| *name == down).expect("found");
            assert_eq!(found[at].1, Direction::Down, "{down}");
            let plain = |name: &str| name.replace(".postgres.", ".");
            let up = plain(&down).replace(".down.", ".up.");
            if let Some(up) = found.iter().position(|(name, _)| plain(name) == up) {
                assert_eq!(up + 1, at, "{down} does not follow its up");
            }
        }
    }
}

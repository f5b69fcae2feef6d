//! The shared corpus: which files make which schema, in which order.

use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

pub struct Corpus {
    pub groups: Vec<Group>,
    /// False when only some projects were asked for.
    pub complete: bool,
}

/// Files that make one schema in a fresh database.
pub struct Group {
    pub project: String,
    pub name: String,
    pub files: Vec<File>,
}

pub struct File {
    pub path: PathBuf,
    /// Relative to the project, for reports.
    pub name: String,
    /// It undoes another.
    pub undoes: bool,
    /// Whether its statements are measured: what has to be there before is only run.
    pub counted: bool,
}

#[derive(Deserialize)]
struct Project {
    project: String,
    #[serde(default)]
    pre: String,
}

#[derive(Deserialize)]
struct Line {
    project: String,
    file: String,
    group: String,
    role: String,
}

/// Where this build may write: target/oracle.
pub fn output() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"));
    target.join("oracle")
}

impl Corpus {
    /// `None`, and a line that says so, when the corpus is not on this machine.
    pub fn find() -> Option<Corpus> {
        Self::find_roles(&["up", "dup"])
    }

    /// With the files that undo others.
    pub fn find_with_downs() -> Option<Corpus> {
        Self::find_roles(&["up", "dup", "down"])
    }

    /// Leaves the first groups, and says which projects go.
    pub fn shorten(&mut self, groups: usize) {
        let mut gone: Vec<String> = self.groups.drain(groups..).map(|group| group.project).collect();
        gone.dedup();
        if !gone.is_empty() {
            println!("oracle: NOT RUN, there was no time for it: {}", gone.join(", "));
            self.complete = false;
        }
    }

    fn find_roles(roles: &[&str]) -> Option<Corpus> {
        let shared = std::env::var_os("PG2TIDB_SHARED").map(PathBuf::from);
        let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
        let folder = shared.join("corpus");
        if !folder.join("files.jsonl").exists() {
            println!("oracle: SKIPPED, there is no corpus in {} (set PG2TIDB_SHARED)", folder.display());
            return None;
        }
        Some(
            Self::read(&folder, roles)
                .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display())),
        )
    }

    fn read(folder: &Path, roles: &[&str]) -> std::io::Result<Corpus> {
        let wanted = std::env::var("ORACLE_PROJECTS").ok();
        let wanted: Option<Vec<&str>> = wanted.as_deref().map(|list| list.split(',').collect());
        let pre_folder = output().join("pre");
        std::fs::create_dir_all(&pre_folder)?;
        let projects: Vec<Project> =
            serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json"))?)?;
        let pre: HashMap<&str, &str> =
            projects.iter().map(|project| (project.project.as_str(), project.pre.as_str())).collect();
        let mut groups: Vec<Group> = Vec::new();
        let mut places: HashMap<(String, String), usize> = HashMap::new();
        for line in std::fs::read_to_string(folder.join("files.jsonl"))?.lines() {
            let line: Line = serde_json::from_str(line)?;
            let skipped = wanted.as_ref().is_some_and(|wanted| !wanted.contains(&line.project.as_str()));
            if skipped || !roles.contains(&line.role.as_str()) {
                continue;
            }
            let place = *places.entry((line.project.clone(), line.group.clone())).or_insert_with(|| {
                groups.push(Group {
                    project: line.project.clone(),
                    name: line.group.clone(),
                    files: Vec::new(),
                });
                groups.len() - 1
            });
            let group = &mut groups[place];
            let before = pre.get(line.project.as_str()).copied().unwrap_or_default();
            if group.files.is_empty() && !before.is_empty() {
                let path = pre_folder.join(format!("{}.sql", line.project));
                std::fs::write(&path, before)?;
                group.files.push(File {
                    path,
                    name: "(what the project has before)".into(),
                    undoes: false,
                    counted: false,
                });
            }
            group.files.push(File {
                path: folder.join("pg").join(&line.project).join(&line.file),
                name: line.file,
                undoes: line.role == "down",
                counted: line.role == "up",
            });
        }
        Ok(Corpus { groups, complete: wanted.is_none() })
    }
}

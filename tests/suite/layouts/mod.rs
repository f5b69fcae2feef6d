//! Every project under fixtures/layouts is told by its files and converted; the whole output is a snapshot.

use crate::cli_common::{Folder, run};
use pg2tidb::config::Layout;
use pg2tidb::project::{Input, discover};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layouts")
}

#[test]
fn every_layout_has_a_project_that_is_told_by_its_files() {
    for layout in Layout::ALL.into_iter().filter(|layout| *layout != Layout::Auto) {
        let folder = fixtures().join(layout.as_str());
        let found = discover(&[Input::new(&folder)], None, Layout::Auto).expect("the fixture is there");
        let told: Vec<Layout> = found.projects.iter().map(|project| project.detected.layout).collect();
        assert_eq!(told, [layout], "{}", folder.display());
        // the folder of the migrations alone is enough
        let Some(first) = found.files.first().and_then(|file| file.path.clone()) else { continue };
        let mut inner = first.parent().expect("a folder").to_owned();
        if matches!(layout, Layout::Prisma | Layout::Diesel | Layout::Sqitch | Layout::Liquibase) {
            inner.pop();
        }
        let found = discover(&[Input::new(&inner)], None, Layout::Auto).expect("it is there");
        assert_eq!(found.projects[0].detected.layout, layout, "{}", inner.display());
        // and so is a single file of it, where its text or its neighbours tell
        let single = discover(&[Input::new(&first)], None, Layout::Auto).expect("it is there");
        let told = single.files[0].layout;
        assert!(
            told == layout || matches!(layout, Layout::Sqitch | Layout::Liquibase),
            "{}",
            first.display()
        );
    }
}

#[test]
fn every_project_converts_as_its_snapshot_says() {
    let root = fixtures();
    for layout in Layout::ALL.into_iter().filter(|layout| *layout != Layout::Auto) {
        let name = layout.as_str();
        let folder = Folder::new();
        let input = root.join(name).to_string_lossy().into_owned();
        let ran = run(&["convert", &input, "-o", &folder.at("out"), "-v"]);
        assert!(ran.code < 2, "{name}: {}", ran.err);
        let mut shown = String::new();
        let head = env!("CARGO_MANIFEST_DIR").to_owned() + "/";
        for line in ran.err.lines().filter(|line| line.starts_with("note: ") || line.starts_with(&head)) {
            writeln!(shown, "{}", line.replace(&head, "").replace("fixtures/layouts/", ""))
                .expect("a string");
        }
        for file in folder.files("out") {
            let same = fs::read(root.join(name).join(&file))
                .is_ok_and(|there| there == folder.read(&format!("out/{file}")).into_bytes());
            writeln!(shown, "==== {file}{}", if same { " (unchanged)" } else { "" }).expect("a string");
            if !same {
                shown.push_str(&folder.read(&format!("out/{file}")));
            }
        }
        insta::with_settings!({
            snapshot_path => root.to_string_lossy().into_owned(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, shown);
        });
    }
}

//! The shared corpus, where it is beside the project or further up.

use std::path::{Path, PathBuf};

/// Its SQL files; where it is not, that is said.
pub fn sql_files() -> Option<Vec<PathBuf>> {
    let roots = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared/corpus/pg"));
    let Some(root) = roots.into_iter().find(|dir| dir.is_dir()) else {
        println!("skipped: ../shared/corpus is not here");
        return None;
    };
    let entries =
        walkdir::WalkDir::new(&root).into_iter().map(|entry| entry.expect("a folder entry").into_path());
    let files: Vec<PathBuf> = entries
        .filter(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    assert!(!files.is_empty(), "no files in {}", root.display());
    Some(files)
}

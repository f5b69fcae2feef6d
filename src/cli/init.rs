//! `pg2tidb init`: looks at a repository and writes a configuration, a hook and a workflow for it.

use super::report_args::Init;
use super::settings::SettingsError;
use super::{DONE, deliver, failed};
use crate::config::Layout;
use crate::project::{Input, ProjectError, discover, layouts};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Folders that hold no migrations of the repository's own.
const SKIPPED: [&str; 7] = ["node_modules", "target", "vendor", "dist", "build", "testdata", "fixtures"];

/// A folder of migrations.
struct Found {
    /// From the repository's root, with `/`.
    folder: String,
    layout: Layout,
    because: &'static str,
    files: usize,
}

/// Runs the command and says how it ended.
pub fn init(arguments: &Init) -> u8 {
    try_init(arguments).map_err(SettingsError::Io).map_or_else(failed, |()| DONE)
}

fn try_init(arguments: &Init) -> Result<(), ProjectError> {
    let root = &arguments.path;
    let found = look(root)?;
    let Some(first) = found.first() else {
        return Err(ProjectError::Usage(format!("no SQL file found below {}", root.display())));
    };
    let mut said = String::new();
    for one in &found {
        let title = layouts::tool(one.layout).title;
        let _ = writeln!(said, "found {}: {} files, {title} ({})", one.folder, one.files, one.because);
    }
    let files = [
        ("pg2tidb.toml", configuration(first, &found)),
        (".pre-commit-config.yaml", hook(first)),
        (".github/workflows/pg2tidb.yml", workflow(first)),
    ];
    for (name, text) in files {
        let path = root.join(name);
        if arguments.dry_run {
            let _ = write!(said, "\n==== {name}\n{text}");
        } else if path.exists() {
            let _ = write!(said, "{name} is there already; this belongs into it:\n\n{text}\n");
        } else {
            let failed = |error| ProjectError::io("write", &path, error);
            fs::create_dir_all(path.parent().unwrap_or(root)).map_err(failed)?;
            fs::write(&path, text).map_err(failed)?;
            let _ = writeln!(said, "wrote {name}");
        }
    }
    if !arguments.dry_run {
        let _ = writeln!(
            said,
            "\nnext: pg2tidb assess {0}\n      pg2tidb convert {0} -o {1}",
            first.folder,
            output_of(first)
        );
    }
    deliver(&said, None)
}

/// The folders that hold migrations, the one with the most files first. Of a tool with folders of its own in them, the folder
/// above counts.
fn look(root: &Path) -> Result<Vec<Found>, ProjectError> {
    let wanted = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0
            || !(name.starts_with('.') || (entry.file_type().is_dir() && SKIPPED.contains(&name.as_ref())))
    };
    let mut folders: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for entry in WalkDir::new(root).into_iter().filter_entry(wanted) {
        let entry = entry.map_err(|error| ProjectError::io("read", root, error.into()))?;
        if entry.file_type().is_file()
            && entry.path().extension().is_some_and(|end| end.eq_ignore_ascii_case("sql"))
        {
            let mut folder = entry.path().parent().unwrap_or(root).to_owned();
            let name = entry.file_name().to_string_lossy();
            let nested = matches!(name.as_ref(), "up.sql" | "down.sql" | "migration.sql");
            let half = folder.file_name().is_some_and(|name| {
                ["up", "down", "deploy", "revert", "verify"].iter().any(|half| name == *half)
            });
            if (nested || half) && folder != *root {
                folder.pop();
            }
            *folders.entry(folder).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for (folder, files) in folders {
        let inputs = discover(&[Input::new(&folder)], None, Layout::Auto)?;
        let Some(project) = inputs.projects.first() else { continue };
        let relative = folder.strip_prefix(root).unwrap_or(&folder).to_string_lossy().replace('\\', "/");
        let folder = if relative.is_empty() { ".".to_owned() } else { relative };
        found.push(Found {
            folder,
            layout: project.detected.layout,
            because: project.detected.because,
            files,
        });
    }
    // what a tool's marks tell comes before what has only numbers, or nothing
    found.sort_by_key(|one| {
        (matches!(one.layout, Layout::Plain), std::cmp::Reverse(one.files), one.folder.clone())
    });
    Ok(found)
}

fn output_of(found: &Found) -> String {
    match found.folder.as_str() {
        "." => "tidb".to_owned(),
        folder => format!("{folder}-tidb"),
    }
}

fn configuration(first: &Found, all: &[Found]) -> String {
    let tool = layouts::tool(first.layout);
    let mut text = String::from(
        "# How pg2tidb compiles this project's PostgreSQL migrations for TiDB.\n# Every option: docs/configuration.md of pg2tidb, or `pg2tidb schema`. What is commented out is the default.\n\n",
    );
    let _ = writeln!(
        text,
        "# The TiDB version that runs the result: \"7.5\", \"8.1\" or \"8.5\".\ntarget = \"8.5\"\n"
    );
    let _ = writeln!(
        text,
        "# {}: told by {}.\nlayout = \"{}\"\n",
        tool.title,
        first.because,
        first.layout.as_str()
    );
    text.push_str("# What was written stays as it is: tools refuse a migration that changed after it ran. `--update` writes it anew.\nlock = true\n\n");
    text.push_str("# uuid as \"char36\" (readable) or \"binary16\" (small).\n# uuid = \"char36\"\n\n# timestamptz as \"timestamp\" (an instant, until 2038) or \"datetime\" (UTC by agreement).\n# timestamptz = \"timestamp\"\n\n# Characters of a text column that a key needs.\n# indexed_text = 768\n\n# Ids that grow (\"auto_increment\") or spread over the cluster (\"auto_random\").\n# ids = \"auto_increment\"\n\n# PostgreSQL schemas that become databases of another name; \"\" leaves the name out.\n# [schemas]\n# public = \"\"\n\n# Minutes of work that `pg2tidb assess` counts for what a person has to see to.\n# [effort]\n# refused = 30\n# lossy = 10\n# approximate = 2\n");
    let others: Vec<&Found> = all.iter().skip(1).collect();
    if !others.is_empty() {
        text.push_str("\n# Also found, each to be converted by itself:\n");
        for other in others.iter().take(20) {
            let _ = writeln!(
                text,
                "#   {} ({} files, {})",
                other.folder,
                other.files,
                layouts::tool(other.layout).title
            );
        }
    }
    text
}

fn hook(first: &Found) -> String {
    let (folder, output) = (&first.folder, output_of(first));
    let files = if folder == "." { "\\.sql$".to_owned() } else { format!("^{}/.*\\.sql$", pattern(folder)) };
    format!(
        "repos:\n  - repo: local\n    hooks:\n      - id: pg2tidb\n        name: the TiDB migrations follow the PostgreSQL ones\n        entry: pg2tidb convert {folder} -o {output} -q\n        language: system\n        files: '{files}'\n        pass_filenames: false\n"
    )
}

/// Text for a regular expression that means only itself.
fn pattern(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if !c.is_ascii_alphanumeric() && !matches!(c, '/' | '_' | '-') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

fn workflow(first: &Found) -> String {
    let (folder, output) = (&first.folder, output_of(first));
    let paths = if folder == "." { "**/*.sql".to_owned() } else { format!("{folder}/**") };
    format!(
        "name: pg2tidb\n\non:\n  pull_request:\n    paths: ['{paths}', '{output}/**', 'pg2tidb.toml']\n\npermissions:\n  contents: read\n\njobs:\n  tidb:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: cargo install pg2tidb --locked\n      # What is committed is what would be written; the difference fails the check.\n      - run: pg2tidb convert {folder} -o {output} --check\n      # What this pull request means for TiDB, on its summary page.\n      - if: always()\n        run: pg2tidb diff {folder} --rev \"origin/${{{{ github.base_ref }}}}\" --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n"
    )
}

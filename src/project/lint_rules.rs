//! What `pg2tidb.toml` says of each file that is linted: its dialect, which rules speak there, and how loudly.

use crate::config::{Lint, LintPath};
use crate::lint::dialect::Dialect;
use crate::lint::select::Levels;
use globset::{Glob, GlobMatcher};
use std::path::{Path, PathBuf};

/// The settings of a lint run, with its globs read.
#[derive(Debug, Clone, Default)]
pub struct LintRules {
    /// The folder that globs count from.
    root: PathBuf,
    base: Levels,
    paths: Vec<(GlobMatcher, LintPath)>,
    dialects: Vec<(GlobMatcher, Dialect)>,
}

/// What holds for one file.
#[derive(Debug, Clone)]
pub struct FileRules {
    pub levels: Levels,
    /// What the configuration says, if it does.
    pub dialect: Option<Dialect>,
}

impl LintRules {
    /// # Errors
    /// A name that is no rule, or a glob that can't be read.
    pub fn new(lint: &Lint, root: PathBuf) -> Result<LintRules, String> {
        let mut rules = LintRules { root, base: Levels::new(lint)?, ..LintRules::default() };
        for path in &lint.paths {
            // a name that is wrong here is said once, not for each file
            Levels::default().add(&path.ignore, &path.levels)?;
            rules.paths.push((glob(&path.path)?, path.clone()));
        }
        for (globs, dialect) in [(&lint.postgres, Dialect::Postgres), (&lint.tidb, Dialect::Tidb)] {
            for pattern in globs {
                rules.dialects.push((glob(pattern)?, dialect));
            }
        }
        Ok(rules)
    }

    pub fn of(&self, file: &Path) -> FileRules {
        if self.paths.is_empty() && self.dialects.is_empty() {
            return FileRules { levels: self.base.clone(), dialect: None };
        }
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let relative = absolute.strip_prefix(&self.root).unwrap_or(file);
        let mut levels = self.base.clone();
        for (_, path) in self.paths.iter().filter(|(glob, _)| glob.is_match(relative)) {
            // the names were tried before
            let _ = levels.add(&path.ignore, &path.levels);
        }
        let dialect = self.dialects.iter().find(|(glob, _)| glob.is_match(relative));
        FileRules { levels, dialect: dialect.map(|(_, dialect)| *dialect) }
    }
}

fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let glob = Glob::new(pattern).map_err(|error| format!("the glob `{pattern}` can't be read: {error}"))?;
    Ok(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RuleLevel;
    use crate::diagnostic::Level;

    #[test]
    fn a_path_has_settings_of_its_own() {
        let mut lint = Lint { tidb: vec!["db/tidb/**".into()], ..Lint::default() };
        lint.paths.push(LintPath {
            path: "db/old/**".into(),
            ignore: Vec::new(),
            levels: [("uuid-type".to_owned(), RuleLevel::Off)].into(),
        });
        let rules = LintRules::new(&lint, "/p".into()).expect("rules");
        let uuid = crate::lint::all_rules().find(|rule| rule.name == "uuid-type").expect("a rule");
        let level = |path: &str| rules.of(Path::new(path)).levels.level(uuid, Level::Warning);
        assert_eq!((level("/p/db/old/1.sql"), level("/p/db/1.sql")), (None, Some(Level::Warning)));
        assert_eq!(rules.of(Path::new("/p/db/tidb/a/1.sql")).dialect, Some(Dialect::Tidb));
        assert!(LintRules::new(&Lint { tidb: vec!["a[".into()], ..Lint::default() }, "/p".into()).is_err());
    }
}

//! What a migration file's name says: its direction, its dialect, and which file it is the other half of.

use super::natural::NameKey;
use crate::report::record::Direction;

/// A file name, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName<'a> {
    /// The name without direction, dialect and `.sql`; both halves of a pair share it.
    pub stem: String,
    /// What the name says about the direction, if it does.
    pub direction: Option<Direction>,
    /// The dialect the name is for, if it says one.
    pub dialect: Option<&'a str>,
}

/// Whether a name is one of PostgreSQL's.
pub fn is_postgres(dialect: &str) -> bool {
    ["postgres", "postgresql", "pg", "psql", "pgsql"].iter().any(|name| name.eq_ignore_ascii_case(dialect))
}

/// Whether a name is another database's, as migration folders spell them.
pub fn is_other_dialect(name: &str) -> bool {
    const OTHERS: [&str; 19] = [
        "mysql",
        "mysql8",
        "mariadb",
        "tidb",
        "sqlite",
        "sqlite3",
        "cockroach",
        "cockroachdb",
        "crdb",
        "mssql",
        "sqlserver",
        "oracle",
        "db2",
        "h2",
        "hsql",
        "hsqldb",
        "spanner",
        "clickhouse",
        "yugabyte",
    ];
    OTHERS.iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// Whether a file of this name is SQL.
pub fn is_sql(name: &str) -> bool {
    name.len() >= 4 && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(b".sql")
}

impl<'a> FileName<'a> {
    pub fn new(name: &'a str) -> Self {
        let base = if is_sql(name) { &name[..name.len() - 4] } else { name };
        let (mut direction, mut dialect) = (None, None);
        let mut kept: Vec<&str> = Vec::new();
        let segments: Vec<&str> = base.split('.').collect();
        for (at, &segment) in segments.iter().enumerate() {
            let first = at == 0;
            match segment {
                // diesel's folders hold plain `up.sql` and `down.sql`
                "up" | "do" if direction.is_none() && (!first || segments.len() == 1) => {
                    direction = Some(Direction::Up);
                }
                "down" | "undo" if direction.is_none() && (!first || segments.len() == 1) => {
                    direction = Some(Direction::Down);
                }
                _ if !first && dialect.is_none() && (is_postgres(segment) || is_other_dialect(segment)) => {
                    dialect = Some(segment);
                }
                _ => kept.push(segment),
            }
        }
        let mut stem = kept.join(".");
        // Flyway's undo files are named after the versioned file they undo
        if direction.is_none()
            && stem.starts_with('U')
            && stem.contains("__")
            && !NameKey::new(&stem).version().is_empty()
        {
            stem.replace_range(..1, "V");
            direction = Some(Direction::Down);
        }
        FileName { stem, direction, dialect }
    }
}

/// For stems such as `001_init_up`, where the word may also be part of a title: the stem without it and the direction
/// it would mean.
pub fn worded_name(stem: &str) -> Option<(String, Direction)> {
    let cut = |word: &str| stem.strip_suffix(word)?.strip_suffix(['_', '-']).map(str::to_owned);
    let down = || cut("down").or_else(|| cut("rollback")).map(|stem| (stem, Direction::Down));
    cut("up").map(|stem| (stem, Direction::Up)).or_else(down)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> (String, Option<Direction>, Option<&str>) {
        let read = FileName::new(name);
        (read.stem, read.direction, read.dialect)
    }

    #[test]
    fn names_tell_direction_and_dialect() {
        let (up, down) = (Some(Direction::Up), Some(Direction::Down));
        assert_eq!(read("1_x.up.sql"), ("1_x".into(), up, None));
        assert_eq!(read("1_x.postgres.down.sql"), ("1_x".into(), down, Some("postgres")));
        assert_eq!(read("1_x.sqlite3.up.sql"), ("1_x".into(), up, Some("sqlite3")));
        assert_eq!(read("down.sql"), (String::new(), down, None));
        assert_eq!(read("migration.sql"), ("migration".into(), None, None));
        assert_eq!(read("U1.2__x.sql"), ("V1.2__x".into(), down, None));
        assert_eq!(read("Users__x.sql"), ("Users__x".into(), None, None));
        assert_eq!(read("mysql.sql"), ("mysql".into(), None, None));
        assert_eq!(read("001.undo.add.SQL"), ("001.add".into(), down, None));
        assert_eq!(read("a.mysql.create.b.sql"), ("a.create.b".into(), None, Some("mysql")));
    }

    #[test]
    fn worded_directions_are_only_proposed() {
        assert_eq!(worded_name("1_scale_up"), Some(("1_scale".into(), Direction::Up)));
        assert_eq!(worded_name("1-x-down"), Some(("1-x".into(), Direction::Down)));
        assert_eq!(worded_name("1_setup"), None);
    }
}

//! Files beside the SQL that speak of the database: changed where that is safe, else named for a person.

/// What becomes of a file that is not SQL.
#[derive(Clone, Copy)]
pub enum Side {
    /// Changed by a function of its text, which gives nothing where there is nothing to change.
    Rewrite { change: fn(&str) -> Option<String>, note: &'static str },
    /// Copied as it is; a person has to do this.
    Person(&'static str),
    /// Atlas's directory hash: made anew from the files that are written.
    Sum,
}

/// Replaces what `pick` finds on each line by `with`: `pick` gives the byte range in the line.
pub fn replace_on_lines(
    text: &str,
    with: &str,
    mut pick: impl FnMut(&str) -> Option<(usize, usize)>,
) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    for line in text.split_inclusive('\n') {
        match pick(line) {
            Some((from, to)) if line[from..to] != *with => {
                out.push_str(&line[..from]);
                out.push_str(with);
                out.push_str(&line[to..]);
                changed = true;
            }
            _ => out.push_str(line),
        }
    }
    changed.then_some(out)
}

/// The range of the value in `key = "value"` or `key: value`, quotes not included, where the line says nothing else.
pub fn value_of(line: &str, key: &str) -> Option<(usize, usize)> {
    let start = line.len() - line.trim_start_matches([' ', '\t', '-']).len();
    let rest = line[start..].strip_prefix('"').unwrap_or(&line[start..]);
    let rest = rest.strip_prefix(key)?;
    let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix(['=', ':'])?.trim_start();
    let from = line.len() - rest.len();
    match rest.chars().next()? {
        quote @ ('"' | '\'') => {
            let length = rest[1..].find(quote)?;
            Some((from + 1, from + 1 + length))
        }
        _ => {
            let length = rest.find(|c: char| c.is_whitespace() || c == ',' || c == '#').unwrap_or(rest.len());
            (length > 0).then_some((from, from + length))
        }
    }
}

/// Whether a value names PostgreSQL, as configurations spell it.
pub fn names_postgres(value: &str) -> bool {
    matches!(value, "postgres" | "postgresql" | "pg" | "pgx")
}

/// Sets `key` to `mysql` wherever it names PostgreSQL.
pub fn to_mysql(text: &str, key: &str) -> Option<String> {
    replace_on_lines(text, "mysql", |line| {
        value_of(line, key).filter(|&(from, to)| names_postgres(&line[from..to]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_as_toml_yaml_and_json_write_them() {
        for (line, value) in [
            ("provider = \"postgresql\"\n", Some("postgresql")),
            ("  \"dialect\": \"pg\",\n", Some("pg")),
            ("    - provider: 'x' # y\n", Some("x")),
            ("provider=env(\"X\")", Some("env(\"X\")")),
            ("providers = 1", None),
            ("# provider = 1", None),
            ("provider:", None),
        ] {
            let key = if line.contains("dialect") { "dialect" } else { "provider" };
            assert_eq!(value_of(line, key).map(|(from, to)| &line[from..to]), value, "{line}");
        }
    }

    #[test]
    fn only_the_value_changes() {
        let text = "# a\r\nprovider = \"postgresql\" # b\r\n";
        assert_eq!(to_mysql(text, "provider").as_deref(), Some("# a\r\nprovider = \"mysql\" # b\r\n"));
        assert_eq!(to_mysql("provider = \"sqlite\"\n", "provider"), None);
    }
}

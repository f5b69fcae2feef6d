//! Prisma Migrate: a folder per migration, and a file that names the provider.

use super::side::{Side, replace_on_lines, to_mysql, value_of};
use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "`migration_lock.toml`, or files that are all called `migration.sql` beside a `schema.prisma`, or in several folders",
    order: |_| Order::Bytes,
    ordered_by: "names of the folders, byte by byte",
    directives: "none",
    side,
    beside: &[Beside {
        name: "schema.prisma",
        todo: "set the datasource's provider to \"mysql\" and change what MySQL does not have: scalar lists, `@db.Uuid` and other types of PostgreSQL",
    }],
    run: "`prisma migrate deploy` with a `mysql://` URL; baseline a database that has the schema with `prisma migrate resolve`",
    ..Tool::new(Layout::Prisma, "Prisma Migrate", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    match () {
        () if tree.near("migration_lock.toml") => Some("migration_lock.toml"),
        () if tree.most(100, |name| name == "migration.sql") && tree.near("schema.prisma") => {
            Some("schema.prisma and migration.sql")
        }
        // newer versions of Drizzle have such folders, too
        () if tree.sql.len() > 1
            && tree.most(100, |name| name == "migration.sql")
            && super::drizzle::detect(tree).is_none() =>
        {
            Some("folders with a migration.sql each")
        }
        () => None,
    }
}

fn side(path: &str) -> Option<Side> {
    match path.rsplit('/').next()? {
        "migration_lock.toml" => Some(Side::Rewrite {
            change: |text| to_mysql(text, "provider"),
            note: "the provider is now mysql",
        }),
        name if name.ends_with(".prisma") => Some(Side::Rewrite {
            change: datasource,
            note: "the datasource's provider is now mysql; change by hand what MySQL does not have, such as scalar lists, `@db.Uuid` and other types of PostgreSQL",
        }),
        _ => None,
    }
}

/// The provider of the datasource; a generator has one, too.
fn datasource(text: &str) -> Option<String> {
    let mut inside = false;
    replace_on_lines(text, "mysql", |line| {
        let word = line.split_whitespace().next().unwrap_or_default();
        match word {
            "datasource" => inside = true,
            "}" => inside = false,
            _ => {}
        }
        let (from, to) = value_of(line, "provider").filter(|_| inside)?;
        ["postgresql", "postgres", "cockroachdb"].contains(&&line[from..to]).then_some((from, to))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_keeps_its_provider() {
        let schema = "generator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource db {\n  provider = \"postgresql\"\n  url      = env(\"URL\")\n}\n";
        let wanted = schema.replace("\"postgresql\"", "\"mysql\"");
        assert_eq!(datasource(schema), Some(wanted));
    }
}

//! Flyway: versions in names, repeatable scripts, callbacks.

use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;
use crate::project::natural::NameKey;

pub static TOOL: Tool = Tool {
    detected_by: "most names are `V1__x.sql`, `R__x.sql` or `U1__x.sql`",
    order: |tree| if one_sequence(tree) { Order::Versions } else { Order::Natural },
    ordered_by: "versions, part by part, over all folders; repeatable scripts last, by description",
    directives: "`-- flyway:` lines and `${placeholders}`",
    beside: &[
        Beside { name: "flyway.conf", todo: "set `flyway.url` to `jdbc:mysql://host:4000/db`" },
        Beside { name: "flyway.toml", todo: "set `url` to `jdbc:mysql://host:4000/db`" },
    ],
    run: "Flyway with `flyway-mysql` and a `jdbc:mysql://…:4000` URL",
    ..Tool::new(Layout::Flyway, "Flyway", detect)
};

/// `V1__x`, `U1__x`, `B1__x` and `R__x`.
fn is_flyway(name: &str) -> bool {
    let Some((head, _)) = name.split_once("__") else { return false };
    let version = head.strip_prefix(['V', 'U', 'B']);
    head == "R"
        || version.is_some_and(|version| {
            version.split(['.', '_']).all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        })
}

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    tree.most(51, is_flyway).then_some("names such as V1__x.sql")
}

/// Flyway reads one sequence of versions from all folders below a location; two files of one version mean that the
/// folders are sequences of their own.
fn one_sequence(tree: &Tree<'_>) -> bool {
    let mut versions = std::collections::HashSet::new();
    let mut versioned = tree.names().filter(|name| name.starts_with('V') && is_flyway(name));
    versioned.all(|name| versions.insert(NameKey::new(name).version().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told() {
        for name in ["V1__a.sql", "V1.2_3__a.sql", "R__a.sql", "U2__a.sql", "B10__a.sql"] {
            assert!(is_flyway(name), "{name}");
        }
        for name in ["V__a.sql", "Vx__a.sql", "1__a.sql", "V1_a.sql", "users.sql"] {
            assert!(!is_flyway(name), "{name}");
        }
    }
}

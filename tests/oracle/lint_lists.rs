//! The lists of the linter's tests, on real servers: what stands in fixtures/lint-lists/accepted.txt runs, and of each line of rejected.txt
//! some statement does not.

use crate::lanes::{Servers, TARGETS};
use pg2tidb::verify::accepts;
use std::path::Path;

fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint-lists").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

#[test]
fn tidb_judges_the_lists_of_the_linter() {
    let Some(servers) = Servers::from_env() else { return };
    for (which, target) in TARGETS.iter().enumerate() {
        let server = servers.tidb(which).unwrap_or_else(|error| panic!("{error}"));
        let mut wrong = Vec::new();
        for (name, accepted) in [("accepted.txt", true), ("rejected.txt", false)] {
            let lines = lines(name);
            println!("oracle: {} lines of {name} on TiDB {target}", lines.len());
            assert!(!lines.is_empty(), "{name} is empty");
            for line in lines {
                let statements: Vec<String> = line.split(";;").map(|s| s.trim().to_owned()).collect();
                let answers = accepts(&server, &statements).unwrap_or_else(|error| panic!("{line}: {error}"));
                if answers.iter().all(Result::is_ok) != accepted {
                    wrong.push(format!("{name}: {line}\n    {answers:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "TiDB {target} answers otherwise:\n{}", wrong.join("\n"));
    }
}

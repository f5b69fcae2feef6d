//! The check of the checker: a schema written by hand for both databases must compare as equivalent, and a spoilt
//! translation must not.

use crate::corpus::{File, Group};
use crate::lanes::{Servers, TARGETS, original, translated};
use pg2tidb::report::record::{Direction, Record, Status};
use pg2tidb::verify::compare::{ObjectKind, Tally};
use pg2tidb::verify::{Comparison, compare};

fn statements(text: &str) -> Vec<Record> {
    let pieces = text.split(";\n").map(str::trim).filter(|piece| !piece.is_empty());
    pieces
        .enumerate()
        .map(|(index, sql)| Record {
            file: "by-hand.sql".into(),
            index,
            line: 1,
            direction: Direction::Up,
            status: Status::Rewritten,
            sql: vec![sql.to_owned()],
            diagnostics: Vec::new(),
        })
        .collect()
}

/// Compares by-hand.postgres.sql with a translation of it.
fn check(servers: &Servers, which: usize, tidb: &str) -> Comparison {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/by-hand.postgres.sql");
    let group = Group {
        project: "by hand".into(),
        name: TARGETS[which].into(),
        files: vec![File { path, name: "by hand".into(), undoes: false, counted: true }],
    };
    let postgres =
        servers.postgres().and_then(|server| original(&server, &format!("machinery_{which}"), &group));
    let postgres = postgres.unwrap_or_else(|error| panic!("{error}"));
    assert!(postgres.files[0].errors.is_empty(), "{:?}", postgres.files[0].errors);
    let run = servers.tidb(which).and_then(|server| translated(&server, "machinery", statements(tidb)));
    let run = run.unwrap_or_else(|error| panic!("{error}"));
    assert!(run.replay.rejected.is_empty(), "TiDB {}: {:?}", TARGETS[which], run.replay.rejected);
    compare(&postgres.schema, &run.schema)
}

#[test]
fn a_translation_by_hand_is_equivalent_and_a_spoilt_one_is_not() {
    let Some(servers) = Servers::from_env() else { return };
    let tidb = include_str!("by-hand.tidb.sql");
    for (which, target) in TARGETS.iter().enumerate() {
        let comparison = check(&servers, which, tidb);
        let found: Vec<String> = comparison.differences.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "TiDB {target}:\n{}", found.join("\n"));
        assert_eq!(comparison.tally(ObjectKind::Table), Tally { equivalent: 3, total: 3 });
        for (from, to, kind) in [
            ("varchar(20)", "varchar(21)", ObjectKind::Column),
            ("amount decimal(10,2) not null", "amount decimal(10,2)", ObjectKind::Column),
            ("timestamp(6) null default current_timestamp(6)", "timestamp(6) null", ObjectKind::Column),
            ("on delete cascade", "on delete set null", ObjectKind::ForeignKey),
            ("and amount > 0", "and amount > 1", ObjectKind::Check),
            ("and amount > 0", "and amount < 0", ObjectKind::Check),
            ("((case when free is null then name end))", "(name)", ObjectKind::Unique),
            ("unique key (name, state)", "key (name, state)", ObjectKind::Unique),
            ("create view names", "create view nomes", ObjectKind::View),
            ("primary key (id, part)", "primary key (part, id)", ObjectKind::PrimaryKey),
        ] {
            assert!(tidb.contains(from), "{from} is not in by-hand.tidb.sql");
            let spoilt = check(&servers, which, &tidb.replacen(from, to, 1));
            let tally = spoilt.tally(kind);
            assert_eq!(tally.equivalent + 1, tally.total, "TiDB {target}: {from} became {to}");
        }
    }
}

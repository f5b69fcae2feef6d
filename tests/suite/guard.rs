//! `pg2tidb guard`: what a script becomes, and what it refuses to make safe.

use crate::cli_common::{Folder, run_in, run_with};

fn guarded(script: &str) -> String {
    let ran = run_with(&["guard", "-"], script.as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{script}");
    ran.out
}

#[test]
fn what_has_a_form_gets_it_and_the_rest_of_the_text_stays() {
    assert_eq!(
        guarded(
            "-- one\nCREATE TABLE t (a INT); -- two\ndrop index i on t;\nALTER TABLE t\n  ADD COLUMN b INT;\n"
        ),
        "-- one\nCREATE TABLE IF NOT EXISTS t (a INT); -- two\ndrop index IF EXISTS i on t;\nALTER TABLE t ADD COLUMN IF NOT EXISTS b INT;\n"
    );
    assert_eq!(guarded("CREATE VIEW v AS SELECT 1"), "CREATE OR REPLACE VIEW v AS SELECT 1;\n");
    let safe =
        "CREATE TABLE IF NOT EXISTS t (a INT);\nSET NAMES utf8mb4;\nINSERT IGNORE INTO t VALUES (1);\n";
    assert_eq!(guarded(safe), safe);
}

#[test]
fn the_rest_is_run_only_where_it_is_needed() {
    let out = guarded("ALTER TABLE t ADD CONSTRAINT c CHECK (a <> 'it''s');");
    assert!(out.contains("information_schema.check_constraints"), "{out}");
    assert!(out.contains("'ALTER TABLE `t` ADD CONSTRAINT c CHECK (a <> ''it''''s'')', 'DO 0')"), "{out}");
    assert!(out.ends_with("DEALLOCATE PREPARE pg2tidb_guard;"), "{out}");
    let out = guarded("CREATE TABLE a (x INT); ALTER TABLE a RENAME TO b;");
    assert!(out.contains("IN ('a', 'b')) = 0, 'CREATE TABLE a (x INT)'"), "{out}");
}

#[test]
fn what_can_not_be_made_safe_is_said() {
    for (script, place) in [
        ("INSERT INTO t VALUES (1);", ":1:1]"),
        ("SELECT 1;\nUPDATE t SET a = a + 1;", ":2:1]"),
        ("ALTER TABLE t ADD CHECK (a > 0);", ":1:1]"),
        ("TRUNCATE TABLE t;", ":1:1]"),
        ("DELETE FROM t;", ":1:1]"),
        ("ALTER TABLE t DROP COLUMN a, ADD COLUMN a INT;", ":1:1]"),
    ] {
        let ran = run_with(&["guard", "-"], script.as_bytes());
        assert_eq!(ran.code, 1, "{script}");
        assert!(ran.err.contains("D054 unguarded-statement") && ran.err.contains(place), "{}", ran.err);
        assert_eq!(ran.out.trim_end(), script);
    }
}

#[test]
fn the_checks_and_the_way_back_are_written_beside_it() {
    let folder = Folder::new();
    folder.write("s.sql", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);\nALTER TABLE t ADD COLUMN b INT;\n");
    let ran = run_in(&folder, &["guard", "s.sql", "-o", "out/g.sql", "--verify-sql"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert_eq!(folder.files("out"), ["g.post.sql", "g.pre.sql", "g.rollback.sql", "g.sql"]);
    assert!(folder.read("out/g.pre.sql").contains("GROUP BY `a` HAVING COUNT(*) > 1"));
    let back = folder.read("out/g.rollback.sql");
    let (column, index) = (back.find("DROP COLUMN IF EXISTS `b`"), back.find("DROP INDEX IF EXISTS `u`"));
    assert!(column.is_some() && column < index, "{back}");
    assert_eq!(run_in(&folder, &["guard", "s.sql", "-o", "s.sql"]).code, 2);
    assert_eq!(run_in(&folder, &["guard", "nothing.sql"]).code, 2);
}

/// Whether a script's statement is left as it is, and said to be.
fn refuses(script: &str, statement: &str) {
    let ran = run_with(&["guard", "-"], script.as_bytes());
    assert_eq!(ran.code, 1, "{script}");
    assert!(ran.err.contains("D054 unguarded-statement"), "{script}: {}", ran.err);
    assert!(ran.out.contains(statement), "{script}: {}", ran.out);
}

#[test]
fn rows_that_came_in_since_are_not_taken_away() {
    refuses("DROP TABLE IF EXISTS t;\nCREATE TABLE t (a INT);\n", "DROP TABLE IF EXISTS t;\n");
    refuses("DROP TABLE u, `T`;\nCREATE TABLE t (a INT);\n", "DROP TABLE u, `T`;\n");
    let swap = "CREATE TABLE n (a INT);\nRENAME TABLE t TO o, n TO t;\nDROP TABLE o;\n";
    refuses(swap, "RENAME TABLE t TO o, n TO t;\n");
    refuses("ALTER TABLE t RENAME TO o;\nCREATE TABLE t (a INT);\n", "ALTER TABLE t RENAME TO o;\n");
    let column = "ALTER TABLE t ADD COLUMN n INT;\nALTER TABLE t DROP COLUMN a;\nALTER TABLE t RENAME COLUMN n TO a;\n";
    refuses(column, "ALTER TABLE t DROP COLUMN a;\n");
    refuses("DROP SEQUENCE s;\nCREATE SEQUENCE s;\n", "DROP SEQUENCE s;\n");
    // What is only made, or only dropped, or dropped in the end, is safe.
    assert_eq!(
        guarded("CREATE TABLE t (a INT);\nDROP TABLE t;\nDELETE FROM u WHERE a = 1;\n"),
        "CREATE TABLE IF NOT EXISTS t (a INT);\nDROP TABLE IF EXISTS t;\nDELETE FROM u WHERE a = 1;\n"
    );
}

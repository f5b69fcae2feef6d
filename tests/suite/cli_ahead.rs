//! What later files of a run do decides how a table is created.

use crate::cli_common::{Folder, run};

#[test]
fn a_key_that_a_later_file_drops_is_nonclustered() {
    let folder = Folder::new();
    folder.write("db/001_one.up.sql", "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL);\n");
    folder.write("db/001_one.down.sql", "DROP TABLE a;\n");
    folder.write("db/002_two.up.sql", "ALTER TABLE a RENAME TO b;\n");
    folder.write("db/002_two.down.sql", "ALTER TABLE b RENAME TO a;\n");
    folder.write("db/003_three.up.sql", "ALTER TABLE b DROP CONSTRAINT a_pkey, ADD PRIMARY KEY (n);\n");
    folder.write("db/004_four.up.sql", "DROP TABLE b;\nCREATE TABLE b (id int PRIMARY KEY);\n");
    let records = run(&["convert", &folder.at("db"), "--format", "json"]).records();
    let sql: Vec<&str> = records.iter().flat_map(|record| &record.sql).map(String::as_str).collect();
    assert!(
        sql[0].starts_with("CREATE TABLE a (id int PRIMARY KEY NONCLUSTERED, n int NOT NULL)"),
        "{sql:?}"
    );
    assert!(sql.contains(&"ALTER TABLE b DROP PRIMARY KEY"), "{sql:?}");
    assert!(sql.contains(&"ALTER TABLE b ADD PRIMARY KEY (n)"), "{sql:?}");
    assert!(sql[sql.len() - 1].starts_with("CREATE TABLE b (id int PRIMARY KEY) "), "{sql:?}");
    let said = &records[0].diagnostics[0];
    assert!(said.message.starts_with("`003_three.up.sql` drops the primary key"), "{}", said.message);
}

#[test]
fn one_file_alone_says_what_it_could_not_know() {
    let folder = Folder::new();
    folder.write("3.sql", "ALTER TABLE b DROP CONSTRAINT a_pkey;\n");
    let records = run(&["convert", &folder.at("3.sql"), "--format", "json"]).records();
    assert!(records[0].sql.is_empty());
    let help = records[0].diagnostics[0].help.as_deref().unwrap_or_default();
    assert!(help.starts_with("convert this file together with"), "{help}");
}

//! `pg2tidb preflight` and the header of translated files.

use crate::cli_common::{Folder, run, run_in};

#[test]
fn it_prints_a_query_or_a_list() {
    let folder = Folder::new();
    let ran = run_in(&folder, &["preflight"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("FIND_IN_SET('STRICT_TRANS_TABLES', @@SESSION.sql_mode) > 0"), "{}", ran.out);
    assert!(ran.out.contains("for TiDB 8.5") && ran.out.ends_with("WHERE NOT fits;\n"), "{}", ran.out);

    folder.write(
        "pg2tidb.toml",
        "target = \"7.5\"\ncollation = \"utf8mb4_bin\"\ncharset_clause = \"database\"\n",
    );
    let ran = run_in(&folder, &["preflight", "--format", "json"]);
    let list: Vec<serde_json::Value> = serde_json::from_str(&ran.out).expect("a list");
    let wanted = |setting: &str| {
        let found = list.iter().find(|need| need["setting"] == setting);
        found.and_then(|need| need["wanted"].as_str()).map(str::to_owned)
    };
    assert_eq!(wanted("collation_database").as_deref(), Some("utf8mb4_bin"));
    assert_eq!(wanted("time_zone").as_deref(), Some("UTC"));
    assert!(run_in(&folder, &["preflight"]).out.contains("for TiDB 7.5"));
    folder.write("pg2tidb.toml", "target = \"1\"\n");
    assert_eq!(run_in(&folder, &["preflight"]).code, 2);
}

#[test]
fn a_header_stands_after_the_first_comments() {
    let folder = Folder::new();
    folder.write("pg2tidb.toml", "header = true\n");
    folder.write("in/1.sql", "-- +goose Up\n-- a table\nCREATE TABLE t (a int);\n");
    folder.write("in/2.sql", "DROP TABLE t;\n");
    let ran = run(&["convert", &folder.at("in"), "-o", &folder.at("out"), "--quiet"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let first = folder.read("out/1.sql");
    assert!(first.starts_with("-- +goose Up\n-- a table\n-- pg2tidb "), "{first}");
    assert!(first.contains("\n--   time_zone: UTC\n") && first.contains("\nCREATE TABLE t"), "{first}");
    let second = folder.read("out/2.sql");
    assert!(second.starts_with("-- pg2tidb ") && second.ends_with("\nDROP TABLE t;\n"), "{second}");
    folder.write("pg2tidb.toml", "");
    run(&["convert", &folder.at("in"), "-o", &folder.at("out"), "--quiet"]);
    assert_eq!(folder.read("out/2.sql"), "DROP TABLE t;\n");
}

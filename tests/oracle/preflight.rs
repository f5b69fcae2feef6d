//! The query of `pg2tidb preflight` on real sessions: it finds what is otherwise, and its remedies set it right.

use crate::lanes::{Servers, TARGETS};
use pg2tidb::config::Options;
use pg2tidb::report::preflight::{needs, sql};

#[test]
fn preflight_finds_what_a_session_lacks() {
    let Some(servers) = Servers::from_env() else { return };
    let options = Options::default();
    for (which, target) in TARGETS.iter().enumerate() {
        let server = servers.tidb(which).unwrap_or_else(|error| panic!("{error}"));
        let mut session = server.session(None).unwrap_or_else(|error| panic!("{error}"));
        let run = |session: &mut pg2tidb::verify::Session, sql: &str| {
            session.run(sql).unwrap_or_else(|error| panic!("TiDB {}: {sql}: {error}", target));
        };
        for wrong in [
            "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
            "SET SESSION time_zone = '+02:00', foreign_key_checks = OFF, group_concat_max_len = 1024",
            "SET SESSION auto_increment_increment = 2",
            "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci",
        ] {
            run(&mut session, wrong);
        }
        // The query's parts come in any order.
        let mut found = session.pairs(&sql(&options)).unwrap_or_else(|error| panic!("{error}"));
        found.sort();
        let mut wanted: Vec<(String, String)> = needs(&options)
            .into_iter()
            .filter(|need| {
                !["tidb_enable_check_constraint", "character_set_connection"].contains(&need.setting)
            })
            .map(|need| (need.setting.to_owned(), need.wanted))
            .collect();
        wanted.sort();
        assert_eq!(found, wanted, "TiDB {}", target);
        for need in needs(&options)
            .iter()
            .filter(|need| need.set.starts_with("SET SESSION") || need.set.starts_with("SET NAMES"))
        {
            run(&mut session, &need.set);
        }
        let left = session.pairs(&sql(&options)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(left, [], "TiDB {}", target);
        println!("oracle: preflight finds and mends {} settings on TiDB {}", found.len(), target);
    }
}

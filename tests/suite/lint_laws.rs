//! Laws of the linter: no text makes it panic, findings lie in the text, and what `--fix` writes is as good as what was there.

use crate::lint_common::lint_text;
use pg2tidb::lint::Fix;
use pg2tidb::lint::dialect::Dialect;
use pg2tidb::lint::tidb::Script;
use pg2tidb::lint::tidb::guard::guard;
use pg2tidb::project::Linted;
use pg2tidb::target::Target;
use proptest::prelude::*;

/// What scripts are made of, and what breaks linters.
#[rustfmt::skip]
const FRAGMENTS: &[&str] = &[
    "create table t (a int primary key, b varchar(10), c json", ", key k (a, b)", ", check (a > 0)", ", foreign key (a) references u (id)", ") ", "alter table t ", "add column c int", "drop constraint c",
    "modify a bigint", "change a b text", "rename column a to b", "add unique key (b(3))", "partition by hash (a) partitions 2", "insert into t values (1, 'x')", "insert t set a = -1", "update t set a = 1",
    "replace into t (a, b) values (1)", "select * from t use index (k)", "select f(1, 2), a::int from t", "import into t from 'x' with detached = 1", "drop table t", "rename table t to u", "truncate t",
    "create view v as select 1", "create procedure p() begin", "end", "delimiter //", "//", "lock in share mode", "group by a desc", "set names utf8 collate x", "set @@sql_mode = 'ansi_quotes'",
    "/*!40101 ", "/*T![x] ", "*/", "/* ", "-- pg2tidb: allow types because", "-- pg2tidb: allow", "\n", "\r\n", ";", ";\n", "(", ")", ",", "'", "''", "\"", "\"name\"", "`", "\\", "$$", "$1", "@", "@@", "::", ".", "1e", "0x", "é",
    "\u{feff}", "\0", "default 'x'::text", "'t'::boolean", "e'x'", "a isnull", "fetch first row only", "offset 5 rows", "create index i on t using btree (a nulls last)", "not deferrable", "limit all",
    "begin work", "begin", "rollback", "timestamp without time zone", "on update", "comment", "collate", "charset", "interval '1 day'", "cast(a as text)", "ttl = a + interval 1 day", "auto_random(5)",
];

fn sql_like() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(FRAGMENTS), 0..25).prop_map(|parts| parts.join(" "))
}

fn holds(text: &[u8], dialect: Dialect) {
    for target in [Target::V7_5, Target::V8_5] {
        let linted = crate::lint_common::lint_bytes(text, target, dialect);
        let lines = text.split(|byte| *byte == b'\n').count();
        for issue in &linted.issues {
            let finding = &issue.located.finding;
            assert!((1..=lines).contains(&finding.line) && finding.line <= finding.end_line, "{finding:?}");
            if let Some(Fix { span, .. }) = &issue.fix {
                assert!(span.start <= span.end && span.end <= text.len(), "{:?}", issue.fix);
            }
        }
    }
}

fn fixed(linted: &Linted) -> String {
    let mut fixes: Vec<&Fix> = linted.issues.iter().filter_map(|issue| issue.fix.as_ref()).collect();
    fixes.sort_by(|a, b| (a.span, &a.text).cmp(&(b.span, &b.text)));
    fixes.dedup();
    let (mut text, mut at) = (String::new(), 0);
    for fix in fixes {
        if fix.span.start >= at {
            text.push_str(&String::from_utf8_lossy(&linted.text[at..fix.span.start]));
            text.push_str(&fix.text);
            at = fix.span.end;
        }
    }
    text.push_str(&String::from_utf8_lossy(&linted.text[at..]));
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_linted(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        holds(&text, Dialect::Tidb);
        holds(&text, Dialect::Postgres);
    }

    #[test]
    fn anything_like_sql_is_linted_and_guarded(text in sql_like()) {
        holds(text.as_bytes(), Dialect::Tidb);
        holds(text.as_bytes(), Dialect::Postgres);
        guard(&Script::read(text), Target::V8_5);
    }

    #[test]
    fn fixes_come_to_an_end(text in sql_like()) {
        for dialect in [Dialect::Tidb, Dialect::Postgres] {
            let mut text = text.clone();
            let mut rounds = 0;
            loop {
                let next = fixed(&lint_text(&text, Target::V8_5, dialect));
                if next == text {
                    break;
                }
                rounds += 1;
                assert!(rounds < 20, "{text:?} is never done");
                text = next;
            }
        }
    }
}

#[test]
fn line_ends_marks_and_broken_bytes_are_places_like_others() {
    let plain =
        "CREATE TABLE `t` (id int PRIMARY KEY, rank int);\nALTER TABLE `t` DROP CONSTRAINT IF EXISTS c;\n";
    let codes = |text: &[u8]| {
        let linted = crate::lint_common::lint_bytes(text, Target::V8_5, Dialect::Tidb);
        linted.issues.iter().map(|issue| (issue.rule.name, issue.located.finding.line)).collect::<Vec<_>>()
    };
    let wanted = [("reserved-name", 1), ("no-exists-form", 2)];
    assert_eq!(codes(plain.as_bytes()), wanted);
    assert_eq!(codes(plain.replace('\n', "\r\n").as_bytes()), wanted);
    assert_eq!(codes(format!("\u{feff}{plain}").as_bytes()), wanted);
    let mut broken = plain.as_bytes().to_vec();
    broken.splice(0..0, *b"-- \xff\xfe\xc3(\n");
    assert_eq!(codes(&broken), [("reserved-name", 2), ("no-exists-form", 3)]);
    for open in
        ["select 'abc;\nselect 1;\n", "select `abc;\n", "select 1 /* abc;\n", "select (1;\n", "select 1);\n"]
    {
        assert_eq!(codes(open.as_bytes()), [("unclosed-text", 1)], "{open}");
    }
    assert_eq!(codes(b"select 'it''s', 'a\\'b', \"x\"\"y\" /* done */;\n"), []);
}

//! Any input converts: no panic, deterministic, nothing of a comment lost.

use pg2tidb::config::Options;
use pg2tidb::diagnostic::Direction;
use pg2tidb::passes::Session;
use pg2tidb::project::{Chunk, Settings, convert_text};
use pg2tidb::syntax::lex::{Rules, lex};
use proptest::prelude::*;

fn convert(text: &[u8]) -> Chunk {
    let mut session = Session::new(&Options::default());
    convert_text("case.sql", text.to_vec(), Direction::Up, &mut session, Settings::default())
}

/// The marks put into comments must all be in the output.
fn marks(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| word.starts_with("mark")).collect()
}

/// Pieces of scripts that meet in all orders.
fn fragment() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "CREATE TABLE t (id serial PRIMARY KEY, a text UNIQUE, b varchar(20) DEFAULT 'x' CHECK (b <> ''), UNIQUE (a, b))",
        "CREATE TABLE IF NOT EXISTS \"Order\" (\"Key\" int REFERENCES t, c timestamptz DEFAULT now(), d text[] NOT NULL)",
        "ALTER TABLE t ADD COLUMN e uuid, DROP COLUMN b, ALTER COLUMN a SET NOT NULL",
        "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES t (a) ON DELETE SET NULL NOT VALID",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (lower(a), b DESC NULLS LAST) WHERE b IS NOT NULL",
        "DROP INDEX IF EXISTS i", "DROP TABLE t CASCADE", "COMMENT ON COLUMN t.a IS 'it''s \\n'",
        "INSERT INTO t (a, b) VALUES ('\\', E'\\'x'), ($$;$$, U&'\\0041')",
        "SELECT a || b FROM t WHERE c = ANY('{1,2}') ORDER BY 1", "BEGIN", "COMMIT", "SET search_path = ''",
        "DO $$ BEGIN END $$", "${schema}.x", "{{ y }}", "SELECT ((((((((((1))))))))))",
    ])
    .prop_map(str::to_string);
    let glue = prop::sample::select(vec![
        ";",
        ";\n",
        " ",
        "\n",
        "\r\n",
        "-- mark1 \n",
        "--mark2 \n",
        "/* mark3 /* mark4 */ */",
        "/*! mark5 */",
        "'",
        "\"",
        "$$",
        "$a$",
        "\\x ",
        "(",
        ")",
        ",",
        "\u{feff}",
        "\0",
        "é",
        "\\.\n",
        "COPY t FROM stdin;\n1\t2\n\\.\n",
        "-- +goose Down\n",
        "E'\\",
        "::",
    ])
    .prop_map(str::to_string);
    prop_oneof![3 => fixed, 4 => glue]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn convert_never_panics_and_keeps_comments(fragments in prop::collection::vec(fragment(), 0..12)) {
        let text = fragments.concat();
        let chunk = convert(text.as_bytes());
        let output = String::from_utf8_lossy(&chunk.output).into_owned();
        for mark in marks(&text) {
            let mark = mark.trim_end_matches(|c: char| !c.is_alphanumeric());
            prop_assert!(output.contains(mark), "{mark} lost from {text:?}: {output:?}");
        }
        prop_assert_eq!(chunk, convert(text.as_bytes()));
    }

    #[test]
    fn any_bytes_convert(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(convert(&bytes), convert(&bytes));
    }
}

#[test]
fn broken_input_is_placed_and_kept() {
    let deep = format!("SELECT {}1{};", "(".repeat(10_000), ")".repeat(10_000));
    let cases: [(&[u8], &str); 6] = [
        (b"SELECT 'abc", "P002"),
        (b"CREATE TABLE t (a int) /* open", "P002"),
        (b"SELECT '\xff\xfe';", "P003"),
        (b"SELECT 1\0;", "P004"),
        (b"SELECT $$ never closed", "P002"),
        (deep.as_bytes(), "S040"),
    ];
    for (input, code) in cases {
        let chunk = convert(input);
        let shown = String::from_utf8_lossy(&input[..input.len().min(40)]).into_owned();
        let found = chunk.outcomes.iter().flat_map(|o| &o.record.diagnostics).find(|d| d.code == code);
        let found = found.unwrap_or_else(|| panic!("{shown}: no {code} in {:?}", chunk.outcomes));
        assert!(
            found.line == 1 && found.column >= 1 && found.end_column >= found.column,
            "{shown}: {found:?}"
        );
        for word in [&b"SELECT"[..], b"CREATE"] {
            if input.starts_with(word) {
                assert!(chunk.output.windows(word.len()).any(|w| w == word), "{shown}: lost");
            }
        }
    }
}

#[test]
fn what_a_comment_holds_never_runs() {
    for before in ["", " /* c */", " -- c\n"] {
        for statement in ["GRANT SELECT ON t TO x", "DO $$x$$", "SELECT 1 FROM", "CREATE TABLE t (a uuid)"] {
            for between in ["", ";", " ;"] {
                let text = format!("{statement}{before}{between} /* note\nDROP TABLE users;\n*/ SELECT 1;\n");
                let output = String::from_utf8(convert(text.as_bytes()).output).expect("text");
                let tokens = lex(&output, Rules::Tidb);
                let live = tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(&output));
                assert!(!live.into_iter().any(|word| word == "DROP"), "{text}: {output}");
            }
        }
    }
}

#[test]
fn a_bom_and_crlf_survive() {
    let text = "\u{feff}CREATE TABLE t (\r\n  a uuid, -- key\r\n  b int\r\n);\r\n";
    let chunk = convert(text.as_bytes());
    let output = String::from_utf8(chunk.output).expect("text");
    assert!(output.starts_with('\u{feff}'));
    assert!(output.contains("CHAR(36), -- key\r\n  b int\r\n)"), "{output:?}");
    assert_eq!(chunk.outcomes[0].record.line, 1);
}

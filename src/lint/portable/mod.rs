//! Spellings that only PostgreSQL reads, where it knows another one that TiDB reads, too, and that means the same to it.
//!
//! `lint --fix` writes the other one. The file stays PostgreSQL and keeps its meaning, so that nothing of this is a problem to be reported:
//! the findings are shown with `--verbose` only.

mod casts;
mod clauses;
mod names;
mod view;

use super::Fix;
use crate::diagnostic::{Diagnostic, Rule, rule};
use crate::script::{PieceKind, split};
use crate::syntax::lex::{Rules, lex};
use view::{Spelling, View};

rule! {
    /// A spelling that only PostgreSQL reads, where another one means the same to it and is read by TiDB, too.
    ///
    /// `convert` translates all of these without a word. In a file that both servers are to run, `lint --fix` writes the other spelling; the file stays valid
    /// PostgreSQL. Shown with `--verbose`, or when it is selected.
    ///
    /// | written | becomes |
    /// |---|---|
    /// | `"users"`, where the quotes make no difference to either server | `users` |
    /// | `a::date`, `a::numeric(8, 2)`, `a::json` | `CAST(a AS date)` … |
    /// | `'t'::boolean`; in a default `NULL::text`, `'x'::varchar` | `TRUE`; `NULL`, `'x'` |
    /// | `E'x'` without a backslash | `'x'` |
    /// | `a ISNULL`, `a NOTNULL` | `a IS NULL`, `a IS NOT NULL` |
    /// | `timestamp without time zone` | `timestamp` |
    /// | `FETCH FIRST 5 ROWS ONLY`, `OFFSET 5 ROWS`, `LIMIT ALL` | `LIMIT 5`, `OFFSET 5`, nothing |
    /// | `USING btree`, `ASC NULLS LAST`, `DESC NULLS FIRST` of an index | nothing, `ASC`, `DESC` |
    /// | `MATCH SIMPLE`, `NOT DEFERRABLE`, `INITIALLY IMMEDIATE` of a constraint | nothing |
    /// | `RENAME a TO b` | `RENAME COLUMN a TO b` |
    /// | `CREATE TEMP TABLE` | `CREATE TEMPORARY TABLE` |
    /// | `TRUNCATE t CONTINUE IDENTITY RESTRICT` | `TRUNCATE t` |
    /// | `BEGIN WORK`, `END`, `COMMIT WORK`, `ABORT` | `BEGIN`, `COMMIT`, `COMMIT`, `ROLLBACK` |
    pub PORTABLE_SPELLING = "F001", "portable-spelling", Portable, Exact;
}

/// All of them.
pub static RULES: &[&Rule] = &[&PORTABLE_SPELLING];

/// All such spellings of a PostgreSQL file, each with the one to write.
pub fn find(text: &[u8]) -> Vec<(Diagnostic, Fix)> {
    let mut found = Vec::new();
    for piece in split(text).into_iter().filter(|piece| piece.kind == PieceKind::Statement) {
        let Some(statement) = text.get(piece.span.start..piece.span.end) else { continue };
        let Ok(statement) = std::str::from_utf8(statement) else { continue };
        let tokens = lex(statement, Rules::Postgres);
        let view = View::new(statement, &tokens);
        let mut spellings = Vec::new();
        clauses::whole(&view, &mut spellings);
        for at in 0..view.len() {
            spellings.extend(
                names::at(&view, at).or_else(|| casts::at(&view, at)).or_else(|| clauses::at(&view, at)),
            );
        }
        for Spelling { span, text, says } in spellings {
            let span = span.shifted(piece.span.start);
            let diagnostic = Diagnostic::new(&PORTABLE_SPELLING, span, says);
            found.push((diagnostic, Fix { span, text }));
        }
    }
    found.sort_by_key(|(diagnostic, _)| diagnostic.span);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> String {
        let mut fixes: Vec<Fix> = find(text.as_bytes()).into_iter().map(|(_, fix)| fix).collect();
        fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span));
        let mut text = text.to_owned();
        for fix in fixes {
            text.replace_range(fix.span.start..fix.span.end, &fix.text);
        }
        text
    }

    #[test]
    fn what_means_the_same_is_written_so_that_both_read_it() {
        for (written, becomes) in [
            (r#"select "users"."mail" from "users""#, "select users.mail from users"),
            (
                "select a::date, (a + b)::numeric(8, 2), lower(t.c)::json from t",
                "select CAST(a AS date), CAST((a + b) AS numeric(8, 2)), CAST(lower(t.c) AS json) from t",
            ),
            ("select '2020-01-01'::date", "select CAST('2020-01-01' AS date)"),
            (
                "create table t (a text default 'x'::text, b bool default 't'::boolean, c int default NULL::integer)",
                "create table t (a text default 'x', b bool default TRUE, c int default NULL)",
            ),
            ("select E'x', e'it''s'", "select 'x', 'it''s'"),
            ("select a isnull, b NOTNULL", "select a IS NULL, b IS NOT NULL"),
            (
                "create table t (a timestamp(3) without time zone, b time without time zone)",
                "create table t (a timestamp(3), b time)",
            ),
            ("select 1 offset 5 rows fetch next 3 rows only", "select 1 LIMIT 3 OFFSET 5"),
            ("select 1 fetch first row only", "select 1 LIMIT 1"),
            ("select 1 limit all", "select 1"),
            (
                "create index i on t using btree (a asc nulls last, b desc nulls first, c nulls last)",
                "create index i on t (a asc, b desc, c)",
            ),
            (
                "create table t (a int references u match simple on delete cascade not deferrable initially immediate)",
                "create table t (a int references u on delete cascade)",
            ),
            ("alter table t rename a to b", "alter table t rename COLUMN a to b"),
            ("create temp table t (a int)", "create TEMPORARY table t (a int)"),
            ("truncate t continue identity restrict", "truncate t"),
            ("begin work; end; commit transaction; abort", "begin; COMMIT; commit; ROLLBACK"),
        ] {
            assert_eq!(fixed(written), becomes);
            assert_eq!(fixed(becomes), becomes, "it is written once");
        }
    }

    #[test]
    fn what_may_mean_another_thing_stays() {
        for text in [
            r#"select "Users", "user", "rank", "a b", "name" from "select""#,
            r#"select U&"abc", :"name", a."Date""#,
            "select a::int, a::numeric, a::date[], a::text::date, case when a then b end::date, date '2020-01-01'::date, a[1]::date",
            "create table t (a text default 'x'::citext, b int default '1'::integer)",
            r"select E'a\n', 'x' || E'\\'",
            "create table t (a timestamp with time zone)",
            "select a from t order by a nulls last",
            "create index i on t using gin (a nulls first)",
            "create table t (a int references u match full deferrable initially immediate)",
            "alter table t alter constraint c not deferrable",
            "alter table t rename to u; alter table t rename constraint a to b; alter table t rename column a to b",
            "truncate t restart identity cascade",
            "begin isolation level serializable; rollback to savepoint a; rollback prepared 'x'",
            "fetch first from c; select a as isnull",
            "do $$ begin perform \"x\"; end $$",
            "select 1 fetch first 5 rows with ties",
            "copy t from stdin;\n\"a\"\n\\.\n",
        ] {
            assert_eq!(fixed(text), text);
        }
    }

    #[test]
    fn no_comment_is_lost() {
        let text =
            "select a from t limit -- all of them\n all; create index i on t using /* why */ btree (a)";
        assert_eq!(fixed(text), text);
    }
}

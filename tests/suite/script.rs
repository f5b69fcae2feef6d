//! The script stage: which pieces a text is cut into, and what is wrong with it.

use pg2tidb::script::{Directive, Piece, PieceKind, ProblemKind, split, split_with_problems, with_direction};

/// A text and its pieces, each as `kind text`: `S` statement, `;` terminator, `_` trivia, `M` meta command, `C` COPY
/// data, and for directives `Up`, `Down`, `Begin`, `End` and so on.
type Case = (&'static str, &'static [&'static str]);

fn kind(piece: &Piece) -> &'static str {
    match piece.kind {
        PieceKind::Statement => "S",
        PieceKind::Terminator => ";",
        PieceKind::Trivia => "_",
        PieceKind::Meta => "M",
        PieceKind::CopyData => "C",
        PieceKind::Directive(Directive::Up) => "Up",
        PieceKind::Directive(Directive::Down) => "Down",
        PieceKind::Directive(Directive::StatementBegin) => "Begin",
        PieceKind::Directive(Directive::StatementEnd) => "End",
        PieceKind::Directive(Directive::Breakpoint) => "Breakpoint",
        PieceKind::Directive(Directive::Changeset) => "Changeset",
        PieceKind::Directive(Directive::Rollback) => "Rollback",
        PieceKind::Directive(Directive::Other) => "Other",
    }
}

fn check(cases: &[Case]) {
    for (text, expected) in cases {
        let show = |piece: &Piece| match piece.kind {
            PieceKind::Terminator => ";".to_owned(),
            _ => format!("{} {}", kind(piece), &text[piece.span.start..piece.span.end]),
        };
        let found: Vec<String> = split(text.as_bytes()).iter().map(show).collect();
        assert_eq!(found, *expected, "pieces of {text:?}");
    }
}

/// Texts of which each is one statement up to its last semicolon.
fn check_whole(texts: &[&str]) {
    for text in texts {
        let spans: Vec<_> = split(text.as_bytes()).iter().map(|p| (kind(p), p.span.end)).collect();
        assert_eq!(spans, [("S", text.len() - 1), (";", text.len())], "pieces of {text:?}");
    }
}

#[test]
#[rustfmt::skip]
fn statements_and_what_stands_between() {
    check(&[
        ("", &[]),
        (";", &[";"]),
        (";;", &[";", ";"]),
        ("select 1", &["S select 1"]),
        ("select 1;", &["S select 1", ";"]),
        ("select 1 ;\n", &["S select 1 ", ";", "_ \n"]),
        ("select 1; select 2", &["S select 1", ";", "_  ", "S select 2"]),
        ("-- a\n/* b */ select 1 /* c */ ; -- d", &["_ -- a\n/* b */ ", "S select 1 /* c */ ", ";", "_  -- d"]),
        ("select 1 -- c\n\n", &["S select 1", "_  -- c\n\n"]),
        ("select 1 /* c */ + /* d */ 2 /* e */", &["S select 1 /* c */ + /* d */ 2", "_  /* e */"]),
        ("\u{feff}select 1;", &["_ \u{feff}", "S select 1", ";"]),
        ("\u{feff}-- +goose Up\nx", &["_ \u{feff}", "Up -- +goose Up", "_ \n", "S x"]),
        ("select '\u{feff}';", &["S select '\u{feff}'", ";"]),
    ]);
}

#[test]
fn semicolons_inside_quotes_and_comments_end_nothing() {
    check_whole(&[
        "select ';';",
        "select 'a'';b';",
        "select 'a\\', ';';",
        "select E'a\\';b';",
        "select e'a\\\\', ';';",
        "select (E'a\\';');",
        "select nicE'a\\', ';';",
        "select E'a'';\\';';",
        "select E'a'\n  -- more\n  'b\\';c';",
        "select $$a$$E'\\';', $1e'\\';', 1E'\\';';",
        "select U&'\\0441;', B'0;1', X'f;f', N'n;';",
        "select \"a;b\"\"c;\", U&\"d;\";",
        "select $$a;b$$, $tag$ ; $$ ; $tag$, $été$;$été$, $_1$ ; $_1$;",
        "select a$b$ + c$b$;",
        "select $1$a$;$a$;",
        "select $1, $2;",
        "select $x, $y;",
        "select $a$ ; $b$a$;",
        "select $a$ ; x$a$;",
        "select $$a$$$$;$$;",
        "select 1 -- ;\n + 2;",
        "select 1 -- ;\r + 2;",
        "select 1 /* ; /* ; */ ; */ + 2;",
        "select 1 /* ' \" $$ ; */ + 2;",
        "select 1 +/* ; */ 2 +-- ;\n 3;",
        "select 1 - 2 / 3 * 4 /*/ ; */ + 5;",
    ]);
    check(&[
        ("select 'a\\'; select 1", &["S select 'a\\'", ";", "_  ", "S select 1"]),
        ("select E'a', 'b\\'; x", &["S select E'a', 'b\\'", ";", "_  ", "S x"]),
        ("select E'a' 'b\\'; x", &["S select E'a' 'b\\'", ";", "_  ", "S x"]),
        ("select 'it''s E'; x", &["S select 'it''s E'", ";", "_  ", "S x"]),
        ("select a$e'\\'; x", &["S select a$e'\\'", ";", "_  ", "S x"]),
        ("select a$b; x$", &["S select a$b", ";", "_  ", "S x$"]),
        ("select $b; x$", &["S select $b", ";", "_  ", "S x$"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn rules_and_function_bodies_are_one_statement() {
    check_whole(&[
        "create rule r as on insert to t do (\n insert into a values (1);\ninsert into b values (2)\n);",
        "CREATE OR REPLACE RULE r AS ON UPDATE TO t DO ALSO (NOTIFY a; NOTIFY b);",
        "create function f() returns int begin atomic select 1; select 2; end;",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC\nSELECT CASE WHEN true THEN 1 END;\nSELECT (case 1 when 2 then 3 end); END;",
        "create function f() begin /* x */ atomic select a.case, 1 as end; select 2; end;",
        "create function f() as $$ begin; end; $$ language plpgsql;",
    ]);
    check(&[
        ("begin; select 1; end;", &["S begin", ";", "_  ", "S select 1", ";", "_  ", "S end", ";"]),
        ("create function f() return case when 1 then 2 end; x",
            &["S create function f() return case when 1 then 2 end", ";", "_  ", "S x"]),
        ("create table begin_atomic (atomic int); x", &["S create table begin_atomic (atomic int)", ";", "_  ", "S x"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn unbalanced_parentheses_and_bodies_lose_one_statement() {
    check(&[
        ("select 1); select 2;", &["S select 1)", ";", "_  ", "S select 2", ";"]),
        ("create table t (a numeric(1,2);\nselect 2;", &["S create table t (a numeric(1,2)", ";", "_ \n", "S select 2", ";"]),
        ("f(a; b) x;", &["S f(a; b) x", ";"]),
        ("f(a; -- why\nb;", &["S f(a", ";", "_  -- why\n", "S b", ";"]),
        ("create rule r as on insert to t do (select 1;\nselect 2;\n-- next\ncreate table t ();",
            &["S create rule r as on insert to t do (select 1;\nselect 2", ";", "_ \n-- next\n", "S create table t ()", ";"]),
        ("create function f() begin atomic select 1;\nselect 2;\ndrop table t;",
            &["S create function f() begin atomic select 1;\nselect 2", ";", "_ \n", "S drop table t", ";"]),
    ]);
}

#[test]
fn templates_are_opaque() {
    check_whole(&[
        "create table {{ .Name | printf \"%s;\" }} (a int);",
        "create table {{ config(\n a = ';'\n) }} (a int);",
        "select {% if a; b %} 1 {# ; ' #};",
        "select ${a:-it's;} from ${b};",
        "select ${f({a: ';'})};",
        "select <%= it's; %>;",
    ]);
    check(&[
        ("select 'a' <% b; select 2;", &["S select 'a' <% b", ";", "_  ", "S select 2", ";"]),
        ("select {{ a; b;", &["S select {{ a", ";", "_  ", "S b", ";"]),
        ("select ${a; b\n};", &["S select ${a", ";", "_  ", "S b\n}", ";"]),
    ]);
}

#[test]
fn meta_commands() {
    check(&[
        ("\\connect db\nselect 1;", &["M \\connect db", "_ \n", "S select 1", ";"]),
        ("\\connect db\r\nselect 1;", &["M \\connect db", "_ \r\n", "S select 1", ";"]),
        ("  \\i 'a b.sql'", &["_   ", "M \\i 'a b.sql'"]),
        ("select 1 \\gexec\nselect 2;", &["S select 1", "_  ", "M \\gexec", "_ \n", "S select 2", ";"]),
        ("select 1\\g\n", &["S select 1", "M \\g", "_ \n"]),
        ("select (1 \\gset\n", &["S select (1", "_  ", "M \\gset", "_ \n"]),
        ("\\set x 'a\\'b' \\\\ select 1;", &["M \\set x 'a\\'b' \\\\", "_  ", "S select 1", ";"]),
        ("\\a \\t\n", &["M \\a ", "M \\t", "_ \n"]),
        ("\\! echo \\a; b\n", &["M \\! echo \\a; b", "_ \n"]),
        ("select 1 \\g | cat \\x\n", &["S select 1", "_  ", "M \\g | cat \\x", "_ \n"]),
        ("select 1\\; select 2;", &["S select 1", "M \\;", "_  ", "S select 2", ";"]),
        ("select a\\:b;", &["S select a\\:b", ";"]),
        ("\\", &["M \\"]),
        ("\\.\n", &["M \\.", "_ \n"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn copy_data() {
    check(&[
        ("COPY t (a) FROM stdin;\n1;\n\\.\n\nselect 1;",
            &["S COPY t (a) FROM stdin", ";", "_ \n", "C 1;\n\\.\n", "_ \n", "S select 1", ";"]),
        ("copy t from STDIN;\r\n1\r\n\\.\r\nx", &["S copy t from STDIN", ";", "_ \r\n", "C 1\r\n\\.\r\n", "S x"]),
        ("copy /* from 'x' */ t from stdin -- c\n with (format csv); -- d\n\\.\n",
            &["S copy /* from 'x' */ t from stdin -- c\n with (format csv)", ";", "_  -- d\n", "C \\.\n"]),
        ("copy t from stdin;\n\\.", &["S copy t from stdin", ";", "_ \n", "C \\."]),
        ("copy t from stdin;\na\\.\n\\.x\n \\.\n", &["S copy t from stdin", ";", "_ \n", "C a\\.\n\\.x\n \\.\n"]),
        ("copy t from stdin; select 1;\n1\n\\.\n",
            &["S copy t from stdin", ";", "_  ", "S select 1", ";", "_ \n", "C 1\n\\.\n"]),
        ("copy t from stdin; copy u from stdin;\n1\n\\.\n2\n\\.\nx",
            &["S copy t from stdin", ";", "_  ", "S copy u from stdin", ";", "_ \n", "C 1\n\\.\n", "C 2\n\\.\n", "S x"]),
        ("copy t from stdin \\g\n1\n\\.\n", &["S copy t from stdin", "_  ", "M \\g", "_ \n", "C 1\n\\.\n"]),
        ("\\copy t from stdin csv\n1\n\\.\n", &["M \\copy t from stdin csv", "_ \n", "C 1\n\\.\n"]),
        ("\\copy t from pstdin\nx", &["M \\copy t from pstdin", "_ \n", "S x"]),
        ("copy t from 'stdin';\nx", &["S copy t from 'stdin'", ";", "_ \n", "S x"]),
        ("copy t to stdout;\nx", &["S copy t to stdout", ";", "_ \n", "S x"]),
        ("copy (select 1 from stdin) to stdout;\nx", &["S copy (select 1 from stdin) to stdout", ";", "_ \n", "S x"]),
        ("copy t from stdin", &["S copy t from stdin"]),
        ("copy t from stdin;", &["S copy t from stdin", ";"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn directives() {
    check(&[
        ("-- +goose Up\nx;\n-- +goose Down\ny",
            &["Up -- +goose Up", "_ \n", "S x", ";", "_ \n", "Down -- +goose Down", "_ \n", "S y"]),
        ("--+goose up\r\n", &["Up --+goose up", "_ \r\n"]),
        ("-- +goose StatementBegin\nx;\n-- +goose StatementEnd",
            &["Begin -- +goose StatementBegin", "_ \n", "S x", ";", "_ \n", "End -- +goose StatementEnd"]),
        ("-- +goose NO TRANSACTION\n-- +goose ENVSUB ON",
            &["Other -- +goose NO TRANSACTION", "_ \n", "Other -- +goose ENVSUB ON"]),
        ("-- +migrate Up notransaction\nx -- c\n-- +migrate Down\n",
            &["Up -- +migrate Up notransaction", "_ \n", "S x", "_  -- c\n", "Down -- +migrate Down", "_ \n"]),
        ("-- migrate:up transaction:false\nx\n-- migrate:down",
            &["Up -- migrate:up transaction:false", "_ \n", "S x", "_ \n", "Down -- migrate:down"]),
        ("  -- migrate:up\nx;\n\t-- migrate:down\ny -- migrate:up\n",
            &["_   ", "Up -- migrate:up", "_ \n", "S x", ";", "_ \n\t", "Down -- migrate:down", "_ \n", "S y", "_  -- migrate:up\n"]),
        ("x\n---- create above / drop below ----\ny",
            &["S x", "_ \n", "Down ---- create above / drop below ----", "_ \n", "S y"]),
        ("x;--> statement-breakpoint\ny--> statement-breakpoint",
            &["S x", ";", "Breakpoint --> statement-breakpoint", "_ \n", "S y", "Breakpoint --> statement-breakpoint"]),
        ("-- Up Migration\nx;\n---- down migration\ny\n-- Up migration of x\n",
            &["Up -- Up Migration", "_ \n", "S x", ";", "_ \n", "Down ---- down migration", "_ \n", "S y", "_ \n-- Up migration of x\n"]),
        ("-- name: GetAuthor :one\nx", &["Other -- name: GetAuthor :one", "_ \n", "S x"]),
        ("-- name: nobody\nx", &["_ -- name: nobody\n", "S x"]),
        ("-- no-transaction\n-- atlas:txmode none\n-- flyway:x",
            &["Other -- no-transaction", "_ \n", "Other -- atlas:txmode none", "_ \n", "Other -- flyway:x"]),
        ("--liquibase formatted sql\n--changeset a:1\nx\n--rollback y;\n",
            &["Other --liquibase formatted sql", "_ \n", "Changeset --changeset a:1", "_ \n", "S x", "_ \n", "Rollback --rollback y;", "_ \n"]),
        ("--rollback;\n--comment on table t is 'x'", &["_ --rollback;\n--comment on table t is 'x'"]),
        ("  -- +goose Up\n", &["_   -- +goose Up\n"]),
        ("x -- +goose Down\n+ y", &["S x -- +goose Down\n+ y"]),
        ("x\n-- +goose NO TRANSACTION\n+ y", &["S x\n-- +goose NO TRANSACTION\n+ y"]),
        ("'\n-- +goose Down\n' /*\n-- +goose Down\n*/ x", &["S '\n-- +goose Down\n' /*\n-- +goose Down\n*/ x"]),
    ]);
}

#[test]
fn statements_know_their_direction() {
    let text = b"a;\n-- migrate:down\nb;\n-- name: X :one\nc;\n-- migrate:up\nd;";
    let pieces = split(text);
    let statements = with_direction(&pieces).filter(|(piece, _)| piece.kind == PieceKind::Statement);
    let down: Vec<bool> = statements.map(|(_, down)| down).collect();
    assert_eq!(down, [false, true, true, false]);
}

#[test]
fn what_is_not_closed_takes_the_rest_and_is_a_problem() {
    use ProblemKind::*;
    // Text, kind of the piece with the problem, problem, its range.
    let cases: &[(&str, &str, ProblemKind, usize, usize)] = &[
        ("x; select 'a''b; y", "S", UnterminatedString, 10, 11),
        ("select E'a\\';", "S", UnterminatedString, 8, 9),
        ("select E'a\\", "S", UnterminatedString, 8, 9),
        ("select \"a;", "S", UnterminatedIdentifier, 7, 8),
        ("select $a$ $b$", "S", UnterminatedDollarQuote, 7, 10),
        ("x /* /* */ ;", "_", UnterminatedComment, 2, 4),
        ("/* /", "_", UnterminatedComment, 0, 2),
        ("copy t from stdin;\n1\n2", "C", UnterminatedCopyData, 22, 22),
        ("select 1\0", "S", NulByte, 8, 9),
        ("-- \0\n", "_", NulByte, 3, 4),
    ];
    for &(text, piece, problem, start, end) in cases {
        let (pieces, problems) = split_with_problems(text.as_bytes());
        assert_eq!(pieces.last().map(kind), Some(piece), "last piece of {text:?}");
        let found: Vec<_> = problems.iter().map(|p| (p.kind, p.span.start, p.span.end)).collect();
        assert_eq!(found, [(problem, start, end)], "problems of {text:?}");
    }
    assert!(split_with_problems(b"copy t from stdin;\n1\n\\.\n").1.is_empty());
    assert!(split_with_problems(b"copy t from stdin;\n").1.is_empty());
}

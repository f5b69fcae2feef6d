//! INSERTs of literals that TiDB stores as they stand, most of large files: told before their trees are copied.

use super::insert;
use super::value::{Target, is_too_fine};
use crate::catalog::{Table, Timing};
use crate::config::Ids;
use crate::passes::expressions::literals::{self, Literal};
use crate::passes::expressions::networks;
use crate::passes::expressions::scope;
use crate::passes::expressions::types::Ty;
use crate::passes::lacking::lacks;
use crate::passes::{Cx, Outcome, gate};
use crate::syntax::lex::{Kind, Token};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{Expr, Ident, Insert, ObjectName, ObjectNamePart, TableObject, UnaryOperator, Value};

/// What becomes of it, if no pass would do more to the statement than to take the schema from before the table's name.
pub fn outcome(cx: &Cx<'_>, tree: &Insert) -> Option<Outcome> {
    if cx.parsed.incomplete
        || !cx.parsed.skipped.is_empty()
        || !gate::is_plain_insert(tree)
        || tree.columns.iter().any(|column| column.0.len() != 1)
    {
        return None;
    }
    let TableObject::TableName(name) = &tree.table else { return None };
    let (name, gone) = schema(cx, name)?;
    let table = scope::relation(cx, &name);
    if table.is_none() && scope::is_view(cx, &name) {
        return None;
    }
    let rows = insert::list(tree.source.as_deref()?)?;
    let width = rows.rows.first()?.content.len();
    let targets: Vec<Option<Target>> = match table {
        None => (0..width).map(|_| None).collect(),
        Some(table) => targets(cx, table, tree, width)?.into_iter().map(Some).collect(),
    };
    let stays = |row: &Vec<Expr>| {
        row.len() == targets.len()
            && row.iter().zip(&targets).all(|(value, target)| stays(cx, value, target.as_ref()))
    };
    let outcome = if gone.is_empty() { Outcome::Same } else { Outcome::Without(gone) };
    rows.rows.iter().all(|row| stays(&row.content)).then_some(outcome)
}

/// The name as TiDB writes it, and the text of the schema where that goes.
fn schema(cx: &Cx<'_>, name: &ObjectName) -> Option<(ObjectName, Span)> {
    let ident = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(ident) => Some(ident.clone()),
        ObjectNamePart::Function(_) => None,
    };
    let valid = |ident: &Ident| !ident.value.is_empty() && !ident.value.ends_with(char::is_whitespace);
    match &name.0[..] {
        [table] if valid(&ident(table)?) => Some((name.clone(), Span::default())),
        [schema, table] if valid(&ident(table)?) => {
            let folded = names::folded(&ident(schema)?);
            if cx.options.schemas.get(&folded).is_none_or(|database| !database.is_empty()) {
                return None;
            }
            let mut solid = cx.parsed.tokens.iter().filter(|token| !token.is_trivia()).skip(2);
            let (schema, dot, table_token) = (solid.next()?, solid.next()?, solid.next()?);
            let name_of = |token: &Token| matches!(token.kind, Kind::Word | Kind::Quoted);
            let close = schema.span.end == dot.span.start && dot.span.end == table_token.span.start;
            let dotted = dot.text(cx.parsed.source()) == ".";
            (close && dotted && name_of(schema) && name_of(table_token)).then(|| {
                (ObjectName(vec![table.clone()]), Span::new(schema.span.start, table_token.span.start))
            })
        }
        _ => None,
    }
}

/// The columns that get values, where each is known and nothing is to be said about the table.
fn targets(cx: &Cx<'_>, table: &Table, tree: &Insert, width: usize) -> Option<Vec<Target>> {
    let listed = !tree.columns.is_empty();
    let deferred = table.constraints.iter().any(|constraint| constraint.timing != Timing::Statement);
    if table.missing.is_some() || lacks(table) || deferred || (!listed && width != table.columns.len()) {
        return None;
    }
    let named: Vec<String> = tree.columns.iter().filter_map(names::last).map(names::folded).collect();
    if insert::first_label(table, &named).is_some() || !listed && table.has_helpers() {
        return None;
    }
    let targets: Vec<Target> = match listed {
        false => table.columns.iter().map(|column| Target::of(cx, column)).collect(),
        true => {
            let column = |name: &ObjectName| {
                let name = names::last(name).filter(|name| name.value.is_ascii())?;
                Some(Target::of(cx, table.column(&name.value)?))
            };
            tree.columns.iter().map(column).collect::<Option<_>>()?
        }
    };
    let own = table.columns.iter().find(|column| super::makes_ids(column));
    let given = targets.iter().any(|target| target.makes_ids);
    if given && cx.options.ids == Ids::AutoRandom {
        return None;
    }
    if own.is_none() && table.columns.iter().any(|column| column.always) {
        return None;
    }
    let silent = own.is_none_or(|own| if given { !own.always } else { !table.explicit_ids });
    silent.then_some(targets)
}

/// Whether a value stays as it stands: what `value::convert` says, without a change.
fn stays(cx: &Cx<'_>, value: &Expr, target: Option<&Target>) -> bool {
    let ty = target.map(|target| &target.ty);
    let makes_ids = target.is_some_and(|target| target.makes_ids);
    if target.is_some_and(|target| target.rounds) && is_too_fine(value) {
        return false;
    }
    match value {
        Expr::Value(value) if target.is_some_and(|target| target.unfit(&value.value).is_some()) => false,
        Expr::Value(value) => match &value.value {
            Value::Null => !makes_ids,
            Value::Number(number, _) => {
                (!makes_ids || number.bytes().any(|b| matches!(b, b'1'..=b'9')))
                    && ty.is_none_or(|ty| ty.is_number() || matches!(ty, Ty::Text | Ty::Other(_)))
            }
            Value::Boolean(_) => matches!(ty, None | Some(Ty::Bool)),
            Value::SingleQuotedString(text) | Value::NationalStringLiteral(text) => match target {
                None => true,
                Some(Target { makes_ids: true, .. }) => false,
                Some(Target { ty: Ty::Text | Ty::Enum | Ty::Json, .. }) => true,
                Some(Target { ty: Ty::Other(name), as_text, .. }) => {
                    *as_text
                        && (!networks::is_address(name)
                            || networks::canonical(name, text).as_deref() == Some(text))
                }
                Some(Target { ty, .. }) => literals::typed(cx, text, ty) == Ok(Literal::Same),
            },
            _ => false,
        },
        Expr::Identifier(ident) => {
            !makes_ids && ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default")
        }
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            matches!(expr.as_ref(), Expr::Value(value) if matches!(value.value, Value::Number(..)))
                && !makes_ids
                && ty.is_none_or(|ty| ty.is_number() || *ty == Ty::Text)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;
    use crate::passes::facts::FileFacts;
    use crate::passes::{Item, Session};
    use crate::syntax::Parsed;
    use proptest::prelude::*;
    use sqlparser::ast::Statement;

    const TYPES: [&str; 30] = [
        "smallint",
        "integer",
        "bigint",
        "serial",
        "bigserial PRIMARY KEY",
        "integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "numeric",
        "numeric(10,2)",
        "real",
        "double precision",
        "boolean",
        "text",
        "text UNIQUE",
        "varchar(20)",
        "char(4)",
        "bytea",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "interval",
        "json",
        "jsonb",
        "uuid",
        "text[]",
        "integer[]",
        "bit(3)",
        "bit varying(5)",
        "inet",
        "money",
    ];

    const LITERALS: [&str; 46] = [
        "NULL",
        "DEFAULT",
        "TRUE",
        "0",
        "1",
        "-1",
        "+7",
        "1.50",
        "1e3",
        "1e-60",
        "0.1234567890123456789012345678901234567",
        "99999999999",
        "''",
        "'0'",
        "' 12 '",
        "'1.5'",
        "'1e-60'",
        "'abc'",
        "'t'",
        "'yes'",
        "'{a,b}'",
        "'{1,2}'",
        "'{}'",
        "'[1]'",
        "'2024-01-02'",
        "'2024-1-2'",
        "'2024/01/02'",
        "'0044-03-15 BC'",
        "'2024-01-02 03:04:05'",
        "'2024-01-02T03:04:05Z'",
        "'2050-01-01 00:00:00+02'",
        "'03:04'",
        "'24:00:01'",
        "'infinity'",
        "'1 day'",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
        "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
        "'101'",
        "'011'",
        "B'101'",
        "'\\x41'",
        "'10.0.0.1'",
        "'$1.00'",
        "E'a\\nb'",
        "N'abc'",
        "n'12'",
    ];

    /// What the passes for INSERT make of a row that is said to stay.
    fn slow(session: &Session, parsed: &Parsed, insert: &Insert) -> Result<String, String> {
        let file = FileFacts::default();
        let mut cx = Cx::new(&session.options, &session.catalog, parsed, &file);
        let items =
            super::super::insert::statement(&mut cx, insert.clone()).map_err(|_| "refused".to_owned())?;
        let said: Vec<&str> = cx.diagnostics.iter().map(|found| found.message.as_str()).collect();
        match (&items[..], said.is_empty()) {
            ([Item::Tree(tree)], true) => Ok(tree.to_string()),
            _ => Err(format!("{} statements, {said:?}", items.len())),
        }
    }

    proptest! {
        #[test]
        fn what_stays_is_what_the_passes_leave(
            (columns, rows) in (1..4_usize).prop_flat_map(|width| (
                prop::collection::vec(prop::sample::select(&TYPES[..]), width),
                prop::collection::vec(prop::collection::vec(prop::sample::select(&LITERALS[..]), width), 1..3),
            )),
            listed in any::<bool>(),
        ) {
            let names: Vec<String> = (0..columns.len()).map(|n| format!("c{n}")).collect();
            let keys = columns.iter().filter(|declared| declared.contains("PRIMARY")).count();
            prop_assume!(keys < 2);
            let declared: Vec<String> = names.iter().zip(&columns).map(|(n, c)| format!("{n} {c}")).collect();
            let options = Options::default();
            let mut session = Session::new(&options);
            session.plan(&Parsed::new(format!("CREATE TABLE t ({})", declared.join(", ")).as_bytes()));
            let list = if listed { format!(" ({})", names.join(", ")) } else { String::new() };
            let rows: Vec<String> = rows.iter().map(|row| format!("({})", row.join(", "))).collect();
            let parsed = Parsed::new(format!("INSERT INTO t{list} VALUES {}", rows.join(", ")).as_bytes());
            let Ok(tree @ Statement::Insert(insert)) = parsed.tree.as_deref() else { return Ok(()) };
            let file = FileFacts::default();
            let fast = outcome(&Cx::new(&session.options, &session.catalog, &parsed, &file), insert);
            if fast.is_some() {
                prop_assert_eq!(slow(&session, &parsed, insert), Ok(tree.to_string()));
            }
        }
    }

    #[test]
    fn plain_rows_go_the_fast_way() {
        let mut session = Session::new(&Options::default());
        session.plan(&Parsed::new(b"CREATE TABLE t (a integer, b text, c boolean, d date)"));
        let parsed =
            Parsed::new(b"INSERT INTO t VALUES (1, 'x', TRUE, '2024-01-02'), (NULL, DEFAULT, FALSE, NULL)");
        let Ok(Statement::Insert(insert)) = parsed.tree.as_deref() else { panic!("an INSERT is read") };
        let file = FileFacts::default();
        let cx = Cx::new(&session.options, &session.catalog, &parsed, &file);
        assert!(matches!(outcome(&cx, insert), Some(Outcome::Same)));
    }
}

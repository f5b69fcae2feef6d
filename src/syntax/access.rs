//! GRANT and REVOKE, and CREATE, ALTER and DROP of roles, read with the grammar of `grammar/access.pest`.

use super::lex::{Kind, Token};
use super::names;
use crate::text::Span;
use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

#[derive(Parser)]
#[grammar = "../grammar/access.pest"]
struct Grammar;

/// A role, or who is meant by a word such as PUBLIC, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Folded, unless it is quoted.
    pub name: String,
    pub quoted: bool,
    pub span: Span,
}

/// A statement about who may do what.
#[derive(Debug, Clone, PartialEq)]
pub enum Access {
    Privileges(Privileges),
    /// GRANT or REVOKE of roles.
    Membership {
        grants: bool,
        /// WITH ADMIN OPTION, or ADMIN OPTION FOR.
        admin: Option<Span>,
        roles: Vec<Person>,
        people: Vec<Person>,
    },
    Create(Create),
    /// ALTER ROLE … PASSWORD
    Password {
        who: Person,
        /// As a literal of PostgreSQL's; `None` for NULL.
        password: Option<String>,
        span: Span,
    },
    Drop {
        if_exists: bool,
        who: Vec<Person>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Privileges {
    pub grants: bool,
    /// GRANT OPTION FOR: the privileges stay.
    pub option_only: bool,
    pub with_option: bool,
    /// In upper case, with whether they are of columns only; none for ALL.
    pub privileges: Vec<(String, bool, Span)>,
    pub on: On,
    /// Where what they are on stands.
    pub on_span: Span,
    pub people: Vec<Person>,
}

/// What privileges are on.
#[derive(Debug, Clone, PartialEq)]
pub enum On {
    Tables(Vec<ObjectName>),
    AllTables(Vec<Person>),
    Sequences(Vec<ObjectName>),
    AllSequences(Vec<Person>),
    Schemas(Vec<Person>),
    Other,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    pub who: Person,
    /// It is a user, who may log in.
    pub login: bool,
    pub password: Option<String>,
    /// Roles that it belongs to from the start.
    pub in_roles: Vec<Person>,
    /// Roles that belong to it from the start.
    pub members: Vec<Person>,
    /// What TiDB has no word for.
    pub left_out: Vec<Span>,
}

/// Reads such a statement; `None` if it is another, or not readable.
pub fn read(source: &str, tokens: &[Token]) -> Option<Access> {
    let mut words = tokens.iter().filter(|token| !token.is_trivia());
    let mut is = |wanted: &[&str]| {
        words.next().is_some_and(|token| {
            token.kind == Kind::Word && wanted.iter().any(|w| token.text(source).eq_ignore_ascii_case(w))
        })
    };
    if !is(&["grant", "revoke"]) {
        let mut words = tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(source));
        let first = words.next()?;
        let second = words.next()?;
        let heads = ["create", "alter", "drop"].iter().any(|head| first.eq_ignore_ascii_case(head));
        let kinds = ["role", "user", "group"].iter().any(|kind| second.eq_ignore_ascii_case(kind));
        if !heads || !kinds {
            return None;
        }
    }
    let statement = Grammar::parse(Rule::statement, source).ok()?.next()?.into_inner().next()?;
    let rule = statement.as_rule();
    let parts: Vec<Pair<'_, Rule>> = statement.into_inner().collect();
    match rule {
        Rule::privileges => privileges(parts).map(Access::Privileges),
        Rule::membership => Some(Access::Membership {
            grants: has(&parts, Rule::grants),
            admin: span_of(&parts, Rule::admin_for).or_else(|| span_of(&parts, Rule::admin_option)),
            roles: people(&parts, Rule::names),
            people: people(&parts, Rule::people),
        }),
        Rule::create => create(parts).map(Access::Create),
        Rule::password_of => {
            let found = parts.iter().find(|part| part.as_rule() == Rule::password)?;
            let who = parts.iter().find(|part| part.as_rule() == Rule::part).map(person)?;
            Some(Access::Password { who, password: text(found), span: span(found) })
        }
        Rule::drop => {
            Some(Access::Drop { if_exists: has(&parts, Rule::if_exists), who: people(&parts, Rule::names) })
        }
        _ => None,
    }
}

fn privileges(parts: Vec<Pair<'_, Rule>>) -> Option<Privileges> {
    let granted = parts.iter().find(|part| matches!(part.as_rule(), Rule::granted | Rule::all))?;
    let of_columns = |pair: &Pair<'_, Rule>| pair.clone().into_inner().any(|p| p.as_rule() == Rule::columns);
    let privileges = match granted.as_rule() {
        Rule::all if of_columns(granted) => vec![("ALL".to_owned(), true, span(granted))],
        Rule::all => Vec::new(),
        _ => granted
            .clone()
            .into_inner()
            .filter_map(|one| {
                let word = one.clone().into_inner().next()?.as_str().to_ascii_uppercase();
                Some((word, of_columns(&one), span(&one)))
            })
            .collect(),
    };
    let on = parts.iter().find(|part| part.as_rule() == Rule::on)?;
    let which = on.clone().into_inner().next()?;
    let rule = which.as_rule();
    let inner: Vec<Pair<'_, Rule>> = which.into_inner().collect();
    let objects = || inner.iter().filter(|part| part.as_rule() == Rule::object).map(object).collect();
    Some(Privileges {
        grants: has(&parts, Rule::grants),
        option_only: has(&parts, Rule::option_for),
        with_option: has(&parts, Rule::grant_option),
        privileges,
        on: match rule {
            Rule::tables => On::Tables(objects()),
            Rule::sequences => On::Sequences(objects()),
            Rule::all_tables => On::AllTables(people(&inner, Rule::names)),
            Rule::all_sequences => On::AllSequences(people(&inner, Rule::names)),
            Rule::schemas => On::Schemas(people(&inner, Rule::names)),
            _ => On::Other,
        },
        on_span: span(on),
        people: people(&parts, Rule::people),
    })
}

fn create(parts: Vec<Pair<'_, Rule>>) -> Option<Create> {
    let mut create = Create {
        who: parts.iter().find(|part| part.as_rule() == Rule::part).map(person)?,
        login: has(&parts, Rule::user),
        password: None,
        in_roles: people(&parts, Rule::in_role),
        members: people(&parts, Rule::members),
        left_out: Vec::new(),
    };
    for part in &parts {
        match part.as_rule() {
            Rule::login => create.login = true,
            Rule::nologin => create.login = false,
            Rule::password => create.password = text(part),
            Rule::left_out => create.left_out.push(span(part)),
            _ => {}
        }
    }
    Some(create)
}

fn has(parts: &[Pair<'_, Rule>], rule: Rule) -> bool {
    parts.iter().any(|part| part.as_rule() == rule)
}

fn span_of(parts: &[Pair<'_, Rule>], rule: Rule) -> Option<Span> {
    parts.iter().find(|part| part.as_rule() == rule).map(span)
}

/// Where it stands, without blanks after it.
fn span(pair: &Pair<'_, Rule>) -> Span {
    let place = pair.as_span();
    Span::new(place.start(), place.start() + place.as_str().trim_end().len())
}

/// The literal in a password option.
fn text(pair: &Pair<'_, Rule>) -> Option<String> {
    let string = pair.clone().into_inner().find(|part| part.as_rule() == Rule::string)?;
    Some(string.as_str().to_owned())
}

/// Those named in all parts of this kind.
fn people(parts: &[Pair<'_, Rule>], rule: Rule) -> Vec<Person> {
    let lists = parts.iter().filter(|part| part.as_rule() == rule);
    lists
        .flat_map(|list| list.clone().into_inner().flatten())
        .filter(is_part)
        .map(|one| person(&one))
        .collect()
}

fn is_part(pair: &Pair<'_, Rule>) -> bool {
    pair.as_rule() == Rule::part
}

fn person(part: &Pair<'_, Rule>) -> Person {
    let text = part.as_str().trim_end();
    match unquoted(text) {
        Some(name) => Person { name, quoted: true, span: span(part) },
        None => Person { name: text.to_lowercase(), quoted: false, span: span(part) },
    }
}

fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(inner.replace("\"\"", "\""))
}

fn object(pair: &Pair<'_, Rule>) -> ObjectName {
    let parts = pair.clone().into_inner().filter(is_part);
    let ident = |part: Pair<'_, Rule>| -> Ident { names::ident(&person(&part).name) };
    ObjectName(parts.map(|part| ObjectNamePart::Identifier(ident(part))).collect())
}

#[cfg(test)]
mod tests {
    use super::super::lex::{Rules, lex};
    use super::*;

    fn parse(text: &str) -> Option<Access> {
        read(text, &lex(text, Rules::Postgres))
    }

    fn names_of(people: &[Person]) -> Vec<&str> {
        people.iter().map(|person| person.name.as_str()).collect()
    }

    #[test]
    fn privileges_say_on_what_and_to_whom() {
        let Some(Access::Privileges(said)) = parse(
            "grant select , Insert(a, b) on table public.t, \"T\".u to app, group \"Team A\" with grant option granted by x",
        ) else {
            panic!("not read");
        };
        assert!(said.grants && said.with_option && !said.option_only);
        let words: Vec<(&str, bool)> = said.privileges.iter().map(|p| (p.0.as_str(), p.1)).collect();
        assert_eq!(words, [("SELECT", false), ("INSERT", true)]);
        assert!(matches!(&said.on, On::Tables(tables) if tables.len() == 2));
        assert_eq!(names_of(&said.people), ["app", "Team A"]);
        let Some(Access::Privileges(said)) =
            parse("REVOKE GRANT OPTION FOR ALL PRIVILEGES ON ALL TABLES IN SCHEMA a, b FROM PUBLIC CASCADE")
        else {
            panic!("not read");
        };
        assert!(!said.grants && said.option_only && said.privileges.is_empty());
        assert!(matches!(&said.on, On::AllTables(schemas) if names_of(schemas) == ["a", "b"]));
        let Some(Access::Privileges(said)) = parse("GRANT EXECUTE ON FUNCTION f(int, text) TO app") else {
            panic!("not read");
        };
        assert_eq!(said.on, On::Other);
    }

    #[test]
    fn roles_say_what_they_may() {
        let Some(Access::Create(said)) = parse(
            "CREATE ROLE app WITH NOSUPERUSER login ENCRYPTED PASSWORD 'it''s' CONNECTION LIMIT 5 IN ROLE a, b VALID UNTIL 'infinity'",
        ) else {
            panic!("not read");
        };
        assert!(said.login);
        assert_eq!(said.password.as_deref(), Some("'it''s'"));
        assert_eq!((names_of(&said.in_roles), said.left_out.len()), (vec!["a", "b"], 2));
        assert!(matches!(parse("CREATE USER u"), Some(Access::Create(Create { login: true, .. }))));
        assert!(
            matches!(parse("GRANT a, b TO c WITH ADMIN OPTION"), Some(Access::Membership { admin: Some(_), roles, .. }) if roles.len() == 2)
        );
        assert!(
            matches!(parse("DROP ROLE IF EXISTS a, b"), Some(Access::Drop { if_exists: true, who }) if who.len() == 2)
        );
        assert!(matches!(parse("ALTER USER a PASSWORD NULL"), Some(Access::Password { password: None, .. })));
        assert_eq!(parse("ALTER ROLE a SET search_path TO x"), None);
        assert_eq!(parse("CREATE TABLE grants (a int)"), None);
    }
}

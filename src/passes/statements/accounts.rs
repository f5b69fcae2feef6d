//! `account` and `privilege` where the configuration wants them: TiDB's accounts and GRANTs for PostgreSQL's.

use super::access::{ACCOUNT, PRIVILEGE};
use crate::catalog::{Name, Place};
use crate::passes::lexical::schema_name;
use crate::passes::plan::{Outcome, Plan};
use crate::passes::{Cx, Item, Work};
use crate::syntax::access::{Access, Create, On, Person, Privileges};
use crate::syntax::names;
use sqlparser::ast::{ObjectName, ObjectNamePart};
use std::collections::{BTreeMap, BTreeSet};

/// Words that mean somebody else each time.
const WORDS: [&str; 5] = ["public", "current_user", "current_role", "session_user", "user"];
/// What PostgreSQL's privileges on tables are called on TiDB; the others have no like.
const ON_TABLES: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"];

const OPTION: &str = "GRANT OPTION";

/// What the run has granted, by object and account: TiDB fails to revoke what is not there, PostgreSQL does not mind.
#[derive(Debug, Clone, Default)]
pub struct Granted(BTreeMap<(String, String), BTreeSet<&'static str>>);

/// Translates a statement about accounts or privileges. `path` are the schemas that bare names are looked up in.
pub fn plan(cx: &mut Cx<'_>, granted: &mut Granted, access: &Access, path: &[String]) -> Plan {
    let mut work = Work::default();
    match access {
        Access::Privileges(said) => privileges(cx, &mut work, granted, said, path),
        Access::Membership { grants, admin, roles, people } => {
            if let Some(span) = admin {
                cx.report(&PRIVILEGE, *span, "ADMIN OPTION is left out: TiDB's ROLE_ADMIN covers every role");
            }
            if *grants || admin.is_none() {
                membership(cx, &mut work, *grants, roles, people);
            }
        }
        Access::Create(create) => account(cx, &mut work, create),
        Access::Password { who, password, span } => {
            let text = match literal(cx, password.as_deref(), *span) {
                Some(password) => format!("ALTER USER {} IDENTIFIED BY {password}", name(who)),
                None => format!("ALTER USER {} ACCOUNT LOCK", name(who)),
            };
            work.items.push(Item::Text(text));
        }
        Access::Drop { if_exists, who } => {
            let guard = if *if_exists { "IF EXISTS " } else { "" };
            work.items.push(Item::Text(format!("DROP ROLE {guard}{}", list(who))));
        }
    }
    let diagnostics = std::mem::take(&mut cx.diagnostics);
    if work.items.is_empty() {
        return Plan::left_out(Outcome::Dropped, diagnostics);
    }
    let after = work.items.iter().map(ToString::to_string).collect();
    let before = cx.parsed.source().to_owned();
    Plan { outcome: Outcome::Changed { before, after }, note: String::new(), diagnostics }
}

fn name(who: &Person) -> String {
    names::ident(&who.name).to_string()
}

fn list(people: &[Person]) -> String {
    people.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Those that TiDB has accounts for.
fn accounts(cx: &mut Cx<'_>, people: &[Person]) -> Vec<Person> {
    let mut found = Vec::new();
    for person in people {
        if !person.quoted && WORDS.contains(&person.name.as_str()) {
            let message = format!("TiDB has no account that {} stands for: it is left out", person.name);
            cx.report(&PRIVILEGE, person.span, message).help("name the accounts");
        } else {
            found.push(person.clone());
        }
    }
    found
}

fn membership(cx: &mut Cx<'_>, work: &mut Work, grants: bool, roles: &[Person], people: &[Person]) {
    let people = accounts(cx, people);
    if people.is_empty() {
        return;
    }
    let (verb, to) = if grants { ("GRANT", "TO") } else { ("REVOKE", "FROM") };
    work.items.push(Item::Text(format!("{verb} {} {to} {}", list(roles), list(&people))));
    // Members have a role's privileges at once on PostgreSQL, and after SET ROLE on TiDB.
    if grants {
        work.items.push(Item::Text(format!("SET DEFAULT ROLE ALL TO {}", list(&people))));
    }
}

fn account(cx: &mut Cx<'_>, work: &mut Work, create: &Create) {
    let who = name(&create.who);
    let span = create.who.span;
    for left in &create.left_out {
        cx.report(&ACCOUNT, *left, "TiDB's accounts have no such attribute: it is left out");
    }
    let text = match (create.login, literal(cx, create.password.as_deref(), span)) {
        (false, _) => format!("CREATE ROLE {who}"),
        (true, Some(password)) => format!("CREATE USER {who} IDENTIFIED BY {password}"),
        (true, None) => {
            let message =
                format!("nobody may log in as {who} before it has a password: the account is locked");
            cx.report(&ACCOUNT, span, message).help("ALTER USER … IDENTIFIED BY '…' ACCOUNT UNLOCK");
            format!("CREATE USER {who} ACCOUNT LOCK")
        }
    };
    work.items.push(Item::Text(text));
    if !create.in_roles.is_empty() {
        membership(cx, work, true, &create.in_roles, std::slice::from_ref(&create.who));
    }
    if !create.members.is_empty() {
        membership(cx, work, true, std::slice::from_ref(&create.who), &create.members);
    }
}

/// A password that TiDB can take over: one that is written out, and no hash of PostgreSQL's.
fn literal(cx: &mut Cx<'_>, password: Option<&str>, span: crate::text::Span) -> Option<String> {
    let password = password?;
    let inner = password.trim_matches('\'');
    let hashed = inner.starts_with("SCRAM-SHA-256$")
        || inner.len() == 35 && inner.starts_with("md5") && inner[3..].bytes().all(|b| b.is_ascii_hexdigit());
    if hashed {
        cx.report(&ACCOUNT, span, "TiDB can't take over a password that PostgreSQL has hashed");
        return None;
    }
    Some(password.to_owned())
}

/// Where privileges go, and whether it is a sequence.
type Target = (String, bool);

fn privileges(cx: &mut Cx<'_>, work: &mut Work, granted: &mut Granted, said: &Privileges, path: &[String]) {
    let people = accounts(cx, &said.people);
    let targets = targets(cx, said, path);
    for (target, is_sequence) in targets {
        let words = words(cx, said, is_sequence);
        if words.is_empty() || people.is_empty() {
            continue;
        }
        if said.grants {
            for person in &people {
                let known = granted.0.entry((target.clone(), person.name.clone())).or_default();
                known.extend(words.iter().copied().chain(said.with_option.then_some(OPTION)));
            }
            let option = if said.with_option { " WITH GRANT OPTION" } else { "" };
            let (words, people) = (words.join(", "), list(&people));
            work.items.push(Item::Text(format!("GRANT {words} ON {target} TO {people}{option}")));
            continue;
        }
        let wanted = if said.option_only { vec![OPTION] } else { words };
        for person in &people {
            match revoked(granted, &target, person, &wanted) {
                Some(words) => {
                    let text = format!("REVOKE {words} ON {target} FROM {}", name(person));
                    work.items.push(Item::Text(text));
                }
                None => {
                    let message = format!("no file of this run grants it to {}", name(person));
                    let help = "revoke it by hand if it was granted otherwise: TiDB fails where it was not";
                    cx.report(&PRIVILEGE, person.span, message).help(help);
                }
            }
        }
    }
    let mut seen = Vec::new();
    cx.diagnostics.retain(|found| {
        let key = (found.span, found.message.clone());
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
}

/// Of what is to be revoked, what the run has granted.
fn revoked(granted: &mut Granted, target: &str, person: &Person, wanted: &[&'static str]) -> Option<String> {
    let known = granted.0.get_mut(&(target.to_owned(), person.name.clone()))?;
    let mut there: Vec<&str> = wanted.iter().copied().filter(|word| known.remove(word)).collect();
    // The right to grant goes with the last privilege, on PostgreSQL.
    if !there.is_empty() && known.len() == 1 && known.remove(OPTION) {
        there.push(OPTION);
    }
    (!there.is_empty()).then(|| there.join(", "))
}

fn words(cx: &mut Cx<'_>, said: &Privileges, is_sequence: bool) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = Vec::new();
    let mut add = |more: &[&'static str]| {
        more.iter().for_each(|word| {
            if !words.contains(word) {
                words.push(word);
            }
        });
    };
    if said.privileges.is_empty() {
        add(if is_sequence { &["SELECT", "INSERT"] } else { &ON_TABLES });
    }
    for (word, of_columns, span) in &said.privileges {
        let known = ON_TABLES.iter().find(|known| **known == word.as_str());
        match (is_sequence, word.as_str(), known) {
            _ if *of_columns => {
                cx.report(&PRIVILEGE, *span, "privileges on single columns are left out");
            }
            (true, "USAGE", _) => add(&["SELECT", "INSERT"]),
            (true, "UPDATE", _) => add(&["INSERT"]),
            (true, "SELECT", _) => add(&["SELECT"]),
            (false, _, Some(known)) => add(&[*known]),
            _ => {
                let message = format!("TiDB has no privilege {word} of this kind: it is left out");
                cx.report(&PRIVILEGE, *span, message);
            }
        }
    }
    words
}

fn targets(cx: &mut Cx<'_>, said: &Privileges, path: &[String]) -> Vec<Target> {
    match &said.on {
        // A bare name may be a sequence's, too.
        On::Tables(objects) | On::Sequences(objects) => {
            let found: Vec<(Name, ObjectName)> = objects
                .iter()
                .map(|object| {
                    let name = resolve(cx, object, path);
                    (name, object.clone())
                })
                .collect();
            found.into_iter().filter_map(|(name, object)| target(cx, said, &name, Some(&object))).collect()
        }
        On::AllTables(schemas) | On::AllSequences(schemas) => {
            let sequences = matches!(said.on, On::AllSequences(_));
            let all: Vec<Name> = schemas
                .iter()
                .flat_map(|schema| cx.catalog.of_schema(&schema.name).cloned().collect::<Vec<_>>())
                .filter(|name| cx.catalog.sequence(name).is_some() == sequences)
                .collect();
            if all.is_empty() {
                let message = "no file of this run declares anything there: there is nothing to grant on";
                cx.note(&PRIVILEGE, said.on_span, message);
            }
            all.iter().filter_map(|name| target(cx, said, name, None)).collect()
        }
        On::Schemas(_) => {
            let usage =
                said.privileges.iter().all(|(word, ..)| word == "USAGE") && !said.privileges.is_empty();
            if usage {
                let message = "TiDB asks for no privilege on a schema: those on its tables count";
                cx.note(&PRIVILEGE, said.on_span, message);
            } else {
                let message =
                    "TiDB's CREATE is for all tables of a database, with more rights: it is left out";
                cx.report(&PRIVILEGE, said.on_span, message);
            }
            Vec::new()
        }
        On::Other => {
            cx.report(&PRIVILEGE, said.on_span, "TiDB has no privileges on objects of this kind");
            Vec::new()
        }
    }
}

/// The object that a name means: of the schemas of the path, the first that has it.
fn resolve(cx: &Cx<'_>, object: &ObjectName, path: &[String]) -> Name {
    let name = Name::of(object);
    if object.0.len() > 1 {
        return name;
    }
    let in_path = path.iter().map(|schema| Name::new(schema, &name.name));
    let known = |name: &Name| {
        cx.catalog.table_named(name).is_some()
            || cx.catalog.view_named(name).is_some()
            || cx.catalog.sequence(name).is_some()
    };
    in_path.into_iter().find(known).unwrap_or(name)
}

/// How a thing is called on TiDB, if it is there.
fn target(cx: &mut Cx<'_>, said: &Privileges, name: &Name, object: Option<&ObjectName>) -> Option<Target> {
    let absent = |cx: &mut Cx<'_>, why: &str| {
        cx.note(&PRIVILEGE, said.on_span, format!("{} {why}", name.name));
        None
    };
    if let Some(sequence) = cx.catalog.sequence(name) {
        if matches!(sequence.place, Place::Counter) {
            return absent(cx, "is the counter of a column on TiDB, which needs no privilege");
        }
        return Some((spelled(cx, name, object), true));
    }
    if let Some(table) = cx.catalog.table_named(name) {
        if table.missing.is_some() {
            return absent(cx, "is not on TiDB");
        }
        return Some((table.tidb_name.to_string(), false));
    }
    if cx.catalog.view_named(name).is_some_and(|view| !view.there) {
        return absent(cx, "is not on TiDB");
    }
    Some((spelled(cx, name, object), matches!(said.on, On::Sequences(_))))
}

fn spelled(cx: &Cx<'_>, name: &Name, object: Option<&ObjectName>) -> String {
    let bare = object.and_then(names::last).cloned().unwrap_or_else(|| names::ident(&name.name));
    let mut parts = vec![ObjectNamePart::Identifier(bare)];
    if !name.schema.is_empty() {
        parts.insert(0, ObjectNamePart::Identifier(names::ident(&name.schema)));
    }
    let mut spelled = ObjectName(parts);
    schema_name::map(&cx.options.schemas, &mut spelled);
    spelled.to_string()
}

//! The search path: names without a schema mean one of its schemas, which TiDB's statements have to say.

mod names_of;

use crate::catalog::Catalog;
use crate::syntax::Parsed;
use crate::syntax::lex::{Kind, Token};
use crate::text::may_say;
use sqlparser::ast::{ContextModifier, ObjectName, Reset, Set, Statement};

pub use names_of::{qualify, qualify_form, qualify_sequence};

/// The schemas that names without one are looked up in, folded; `public` is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchPath {
    now: Vec<String>,
    /// What was set before a SET LOCAL.
    outer: Option<Vec<String>>,
    /// What each session begins with: ALTER DATABASE or ALTER ROLE … SET search_path.
    first: Vec<String>,
}

/// What a statement does to the path.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Set(Vec<String>),
    /// Until the transaction's end.
    Local(Vec<String>),
    /// For the sessions to come.
    First(Vec<String>),
    Reset,
}

impl SearchPath {
    /// Whether names mean something else than they do without a path.
    pub fn is_set(&self) -> bool {
        self.now.first().is_some_and(|schema| !schema.is_empty())
    }

    /// A file begins: its session has no path of its own yet.
    pub fn begin(&mut self) {
        self.now.clone_from(&self.first);
        self.outer = None;
    }

    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Set(schemas) => (self.now, self.outer) = (schemas, None),
            Change::Local(schemas) => {
                let outer = std::mem::replace(&mut self.now, schemas);
                self.outer.get_or_insert(outer);
            }
            Change::First(schemas) => {
                self.first.clone_from(&schemas);
            }
            Change::Reset => self.now.clone_from(&self.first),
        }
    }

    /// Follows a statement: what it sets, and the end of a transaction.
    pub fn follow(&mut self, parsed: &Parsed) {
        if let Some(change) = said(parsed) {
            self.apply(change);
        }
        if let Ok(Statement::Commit { .. } | Statement::Rollback { savepoint: None, .. }) =
            parsed.tree.as_deref()
            && let Some(outer) = self.outer.take()
        {
            self.now = outer;
        }
    }

    /// The statement with the schemas written; `None` where it stays as it is.
    pub fn qualified(&self, parsed: &Parsed, catalog: &Catalog) -> Option<Parsed> {
        if !self.is_set() {
            return None;
        }
        let mut parsed = parsed.clone();
        if let Ok(tree) = &mut parsed.tree {
            qualify(tree, &self.now, catalog);
        }
        if let Some(form) = &mut parsed.form {
            qualify_form(form, &self.now, catalog);
        }
        Some(parsed)
    }

    /// Writes the schema to the name of a relation.
    pub fn resolve(&self, name: &mut ObjectName, catalog: &Catalog) {
        if self.is_set() {
            names_of::resolve(name, &self.now, catalog);
        }
    }

    pub fn schemas(&self) -> &[String] {
        &self.now
    }
}

/// What a statement says of the search path. `None` where it says nothing, or what only the server knows.
pub fn said(parsed: &Parsed) -> Option<Change> {
    let source = parsed.source();
    if source != parsed.text {
        // A placeholder stands for whatever it is replaced by.
        return None;
    }
    match parsed.tree.as_deref() {
        Ok(Statement::Reset(_)) => {}
        Ok(Statement::Set(_) | Statement::Query(_)) if may_say(source, "search_path") => {}
        _ if parsed.begins("alter") && may_say(source, "search_path") => {}
        _ => return None,
    }
    let words: Vec<&Token> = parsed.tokens.iter().filter(|token| !token.is_trivia()).collect();
    let text = |at: usize| words.get(at).map_or("", |token| token.text(source));
    let is = |at: usize, word: &str| text(at).eq_ignore_ascii_case(word);
    match parsed.tree.as_deref() {
        Ok(Statement::Set(Set::SingleAssignment { scope, .. })) => {
            let local = *scope == Some(ContextModifier::Local);
            let at = words.iter().position(|token| token.text(source).eq_ignore_ascii_case("search_path"))?;
            let schemas = list(source, words.get(at + 2..)?)?;
            Some(if local { Change::Local(schemas) } else { Change::Set(schemas) })
        }
        Ok(Statement::Reset(reset)) => match &reset.reset {
            Reset::ALL => Some(Change::Reset),
            Reset::ConfigurationParameter(name) => {
                name.to_string().eq_ignore_ascii_case("search_path").then_some(Change::Reset)
            }
            Reset::SessionAuthorization => None,
        },
        // SELECT [pg_catalog.]set_config('search_path', 'a, b', false)
        Ok(Statement::Query(_)) => {
            let at = words.iter().position(|token| token.text(source).eq_ignore_ascii_case("set_config"))?;
            if !is(at + 1, "(") || !is(at + 2, "'search_path'") || !is(at + 3, ",") {
                return None;
            }
            let value = text(at + 4).strip_prefix('\'')?.strip_suffix('\'')?;
            let schemas = value.split(',').map(|name| folded(name.trim().trim_matches('"'))).collect();
            let local = is(at + 6, "true");
            let schemas = significant(schemas);
            Some(if local { Change::Local(schemas) } else { Change::Set(schemas) })
        }
        // ALTER DATABASE d SET search_path TO a; ALTER ROLE r [IN DATABASE d] SET search_path = a
        _ if is(0, "alter") && ["database", "role", "user"].iter().any(|kind| is(1, kind)) => {
            let at = words.iter().position(|token| token.text(source).eq_ignore_ascii_case("search_path"))?;
            if !is(at.checked_sub(1)?, "set") {
                return None;
            }
            Some(Change::First(list(source, words.get(at + 2..)?)?))
        }
        _ => None,
    }
}

/// The schemas of a list, as they stand after TO.
fn list(source: &str, words: &[&Token]) -> Option<Vec<String>> {
    let mut schemas = Vec::new();
    for token in words {
        let text = token.text(source);
        match token.kind {
            _ if text == "," || text == ";" => {}
            Kind::Word if text.eq_ignore_ascii_case("default") => return Some(Vec::new()),
            Kind::Word => schemas.push(folded(text)),
            Kind::Quoted => schemas.push(folded(text.trim_matches('"'))),
            _ => {
                let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
                schemas.push(folded(inner));
            }
        }
    }
    Some(significant(schemas))
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Without the system's own; `public` becomes the empty name.
fn significant(schemas: Vec<String>) -> Vec<String> {
    schemas
        .into_iter()
        .filter(|schema| !schema.is_empty() && schema != "$user" && !schema.starts_with("pg_"))
        .map(|schema| if schema == "public" { String::new() } else { schema })
        .collect()
}

//! Names as TiDB writes them: backticks for the author's double quotes, and around reserved words.

use super::reserved::{is_plain, is_reserved};
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, Statement, VisitorMut};
use sqlparser::tokenizer::Location;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// A name a pass made: in backticks only where needed.
pub fn ident(name: &str) -> Ident {
    if is_plain(name) { Ident::new(name) } else { Ident::with_quote('`', name) }
}

/// A name in a text a pass made.
pub fn quoted(name: &str) -> String {
    ident(name).to_string()
}

/// The plain identifiers of a name, outermost first.
pub fn parts(name: &ObjectName) -> impl Iterator<Item = &Ident> {
    name.0.iter().filter_map(ObjectNamePart::as_ident)
}

/// Whether two names are the same but for their quotes and case.
pub fn same(a: &ObjectName, b: &ObjectName) -> bool {
    parts(a).map(folded).eq(parts(b).map(folded))
}

/// The last identifier of a name.
pub fn last(name: &ObjectName) -> Option<&Ident> {
    parts(name).last()
}

/// Gives every identifier of a tree TiDB's quotes. Returns the unquoted reserved words that it quoted.
///
/// PostgreSQL cuts names at 63 bytes, TiDB refuses them over 64 characters: they are cut here.
pub fn respell(statement: &mut Statement) -> Vec<Respelled> {
    let mut visitor = Respell::default();
    let _ = statement.walk_mut(&mut visitor);
    let mut found: Vec<_> = visitor.found.into_iter().map(|(at, name)| Respelled { at, name }).collect();
    found.sort_unstable_by_key(|respelled| respelled.at);
    found
}

/// A name whose token can't be respelled on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respelled {
    pub at: Location,
    /// In backticks.
    pub name: String,
}

/// The most bytes a PostgreSQL name keeps.
pub const MAX_BYTES: usize = 63;

/// A name cut as PostgreSQL cuts one that is too long, between characters.
pub fn truncate(name: &str) -> &str {
    &name[..floor_char(name, MAX_BYTES)]
}

/// The last boundary between characters at or before `most`.
pub fn floor_char(text: &str, most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    (0..=most).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[derive(Default)]
struct Respell {
    found: HashMap<Location, String>,
}

impl VisitorMut for Respell {
    type Break = ();

    fn pre_visit_ident(&mut self, ident: &mut Ident) -> ControlFlow<()> {
        let long = ident.value.len() > MAX_BYTES;
        if long {
            ident.value = truncate(&ident.value).to_string();
        }
        let reserved = ident.quote_style.is_none() && is_reserved(&ident.value);
        if ident.quote_style.is_some() || reserved {
            ident.quote_style = Some('`');
        }
        if (long || reserved) && ident.span.start.line > 0 {
            self.found.insert(ident.span.start, ident.to_string());
        }
        ControlFlow::Continue(())
    }

    /// Some words that look like names are none: a function's name in TiDB's grammar (`rank()`), and DEFAULT.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        // DEFAULT among the values of a row is the keyword; as a name it would need quotes.
        if let Expr::Identifier(ident) = expr
            && ident.value.eq_ignore_ascii_case("default")
            && self.found.remove(&ident.span.start).is_some()
        {
            ident.quote_style = None;
        }
        if let Expr::Function(function) = expr {
            for part in &mut function.name.0 {
                if let ObjectNamePart::Identifier(ident) = part
                    && self.found.remove(&ident.span.start).is_some()
                {
                    ident.quote_style = None;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Takes `pg_temp.` from names: a table that is created there is a temporary one. Whether anything was changed.
pub fn of_session(source: &str, statement: &mut Statement) -> bool {
    if memchr::memmem::find(source.as_bytes(), b"pg_temp.").is_none() {
        return false;
    }
    struct Strip(bool);
    impl VisitorMut for Strip {
        type Break = ();
        fn pre_visit_relation(&mut self, name: &mut ObjectName) -> ControlFlow<()> {
            if let [ObjectNamePart::Identifier(schema), ObjectNamePart::Identifier(_)] = &name.0[..]
                && schema.value.eq_ignore_ascii_case("pg_temp")
            {
                name.0.remove(0);
                self.0 = true;
            }
            ControlFlow::Continue(())
        }
    }
    let mut strip = Strip(false);
    let _ = statement.walk_mut(&mut strip);
    if let Statement::Drop { names, .. } = statement {
        names.iter_mut().for_each(|name| {
            let _ = strip.pre_visit_relation(name);
        });
    }
    match statement {
        Statement::CreateTable(create) if strip.0 => create.temporary = true,
        Statement::CreateView(view) if strip.0 => view.temporary = true,
        _ => {}
    }
    strip.0
}

/// The name as PostgreSQL stores it: unquoted ones fold to lower case. TiDB compares names without
/// regard to case, so the catalog keeps every name folded.
pub fn folded(ident: &Ident) -> String {
    ident.value.to_lowercase()
}

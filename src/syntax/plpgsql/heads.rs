//! CREATE FUNCTION of what triggers call, and CREATE TRIGGER.

use super::read::{Grammar, Rule, folded, inside, language, program};
use super::{Event, Function, Trigger};
use crate::syntax::names;
use crate::text::Span;
use pest::Parser as _;
use pest::iterators::Pair;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// A CREATE FUNCTION that returns `trigger`.
pub fn function(source: &str) -> Option<Function> {
    let head = Grammar::parse(Rule::function, source).ok()?.next()?;
    let replaces = says(source, "replace", 3);
    let (mut name, mut body, mut language_of, mut arguments, mut returns) =
        (None, None, None, false, String::new());
    for part in head.into_inner() {
        match part.as_rule() {
            Rule::name if name.is_none() => name = Some(object(&part)),
            Rule::arguments => arguments = part.as_str().trim().len() > 2 && part.as_str().trim() != "( )",
            Rule::returns => returns = part.as_str().trim().to_ascii_lowercase(),
            Rule::language => language_of = Some(language(&part)),
            Rule::body => body = inside(&part),
            _ => {}
        }
    }
    let returns = returns.split_whitespace().next().unwrap_or_default();
    if returns.trim_start_matches("pg_catalog.").trim_matches('"') != "trigger" {
        return None;
    }
    let language = language_of?;
    let body = body.unwrap_or_default();
    let block = (language == "plpgsql").then(|| program(source, body)).flatten();
    Some(Function { name: name?, replaces, language, arguments, block, body })
}

/// CREATE TRIGGER.
pub fn trigger(source: &str) -> Option<Trigger> {
    let head = Grammar::parse(Rule::trigger, source).ok()?.next()?;
    let replaces = says(source, "replace", 3);
    let mut trigger = Trigger {
        name: String::new(),
        table: ObjectName(Vec::new()),
        table_span: Span::default(),
        before: false,
        after: false,
        events: Vec::new(),
        row: false,
        when: None,
        function: ObjectName(Vec::new()),
        function_span: Span::default(),
        arguments: Span::default(),
        replaces,
    };
    let mut named = false;
    for part in head.into_inner() {
        let span = span(&part);
        let text = part.as_str().trim();
        match part.as_rule() {
            Rule::ident if trigger.name.is_empty() => trigger.name = folded(text),
            Rule::timing => {
                trigger.before = text.eq_ignore_ascii_case("before");
                trigger.after = text.eq_ignore_ascii_case("after");
            }
            Rule::event => {
                let kind = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
                let kind = kind.to_ascii_uppercase();
                let columns = part.into_inner().filter(|p| p.as_rule() == Rule::ident);
                trigger.events.push(Event { kind, columns: columns.map(|p| folded(p.as_str())).collect() });
            }
            Rule::name if !named => {
                (trigger.table, trigger.table_span) = (object(&part), span);
                named = true;
            }
            Rule::name => (trigger.function, trigger.function_span) = (object(&part), span),
            Rule::each => {
                trigger.row =
                    text.get(text.len().saturating_sub(3)..).is_some_and(|w| w.eq_ignore_ascii_case("row"));
            }
            Rule::when => {
                let from = text.find('(').unwrap_or(0);
                trigger.when = Some(Span::new(span.start + from + 1, span.end.saturating_sub(1)));
            }
            Rule::call => trigger.arguments = Span::new(span.start + 1, span.end.saturating_sub(1)),
            _ => {}
        }
    }
    named.then_some(trigger)
}

/// Whether one of the first words is this.
fn says(source: &str, word: &str, among: usize) -> bool {
    source.split_whitespace().take(among).any(|found| found.eq_ignore_ascii_case(word))
}

fn span(pair: &Pair<'_, Rule>) -> Span {
    let start = pair.as_span().start();
    Span::new(start, start + pair.as_str().trim_end().len())
}

/// A name, spelled for TiDB.
fn object(pair: &Pair<'_, Rule>) -> ObjectName {
    let part = |pair: Pair<'_, Rule>| {
        let text = pair.as_str();
        let ident = match text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
            Some(inner) => Ident::with_quote('`', names::truncate(&inner.replace("\"\"", "\"")).to_string()),
            None => names::ident(names::truncate(text)),
        };
        ObjectNamePart::Identifier(ident)
    };
    ObjectName(pair.clone().into_inner().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_and_triggers_are_read() {
        let source = "CREATE OR REPLACE FUNCTION s.touch() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER AS $$\nBEGIN\n \
                      NEW.updated_at = now();\n RETURN NEW;\nEND;\n$$";
        let found = function(source).expect("a function");
        assert!(found.replaces && !found.arguments && found.block.is_some());
        assert_eq!(found.name.to_string(), "s.touch");
        assert!(
            function("CREATE FUNCTION f(a int) RETURNS int AS $$ BEGIN RETURN 1; END $$ LANGUAGE plpgsql")
                .is_none()
        );
        let source = "CREATE TRIGGER \"T\" BEFORE INSERT OR UPDATE OF a, b ON s.t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM \
                      NEW.*) EXECUTE PROCEDURE touch('x')";
        let found = trigger(source).expect("a trigger");
        assert_eq!((found.name.as_str(), found.before, found.row), ("T", true, true));
        assert_eq!(found.events[1].columns, ["a", "b"]);
        assert_eq!(found.when.map(|w| &source[w.start..w.end]), Some("OLD.* IS DISTINCT FROM NEW.*"));
        assert_eq!(&source[found.arguments.start..found.arguments.end], "'x'");
    }
}

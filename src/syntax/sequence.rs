//! CREATE and ALTER SEQUENCE and changes of an identity, which sqlparser reads only in part.

use super::lex::{Kind, Token};
use super::names;
use super::reserved::is_reserved;
use crate::text::Span;
use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

#[derive(Parser)]
#[grammar = "../grammar/sequence.pest"]
struct Grammar;

/// A statement about a sequence, or about the one behind a column.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceStatement {
    pub about: About,
    /// The sequence, or the table of the identity column.
    pub name: ObjectName,
    pub name_span: Span,
    /// `IF NOT EXISTS`, or `IF EXISTS`.
    pub guarded: bool,
    pub options: Options,
    /// Where each option stands.
    pub places: Vec<(Place, Span)>,
}

/// Parts of the statement that may have to be written otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// TEMPORARY or UNLOGGED.
    Kind,
    DataType,
    Increment,
    Min,
    Max,
    Owned,
    Cycle,
    Restart,
    Other,
}

#[derive(Debug, Clone, PartialEq)]
pub enum About {
    Create {
        temporary: bool,
    },
    Alter(Alter),
    /// ALTER TABLE … ALTER COLUMN of this column.
    Identity(Ident, Identity),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Alter {
    Options,
    Rename(Ident),
    Schema(Ident),
    /// LOGGED or UNLOGGED.
    Storage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    Add {
        always: bool,
    },
    Drop,
    /// SET GENERATED, SET options, RESTART.
    Change {
        /// Whether SET GENERATED says ALWAYS, where it is said.
        always: Option<bool>,
    },
}

/// What a sequence is to be; what is not said is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// In lower case.
    pub data_type: Option<String>,
    pub increment: Option<i128>,
    /// `Some(None)` for NO MINVALUE.
    pub min: Option<Option<i128>>,
    pub max: Option<Option<i128>>,
    pub start: Option<i128>,
    pub cache: Option<i128>,
    pub cycle: Option<bool>,
    /// `Some(None)` for OWNED BY NONE.
    pub owned_by: Option<Option<(ObjectName, Ident)>>,
    /// SEQUENCE NAME of an identity.
    pub name: Option<ObjectName>,
    /// `Some(None)` for RESTART alone.
    pub restart: Option<Option<i128>>,
}

/// Reads such a statement; `None` if it is another, or not readable.
pub fn read(source: &str, tokens: &[Token]) -> Option<SequenceStatement> {
    if !is_about(source, tokens) {
        return None;
    }
    let statement = Grammar::parse(Rule::statement, source).ok()?.next()?.into_inner().next()?;
    let about = match statement.as_rule() {
        Rule::create => About::Create { temporary: false },
        Rule::alter => About::Alter(Alter::Options),
        _ => About::Identity(Ident::new(""), Identity::Change { always: None }),
    };
    let mut read = SequenceStatement {
        about,
        name: ObjectName(Vec::new()),
        name_span: Span::default(),
        guarded: false,
        options: Options::default(),
        places: Vec::new(),
    };
    for part in statement.into_inner() {
        read.take(part);
    }
    Some(read)
}

/// Whether its first words say so: cheap, for every statement is asked.
fn is_about(source: &str, tokens: &[Token]) -> bool {
    let mut words =
        tokens.iter().filter(|token| !token.is_trivia()).map(|token| (token.kind, token.text(source)));
    let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
    let Some((Kind::Word, first)) = words.next() else { return false };
    if !is(first, "create") && !is(first, "alter") {
        return false;
    }
    match words.next() {
        Some((Kind::Word, second)) if is(second, "sequence") => true,
        Some((Kind::Word, second)) if ["temp", "temporary", "unlogged"].iter().any(|w| is(second, w)) => {
            words.next().is_some_and(|(_, third)| is(third, "sequence"))
        }
        Some((Kind::Word, second)) if is(first, "alter") && is(second, "table") => {
            words.any(|(kind, word)| {
                kind == Kind::Word && ["identity", "generated", "restart"].iter().any(|w| is(word, w))
            })
        }
        _ => false,
    }
}

impl SequenceStatement {
    /// The bytes of an option, if it is said.
    pub fn place(&self, place: Place) -> Option<Span> {
        self.places.iter().find(|(said, _)| *said == place).map(|(_, span)| *span)
    }

    fn take(&mut self, part: Pair<'_, Rule>) {
        let at = Span::new(part.as_span().start(), part.as_span().start() + part.as_str().trim_end().len());
        match part.as_rule() {
            Rule::temporary => {
                self.about = About::Create { temporary: true };
                self.places.push((Place::Kind, at));
            }
            Rule::kw_unlogged => self.places.push((Place::Kind, at)),
            Rule::if_exists | Rule::if_not_exists => self.guarded = true,
            Rule::object => {
                self.name_span = at;
                self.name = object(part);
            }
            Rule::rename => self.about = About::Alter(Alter::Rename(only(part))),
            Rule::schema => self.about = About::Alter(Alter::Schema(only(part))),
            Rule::logged => self.about = About::Alter(Alter::Storage),
            Rule::part => {
                if let About::Identity(column, _) = &mut self.about {
                    *column = ident(&part);
                }
            }
            Rule::add => {
                for inner in part.into_inner() {
                    match inner.as_rule() {
                        Rule::generated => self.identity(Identity::Add { always: says_always(inner) }),
                        _ => self.take(inner),
                    }
                }
            }
            Rule::drop => self.identity(Identity::Drop),
            Rule::generated => self.identity(Identity::Change { always: Some(says_always(part)) }),
            Rule::option => {
                for option in part.into_inner() {
                    self.places.push((place_of(option.as_rule()), at));
                    self.options.take(option);
                }
            }
            Rule::restart => {
                self.places.push((Place::Restart, at));
                self.options.take(part);
            }
            _ => {}
        }
    }

    fn identity(&mut self, said: Identity) {
        if let About::Identity(_, action) = &mut self.about {
            *action = said;
        }
    }
}

fn says_always(generated: Pair<'_, Rule>) -> bool {
    generated.into_inner().any(|word| word.as_rule() == Rule::always)
}

impl Options {
    fn take(&mut self, option: Pair<'_, Rule>) {
        let rule = option.as_rule();
        let number = |pair: Pair<'_, Rule>| {
            let mut inner = pair.into_inner();
            let number = inner.find(|part| part.as_rule() == Rule::number)?;
            number.as_str().parse::<i128>().ok()
        };
        match rule {
            Rule::data_type => {
                let name = option.into_inner().find(|part| part.as_rule() == Rule::type_name);
                self.data_type = name.map(|name| name.as_str().to_ascii_lowercase());
            }
            Rule::increment => self.increment = number(option),
            Rule::minvalue => self.min = Some(number(option)),
            Rule::maxvalue => self.max = Some(number(option)),
            Rule::no_minvalue => self.min = Some(None),
            Rule::no_maxvalue => self.max = Some(None),
            Rule::start => self.start = number(option),
            Rule::cache => self.cache = number(option),
            Rule::cycle => self.cycle = Some(true),
            Rule::no_cycle => self.cycle = Some(false),
            Rule::restart => self.restart = Some(number(option)),
            Rule::named => self.name = option.into_inner().find(|p| p.as_rule() == Rule::object).map(object),
            Rule::owned => {
                let owner = option.into_inner().find(|p| p.as_rule() == Rule::object).map(object);
                self.owned_by = Some(owner.and_then(|mut owner| {
                    let column = owner.0.pop()?.as_ident().cloned()?;
                    // OWNED BY NONE has one part.
                    (!owner.0.is_empty()).then_some((owner, column))
                }));
            }
            _ => {}
        }
    }
}

fn place_of(rule: Rule) -> Place {
    match rule {
        Rule::data_type => Place::DataType,
        Rule::increment => Place::Increment,
        Rule::minvalue | Rule::no_minvalue => Place::Min,
        Rule::maxvalue | Rule::no_maxvalue => Place::Max,
        Rule::owned => Place::Owned,
        Rule::cycle | Rule::no_cycle => Place::Cycle,
        _ => Place::Other,
    }
}

fn only(pair: Pair<'_, Rule>) -> Ident {
    let part = pair.into_inner().find(|part| part.as_rule() == Rule::part);
    part.map_or_else(|| Ident::new(""), |part| ident(&part))
}

fn object(pair: Pair<'_, Rule>) -> ObjectName {
    let parts = pair.into_inner().filter(|part| part.as_rule() == Rule::part);
    ObjectName(parts.map(|part| ObjectNamePart::Identifier(ident(&part))).collect())
}

/// A name as TiDB writes it.
fn ident(part: &Pair<'_, Rule>) -> Ident {
    spelled(part.as_str().trim_end())
}

fn spelled(text: &str) -> Ident {
    match text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => Ident::with_quote('`', names::truncate(&inner.replace("\"\"", "\""))),
        None if is_reserved(text) => Ident::with_quote('`', text),
        None => Ident::new(names::truncate(text)),
    }
}

/// The name in the text that nextval and its kin are given: `'schema."Name"'`. Folds what has no quotes.
pub fn name_in_text(text: &str) -> Option<ObjectName> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut value = String::new();
                let mut chars = quoted.char_indices();
                let end = loop {
                    match chars.next()? {
                        (at, '"') if quoted[at + 1..].starts_with('"') => {
                            chars.next();
                            value.push('"');
                        }
                        (at, '"') => break at,
                        (_, c) => value.push(c),
                    }
                };
                (names::ident(names::truncate(&value)), &quoted[end + 1..])
            }
            None => {
                let end =
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
                if end == 0 {
                    return None;
                }
                (names::ident(names::truncate(&rest[..end].to_lowercase())), &rest[end..])
            }
        };
        parts.push(ObjectNamePart::Identifier(part));
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() && parts.len() <= 3 => return Some(ObjectName(parts)),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::{Rules, lex};
    use super::*;

    fn parse(text: &str) -> SequenceStatement {
        read(text, &lex(text, Rules::Postgres)).unwrap_or_else(|| panic!("{text} is not read"))
    }

    #[test]
    fn options_stand_in_any_order() {
        let a = parse("CREATE SEQUENCE s CACHE 1 NO MAXVALUE START 5 INCREMENT BY -2 AS integer MINVALUE -9");
        assert_eq!((a.options.start, a.options.increment, a.options.cache), (Some(5), Some(-2), Some(1)));
        assert_eq!((a.options.min, a.options.max), (Some(Some(-9)), Some(None)));
        let b = parse(
            "create temp sequence if not exists \"a\"\"b\".s -- here\n owned by public.t.\"Id\" no cycle",
        );
        assert_eq!(b.about, About::Create { temporary: true });
        assert_eq!(b.name.to_string(), "`a\"b`.s");
        let (table, column) = b.options.owned_by.flatten().expect("an owner");
        assert_eq!((table.to_string(), column.to_string()), ("public.t".into(), "`Id`".into()));
        assert_eq!(parse("ALTER SEQUENCE s OWNED BY NONE").options.owned_by, Some(None));
    }

    #[test]
    fn changes_of_sequences_and_identities() {
        assert_eq!(parse("alter sequence s rename to u").about, About::Alter(Alter::Rename(Ident::new("u"))));
        assert_eq!(parse("alter sequence if exists s restart").options.restart, Some(None));
        let add = parse(
            "ALTER TABLE ONLY public.t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (\n SEQUENCE NAME public.t_id_seq\n START WITH 3 CACHE 1\n)",
        );
        assert_eq!(add.about, About::Identity(Ident::new("id"), Identity::Add { always: true }));
        assert_eq!(add.options.name.map(|name| name.to_string()), Some("public.t_id_seq".into()));
        let drop = parse("ALTER TABLE t ALTER id DROP IDENTITY IF EXISTS");
        assert_eq!(drop.about, About::Identity(Ident::new("id"), Identity::Drop));
        let change = parse("ALTER TABLE t ALTER id SET GENERATED BY DEFAULT SET START WITH 7 RESTART 9");
        assert_eq!((change.options.start, change.options.restart), (Some(7), Some(Some(9))));
        for other in ["ALTER SEQUENCE s OWNER TO x", "ALTER TABLE t ADD COLUMN identity int", "SELECT 1"] {
            assert_eq!(read(other, &lex(other, Rules::Postgres)), None, "{other}");
        }
    }

    #[test]
    fn names_in_texts() {
        let name = |text: &str| name_in_text(text).map(|name| name.to_string());
        assert_eq!(name("S"), Some("s".into()));
        assert_eq!(name("public.\"T_id_seq\""), Some("public.T_id_seq".into()));
        assert_eq!(name("\"a\"\"b\""), Some("`a\"b`".into()));
        assert_eq!(name("a b"), None);
        assert_eq!(name("\"open"), None);
    }
}

//! Reads what a statement does to tables from its words alone, without a tree: all files of a run are read so.

use super::Change;
use crate::catalog::Name;
use crate::syntax::lex::{Kind, Rules, Token, in_word, lex};
use crate::syntax::{names, plpgsql, template};
use crate::text::may_say;
use std::borrow::Cow;

/// Something that a statement does to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Create {
        table: Name,
        if_not_exists: bool,
    },
    Drop(Name),
    Rename(Name, Name),
    RenameColumn {
        table: Name,
        old: String,
        new: String,
    },
    /// Of a table, or of an index whose table the statement does not name.
    RenameConstraint {
        table: Option<Name>,
        old: String,
        new: String,
    },
    Change(Name, Change),
}

/// The head of a CREATE TABLE is in its first so many bytes.
const HEAD: usize = 512;

/// Adds what a statement does to tables.
pub fn events(statement: &str, into: &mut Vec<Event>) {
    let masked = template::mask(statement);
    let statement = masked.as_ref().map_or(statement, |masked| masked.0.as_str());
    let bytes = statement.as_bytes();
    let begins = |word: &[u8]| bytes.get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word));
    if begins(b"create") {
        let head = &statement[..names::floor_char(statement, HEAD)];
        let tokens = lex(head, Rules::Postgres);
        into.extend(
            created(head, &tokens).map(|(table, if_not_exists)| Event::Create { table, if_not_exists }),
        );
    } else if begins(b"alter") {
        let tokens = lex(statement, Rules::Postgres);
        let mut words = Words::new(statement, &tokens);
        words.at += 1;
        if words.take(&["table"]) {
            alter_table(&mut words, into);
        } else if words.take(&["index"]) {
            words.take(&["if", "exists"]);
            if let Some(index) = words.name()
                && words.take(&["rename", "to"])
                && let Some(new) = words.word()
            {
                into.push(Event::RenameConstraint { table: None, old: index.name, new });
            }
        }
    } else if begins(b"do") && bytes.get(2).is_some_and(|&b| !in_word(b)) {
        // The code of a DO may create and change tables as well.
        if may_say(statement, "table") || may_say(statement, "index") {
            plpgsql::texts_of(statement).into_iter().for_each(|inner| events(inner, into));
        }
    } else if begins(b"drop") {
        let tokens = lex(statement, Rules::Postgres);
        let mut words = Words::new(statement, &tokens);
        words.at += 1;
        if words.take(&["table"]) {
            words.take(&["if", "exists"]);
            while let Some(table) = words.name() {
                into.push(Event::Drop(table));
                if !words.take(&[","]) {
                    break;
                }
            }
        }
    }
}

/// More tokens than stand before the end of a table's name.
const CREATE_TABLE: usize = 16;

/// The table that a CREATE TABLE makes, and whether only where it is not there yet.
pub fn created(source: &str, tokens: &[Token]) -> Option<(Name, bool)> {
    let mut solid = tokens.iter().filter(|token| !token.is_trivia());
    if !solid.next()?.text(source).eq_ignore_ascii_case("create") {
        return None;
    }
    let mut words = Words { source, tokens: solid.take(CREATE_TABLE).collect(), at: 0 };
    while ["global", "local", "temp", "temporary", "unlogged"].iter().any(|word| words.take(&[word])) {}
    if !words.take(&["table"]) {
        return None;
    }
    let if_not_exists = words.take(&["if", "not", "exists"]);
    Some((words.name()?, if_not_exists))
}

fn alter_table(words: &mut Words<'_>, into: &mut Vec<Event>) {
    words.take(&["if", "exists"]);
    words.take(&["only"]);
    let Some(table) = words.name() else { return };
    words.take(&["*"]);
    if words.take(&["rename"]) {
        return rename(words, table, into);
    }
    if words.take(&["set", "schema"]) {
        into.extend(words.word().map(|schema| {
            let new = Name::new(&schema, &table.name);
            Event::Rename(table, new)
        }));
        return;
    }
    loop {
        into.extend(action(words).map(|change| Event::Change(table.clone(), change)));
        if !words.skip_to_comma() {
            return;
        }
    }
}

fn rename(words: &mut Words<'_>, table: Name, into: &mut Vec<Event>) {
    if words.take(&["to"]) {
        into.extend(words.word().map(|new| {
            let new = Name::new(&table.schema, &new);
            Event::Rename(table, new)
        }));
        return;
    }
    let constraint = words.take(&["constraint"]);
    if !constraint {
        words.take(&["column"]);
    }
    let (Some(old), true, Some(new)) = (words.word(), words.take(&["to"]), words.word()) else { return };
    into.push(match constraint {
        true => Event::RenameConstraint { table: Some(table), old, new },
        false => Event::RenameColumn { table, old, new },
    });
}

fn action(words: &mut Words<'_>) -> Option<Change> {
    if words.take(&["drop"]) {
        let constraint = words.take(&["constraint"]);
        if !constraint {
            words.take(&["column"]);
        }
        words.take(&["if", "exists"]);
        let name = words.word()?;
        return Some(if constraint { Change::DropConstraint(name) } else { Change::DropColumn(name) });
    }
    if words.take(&["add"]) {
        if words.take(&["constraint"]) {
            words.word()?;
        }
        return words.take(&["primary", "key"]).then_some(Change::AddPrimaryKey);
    }
    if !words.take(&["alter"]) {
        return None;
    }
    words.take(&["column"]);
    let column = words.word()?;
    if words.take(&["set", "data", "type"]) || words.take(&["type"]) {
        return Some(Change::Retype(column, words.data_type()));
    }
    let numbers = words.take(&["set", "default", "nextval"]) || words.take(&["add", "generated"]);
    numbers.then_some(Change::Number(column))
}

/// A statement's tokens without trivia, read one after the other.
struct Words<'s> {
    source: &'s str,
    tokens: Vec<&'s Token>,
    at: usize,
}

impl<'s> Words<'s> {
    fn new(source: &'s str, tokens: &'s [Token]) -> Self {
        Words { source, tokens: tokens.iter().filter(|token| !token.is_trivia()).collect(), at: 0 }
    }

    fn text(&self, at: usize) -> &'s str {
        self.tokens.get(at).map_or("", |token| token.text(self.source))
    }

    /// Passes over these words, if they are next.
    fn take(&mut self, words: &[&str]) -> bool {
        let next =
            words.iter().enumerate().all(|(n, word)| self.text(self.at + n).eq_ignore_ascii_case(word));
        if next {
            self.at += words.len();
        }
        next
    }

    /// The next name, folded.
    fn word(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at)?;
        let text = token.text(self.source);
        let name: Cow<'_, str> = match token.kind {
            Kind::Word => text.into(),
            Kind::Quoted => text.trim_start_matches("U&").trim_matches('"').replace("\"\"", "\"").into(),
            _ => return None,
        };
        self.at += 1;
        Some(names::truncate(&name).to_lowercase())
    }

    /// The next name with its schema.
    fn name(&mut self) -> Option<Name> {
        let mut name = self.word()?;
        let mut schema = String::new();
        while self.take(&["."]) {
            schema = std::mem::replace(&mut name, self.word()?);
        }
        Some(Name::new(&schema, &name))
    }

    /// The words of a type, up to what may follow one in ALTER COLUMN.
    fn data_type(&mut self) -> String {
        let mut words = Vec::new();
        let mut depth = 0usize;
        while self.at < self.tokens.len() {
            let text = self.text(self.at);
            match text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                "," if depth == 0 => break,
                ";" => break,
                _ if text.eq_ignore_ascii_case("using") || text.eq_ignore_ascii_case("collate") => break,
                _ => {}
            }
            words.push(text);
            self.at += 1;
        }
        words.join(" ")
    }

    /// Goes behind the next comma outside parentheses; false where there is none.
    fn skip_to_comma(&mut self) -> bool {
        let mut depth = 0usize;
        while self.at < self.tokens.len() {
            let text = self.text(self.at);
            self.at += 1;
            match text {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "," if depth == 0 => return true,
                _ => {}
            }
        }
        false
    }
}

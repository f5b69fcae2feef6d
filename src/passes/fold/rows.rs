//! Which tables a file's row statements touch, and where: read from their first words only, since a dump has millions.

use crate::catalog::Name;
use crate::syntax::lex::{Kind, Rules, lex};
use crate::syntax::sequence::name_in_text;
use std::collections::BTreeMap;

/// How much of a statement is looked at.
const HEAD: usize = 4096;

/// Whether a statement can't declare anything. Errs on the side of reading too much.
pub fn is_about_rows(bytes: &[u8]) -> bool {
    let word = bytes.split(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    ["insert", "update", "delete", "copy", "values"]
        .iter()
        .any(|row| word.eq_ignore_ascii_case(row.as_bytes()))
}

/// The row statements of one file, by the number of declaring statements before each.
#[derive(Debug, Clone, Default)]
pub struct RowsLog {
    tables: BTreeMap<Name, Touched>,
    /// Statements of which it was not found out what they touch.
    unknown: Vec<usize>,
    /// The last head and what it said: the rows of a table often come one statement each.
    last: Option<(Vec<u8>, Head)>,
}

#[derive(Debug, Clone, Default)]
struct Touched {
    added: Option<(usize, usize)>,
    changed: Option<(usize, usize)>,
    /// The columns that rows were given for, where the statement lists them. Different lists, each once.
    lists: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Head {
    table: Option<Name>,
    change: bool,
    /// The columns it lists, if it does.
    columns: Option<Vec<String>>,
}

impl RowsLog {
    /// Takes note of a row statement that `before` declaring ones precede.
    pub fn note(&mut self, before: usize, statement: &[u8]) {
        let end = memchr::memchr(b')', statement).map_or(statement.len(), |at| at + 1).min(HEAD);
        let text = &statement[..end];
        let known = self.last.as_ref().is_some_and(|(last, _)| last == text);
        if !known {
            let head = read(&String::from_utf8_lossy(text));
            self.last = Some((text.to_vec(), head));
        }
        let Some((_, head)) = &self.last else { return };
        let Some(table) = &head.table else {
            if self.unknown.last() != Some(&before) {
                self.unknown.push(before);
            }
            return;
        };
        if !self.tables.contains_key(table) {
            self.tables.insert(table.clone(), Touched::default());
        }
        let Some(touched) = self.tables.get_mut(table) else { return };
        let range = if head.change { &mut touched.changed } else { &mut touched.added };
        *range = Some(range.map_or((before, before), |(first, last)| (first.min(before), last.max(before))));
        if let Some(columns) = &head.columns
            && !known
            && !touched.lists.contains(columns)
        {
            touched.lists.push(columns.clone());
        }
    }

    /// Whether rows may have been changed or removed between two declaring statements.
    pub fn changes(&self, table: &Name, from: usize, to: usize) -> bool {
        self.unknown.iter().any(|&at| at > from && at <= to)
            || self.tables.get(table).is_some_and(|touched| overlaps(touched.changed, from, to))
    }

    /// Whether rows may have been added between two declaring statements without a value for a column.
    pub fn leaves_out(&self, table: &Name, column: &str, from: usize, to: usize) -> bool {
        let Some(touched) = self.tables.get(table) else { return false };
        overlaps(touched.added, from, to)
            && touched.lists.iter().any(|list| !list.iter().any(|c| c == column))
    }
}

fn overlaps(range: Option<(usize, usize)>, from: usize, to: usize) -> bool {
    range.is_some_and(|(first, last)| first <= to && last > from)
}

/// What the first words of a row statement say.
fn read(text: &str) -> Head {
    let tokens = lex(text, Rules::Postgres);
    let mut solid = tokens.iter().filter(|token| !token.is_trivia()).peekable();
    let mut head = Head { table: None, change: true, columns: None };
    let word = |token: Option<&&crate::syntax::lex::Token>| {
        token.filter(|t| t.kind == Kind::Word).map(|t| t.text(text).to_ascii_lowercase())
    };
    let verb = word(solid.next().as_ref()).unwrap_or_default();
    let skip: &[&str] = match verb.as_str() {
        "insert" => &["into"],
        "delete" => &["from", "only"],
        "update" => &["only"],
        "copy" => &["binary"],
        _ => return head,
    };
    while word(solid.peek()).is_some_and(|w| skip.contains(&w.as_str())) {
        solid.next();
    }
    let mut name = String::new();
    while let Some(token) = solid.peek() {
        let part = token.text(text);
        let joins = name.is_empty() || name.ends_with('.') || part == ".";
        let fits = matches!(token.kind, Kind::Word | Kind::Quoted) || part == ".";
        if !joins || !fits {
            break;
        }
        name.push_str(part);
        solid.next();
    }
    head.table = name_in_text(&name).map(|name| Name::of(&name));
    head.change = !matches!(verb.as_str(), "insert" | "copy");
    if head.change {
        return head;
    }
    match solid.peek().map(|token| token.text(text)) {
        Some("(") => {
            solid.next();
            let listed = solid.take_while(|token| token.text(text) != ")");
            let names = listed.filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted));
            let folded = |part: &str| part.trim_matches('"').to_lowercase();
            // A list that was not seen to its end lists nothing for sure.
            let whole = tokens.iter().any(|token| token.text(text) == ")");
            head.columns = Some(match whole {
                true => names.map(|token| folded(token.text(text))).collect(),
                false => Vec::new(),
            });
        }
        Some(word) if word.eq_ignore_ascii_case("default") => head.columns = Some(Vec::new()),
        _ => {}
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_row_statements() {
        let t = || Some(Name::new("", "t"));
        let columns = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        let cases = [
            ("INSERT INTO public.t VALUES (1)", t(), false, None),
            ("insert into \"t\" (id, \"B\") values (1)", t(), false, columns(&["id", "b"])),
            ("INSERT INTO t DEFAULT VALUES", t(), false, columns(&[])),
            ("COPY t (id) FROM stdin", t(), false, columns(&["id"])),
            ("UPDATE ONLY t SET a = 1", t(), true, None),
            ("delete from t where a in (1)", t(), true, None),
            ("insert into ${s}.t values (1)", None, true, None),
        ];
        for (text, table, change, columns) in cases {
            let head = read(text);
            assert_eq!((&head.table, head.columns), (&table, columns), "{text}");
            assert!(table.is_none() || head.change == change, "{text}");
        }
    }

    #[test]
    fn what_touched_a_table_between_two_statements() {
        let mut log = RowsLog::default();
        let t = Name::new("", "t");
        log.note(2, b"INSERT INTO t (a) VALUES (1)");
        log.note(4, b"UPDATE t SET a = 2");
        assert!(!log.changes(&t, 0, 3) && log.changes(&t, 3, 5) && !log.changes(&t, 4, 9));
        assert!(log.leaves_out(&t, "id", 1, 2) && !log.leaves_out(&t, "a", 1, 2));
        assert!(!log.leaves_out(&t, "id", 2, 9));
    }
}

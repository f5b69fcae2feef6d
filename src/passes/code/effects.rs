//! What code does, in words: the tables that it reads and writes, the columns that it sets, the errors that it raises.

use crate::syntax::lex::{Kind, Rules, lex};

/// What `describe` says of code that does nothing to rows.
pub const NOTIFIES: &str = "it notifies listeners";

/// The effects of a function's body, and what people do instead.
pub fn describe(body: &str) -> (String, String) {
    let tokens = lex(body, Rules::Postgres);
    let words: Vec<&str> =
        tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(body)).collect();
    let names: Vec<bool> = tokens
        .iter()
        .filter(|token| !token.is_trivia())
        .map(|token| matches!(token.kind, Kind::Word | Kind::Quoted))
        .collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let name = |at: usize| -> Option<String> {
        if !*names.get(at)? {
            return None;
        }
        let mut name = words.get(at)?.trim_matches('"').to_string();
        let mut at = at + 1;
        while is(at, ".") {
            name = format!("{name}.{}", words.get(at + 1)?.trim_matches('"'));
            at += 2;
        }
        Some(name)
    };
    let mut found = Found::default();
    for at in 0..words.len() {
        if is(at, "insert") && is(at + 1, "into") {
            found.writes(name(at + 2));
        } else if is(at, "update") && (is(at + 2, "set") || is(at + 3, "set") || is(at + 4, "set")) {
            found.writes(name(if is(at + 1, "only") { at + 2 } else { at + 1 }));
        } else if is(at, "delete") && is(at + 1, "from") {
            found.writes(name(at + 2));
        } else if (is(at, "from") || is(at, "join"))
            && !is(at.wrapping_sub(1), "delete")
            && !is(at.wrapping_sub(1), "distinct")
        {
            found.reads(name(at + 1));
        } else if is(at, "new")
            && is(at + 1, ".")
            && (is(at + 3, ":=") || is(at + 3, "="))
            && starts(&words, at)
        {
            found.sets(name(at + 2));
        } else if is(at, "raise") && (is(at + 1, "exception") || is(at + 1, "sqlstate")) {
            found.raises = true;
        } else if is(at, "pg_notify") || is(at, "notify") {
            found.notifies = true;
        } else if is(at, "execute") {
            found.dynamic = true;
        } else if is(at, "return") && is(at + 1, "null") {
            found.skips = true;
        }
    }
    (found.words(), found.help())
}

/// Whether a statement of PL/pgSQL starts at a word.
fn starts(words: &[&str], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| words.get(before)).is_none_or(|before| {
        [";", "begin", "then", "else", "loop"].iter().any(|word| word.eq_ignore_ascii_case(before))
    })
}

#[derive(Debug, Default)]
struct Found {
    written: Vec<String>,
    read: Vec<String>,
    set: Vec<String>,
    raises: bool,
    notifies: bool,
    dynamic: bool,
    skips: bool,
}

fn add(list: &mut Vec<String>, name: Option<String>) {
    if let Some(name) = name
        && !["new", "old", "select"].iter().any(|word| word.eq_ignore_ascii_case(&name))
        && !list.contains(&name)
    {
        list.push(name);
    }
}

impl Found {
    fn writes(&mut self, name: Option<String>) {
        add(&mut self.written, name);
    }

    fn reads(&mut self, name: Option<String>) {
        add(&mut self.read, name);
    }

    fn sets(&mut self, name: Option<String>) {
        add(&mut self.set, name);
    }

    fn words(&self) -> String {
        let mut parts = Vec::new();
        let list = |verb: &str, names: &[String]| format!("{verb} {}", names.join(", "));
        if !self.set.is_empty() {
            parts.push(list("sets", &self.set));
        }
        if !self.written.is_empty() {
            parts.push(list("writes", &self.written));
        }
        let read: Vec<String> =
            self.read.iter().filter(|name| !self.written.contains(name)).cloned().collect();
        if !read.is_empty() {
            parts.push(list("reads", &read));
        }
        if self.raises {
            parts.push("raises errors".into());
        }
        if self.notifies {
            parts.push("notifies listeners".into());
        }
        if self.dynamic {
            parts.push("runs SQL that it puts together".into());
        }
        if self.skips && parts.is_empty() {
            parts.push("may keep the row from being written".into());
        }
        if parts.is_empty() { String::new() } else { format!("it {}", parts.join(", ")) }
    }

    fn help(&self) -> String {
        let mut help = Vec::new();
        if !self.set.is_empty() {
            help.push("compute the columns in the program, or make them generated columns where the row alone decides");
        }
        if !self.written.is_empty() {
            help.push(
                "write the other tables in the same transaction as the row, in the program, or follow changes with TiCDC",
            );
        }
        if self.raises {
            help.push("check rows with CHECK constraints, or in the program before it writes");
        }
        if self.notifies {
            help.push("send changes with TiCDC or a message queue");
        }
        if help.is_empty() {
            help.push("do in the program what it does");
        }
        help.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_named() {
        let (words, help) = describe(
            "BEGIN NEW.slug := lower(NEW.name); IF NEW.a = 1 THEN RAISE EXCEPTION 'x'; END IF; INSERT INTO s.audit SELECT 1 \
             FROM users u JOIN roles r ON true; UPDATE counts SET n = n + 1; DELETE FROM \"Gone\" WHERE id = NEW.id; RETURN \
             NEW; END",
        );
        assert_eq!(words, "it sets slug, writes s.audit, counts, Gone, reads users, roles, raises errors");
        assert!(help.contains("CHECK"));
    }
}

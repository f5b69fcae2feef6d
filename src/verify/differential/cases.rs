//! Files of cases: `-- case: NAME` starts a case in a fresh database.

use crate::script::{PieceKind, split};

/// Statements that run in one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub name: String,
    /// The text as it stands in the file.
    pub text: String,
    pub statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub text: String,
    /// What stands below a `COPY … FROM stdin`.
    pub data: Option<String>,
}

/// The cases of a file. What stands before the first mark is a case of its own, if it has statements.
pub fn read(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut name = String::new();
    let mut body = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(next) = line.trim_end().strip_prefix("-- case:") {
            cases.extend(case(&name, &body));
            name = next.trim().to_owned();
            body.clear();
        } else {
            body.push_str(line);
        }
    }
    cases.extend(case(&name, &body));
    cases
}

fn case(name: &str, text: &str) -> Option<Case> {
    let mut statements: Vec<Statement> = Vec::new();
    for piece in split(text.as_bytes()) {
        let Some(piece_text) = text.get(piece.span.start..piece.span.end) else { continue };
        match piece.kind {
            PieceKind::Statement => {
                statements.push(Statement { text: piece_text.to_owned(), data: None });
            }
            PieceKind::CopyData => {
                let last = statements.last_mut()?;
                last.data.get_or_insert_default().push_str(piece_text);
            }
            _ => {}
        }
    }
    let named = if name.is_empty() { "whole" } else { name };
    (!statements.is_empty()).then(|| Case { name: named.to_owned(), text: text.to_owned(), statements })
}

impl Statement {
    /// The first words in upper case, comments left out.
    pub fn words(&self, count: usize) -> Vec<String> {
        words(&self.text).take(count).map(|word| word.to_ascii_uppercase()).collect()
    }

    /// Whether it can change no table: everything it does is in its answer.
    pub fn only_reads(&self) -> bool {
        let words: Vec<String> = self.words(usize::MAX);
        let reads = ["SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "WITH"];
        let changes = ["INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "NEXTVAL", "SETVAL"];
        words.first().is_some_and(|first| reads.contains(&first.as_str()))
            && !words.iter().any(|word| changes.contains(&word.as_str()))
    }

    /// Whether its answer is compared: not what asks the system, or is about the session.
    pub fn is_judged(&self) -> bool {
        let words = self.words(usize::MAX);
        let first = words.first().map_or("", String::as_str);
        let session = ["EXPLAIN", "SET", "RESET", "SHOW", "DISCARD", "LISTEN", "NOTIFY", "UNLISTEN", "LOAD"];
        let system = |word: &String| word.starts_with("PG_") || word == "INFORMATION_SCHEMA";
        let asks_system = self.only_reads() && words.iter().any(system);
        !session.contains(&first) && !asks_system
    }

    /// Whether its answer may be another one every time.
    pub fn varies(&self) -> bool {
        const WORDS: [&str; 22] = [
            "NOW",
            "CURRENT_TIMESTAMP",
            "CURRENT_DATE",
            "CURRENT_TIME",
            "LOCALTIME",
            "LOCALTIMESTAMP",
            "CLOCK_TIMESTAMP",
            "STATEMENT_TIMESTAMP",
            "TRANSACTION_TIMESTAMP",
            "TIMEOFDAY",
            "RANDOM",
            "GEN_RANDOM_UUID",
            "UUID_GENERATE_V4",
            "UUID_GENERATE_V1",
            "VERSION",
            "TXID_CURRENT",
            "CTID",
            "XMIN",
            "TABLEOID",
            "CURRENT_USER",
            "SESSION_USER",
            "CURRENT_DATABASE",
        ];
        self.words(usize::MAX).iter().any(|word| WORDS.contains(&word.as_str()))
    }

    /// Whether the outermost query orders its rows.
    pub fn is_ordered(&self) -> bool {
        let mut depth = 0_i32;
        let mut before = "";
        for token in tokens(&self.text) {
            match token {
                "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                word if depth == 0
                    && before.eq_ignore_ascii_case("order")
                    && word.eq_ignore_ascii_case("by") =>
                {
                    return true;
                }
                _ => {}
            }
            before = token;
        }
        false
    }
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    use crate::syntax::lex::{Rules, lex};
    let tokens: Vec<_> = lex(text, Rules::Postgres).into_iter().filter(|t| !t.is_trivia()).collect();
    tokens.into_iter().map(|token| token.text(text))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).filter(|token| token.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_cut_at_their_marks() {
        let cases = read(
            "-- case: a\nSELECT 1; SELECT 2 ORDER BY 1;\n-- case: b\n\\set x 1\nSELECT (SELECT 1 ORDER BY 1)\n",
        );
        let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(cases[0].statements.len(), 2);
        assert!(cases[0].statements[1].is_ordered());
        assert!(!cases[1].statements[0].is_ordered());
    }
}
